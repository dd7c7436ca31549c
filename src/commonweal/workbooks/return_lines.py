"""A plain list of return lines, one row a claim: the path of bulk imports."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import Any

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.periods import Period
from commonweal.portfolio import Claim
from commonweal.workbooks.raw import Workbook, unhurried_collector
from commonweal.workbooks.rows import Table, open_table, typed_columns

LAYOUT = "return-lines"
NEEDED = ("ref", "contract", "kpi", "start", "end", "received", "amount")
OPTIONAL = ("place", "evidence", "by")


@dataclass(slots=True)
class ReturnLines:
    """
    Typed lines, column by column: `columns["amount"][i]` belongs to the row `places[i]`, counted from 0.

    A cell that could not be read is None or empty text and stands in `table.problems`.
    """

    table: Table
    places: list[int]
    columns: dict[str, list[Any]]

    def claims(self) -> tuple[list[Claim], list[Problem]]:
        """Return a claim for each line, and a problem for each that lacks a needed cell. Lines = claims + problems."""
        missing = [name for name in NEEDED if name not in self.columns]
        claims: list[Claim] = []
        left_out: list[Problem] = []
        others = (self.columns.get(name, repeat("")) for name in OPTIONAL)
        needed = (self.columns.get(name, repeat(None)) for name in NEEDED)
        origin = self.table.origin(0, "amount")
        periods: dict[tuple[object, object], Period] = {}
        with unhurried_collector():
            for at, *line in zip(self.places, *needed, *others, strict=False):
                ref, contract, kpi, start, end, received, amount, place, evidence, by = line
                if missing or None in line or not (ref and contract and kpi) or end < start:
                    blank = [name for name, cell in zip(NEEDED, line, strict=False) if cell in (None, "")]
                    left_out.append(_left_out(self.table, at, blank))
                    continue
                period = periods.get((start, end)) or periods.setdefault((start, end), Period(start, end))
                where = Origin(origin.file, origin.sheet, at + 1, origin.column)
                claims.append(
                    Claim(
                        ref, contract, kpi, period, received, amount,
                        place=place, evidence=evidence, by=by, origin=where,
                    )
                )  # fmt: skip
        return claims, left_out


def read_return_columns(book: Workbook, *, mapping: dict[str, str] | None = None) -> list[ReturnLines]:
    """
    Return the typed lines of each sheet that is a list of return lines.

    :raises BadFile: if no sheet has the headings of one
    """
    tables = [table for sheet in book.sheets if (table := open_table(book, sheet, layout_id=LAYOUT, given=mapping))]
    if not tables:
        raise errors.BadFile(f"{book.name} is no list of return lines: no row has its headings.")
    return [ReturnLines(table, *typed_columns(table)) for table in tables]


def read_return_lines(book: Workbook, *, mapping: dict[str, str] | None = None) -> tuple[list[Claim], list[Problem]]:
    """
    Return the claims and every problem; a row with an error in a needed cell is left out and listed.

    Claims + problems with the code `left_out` = filled rows.

    :raises BadFile: as for `read_return_columns`
    """
    claims: list[Claim] = []
    problems: list[Problem] = list(book.problems)
    for lines in read_return_columns(book, mapping=mapping):
        made, left_out = lines.claims()
        claims += made
        problems += [*lines.table.problems, *left_out]
    return claims, problems


def _left_out(table: Table, at: int, missing: list[str]) -> Problem:
    found = f"The row has no usable {', '.join(missing)}." if missing else "The period ends before it starts."
    mend = "The row is left out; correct it and read the file again."
    return Problem("left_out", Severity.ERROR, table.origin(at), found, mend)
