"""The evidence of one KPI in a return: which files of the period show it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.models import Kpi
from commonweal_web.core import clock
from commonweal_web.core.errors import StaleVersion
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns import evidence
from commonweal_web.delivery.returns.acting import current_claim, require_open
from commonweal_web.delivery.returns.forms import ChooseEvidenceForm
from commonweal_web.delivery.returns.scopes import kpi_scope
from commonweal_web.delivery.returns.views.common import kpi_context, shown_version, url
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.evidence.selectors import items_of, scan_words
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.RETURN_SUBMIT, kpi_scope)
def return_evidence(request: HttpRequest, ret: Return, kpi: Kpi) -> HttpResponse:
    """Choose among the files of the period; a new one is added on its own page and is ticked when one comes back."""
    now = clock.now()
    require_open(ret, now)
    known = list(items_of(user=request.user, contract=ret.contract, period_starts=ret.starts))
    claim = current_claim(ret, kpi)
    form = ChooseEvidenceForm(
        request.POST or None,
        known=known,
        initial={"version": shown_version(claim), "items": _ticked(claim, known)},
    )
    stale = ""
    if form.is_valid():
        with with_form_errors(form):
            try:
                evidence.evidence_choose(
                    ret=ret,
                    kpi=kpi,
                    items=form.chosen(),
                    shown=form.cleaned_data["version"],
                    by=request.user,
                    now=now,
                )
                return see_other(url("return_words", ret, kpi.pk))
            except StaleVersion as refused:
                stale = refused.message
                form.data = form.data.copy()  # type: ignore[attr-defined]
                form.data["version"] = str(shown_version(claim))  # type: ignore[index]
    here = url("return_evidence", ret, kpi.pk)
    add = reverse("evidence:add", args=[ret.contract_id])
    page = kpi_context(
        ret,
        kpi,
        "What shows it?",
        form=form,
        known=[(item, scan_words(item)) for item in known],
        add_url=f"{add}?{urlencode({'period': ret.starts.isoformat(), 'next': here})}",
        stale=stale,
    )
    return render(request, "delivery/returns/evidence.html", page, status=409 if stale else status_of(form))


def _ticked(claim: Claim | None, known: list[EvidenceItem]) -> list[str]:
    """Return the files that the claim rests on, and those that no answer uses yet."""
    linked = set(claim.evidence_links.values_list("item_id", flat=True)) if claim else set()
    return [str(item.pk) for item in known if item.pk in linked or not item.claim_links.exists()]
