"""The forms of what stands around checking: confirmations, double claims, samples."""

from __future__ import annotations

from typing import Any

from django import forms

from commonweal_web.core.forms import DateField, PageForm, QuantityField
from commonweal_web.organisations.models import Organisation


class AskForm(PageForm):
    """Whom to ask whether they received it."""

    beneficiary = forms.CharField(
        label="Group, school or provider that received it", max_length=200, help_text="The mail is addressed to it."
    )
    email = forms.EmailField(label="E-mail address", help_text="Of somebody there who knows. Not of the supplier.")


class ConfirmForm(PageForm):
    """What a beneficiary says."""

    answer = forms.ChoiceField(
        label="Is that so?",
        widget=forms.RadioSelect,
        choices=[
            ("yes", "Yes, that is right"),
            ("other", "We received another amount"),
            ("no", "No, we received nothing"),
        ],
    )
    amount = QuantityField(required=False, label="How much did you receive?")
    comment = forms.CharField(
        required=False, label="Anything we should know", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    answered_as = forms.CharField(
        label="Your role", max_length=120, help_text="Such as chair or treasurer. You need not give your name."
    )

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].suffix = unit  # type: ignore[attr-defined]
        self.fields["answer"].reveals = {"other": ["amount"]}  # type: ignore[attr-defined]


class DoubleForm(PageForm):
    """The decision about a possible double claim."""

    state = forms.ChoiceField(
        label="What do you decide?",
        widget=forms.RadioSelect,
        choices=[
            ("cleared", "It is not the same: both may count"),
            ("upheld", "It was claimed twice: it does not count on this contract"),
        ],
    )
    reason = forms.CharField(label="What does your decision rest on?", widget=forms.Textarea(attrs={"rows": 4}))


class SplitForm(PageForm):
    """How a person is divided between claims, by per cent of the hours."""

    def __init__(self, *args: Any, claims: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for claim in claims:
            one = QuantityField(label=f"{claim.kpi.contract.reference} {claim.kpi.ref}", unit="%")
            one.width = 5  # type: ignore[attr-defined]
            self.fields[f"share-{claim.pk}"] = one

    def shares(self) -> dict[int, Any]:
        return {int(name.removeprefix("share-")): share for name, share in self.cleaned_data.items()}


class DrawForm(PageForm):
    """What to draw from."""

    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label="Body", empty_label=None)
    title = forms.CharField(label="Name of the sample", max_length=200, help_text="Such as Second line, July 2026.")
    first = DateField(label="Decided from")
    last = DateField(label="Decided until")
    size = forms.IntegerField(label="How many", min_value=1, max_value=500, initial=25)
    number = forms.CharField(
        required=False,
        label="Number to draw by",
        max_length=40,
        help_text="Digits only. Leave it empty and one is made. It is recorded, so that anybody can draw again.",
    )

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]


class CheckForm(PageForm):
    """What a second look found."""

    agrees = forms.TypedChoiceField(
        label="Do you come to the same decision?",
        widget=forms.RadioSelect,
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda said: said == "yes",
    )
    note = forms.CharField(required=False, label="What you found", widget=forms.Textarea(attrs={"rows": 3}))
