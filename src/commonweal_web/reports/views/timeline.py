"""What happened to a contract, or to one record of it, newest first."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.core.http import render
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns.dates import period_of
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.reports import scopes
from commonweal_web.reports.selectors import timelines

PAGE = 40


@requires(Permission.KPI_READ, contract_scope)
def contract_timeline(request: HttpRequest, contract: Contract) -> HttpResponse:
    return _page(request, contract, timelines.of_contract(contract), "Timeline")


@requires(Permission.KPI_READ, scopes.return_scope)
def return_timeline(request: HttpRequest, contract: Contract, record: Return) -> HttpResponse:
    words = f"Timeline of the return for {period_of(record).label}"
    return _page(request, contract, timelines.of_return(record), words)


@requires(Permission.KPI_READ, scopes.claim_scope)
def claim_timeline(request: HttpRequest, contract: Contract, record: Claim) -> HttpResponse:
    words = f"Timeline of {record.kpi.ref}, {period_of(record.ret).label}"
    return _page(request, contract, timelines.of_claim(record), words)


@requires(Permission.KPI_READ, scopes.kpi_scope)
def kpi_timeline(request: HttpRequest, contract: Contract, record: Any) -> HttpResponse:
    return _page(request, contract, timelines.of_kpi(record), f"Timeline of KPI {record.ref}")


@requires(Permission.KPI_READ, scopes.change_scope)
def change_timeline(request: HttpRequest, contract: Contract, record: Any) -> HttpResponse:
    return _page(request, contract, timelines.of_change(record), f"Timeline of the change “{record.title}”")


@requires(Permission.EVIDENCE_READ, scopes.evidence_scope)
def evidence_timeline(request: HttpRequest, contract: Contract, record: Any) -> HttpResponse:
    return _page(request, contract, timelines.of_evidence(record), f"Timeline of {record.name}")


def _page(request: HttpRequest, contract: Contract, rows: timelines.Rows, title: str) -> HttpResponse:
    officer = timelines.is_officer(request.user, contract)
    page = Paginator(timelines.seen_by(request.user, contract, rows), PAGE).get_page(request.GET.get("page"))
    context = {
        "title": title,
        "contract": contract,
        "page": page,
        "events": timelines.in_words(page, officer=officer),
        "whole": title == "Timeline",
        "officer": officer,
    }
    return render(request, "reports/timeline.html", context)
