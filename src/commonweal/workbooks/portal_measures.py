"""
The measures that a list in the twelve columns of a social value portal names: each once, with unit and value.

A portal exports one row a measure and project; what is said of a measure itself is the same in each of its rows, and
is taken once. Targets, deliveries and projects are left alone: `portal` reads those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal import errors
from commonweal.catalogue.strict import live
from commonweal.catalogue.units import Units
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.workbooks.portal import LAYOUT
from commonweal.workbooks.raw import Workbook
from commonweal.workbooks.rows import Table, open_table, records

SAID = ("wording", "unit", "proxy")


@dataclass(frozen=True, slots=True)
class Listed:
    """A measure of the list; `unit` is as the catalogue spells it, `proxy` None where the list has no value."""

    code: str
    wording: str
    unit: str
    proxy: Decimal | None
    where: Origin


def read_measures(book: Workbook, *, units: Units) -> tuple[list[Listed], list[Problem]]:
    """
    Return the measures of a list in their order, and every problem with the place where it stands.

    :raises BadFile: if no sheet has the headings of such a list
    """
    tables = _tables(book)
    found: dict[str, Listed] = {}
    problems = [one for one in book.problems if one.severity is Severity.ERROR]
    for table in tables:
        for at, record in records(table):
            problems += _take(found, table, at, record, units)
        problems += [one for one in table.problems if _matters(one, table)]
    return list(found.values()), problems


def refuse_too_many(book: Workbook, *, most: int) -> None:
    """
    Count the different measure codes of a list and nothing else, before any of its cells is looked at more closely.

    :raises BadFile: for more than `most`, with how many there are and the row of the first one too many; or as
        `read_measures`
    """
    codes: set[str] = set()
    beyond = 0
    for table in _tables(book):
        column = table.mapping.columns["measure"]
        for at in range(table.first, len(table.sheet.rows)):
            row = table.sheet.rows[at]
            code = row[column].strip() if len(row) > column and at != table.headings else ""
            if code and code not in codes:
                codes.add(code)
                beyond = beyond or (at + 1 if len(codes) > most else 0)
    if beyond:
        said = f"{len(codes):,} measures; at most {most:,} are taken."
        raise errors.BadFile(f"{book.name} line {beyond}: {said} Split the file into several.")


def _tables(book: Workbook) -> list[Table]:
    opened = [open_table(book, sheet, layout_id=LAYOUT) for sheet in book.sheets]
    tables = [table for table in opened if table is not None and {"measure", "unit"} <= table.mapping.columns.keys()]
    if not tables:
        raise errors.BadFile(
            f"{book.name} is no list of measures: no row has headings such as Measure code, Wording, Unit and Proxy."
        )
    return tables


def _matters(problem: Problem, table: Table) -> bool:
    """Whether a doubt is about a column that is taken here; the list may lack the others, and hold anything in them."""
    taken = {table.origin(0, field).column for field in ("measure", *SAID)} - {""}
    return problem.code != "heading_missing" and problem.where.column in taken


def _take(found: dict[str, Listed], table: Table, at: int, record: dict[str, Any], units: Units) -> Iterable[Problem]:
    code = record["measure"]
    if not code:
        yield _error("no_code", table, at, "measure", "The row has no measure code.", "Add it, or take the row out.")
        return
    for field in ("measure", *SAID[:2]):
        if live(str(record.get(field) or "")):
            say = "The cell begins as a formula does, which a spreadsheet program would run."
            yield _error("live_text", table, at, field, say, "Begin it with a letter or a digit.", code)
    unit = units.canonical(record["unit"]) or ""
    if not unit:
        say = f"The unit {record['unit']!r} of {code} is not known." if record["unit"] else f"{code} has no unit."
        near = units.like(record["unit"])
        mend = f"Nearest: {', '.join(near)}." if near else "Name what is counted, such as hour or person."
        yield _error("unknown_unit", table, at, "unit", say, mend, code)
    mine = Listed(code, record.get("wording") or code, unit, record.get("proxy"), table.origin(at))
    known = found.setdefault(code, mine)
    if (known.wording, known.unit, known.proxy) != (mine.wording, mine.unit, mine.proxy):
        say = f"{code} stands on row {known.where.row} with another wording, unit or value."
        yield _error("duplicate_code", table, at, "measure", say, "Give both the same, or another code.", code)


def _error(code: str, table: Table, at: int, field: str, found: str, mend: str, subject: str = "") -> Problem:
    return Problem(code, Severity.ERROR, table.origin(at, field), found, mend, subject)


def without_value(listed: Sequence[Listed]) -> list[str]:
    """Return the codes of the measures that the list gives no value."""
    return [one.code for one in listed if one.proxy is None]
