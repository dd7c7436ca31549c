"""Forms about a contract's facts, people, contacts and break points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from commonweal.portfolio import PeriodScheme
from commonweal_web.contracts.models import Assignment, BreakPoint, Contract, Status, Tier
from commonweal_web.contracts.models.words import choices_of
from commonweal_web.contracts.services import base
from commonweal_web.contracts.services.contracts import ContractFields
from commonweal_web.core import clock
from commonweal_web.core.forms import DateField, PageForm, PoundsField, VersionedForm
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.models import Directorate, Membership, Organisation, User, in_force

SECTIONS = (
    ("What it is", ("authority", "reference", "title", "supplier", "supplier_new", "directorate", "category")),
    ("Money and dates", ("value_pence", "spent_pence", "yearly_spend_pence", "starts", "ends", "latest_extension")),
    (
        "How it is reported",
        ("period_scheme", "due_days", "lock_days", "division", "tier", "rag_green", "rag_amber", "place"),
    ),
    ("What it is measured by", ("framework", "value_pack", "framework_agreement", "legacy", "no_kpi_reason")),
    ("When it goes wrong", ("criticality", "remedy_terms", "lateness_terms", "credit_share", "credit_cap_pence")),
)
DIVISIONS = [
    ("england-and-wales", "England and Wales"),
    ("scotland", "Scotland"),
    ("northern-ireland", "Northern Ireland"),
]
CRITICALITY = [("", "Not stated"), ("standard", "Standard"), ("important", "Important"), ("critical", "Critical")]
ROLE_CHOICES = [
    ("SA", "Supplier administrator: people, returns and agreement to changes"),
    ("SDL", "Delivery lead: returns"),
]


class ContractForm(VersionedForm):
    """All facts of a contract on one page, in sections; new ones name their body and supplier too."""

    reference = forms.CharField(max_length=60, help_text="As your register has it, like NMC-2026-014")
    title = forms.CharField(max_length=300)
    directorate = forms.ModelChoiceField(Directorate.objects.none(), required=False, empty_label="Not known")
    category = forms.CharField(
        max_length=12, required=False, label="CPV code", help_text="Eight digits, like 77300000 for horticulture"
    )
    value_pence = PoundsField(label="Value of the whole contract", required=False)
    spent_pence = PoundsField(
        label="Paid to date", required=False, help_text="Leave it empty if it is not known; it is never guessed"
    )
    yearly_spend_pence = PoundsField(label="Spend a year", required=False)
    starts = DateField(label="First day")
    ends = DateField(label="Last day")
    latest_extension = DateField(label="Last day if every extension is used", required=False, help_text="")
    period_scheme = forms.ChoiceField(
        choices=choices_of(PeriodScheme), label="Returns every", initial=PeriodScheme.CONTRACT_QUARTERS.value
    )
    due_days = forms.IntegerField(
        label="Days to send a return", initial=15, min_value=0, max_value=366, help_text="After the end of the period"
    )
    lock_days = forms.IntegerField(
        label="Days until a return closes", initial=20, min_value=0, max_value=366, help_text="After the due day"
    )
    division = forms.ChoiceField(choices=DIVISIONS, label="Bank holidays of", initial="england-and-wales")
    place = forms.CharField(max_length=80, required=False, label="Place that counts as local")
    tier = forms.ChoiceField(choices=Tier.choices, label="How closely returns are followed", initial=Tier.STANDARD)
    rag_green = forms.DecimalField(label="Green from", initial=95, min_value=0, max_value=999, decimal_places=2)
    rag_amber = forms.DecimalField(label="Amber from", initial=80, min_value=0, max_value=999, decimal_places=2)
    framework = forms.ChoiceField(label="Measurement framework", required=False)
    value_pack = forms.ChoiceField(label="Values in pounds", required=False)
    framework_agreement = forms.BooleanField(
        label="A framework agreement that bodies call off contracts under",
        required=False,
        help_text="Whoever calls off with a supplier of it sees what was pledged here, measure by measure",
    )
    legacy = forms.BooleanField(label="Let before social value was asked for", required=False)
    no_kpi_reason = forms.CharField(
        max_length=500, required=False, label="Why it has no KPIs", widget=forms.Textarea(attrs={"rows": 2})
    )
    criticality = forms.ChoiceField(choices=CRITICALITY, required=False)
    remedy_terms = forms.CharField(required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    lateness_terms = forms.CharField(
        required=False, max_length=5000, label="Terms for late returns", widget=forms.Textarea(attrs={"rows": 2})
    )
    credit_share = forms.DecimalField(
        label="Credits: share of a shortfall", required=False, min_value=0, max_value=100, decimal_places=2
    )
    credit_cap_pence = PoundsField(label="Credits: at most", required=False)

    def __init__(self, *args: Any, authority: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("rag_green", "rag_amber", "credit_share"):
            self.fields[name].suffix, self.fields[name].width = "%", 5  # type: ignore[attr-defined]
        if authority is not None:
            self.offer([authority])
            rows = Directorate.objects.filter(organisation=authority)
            self.fields["directorate"].queryset = rows  # type: ignore[attr-defined]

    def offer(self, bodies: Iterable[Organisation]) -> None:
        """Offer the releases and values that these bodies may use."""
        releases: dict[str, str] = {}
        values: dict[str, str] = {}
        for body in bodies:
            releases |= {one.id: one.name for one in frameworks.frameworks(body=body.pk)}
            values |= dict(frameworks.value_packs(body=body.pk))
        none = ("", "None: no KPIs, or KPIs of our own")
        self.fields["framework"].choices = [none, *releases.items()]  # type: ignore[attr-defined]
        self.fields["value_pack"].choices = list(values.items())  # type: ignore[attr-defined]

    def clean_category(self) -> str:
        code = self.cleaned_data["category"]
        if code and not cpv.known(code):
            raise forms.ValidationError(f"{code} is no CPV code. Give eight digits, like 77300000.", code="cpv")
        return cpv.normal(code) if code else ""

    def facts(self) -> ContractFields:
        """Return what was filled in as the service takes it."""
        names = ContractFields.__dataclass_fields__
        return ContractFields(**{name: value for name, value in self.cleaned_data.items() if name in names})

    @property
    def sections(self) -> list[tuple[str, list[Any]]]:
        """Return the headings of the page with their fields."""
        return [(words, [self[name] for name in names if name in self.fields]) for words, names in SECTIONS]

    @classmethod
    def of(cls, contract: Contract) -> dict[str, Any]:
        """Return the facts of a contract as first answers."""
        names = ContractFields.__dataclass_fields__
        return {name: getattr(contract, name) for name in names} | {"version": contract.version}


class NewContractForm(ContractForm):
    """A contract that is made by form: for which body, and who supplies it."""

    authority = forms.ModelChoiceField(Organisation.objects.none(), label="Body", empty_label=None)
    supplier = forms.ModelChoiceField(
        Organisation.objects.filter(is_supplier=True), required=False, empty_label="Not in this list"
    )
    supplier_new = forms.CharField(max_length=200, required=False, label="Name of a supplier that is not in the list")

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(bodies)
        self.fields["authority"].queryset = bodies  # type: ignore[attr-defined]
        rows = Directorate.objects.filter(organisation__in=bodies).select_related("organisation")
        self.fields["directorate"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not answers.get("supplier") and not answers.get("supplier_new"):
            self.add_error("supplier", "Choose the supplier, or give its name below.")
        return answers


class CallOffForm(VersionedForm):
    """The framework agreement that a contract was called off under, and whether its promises come on top."""

    agreement = forms.ChoiceField(label="Called off under", widget=forms.RadioSelect)
    additional = forms.TypedChoiceField(
        choices=[
            ("no", "Within what was pledged under the agreement"),
            ("yes", "On top of it, because the contract says so"),
        ],
        coerce=lambda word: word == "yes",
        initial="no",
        label="What this contract promises counts",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, agreements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreements = {str(one.pk): one for one in agreements}
        named = [(pk, f"{one.reference} {one.title} ({one.authority})") for pk, one in self.agreements.items()]
        self.fields["agreement"].choices = [("none", "No framework agreement"), *named]  # type: ignore[attr-defined]

    def clean_agreement(self) -> Contract | None:
        return self.agreements.get(self.cleaned_data["agreement"])


class ListFilter(PageForm):
    """What narrows a list of contracts."""

    words = forms.CharField(required=False, label="Reference, title or supplier")
    status = forms.ChoiceField(choices=[("", "Any"), *Status.choices], required=False)
    directorate = forms.ChoiceField(required=False)
    lacking = forms.ChoiceField(
        choices=[
            ("", "Anything"),
            ("kpis", "Without KPIs"),
            ("owner", "Without an owner"),
            ("contact", "Without a live supplier contact"),
        ],
        required=False,
        label="Show",
    )

    def __init__(self, *args: Any, directorates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.optional_mark = False  # type: ignore[attr-defined]
        self.fields["directorate"].choices = [("", "Any"), *directorates]  # type: ignore[attr-defined]


def staff_of(contract: Contract) -> Any:
    """Return the people of the body and of a shared service that acts for it, on today's memberships."""
    day = clock.today()
    rows = Membership.objects.filter(in_force(day), user__is_active=True)
    services = contract.authority.services.filter(in_force(day)).values("service")
    here = rows.filter(organisation=contract.authority) | rows.filter(organisation__in=services)
    return User.objects.filter(pk__in=here.values("user")).order_by("name")


class AssignForm(PageForm):
    """Who gets which part from which day."""

    user = forms.ModelChoiceField(User.objects.none(), label="Person", empty_label="Choose a person")
    part = forms.ChoiceField(choices=Assignment.Part.choices, label="Part")
    starts = DateField(label="From")
    ends = DateField(label="Until", required=False, help_text="Leave it empty if no end is known")

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = staff_of(contract)  # type: ignore[attr-defined]


class EndPartForm(PageForm):
    """The last day of somebody's part, and who takes over."""

    ends = DateField(label="Last day")
    handed_to = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Who takes over", empty_label="Nobody"
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["handed_to"].queryset = staff_of(contract)  # type: ignore[attr-defined]


class ContactForm(PageForm):
    """Somebody to write to at a supplier."""

    supplier = forms.ModelChoiceField(Organisation.objects.none(), empty_label=None)
    name = forms.CharField(max_length=120)
    email = forms.EmailField(label="E-mail address")
    deputy = forms.BooleanField(
        label="Is the deputy, who is written to when the first contact has left", required=False
    )
    invite = forms.ChoiceField(
        choices=[("", "Send no invitation"), *ROLE_CHOICES], required=False, label="Invitation to sign in"
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = base.suppliers_on(contract, max(clock.today(), contract.starts))
        self.fields["supplier"].queryset = rows  # type: ignore[attr-defined]


class SupplierForm(PageForm):
    """One more supplier of a contract."""

    supplier = forms.ModelChoiceField(
        Organisation.objects.filter(is_supplier=True).order_by("name"), required=False, empty_label="Not in this list"
    )
    supplier_new = forms.CharField(max_length=200, required=False, label="Name of a supplier that is not in the list")
    starts = DateField(label="Supplies the contract from")
    leads = forms.BooleanField(label="Leads the other suppliers", required=False)


class EndForm(PageForm):
    """The last day of something."""

    ends = DateField(label="Last day")


class BreakPointForm(PageForm):
    """A day on which the contract can be changed, left or extended."""

    on = DateField(label="Day")
    kind = forms.ChoiceField(choices=BreakPoint.Kind.choices)
    months = forms.IntegerField(required=False, min_value=1, max_value=600, label="Months of an extension")
    note = forms.CharField(max_length=500, required=False)
    outcome = forms.CharField(
        max_length=500, required=False, label="What came of it", help_text="For a day that has passed"
    )


class ConflictForm(PageForm):
    """A tie with a supplier."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.filter(is_supplier=True) | Organisation.objects.filter(is_vcse=True),
        label="Supplier or group",
        empty_label="Choose one",
    )
    tie = forms.CharField(
        max_length=500,
        label="What the tie is",
        help_text="For example: trustee until March 2026",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    starts = DateField(label="Since")
    ends = DateField(label="Until", required=False, help_text="Leave it empty if it goes on")


class UploadForm(PageForm):
    """A file that makes contracts or KPIs."""

    file = forms.FileField(
        label="File", widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.json"})
    )


class RegisterForm(UploadForm):
    """A register of a body."""

    authority = forms.ModelChoiceField(Organisation.objects.none(), label="Body", empty_label=None)
    field_order = ("authority", "file")

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].queryset = bodies  # type: ignore[attr-defined]
