"""How the checks write figures, days and lists, so that all findings read alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from commonweal.catalogue.units import units
from commonweal.quantities import plain

MOST_DIGITS = 18


def pounds(amount: Decimal) -> str:
    """Return pounds with thousands commas and two decimals: £1,250,000.00; beyond 18 digits in powers of ten."""
    if amount.adjusted() > MOST_DIGITS:
        return f"£{amount:.2E}"
    sign = "-" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}"


def unit_pounds(amount: Decimal) -> str:
    """Return pounds per unit with two to six decimals, as many as they have: £0.604371, £17.50."""
    decimals = len(plain(amount).partition(".")[2]) if abs(amount.adjusted()) <= MOST_DIGITS else 0
    return pounds(amount) if decimals <= 2 else f"£{amount:,.{min(decimals, 6)}f}"


def amount(number: Decimal, unit: str = "") -> str:
    """Return a quantity with thousands commas, without trailing zeros, and its unit: 1,312.5 hours."""
    text = f"{number:.2E}" if abs(number.adjusted()) > MOST_DIGITS else f"{Decimal(plain(number)):,f}"
    return f"{text} {unit_words(unit, one=number == 1)}".rstrip()


def unit_words(unit: str, *, one: bool = False) -> str:
    """Return a unit in words, of many or of one: "hours" or "hour"; as it is written where nobody knows it."""
    known = units().canonical(unit)
    if known is None:
        return unit
    return units()[known].label if one else units()[known].plural


def percent(part: Decimal, whole: Decimal) -> str:
    """Return `part` as a percentage of `whole` with one decimal: 60.1 %."""
    share = part * 100 / whole
    return f"{share:.2E} %" if share.adjusted() > MOST_DIGITS else f"{share:,.1f} %"


def day(date: dt.date) -> str:
    """Return a day in words: 1 April 2026."""
    return f"{date.day} {date:%B} {date.year}"


def either(words: Iterable[str]) -> str:
    """Return words as a choice: "A", "A or B", "A, B or C"."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
