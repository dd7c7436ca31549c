"""Forms about needs, the choice of measures, one measure, and what is set aside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from commonweal.catalogue import Measure
from commonweal.catalogue.units import units
from commonweal.policy.rules import MustHave
from commonweal.policy.themes import policy_themes
from commonweal.portfolio import Aggregation, Kind, Profile
from commonweal_web.contracts import terms
from commonweal_web.contracts.forms.kpis import KINDS
from commonweal_web.contracts.services.kpis import WORDS, KpiFields
from commonweal_web.core.forms import PageForm, QuantityField, VersionedForm, fields_named
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.planning.measures.services.choosing import MeasureFields
from commonweal_web.planning.measures.services.needs import NeedFields
from commonweal_web.planning.models import Need, Plan, PlanMeasure

PROFILES = [
    (Profile.EVEN.value, "Evenly: the same in each period"),
    (Profile.S_CURVE.value, "Slowly first, then faster, then slowly"),
    (Profile.MILESTONES.value, "By milestones, whose days are agreed at award"),
]
MOST_MINUTES = 6000


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _unit_choices() -> list[tuple[str, str]]:
    choices = [(one.id, one.plural) for one in sorted(units(), key=lambda one: one.plural)]
    return [("", "Choose a unit"), *choices]


class NeedForm(VersionedForm):
    """What people need where, who says so, and the words by which measures are looked for."""

    title = forms.CharField(
        max_length=200, label="What is needed", help_text="For example, first jobs for care leavers"
    )
    place = forms.CharField(
        max_length=120, required=False, label="Ward or place", help_text="Leave it empty for the whole area"
    )
    text = forms.CharField(required=False, max_length=4000, label="More about it", widget=_area())
    tags = forms.CharField(
        required=False, max_length=1400, label="Tags",
        help_text="Words by which measures are suggested, with commas: care leavers, green skills",
    )  # fmt: skip
    source = forms.CharField(
        max_length=300, required=False, label="Source",
        help_text="Who says so: a needs assessment, statistics, a consultation, a ward meeting",
    )  # fmt: skip
    source_date = forms.CharField(max_length=40, required=False, label="When the source is from")
    quantity = QuantityField(required=False, label="How much is needed")
    unit = forms.ChoiceField(required=False, label="Unit of what is needed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = _unit_choices()  # type: ignore[attr-defined]
        self.fields["source"].optional_mark = False  # type: ignore[attr-defined]  # a group that posted it is one

    def values(self, *, shown: bool = False) -> NeedFields:
        """Return the answers as the service takes them."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return NeedFields(**(said | {"tags": tuple(said["tags"].split(",")), "shown": shown}))

    @staticmethod
    def of(need: Need) -> dict[str, Any]:
        """Return a need as first answers."""
        names = ("title", "place", "text", "source", "source_date", "unit", "version")
        found = {name: getattr(need, name) for name in names}
        return found | {"tags": ", ".join(need.tags), "quantity": terms.shown(need.quantity)}


class ReasonForm(VersionedForm):
    """Why something is closed."""

    reason = forms.CharField(max_length=2000, label="Why it is closed", widget=_area())


class SearchForm(PageForm):
    """Everyday words."""

    words = forms.CharField(required=False, max_length=200, label="Search by everyday words")
    words.optional_mark = False  # type: ignore[attr-defined]


class TickForm(PageForm):
    """The needs that a plan answers, by place."""

    needs = forms.MultipleChoiceField(
        required=False, label="Which needs does this plan answer?", widget=forms.CheckboxSelectMultiple
    )
    needs.optional_mark = False  # type: ignore[attr-defined]

    def __init__(self, *args: Any, needs: Iterable[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(needs)
        choices = [(str(one.pk), f"{one.title}, {one.place or 'the whole area'}") for one in rows]
        self.fields["needs"].choices = choices  # type: ignore[attr-defined]
        self.fields["needs"].choice_hints = {str(one.pk): _hint(one) for one in rows}  # type: ignore[attr-defined]


def _hint(need: Need) -> str:
    tags = f"Tags: {', '.join(need.tags)}. " if need.tags else ""
    by = f"Posted by {need.group}." if need.group else f"Source: {need.source}."
    return f"{tags}{by}"


class ChooseForm(PageForm):
    """Measures of the plan's framework that are ticked in a table."""

    codes = forms.MultipleChoiceField(label="Measures", error_messages={"required": "Choose at least one measure."})

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


class WaiveForm(PageForm):
    """Which must-have is set aside, and why."""

    theme = forms.ChoiceField(label="What the plan goes without", widget=forms.RadioSelect)
    reason = forms.CharField(max_length=2000, label="Why", widget=_area())

    def __init__(self, *args: Any, musts: Iterable[MustHave], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = policy_themes().label
        choices = [(one.theme, f"Measures of {label(one.theme).lower()}") for one in musts]
        self.fields["theme"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("theme", choices[0][0] if choices else "")


class MeasureForm(VersionedForm):
    """A measure of a plan as the KPI that it will become; for an indicator of one's own also what is counted."""

    ref = forms.CharField(max_length=40, label="Reference", help_text="Short, like L1")
    deliverable = forms.CharField(max_length=500, label="What is asked for, in words", widget=_area(2))
    kind = forms.ChoiceField(choices=KINDS, label="What is counted")
    unit = forms.ChoiceField(label="Unit")
    better = forms.ChoiceField(choices=[("up", "More is better"), ("down", "Less is better")], label="Direction")
    themes = forms.MultipleChoiceField(
        required=False, label="Themes of the policy that it serves", widget=forms.CheckboxSelectMultiple
    )
    target = QuantityField(
        required=False, label="What is expected over the whole contract", help_text="Guidance for bidders"
    )
    profile = forms.ChoiceField(choices=PROFILES, label="How it falls due", widget=forms.RadioSelect, initial="even")
    evidence_rule = forms.CharField(max_length=500, required=False, label="What counts as evidence", widget=_area(2))
    place = forms.CharField(max_length=80, required=False, label="Place or ward")
    cohort = forms.CharField(max_length=80, required=False, label="Group of people", help_text="Such as care leavers")
    scalable = forms.TypedChoiceField(
        choices=[("yes", "It grows and shrinks with the contract's value"), ("no", "It stays as it is")],
        coerce=lambda word: word == "yes", initial="no", label="When the contract's value changes",
        widget=forms.RadioSelect,
    )  # fmt: skip
    burden_bid = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_MINUTES, label="Minutes for each bid",
        help_text="Leave it empty for our estimate",
    )  # fmt: skip
    burden_return = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_MINUTES, label="Minutes for each return",
        help_text="Leave it empty for our estimate",
    )  # fmt: skip

    def __init__(self, *args: Any, plan: Plan, measure: Measure | None, known_ref: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.measure = plan, measure
        asked = frameworks.extra_data(plan.framework, measure.code, body=plan.authority_id) if measure else ()
        self.data_asked = asked
        self._of_the_measure(measure)
        if known_ref:
            del self.fields["ref"]
        for one in asked:
            self.fields[f"data_{one.name}"] = QuantityField(
                required=False, label=f"{one.label[:1].upper()}{one.label[1:]}", unit=one.unit,
                help_text=f"{', '.join(one.frameworks)} cannot take this measure's deliveries without it",
            )  # fmt: skip

    def _of_the_measure(self, measure: Measure | None) -> None:
        known = policy_themes()
        if measure is not None:
            for name in ("kind", "unit", "better"):
                del self.fields[name]
            self.fields["target"].suffix = measure.unit  # type: ignore[attr-defined]
        else:
            self.fields["unit"].choices = _unit_choices()  # type: ignore[attr-defined]
        if measure is not None and known.of(measure, frameworks.framework(self.plan.framework)) is not None:
            del self.fields["themes"]
        else:
            self.fields["themes"].choices = list(known.labels.items())  # type: ignore[attr-defined]

    @property
    def data_fields(self) -> list[Any]:
        return fields_named(self, [f"data_{one.name}" for one in self.data_asked])

    @property
    def main_fields(self) -> list[Any]:
        return fields_named(self, ("ref", "deliverable", "kind", "unit", "better", "themes", "target", "profile"))

    @property
    def rest_fields(self) -> list[Any]:
        return fields_named(self, ("evidence_rule", "place", "cohort", "scalable", "burden_bid", "burden_return"))

    def values(self, *, ref: str = "") -> MeasureFields:
        """Return the answers as the service takes them."""
        answers, measure = self.cleaned_data, self.measure
        kind = measure.kind.value if measure else answers["kind"]
        own_sum = Aggregation.SUM.value if kind == Kind.QUANTITY.value else Aggregation.RECOMPUTE.value
        data = {one.name: terms.shown(answers[f"data_{one.name}"]) for one in self.data_asked}
        names = ("deliverable", "target", "profile", "evidence_rule", "place", "cohort", "scalable")
        kpi = KpiFields(
            ref=ref or answers["ref"], measure=measure.code if measure else "",
            unit=measure.unit if measure else answers["unit"], kind=kind, over_time=own_sum, over_contracts=own_sum,
            better=measure.better if measure else answers["better"],
            data={name: text for name, text in data.items() if text}, **{name: answers[name] for name in names},
        )  # fmt: skip
        return MeasureFields(kpi, tuple(answers.get("themes", ())), answers["burden_bid"], answers["burden_return"])

    @staticmethod
    def of(row: PlanMeasure) -> dict[str, Any]:
        """Return a measure of a plan as first answers."""
        found: dict[str, Any] = {name: getattr(row, name) for name in WORDS}
        names = ("themes", "burden_bid", "burden_return", "version")
        found |= {name: getattr(row, name) for name in names}
        found |= {"scalable": "yes" if row.scalable else "no", "target": terms.shown(row.target)}
        return found | {f"data_{name}": value for name, value in dict(row.data).items()}
