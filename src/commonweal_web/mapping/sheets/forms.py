"""What is filled in: one KPI by region, the whole as a workbook, and a name for a sheet that is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from commonweal.crosswalk.models import Datum
from commonweal.crosswalk.sheet import MOST, STATE_FIELDS, Filled, FilledSheet, asked, shared_ways
from commonweal.crosswalk.summary import Thing, Way
from commonweal.quantities import plain
from commonweal.reporting.build.regional import unit_words
from commonweal_web.core.forms import PageForm, QuantityField, VersionedForm, name_of, speak
from commonweal_web.organisations.models import Organisation

COMMA = re.compile(r"[0-9]+,[0-9]{1,2}|[0-9]+,[0-9]{4,}|[0-9]{4,},[0-9]+")
"""A comma that parts no thousands, so that it can only be meant as a decimal one."""
DIGITS = re.compile(r"[-+]?[0-9,\s]{20,}(\.[0-9]*)?")
LARGEST = f"{MOST:,f}"


class AmountField(QuantityField):
    """An amount that may be left blank; a decimal comma is asked about, not guessed."""

    width = 10

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_value=MOST, **kwargs)
        self.suffix = ""
        self.error_messages["max_value"] = f"{name_of(self)} must be {LARGEST} or less."

    def to_python(self, value: object) -> Any:
        text = str(value or "").strip().replace("\u00a0", " ")
        if COMMA.fullmatch(text.lstrip("+-£ ")):
            raise ValidationError(
                f"{name_of(self)} must be written with a point, like 12.5, not {text[:20]}.", code="comma"
            )
        if DIGITS.fullmatch(text):
            raise ValidationError(f"{name_of(self)} must be {LARGEST} or less.", code="max_value")
        return super().to_python(text.removeprefix("£"))


class AboveZeroField(AmountField):
    """A number above zero."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and value <= 0:
            raise ValidationError(
                f"{name_of(self)} must be more than 0. Leave it blank if it is not known.", code="zero"
            )


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A line of the form: a region with its two boxes; of a percentage they are parts, each with one for its whole."""

    name: str
    target: BoundField
    delivered: BoundField
    target_of: BoundField | None = None
    delivered_of: BoundField | None = None


@dataclass(frozen=True, slots=True)
class Sharing:
    """The boxes in which an amount is shared among several counterparts of one framework."""

    framework: str
    fields: tuple[BoundField, ...]


class KpiForm(VersionedForm):
    """What one KPI says in each region, what else must be known of it, and how it is shared."""

    def __init__(self, *args: Any, sheet: FilledSheet, thing: Thing, version: int, **kwargs: Any) -> None:
        self.sheet, self.thing = sheet, thing
        super().__init__(*args, initial={"version": version}, **kwargs)

        self.data_asked: tuple[Datum, ...] = asked(sheet.summary, thing.id)
        for code, name in sheet.places:
            amount = sheet.amount(thing.id, code)
            self._add_state("target", f"Target, {name}", code, amount)
            self._add_state("delivered", f"Delivered, {name}", code, amount)
        known = sheet.data.get(thing.id, {})
        for at, datum in enumerate(self.data_asked):
            label = f"{datum.label[:1].upper()}{datum.label[1:]}"
            self._add(f"datum_{at}", AboveZeroField(label=label, help_text=NEEDED), known.get(datum.name))
        for way in self._shared():
            points = sheet.choices.get((thing.id, way.to), {}).get(way.target.id)
            field = AmountField(label=f"Share of {way.target.code} {way.target.label}", decimal_places=2)
            field.suffix = "%"
            self._add(f"share_{way.target.id}", field, None if points is None else Decimal(points) / 100)

    def _add_state(self, state: str, label: str, code: str, amount: Filled) -> None:
        head = f"{label}: how many" if self.thing.ratio else label
        self._add(f"{state}_{code}", AmountField(label=head), getattr(amount, state))
        if self.thing.ratio:
            self._add(f"{state}_of_{code}", AboveZeroField(label=f"{label}: out of how many"), amount.of(state))

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of a percentage: part and whole belong together."""
        said = super().clean() or {}
        for code, _ in self.sheet.places if self.thing.ratio else ():
            for state in STATE_FIELDS:
                part, of = f"{state}_{code}", f"{state}_of_{code}"
                if not {part, of} & set(self.errors) and (said.get(part) is None) != (said.get(of) is None):
                    empty = part if said.get(part) is None else of
                    self.add_error(empty, f"Enter {name_of(self.fields[empty])}, or clear both boxes. {WHY_BOTH}")
        return said

    def _add(self, name: str, field: AmountField, value: Decimal | None) -> None:
        field.noun, field.optional_mark = field.label, False  # type: ignore[attr-defined]
        speak(name, field)
        self.fields[name] = field
        self.initial[name] = None if value is None else plain(value)

    def _shared(self) -> tuple[Way, ...]:
        return shared_ways(self.sheet.summary, self.thing.id)

    @property
    def unit(self) -> str:
        return unit_words(self.thing)

    @property
    def rows(self) -> list[RegionRow]:
        heads = ("target_", "delivered_", *(("target_of_", "delivered_of_") if self.thing.ratio else ()))
        return [RegionRow(name, *(self[f"{head}{code}"] for head in heads)) for code, name in self.sheet.places]

    @property
    def data_fields(self) -> list[BoundField]:
        return [self[f"datum_{at}"] for at in range(len(self.data_asked))]

    @property
    def sharings(self) -> list[Sharing]:
        ways = self._shared()
        return [
            Sharing(
                self.sheet.summary.target(release).short_name,
                tuple(self[f"share_{way.target.id}"] for way in ways if way.to == release),
            )
            for release in dict.fromkeys(way.to for way in ways)
        ]

    def amounts(self) -> dict[str, Filled]:
        said = self.cleaned_data
        heads = ("target_", "delivered_", "target_of_", "delivered_of_")
        return {code: Filled(*(said.get(f"{head}{code}") for head in heads)) for code, _ in self.sheet.places}

    def known(self) -> dict[str, Decimal]:
        found = {datum.name: self.cleaned_data[f"datum_{at}"] for at, datum in enumerate(self.data_asked)}
        return {name: value for name, value in found.items() if value is not None}

    def shares(self) -> dict[str, Decimal]:
        found = {way.target.id: self.cleaned_data[f"share_{way.target.id}"] for way in self._shared()}
        return {target: share for target, share in found.items() if share}


WHY_BOTH = "A percentage without its whole makes no percentage of all regions."
NEEDED = "Without it the amount cannot be converted, and the report says so."


class WorkbookForm(VersionedForm):
    """A filled workbook."""

    file = forms.FileField(label="Workbook", widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.ods"}))


class KeepForm(PageForm):
    """A name for a sheet, and the organisation whose people may read it."""

    title = forms.CharField(label="Name of the sheet", max_length=200, help_text="So that you find it again.")
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Organisation", required=False, empty_label="Nobody but me",
        help_text="People who work there may read the sheet; only you change it.",
    )  # fmt: skip

    def __init__(self, *args: Any, bodies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["organisation"].optional_mark = False  # type: ignore[attr-defined]
