"""
The export of a social value portal: one row a measure and project, twelve columns under many names.

Each project becomes a contract without dates, each row a KPI with its whole-life target, and a delivered quantity a
claim that is still pending: an export does not say who verified it, so nothing in it counts as verified.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from commonweal import errors
from commonweal.checks.problem import Problem, Severity
from commonweal.periods import Period
from commonweal.portfolio import Claim, Contract, Kind, Kpi, Portfolio, Supplier
from commonweal.workbooks.raw import Workbook
from commonweal.workbooks.rows import Table, open_table, records

LAYOUT = "portal-export"
TYPED = "typed in the portal export"
POUNDS = frozenset({"£", "gbp", "pound", "pounds", "£ invested", "£ spent", "pounds sterling", "£s"})
PER_CENT = frozenset({"%", "per cent", "percent", "percentage"})
YEAR_START = (4, 1)


@dataclass(slots=True)
class _Export:
    """What is gathered while the rows are read."""

    portfolio: Portfolio
    period: Period | None
    as_at: dt.date
    source: str
    contracts: dict[str, Contract] = field(default_factory=dict)
    kpis: dict[tuple[str, str], int] = field(default_factory=dict)
    assumed: set[Period] = field(default_factory=set)


def read_portal_export(
    book: Workbook, *, as_at: dt.date, period: Period | None = None, mapping: dict[str, str] | None = None
) -> Portfolio:
    """
    Return the export as a portfolio.

    :param period: what the delivered quantities belong to. Where it is None, the row's own dates decide; without
        those, the financial year (1 April to 31 March) in which `as_at` falls, with a problem that says so.
    :raises BadFile: if no sheet has the headings of a portal export, or a needed column is missing
    """
    portfolio = Portfolio(title=book.name, sources=[book.source], problems=list(book.problems))
    export = _Export(portfolio, period, as_at, book.source.name)
    opened = [open_table(book, sheet, layout_id=LAYOUT, given=mapping) for sheet in book.sheets]
    tables = [table for table in opened if table is not None and "measure" in table.mapping.columns]
    if not tables:
        raise errors.BadFile(
            f"{book.name} is no portal export: no row has headings such as Measure code, Unit and Target quantity."
        )
    for table in tables:
        _refuse_without(table)
        portfolio.mapping |= table.mapping.as_dict()
        for at, record in records(table):
            _take(export, table, at, record)
        _say_period(export, table)
        portfolio.problems += table.problems
    portfolio.contracts = list(export.contracts.values())
    return portfolio


def financial_year(day: dt.date) -> Period:
    """Return the year from 1 April to 31 March that holds `day`."""
    start = dt.date(day.year if (day.month, day.day) >= YEAR_START else day.year - 1, *YEAR_START)
    return Period(start, dt.date(start.year + 1, *YEAR_START) - dt.timedelta(days=1))


def _refuse_without(table: Table) -> None:
    missing = [problem.found for problem in table.problems if problem.code == "heading_missing"]
    if missing:
        raise errors.BadFile(
            f"{table.file} cannot be read as a portal export. {' '.join(missing)} "
            f"Add the column, or name its heading in a saved mapping."
        )


def _take(export: _Export, table: Table, at: int, record: dict[str, Any]) -> None:
    project, measure = record["project"], record["measure"]
    if not project or not measure:
        missing = "project" if not project else "measure code"
        _problem(table, at, "project", "left_out", f"The row has no {missing}.", "Add it; the row is left out.", "")
        return
    _contract(export, table, at, record)
    ref = _kpi_ref(export, table, at, record)
    kind = _kind(record["unit"])
    if not record["unit"]:
        found = f"{measure} of {project} has no unit."
        _problem(table, at, "unit", "no_unit", found, "Name what is counted; until then it says “unit”.", project)
    export.portfolio.kpis.append(
        Kpi(
            contract=project,
            ref=ref,
            measure=measure,
            deliverable=record.get("wording", "") or measure,
            unit="GBP" if kind is Kind.MONEY else record["unit"] or "unit",
            kind=kind,
            target=_target(table, at, record),
            value_per_unit=record.get("proxy"),
            value_source=TYPED if record.get("proxy") is not None else "",
            place=record.get("postcode", ""),
            stated_value=record.get("target_value"),
            origin=table.origin(at),
        )
    )
    _check_values(table, at, record)
    _claim(export, table, at, record, ref)


def _contract(export: _Export, table: Table, at: int, record: dict[str, Any]) -> None:
    project = record["project"]
    known = export.contracts.get(project)
    value = record.get("contract_value")
    if known is None:
        supplier = record.get("supplier", "")
        export.contracts[project] = Contract(
            ref=project,
            title=project,
            body=record.get("buyer", ""),
            suppliers=(Supplier(supplier),) if supplier else (),
            category=record.get("industry", ""),
            value=value,
            place=record.get("postcode", ""),
            origin=table.origin(at),
        )
    elif value is not None and known.value is not None and value != known.value:
        found = f"{project} has the contract value £{value:,} here and £{known.value:,} on row {known.origin.row}."
        _problem(table, at, "contract_value", "two_values", found, "The first is used; correct one of them.", project)


def _kpi_ref(export: _Export, table: Table, at: int, record: dict[str, Any]) -> str:
    key = (record["project"], record["measure"])
    export.kpis[key] = export.kpis.get(key, 0) + 1
    if export.kpis[key] == 1:
        return record["measure"]  # type: ignore[no-any-return]
    ref = f"{record['measure']} ({export.kpis[key]})"
    found = f"The measure {record['measure']} stands more than once for {record['project']}."
    _problem(table, at, "measure", "measure_again", found, f"This row is kept as {ref}; check it.", record["project"])
    return ref


def _kind(unit: str) -> Kind:
    lowered = unit.lower().strip()
    if lowered in POUNDS:
        return Kind.MONEY
    return Kind.RATIO if lowered in PER_CENT else Kind.QUANTITY


def _target(table: Table, at: int, record: dict[str, Any]) -> Decimal | None:
    target: Decimal | None = record["target_quantity"]
    if target is None and not table.sheet.rows[at][table.mapping.columns["target_quantity"]].strip():
        found = f"{record['measure']} of {record['project']} has no target."
        _problem(table, at, "target_quantity", "no_target", found, "Add the target.", record["project"])
    return target


def _check_values(table: Table, at: int, record: dict[str, Any]) -> None:
    """Pounds without a quantity cannot be followed; whether both agree is for the checks, which see `stated_value`."""
    for what in ("target", "delivered"):
        value = record.get(f"{what}_value")
        if value and record[f"{what}_quantity"] is None:
            found = f"The {what} value is £{value:,}, but there is no {what} quantity that it comes from."
            name = f"{what}_value"
            _problem(
                table, at, name, "value_alone", found, "Add the quantity; pounds alone are not used.", record["project"]
            )


def _claim(export: _Export, table: Table, at: int, record: dict[str, Any], ref: str) -> None:
    amount = record["delivered_quantity"]
    if amount is None:
        return  # a blank is no nil: nothing was said, and an unreadable cell is among the problems
    export.portfolio.claims.append(
        Claim(
            ref=f"row {at + 1}",
            contract=record["project"],
            kpi=ref,
            period=_period(export, table, at, record),
            received=None,
            amount=amount,
            place=record.get("postcode", ""),
            stated_value=record.get("delivered_value"),
            origin=table.origin(at, "delivered_quantity"),
        )
    )


def _period(export: _Export, table: Table, at: int, record: dict[str, Any]) -> Period:
    start, end = record.get("start"), record.get("end")
    if export.period is not None:
        return export.period
    if start and end and start <= end:
        return Period(start, end)
    if start and end:
        found = f"The row ends on {end}, before it starts on {start}."
        _problem(table, at, "end", "impossible_period", found, "Correct the dates.", record["project"])
    assumed = financial_year(export.as_at)
    export.assumed.add(assumed)
    return assumed


def _say_period(export: _Export, table: Table) -> None:
    for period in export.assumed:
        found = f"The export does not say when the quantities were delivered. They are put into {period}."
        mend = "Name the period, or add the columns Start date and End date."
        where = table.origin(max(table.headings, 0))
        table.problems.append(Problem("period_assumed", Severity.WARNING, where, found, mend))
    export.assumed.clear()


def _problem(table: Table, at: int, name: str, code: str, found: str, mend: str, subject: str) -> None:
    severity = Severity.ERROR if code in ("left_out", "impossible_period") else Severity.WARNING
    table.problems.append(Problem(code, severity, table.origin(at, name), found, mend, subject))
