"""The rows of a value pack: read from a table, checked one by one, every finding kept."""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import errors
from commonweal.catalogue import Framework, load_catalogue
from commonweal.catalogue.units import units
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.places import Gazetteer

NEEDED = ("code", "value", "unit", "from")
KNOWN = (*NEEDED, "until", "place", "price_base", "source")

_NUMBER = re.compile(r"£? ?(-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_YEAR = re.compile(r"\d{4}(/\d{2})?")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was written."""

    where: Origin
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PackValue:
    """A row that was understood: pounds per `unit` of one measure from `start`, at `place` or everywhere."""

    where: Origin
    code: str
    value: Decimal
    unit: str
    start: dt.date
    until: dt.date | None
    place: str
    price_base: str
    source: str


def table_rows(text: str, name: str) -> tuple[list[Row], list[Problem]]:
    """
    Return the rows of a CSV with their lines, and a problem for every heading that is missing or not known.

    :raises BadPack: if the text is no table
    """
    try:
        lines = list(_numbered(text))
    except csv.Error as error:
        raise errors.BadPack(f"{name} is no CSV: {error}.") from None
    if not lines:
        raise errors.BadPack(f"{name} is empty. Give the columns {', '.join(NEEDED)}.")
    first, heading = lines[0]
    columns = [cell.strip().casefold().replace(" ", "_") for cell in heading]
    where = Origin(file=name, row=first)
    problems = [
        _error("missing_column", where, f"the column {need} is missing.", f"Give the columns {', '.join(KNOWN)}.")
        for need in NEEDED
        if need not in columns
    ]
    problems.extend(
        _error("unknown_column", where, f'column "{column}" is not known.', f"Allowed: {', '.join(KNOWN)}.")
        for column in columns
        if column and column not in KNOWN
    )
    rows = [
        Row(Origin(file=name, row=number), {c: v.strip() for c, v in zip(columns, cells, strict=False) if c in KNOWN})
        for number, cells in lines[1:]
        if not problems
    ]
    return rows, problems


def check_rows(rows: Sequence[Row], *, framework: str = "", name: str = "") -> tuple[list[PackValue], list[Problem]]:
    """Return the rows of the file `name` that were understood, and every problem: of a row, and between rows."""
    here = Origin(file=name, row=1)
    release, problems = _release(framework, here)
    values: list[PackValue] = []
    for row in rows:
        value, found = _row(row, release)
        problems.extend(found)
        if value is not None:
            values.append(value)
    problems.extend(_between(values))
    return values, problems


def _release(framework: str, here: Origin) -> tuple[Framework | None, list[Problem]]:
    if not framework:
        return None, []
    try:
        return load_catalogue().framework(framework), []
    except errors.UnknownCode as error:
        return None, [_warning("unknown_framework", here, str(error), "Codes and units are not compared.")]


def _row(row: Row, release: Framework | None) -> tuple[PackValue | None, list[Problem]]:
    found: list[Problem] = []
    cells = row.cells
    unknown = [key for key in cells if key not in KNOWN]
    for key in unknown:
        mend = f"Allowed: {', '.join(KNOWN)}."
        found.append(_error("unknown_property", row.where, f'unknown property "{key}" in a row.', mend))
    code = cells.get("code", "")
    if not code:
        found.append(_error("no_code", row.where, "the row has no code.", "Give the code of the measure."))
    value = _value(row, found)
    start = _day(row, "from", found, needed=True)
    until = _day(row, "until", found, needed=False)
    if start and until and until <= start:
        found.append(_error("bad_date", row.where, f"it ends on {until}, not after {start}.", "Correct the dates."))
    base = cells.get("price_base", "")
    if base and not _YEAR.fullmatch(base):
        found.append(_error("bad_year", row.where, f"{base!r} is no price year.", "Write 2024 or 2024/25."))
    unit = _unit(row, code, release, found)
    place = _place(row, found)
    if value is None or start is None or any(problem.severity is Severity.ERROR for problem in found):
        return None, found
    return PackValue(row.where, code, value, unit, start, until, place, base, cells.get("source", "")), found


def _value(row: Row, found: list[Problem]) -> Decimal | None:
    written = row.cells.get("value", "")
    match = _NUMBER.fullmatch(written)
    if match is None:
        say = f"{written!r} is no amount in pounds." if written else "the row has no value."
        found.append(_error("bad_value", row.where, say, "Write it like 1234.50; leave the row out if there is none."))
        return None
    value = Decimal(match[1].replace(",", ""))
    if value <= 0:
        found.append(
            _warning("not_above_zero", row.where, f"the value is {value}.", "Leave out a measure without pounds.")
        )
    return value


def _day(row: Row, column: str, found: list[Problem], *, needed: bool) -> dt.date | None:
    written = row.cells.get(column, "")
    if not written and not needed:
        return None
    match = _DAY_FIRST.fullmatch(written)
    try:
        if match:
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
        return dt.date.fromisoformat(written)
    except ValueError:
        say = f"{written!r} under {column} is no day." if written else f"the row has no {column}."
        found.append(_error("bad_date", row.where, say, "Write the day like 2026-04-01."))
        return None


def _unit(row: Row, code: str, release: Framework | None, found: list[Problem]) -> str:
    written = row.cells.get("unit", "").removeprefix("GBP/")
    unit = units().canonical(written) if written else ""
    if not unit:
        near = units().like(written)
        hint = f"Nearest: {', '.join(near)}." if near else "Name the unit that one value pays for, such as hour."
        say = f"unit {written!r} is not known." if written else "the row has no unit."
        found.append(_error("unknown_unit", row.where, say, hint))
        return ""
    if release is not None:
        found.extend(_against(row, code, unit, release))
    return unit


def _against(row: Row, code: str, unit: str, release: Framework) -> list[Problem]:
    measure = next((m for m in release.measures if code in (m.code, *m.aliases)), None)
    if measure is None:
        near = difflib.get_close_matches(code, [m.code for m in release.measures], n=3)
        hint = f"Nearest: {', '.join(near)}." if near else "It is kept all the same."
        return [_warning("unknown_code", row.where, f"{release.id} has no measure {code!r} here.", hint)]
    if measure.unit not in (unit, "unknown"):
        say = f"{code} counts {measure.unit} in {release.id}, but the value is per {unit}."
        return [_warning("other_unit", row.where, say, "Correct the unit, or nothing will be valued with it.")]
    return []


def _place(row: Row, found: list[Problem]) -> str:
    written = row.cells.get("place", "")
    if not written:
        return ""
    try:
        return Gazetteer().place(written).code
    except errors.UnknownCode as error:
        found.append(_warning("unknown_place", row.where, str(error), "It is kept as a place of your own."))
        return written


def _between(values: Sequence[PackValue]) -> list[Problem]:
    found: list[Problem] = []
    first: dict[str, PackValue] = {}
    seen: dict[tuple[str, str, dt.date], PackValue] = {}
    for value in values:
        known = first.setdefault(value.code, value)
        if (known.unit, known.price_base) != (value.unit, value.price_base):
            say = f"{value.code} is priced per {known.unit} on row {known.where.row} and otherwise here."
            found.append(_error("two_units", value.where, say, "Use one unit and one price base for a measure."))
        twin = seen.setdefault((value.code, value.place, value.start), value)
        if twin is not value:
            say = f"{value.code} has two values from {value.start}; the other is on row {twin.where.row}."
            found.append(_error("twice", value.where, say, "Keep one of them."))
    return found


def _numbered(text: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""), strict=True)
    return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]


def _error(code: str, where: Origin, found: str, mend: str) -> Problem:
    return Problem(code, Severity.ERROR, where, found, mend)


def _warning(code: str, where: Origin, found: str, mend: str) -> Problem:
    return Problem(code, Severity.WARNING, where, found, mend)
