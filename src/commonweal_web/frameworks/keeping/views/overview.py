"""What a body keeps: the start page, and what it takes for no new contract."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day
from commonweal_web.frameworks.keeping import pages, scopes, selectors, services
from commonweal_web.frameworks.keeping.forms import WithdrawForm
from commonweal_web.frameworks.keeping.standing import standings
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission


@requires(Permission.MEASURES_READ)
def keeping(request: HttpRequest) -> HttpResponse:
    """Go to the one body that somebody keeps, or list several."""
    bodies = list(selectors.bodies_kept_by(request.user))
    if len(bodies) == 1:
        return see_other(reverse("frameworks:keeping_body", args=[bodies[0].pk]))
    context = {"title": "Frameworks that bodies keep", "bodies": bodies}
    return render(request, "frameworks/keeping/bodies.html", context)


@requires(Permission.MEASURES_READ, scopes.body_scope)
def keeping_body(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Releases in use, packs on their way, measures due for review."""
    context = pages.body_context(body, request.user, "overview")
    may_draft = bool(context["may_draft"])
    waiting = selectors.waiting_for(request.user, body)
    due = selectors.due_for_review(body, clock.today())
    context |= {
        "title": "Frameworks and measures",
        "waiting": pages.packs_table("Waits for you to publish", waiting, empty="") if waiting else None,
        "due": pages.measures_table("Due for review", due, may_draft=may_draft, far=standings(body)) if due else None,
        "in_use": _in_use(body),
        "packs": pages.packs_table(
            "Packs of our own",
            selectors.packs_of(body),
            empty="No pack yet. Make a release of your measures, or import.",
        ),
        "left_out": selectors.left_out(body),
    }
    return render(request, "frameworks/keeping/body.html", context)


def _in_use(body: Organisation) -> Table:
    rows = [
        [
            Cell(one.name, hint=one.release if one.known else "No pack has this release any more"),
            Cell(f"{one.contracts:,}"),
            Cell(one.newer or "–"),
        ]
        for one in selectors.in_use(body)
    ]
    columns = (Column("Release"), Column("Running contracts", numeric=True), Column("Newer release"))
    return Table("Releases that our contracts are measured by", columns, rows, empty="No contract names a release yet.")


@requires(Permission.MEASURES_READ, scopes.body_scope)
def withdrawals(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Measures that the body takes for no new contract."""
    rows = [
        [Cell(one.measure), Cell(day(one.starts)), Cell(one.reason), Cell(str(one.by))]
        for one in selectors.withdrawals_of(body)
    ]
    columns = (Column("Measure"), Column("Not for new contracts from"), Column("Reason"), Column("Withdrawn by"))
    context = pages.body_context(body, request.user, "withdrawn") | {
        "title": "Withdrawn measures",
        "table": Table("Withdrawn measures", columns, rows, empty="None is withdrawn.", hide_caption=True),
    }
    return render(request, "frameworks/keeping/withdrawals.html", context)


@requires(Permission.MEASURE_PUBLISH, scopes.body_scope)
def withdraw(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Take a measure for no new contract."""
    form = WithdrawForm(request.POST or None)
    here = reverse("frameworks:withdrawals", args=[body.pk])
    if form.is_valid():
        with with_form_errors(form):
            said = form.cleaned_data
            services.measure_withdraw(
                body=body, measure_id=said["measure"], starts=said["starts"], reason=said["reason"],
                by=request.user, now=clock.now(),
            )  # fmt: skip
            messages.success(request, "The measure is withdrawn. Contracts that have it keep it.")
            return see_other(here)
    context = {
        "title": "Withdraw a measure", "caption": str(body), "form": form, "button": "Withdraw it", "cancel_url": here,
        "intro": "New KPIs cannot take it from that day. Where it runs it stays. This cannot be undone.",
    }  # fmt: skip
    return render(request, "frameworks/keeping/form.html", context, status_of(form))
