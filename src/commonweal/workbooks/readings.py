"""
What a cell typed by somebody means: money, quantities, percentages, dates, identifiers, yes or no.

Each function returns a pair: the value, or None; and a `Doubt`, or None. Nothing is raised and nothing is guessed in
silence. A blank cell is (None, None): whether it may be blank is for the caller to say.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from commonweal.checks.problem import Origin, Problem, Severity

LEAST_YEAR, LAST_YEAR = 1990, 2100
BLANKS = frozenset(
    {"-", "--", "n/a", "na", "nil return", "none", "tbc", "tba", "not applicable", "not known", "unknown"}
)
ERROR_VALUES = frozenset({"#value!", "#ref!", "#name?", "#div/0!", "#n/a", "#num!", "#null!", "#error!", "#####"})
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip

PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
POINT_DECIMAL = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]*\.?[0-9]+|[0-9]+\.")
COMMA_DECIMAL = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?|[0-9]*,?[0-9]+|[0-9]+,")
SURE_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})")
SURE_POINT = re.compile(
    r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:,[0-9]{3}){2,}"
)
EITHER = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
SHORT_FORM = re.compile(r"[0-9.,]+\s*(?:k|m|mn|bn|million|thousand|billion)", re.IGNORECASE)
EXPONENT = re.compile(r"[0-9]+(?:\.[0-9]+)?e[+-]?[0-9]{1,2}", re.IGNORECASE)
SPACES = re.compile(r"[\s\u00a0\u202f']")
DAY_FIRST = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})(?:[ T]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?))?"
)
YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]+(.+))?")
WORDED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ /-]+([A-Za-z]+)\.?,?[ /-]+([0-9]{4}|[0-9]{2})")
CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?")
SERIAL = re.compile(r"[3-6][0-9]{4}(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is doubtful about one cell; `at` makes it a `Problem` once the place is known."""

    code: str
    severity: Severity
    found: str
    mend: str

    def at(self, where: Origin, subject: str = "") -> Problem:
        """Return the problem at this place."""
        return Problem(self.code, self.severity, where, self.found, self.mend, subject)


def text(cell: str) -> tuple[str, Doubt | None]:
    """Return text with web page codes (`&amp;`) turned into letters and runs of spaces made one."""
    if cell.isalnum():
        return cell, None
    if "&" in cell and ";" in cell:
        cell = html.unescape(cell)
    cleaned = " ".join(cell.split())
    if cleaned[:1] == "#" and cleaned.lower() in ERROR_VALUES:
        return "", _error_value(cleaned)
    return cleaned, None


def number(cell: str, *, comma_decimal: bool = False) -> tuple[Decimal | None, Doubt | None]:
    """
    Return an exact number: "1,234.50", "(1,234.50)" for minus, "1.234,50", "1 234".

    :param comma_decimal: the whole column writes decimals with a comma, so "1,234" is a little over one
    """
    if PLAIN.fullmatch(cell) and not (comma_decimal and EITHER.fullmatch(cell)):
        return Decimal(cell), None
    cleaned = cell.strip()
    lowered = cleaned.lower()
    if not cleaned:
        return None, None
    if lowered in ERROR_VALUES:
        return None, _error_value(cleaned)
    if lowered in BLANKS:
        return None, _note("no_number", f"The cell says “{cleaned}” instead of a number.", "It is read as blank.")
    if SHORT_FORM.fullmatch(lowered.strip("£( )")):
        return None, _error("short_number", f"“{cleaned}” is a short form.", "Write the number in full, like 5,000.")
    digits, negative = _sign(SPACES.sub("", cleaned))
    if EXPONENT.fullmatch(digits):
        long = Decimal(digits)
        return (-long if negative else long), _warning(
            "exponent", f"“{cleaned}” is in scientific form, which loses digits.", "Type the number in full."
        )
    value, doubt = _decimal(digits, cleaned, comma_decimal)
    return (-value if negative and value is not None else value), doubt


def _sign(digits: str) -> tuple[str, bool]:
    if digits.startswith("(") and digits.endswith(")"):
        return digits[1:-1], True
    if digits.endswith("-"):
        return digits[:-1], True
    return digits.lstrip("-+−"), digits.startswith(("-", "−"))


def _decimal(digits: str, shown: str, comma_decimal: bool) -> tuple[Decimal | None, Doubt | None]:
    sure_comma = SURE_COMMA.fullmatch(digits)
    if (comma_decimal and not SURE_POINT.fullmatch(digits)) or sure_comma:
        if COMMA_DECIMAL.fullmatch(digits):
            value = Decimal(digits.replace(".", "").replace(",", "."))
            if not comma_decimal:
                return value, _note("comma_decimal", f"“{shown}” has a decimal comma.", f"It is read as {value}.")
            return value, _either(digits, shown, value)
    elif POINT_DECIMAL.fullmatch(digits):
        return Decimal(digits.replace(",", "")), None
    return None, _error("not_a_number", f"“{shown}” is not a number.", "Write it like 1,234.50.")


def _either(digits: str, shown: str, value: Decimal) -> Doubt | None:
    if not EITHER.fullmatch(digits):
        return None
    return _warning(
        "ambiguous_number",
        f"“{shown}” could be read in two ways.",
        f"Other cells of the column have a decimal comma, so it is read as {value}. Correct it if that is wrong.",
    )


def money(cell: str, *, comma_decimal: bool = False) -> tuple[Decimal | None, Doubt | None]:
    """Return pounds: as `number`, with a pound sign or GBP before or after; another currency is an error."""
    bare = cell.strip()
    if bare and not PLAIN.fullmatch(bare):
        if any(mark in bare for mark in "€$") or re.search(r"\b(EUR|USD)\b", bare):
            return None, _error("other_currency", f"“{bare}” is not in pounds.", "Give the amount in pounds.")
        bare = re.sub(r"£|\bGBP\b", "", bare, flags=re.IGNORECASE).strip()
    return number(bare, comma_decimal=comma_decimal)


def percentage(cell: str) -> tuple[Decimal | None, Doubt | None]:
    """Return per cent: "15 %" is 15. A bare number is per cent as well, except a fraction, which brings a warning."""
    bare = cell.strip()
    value, doubt = number(bare.removesuffix("%"))
    if value is not None and not bare.endswith("%") and 0 < value < 1:
        return value * 100, _warning(
            "fraction", f"“{bare}” looks like a fraction of one.", f"It is read as {value * 100:f} %."
        )
    return value, doubt


def uses_decimal_commas(cells: Sequence[str]) -> bool:
    """Whether a column of numbers plainly writes decimals with commas, and never with points."""
    if not any("," in cell for cell in cells):
        return False
    bare = [SPACES.sub("", cell).strip("£()-+").removeprefix("GBP") for cell in cells if "," in cell or "." in cell]
    return any(SURE_COMMA.fullmatch(cell) for cell in bare) and not any(SURE_POINT.fullmatch(cell) for cell in bare)


@lru_cache(maxsize=8192)
def date(cell: str) -> tuple[dt.date | None, Doubt | None]:
    """
    Return a calendar date: 2026-04-01, 03/05/2017 (day first), 04-Nov-20, 3 Apr 2023, ISO with time and zone.

    Two-digit years are of this century. A time of 01:00 in summer is the shift that some exports add, and the day
    stands. A day that does not exist is an error, never moved to the next one.
    """
    shown = cell.strip()
    if not shown:
        return None, None
    lowered = shown.lower()
    if lowered in ERROR_VALUES:
        return None, _error_value(shown)
    if lowered in BLANKS:
        return None, _note("no_date", f"The cell says “{shown}” instead of a date.", "It is read as blank.")
    if match := YEAR_FIRST.fullmatch(shown):
        return _day(match[1], match[2], match[3], shown, match[4] or "")
    if match := DAY_FIRST.fullmatch(shown):
        return _day(match[3], match[2], match[1], shown, "")
    if (match := WORDED.fullmatch(shown)) and match[2].lower() in MONTHS:
        return _day(match[3], str(MONTHS[match[2].lower()]), match[1], shown, "")
    if SERIAL.fullmatch(shown):
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(shown.partition(".")[0]))
        return day, _warning("serial_date", f"“{shown}” is a spreadsheet's day number.", f"It is read as {day}.")
    return None, _error("not_a_date", f"“{shown}” is not a date.", "Write it like 31/03/2026 or 2026-03-31.")


def _day(year: str, month: str, day: str, shown: str, clock: str) -> tuple[dt.date | None, Doubt | None]:
    number_of_year = int(year) + (2000 if len(year) == 2 else 0)
    try:
        value = dt.date(number_of_year, int(month), int(day))
    except ValueError:
        return None, _impossible(shown, int(month), int(day))
    if not LEAST_YEAR <= value.year <= LAST_YEAR:
        return value, _warning("odd_year", f"“{shown}” has the year {value.year}.", "Check the year.")
    return (value, None) if not clock else _with_clock(value, shown, clock)


def _with_clock(value: dt.date, shown: str, clock: str) -> tuple[dt.date | None, Doubt | None]:
    match = CLOCK.fullmatch(clock.strip())
    if not match:
        return None, _error("not_a_date", f"“{shown}” is not a date.", "Write it like 31/03/2026 or 2026-03-31.")
    if match[1] == "23" and match[2] == "00" and match[4] in (None, "Z") and 3 < value.month < 11:
        return value, _warning(
            "shifted_date",
            f"“{shown}” is an hour before midnight in summer: the export may have moved it by an hour.",
            f"It is read as {value}; the day after may be meant.",
        )
    return value, None


def _impossible(shown: str, month: int, day: int) -> Doubt:
    swapped = " Month and day seem to be swapped." if month > 12 >= day else ""
    return _error("impossible_date", f"There is no such day as “{shown}”.{swapped}", "Correct it; write the day first.")


def is_unsure_of_order(cell: str) -> bool:
    """Whether day and month of a date could be swapped, as in 03/05/2017."""
    match = DAY_FIRST.fullmatch(cell.strip())
    return bool(match) and int(match[1]) <= 12 and int(match[2]) <= 12 and match[1] != match[2]  # type: ignore[index]


def shows_day_first(cell: str) -> bool:
    """Whether a date can only be day first, as in 25/05/2017."""
    match = DAY_FIRST.fullmatch(cell.strip())
    return bool(match) and int(match[1]) > 12  # type: ignore[index]


def yes_no(cell: str) -> tuple[bool | None, Doubt | None]:
    """Return True or False for yes, y, true, 1 and their opposites."""
    lowered = cell.strip().lower()
    if lowered in ("yes", "y", "true", "1", "t"):
        return True, None
    if lowered in ("no", "n", "false", "0", "f"):
        return False, None
    if not lowered or lowered in BLANKS:
        return None, None
    return None, _error("not_yes_no", f"“{cell.strip()}” is neither yes nor no.", "Write Yes or No.")


def company_number(cell: str) -> tuple[str, Doubt | None]:
    """
    Return a company number of Companies House: eight characters, zeros in front kept.

    Fewer than eight digits lose their doubt only by a person: the number with its zeros is returned with a warning.
    """
    bare = SPACES.sub("", cell).upper()
    if not bare or bare.lower() in BLANKS:
        return "", None
    if re.fullmatch(r"[0-9]{8}|[A-Z]{2}[0-9]{6}|R0[0-9]{6}|[A-Z]{2}[0-9A-Z]{6}", bare):
        return bare, None
    if re.fullmatch(r"[0-9]{5,7}", bare):
        return bare.zfill(8), _warning(
            "lost_zeros",
            f"The company number {bare} has {len(bare)} digits; they have eight.",
            f"It is read as {bare.zfill(8)}. Format the column as text, so that a spreadsheet keeps the zeros.",
        )
    return bare, _warning(
        "odd_company_number", f"“{bare}” does not look like a company number.", "Check it against Companies House."
    )


def charity_number(cell: str) -> tuple[str, Doubt | None]:
    """Return a charity number of England and Wales (6 or 7 digits), Scotland (SC...) or Northern Ireland (NIC...)."""
    bare = SPACES.sub("", cell).upper()
    if not bare or bare.lower() in BLANKS:
        return "", None
    if re.fullmatch(r"[0-9]{6,7}(-[0-9]{1,3})?|SC[0-9]{6}|NIC?[0-9]{6}", bare):
        return bare, None
    return bare, _warning(
        "odd_charity_number", f"“{bare}” does not look like a charity number.", "Check it against the register."
    )


def _error_value(shown: str) -> Doubt:
    return _error("error_value", f"The cell shows {shown}.", "Mend the formula or type the value.")


def _error(code: str, found: str, mend: str) -> Doubt:
    return Doubt(code, Severity.ERROR, found, mend)


def _warning(code: str, found: str, mend: str) -> Doubt:
    return Doubt(code, Severity.WARNING, found, mend)


def _note(code: str, found: str, mend: str) -> Doubt:
    return Doubt(code, Severity.NOTE, found, mend)
