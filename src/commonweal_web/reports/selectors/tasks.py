"""
What needs somebody, as one list in the order of days: each line says what, where, since or until when, and links there.

A collector asks one question of the database, whatever the number of contracts, and starts from what the person may do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from commonweal.periods import day_in_words
from commonweal_web.contracts.models import Change, ContactAlarm, Contract, KpiState, KpiVersion
from commonweal_web.contracts.selectors import kpis as kpi_selectors
from commonweal_web.core import clock
from commonweal_web.core.clock import LONDON
from commonweal_web.delivery.models import Claim, ClaimState, DoubleFlag, Reopening, Return, ReturnState
from commonweal_web.delivery.returns import selectors as return_selectors
from commonweal_web.delivery.returns.dates import HERE, Where, london_day, period_of, standing
from commonweal_web.frameworks.keeping import selectors as keeping
from commonweal_web.organisations.policies import Permission
from commonweal_web.performance import selectors as performance
from commonweal_web.planning.models import Plan
from commonweal_web.planning.plans import selectors as plans
from commonweal_web.reports.links import link
from commonweal_web.reports.selectors.one_task import MOST, Collector, Task, since
from commonweal_web.reports.selectors.panel_tasks import PANEL

SOON = dt.timedelta(days=14)
COUNTED = 3
"""For so many returns the parts that are done are counted."""


def tasks_of(user: Any, *, day: dt.date) -> list[Task]:
    """Return everything that needs `user` today, the earliest first."""
    found = [task for collect in COLLECTORS for task in collect(user, day)]
    return sorted(found, key=lambda task: (task.on, task.words))


def _contracts(user: Any, permission: Permission) -> QuerySet[Contract]:
    return Contract.objects.allowing(user, permission)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _name(contract: Contract) -> str:
    return f"{contract.reference} {contract.title}"


def claims_to_check(user: Any, day: dt.date) -> Iterator[Task]:
    rows = (
        Claim.objects.filter(
            state=ClaimState.SUBMITTED,
            nil=False,
            ret__received_at__isnull=False,
            ret__contract__in=_contracts(user, Permission.CLAIM_VERIFY),
        )
        .exclude(ret__submitted_by=user)
        .values("ret__contract", "ret__contract__reference", "ret__contract__title")
        .annotate(count=Count("pk"), since=Min("ret__received_at"))
        .order_by()
    )
    for row in rows:
        on = row["since"].astimezone(LONDON).date()
        yield Task(
            f"{_count(row['count'], 'claim')} to check",
            f"{row['ret__contract__reference']} {row['ret__contract__title']}",
            link("delivery:queue", contract=row["ret__contract"]) or link("reports:contract", row["ret__contract"]),
            on,
            since(on),
        )


def late_returns(user: Any, day: dt.date) -> Iterator[Task]:
    """Returns that did not come, for those who manage the contract."""
    rows = Return.objects.filter(contract__in=_contracts(user, Permission.REOPENING_ASK), due__lt=day)
    for ret in rows.exclude(state__in=HERE).select_related("contract").order_by("due")[:MOST]:
        stand = standing(ret, day)
        closed = f", closed since {day_in_words(stand.closes)}" if stand.where is Where.LOCKED else ""
        yield Task(
            f"No return for {period_of(ret).label}{closed}",
            _name(ret.contract),
            link("delivery:return", ret.contract_id, ret.pk) or link("reports:contract", ret.contract_id),
            ret.due,
            f"was due {day_in_words(ret.due)}, {stand.lateness}",
            late=True,
        )


def sent_back(user: Any, day: dt.date) -> Iterator[Task]:
    rows = KpiVersion.objects.filter(
        state=KpiState.SENT_BACK, proposed_by=user, kpi__contract__in=_contracts(user, Permission.KPI_PROPOSE)
    )
    for version in rows.select_related("kpi__contract"):
        at = version.decided_at or version.proposed_at
        on = london_day(at) if at else day
        yield Task(
            f"KPI {version.kpi.ref} was sent back to you",
            _name(version.kpi.contract),
            link("contracts:kpi", version.kpi.contract_id, version.kpi_id),
            on,
            since(on),
        )


def alarms(user: Any, day: dt.date) -> Iterator[Task]:
    contracts = _contracts(user, Permission.REVIEW_RECORD) | _contracts(user, Permission.CONTRACT_CREATE)
    rows = ContactAlarm.objects.filter(cleared_at__isnull=True, contract__in=contracts.values("pk"))
    for alarm in rows.select_related("contract").order_by("on")[:MOST]:
        yield Task(
            "No live contact at the supplier",
            _name(alarm.contract),
            link("contracts:people", alarm.contract_id) or link("reports:contract", alarm.contract_id),
            alarm.on,
            f"since {day_in_words(alarm.on)}",
            late=True,
        )


def reopenings(user: Any, day: dt.date) -> Iterator[Task]:
    rows = Reopening.objects.filter(
        state=Reopening.State.ASKED, ret__contract__in=_contracts(user, Permission.REOPENING_GRANT)
    ).exclude(asked_by=user)
    for asked in rows.select_related("ret__contract", "asked_by"):
        on = london_day(asked.asked_at)
        yield Task(
            f"{asked.asked_by} asks to reopen the return for {period_of(asked.ret).label}",
            _name(asked.ret.contract),
            link("delivery:reopening_decide", asked.ret.contract_id, asked.ret_id, asked.pk),
            on,
            since(on),
        )


def double_claims(user: Any, day: dt.date) -> Iterator[Task]:
    rows = (
        DoubleFlag.objects.filter(
            state=DoubleFlag.State.OPEN, claim__ret__contract__in=_contracts(user, Permission.DOUBLE_CLAIM_DECIDE)
        )
        .values("claim__ret__contract", "claim__ret__contract__reference", "claim__ret__contract__title")
        .annotate(count=Count("pk"), since=Min("found_at"), first=Min("claim"))
        .order_by()
    )
    for row in rows:
        on = london_day(row["since"])
        yield Task(
            f"{_count(row['count'], 'possible double claim')} to decide",
            f"{row['claim__ret__contract__reference']} {row['claim__ret__contract__title']}",
            link("delivery:claim", row["claim__ret__contract"], row["first"])
            or link("reports:contract", row["claim__ret__contract"]),
            on,
            since(on),
        )


def changes(user: Any, day: dt.date) -> Iterator[Task]:
    """Changes: asked by a supplier, to be checked, or to be agreed by the supplier."""
    states = (
        (
            Permission.KPI_PROPOSE,
            Q(state=Change.State.ASKED),
            "The supplier asks for a change: {}",
            "asked_at",
        ),
        (
            Permission.MODIFICATION_CHECK,
            Q(state=Change.State.PROPOSED, checked_by__isnull=True) & ~Q(proposed_by=user),
            "Check whether this change is permitted: {}",
            "proposed_at",
        ),
        (
            Permission.VARIATION_ACKNOWLEDGE,
            Q(state=Change.State.APPROVED),
            "Agree a change for your side: {}",
            "approved_at",
        ),
    )
    for permission, state, words, begun in states:
        rows = Change.objects.filter(state, contract__in=_contracts(user, permission)).select_related("contract")
        for change in rows[:MOST]:
            at = getattr(change, begun)
            on = london_day(at) if at else day
            href = link("contracts:change", change.contract_id, change.pk) or link(
                "reports:contract", change.contract_id
            )
            yield Task(words.format(change.title), _name(change.contract), href, on, since(on))


def approvals(user: Any, day: dt.date) -> Iterator[Task]:
    """KPIs and checked changes that wait for a director, or for who holds a delegation."""
    for found in kpi_selectors.waiting_for(user, day=day):
        contract, versions, checked = found["contract"], found["versions"], found["changes"]
        moments = [one.proposed_at for one in (*versions, *checked) if one.proposed_at]
        on = london_day(min(moments)) if moments else day
        parts = [_count(len(versions), "KPI")] if versions else []
        parts += [_count(len(checked), "change")] if checked else []
        yield Task(
            f"{' and '.join(parts)} to approve",
            _name(contract),
            link("contracts:decide", contract.pk) or link("reports:contract", contract.pk),
            on,
            since(on),
        )


def returns_to_do(user: Any, day: dt.date) -> Iterator[Task]:
    """Returns that a supplier can send now, or is typing."""
    rows = Return.objects.filter(contract__in=_contracts(user, Permission.RETURN_SUBMIT), starts__lte=day)
    asked = 0
    for ret in rows.exclude(state__in=HERE).select_related("contract__authority").order_by("due")[:MOST]:
        stand = standing(ret, day)
        if ret.ends >= day and ret.state != ReturnState.DRAFT:
            continue
        if stand.where is Where.LOCKED:
            when = f"closed on {day_in_words(stand.closes)}; ask the council to reopen it"
        elif stand.days_late:
            when = f"{stand.lateness}; can be sent until {day_in_words(stand.closes)}"
        else:
            when = f"due {day_in_words(ret.due)}, {_count(stand.days_left, 'day')} left"
        href = link("delivery:return", ret.contract_id, ret.pk) or link("reports:contract", ret.contract_id)
        where = _name(ret.contract)
        if stand.open and asked < COUNTED:
            asked += 1
            done, of = return_selectors.parts_done(return_selectors.rows_of(ret, clock.now()), ret)
            where = f"{where}. {done} of {of} parts done"
        yield Task(
            f"Return for {period_of(ret).label}",
            where,
            href,
            ret.due,
            when,
            late=stand.days_late > 0,
            action=("Continue" if ret.state == ReturnState.DRAFT else "Start") if stand.open else "",
        )


def questions(user: Any, day: dt.date) -> Iterator[Task]:
    rows = Claim.objects.filter(
        state=ClaimState.ASKED, ret__contract__in=_contracts(user, Permission.RETURN_SUBMIT)
    ).select_related("ret__contract", "kpi")
    for claim in rows.prefetch_related("decisions"):
        asked = [one for one in claim.decisions.all() if one.verdict == "ask" and not one.answered_at]
        on = london_day(asked[-1].at) if asked else day
        href = link("delivery:claim_answer", claim.ret.contract_id, claim.pk)
        yield Task(
            f"Question about {claim.kpi.ref}, {period_of(claim.ret).label}",
            asked[-1].reason if asked else _name(claim.ret.contract),
            href or link("delivery:return", claim.ret.contract_id, claim.ret_id),
            on,
            f"asked on {day_in_words(on)}",
        )


def actions(user: Any, day: dt.date) -> Iterator[Task]:
    for action in performance.due_soon(user, by_day=day + SOON)[:MOST]:
        yield Task(
            f"{action.text} ({action.owner})",
            _name(action.contract),
            link("performance:reviews", action.contract_id),
            action.due,
            f"due {day_in_words(action.due)}",
            late=action.due < day,
        )


def packs_to_publish(user: Any, day: dt.date) -> Iterator[Task]:
    """Releases that somebody else proposed, for who may publish them."""
    for pack in keeping.all_waiting_for(user):
        on = london_day(pack.proposed_at) if pack.proposed_at else day
        where = link("frameworks:pack", pack.body_id, pack.pk)
        yield Task(f"{pack.get_kind_display().capitalize()} to publish or send back", str(pack), where, on, since(on))


def plans_to_finish(user: Any, day: dt.date) -> Iterator[Task]:
    """Plans that somebody writes, until they are before the panel."""
    for plan in plans.to_finish(user, day).order_by("created_at")[:MOST]:
        on = london_day(plan.created_at)
        words = "Plan to finish: it was sent back" if plan.state == Plan.State.SENT_BACK else "Plan to finish"
        yield Task(words, str(plan), link("planning:plan_page", plan.pk), on, f"begun on {day_in_words(on)}")


def weights_to_approve(user: Any, day: dt.date) -> Iterator[Task]:
    """Weights below the least weight that wait for one of two approvals."""
    for plan in plans.weights_to_approve(user, day)[:MOST]:
        on = london_day(plan.created_at)
        where = link("planning:plan_weight", plan.pk)
        yield Task("Weight below the least weight to approve", str(plan), where, on, f"plan of {day_in_words(on)}")


COLLECTORS: tuple[Collector, ...] = (
    returns_to_do,
    questions,
    claims_to_check,
    late_returns,
    sent_back,
    approvals,
    packs_to_publish,
    plans_to_finish,
    weights_to_approve,
    *PANEL,
    changes,
    reopenings,
    double_claims,
    alarms,
    actions,
)
