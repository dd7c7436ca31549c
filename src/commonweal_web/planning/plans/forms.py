"""The forms about a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from commonweal.policy.facts import Sort
from commonweal_web.contracts.forms.contracts import DIVISIONS
from commonweal_web.core.forms import DateField, PageForm, PoundsField, VersionedForm
from commonweal_web.evidence.types import ACCEPT_ATTRIBUTE, ACCEPTED_WORDS
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.models import Directorate, Organisation, User
from commonweal_web.planning.models import Plan, PlanPart, Stage
from commonweal_web.planning.plans.asking import Question, said_word
from commonweal_web.planning.plans.services import PlanFields
from commonweal_web.planning.plans.services.people import staff_of
from commonweal_web.planning.plans.services.plans import Answer

SECTIONS = (
    ("What is bought", ("reference", "title", "category", "value_pence", "directorate", "place")),
    ("When", ("starts", "ends", "commences")),
    ("How social value is asked for", ("framework", "value_pack", "requirement", "division")),
)
SOURCE = "_source"


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PlanForm(VersionedForm):
    """The facts of a plan on one page."""

    reference = forms.CharField(max_length=60, help_text="As your register has it, like NMC-2026-014")
    title = forms.CharField(max_length=300)
    category = forms.CharField(
        max_length=12,
        required=False,
        label="CPV code",
        help_text="Eight digits, like 77300000 for horticulture. It decides which panel the plan goes to",
    )
    value_pence = PoundsField(label="Whole-life value", help_text="Over all years, with every extension")
    directorate = forms.ModelChoiceField(Directorate.objects.none(), required=False, empty_label="Not known")
    place = forms.CharField(max_length=80, required=False, label="Place that counts as local")
    starts = DateField(label="First day of the contract")
    ends = DateField(label="Last day of the contract")
    commences = DateField(
        label="Day on which the procurement begins",
        required=False,
        help_text="The day of the tender notice. Law asks for it; leave it empty while it is not known",
    )
    framework = forms.ChoiceField(label="Measurement framework", required=False)
    value_pack = forms.ChoiceField(label="Values in pounds", required=False)
    requirement = forms.ChoiceField(
        label="Social value is asked for as",
        choices=Plan.Requirement.choices,
        initial=Plan.Requirement.OFFER,
        widget=forms.RadioSelect,
    )
    division = forms.ChoiceField(choices=DIVISIONS, label="Bank holidays of", initial="england-and-wales")

    def __init__(self, *args: Any, body: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requirement"].choices = [  # type: ignore[attr-defined]
            (value, f"{words[:1].upper()}{words[1:]}") for value, words in Plan.Requirement.choices
        ]
        self.fields["directorate"].queryset = Directorate.objects.filter(  # type: ignore[attr-defined]
            organisation=body
        )
        releases = [(one.id, one.name) for one in frameworks.frameworks(body=body.pk)]
        self.fields["framework"].choices = [  # type: ignore[attr-defined]
            ("", "None: indicators of our own"),
            *releases,
        ]
        self.fields["value_pack"].choices = frameworks.value_packs(body=body.pk)  # type: ignore[attr-defined]

    def clean_category(self) -> str:
        code = self.cleaned_data["category"]
        if code and not cpv.known(code):
            raise forms.ValidationError(f"{code} is no CPV code. Give eight digits, like 77300000.", code="cpv")
        return cpv.normal(code) if code else ""

    def facts(self) -> PlanFields:
        """Return what was filled in as the service takes it."""
        names = PlanFields.__dataclass_fields__
        return PlanFields(**{name: value for name, value in self.cleaned_data.items() if name in names})

    @property
    def sections(self) -> list[tuple[str, list[Any]]]:
        """Return the headings of the page with their fields."""
        return [(words, [self[name] for name in names]) for words, names in SECTIONS]

    @classmethod
    def of(cls, plan: Plan) -> dict[str, Any]:
        """Return the facts of a plan as first answers."""
        return {name: getattr(plan, name) for name in PlanFields.__dataclass_fields__} | {"version": plan.version}


class PlanFilter(PageForm):
    """What narrows a list of plans."""

    words = forms.CharField(required=False, label="Reference or title", max_length=200)
    state = forms.ChoiceField(required=False, choices=[("", "Any"), ("open", "Not approved yet"), *Plan.State.choices])
    mine = forms.BooleanField(required=False, label="Only those in which I have a part")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.optional_mark = False  # type: ignore[attr-defined]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (value, f"{words[:1].upper()}{words[1:]}")
            for value, words in self.fields["state"].choices  # type: ignore[attr-defined]
        ]


class QuestionsForm(VersionedForm):
    """The facts that law and policy ask: for each the answer, and how one knows it."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for one in questions:
            self.fields[one.field.id] = _answer_field(one)
            source = forms.CharField(
                label="How do you know?", required=False, max_length=300, initial=one.source,
                help_text="A decision, a document or a person, with its date",
            )  # fmt: skip
            self.fields[f"{one.field.id}{SOURCE}"] = _plainly(source, f"how you know {one.field.label}")

    @property
    def pairs(self) -> list[tuple[Question, Any, Any]]:
        """Return each question with its two fields."""
        return [(one, self[one.field.id], self[f"{one.field.id}{SOURCE}"]) for one in self.questions]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        for one in self.questions:
            given = _in_engine_words(answers.get(one.field.id))
            if given and not answers.get(f"{one.field.id}{SOURCE}"):
                self.add_error(f"{one.field.id}{SOURCE}", f"Say how you know {one.field.label}.")
        return answers

    def answers(self) -> dict[str, Answer | None]:
        """Return what was answered as the service takes it; None where it is not known."""
        found: dict[str, Answer | None] = {}
        for one in self.questions:
            value = _in_engine_words(self.cleaned_data[one.field.id])
            source = self.cleaned_data[f"{one.field.id}{SOURCE}"]
            found[one.field.id] = Answer(value, source) if value else None
        return found


def _answer_field(one: Question) -> forms.Field:
    words, hint = one.words, f"Asked by: {'; '.join(one.rules[:3])}" if one.rules else ""
    field: forms.Field
    match one.field.sort:
        case Sort.MONEY:
            first = int(Decimal(one.value) * 100) if one.value else None
            field = PoundsField(label=words, required=False, initial=first, help_text=hint)
        case Sort.DATE:
            day = dt.date.fromisoformat(one.value) if one.value else None
            field = DateField(label=words, required=False, initial=day, help_text=hint)
        case _:
            choices = [(word, _capital(said_word(word))) for word in one.field.choices]
            field = forms.ChoiceField(
                label=words, required=False, initial=one.value or "unknown", help_text=hint, widget=forms.RadioSelect,
                choices=[*choices, ("unknown", "Not known yet")],
            )  # fmt: skip
    return _plainly(field, one.field.label)


def _plainly(field: Any, noun: str) -> forms.Field:
    """Let a field's messages name it so, and leave out that it is optional: every one of these is."""
    field.noun, field.optional_mark = noun, False
    made: forms.Field = field
    return made


def _in_engine_words(value: Any) -> str:
    if value is None or value in ("", "unknown"):
        return ""
    return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else str(value)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


class PartForm(PageForm):
    """Who gets which part in a plan from which day."""

    user = forms.ModelChoiceField(User.objects.none(), label="Person", empty_label="Choose a person")
    part = forms.ChoiceField(choices=PlanPart.Part.choices, label="Part", widget=forms.RadioSelect)
    starts = DateField(label="From")
    ends = DateField(label="Until", required=False, help_text="Leave it empty if no end is known")

    def __init__(self, *args: Any, plan: Plan, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = staff_of(plan.authority, today)  # type: ignore[attr-defined]
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            (value, _capital(words)) for value, words in PlanPart.Part.choices
        ]


class EndPartForm(PageForm):
    """The last day of somebody's part, and who takes over."""

    ends = DateField(label="Last day")
    handed_to = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Who takes over from the next day", empty_label="Nobody"
    )

    def __init__(self, *args: Any, part: PlanPart, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = staff_of(part.plan.authority, today).exclude(pk=part.user_id)
        self.fields["handed_to"].queryset = people  # type: ignore[attr-defined]


class WeightForm(VersionedForm):
    """The weight of social value and its split, in per cent of the total score."""

    weight = forms.DecimalField(label="Weight", min_value=0, max_value=100, decimal_places=2)
    quantitative = forms.DecimalField(
        label="Quantitative part", required=False, min_value=0, max_value=100, decimal_places=2,
        help_text="For what bidders offer in numbers",
    )  # fmt: skip
    qualitative = forms.DecimalField(
        label="Qualitative part", required=False, min_value=0, max_value=100, decimal_places=2,
        help_text="For how they will do it",
    )  # fmt: skip
    reason = forms.CharField(
        label="Reason", required=False, max_length=2000, widget=_area(),
        help_text="Needed where the weight is below the least weight. Two people read it before they approve",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("weight", "quantitative", "qualitative"):
            self.fields[name].suffix, self.fields[name].width = "%", 5  # type: ignore[attr-defined]


class ReasonForm(VersionedForm):
    """Why something is done."""

    reason = forms.CharField(max_length=2000, widget=_area())

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class StageForm(VersionedForm):
    """What was considered at a stage."""

    considered_on = DateField(label="Considered on")
    considered_by = forms.CharField(
        label="Considered by",
        max_length=300,
        help_text="Names or roles: commissioner, ward members, care leavers’ team",
    )
    findings = forms.CharField(
        max_length=10_000, widget=_area(8), help_text="What follows for this plan. Leave out the names of residents"
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day: Any = self.fields["considered_on"]
        day.latest = today

    @classmethod
    def of(cls, stage: Stage) -> dict[str, Any]:
        """Return the record of a stage as first answers."""
        names = ("considered_on", "considered_by", "findings", "version")
        return {name: getattr(stage, name) for name in names}


class DocumentForm(PageForm):
    """A file for a stage."""

    file = forms.FileField(label="File", widget=forms.ClearableFileInput(attrs={"accept": ACCEPT_ATTRIBUTE}))
    title = forms.CharField(
        label="What it is", max_length=200, required=False, help_text="For example, “Review of the service, May 2026”"
    )

    def __init__(self, *args: Any, most_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = f"{ACCEPTED_WORDS}. Up to {most_bytes // 2**20} MB."
        self.fields["file"].error_messages["required"] = "Choose a file."


class DocumentWithdrawForm(PageForm):
    """Why a document is withdrawn."""

    reason = forms.CharField(label="Why is it withdrawn?", max_length=500)
