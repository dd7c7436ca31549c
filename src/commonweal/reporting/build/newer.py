"""
What a newer release of the framework would say of the same delivery: a comparison, never a reported figure.

A contract stays on the release that it was agreed on. When a newer one has another value for a measure, its page shows
both, and the newer one goes into no total.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import errors
from commonweal.catalogue import Catalogue, Framework, Measure
from commonweal.periods import day_in_words
from commonweal.portfolio import Contract, Kpi, Portfolio
from commonweal.reporting.build.flows import POUNDS, Flows
from commonweal.reporting.build.names import anchor
from commonweal.reporting.build.standing import Standing
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import Cell, Column, Row, Show, Table
from commonweal.series import ValueSeries

SeriesOf = Callable[[Measure, str], ValueSeries | None]


@dataclass(frozen=True, slots=True)
class NewerValue:
    """Pounds per unit of the same measure in a newer release, with the series and the day of its entry."""

    release: str
    value: Decimal
    series: str
    since: dt.date


def newer_values(
    portfolio: Portfolio, catalogue: Catalogue, series: SeriesOf, as_at: dt.date
) -> dict[tuple[str, str], NewerValue]:
    """
    Return, by contract and KPI, the value that the newest release in force on `as_at` has for the KPI's measure.

    Only where that release is newer than the contract's, counts the same unit and prices it differently, and where the
    value may be shown. `series` finds the series of a measure, as for `complete`.
    """
    contracts = {contract.ref: contract for contract in portfolio.contracts}
    found = {}
    for kpi in portfolio.kpis:
        contract = contracts.get(kpi.contract)
        newer = _newer(kpi, contract, catalogue, series, as_at) if contract else None
        if newer is not None and newer.value != kpi.value_per_unit:
            found[kpi.key] = newer
    return found


def _newer(kpi: Kpi, contract: Contract, catalogue: Catalogue, series: SeriesOf, as_at: dt.date) -> NewerValue | None:
    release = _newest(contract.framework, catalogue, as_at)
    if release is None or kpi.value_per_unit is None or kpi.value_licensed:
        return None
    try:
        measure = catalogue.measure(kpi.measure, framework=release.id)
        prices = series(measure, "")
        entry = prices.on(as_at).entry if prices and prices.may_export and measure.unit == kpi.unit else None
    except (errors.UnknownCode, errors.NoValueForDate, errors.NoValueForPlace):
        return None  # a measure that the newer release withdrew, or does not price here, has nothing to compare with
    return NewerValue(release.id, entry.value, prices.id, entry.start) if entry and prices else None


def _newest(framework: str, catalogue: Catalogue, as_at: dt.date) -> Framework | None:
    """Follow `superseded_by` from a contract's release to the newest one in force on `as_at`, if there is one."""
    releases = {release.id: release for release in catalogue.frameworks}
    newest = None
    current = releases.get(framework)
    while current is not None and current.superseded_by:
        current = releases.get(current.superseded_by)
        if current is not None and current.applies_from is not None and current.applies_from <= as_at:
            newest = current
    return newest


def newer_table(
    flows: Flows, contract: Contract, standings: Sequence[Standing], newer: Mapping[tuple[str, str], NewerValue]
) -> Table | None:
    """Return what is verified at the reported and at the newer value; None where nothing differs."""
    rows = [_row(flows, s, newer[s.kpi.key]) for s in standings if s.kpi.key in newer and s.worth("verified")]
    if not rows:
        return None
    releases = sorted({newer[s.kpi.key].release for s in standings if s.kpi.key in newer})
    columns = (
        Column("kpi", "KPI"),
        Column("verified", "Verified", Show.QUANTITY),
        Column("reported", "Reported", Show.POUNDS, "£"),
        Column("compared", f"At {', '.join(releases)}, not reported", Show.POUNDS, "£"),
    )
    note = (
        f"This contract stays on {contract.framework}. The last column is a comparison: it enters no total, and a "
        f"change of release needs both parties."
    )
    return Table(f"{anchor(contract)}-newer", "The same delivery at newer values", columns, tuple(rows), note=note)


def _row(flows: Flows, standing: Standing, newer: NewerValue) -> Row:
    book, kpi = flows.book, standing.kpi
    line = f"{standing.stem}/newer"
    label = f"{kpi.ref}: pounds per {kpi.unit} in {newer.release}, not reported"
    source = f"{newer.series}, in force from {day_in_words(newer.since)}"
    value = book.fact(f"{line}/value", label, newer.value, f"GBP/{kpi.unit}", origin=newer.series, source=source)
    verified = standing.quantity["verified"]
    words = f"{kpi.ref} verified at {newer.release}, pounds, not reported"
    inputs = [verified, value.id, *flows.value_inputs(kpi)[1:]]
    compared = book.figure(f"{line}/pounds", words, POUNDS, "value", inputs).id
    return Row(
        (
            Cell(kpi.ref),
            figure_cell(book, verified, unit=standing.unit),
            figure_cell(book, standing.pounds["verified"]),
            figure_cell(book, compared),
        )
    )
