"""Limits that every form asking for a promise shares: the most of a measure, and weeks against people and time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.catalogue import Measure
from commonweal.checks.problem import Problem, Severity
from commonweal.portfolio import Kind
from commonweal.quantities import plain
from commonweal.workbooks.layout import ONE
from commonweal.workbooks.tables import Line

WEEK = "week"
DAYS_A_WEEK = 7
HUNDRED = Decimal(100)


def weeks_of(start: dt.date, end: dt.date) -> int:
    """Return the whole weeks that a contract has begun by its last day."""
    return -(-((end - start).days + 1) // DAYS_A_WEEK)


def most_of(measure: Measure) -> Decimal | None:
    """Return the most that can be promised of a measure: a hundred per cent, one for yes or no, else no limit."""
    return {Kind.RATIO: HUNDRED, Kind.YES_NO: ONE}.get(measure.kind)


def refused(line: Line, field_name: str, code: str, found: str, mend: str) -> Problem:
    """Return the error that leaves a row out, at the cell of one of its fields."""
    return Problem(code, Severity.ERROR, line.at(field_name), found, f"{mend} The row was left out.")


def above_most(line: Line, field_name: str, amount: Decimal, measure: Measure) -> Problem | None:
    """Return the error of a promise above the most of its measure, or None."""
    high = most_of(measure)
    if high is None or amount <= high:
        return None
    found = f"{plain(amount)} is more than {plain(high)}."
    return refused(line, field_name, "out_of_range", found, f"{measure.unit} cannot be more than {plain(high)}.")


def above_weeks(line: Line, field_name: str, amount: Decimal, measure: Measure, weeks: int | None) -> Problem | None:
    """Return the error of more weeks than the row's people have in the contract's `weeks`, or None."""
    people = line.values.get("people")
    if measure.unit != WEEK or people is None or weeks is None or amount <= people * weeks:
        return None
    return refused(
        line,
        field_name,
        "out_of_range",
        f"{plain(amount)} weeks are more than {people} people × {weeks} contract weeks.",
        f"weeks cannot be more than people × contract weeks, here {people * weeks}.",
    )
