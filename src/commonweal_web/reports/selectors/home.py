"""What the home page shows beside the tasks: contracts, what lacks, what comes next, past returns, what moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from commonweal.periods import day_in_words
from commonweal_web.audit.models import Event
from commonweal_web.audit.selectors import head_of
from commonweal_web.audit.services import verify_end
from commonweal_web.contracts.models import Assignment, BreakPoint, ContactAlarm, Contract, Status
from commonweal_web.contracts.selectors import contracts as contract_selectors
from commonweal_web.delivery.models import Confirmation, Return, SampleDraw
from commonweal_web.delivery.returns.dates import HERE
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Invitation, Organisation, TwoPersonRequest, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import SUPPLIER_ROLES, Role
from commonweal_web.reports import verbs
from commonweal_web.reports.figures import ContractFigures, figures_of
from commonweal_web.reports.links import link

SHOWN = 12
LOOKED_THROUGH = 400
MOVED = 10
AHEAD = dt.timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its link; `hint` says more."""

    text: str
    href: str = ""
    hint: str = ""


def roles_of(user: Any) -> set[str]:
    """Return every role that `user` holds today."""
    return set(organisations.memberships(user).values_list("role", flat=True))


def assigned(user: Any, day: dt.date) -> QuerySet[Contract]:
    """Return the running contracts in which `user` has a part."""
    mine = Assignment.objects.filter(in_force(day), user=user).values("contract")
    return Contract.objects.visible_to(user).filter(pk__in=mine).exclude(status=Status.ENDED).order_by("reference")


def my_contracts(user: Any, day: dt.date) -> list[ContractFigures]:
    """Return where the contracts stand in which `user` has a part, exceptions first."""
    rows = figures_of(assigned(user, day)[:LOOKED_THROUGH], day=day)
    return sorted(rows, key=lambda row: row.pressing)[:SHOWN]


def led(user: Any) -> QuerySet[Contract]:
    """Return the contracts that `user` answers for above their managers; for a panel, all that it may read."""
    if Role.CAT in roles_of(user):
        return Contract.objects.allowing(user, Permission.KPI_READ)
    directed = Contract.objects.allowing(user, Permission.KPI_APPROVE)
    return directed | Contract.objects.allowing(user, Permission.REOPENING_GRANT)


def in_red(user: Any, day: dt.date) -> list[ContractFigures]:
    """Return the contracts of a director or a lead that have a KPI in red, the worst first."""
    contracts = led(user).filter(status=Status.LIVE, kpis__current__isnull=False).distinct()[:LOOKED_THROUGH]
    reds = [row for row in figures_of(contracts, day=day) if row.reds]
    return sorted(reds, key=lambda row: row.pressing)[:SHOWN]


def lacking(user: Any, day: dt.date) -> list[Line]:
    """Return how many live contracts have no owner, no KPIs or no live contact, each with its list."""
    whole = Contract.objects.allowing(user, Permission.DASHBOARD_READ).filter(status=Status.LIVE)
    ids = Contract.objects.filter(pk__in=whole.values("pk"))
    owned = Assignment.objects.filter(in_force(day), part="owner").values("contract")
    open_alarms = ContactAlarm.objects.filter(cleared_at__isnull=True).values("contract")
    counts = {
        "owner": ids.exclude(pk__in=owned).count(),
        "kpis": ids.exclude(kpis__current__isnull=False).count(),
        "contact": ids.filter(pk__in=open_alarms).count(),
    }
    reads = bool(organisations.roles_of(user, Permission.KPI_READ))
    words = {"owner": "without an owner", "kpis": "without KPIs", "contact": "without a live contact at the supplier"}
    return [
        Line(
            f"{counts[key]} live contract{'' if counts[key] == 1 else 's'} {text}",
            link("contracts:list", lacking=key) if reads else "",
        )
        for key, text in words.items()
        if counts[key]
    ]


def next_breaks(user: Any, day: dt.date) -> list[Line]:
    """Return the next days on which contracts can be changed or left, two years ahead."""
    rows = BreakPoint.objects.filter(contract__in=led(user).values("pk"), on__gte=day, on__lte=day + AHEAD, outcome="")
    return [
        Line(
            f"{row.contract.reference} {row.contract.title}",
            link("reports:contract", row.contract_id),
            f"{row.get_kind_display()} on {day_in_words(row.on)}",
        )
        for row in rows.select_related("contract").order_by("on")[:6]
    ]


def past_returns(user: Any) -> QuerySet[Return]:
    """Return the latest returns that a supplier sent, with their contracts."""
    contracts = Contract.objects.allowing(user, Permission.RETURN_SUBMIT)
    rows = Return.objects.filter(contract__in=contracts, state__in=HERE).select_related("contract")
    return rows.prefetch_related("claims__kpi", "claims__decisions").order_by("-starts", "contract__reference")[:8]


def asked_to_confirm(user: Any) -> list[Line]:
    """Return what a community organisation was asked to confirm, and how that ended."""
    mine = organisations.memberships(user).filter(role=Role.VCS).values("organisation")
    rows = Confirmation.objects.filter(Q(organisation__in=mine) | Q(email__iexact=user.email))
    rows = rows.select_related("claim__ret__contract", "claim__kpi__current").order_by("-asked_at")[:10]
    found = []
    for row in rows:
        what = row.claim.kpi.current.deliverable if row.claim.kpi.current else row.claim.kpi.ref
        hint = (
            f"The link is in the mail of {day_in_words(row.asked_at.date())}; it works until "
            f"{day_in_words(row.expires_at.date())}."
            if row.state == Confirmation.State.ASKED
            else row.get_state_display()
        )
        found.append(Line(f"{what}, {row.claim.ret.contract.title}", hint=hint))
    return found


def without_owner(user: Any, day: dt.date) -> list[Line]:
    """Return the contracts that nobody owns, each with the page where an owner is named."""
    rows = contract_selectors.without_owner(user, day)
    found = [
        Line(f"{row.reference} {row.title}", link("contracts:assign", row.pk), row.get_status_display())
        for row in rows[:SHOWN]
    ]
    left = rows.count() - len(found)
    return [*found, Line(f"and {left} more")] if left > 0 else found


def administration(user: Any) -> list[Line]:
    """Return what waits for an administrator: requests that need a second person, invitations not yet taken up."""
    found = []
    bodies = organisations.organisations_with(user, Permission.PEOPLE_MANAGE)
    platform = Role.PA in roles_of(user)
    waiting = TwoPersonRequest.objects.filter(state=TwoPersonRequest.State.WAITING).exclude(asked_by=user)
    waiting = waiting if platform else waiting.filter(organisation__in=bodies)
    if count := waiting.count():
        words = "request waits" if count == 1 else "requests wait"
        found.append(Line(f"{count} {words} for a second person", link("organisations:requests")))
    open_ = Invitation.objects.filter(organisation__in=bodies, accepted_at__isnull=True).count()
    if open_:
        found.append(
            Line(f"{open_} invitation{'' if open_ == 1 else 's'} not taken up yet", link("organisations:bodies"))
        )
    for body in bodies.order_by("name")[:5]:
        found.append(Line(f"People and roles of {body.name}", link("organisations:people", body.pk)))
    return found


def watching(user: Any) -> list[Line]:
    """Return what an auditor looks at: each log with its latest number, and samples that are not finished."""
    found = []
    for body in organisations.organisations_with(user, Permission.AUDIT_READ).order_by("name"):
        head = head_of(body.pk)
        hint = f"{head.seq:,} events so far; {_chain_status(body.pk)}" if head else "nothing has happened yet"
        found.append(Line(f"Log of {body.name}", link("reports:log", body=body.pk), hint))
    found.append(Line("Verify the chain", link("reports:log_verify"), "against an anchor file that you keep"))
    return found


def _chain_status(organisation_id: int) -> str:
    """Say whether the latest events of a log are what was written."""
    broken = verify_end(organisation_id)
    if not broken:
        return "● chain status: its latest events are as they were written"
    return f"✕ chain status: broken at event {min(one.seq for one in broken)}. Verify the chain, and tell the platform"


def samples(user: Any) -> list[Line]:
    """Return the samples whose checks are not all done."""
    bodies = organisations.organisations_with(user, Permission.SAMPLE_CHECK)
    rows = SampleDraw.objects.filter(organisation__in=bodies).annotate(done=Count("checks")).order_by("-drawn_at")[:5]
    return [
        Line(
            f"Sample “{row.title}”",
            link("delivery:sample", row.pk) or link("delivery:samples"),
            f"{row.done} of {len(row.drawn)} checked",
        )
        for row in rows
        if row.done < len(row.drawn)
    ]


def moved(user: Any, since: dt.datetime | None, *, day: dt.date) -> list[Event]:
    """Return what others did on the contracts of `user` since a moment, newest first; a supplier sees its own acts."""
    roles = roles_of(user)
    ids = Contract.objects.allowing(user, Permission.KPI_READ).order_by().values("pk")
    if not roles & SUPPLIER_ROLES and roles & {Role.CM, Role.COM, Role.PRO, Role.SVL}:
        mine = assigned(user, day)
        ids = mine.order_by().values("pk") if mine.exists() else ids
    rows = Event.objects.filter(contract_id__in=ids).exclude(actor_id=user.pk)
    if since:
        rows = rows.filter(at__gt=since)
    rows = rows.order_by("-at", "-pk")
    if roles and roles <= SUPPLIER_ROLES:
        return [row for row in rows[: MOVED * 8] if verbs.for_supplier(row.verb)][:MOVED]
    return list(rows[:MOVED])


def bodies_of(user: Any) -> list[Organisation]:
    """Return the authorities whose figures `user` may read, for the links to their pages."""
    whole = organisations.organisations_with(user, Permission.DASHBOARD_READ)
    officers = organisations.looked_into(user)
    return list(whole.filter(pk__in=officers.values("pk"), is_authority=True).order_by("name"))
