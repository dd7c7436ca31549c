"""The forms of a return: one question a page, with the builder beside it where an amount is built up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from commonweal.periods import Period
from commonweal.portfolio import Kind
from commonweal_web.contracts.models import KpiVersion
from commonweal_web.core.forms import DateField, PoundsField, QuantityField, VersionedForm, speak
from commonweal_web.delivery.returns.builders import Builder, fte_years_from_average
from commonweal_web.evidence.models import EvidenceItem

AMOUNT, NIL = "amount", "nil"


class AmountForm(VersionedForm):
    """What was delivered under one KPI in the period: an amount in its unit, or nothing, with the reason."""

    answer = forms.ChoiceField(
        label="What was delivered in this period?",
        widget=forms.RadioSelect,
        choices=[(AMOUNT, "An amount"), (NIL, "Nothing to report")],
        error_messages={"required": "Choose whether you report an amount or nothing."},
    )
    nil_reason = forms.CharField(
        label="Why is there nothing to report?",
        help_text="For example: the baseline survey is in July.",
        max_length=500,
        required=False,
    )

    def __init__(
        self, *args: Any, version: KpiVersion, builder: Builder, expires: bool = False, built: bool = False, **kw: Any
    ) -> None:
        self.kpi_version, self.builder, self.built = version, builder, built
        super().__init__(*args, **kw)
        self._add_amount(version)
        if expires:
            self.fields["valid_until"] = DateField(label="Last day on which it is valid", required=False)
        names = [name for name in ("amount", "denominator", "valid_until") if name in self.fields]
        self.fields["answer"].reveals = {AMOUNT: names, NIL: ["nil_reason"]}  # type: ignore[attr-defined]
        for name in names:
            field = self.fields[name]
            field.optional_mark = False  # type: ignore[attr-defined]
            speak(name, field)

    def _add_amount(self, version: KpiVersion) -> None:
        if version.kind == Kind.RATIO:
            self.fields["amount"] = QuantityField(label="How many count", required=False)
            self.fields["denominator"] = QuantityField(label="Out of how many", required=False)
        elif version.kind == Kind.YES_NO:
            self.fields["amount"] = forms.ChoiceField(
                label="Is it in place?", choices=[("1", "Yes"), ("0", "No")], widget=forms.RadioSelect, required=False
            )
        elif self.builder is Builder.SPEND:
            self.fields["amount"] = PoundsField(label="Pounds spent", required=False)
        elif self.builder is Builder.FTE:
            label = "Full-time equivalents, on average over the period"
            self.fields["amount"] = QuantityField(label=label, unit="FTE", required=False)
        elif version.kind not in (Kind.NARRATIVE, Kind.REFERENCE):
            self.fields["amount"] = QuantityField(label="How much", unit=version.unit, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("answer") == NIL:
            if not values.get("nil_reason") and "nil_reason" not in self.errors:
                self.add_error("nil_reason", "Say why there is nothing to report.")
            return values
        if values.get("answer") == AMOUNT:
            self._check_amount(values)
        return values

    def _check_amount(self, values: dict[str, Any]) -> None:
        amount = values.get("amount")
        empty = amount in (None, "")
        if "amount" in self.fields and empty and not self.built and "amount" not in self.errors:
            words = "Enter the amount, or choose “Nothing to report”."
            self.add_error("amount", "Choose yes or no." if self.kpi_version.kind == Kind.YES_NO else words)
        if "denominator" in self.fields and not self.errors:
            whole = values.get("denominator")
            if not whole:
                self.add_error("denominator", "Enter the whole that it is a part of, above 0.")
            elif amount is not None and amount > whole:
                self.add_error("amount", f"{amount:f} is more than the whole, {whole:f}. Check the two numbers.")

    def quantity(self, period: Period) -> Decimal | None:
        """Return the amount that was typed, in the KPI's unit; None if it is left to the builder."""
        typed = self.cleaned_data.get("amount")
        if typed in (None, ""):
            return None
        if self.builder is Builder.SPEND:
            return Decimal(typed) / 100
        if self.builder is Builder.FTE and self.kpi_version.unit == "FTE-year":
            return fte_years_from_average(typed, period)
        return Decimal(typed)


class WordsForm(VersionedForm):
    """Where, for whom, and a short account; a reason for each thing that looks odd."""

    place = forms.CharField(label="Where was it delivered?", max_length=80, required=False)
    cohort = forms.CharField(label="For whom?", max_length=80, required=False)
    account = forms.CharField(
        label="What happened?",
        help_text="Two or three sentences that your contract manager can use. No names of people who benefited.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, asks_place: bool, asks_cohort: bool, odd: Iterable[Any] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        if not asks_place:
            del self.fields["place"]
        if not asks_cohort:
            del self.fields["cohort"]
        self.odd = list(odd)
        for found in self.odd:
            field = forms.CharField(label=f"{found.text} Why is that?", max_length=500, required=False)
            field.noun = "the reason"  # type: ignore[attr-defined]
            field.optional_mark = False  # type: ignore[attr-defined]
            self.fields[f"why_{found.code}"] = field
            speak(f"why_{found.code}", field)
        self.order_fields([f"why_{found.code}" for found in self.odd])

    def reasons(self) -> dict[str, str]:
        """Return the reasons by the code of what they are for."""
        return {found.code: self.cleaned_data[f"why_{found.code}"] for found in self.odd}


class ChooseEvidenceForm(VersionedForm):
    """Which files of this period show what the claim says."""

    items = forms.MultipleChoiceField(
        label="Which of the files of this period show it?", widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, known: Sequence[EvidenceItem], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.known = {str(item.pk): item for item in known}
        field = self.fields["items"]
        field.choices = [(key, item.name) for key, item in self.known.items()]  # type: ignore[attr-defined]
        field.choice_hints = {key: item.note for key, item in self.known.items() if item.note}  # type: ignore[attr-defined]
        field.optional_mark = False  # type: ignore[attr-defined]

    def chosen(self) -> list[EvidenceItem]:
        return [self.known[key] for key in self.cleaned_data["items"]]


class DeclarationsForm(VersionedForm):
    """Two declarations, and a few words about the period."""

    only_this_contract = forms.BooleanField(
        label="Everything here was delivered for this contract, in this period", required=False
    )
    only_contracted = forms.BooleanField(
        label="Everything here is what the contract asks for, and nothing was claimed anywhere else", required=False
    )
    account = forms.CharField(
        label="Anything about the period as a whole?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class SubmitForm(VersionedForm):
    """The button that sends a return."""


class ReasonForm(VersionedForm):
    """A reason for an act."""

    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 4}), max_length=1000)

    def __init__(self, *args: Any, label: str = "Reason", required: bool = True, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["reason"].label = label
        self.fields["reason"].required = required


class CorrectForm(VersionedForm):
    """The right figure of a claim that was sent, and why."""

    answer = forms.ChoiceField(
        label="What is right?",
        widget=forms.RadioSelect,
        choices=[(AMOUNT, "Another amount"), (NIL, "Nothing: take the whole claim back")],
    )
    amount = QuantityField(label="The right amount", required=False)
    denominator = QuantityField(label="Out of how many", required=False)
    reason = forms.CharField(label="Why was the first figure not right?", max_length=500)

    def __init__(self, *args: Any, version: KpiVersion, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["amount"].suffix = version.unit  # type: ignore[attr-defined]
        names = ["amount"]
        if version.kind == Kind.RATIO:
            names.append("denominator")
        else:
            del self.fields["denominator"]
        for name in names:
            self.fields[name].optional_mark = False  # type: ignore[attr-defined]
        self.fields["answer"].reveals = {AMOUNT: names}  # type: ignore[attr-defined]


class GrantForm(VersionedForm):
    """Grant a reopening until a day, or refuse it with a reason."""

    verdict = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        choices=[("grant", "Open it again until a day"), ("refuse", "Leave it closed")],
    )
    until = DateField(label="Open until the end of", required=False)
    reason = forms.CharField(label="Reason", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["until"].optional_mark = False  # type: ignore[attr-defined]
        self.fields["verdict"].reveals = {"grant": ["until"]}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("verdict") == "grant" and not values.get("until") and "until" not in self.errors:
            self.add_error("until", "Enter the last day on which it is open.")
        if values.get("verdict") == "refuse" and not values.get("reason"):
            self.add_error("reason", "Say why it stays closed.")
        return values


class WorkbookForm(VersionedForm):
    """A return workbook that was filled in."""

    file = forms.FileField(label="The workbook that you filled in", help_text="The .xlsx or .ods file from this page.")
