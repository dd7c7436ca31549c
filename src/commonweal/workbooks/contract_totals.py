"""
Contract totals as a CSV file: what bodies exchange to make a benchmark together, one row for each contract.

Amounts are pounds to the penny; an empty cell means not known. Units are JSON: measure, unit and amount of each.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from commonweal import errors
from commonweal.benchmarks import ContractTotals, Units
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.quantities import exact, plain, to_pence, to_pounds
from commonweal.workbooks.cells import guarded, unguarded

MARK = "contract totals 1"
MOST_ROWS = 1_000_000
HEADINGS = (
    MARK,
    "body",
    "category",
    "region",
    "start",
    "value",
    "spent",
    "verified",
    "units",
    "status",
    "framework agreement",
    "value pack",
)


def write_contract_totals(totals: Sequence[ContractTotals]) -> bytes:
    """Return the file of `totals`, in their order."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(_cells(one) for one in totals)
    return stream.getvalue().encode("utf-8")


def is_contract_totals(path: Path) -> bool:
    """Return whether a file begins as ours do."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(MARK) + 4).removeprefix(b"\xef\xbb\xbf").startswith(MARK.encode())


def read_contract_totals(path: Path) -> list[ContractTotals]:
    """
    Return the totals in a file that `write_contract_totals` made.

    :raises BadFile: if it is not such a file
    :raises RefusedInput: naming every row that cannot be used; then nothing is
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise errors.BadFile(f"{path.name} cannot be read as CSV: {error}. Ask for the file again.") from None
    if not rows or tuple(rows[0]) != HEADINGS or len(rows) > MOST_ROWS:
        raise errors.BadFile(f"{path.name} holds no contract totals. Its first row must be: {', '.join(HEADINGS)}.")
    found: dict[tuple[str, str], ContractTotals] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows[1:], start=2):
        try:
            one = _totals(row)
            if one.id in found:
                raise ValueError(f"Contract {one.ref} of {one.body or 'no body'} stands a second time")
            found[one.id] = one
        except ValueError as error:
            where = Origin(path.name, "", number)
            mend = "Correct the row, or ask the body for its file again."
            problems.append(Problem("bad_totals", Severity.ERROR, where, f"{error}.", mend))
    if problems:
        raise errors.RefusedInput(f"{path.name} has {len(problems)} rows that cannot be used.", problems)
    return list(found.values())


def _cells(one: ContractTotals) -> list[str]:
    units = [[units.measure, units.unit, plain(units.amount)] for units in one.units]
    return [
        guarded(one.ref),
        guarded(one.body),
        guarded(one.category),
        guarded(one.region),
        one.start.isoformat() if one.start else "",
        *("" if pence is None else str(to_pounds(pence)) for pence in _money(one)),
        json.dumps(units, ensure_ascii=False) if units else "",
        guarded(one.status),
        "yes" if one.is_framework_agreement else "no",
        guarded(one.value_pack),
    ]


def _money(one: ContractTotals) -> tuple[int | None, int | None, int | None]:
    return one.value_pence, one.spent_pence, one.verified_pence


def _totals(row: Sequence[str]) -> ContractTotals:
    if len(row) != len(HEADINGS):
        raise ValueError(f"The row has {len(row)} cells and not {len(HEADINGS)}")
    cells = dict(zip(HEADINGS, row, strict=True))
    if not cells[MARK]:
        raise ValueError("The contract has no reference")
    if cells["framework agreement"] not in ("yes", "no"):
        raise ValueError(f"Framework agreement is {cells['framework agreement']!r}, and must be yes or no")
    return ContractTotals(
        ref=unguarded(cells[MARK]),
        body=unguarded(cells["body"]),
        category=unguarded(cells["category"]),
        region=unguarded(cells["region"]),
        start=_read(cells["start"], dt.date.fromisoformat, "a date like 2026-04-01"),
        value_pence=_read(cells["value"], _pence, "pounds like 1250.50"),
        spent_pence=_read(cells["spent"], _pence, "pounds like 1250.50"),
        verified_pence=_read(cells["verified"], _pence, "pounds like 1250.50"),
        units=_read(cells["units"], _units, "a list of measure, unit and amount") or (),
        status=unguarded(cells["status"]),
        is_framework_agreement=cells["framework agreement"] == "yes",
        value_pack=unguarded(cells["value pack"]),
    )


def _read(text: str, make: Callable[[str], Any], wanted: str) -> Any:
    """Return what `make` makes of a cell, None of an empty one."""
    try:
        return make(text) if text else None
    except (ValueError, TypeError, RecursionError, errors.BadQuantity):
        raise ValueError(f"{text!r} is not {wanted}") from None


def _pence(text: str) -> int:
    pounds = _finite(text)
    pence = to_pence(pounds)
    if to_pounds(pence) != pounds:
        raise ValueError("parts of a penny")
    return pence


def _units(text: str) -> tuple[Units, ...]:
    return tuple(Units(str(measure), str(unit), _finite(amount)) for measure, unit, amount in json.loads(text))


def _finite(text: Any) -> Decimal:
    number = exact(text)
    if not number.is_finite() or abs(number) >= Decimal("1E+15"):
        raise ValueError("no amount")
    return number
