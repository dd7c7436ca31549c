"""
What a quantity is worth, with all that is needed to work it out again.

Pence are worked out once, in exact decimals, half up, and are whole numbers from then on. Values of different packs,
framework releases or price bases are never added without a label.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commonweal import errors
from commonweal.adjustments import Adjusted, Step, adjust, factor_of
from commonweal.quantities import EXACT, HUNDRED, ONE, Quantity, to_pounds
from commonweal.series import Answer, Entry, ValueSeries

PER = "GBP/"
FISCAL, ECONOMIC, SOCIAL, TRANSFER = "fiscal", "economic", "social", "transfer"
PUBLIC = (FISCAL, ECONOMIC, SOCIAL, TRANSFER)
"""The parts of public value; a transfer is below zero."""

_multiply, _quantize = EXACT.multiply, EXACT.quantize


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a value, such as fiscal, economic or social: pounds per unit, and net pence."""

    name: str
    value: Decimal
    pence: int

    @property
    def pounds(self) -> Decimal:
        return to_pounds(self.pence)


@dataclass(frozen=True, slots=True)
class Valuation:
    """
    Money worth of a quantity on a day: quantity x value x shares kept = net pence, rounded once, half up.

    `answer` holds the dated value with its source, and the level of place that gave it. `adjusted` keeps gross and
    net with the steps between. `parts` stand beside the whole and are never added to it; where their values add up
    to the whole value, so do their pence. `low_pence` and `high_pence` are the net range, where the value was
    published with one.
    """

    pence: int
    quantity: Quantity
    on: dt.date
    series_id: str
    answer: Answer
    adjusted: Adjusted
    parts: tuple[Part, ...]
    low_pence: int | None
    high_pence: int | None
    pack: str
    framework: str
    kind: str
    price_base: str
    licence: str
    may_export: bool

    @property
    def pounds(self) -> Decimal:
        return to_pounds(self.pence)

    @property
    def gross_pence(self) -> int:
        return self.adjusted.gross_pence

    @property
    def entry(self) -> Entry:
        """The dated value used, and its source."""
        return self.answer.entry

    @property
    def basis(self) -> tuple[str, str, str]:
        """What must be the same before two valuations may be added: pack, framework release, price base."""
        return (self.pack, self.framework, self.price_base if self.kind == "real" else "nominal")


@dataclass(frozen=True, slots=True)
class Total:
    """
    A sum of stored pence. `bases` holds every pack, release and price base in it; with more than one there is a
    `label` that says so. `may_export` is false as soon as one value may not leave.
    """

    pence: int
    gross_pence: int
    bases: tuple[tuple[str, str, str], ...]
    label: str
    may_export: bool

    @property
    def pounds(self) -> Decimal:
        return to_pounds(self.pence)


def pence(amount: Decimal, value: Decimal, kept: Decimal = ONE) -> int:
    """
    Return `amount` x `value` pounds x `kept` in whole pence, rounded once, half up (half a penny away from zero).

    The fast path: used once per movement, whatever the caller's decimal context says.
    """
    pounds = _multiply(amount, value)
    if kept is not ONE:
        pounds = _multiply(pounds, kept)
    return int(_quantize(_multiply(pounds, HUNDRED), ONE))


def value_quantity(
    *,
    quantity: Quantity,
    series: ValueSeries,
    on: dt.date,
    places: Sequence[tuple[str, str]] = (),
    steps: Sequence[Step] = (),
) -> Valuation:
    """
    Return what `quantity` is worth in pounds, at the value in force on `on` at the narrowest of `places`.

    Unit: `quantity` in the unit under the series' slash (GBP/hour takes hours). Result: GBP at the series' own
    price base, no inflation; net of `steps`, with gross beside it; rounded once, half up, to the penny.
    Source: HM Treasury, Wellbeing Guidance for Appraisal (2021), unit value approach.

    :raises UnitMismatch: if the units differ; nothing is ever converted silently
    :raises NoValueForDate, NoValueForPlace: if the series has no entry in force; never zero
    :raises BadQuantity: if an adjustment stands twice
    """
    _same_unit(quantity, series)
    answer = series.on(on, places)
    adjusted = adjust(gross=_multiply(quantity.amount, answer.entry.value), steps=steps)
    kept, entry = factor_of(steps), answer.entry
    return Valuation(
        pence=adjusted.net_pence,
        quantity=quantity,
        on=on,
        series_id=series.id,
        answer=answer,
        adjusted=adjusted,
        parts=_parts(quantity.amount, entry, kept, adjusted.net_pence),
        low_pence=None if entry.low is None else pence(quantity.amount, entry.low, kept),
        high_pence=None if entry.high is None else pence(quantity.amount, entry.high, kept),
        pack=series.pack,
        framework=series.framework,
        kind=series.kind,
        price_base=series.price_base,
        licence=series.licence,
        may_export=series.may_export,
    )


def add_valuations(valuations: Sequence[Valuation], *, label: str = "") -> Total:
    """
    Add stored pence of several valuations.

    Different packs, framework releases or price bases are only added under a `label` that says what the sum mixes.

    :raises MixedPacks: if they differ and there is no label
    """
    bases = tuple(sorted({valuation.basis for valuation in valuations}))
    if len(bases) > 1 and not label:
        named = "; ".join(", ".join(part for part in basis if part) for basis in bases)
        raise errors.MixedPacks(
            f"These values have different bases ({named}), so their sum means nothing by itself. "
            f"Show them side by side, or give the sum a label that says what it mixes."
        )
    return Total(
        pence=sum(valuation.pence for valuation in valuations),
        gross_pence=sum(valuation.gross_pence for valuation in valuations),
        bases=bases,
        label=label,
        may_export=all(valuation.may_export for valuation in valuations),
    )


def financial_case(valuation: Valuation) -> int:
    """
    Return the fiscal part alone, in pence: what the public purse saves.

    :raises NoValueForDate: if the value has no fiscal part, which is not the same as zero
    """
    found = next((part.pence for part in valuation.parts if part.name == FISCAL), None)
    if found is None:
        raise _no_part(valuation, FISCAL)
    return found


def public_value(valuation: Valuation) -> int:
    """
    Return the worth to everybody, in pence: fiscal, economic and social where they are known, with transfers.

    A transfer, such as a benefit no longer paid, is a saving of the public purse but a loss of the person. It is a
    part below zero, which takes it off again.
    Source: New Economy, Unit Cost Database v1.4 (2015), rules of use.

    :raises NoValueForDate: if the value has none of these parts
    """
    known = {part.name: part.pence for part in valuation.parts if part.name in PUBLIC}
    if not known.keys() - {TRANSFER}:
        raise _no_part(valuation, "fiscal, economic or social")
    return sum(known.values())


def _parts(amount: Decimal, entry: Entry, kept: Decimal, whole: int) -> tuple[Part, ...]:
    parts = [Part(name, value, pence(amount, value, kept)) for name, value in entry.parts]
    if parts and sum(part.value for part in parts) == entry.value:
        parts[-1] = replace(parts[-1], pence=whole - sum(part.pence for part in parts[:-1]))
    return tuple(parts)


def _no_part(valuation: Valuation, name: str) -> errors.NoValueForDate:
    return errors.NoValueForDate(
        f"{valuation.series_id} has no {name} part on {valuation.on}. A part that nobody estimated is not zero; "
        f"leave it out of the sum and say so."
    )


def _same_unit(quantity: Quantity, series: ValueSeries) -> None:
    wanted = series.unit.removeprefix(PER)
    if quantity.unit != wanted:
        raise errors.UnitMismatch(
            f"{series.id} is priced per {wanted}, but the quantity is in {quantity.unit}. "
            f"Convert it first; Commonweal does not guess a conversion."
        )
