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
from functools import cache

from commonweal import errors
from commonweal.catalogue import Catalogue, Framework, load_catalogue
from commonweal.catalogue.strict import live
from commonweal.catalogue.units import units
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.places import Gazetteer

NEEDED = ("code", "value", "unit", "from")
KNOWN = (*NEEDED, "until", "place", "price_base", "source")

MOST_ROWS = 20_000
MOST_WRONG = 200
"""After so many errors the rest of a shared pack is not read: it is refused anyway."""
MOST_HINTS = 50
"""For so many rows with an unknown code the likest ones are looked up: that is slow, and nobody reads more."""

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


def check_rows(
    rows: Sequence[Row],
    *,
    framework: str = "",
    name: str = "",
    catalogue: Catalogue | None = None,
    sourced: bool = False,
) -> tuple[list[PackValue], list[Problem]]:
    """
    Return the rows of the file `name` that were understood, and every problem: of a row, and between rows.

    :param catalogue: where the framework is looked up; the shipped one if not given
    :param sourced: whether more is asked, as of a pack that many people share: a source for each value, the measure's
        own unit, no text that a spreadsheet would run, and no more than `MOST_ROWS` rows
    """
    here = Origin(file=name, row=1)
    release, problems = _release(framework, here, catalogue)
    refused = _not_shared(rows, release, framework, here) if sourced else None
    if refused is not None:
        return [], [refused]
    measures = _Measures(release, strictly=sourced)
    values: list[PackValue] = []
    wrong = 0
    for row in rows:
        value, found = _row(row, measures)
        problems.extend(found)
        if value is not None:
            values.append(value)
        wrong += any(one.severity is Severity.ERROR for one in found)
        if sourced and wrong > MOST_WRONG:
            return values, problems
    problems.extend(_between(values))
    return values, problems


class _Measures:
    """The measures that rows are compared with, by code and alias, and how many hints may still be looked up."""

    def __init__(self, release: Framework | None, *, strictly: bool) -> None:
        self.release, self.strictly, self.hints = release, strictly, MOST_HINTS
        self.by_code = {code: m for m in (release.measures if release else ()) for code in (m.code, *m.aliases)}

    def hint(self, code: str) -> str:
        """Return the codes that look like `code`, in words."""
        self.hints -= 1
        near = difflib.get_close_matches(code, self.by_code, n=3) if self.hints >= 0 else []
        return f"Nearest: {', '.join(near)}." if near else "It is kept all the same."


def _release(framework: str, here: Origin, catalogue: Catalogue | None) -> tuple[Framework | None, list[Problem]]:
    if not framework:
        return None, []
    try:
        return (catalogue or load_catalogue()).framework(framework), []
    except errors.UnknownCode as error:
        return None, [_warning("unknown_framework", here, str(error), "Codes and units are not compared.")]


def _row(row: Row, release: _Measures) -> tuple[PackValue | None, list[Problem]]:
    found: list[Problem] = _shared(row) if release.strictly else []
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
    place = _place(row, release, found)
    if value is None or start is None or any(problem.severity is Severity.ERROR for problem in found):
        return None, found
    return PackValue(row.where, code, value, unit, start, until, place, base, cells.get("source", "")), found


def _not_shared(rows: Sequence[Row], release: Framework | None, framework: str, here: Origin) -> Problem | None:
    """Return why a whole pack cannot be one that many people share."""
    if len(rows) > MOST_ROWS:
        say = f"the pack has {len(rows):,} rows; at most {MOST_ROWS:,} are taken."
        return _error("too_many", rows[MOST_ROWS].where, say, "Split it into several packs.")
    if release is None:
        say = f"there is no framework {framework!r}." if framework else "the pack names no framework."
        return _error("no_framework", here, say, "Name the release whose measures it prices.")
    return None


def _shared(row: Row) -> list[Problem]:
    """Return what is wrong with a row of a pack that many people share."""
    found = []
    if not row.cells.get("source"):
        found.append(_error("no_source", row.where, "the row has no source.", "Say where the value comes from."))
    for column, text in row.cells.items():
        if live(text):
            say = f"the cell under {column} begins as a formula does, which a spreadsheet program would run."
            found.append(_error("live_text", row.where, say, "Begin it with a letter or a digit."))
    return found


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
            _warning("not_above_zero", row.where, "the value is not above zero.", "Leave out a measure without pounds.")
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


def _unit(row: Row, code: str, release: _Measures, found: list[Problem]) -> str:
    written = row.cells.get("unit", "").removeprefix("GBP/")
    unit = units().canonical(written) if written else ""
    if not unit:
        near = units().like(written)
        hint = f"Nearest: {', '.join(near)}." if near else "Name the unit that one value pays for, such as hour."
        say = f"unit {written!r} is not known." if written else "the row has no unit."
        found.append(_error("unknown_unit", row.where, say, hint))
        return ""
    if release.release is not None:
        found.extend(_against(row, code, unit, release, release.release.id))
    return unit


def _against(row: Row, code: str, unit: str, release: _Measures, name: str) -> list[Problem]:
    measure = release.by_code.get(code)
    if measure is None:
        say = f"{name} has no measure {code!r} here."
        return [_warning("unknown_code", row.where, say, release.hint(code))]
    if measure.unit not in (unit, "unknown"):
        say = f"{code} counts {measure.unit} in {name}, but the value is per {unit}."
        weight = _error if release.strictly else _warning
        return [weight("other_unit", row.where, say, "Correct the unit, or nothing will be valued with it.")]
    return []


def _place(row: Row, release: _Measures, found: list[Problem]) -> str:
    written = row.cells.get("place", "")
    if not written:
        return ""
    try:
        return _gazetteer().place(written).code
    except errors.UnknownCode as error:
        if release.strictly:
            found.append(_error("unknown_place", row.where, str(error), "Give its code, such as E08000026."))
        else:
            found.append(_warning("unknown_place", row.where, str(error), "It is kept as a place of your own."))
        return written


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer()


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
