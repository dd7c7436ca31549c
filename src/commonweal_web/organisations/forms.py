"""Forms about bodies and people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from commonweal_web.core.forms import DateField, PageForm, PoundsField, VersionedForm
from commonweal_web.organisations import identifiers
from commonweal_web.organisations.models import Directorate, Organisation, User, in_force
from commonweal_web.organisations.services.common import roles_at
from commonweal_web.organisations.services.requests import KINDS

SIZES = [("", "Not stated"), ("micro", "Up to 9 people"), ("small", "10 to 49"), ("medium", "50 to 249")]
SIZES += [("large", "250 or more")]


def reason(label: str = "Why", **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)


def password() -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    hint = "12 characters or more. Three words that do not belong together are easy to remember."
    return forms.CharField(label="Password", widget=widget, help_text=hint, max_length=200, strip=False)


def email(label: str = "E-mail address", **kwargs: Any) -> forms.EmailField:
    return forms.EmailField(label=label, widget=forms.EmailInput(attrs={"autocomplete": "email"}), **kwargs)


class PersonChoice(forms.ModelChoiceField):
    """Chooses a person, by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **{"empty_label": "Choose", **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def people_of(organisation: Organisation, day: dt.date) -> Any:
    """Return the people who have a role at an organisation on a day, by name."""
    here = User.objects.filter(in_force(day, "memberships__"), memberships__organisation=organisation, is_active=True)
    return here.distinct().order_by("name")


class RegisterForm(PageForm):
    organisation_name = forms.CharField(label="Name of your organisation", max_length=200)
    scheme = forms.ChoiceField(label="Where it is registered")
    number = forms.CharField(
        label="Number in that register",
        max_length=40,
        help_text="A company number has 8 characters, like 09442333. Keep zeros at the front.",
    )
    size = forms.ChoiceField(label="How many people work for it", choices=SIZES, required=False)
    is_vcse = forms.BooleanField(
        label="It is a charity, community organisation or social enterprise (VCSE)", required=False
    )
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = email("Your e-mail address")
    password = password()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].choices = [  # type: ignore[attr-defined] # of a ChoiceField
            pair for pair in identifiers.choices() if pair[0] in identifiers.FIRST
        ]


class JoinForm(PageForm):
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = password()


class OrganisationForm(VersionedForm):
    name = forms.CharField(label="Name", max_length=200)
    short_name = forms.CharField(label="Short name", max_length=60, required=False)
    size = forms.ChoiceField(label="Size", choices=SIZES, required=False)
    place = forms.CharField(
        label="Place that counts as local",
        max_length=80,
        required=False,
        help_text="The code or name of an authority or region, like E06000023 or Bristol, City of.",
    )
    is_vcse = forms.BooleanField(label="Charity, community organisation or social enterprise (VCSE)", required=False)
    token_sharing = forms.BooleanField(
        label="Compare person tokens with other bodies",
        required=False,
        help_text="Finds one person claimed twice. No name and no number leaves your organisation.",
    )


class IdentifierForm(PageForm):
    scheme = forms.ChoiceField(label="Register", choices=identifiers.choices)
    value = forms.CharField(label="Number", max_length=40, help_text="As the register writes it, with all zeros.")


class ReasonForm(PageForm):
    reason = reason()


class DirectorateForm(PageForm):
    name = forms.CharField(label="Name", max_length=120)
    head = PersonChoice(
        label="Head of service", required=False, help_text="Gets the last reminder of a return that is missing."
    )

    def __init__(self, *args: Any, organisation: Organisation, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["head"].queryset = people_of(organisation, day)  # type: ignore[attr-defined] # of a model choice


class PartnerForm(PageForm):
    service = forms.ModelChoiceField(
        Organisation.objects.filter(is_shared_service=True), label="Shared service", empty_label="Choose"
    )
    starts = DateField(label="First day")
    ends = DateField(label="Last day", required=False)


class LastDayForm(PageForm):
    last_day = DateField(label="Last day")
    reason = reason()


class RoleForm(PageForm):
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    directorate = forms.ModelChoiceField(
        Directorate.objects.none(),
        label="Directorate",
        required=False,
        empty_label="The whole organisation",
        help_text="Counts for a strategic director and a category panel member.",
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(role.value, role.label.capitalize()) for role in roles_at(organisation)]
        self.fields["role"].choices = found  # type: ignore[attr-defined] # of a ChoiceField
        directorates = organisation.directorates.all()
        if directorates.exists():
            self.fields["directorate"].queryset = directorates  # type: ignore[attr-defined] # of a model choice
        else:
            del self.fields["directorate"]


class GiveRoleForm(RoleForm):
    starts = DateField(label="First day")
    ends = DateField(label="Last day", required=False)


class InviteForm(RoleForm):
    name = forms.CharField(label="Name", max_length=120, required=False)
    email = email()
    field_order = ("name", "email", "role", "directorate")


class EndRoleForm(PageForm):
    when = forms.ChoiceField(
        label="When does it end?",
        choices=[("now", "At once"), ("day", "After a last day")],
        widget=forms.RadioSelect,
        initial="now",
    )
    last_day = DateField(label="Last day", required=False)
    handed_to = PersonChoice(
        label="Who takes over",
        required=False,
        empty_label="Nobody",
        help_text="Kept on record with the role. Parts in contracts are handed over on the page of each contract.",
    )
    reason = reason()

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["when"].reveals = {"day": ["last_day"]}  # type: ignore[attr-defined] # read by form_parts
        self.fields["handed_to"].queryset = people  # type: ignore[attr-defined] # of a model choice

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "day" and not cleaned.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", "Enter the last day.")
        if cleaned.get("when") == "now":
            cleaned["last_day"] = None
        return cleaned


class DelegationForm(PageForm):
    delegate = PersonChoice(label="Who may approve in your place")
    directorate = forms.ModelChoiceField(Directorate.objects.none(), label="Directorate", empty_label=None)
    limit_pence = PoundsField(
        label="Up to a contract value of", required=False, help_text="Leave empty for no limit. For example, 250,000"
    )
    starts = DateField(label="First day")
    ends = DateField(label="Last day", help_text="A year later at most. For example, 27 3 2026")
    reason = reason()

    def __init__(self, *args: Any, people: Any, directorates: Any, whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate"].queryset = people  # type: ignore[attr-defined] # of a model choice
        field: Any = self.fields["directorate"]
        field.queryset = directorates
        field.required = not whole
        field.empty_label = "Every directorate" if whole else None


class NewOrganisationForm(PageForm):
    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(
        label="What it is", choices=[(kind, kind.capitalize()) for kind in KINDS], widget=forms.RadioSelect
    )
    scheme = forms.ChoiceField(label="Register", choices=identifiers.choices, required=False)
    number = forms.CharField(label="Number in that register", max_length=40, required=False)
    administrator_name = forms.CharField(label="Name of its first administrator", max_length=120)
    administrator_email = email("E-mail address of its first administrator")
    reason = reason("Why it is needed")


class NewAdministratorForm(PageForm):
    name = forms.CharField(label="Name", max_length=120)
    email = email()
    reason = reason("Why they are needed")


class ResetForm(PageForm):
    email = email("E-mail address of the person")
    reason = reason("Why, and how you made sure that it is them")


class EndAdministratorForm(PageForm):
    email = email("E-mail address of the platform administrator")
    reason = reason("Why the role ends")


class DecisionForm(PageForm):
    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("yes", "Carry it out"), ("no", "Refuse it")],
        widget=forms.RadioSelect,
    )
    reason = reason("Reason", required=False)
