"""The one form of a KPI, for a measure of the catalogue, a template or words of one's own; and what decides it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from commonweal.catalogue import Measure
from commonweal.catalogue.units import units
from commonweal.periods import Period
from commonweal.portfolio import Aggregation, Kind, Profile
from commonweal_web.contracts import terms
from commonweal_web.contracts.models import Contract, Deliverable, KpiVersion
from commonweal_web.contracts.services.kpis import WORDS, KpiFields
from commonweal_web.core.forms import PageForm, QuantityField, VersionedForm
from commonweal_web.frameworks import selectors as frameworks

PROFILE_WORDS = [
    (Profile.EVEN.value, "Evenly: the same in each period"),
    (Profile.S_CURVE.value, "Slowly first, then faster, then slowly"),
    (Profile.STEPPED.value, "In steps that I type"),
    (Profile.MILESTONES.value, "By milestones: due on the last day of a period"),
]
KINDS = [
    (Kind.QUANTITY.value, "A quantity"),
    (Kind.RATIO.value, "A percentage"),
    (Kind.NARRATIVE.value, "Told in words"),
]


class KpiForm(VersionedForm):
    """What is promised, how it falls due, and what proves it. Targets by period are worked out and can be changed."""

    ref = forms.CharField(max_length=40, label="Reference", help_text="Short, like NT17")
    deliverable = forms.CharField(
        max_length=500, label="What is promised, in words", widget=forms.Textarea(attrs={"rows": 2})
    )
    target = QuantityField(required=False, label="Target for the whole contract")
    profile = forms.ChoiceField(
        choices=PROFILE_WORDS, label="How it falls due", widget=forms.RadioSelect, initial="even"
    )
    evidence_rule = forms.CharField(
        max_length=500, required=False, label="What counts as evidence", widget=forms.Textarea(attrs={"rows": 2})
    )
    place = forms.CharField(max_length=80, required=False, label="Place or ward")
    cohort = forms.CharField(max_length=80, required=False, label="Group of people", help_text="Such as care leavers")
    scalable = forms.TypedChoiceField(
        choices=[("yes", "It grows and shrinks with the contract's value"), ("no", "It stays as it is")],
        coerce=lambda word: word == "yes",
        initial="no",
        label="When the contract's value changes",
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(choices=KINDS, label="What is counted")
    unit = forms.ChoiceField(label="Unit")
    better = forms.ChoiceField(choices=[("up", "More is better"), ("down", "Less is better")], label="Direction")

    def __init__(
        self, *args: Any, contract: Contract, measure: Measure | None, known_ref: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contract, self.measure = contract, measure
        self.periods = terms.periods(contract.period_scheme, contract.starts, contract.ends)
        self.data_asked = (
            frameworks.extra_data(contract.framework, measure.code, body=contract.authority_id) if measure else ()
        )
        if measure is not None:
            for name in ("kind", "unit", "better"):
                del self.fields[name]
            self.fields["target"].suffix = measure.unit  # type: ignore[attr-defined]
        else:
            choices = [(one.id, one.plural) for one in sorted(units(), key=lambda one: one.plural)]
            self.fields["unit"].choices = [("", "Choose a unit"), *choices]  # type: ignore[attr-defined]
        if known_ref:
            del self.fields["ref"]
        for one in self.data_asked:
            words = f"{one.label[:1].upper()}{one.label[1:]}"
            asks = ", ".join(one.frameworks)
            self.fields[f"data_{one.name}"] = QuantityField(
                required=False,
                label=words,
                unit=one.unit,
                help_text=f"{asks} cannot take this KPI's deliveries without it",
            )
        for period in self.periods:
            self.fields[_box(period)] = QuantityField(required=False, label=period.label)
            self.fields[_box(period)].optional_mark = False  # type: ignore[attr-defined]

    @property
    def period_fields(self) -> list[Any]:
        return [self[_box(period)] for period in self.periods]

    @property
    def data_fields(self) -> list[Any]:
        return [self[f"data_{one.name}"] for one in self.data_asked]

    def named(self, *names: str) -> list[Any]:
        return [self[name] for name in names if name in self.fields]

    @property
    def main_fields(self) -> list[Any]:
        return self.named("ref", "deliverable", "kind", "unit", "better", "target", "profile")

    @property
    def rest_fields(self) -> list[Any]:
        return self.named("evidence_rule", "place", "cohort", "scalable")

    def typed(self) -> dict[Period, Decimal] | None:
        """Return the targets typed by period; None where every box is empty and the engine divides."""
        found = {p: self.cleaned_data.get(_box(p)) for p in self.periods}
        if all(amount is None for amount in found.values()):
            return None
        return {period: amount or Decimal(0) for period, amount in found.items()}

    def values(self, *, ref: str = "", by_period: bool = True) -> KpiFields:
        """Return the answers as the service takes them."""
        answers = self.cleaned_data
        unit = self.measure.unit if self.measure else answers["unit"]
        kind = self.measure.kind.value if self.measure else answers["kind"]
        own_sum = Aggregation.SUM.value if kind == Kind.QUANTITY.value else Aggregation.RECOMPUTE.value
        over_time = self.measure.over_time.value if self.measure else own_sum
        data = {one.name: terms.shown(answers[f"data_{one.name}"]) for one in self.data_asked}
        return KpiFields(
            ref=ref or answers["ref"],
            measure=self.measure.code if self.measure else "",
            deliverable=answers["deliverable"],
            target=answers["target"],
            unit=unit,
            kind=kind,
            profile=answers["profile"],
            over_time=over_time,
            over_contracts=self.measure.over_contracts.value if self.measure else own_sum,
            better=self.measure.better if self.measure else answers["better"],
            evidence_rule=answers["evidence_rule"],
            place=answers["place"],
            cohort=answers["cohort"],
            scalable=answers["scalable"],
            data={name: text for name, text in data.items() if text},
            by_period=self.typed() if by_period else None,
        )

    def preview(self) -> list[terms.Amount]:
        """Return what the engine makes of target and profile; typed amounts count where somebody types them."""
        fields = self.values(ref="preview", by_period=self.cleaned_data["profile"] in terms.TYPED)
        if fields.profile in terms.TYPED and fields.by_period is None:
            return []
        return terms.spread(
            total=fields.target,
            profile=fields.profile,
            kind=fields.kind,
            over_time=fields.over_time,
            periods=self.periods,
            given=fields.by_period,
        )

    def with_amounts(self, amounts: list[terms.Amount]) -> None:
        """Put amounts into the boxes of the periods, for the page that is shown again."""
        data = dict(self.data.items())
        for one in amounts:
            data[_box(one.period)] = terms.shown(one.amount)
        self.data = data


def _box(period: Period) -> str:
    return f"period_{period.start.isoformat()}"


def initial_of(row: Deliverable, *, target: Decimal | None = None) -> dict[str, Any]:
    """Return what a version or a template says as first answers."""
    found: dict[str, Any] = {name: getattr(row, name) for name in WORDS}
    found["scalable"] = "yes" if row.scalable else "no"
    found |= {f"data_{name}": value for name, value in dict(row.data).items()}
    if target is not None:
        found["target"] = terms.shown(target)
    return found


def initial_of_version(version: KpiVersion) -> dict[str, Any]:
    """Return a version's answers, its targets by period and the number of edits it stands at."""
    found = initial_of(version, target=version.target) | {"version": version.version, "ref": version.kpi.ref}
    for one in version.targets.all():
        found[f"period_{one.starts.isoformat()}"] = terms.shown(one.amount)
    return found


class SearchForm(PageForm):
    """Everyday words that find a measure."""

    words = forms.CharField(
        required=False, label="Search the measures", help_text="For example, apprentices or local jobs"
    )
    words.optional_mark = False  # type: ignore[attr-defined]


class ReasonForm(VersionedForm):
    """A decision against something, with its reason."""

    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))


class TemplateForm(PageForm):
    """A name under which a KPI is kept for other contracts."""

    name = forms.CharField(max_length=120, label="Name of the template")
    category = forms.CharField(
        max_length=12, required=False, label="CPV code that it suits", help_text="Leave it empty for every category"
    )
