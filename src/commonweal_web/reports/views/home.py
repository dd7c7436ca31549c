"""The home page: what needs me, my contracts, what moved; and the start page for who is not signed in."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.reporting.wording import percent
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import pounds
from commonweal_web.organisations.doors import public, requires
from commonweal_web.organisations.policies import Permission, roles_with
from commonweal_web.organisations.roles import SUPPLIER_ROLES, Role
from commonweal_web.reports import drawing, services
from commonweal_web.reports.figures import ContractFigures
from commonweal_web.reports.links import link
from commonweal_web.reports.selectors import home as selectors
from commonweal_web.reports.selectors import tasks, timelines

PARTED = frozenset({Role.CM, Role.COM, Role.PRO, Role.SVL, Role.APP, Role.AUD})
LEADS = frozenset({Role.APP, Role.CAT, Role.SVL})


@public
def home(request: HttpRequest) -> HttpResponse:
    """The start page of a stranger, or the home page of all of a person's roles together."""
    if not request.user.is_authenticated:
        return render(request, "reports/start.html", {"title": "Follow a promise from policy to proof"})
    day = clock.today()
    roles = selectors.roles_of(request.user)
    context: dict[str, Any] = {
        "title": "Home",
        "tasks": tasks.tasks_of(request.user, day=day),
        "day": day,
        "roles": roles,
        "idle": _idle(roles),
    }
    context |= _officer(request.user, roles)
    context |= _others(request.user, roles)
    since = request.user.last_seen_moved
    events = selectors.moved(request.user, since, day=day) if roles else []
    supplier = bool(roles) and roles <= SUPPLIER_ROLES
    context |= {"since": since, "moved": timelines.lines(events, officer=not supplier)}
    return render(request, "reports/home.html", context)


def _officer(user: Any, roles: set[str]) -> dict[str, Any]:
    day = clock.today()
    found: dict[str, Any] = {}
    if roles & PARTED:
        rows = selectors.my_contracts(user, day)
        found["mine"] = contracts_table("My contracts", rows) if rows else None
    if roles & LEADS:
        found["reds"] = selectors.in_red(user, day)
        found["breaks"] = selectors.next_breaks(user, day)
    if roles & (LEADS | {Role.BA}):
        found["lacking"] = selectors.lacking(user, day)
    if roles & roles_with(Permission.DASHBOARD_READ):
        found["bodies"] = selectors.bodies_of(user)
    return found


def _others(user: Any, roles: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if roles & roles_with(Permission.RETURN_SUBMIT):
        found["past"] = selectors.past_returns(user)
        found["is_supplier"] = True
    if Role.VCS in roles:
        found["confirmations"] = selectors.asked_to_confirm(user)
    if roles & {Role.BA, Role.SA, Role.PA}:
        found["administration"] = selectors.administration(user)
    if roles & {Role.BA, Role.SVL}:
        found["ownerless"] = selectors.without_owner(user, clock.today())
    if Role.AUD in roles:
        found["watching"] = selectors.watching(user)
    if roles & roles_with(Permission.SAMPLE_CHECK):
        found["samples"] = selectors.samples(user)
    return found


def _idle(roles: set[str]) -> str:
    """Why nothing waits, and what would."""
    if roles & SUPPLIER_ROLES:
        return "Nothing is asked of you today. A return appears here when its period ends, a question when it is asked."
    if Role.CM in roles:
        return "Nothing needs you today. Claims to check, late returns and actions appear here."
    return "Nothing needs you today. What waits for a decision of yours appears here with its day."


def contracts_table(caption: str, rows: list[ContractFigures]) -> Table:
    """Return contracts with where they stand, as a table."""
    columns = [
        Column("Contract"),
        Column("Supplier"),
        Column("Returns"),
        Column("Standing"),
        Column("Verified of what was due"),
    ]
    return Table(caption, columns, [_row(row) for row in rows], dense=True, stacks=True)


def _row(row: ContractFigures) -> list[Cell]:
    return [
        Cell(row.contract.title, href=link("reports:contract", row.contract.pk), hint=row.contract.reference),
        Cell(row.supplier),
        returns_cell(row),
        Cell(rag=row.rag, rag_words=row.rag_words) if row.rag else Cell(row.rag_words),
        due_cell(row),
    ]


def returns_cell(row: ContractFigures) -> Cell:
    """How many returns are missing: a missing one is said, never counted as nothing."""
    count = len(row.missing)
    return Cell(state="missing", hint=f"no return: {count}") if count else Cell("None missing")


def due_cell(row: ContractFigures) -> Cell:
    """Verified, pending and short of what was due, in words with a bar."""
    if not row.due_pence:
        return Cell("–", hint="no pounds, or nothing due yet")
    share = percent(_rounded(row))
    pending = f", {pounds(row.pending_pence)} pending" if row.pending_pence else ""
    bar = drawing.due_bar(due=row.due_pence, verified=row.against_due_pence, pending=row.pending_pence)
    words = f"{share} of {pounds(row.due_pence)}{pending}"
    return Cell(html=drawing.with_words(bar, words))


def _rounded(row: ContractFigures) -> Decimal:
    return (Decimal(row.against_due_pence * 100) / row.due_pence).quantize(Decimal("0.1"), ROUND_HALF_UP)


@requires(Permission.ACCOUNT_OWN)
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Note that what moved was read."""
    services.moved_seen(by=request.user, now=clock.now())
    return see_other(reverse("reports:home"))
