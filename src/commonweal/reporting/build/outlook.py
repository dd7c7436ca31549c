"""What comes next on a contract: forecast to the end, the most a credit could be, the rating that is suggested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from commonweal import performance
from commonweal.figures import Book
from commonweal.ledger import ZERO
from commonweal.periods import Period, periods_of
from commonweal.portfolio import Contract, Profile
from commonweal.quantities import plain
from commonweal.reporting.build.names import anchor
from commonweal.reporting.build.returns import ReturnLine
from commonweal.reporting.build.standing import SHORT, Standing
from commonweal.reporting.build.tables import figure_cell, sum_line, total_row
from commonweal.reporting.build.targets import PROMISED, SUMMED
from commonweal.reporting.model import Cell, Column, Row, Show, Table

LET_GO = ("relieved", "transferred", "written_off")


def forecast_table(
    book: Book, contract: Contract, standings: Sequence[Standing], returns: Sequence[ReturnLine], as_at: dt.date
) -> Table | None:
    """Return where each KPI ends if it goes on as observed, and what each period left must bring; None if unknown."""
    reported = {line.period for line in returns if line.received}
    rows = [_forecast_row(book, contract, s, reported, as_at) for s in standings if _runs_on(s)]
    found = tuple(row for row in rows if row)
    if not found:
        return None
    columns = (
        Column("kpi", "KPI"),
        Column("promised", "Promised", Show.QUANTITY),
        Column("low", "Low", Show.QUANTITY),
        Column("central", "Central", Show.QUANTITY),
        Column("high", "High", Show.QUANTITY),
        Column("left", "Periods left", Show.COUNT),
        Column("needed", "Needed in each", Show.QUANTITY),
    )
    note = (
        "The slowest, the average and the fastest period so far, carried on to the end. One period alone gives no "
        "range. A declared nil counts as a period; a missing return does not."
    )
    return Table(f"{anchor(contract)}-forecast", "Where the KPIs are heading", columns, found, note=note)


def _runs_on(standing: Standing) -> bool:
    """Say whether a rate per period means anything: milestones come when they come, and levels do not add up."""
    return standing.kpi.over_time in SUMMED and standing.kpi.profile is not Profile.MILESTONES


def _forecast_row(
    book: Book, contract: Contract, standing: Standing, reported: set[Period], as_at: dt.date
) -> Row | None:
    if contract.term is None or PROMISED not in standing.quantity:
        return None
    left = sum(1 for p in periods_of(contract.period_scheme, contract.term) if p.end > as_at)
    rates = _rates(book, standing, reported, as_at)
    if not rates or not left:
        return None
    stem, unit, ref = f"{standing.stem}/forecast", standing.unit, standing.kpi.ref
    periods = book.fact(
        f"{stem}/left", f"{ref}: periods left", Decimal(left), "period", origin="the contract's dates"
    ).id
    done = standing.quantity.get("verified") or book.figure(f"{stem}/done", f"{ref} verified", unit, "sum", rates).id
    gone = [standing.quantity[name] for name in LET_GO if name in standing.quantity]
    owed = [standing.quantity[PROMISED], *gone, done]
    still = book.figure(f"{stem}/still", f"{ref} still to deliver", unit, "shortfall", owed).id
    needed = book.figure(f"{stem}/needed", f"{ref} needed in each period left", unit, "per", [still, periods]).id
    ends = {}
    for name, rule in (("low", "smallest"), ("central", "mean"), ("high", "largest")):
        if len(rates) > 1 or name == "central":
            rate = book.figure(f"{stem}/{name}/rate", f"{ref} {name} rate per period", unit, rule, rates).id
            ends[name] = book.figure(
                f"{stem}/{name}", f"{ref} {name} forecast", unit, "projected", [done, rate, periods]
            ).id
    cells = (figure_cell(book, ends.get(name, ""), unit=unit) for name in ("low", "central", "high"))
    promised = figure_cell(book, standing.quantity[PROMISED], unit=unit)
    return Row((Cell(ref), promised, *cells, figure_cell(book, periods), figure_cell(book, needed, unit=unit)))


def _rates(book: Book, standing: Standing, reported: set[Period], as_at: dt.date) -> list[str]:
    """Return the lines of what each ended and reported period brought; a nil is entered as the zero it declares."""
    rates = {p: line for p, line in standing.verified_in.items() if p.end <= as_at}
    for claim in standing.nils:
        if claim.period not in rates and claim.period.end <= as_at:
            line = f"{standing.stem}/nil/{claim.period.start}/{claim.period.end}"
            label = f"{standing.kpi.ref} nil declared, {claim.period.label}"
            rates[claim.period] = book.fact(
                line, label, ZERO, standing.unit, origin=str(claim.origin), source=claim.reason
            ).id
    known = {period: line for period, line in rates.items() if not reported or period in reported}
    return [line for _, line in sorted(known.items())]


def remedy_table(book: Book, contract: Contract, standings: Sequence[Standing]) -> Table | None:
    """Return each KPI's shortfall and the most that the contract's own terms allow as a credit; None without terms."""
    short = [s for s in standings if s.worth(SHORT)]
    if contract.credit_share is None or not short:
        return None
    stem = f"{contract.ref}/credit"
    lines = [standing.pounds[SHORT] for standing in short]
    total = sum_line(book, f"{stem}/short/pounds", f"{contract.ref}: short of what was due", lines)
    inputs = [
        total,
        _term(
            book, contract, "share", "percentage of a shortfall that may be credited", contract.credit_share, "percent"
        ),
    ]
    if contract.credit_cap is not None:
        inputs.append(_term(book, contract, "cap", "most that may be credited", contract.credit_cap, "GBP"))
    ceiling = book.figure(f"{stem}/ceiling", f"{contract.ref}: ceiling of a credit", "GBP", "share_capped", inputs).id
    columns = (
        Column("kpi", "KPI"),
        Column("short", "Short", Show.QUANTITY),
        Column("pounds", "Worth", Show.POUNDS, "£"),
    )
    rows = [
        Row((Cell(s.kpi.ref), figure_cell(book, s.quantity[SHORT], unit=s.unit), figure_cell(book, s.pounds[SHORT])))
        for s in short
    ]
    rows.append(total_row((Cell("Shortfall"), Cell(text="–"), figure_cell(book, total))))
    rows.append(total_row((Cell("Ceiling of a credit"), Cell(text="–"), figure_cell(book, ceiling))))
    cap = f", at most £{contract.credit_cap:,.2f}" if contract.credit_cap is not None else ""
    note = (
        f"The contract's terms allow {plain(contract.credit_share)} % of a shortfall{cap}. This is a ceiling, not a "
        f"fine: the director may choose none, a part of it, or another remedy, with a reason."
    )
    return Table(f"{anchor(contract)}-credit", "The most that a credit could be", columns, tuple(rows), note=note)


def _term(book: Book, contract: Contract, name: str, label: str, value: Decimal, unit: str) -> str:
    line = f"{contract.ref}/credit/{name}"
    return book.fact(line, f"{contract.ref}: {label}", value, unit, origin=str(contract.origin)).id


def rating_table(contract: Contract, standings: Sequence[Standing]) -> Table | None:
    """Return the statutory rating that each KPI's standing suggests by the contract's own thresholds."""
    rated = [s for s in standings if s.stands and s.stands.percent is not None]
    if not rated:
        return None
    bands = performance.RatingBands(good=contract.rag_green, approaching_target=contract.rag_amber)
    rows = []
    for standing in rated:
        assert standing.stands is not None
        suggestion = performance.suggest_rating(standing=standing.stands, bands=bands)
        words = suggestion.rating.value.replace("_", " ").capitalize()
        rows.append(Row((Cell(standing.kpi.ref), Cell(words), Cell(suggestion.reason))))
    columns = (Column("kpi", "KPI"), Column("rating", "Suggested rating"), Column("why", "Why"))
    note = (
        "A suggestion only, from the contract's own thresholds: an officer decides and signs. Whether ratings must be "
        "published depends on the contract's value and kind."
    )
    return Table(f"{anchor(contract)}-ratings", "Statutory ratings that this suggests", columns, tuple(rows), note=note)
