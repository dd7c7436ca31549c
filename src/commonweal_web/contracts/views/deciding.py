"""A director or a delegate decides: the whole set of a contract, or one KPI."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.contracts import pages
from commonweal_web.contracts.forms.kpis import ReasonForm
from commonweal_web.contracts.models import Contract, Kpi, KpiState, KpiVersion
from commonweal_web.contracts.scopes import approval_scope
from commonweal_web.contracts.selectors import kpis as selectors
from commonweal_web.contracts.services import proposals
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.KPI_APPROVE, approval_scope)
def decide_set(request: HttpRequest, contract: Contract) -> HttpResponse:
    versions = list(selectors.proposed_versions(contract))
    context = pages.contract_context(contract, "kpis") | {
        "title": "Approve the KPIs",
        "cards": [
            {
                "version": one,
                "per_unit": selectors.per_unit(one),
                "own": one.proposed_by_id == request.user.pk,
                "target_unit": "percent" if one.kind == "ratio" else one.unit,
                "table": selectors.target_table(one.kpi, one),
            }
            for one in versions
        ],
    }
    return render(request, "contracts/decide.html", context)


@require_POST
@requires(Permission.KPI_APPROVE, approval_scope)
def approve(request: HttpRequest, contract: Contract) -> HttpResponse:
    shown = pages.shown_versions(request)
    done = proposals.approve(contract=contract, shown=shown, by=request.user, now=clock.now())
    refs = ", ".join(one.kpi.ref for one in done)
    messages.success(
        request, f"Approved and locked: {refs}. What they promise and are worth changes no more by itself."
    )
    return see_other(reverse("contracts:kpis", args=[contract.pk]))


@requires(Permission.KPI_APPROVE, approval_scope)
def send_back(request: HttpRequest, kpi: Kpi) -> HttpResponse:
    version = _proposed(kpi)
    form = ReasonForm(request.POST or None, initial={"version": version.version})
    here = reverse("contracts:kpi", args=[kpi.contract_id, kpi.pk])
    if form.is_valid():
        with with_form_errors(form):
            answers = form.cleaned_data
            proposals.send_back(
                version=version, reason=answers["reason"], by=request.user, now=clock.now(), shown=answers["version"]
            )
            messages.success(request, f"{kpi.ref} is sent back with your reason. Its proposer was told by mail.")
            return see_other(here)
    context = {
        "title": f"Send {kpi.ref} back",
        "caption": str(kpi.contract),
        "form": form,
        "cancel_url": here,
        "button": "Send back",
    }
    return render(request, "layout_form.html", context, status_of(form))


def _proposed(kpi: Kpi) -> KpiVersion:
    version = kpi.versions.filter(state=KpiState.PROPOSED, change__isnull=True).select_related("proposed_by").first()
    if version is None:
        raise Refused(f"{kpi.ref} is not waiting for a decision any more. Open its page to see.", code="state")
    version.kpi = kpi
    return version
