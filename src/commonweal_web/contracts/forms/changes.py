"""Forms of a change: what is proposed, the check, what a supplier asks for and how it compares."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from commonweal.periods import Period
from commonweal_web.contracts import terms
from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.contracts.services.new_versions import ChangeFields, running
from commonweal_web.core.forms import DateField, PageForm, PoundsField, QuantityField, VersionedForm


class ChangeForm(PageForm):
    """A change: why, from when, and the yearly value that scalable KPIs follow."""

    title = forms.CharField(max_length=200, label="What changes")
    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))
    effective = DateField(label="Takes effect on")
    old_yearly_value_pence = PoundsField(label="Value a year until then", required=False)
    yearly_value_pence = PoundsField(
        label="Value a year from then on",
        required=False,
        help_text="KPIs marked as scalable are scaled by it; the others stay",
    )
    value_pence = PoundsField(label="New value of the whole contract", required=False)
    ends = DateField(
        label="New last day of the contract",
        required=False,
        help_text="For an extension or an early end. Targets of added periods are offered on the next page",
    )
    retires = forms.ModelMultipleChoiceField(
        Kpi.objects.none(),
        required=False,
        label="KPIs that end when the change takes effect",
        help_text="They owe nothing from that day on and leave the returns of later periods; what was delivered stays",
        widget=forms.CheckboxSelectMultiple,
    )
    old_yearly_value_pence.least = 1

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["retires"]
        offered.queryset = running(contract).select_related("contract", "current")  # type: ignore[attr-defined]
        offered.label_from_instance = lambda kpi: f"{kpi.ref}: {kpi.current.deliverable}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        old, new = answers.get("old_yearly_value_pence"), answers.get("yearly_value_pence")
        if new is None:
            answers["old_yearly_value_pence"] = None  # it is filled in beforehand; alone it changes nothing
        elif old is None:
            self.add_error("old_yearly_value_pence", "Give the value a year until then too.")
        return answers

    def fields_of(self, targets: dict[int, dict[Period, Decimal]] | None = None) -> ChangeFields:
        """Return the answers as the service takes them."""
        answers = dict(self.cleaned_data)
        retires = frozenset(kpi.pk for kpi in answers.pop("retires"))
        return ChangeFields(**answers, targets=targets, retires=retires)


class KpiTargetsForm(PageForm):
    """The targets of one KPI by period from the effective day on, in a change."""

    def __init__(
        self, *args: Any, kpi: Kpi, amounts: list[terms.Amount], fields: ChangeFields | None = None, **kwargs: Any
    ) -> None:
        self.kpi, self.amounts, self.change = kpi, amounts, fields
        super().__init__(*args, prefix=f"kpi{kpi.pk}", **kwargs)
        for one in amounts:
            box = QuantityField(required=False, label=one.label, initial=terms.shown(one.amount))
            box.optional_mark = False  # type: ignore[attr-defined]
            self.fields[one.starts.isoformat()] = box

    @property
    def moved(self) -> bool:
        """Whether the change touches the KPI by itself; then its targets are shown open."""
        return self.words != "stays"

    @property
    def words(self) -> str:
        """What the change does to the KPI before anybody types."""
        if self.change and self.kpi.pk in self.change.retires:
            return "ends"
        if self.kpi.current and self.kpi.current.scalable:
            return "scaled with the value"
        return "with the periods to the new last day" if self.change and self.change.ends else "stays"

    @property
    def summary(self) -> str:
        return f"{self.kpi.ref}: {self.words}, {terms.shown(terms.total(self.amounts))} from then on"

    def typed(self) -> dict[Period, Decimal]:
        """Return the amounts that differ from what was shown."""
        found = {}
        for one in self.amounts:
            amount = self.cleaned_data.get(one.starts.isoformat())
            if amount is not None and amount != one.amount:
                found[one.period] = amount
        return found


class CheckForm(VersionedForm):
    """The procurement officer's check."""

    permitted = forms.TypedChoiceField(
        choices=[("yes", "Yes, it is a permitted modification"), ("no", "No, it is not")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        label="Is it a permitted modification?",
    )
    permitted.noun = "whether it is a permitted modification"  # type: ignore[attr-defined]
    ground = forms.CharField(
        max_length=500,
        label="On which ground",
        help_text="For example: provided for in clause 14",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AskForm(PageForm):
    """What a supplier asks to change."""

    title = forms.CharField(max_length=200, label="What you would like to change")
    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 3}))
    effective = DateField(label="From which day")
    swap_out = forms.ModelChoiceField(
        Kpi.objects.none(), required=False, label="Which KPI would be replaced, in whole or in part", empty_label="None"
    )
    swap_amount = QuantityField(required=False, label="How much of it")
    offer = forms.CharField(
        max_length=1000, required=False, label="What you offer instead", widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["swap_out"].queryset = Kpi.objects.filter(contract=contract, current__isnull=False).select_related(  # type: ignore[attr-defined]
            "contract", "current"
        )
        self.fields["swap_out"].label_from_instance = lambda kpi: f"{kpi.ref}: {kpi.current.deliverable}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("swap_out") and answers.get("swap_amount") is None:
            self.add_error("swap_amount", "Say how much of the KPI would be replaced.")
        return answers


class CompareForm(VersionedForm):
    """How what is offered compares with what is promised."""

    equivalence = forms.CharField(
        max_length=1000, label="Is it worth as much?", widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence = forms.CharField(
        max_length=1000, label="Can it be proved as well?", widget=forms.Textarea(attrs={"rows": 2})
    )
    need = forms.CharField(
        max_length=1000, label="Does it meet the same need?", widget=forms.Textarea(attrs={"rows": 2})
    )
    equivalence.noun, evidence.noun, need.noun = "what it is worth", "how it is proved", "which need it meets"  # type: ignore[attr-defined]
