"""`value`: what an amount is worth, at which value, from which source, on which day and in which place."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from commonweal import adjustments, errors, packs
from commonweal.catalogue import load_catalogue, units
from commonweal.cli import options
from commonweal.cli.base import Command
from commonweal.cli.show import facts, say, write_json
from commonweal.cli.status import Status
from commonweal.quantities import Quantity, exact, to_pounds
from commonweal.reporting import wording
from commonweal.series import ValueSeries
from commonweal.valuation import Valuation, value_quantity

NEGATIVE = re.compile(r"-[\d.,]")


class Amount(click.ParamType[Decimal, Any]):
    """An exact number, written like 12.5 or 1,250."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            return Quantity(exact(str(value).replace(",", "")), "any").amount
        except errors.BadQuantity:
            return self.fail(f"{value!r} is no number. Write it like 12.5.", param, ctx)


class Share(click.ParamType[tuple[str, Decimal], Any]):
    """A named step from gross to net: NAME=PER CENT."""

    name = "step"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Decimal]:
        name, _, share = str(value).partition("=")
        try:
            return name.strip(), exact(share.strip().removesuffix("%"))
        except errors.BadQuantity:
            return self.fail(f"{value!r} is no step. Write it like deadweight=25.", param, ctx)


class Valued(Command):
    """A command whose amount may be below zero, as that of a correction: -13 is a number here, and no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        below = [] if "--" in args else [word for word in args if NEGATIVE.match(word)]
        if below:
            args = [*(word for word in args if word not in below), "--", *below]
        return super().parse_args(ctx, args)


@click.command(
    cls=Valued,
    examples=[
        "commonweal value value/wellby 0.2 --unit WELLBY --on 2021-09-01",
        "commonweal value fx-2025.1/NT10 13 --unit week --on 2026-04-01",
        "commonweal value fx-2025.1/NT17 75 --unit hours --on 2026-04-01 --keep attribution=50 --lose deadweight=10",
        "commonweal value national-toms/NT1 2 --unit FTE-year --on 2026-04-01 --place Coventry --pack our-values.yaml",
    ],
    statuses={
        Status.FINE: "the value was found and the amount is valued",
        Status.REFUSED: "the measure, unit, day or place has no value, or the pack was refused",
    },
)
@click.argument("measure")
@click.argument("amount", type=Amount())
@click.option("--unit", required=True, help="The unit of AMOUNT; nothing is converted.")
@click.option("--on", "on", metavar="DATE", required=True, type=options.DAY, help="The day whose value is used.")
@click.option("--place", help="Code or name of the place, for values that differ by place.")
@click.option("--keep", "kept", metavar="NAME=%", multiple=True, type=Share(), help="A share kept: attribution=50.")
@click.option("--lose", "lost", metavar="NAME=%", multiple=True, type=Share(), help="A share lost: deadweight=25.")
@options.pack_option
def value(
    measure: str,
    amount: Decimal,
    unit: str,
    on: dt.date,
    place: str | None,
    kept: tuple[tuple[str, Decimal], ...],
    lost: tuple[tuple[str, Decimal], ...],
    packs: tuple[Path, ...],
    as_json: bool,
) -> None:
    """
    Say what an amount is worth, and show the working.

    MEASURE is a value series (value/wellby) or a measure that has one (fx-2025.1/NT10). Fiscal, economic and social
    parts stand beside the whole; they are never added to it.
    """
    series = _series(measure, options.load_values(packs))
    steps = [adjustments.keep(name, share / 100) for name, share in kept]
    steps += [adjustments.lose(name, share / 100) for name, share in lost]
    worth = value_quantity(
        quantity=Quantity(amount, units().canonical(unit) or unit),
        series=series,
        on=on,
        places=options.gazetteer().levels(place) if place else (),
        steps=steps,
    )
    if as_json:
        write_json(_document(measure, series, worth))
    else:
        say(*_lines(measure, series, worth))


def _series(measure: str, values: options.Values) -> ValueSeries:
    """
    Return the one series that prices `measure`.

    :raises UnknownCode: if it is not known
    :raises NoValueForDate: if it has no pounds here, or values of more than one pack
    """
    if measure.casefold().startswith("value/") or any(series.id == measure for series in values.own):
        return values.get(measure)
    found = load_catalogue().measure(measure)
    own = values.of_measure(found.framework, found.code)
    if len(own) > 1:
        named = ", ".join(series.id for series in own)
        raise errors.MixedPacks(f"{found.id} has values in several of your packs. Name the one you mean: {named}.")
    if own:
        return own[0]
    if found.values:
        return values.get(found.values)
    why = (
        "Its publisher prices it, but the values may not be shipped; give your own with --pack."
        if found.monetised
        else ("It is recorded without pounds.")
    )
    raise errors.NoValueForDate(f"{found.id} has no value here. {why}")


def _attribution(series: ValueSeries) -> str:
    known = packs.licences().get(series.licence)
    return known.attribution if known else ""


def _document(measure: str, series: ValueSeries, worth: Valuation) -> dict[str, Any]:
    entry = worth.entry
    return {
        "measure": measure,
        "pounds": worth.pounds,
        "gross_pounds": to_pounds(worth.gross_pence),
        "quantity": {"amount": worth.quantity.amount, "unit": worth.quantity.unit},
        "series": series.id,
        "value": entry.value,
        "unit": series.unit,
        "on": worth.on,
        "in_force_from": entry.start,
        "answered_by": {"level": worth.answer.level, "place": worth.answer.place},
        "steps": [str(step) for step in (line.step for line in worth.adjusted.lines)],
        "parts": [{"name": part.name, "value": part.value, "pounds": part.pounds} for part in worth.parts],
        "source": {"id": entry.source, **series.sources.get(entry.source, {})},
        "verified": entry.verified,
        "prices": {"kind": worth.kind, "base": worth.price_base},
        "pack": worth.pack,
        "licence": worth.licence,
        "attribution": _attribution(series),
        "may_export": worth.may_export,
    }


def _lines(measure: str, series: ValueSeries, worth: Valuation) -> list[str]:
    quantity = wording.amount(worth.quantity.amount, worth.quantity.unit)
    each = wording.amount(worth.entry.value, series.unit)
    lines = [wording.pounds(worth.pounds), "", f"{quantity} x {each} = {wording.pounds(worth.adjusted.gross)}"]
    for step in worth.adjusted.lines:
        lines.append(f"  {step.step}: {wording.pounds(step.before)} to {wording.pounds(step.after)}")
    if worth.parts:
        lines += ["", "Parts, kept apart and never added to the whole:"]
    for part in worth.parts:
        lines.append(f"  {part.name}: {wording.amount(part.value, series.unit)} = {wording.pounds(part.pounds)}")
    return [*lines, "", facts(_about(measure, series, worth))]


def _about(measure: str, series: ValueSeries, worth: Valuation) -> list[tuple[str, str]]:
    entry, source = worth.entry, series.sources.get(worth.entry.source, {})
    place = f"{worth.answer.level} {worth.answer.place}" if worth.answer.place else "everywhere"
    since = f"on {wording.day(worth.on)}, since {wording.day(entry.start)}, for {place}"
    cited = [str(source[name]) for name in ("title", "date", "href") if name in source]
    bounds = [wording.amount(bound, series.unit) for bound in (entry.low, entry.high) if bound is not None]
    return [
        ("Measure", measure if measure != series.id else ""),
        ("Series", f"{series.id}, {series.label}"),
        ("In force", since),
        ("Range", " to ".join(bounds)),
        ("Prices", f"real, of {series.price_base}; not uprated" if series.kind == "real" else "money of the day"),
        ("Source", ", ".join(cited)),
        ("Verified", "" if entry.verified else "no: see the series with `commonweal show`"),
        ("Note", entry.note),
        ("Pack", series.pack),
        ("Licence", series.licence),
        ("Attribution", _attribution(series)),
        ("May leave", "" if series.may_export else "no: for use under your own licence only"),
    ]
