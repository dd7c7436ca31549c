"""The rows of a builder: people, sessions, lines of spend. An empty row is no row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from commonweal_web.core.forms import DateField, PageForm, PoundsField, QuantityField
from commonweal_web.delivery.returns.builders import Builder
from commonweal_web.evidence.tokens import LABELS, Identifier

MOST_ROWS = 200
KINDS = [(Identifier.NI.value, LABELS[Identifier.NI]), (Identifier.ULN.value, LABELS[Identifier.ULN])]


class RowForm(PageForm):
    """One row of a builder; a row in which nothing was typed is passed over."""

    main = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed into the row."""
        skipped = {"token"}
        return not any(self._typed(name) for name in self.fields if name not in skipped)

    def has_changed(self) -> bool:
        return not self.empty

    def _typed(self, name: str) -> bool:
        value = self[name].data
        parts = value if isinstance(value, list | tuple) else [value]
        return any(str(part or "").strip() for part in parts) and str(value) != str(self.fields[name].initial or "")


class PersonForm(RowForm):
    """One person behind a claim: never a name."""

    initials = forms.CharField(label="Initials", max_length=8, help_text="No names.")
    outcode = forms.CharField(
        label="First half of the home postcode", max_length=4, min_length=2, help_text="Like NM4.", required=False
    )
    started = DateField(label="Started work", help_text="", required=False)
    left = DateField(label="Left", help_text="Only if they left in this period.", required=False)
    share = forms.DecimalField(
        label="Share of full time", help_text="1 is full time, 0.5 is half.", max_digits=5, decimal_places=4
    )
    weeks = QuantityField(label="Weeks in this period")
    identifier = forms.CharField(
        label="Number that tells them apart",
        help_text="Never stored: it becomes a code at once.",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, builder: Builder, latest: dt.date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name, width in (("initials", 4), ("outcode", 4), ("share", 5), ("weeks", 5), ("identifier", 20)):
            self.fields[name].width = width  # type: ignore[attr-defined]
        for name in ("outcode", "started", "left", "identifier"):
            self.fields[name].optional_mark = False  # type: ignore[attr-defined]
        if builder is not Builder.FTE:
            del self.fields["share"]
        if builder is not Builder.WEEKS:
            del self.fields["weeks"]
        if builder is not Builder.FTE:
            del self.fields["left"]
        self.fields["started"].latest = latest  # type: ignore[attr-defined]

    def clean_outcode(self) -> str:
        return str(self.cleaned_data["outcode"]).strip().upper()

    def clean_initials(self) -> str:
        return str(self.cleaned_data["initials"]).strip().upper()

    def clean_share(self) -> Decimal:
        share: Decimal = self.cleaned_data["share"]
        if not 0 < share <= 1:
            raise forms.ValidationError("Share of full time must be above 0 and not more than 1, like 0.5.")
        return share


class SessionForm(RowForm):
    """Some sessions alike."""

    what = forms.CharField(label="What it was", max_length=80, help_text="Like: gardening with Year 5.")
    hours = QuantityField(label="Hours of one session")
    people = forms.IntegerField(label="People who gave their time", min_value=1, max_value=10_000)
    times = forms.IntegerField(label="How often", min_value=1, max_value=1_000, initial=1)

    def __init__(self, *args: Any, builder: Builder, latest: dt.date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.fields["what"].width = 20  # type: ignore[attr-defined]
        for name in ("hours", "people", "times"):
            self.fields[name].width = 4  # type: ignore[attr-defined]


class SpendForm(RowForm):
    """What was spent with one local supplier."""

    supplier = forms.CharField(label="Supplier", max_length=200)
    outcode = forms.CharField(label="First half of its postcode", max_length=4, required=False)
    pounds = PoundsField(label="Pounds spent", least=1)
    invoice = forms.CharField(
        label="Invoice number", max_length=60, required=False, help_text="Kept as a code, to find one claimed twice."
    )

    def __init__(self, *args: Any, builder: Builder, latest: dt.date, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name, width in (("supplier", 20), ("outcode", 4), ("pounds", 10), ("invoice", 10)):
            self.fields[name].width = width  # type: ignore[attr-defined]
        for name in ("outcode", "invoice"):
            self.fields[name].optional_mark = False  # type: ignore[attr-defined]

    @property
    def empty(self) -> bool:
        """An approved supplier that was offered and got no amount is passed over too."""
        return not self._typed("pounds") and not self._typed("invoice")

    def clean_outcode(self) -> str:
        return str(self.cleaned_data["outcode"]).strip().upper()


class Rows(forms.BaseFormSet):
    """Rows of a builder; empty ones are no rows."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for form in self.forms:
            form.empty_permitted = self.is_bound and form.empty
            form.use_required_attribute = False

    @property
    def filled(self) -> list[dict[str, Any]]:
        """What was typed, row by row."""
        return [form.cleaned_data for form in self.forms if not form.empty]

    def typed(self) -> list[dict[str, Any]]:
        """What stands in the boxes, right or wrong, to show it again."""
        return [{name: form[name].data for name in form.fields} for form in self.forms]


ROW_FORMS: dict[Builder, type[RowForm]] = {
    Builder.FTE: PersonForm,
    Builder.PEOPLE: PersonForm,
    Builder.WEEKS: PersonForm,
    Builder.SESSIONS: SessionForm,
    Builder.SPEND: SpendForm,
}


def rows_for(builder: Builder, *, latest: dt.date, data: Any = None, initial: Sequence[Any] = ()) -> Rows | None:
    """Return the rows of a builder: those typed, or those offered and an empty one; None where there is no builder."""
    if builder is Builder.NONE:
        return None
    made = forms.formset_factory(
        ROW_FORMS[builder], formset=Rows, extra=1, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 1
    )
    rows: Rows = made(  # type: ignore[assignment]  # the factory keeps the class it was given
        data=data,
        initial=list(initial) or None,
        prefix="rows",
        form_kwargs={"builder": builder, "latest": latest},
    )
    return rows


class KindForm(PageForm):
    """By which number people are told apart."""

    identifier_kind = forms.ChoiceField(label="Which number do you give?", choices=KINDS, initial="ni")
