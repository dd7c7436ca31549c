"""
From what stands in a cell to a typed value, and back.

Reading is forgiving about form (pound signs, commas in thousands, day/month/year) and strict about meaning: what is
not plainly one value is a `BadCell` whose message says what would be.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from commonweal.quantities import plain
from commonweal.workbooks.layout import Cell, Column, shown

Written = str | int | Decimal | dt.date | None

KEPT_AS_GIVEN = "attribution"
TAKEN_OFF = ("deadweight", "displacement", "leakage", "substitution")
FIRST_YEAR, LAST_YEAR = 1900, 2200

_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][-+]?\d{1,2})?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_WORDED = re.compile(r"(\d{1,2}) ([A-Za-z]{3,9})\.? (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CELL_ERROR = re.compile(r"#(VALUE!|REF!|NAME\?|DIV/0!|N/A|NUM!|NULL!)", re.IGNORECASE)
_ADJUSTMENT = re.compile(r"(.+?)\s*:?\s*([0-9.,]+)\s*%")


class BadCell(ValueError):
    """A cell that does not hold what its column asks for; `mend` says what would be taken."""

    def __init__(self, found: str, mend: str, code: str = "wrong_type") -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend
        self.code = code


def parse(cell: str, column: Column) -> Any:
    """
    Return what `cell` says in `column`, or None for a blank: str, Decimal, int, date, bool or a tuple of them.

    :raises BadCell: if it is not what the column asks for, or out of its range
    """
    text = tidy(cell)
    if text == "":
        return None
    if _CELL_ERROR.fullmatch(text):
        raise BadCell(
            f"The cell holds the spreadsheet error {text}.", "Mend the formula, or type the value.", "cell_error"
        )
    match column.cell:
        case Cell.DATE:
            return _date(text)
        case Cell.NUMBER:
            return _in_range(_number(text), column)
        case Cell.WHOLE:
            return _whole(_in_range(_number(text), column))
        case Cell.YES_NO:
            return _yes_no(text)
        case Cell.CHOICE:
            return _choice(text, column)
        case Cell.LIST:
            return tuple(split_list(text))
        case Cell.PAIRS:
            return _pairs(text)
        case Cell.ADJUSTMENTS:
            return tuple(_adjustment(part) for part in split_list(text) if part)
    return text


def tidy(text: str) -> str:
    """Return text without spaces around it, every line end as one line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def written(value: Any, column: Column) -> Written:
    """Return `value` as the cell that `parse` reads back as the same value."""
    if value is None or value == "" or value == ():
        return None
    match column.cell:
        case Cell.CHOICE:
            return shown(str(value)) if value in column.choices else str(value)
        case Cell.YES_NO:
            return "yes" if value else "no"
        case Cell.LIST:
            return join_list(value)
        case Cell.PAIRS:
            return join_list(f"{_escape(name, ':')}: {text}" for name, text in value)
        case Cell.ADJUSTMENTS:
            return "; ".join(f"{name} {plain(_as_percent(name, kept))}%" for name, kept in value)
    return value  # type: ignore[no-any-return]


def join_list(parts: Iterable[str]) -> str:
    r"""Return texts with "; " between; a semicolon or backslash within a text gets a backslash in front."""
    return "; ".join(_escape(part, ";") for part in parts)


def split_list(text: str) -> list[str]:
    """Return the texts that `join_list` joined, each trimmed."""
    return [_unescape(part, ";").strip() for part in _cut(text, ";")]


def _cut(text: str, mark: str) -> list[str]:
    """Cut at each `mark` that has no backslash of its own in front."""
    parts, current, at = [], "", 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            current += text[at : at + 2]
            at += 2
            continue
        if text[at] == mark:
            parts.append(current)
            current = ""
        else:
            current += text[at]
        at += 1
    return [*parts, current]


def _escape(text: str, mark: str) -> str:
    return text.replace("\\", "\\\\").replace(mark, f"\\{mark}")


def _unescape(text: str, mark: str) -> str:
    return re.sub(rf"\\([\\{mark}])", r"\1", text)


def _number(text: str) -> Decimal:
    cleaned = text.replace("£", "").replace(" ", "").replace("\u00a0", "").removesuffix("%")
    if not _NUMBER.fullmatch(cleaned):
        raise BadCell(f"“{text}” is not a number.", "Write a number such as 12.5, without words.")
    return Decimal(cleaned.replace(",", ""))


def _in_range(number: Decimal, column: Column) -> Decimal:
    if column.low is not None and number < column.low:
        raise BadCell(
            f"{plain(number)} is less than {plain(column.low)}.",
            f"{column.heading} cannot be less than {plain(column.low)}.",
            "out_of_range",
        )
    if column.high is not None and number > column.high:
        raise BadCell(
            f"{plain(number)} is more than {plain(column.high)}.",
            f"{column.heading} cannot be more than {plain(column.high)}.",
            "out_of_range",
        )
    return number


def _whole(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise BadCell(f"{plain(number)} is not a whole number.", "Write a whole number such as 15.")
    return int(number)


def _date(text: str) -> dt.date:
    if parts := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in parts.groups())
    elif parts := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in parts.groups())
    elif (parts := _WORDED.fullmatch(text)) and parts[2][:3].lower() in _MONTHS:
        day, month, year = int(parts[1]), _MONTHS.index(parts[2][:3].lower()) + 1, int(parts[3])
    else:
        raise BadCell(f"“{text}” is not a date.", "Write a date such as 31/03/2027 or 2027-03-31.")
    return _real_day(year, month, day, text)


def _real_day(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise BadCell(
            f"There is no day “{text}”.", "Write the day, then the month, then the year.", "impossible_date"
        ) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadCell(f"The year of “{text}” cannot be meant.", f"Give a year from {FIRST_YEAR}.", "impossible_date")
    return found


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word in ("yes", "y", "true", "1"):
        return True
    if word in ("no", "n", "false", "0"):
        return False
    raise BadCell(f"“{text}” is neither yes nor no.", "Write yes or no.")


def _choice(text: str, column: Column) -> str:
    known = {key(choice): choice for choice in column.choices}
    if key(text) in known:
        return known[key(text)]
    if column.advised:
        return text
    words = ", ".join(shown(choice) for choice in column.choices)
    raise BadCell(f"“{text}” is not in the list for {column.heading}.", f"Choose one of: {words}.", "not_in_list")


def key(text: str) -> str:
    """Return a text as it is compared with headings and choices: letters and digits only, in small letters."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in split_list(text):
        name, *rest = _cut(part, ":")
        if not rest or not name.strip():
            raise BadCell(f"“{part}” has no name before it.", "Write each fact as name: text.")
        pairs.append((_unescape(name, ":").strip(), ":".join(rest).strip()))
    return tuple(pairs)


def _adjustment(part: str) -> tuple[str, Decimal]:
    found = _ADJUSTMENT.fullmatch(part)
    name = found[1].strip().casefold() if found else ""
    if not found or name not in (KEPT_AS_GIVEN, *TAKEN_OFF):
        raise BadCell(
            f"“{part}” is not an adjustment.",
            f"Write one of {KEPT_AS_GIVEN}, {', '.join(TAKEN_OFF)} and a per cent, such as attribution 50%.",
        )
    percent = _number(found[2])
    if percent > 100:
        raise BadCell(f"“{part}” is more than the whole.", "Give a per cent from 0 to 100.", "out_of_range")
    return name, _kept(name, percent)


def _kept(name: str, percent: Decimal) -> Decimal:
    share = percent / 100
    return share if name == KEPT_AS_GIVEN else 1 - share


def _as_percent(name: str, kept: Decimal) -> Decimal:
    return (kept if name == KEPT_AS_GIVEN else 1 - kept) * 100


_LOOKS_LIKE_FORMULA = re.compile(r"'*[=+\-@\t]")


def guarded(text: str) -> str:
    """Return text for a CSV file with an apostrophe before what a spreadsheet program would run as a formula."""
    return f"'{text}" if _LOOKS_LIKE_FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given; text that it did not touch comes back as it is."""
    return text[1:] if text.startswith("'") and _LOOKS_LIKE_FORMULA.match(text) else text
