"""
Contracts Finder notices in a flat list (one row a notice): a register of contracts without KPIs.

Every row becomes a contract, or a problem says why it was left out. The list holds no contract dates and no
measures, so the contracts carry neither; what is said about them is kept as named extra facts.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from commonweal import errors
from commonweal.checks.problem import Problem, Severity
from commonweal.portfolio import Contract, Portfolio, Supplier
from commonweal.workbooks.raw import Workbook
from commonweal.workbooks.rows import Table, open_table, records

LAYOUT = "notices"
NO_KPIS = "The source is a list of procurement notices: it holds no KPIs and no contract dates."
NOBODY = re.compile(
    r"n/?a(\b.*)?|not applicable|(contract )?not awarded.*|.*\bno award|.*has not been awarded.*|none|tbc|"
    r"date now passed.*|various( suppliers)?|see (notice|description).*|multiple suppliers?|name withheld.*|"
    r"cancelled.*",
    re.IGNORECASE,
)
BARE_NUMBER = re.compile(r"[A-Z]{0,3}[0-9]{5,8}[A-Z]{0,2}", re.IGNORECASE)
LEAST, MOST = Decimal(100), Decimal(250_000_000)
KEPT = (
    "notice_type", "published_date", "deadline_date", "awarded_date", "value_low", "value_high",
    "supplier_is_sme", "suitable_for_sme", "cpv_codes", "region", "buyer_gss", "url",
)  # fmt: skip


def read_notices(book: Workbook, *, mapping: dict[str, str] | None = None) -> Portfolio:
    """
    Return the register. Contracts + problems with the code `left_out` = filled rows of the file, always.

    :raises BadFile: if no sheet has the headings of a list of notices
    """
    portfolio = Portfolio(title=book.name, sources=[book.source], problems=list(book.problems))
    tables = [
        table
        for sheet in book.sheets
        if (table := open_table(book, sheet, layout_id=LAYOUT, given=mapping)) is not None
    ]
    if not tables:
        raise errors.BadFile(f"{book.name} is no list of notices: no row has headings such as notice_id and buyer.")
    for table in tables:
        portfolio.mapping |= table.mapping.as_dict()
        seen: dict[str, dict[str, Any]] = {}
        for at, record in records(table):
            _take(portfolio, table, at, record, seen)
        portfolio.problems += table.problems
    _note_spellings(portfolio, tables[0])
    return portfolio


def _take(portfolio: Portfolio, table: Table, at: int, record: dict[str, Any], seen: dict[str, dict[str, Any]]) -> None:
    ref = record.get("notice_id", "")
    if not ref or ref in seen:
        what = "The notice has no identifier" if not ref else f"The notice {ref} stands here a second time"
        differs = [name for name, value in record.items() if value != seen.get(ref, record).get(name)]
        detail = f", and differs in {', '.join(differs)}" if differs else ""
        _problem(table, at, "notice_id", "left_out", f"{what}{detail}.", "The row is left out; keep one.", ref)
        return
    seen[ref] = record
    portfolio.contracts.append(
        Contract(
            ref=ref,
            title=record.get("title", "") or ref,
            body=record.get("buyer", ""),
            suppliers=suppliers_of(table, at, record.get("supplier", ""), ref),
            category=record.get("cpv_description", ""),
            value=_value(table, at, record, ref),
            place=record.get("postcode", ""),
            status=record.get("status", ""),
            no_kpi_reason=NO_KPIS,
            extra=tuple((name, str(record[name])) for name in KEPT if record.get(name) not in (None, "")),
            origin=table.origin(at),
        )
    )
    _check_region(table, at, record, ref)


def _value(table: Table, at: int, record: dict[str, Any], ref: str) -> Decimal | None:
    value: Decimal | None = record.get("awarded_value")
    if value is None:
        if record.get("status") == "awarded":
            found = "The notice says awarded, but gives no awarded value."
            _problem(table, at, "awarded_value", "no_value", found, "Ask the buyer for the value.", ref)
    elif not LEAST <= value <= MOST:
        found = f"The awarded value is £{value:,}, which is {'less' if value < LEAST else 'more'} than is usual."
        mend = "Check it: it may be a rate, a placeholder, or the ceiling of a whole framework agreement."
        _problem(table, at, "awarded_value", "odd_value", found, mend, ref)
    return value


def suppliers_of(table: Table, at: int, cell: str, ref: str) -> tuple[Supplier, ...]:
    """Return the suppliers named in one cell, each once; what is no supplier is left out with a problem."""
    names: list[str] = []
    for name in split_names(cell):
        if NOBODY.fullmatch(name):
            found = f"“{name}” in the supplier column is no supplier."
            _problem(table, at, "supplier", "no_supplier", found, "The contract is kept without it.", ref)
        elif BARE_NUMBER.fullmatch(name):
            found = f"The supplier is given only as the number {name}."
            _problem(table, at, "supplier", "number_as_name", found, "Look the name up in the registers.", ref)
            names.append(name)
        elif name.lower() not in {other.lower() for other in names}:
            names.append(name)
    if len(names) > 1:
        found = f"The cell names {len(names)} suppliers."
        _problem(table, at, "supplier", "several_suppliers", found, "They are told apart at commas; check them.", ref)
    return tuple(Supplier(name) for name in names)


def split_names(cell: str) -> list[str]:
    """
    Cut a cell at its commas into names.

    The lists are written without a space after the comma; a comma with one belongs to a name, as in "Knight,
    Kavanagh & Page".
    """
    parts = [part.strip() for part in re.split(r",(?! )", cell)]
    return [part for part in parts if part]


def _check_region(table: Table, at: int, record: dict[str, Any], ref: str) -> None:
    regions = [part for part in record.get("region", "").split(",") if part]
    if len(regions) > 1:
        found = f"The region is a list of {len(regions)} regions."
        _problem(table, at, "region", "many_regions", found, "It is kept as a fact and not used as the place.", ref)


def _note_spellings(portfolio: Portfolio, table: Table) -> None:
    """List buyers that are written in several ways; nothing is merged."""
    groups: dict[str, set[str]] = {}
    for contract in portfolio.contracts:
        groups.setdefault(_bare(contract.body), set()).add(contract.body)
    for spellings in groups.values():
        if len(spellings) > 1:
            found = f"One buyer seems to be written in {len(spellings)} ways: {'; '.join(sorted(spellings))}."
            where = table.origin(table.first, "buyer")
            problem = Problem("buyer_spellings", Severity.NOTE, where, found, "They are kept as written.")
            portfolio.problems.append(problem)


def _bare(name: str) -> str:
    words = re.findall(r"[a-z]+", name.lower())
    return " ".join(word for word in words if word not in ("borough", "city", "district", "council", "county", "the"))


def _problem(table: Table, at: int, field: str, code: str, found: str, mend: str, ref: str) -> None:
    table.problems.append(Problem(code, Severity.WARNING, table.origin(at, field), found, mend, ref))
