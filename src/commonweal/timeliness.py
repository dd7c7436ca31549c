"""Whether returns came, and came in time: expected, received, on time, overdue and locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import errors
from commonweal.calendars import Calendar, Deadline, deadline
from commonweal.performance.targets import percent
from commonweal.periods import Period, periods_of
from commonweal.portfolio import Claim, Contract, Receipt


@dataclass(frozen=True, slots=True)
class ExpectedReturn:
    """
    One return that a contract owes. `came` says that it is there, `received` when, None where the input has no day.

    A day of receipt that is not known makes a return neither on time nor late.
    """

    contract: str
    period: Period
    deadline: Deadline
    came: bool = False
    received: dt.date | None = None

    def here(self, as_at: dt.date) -> bool:
        """Return whether the return had come by the end of `as_at`."""
        return self.came and (self.received is None or self.received <= as_at)

    @property
    def on_time(self) -> bool:
        return self.received is not None and self.received <= self.deadline.due

    @property
    def days_late(self) -> int | None:
        """Days after the due date on which it came, 0 if in time; None if it has not come, or on an unknown day."""
        return None if self.received is None else self.deadline.days_late(self.received)

    def days_overdue(self, as_at: dt.date) -> int:
        """Return for how many days the return has been missing on `as_at`; 0 if it is there or not yet due."""
        return 0 if self.here(as_at) else self.deadline.days_late(as_at)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """
    Counts as at one day, over the returns whose due date has passed.

    `undated` came, but nobody knows when. Percentages are of `expected`, half up to two decimals, None without any.
    Lists keep the order of the input.
    """

    as_at: dt.date
    expected: int
    received: int
    on_time: int
    undated: int
    received_percent: Decimal | None
    on_time_percent: Decimal | None
    late: tuple[ExpectedReturn, ...]
    overdue: tuple[ExpectedReturn, ...]
    locked: tuple[ExpectedReturn, ...]


@dataclass(frozen=True, slots=True)
class ReturnsOwed:
    """The returns of one contract, oldest first, and the periods whose due date cannot be known."""

    returns: tuple[ExpectedReturn, ...]
    unknown: tuple[Period, ...]


def timeliness(*, returns: Iterable[ExpectedReturn], as_at: dt.date) -> Timeliness:
    """
    Count returns as at the end of the day `as_at`.

    A return is expected once its due date has passed. `overdue` are those not there, `late` those that came after
    their due date (also after a reopening: the day counts, not the permission), `locked` those not there whose
    period has closed.
    """
    expected = [one for one in returns if one.deadline.due < as_at]
    received = [one for one in expected if one.here(as_at)]
    on_time = sum(one.on_time for one in received)
    missing = tuple(one for one in expected if not one.here(as_at))
    return Timeliness(
        as_at=as_at,
        expected=len(expected),
        received=len(received),
        on_time=on_time,
        undated=sum(one.received is None for one in received),
        received_percent=percent(Decimal(len(received)), Decimal(len(expected))),
        on_time_percent=percent(Decimal(on_time), Decimal(len(expected))),
        late=tuple(one for one in received if one.days_late),
        overdue=missing,
        locked=tuple(one for one in missing if one.deadline.locked(as_at)),
    )


def returns_of(
    *,
    contract: Contract,
    receipts: Sequence[Receipt],
    claims: Sequence[Claim],
    calendar: Calendar,
    begun_by: dt.date,
) -> ReturnsOwed:
    """
    Return what `contract` owes for each period that began by `begun_by`, with the day on which it came.

    The first sign of a return decides: a receipt, or a claim, which counts for the reporting period that holds the
    first day of its own period. Receipts and claims of other contracts are passed over. A contract without dates owes
    nothing that can be counted. Periods whose due date falls into years without known bank holidays are listed
    apart: when they were due is unknown.

    :raises BadPeriod: if the term is too long to have periods
    """
    if contract.term is None:
        return ReturnsOwed((), ())
    signs = [(r.period, r.received) for r in receipts if r.contract == contract.ref]
    signs += [(c.period, c.received) for c in claims if c.contract == contract.ref]
    periods = [p for p in periods_of(contract.period_scheme, contract.term) if p.start <= begun_by]
    first = _first_signs(periods, signs)
    returns: list[ExpectedReturn] = []
    unknown: list[Period] = []
    for period in periods:
        try:
            when = deadline(period=period, due_days=contract.due_days, lock_days=contract.lock_days, calendar=calendar)
        except errors.BadPeriod:
            unknown.append(period)
            continue
        returns.append(ExpectedReturn(contract.ref, period, when, period in first, first.get(period)))
    return ReturnsOwed(tuple(returns), tuple(unknown))


def _first_signs(
    periods: Sequence[Period], signs: Sequence[tuple[Period, dt.date | None]]
) -> Mapping[Period, dt.date | None]:
    first: dict[Period, dt.date | None] = {}
    for of, received in signs:
        period = next((p for p in periods if of.start in p), None)
        if period is not None:
            known = [day for day in (first.get(period), received) if day is not None]
            first[period] = min(known, default=None)
    return first
