"""
How an amount is built up: from people, from sessions, from lines of spend. Plain functions of what was typed.

The results are the engine's (`commonweal.fte`); the rows are kept as the claim's working, without any identifier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from commonweal.fte import Employment, fte_years_of, session_hours, years_in
from commonweal.periods import Period
from commonweal.portfolio import Kind
from commonweal.quantities import plain

ZERO, ONE = Decimal(0), Decimal(1)
SIX = Decimal("0.000001")


class Builder(StrEnum):
    """What an amount may be built up from; `NONE` for a measure that is typed as one number."""

    NONE = ""
    FTE = "fte"
    PEOPLE = "people"
    WEEKS = "weeks"
    SESSIONS = "sessions"
    SPEND = "spend"


UNIT_BUILDERS = {
    "FTE-year": Builder.FTE,
    "FTE": Builder.FTE,
    "person": Builder.PEOPLE,
    "week": Builder.WEEKS,
    "person-week": Builder.WEEKS,
    "hour": Builder.SESSIONS,
    "person-hour": Builder.SESSIONS,
    "GBP": Builder.SPEND,
}
OF_PEOPLE = frozenset({Builder.FTE, Builder.PEOPLE, Builder.WEEKS})


@dataclass(frozen=True, slots=True)
class Person:
    """
    One person behind a claim. `share` is of full time, `amount` in the KPI's unit (weeks); `token` tells people
    apart and leads to no name; `identifier` is there only on its way to becoming a token.
    """

    initials: str = ""
    outcode: str = ""
    started: dt.date | None = None
    left: dt.date | None = None
    share: Decimal | None = None
    amount: Decimal | None = None
    token: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Some sessions alike: hours of each, how many people, how often."""

    what: str
    hours: Decimal
    people: int
    times: int = 1


@dataclass(frozen=True, slots=True)
class Spend:
    """What was spent with one local supplier; `invoice` is there only on its way to becoming a mark."""

    supplier: str
    pence: int
    outcode: str = ""
    invoice: str = ""


def builder_for(*, kind: str, unit: str) -> Builder:
    """Return what a KPI's amount may be built up from."""
    if kind == Kind.MONEY:
        return Builder.SPEND
    return UNIT_BUILDERS.get(unit, Builder.NONE) if kind == Kind.QUANTITY else Builder.NONE


def fte_years_from_average(fte: Decimal, period: Period) -> Decimal:
    """Return the FTE-years of an average over the period: 8 FTE in a quarter are 2 FTE-years."""
    return (fte * years_in(period)).quantize(SIX, ROUND_HALF_UP)


def average_fte(fte_years: Decimal, period: Period) -> Decimal:
    """Return the average over the period that makes these FTE-years: 2 in a quarter are 8 FTE."""
    return (fte_years / years_in(period)).quantize(SIX, ROUND_HALF_UP).normalize() + 0


def from_people(builder: Builder, people: Sequence[Person], period: Period, first_months: int | None = None) -> Decimal:
    """
    Return the amount that people make together, in the KPI's unit.

    :raises BadQuantity: if a share of full time is not above 0 and up to 1
    :raises BadPeriod: if somebody left before they started
    """
    match builder:
        case Builder.FTE:
            jobs = [_job(person, period) for person in people]
            return fte_years_of(employments=jobs, period=period, first_months_only=first_months).total.amount
        case Builder.WEEKS:
            return sum((person.amount or ZERO for person in people), ZERO)
        case _:
            return Decimal(len(people))


def from_sessions(sessions: Iterable[Session]) -> Decimal:
    """
    Return the hours that people attended together.

    :raises BadQuantity: if a number is below zero
    """
    rows = [session_hours(hours=one.hours, attendees=one.people, sessions=one.times) for one in sessions]
    return sum((row.amount for row in rows), ZERO)


def from_spend(lines: Iterable[Spend]) -> Decimal:
    """Return the pounds that were spent together."""
    return Decimal(sum(line.pence for line in lines)) / 100


def part_of(builder: Builder, person: Person, period: Period, first_months: int | None = None) -> Decimal:
    """Return what one person adds to the claim, in its unit."""
    return from_people(builder, [person], period, first_months)


def people_as_rows(people: Iterable[Person]) -> list[dict[str, str]]:
    """Return people as the claim keeps them: texts only, and never an identifier."""
    return [
        {
            "initials": person.initials,
            "outcode": person.outcode,
            "started": person.started.isoformat() if person.started else "",
            "left": person.left.isoformat() if person.left else "",
            "share": plain(person.share) if person.share is not None else "",
            "amount": plain(person.amount) if person.amount is not None else "",
            "token": person.token,
        }
        for person in people
    ]


def people_of(working: Mapping[str, Any]) -> list[Person]:
    """Return the people that a claim keeps."""
    return [
        Person(
            initials=row.get("initials", ""),
            outcode=row.get("outcode", ""),
            started=_day(row.get("started", "")),
            left=_day(row.get("left", "")),
            share=_number(row.get("share", "")),
            amount=_number(row.get("amount", "")),
            token=row.get("token", ""),
        )
        for row in working.get("people", [])
    ]


def sessions_as_rows(sessions: Iterable[Session]) -> list[dict[str, str]]:
    """Return sessions as the claim keeps them."""
    return [{"what": s.what, "hours": plain(s.hours), "people": str(s.people), "times": str(s.times)} for s in sessions]


def sessions_of(working: Mapping[str, Any]) -> list[Session]:
    """Return the sessions that a claim keeps."""
    return [
        Session(row["what"], Decimal(row["hours"]), int(row["people"]), int(row["times"]))
        for row in working.get("sessions", [])
    ]


def _job(person: Person, period: Period) -> Employment:
    start = person.started or period.start
    return Employment(person.token, start, person.left, share=person.share if person.share is not None else ONE)


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
