"""Whether returns came and came in time: the engine's counts over the returns of contracts that somebody may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commonweal.periods import DAY, Period, add_months
from commonweal.timeliness import ExpectedReturn, Timeliness
from commonweal.timeliness import timeliness as counted
from commonweal_web.contracts.models import Contract
from commonweal_web.delivery.models import Return
from commonweal_web.delivery.returns.dates import HERE, Standing, deadline_of, london_day, period_of, standing
from commonweal_web.organisations.models import Organisation

LATE_OF_FOUR = 3
LOOKED_AT = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What repeated lateness suggests: the contract's own term, which nobody applies but people."""

    late: int
    of: int
    terms: str


def expected_return(ret: Return) -> ExpectedReturn:
    """Return a return as the engine counts it: it came on the day of its first arrival."""
    came = ret.state in HERE
    first = ret.first_received_at or ret.received_at
    received = london_day(first) if came and first else None
    return ExpectedReturn(ret.contract.reference, period_of(ret), deadline_of(ret), came, received)


def timeliness_of(returns: Iterable[Return], *, as_at: dt.date) -> Timeliness:
    """Count returns as at the end of a day."""
    return counted(returns=[expected_return(ret) for ret in returns], as_at=as_at)


def timeliness_for(
    user: object, *, quarter: Period, as_at: dt.date, authority: Organisation | None = None
) -> Timeliness:
    """Count the returns for periods that ended in `quarter`, of the contracts `user` sees (of one body if given)."""
    contracts = Contract.objects.visible_to(user)
    if authority is not None:
        contracts = contracts.filter(authority=authority)
    returns = Return.objects.filter(contract__in=contracts, ends__gte=quarter.start, ends__lte=quarter.end)
    return timeliness_of(returns.select_related("contract").order_by("due", "pk"), as_at=as_at)


def quarter_of(day: dt.date) -> Period:
    """Return the calendar quarter of a day."""
    start = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(start, add_months(start, 3) - DAY)


def quarters_before(day: dt.date, count: int) -> list[Period]:
    """Return the last `count` whole quarters before `day`, newest first."""
    newest = quarter_of(day).start
    starts = [add_months(newest, -3 * back) for back in range(1, count + 1)]
    return [Period(start, add_months(start, 3) - DAY) for start in starts]


def strip_of(contract: Contract, today: dt.date) -> list[tuple[Return, Standing]]:
    """Return a contract's returns with where each stands, oldest first: the timeliness strip of its pages."""
    return [(ret, standing(ret, today)) for ret in contract.returns.order_by("starts")]


def repeated_lateness(
    returns: Sequence[tuple[Return, Standing]], contract: Contract, today: dt.date
) -> Suggestion | None:
    """Return what three late or missing returns of the last four suggest; None if there are fewer."""
    due = [stand for ret, stand in returns if ret.due < today][-LOOKED_AT:]
    late = sum(stand.days_late > 0 for stand in due)
    return Suggestion(late, len(due), contract.lateness_terms) if late >= LATE_OF_FOUR else None
