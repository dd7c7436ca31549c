"""A framework agreement with its call-offs, for its owner and supplier; and what binds a call-off's supplier."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal.reporting.model import Report
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.pages import contract_context
from commonweal_web.contracts.scopes import may
from commonweal_web.contracts.selectors.call_offs import under_in_words
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.reports import agreement_documents, agreements, documents, shown, workings
from commonweal_web.reports.other_words.documents import FORMS, NOT_FOR_PUBLICATION, file_of
from commonweal_web.reports.selectors.timelines import is_officer
from commonweal_web.reports.views.contract import file_response
from commonweal_web.reports.views.other_words import stacked


@requires(Permission.KPI_READ, contract_scope)
def agreement(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Both levels of an agreement, or what already binds a call-off's supplier."""
    context = contract_context(contract, "agreement")
    context |= {"title": "Framework agreement", "under": under_in_words(contract)}
    if not (contract.framework_agreement or contract.call_off_of_id):
        return render(request, "reports/agreement.html", context)
    report = _report(request, contract)
    here = reverse("reports:agreement", args=[contract.pk])
    line = request.GET.get("line", "")
    if line:
        return _working(request, contract, report, line, here)
    section = report.sections[0]
    context |= {
        "title": section.title,
        "as_at": report.as_at,
        "sensitive": NOT_FOR_PUBLICATION in report.notes,
        "blocks": stacked(shown.blocks_of(section, lambda one: f"{here}?{urlencode({'line': one})}")),
        "formats": _formats(request, contract),
        "attributions": report.attributions,
        "partly": contract.framework_agreement and not is_officer(request.user, contract),
    }
    return render(request, "reports/agreement.html", context)


@requires(Permission.EXPORT, contract_scope)
def agreement_file(request: HttpRequest, contract: Contract, form: str) -> HttpResponse:
    """The same as a file."""
    if form not in FORMS:
        raise Http404("There is no such format.")
    if not (contract.framework_agreement or contract.call_off_of_id):
        raise Refused(f"{contract.reference} has no part in a framework agreement.", code="no_agreement")
    report = _report(request, contract)
    content, media_type = file_of(report, form)
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in contract.reference)
    response["Content-Disposition"] = f'attachment; filename="{safe}-agreement-{report.as_at}.{form}"'
    return response


def _report(request: HttpRequest, contract: Contract) -> Report:
    if contract.framework_agreement:
        called = agreements.call_offs_seen(request.user, contract)
        return agreement_documents.both_report(contract, agreements.both_levels(contract, called, as_at=clock.today()))
    return agreement_documents.binding_report(contract, agreements.what_binds(contract, as_at=clock.today()))


def _working(request: HttpRequest, contract: Contract, report: Report, line: str, here: str) -> HttpResponse:
    if line not in report.book:
        raise Http404("There is no such figure here today.")
    if request.GET.get("form") == "json":
        return file_response(documents.working_of(report, line), "json", f"{contract.reference}-figure")
    context = workings.working_context(report, line, lambda one: f"{here}?{urlencode({'line': one})}") | {
        "where": f"{contract.reference} {contract.title}",
        "back": here,
        "back_words": "Back to the framework agreement",
        "as_at": report.as_at,
        "json_url": f"{here}?{urlencode({'line': line, 'form': 'json'})}",
    }
    return render(request, "reports/working.html", context)


def _formats(request: HttpRequest, contract: Contract) -> list[tuple[str, str]]:
    if not may(request.user, Permission.EXPORT, contract):
        return []
    return [(words, reverse("reports:agreement_file", args=[contract.pk, form])) for form, words in FORMS.items()]
