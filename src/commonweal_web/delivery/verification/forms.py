"""The forms of checking: the filter of the queue, the decision, a question's answer, a correction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from commonweal.fte import FTE_YEAR
from commonweal_web.core.forms import PageForm, PoundsField, QuantityField, VersionedForm
from commonweal_web.delivery.models import Claim, Decision
from commonweal_web.delivery.verification.flags import FLAGS
from commonweal_web.delivery.verification.queue import Wanted

Verdict = Decision.Verdict
LABELS: dict[str, str] = {
    Verdict.ACCEPT: "Accept all that is pending",
    Verdict.PART: "Accept a part",
    Verdict.ASK: "Ask the supplier",
    Verdict.REJECT: "Reject all that is pending",
    Verdict.DISPUTE: "Mark as disputed",
    Verdict.SETTLE: "Settle the dispute",
}


class FilterForm(PageForm):
    """What to see of the queue."""

    contract = forms.ChoiceField(required=False, label="Contract")
    measure = forms.ChoiceField(required=False, label="Measure")
    older_than = forms.TypedChoiceField(
        required=False,
        label="Waiting for",
        coerce=int,
        empty_value=None,
        choices=[("", "Any time"), ("7", "7 days or more"), ("14", "14 days or more"), ("28", "28 days or more")],
    )
    least = PoundsField(required=False, label="Worth at least")
    flag = forms.ChoiceField(required=False, label="Flag", choices=[("", "Any"), *((f.code, f.words) for f in FLAGS)])

    def __init__(self, *args: Any, contracts: Sequence[Any], measures: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, known in (("contract", contracts), ("measure", measures)):
            self.fields[name].choices = [("", "All"), *known]  # type: ignore[attr-defined]
        for one in self.fields.values():
            one.optional_mark = False  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """Return what the filter asks for; everything where it cannot be read."""
        if not self.is_valid():
            return Wanted()
        said = self.cleaned_data
        return Wanted(
            contract=int(said["contract"]) if said["contract"] else None,
            measure=said["measure"],
            older_than=said["older_than"],
            least_pence=said["least"],
            flag=said["flag"],
        )


class DecideForm(VersionedForm):
    """One decision about a claim. Amounts stand under the answer that takes them."""

    verdict = forms.ChoiceField(label="What do you decide?", widget=forms.RadioSelect)
    accepted = QuantityField(required=False, label="How much do you accept?")
    accepted_fte = QuantityField(required=False, label="Or as full-time equivalents in the period", unit="FTE")
    rejected = QuantityField(required=False, label="How much do you reject?", help_text="The rest stays pending.")
    disputed = QuantityField(required=False, label="How much is disputed?")
    settled = QuantityField(required=False, label="How much of the disputed amount do you accept?")
    reason = forms.CharField(
        required=False,
        label="Your reason, or your question",
        help_text="The supplier reads this. It is needed for every answer but a plain acceptance.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )
    REVEALS: ClassVar = {
        "part": ["accepted", "accepted_fte", "rejected"],
        "dispute": ["disputed"],
        "settle": ["settled"],
    }

    def __init__(
        self, *args: Any, claim: Claim, pending: Decimal, disputed: Decimal, fte: Decimal | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        version = claim.kpi_version or claim.kpi.current
        unit = version.unit if version else ""
        for name in ("accepted", "rejected", "disputed", "settled"):
            self.fields[name].suffix = unit  # type: ignore[attr-defined]
        if fte is None:
            del self.fields["accepted_fte"]
        else:
            self.fields["accepted_fte"].help_text = f"{fte} were claimed. They are turned into {FTE_YEAR}s."
        offered = self._offered(claim, pending, disputed)
        self.fields["verdict"].choices = offered  # type: ignore[attr-defined]
        self.fields["verdict"].reveals = {  # type: ignore[attr-defined]
            key: [name for name in names if name in self.fields]
            for key, names in self.REVEALS.items()
            if key in dict(offered)
        }
        shown = {name for names in self.fields["verdict"].reveals.values() for name in names}  # type: ignore[attr-defined]
        for name in ("accepted", "accepted_fte", "rejected", "disputed", "settled"):
            if name in self.fields and name not in shown:
                del self.fields[name]
        self.fields["reason"].optional_mark = False  # type: ignore[attr-defined]

    @staticmethod
    def _offered(claim: Claim, pending: Decimal, disputed: Decimal) -> list[tuple[str, str]]:
        labels = dict(LABELS)
        if disputed and not pending:
            return [(Verdict.SETTLE, labels[Verdict.SETTLE]), (Verdict.ASK, labels[Verdict.ASK])]
        if claim.nil or not claim.amount:
            labels[Verdict.ACCEPT] = "Take note of the nil" if claim.nil else "Accept"
            return [(v, labels[v]) for v in (Verdict.ACCEPT, Verdict.ASK, Verdict.REJECT)]
        if not disputed:
            del labels[Verdict.SETTLE]
        return list(labels.items())


class AnswerForm(VersionedForm):
    """The supplier's answer to a question."""

    answer = forms.CharField(label="Your answer", widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)


class CorrectForm(VersionedForm):
    """Take an amount back from a decision."""

    amount = QuantityField(label="How much do you take back?")
    reason = forms.CharField(label="Why is the decision corrected?", widget=forms.Textarea(attrs={"rows": 3}))
