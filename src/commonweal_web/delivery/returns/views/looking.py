"""Looking at returns: those of a contract, one return by whoever may see it, and how timely returns are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from commonweal.periods import day_in_words
from commonweal.reporting.wording import number
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.core.tables import Cell, Column, Table, task
from commonweal_web.delivery import people
from commonweal_web.delivery.models import Reopening, Return, ReturnState
from commonweal_web.delivery.returns import reopening, selectors, timeliness
from commonweal_web.delivery.returns.dates import Standing, Where, period_of, standing, why_locked
from commonweal_web.delivery.returns.scopes import may, return_scope
from commonweal_web.delivery.returns.views.common import context_of, url
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission

WORDS = {
    Where.NOT_BEGUN: "Not begun",
    Where.OPEN: "Open",
    Where.MISSING: "No return yet",
    Where.LOCKED: "Closed without a return",
    Where.REOPENED: "Reopened",
    Where.RECEIVED: "Received",
    Where.CHECKED: "Checked",
}
QUARTERS = 8


def state_words(stand: Standing) -> str:
    """Return the state of a return in words, with how late it is."""
    late = f", {stand.lateness}" if stand.lateness else ""
    return f"{WORDS[stand.where]}{late}"


@requires(Permission.KPI_READ, contract_scope)
def returns(request: HttpRequest, contract: Contract) -> HttpResponse:
    """The returns of a contract, oldest first, with the timeliness strip."""
    today = clock.today()
    strip = timeliness.strip_of(contract, today)
    own = may(request.user, Permission.RETURN_SUBMIT, contract)
    begun = [(ret, stand) for ret, stand in strip if ret.starts <= today]
    table = Table(
        caption="Returns",
        columns=[Column("Period"), Column("Due"), Column("Closes after"), Column("State")],
        rows=[
            [
                Cell(period_of(ret).label, href=url("return", ret)),
                Cell(day_in_words(ret.due)),
                Cell(day_in_words(stand.closes)),
                Cell(state_words(stand)),
            ]
            for ret, stand in reversed(begun)
        ],
        empty="No period of this contract has begun. The first return appears on its first day.",
        hide_caption=True,
    )
    context = {
        "contract": contract,
        "title": "Returns",
        "caption": f"{contract.reference} {contract.title}",
        "table": table,
        "strip": [(ret, stand, state_words(stand)) for ret, stand in begun],
        "to_come": next(((ret, stand) for ret, stand in strip if ret.starts > today), None),
        "suggestion": None if own else timeliness.repeated_lateness(strip, contract, today),
    }
    return render(request, "delivery/returns/list.html", context)


@requires(Permission.KPI_READ, return_scope)
def return_page(request: HttpRequest, ret: Return) -> HttpResponse:
    """One return: its task list for the supplier, why it is closed, or what was sent."""
    today = clock.today()
    stand = standing(ret, today)
    own = may(request.user, Permission.RETURN_SUBMIT, ret.contract)
    title = f"Return for {period_of(ret).label}"
    page = context_of(ret, title, standing=stand, state=state_words(stand), own=own)
    page |= {"caption": f"{ret.contract.reference} {ret.contract.title}"}
    if stand.here:
        return render(request, "delivery/returns/sent.html", page | _sent(request, ret))
    if own and stand.open:
        return render(request, "delivery/returns/tasks.html", page | _tasks(ret))
    authority = ret.contract.authority
    page |= {
        "why": why_locked(ret, today, authority.short_name or authority.name),
        "locked": stand.where is Where.LOCKED,
        "ask": not own and stand.where is Where.LOCKED and may(request.user, Permission.REOPENING_ASK, ret.contract),
        "decide": may(request.user, Permission.REOPENING_GRANT, ret.contract),
        "reopenings": list(ret.reopenings.select_related("asked_by", "decided_by").order_by("pk")),
        "asked": ret.reopenings.filter(state=Reopening.State.ASKED).first(),
        "wish": own and stand.where is Where.LOCKED,
        "wishes": reopening.wishes_of(ret),
        "draft": selectors.rows_of(ret, clock.now()) if own and ret.state == ReturnState.DRAFT else [],
        "manager": people.contract_manager(ret.contract, today),
    }
    return render(request, "delivery/returns/waiting.html", page)


def _tasks(ret: Return) -> dict[str, Any]:
    rows = selectors.rows_of(ret, clock.now())
    done, total = selectors.parts_done(rows, ret)
    declared = ret.only_this_contract and ret.only_contracted
    tasks = [
        task(f"{row.kpi.ref} {row.version.deliverable}", url("return_kpi", ret, row.kpi.pk), row.status, done=row.done)
        | {"hint": {"text": row.said if row.done else row.due_words}}
        for row in rows
    ]
    declarations = task(
        "Two declarations",
        url("return_declarations", ret),
        "Completed" if declared else "Not started",
        done=declared,
    )
    ready = done == total
    check = task("Check and submit", url("return_check", ret), "Ready" if ready else "Not ready yet")
    return {"tasks": [*tasks, declarations, check], "done": done, "total": total, "ready": ready}


def _sent(request: HttpRequest, ret: Return) -> dict[str, Any]:
    claims = selectors.summary_of(request.user, ret)
    correct = may(request.user, Permission.RETURN_CORRECT, ret.contract)
    rows = [
        (claim, selectors.claim_words(claim, version), claim.get_state_display())
        for claim in claims
        if (version := claim.kpi_version or claim.kpi.current)
    ]
    return {"rows": rows, "may_correct": correct, "receipt": ret.receipts.order_by("-number").first()}


@requires(Permission.DASHBOARD_READ)
def timeliness_page(request: HttpRequest) -> HttpResponse:
    """How many returns were expected, came, and came in time, quarter by quarter."""
    today = clock.today()
    quarters = [
        (quarter, timeliness.timeliness_for(request.user, quarter=quarter, as_at=today))
        for quarter in timeliness.quarters_before(today, QUARTERS)
    ]
    table = Table(
        caption="Returns by the quarter in which their period ended",
        columns=[
            Column("Quarter"),
            Column("Expected", numeric=True),
            Column("Received", numeric=True),
            Column("On time", numeric=True),
            Column("Missing", numeric=True),
        ],
        rows=[
            [
                Cell(quarter.label),
                Cell(str(one.expected)),
                Cell(str(one.received), hint=_share(one.received_percent)),
                Cell(str(one.on_time), hint=_share(one.on_time_percent)),
                Cell(str(len(one.overdue))),
            ]
            for quarter, one in quarters
        ],
        hide_caption=True,
    )
    overdue = [one for _, counts in quarters for one in counts.overdue]
    context = {
        "title": "Timeliness of returns",
        "table": table,
        "as_at": today,
        "overdue": [(one.contract, one.period.label, one.deadline.due) for one in overdue],
    }
    return render(request, "delivery/returns/timeliness.html", context)


def _share(percent: Any) -> str:
    return "" if percent is None else f"{number(percent, 1)} % of expected"
