"""The front page of a contract, what can be taken away of it, and the working of each of its figures."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal import errors
from commonweal.periods import day_in_words
from commonweal.reporting.model import Report
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.reports import documents, drawing, figures, shown, workings


def as_at_of(request: HttpRequest) -> dt.date:
    """Return the day that a page is about: `?as_at=2026-07-31`, or else today. A day that is no date is today."""
    try:
        return min(dt.date.fromisoformat(request.GET.get("as_at", "")), clock.today())
    except ValueError:
        return clock.today()


def working_url(contract: Contract, as_at: dt.date, line: str) -> str:
    """Return the address of a line's working."""
    query = {"line": line, **({} if as_at == clock.today() else {"as_at": as_at.isoformat()})}
    return f"{reverse('reports:working', args=[contract.pk])}?{urlencode(query)}"


@requires(Permission.KPI_READ, contract_scope)
def contract_page(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Where a contract stands, on one page."""
    as_at = as_at_of(request)
    report = documents.contract_on_a_page(contract, as_at=as_at)
    section = report.sections[0]
    context = {
        "title": contract.title,
        "contract": contract,
        "as_at": as_at,
        "blocks": shown.blocks_of(section, lambda line: working_url(contract, as_at, line)),
        "formats": _formats(contract, as_at),
        "time": _time(contract, as_at),
        "pounds": _pounds(contract, as_at) if as_at == clock.today() else [],
    }
    return render(request, "reports/contract.html", context)


def _pounds(contract: Contract, as_at: dt.date) -> list[tuple[str, int, str]]:
    """Claimed and what became of it, in pence, each with the address of its working."""
    return [
        (state, pence, working_url(contract, as_at, f"portfolio/{state}/pounds"))
        for state, pence in figures.pounds_by_state(contract)
    ]


def _time(contract: Contract, as_at: dt.date) -> dict[str, object]:
    """The contract's time as a thin bar with its break points, and the same in words."""
    marks = [(row.on, row.get_kind_display()) for row in contract.break_points.all()]
    words = [day_in_words(contract.starts), *(f"{kind} {day_in_words(on)}" for on, kind in marks if on > as_at)]
    bar = drawing.time_bar(starts=contract.starts, ends=contract.ends, today=as_at, breaks=marks)
    return {"bar": bar, "words": [*words, day_in_words(contract.ends)]}


def _formats(contract: Contract, as_at: dt.date) -> list[tuple[str, str]]:
    query = f"?as_at={as_at}"
    return [
        (format.words, reverse("reports:contract_file", args=[contract.pk, name]) + query)
        for name, format in documents.FORMATS.items()
    ]


@requires(Permission.EXPORT, contract_scope)
def contract_file(request: HttpRequest, contract: Contract, form: str) -> HttpResponse:
    """The one-pager as a file."""
    if form not in documents.FORMATS:
        raise Http404("There is no such format.")
    report = documents.contract_on_a_page(contract, as_at=as_at_of(request))
    return file_response(report, form, f"{contract.reference}-one-page")


def file_response(report: Report, form: str, name: str) -> HttpResponse:
    """Return a document as a download called after `name`."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    response = HttpResponse(documents.rendered(report, form), content_type=documents.FORMATS[form].media_type)
    response["Content-Disposition"] = f'attachment; filename="{safe}-{report.as_at}.{form}"'
    return response


@requires(Permission.KPI_READ, contract_scope)
def working(request: HttpRequest, contract: Contract) -> HttpResponse:
    """How one figure was worked out: quantity, value, rule, movements, evidence, who and when."""
    as_at = as_at_of(request)
    if not request.GET.get("line"):
        return see_other(reverse("reports:contract", args=[contract.pk]))
    report, line = _line(request, contract, as_at)
    shown_by = workings.working_context(
        report, line, lambda other: working_url(contract, as_at, other), whole="All KPIs of this contract"
    )
    context = shown_by | {
        "where": f"{contract.reference} {contract.title}",
        "back": reverse("reports:contract", args=[contract.pk]),
        "back_words": f"Back to {contract.reference}",
        "as_at": as_at,
        "json_url": f"{reverse('reports:working_json', args=[contract.pk])}?"
        + urlencode({"line": line, "as_at": as_at.isoformat()}),
    }
    return render(request, "reports/working.html", context)


@requires(Permission.KPI_READ, contract_scope)
def working_json(request: HttpRequest, contract: Contract) -> HttpResponse:
    """One figure with all that it rests on, for `commonweal explain`."""
    as_at = as_at_of(request)
    report, line = _line(request, contract, as_at)
    return file_response(documents.working_of(report, line), "json", f"{contract.reference}-figure")


def _line(request: HttpRequest, contract: Contract, as_at: dt.date) -> tuple[Report, str]:
    report = documents.contract_on_a_page(contract, as_at=as_at)
    line = request.GET.get("line", "")
    if line in report.book:
        return report, line
    whole = documents.whole_report([contract], title=contract.title, as_at=as_at)
    try:
        return whole, whole.book[line].id
    except errors.BadReport:
        raise Http404("This contract has no such figure on that day.") from None
