"""Check answers and send; the receipt; recall and correct."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from commonweal_web.core import clock
from commonweal_web.core.errors import StaleVersion
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.idempotency import FIELD, form_hash, idempotent
from commonweal_web.delivery.models import Claim, Receipt, Return, ReturnState
from commonweal_web.delivery.returns import correcting, selectors, sending
from commonweal_web.delivery.returns.acting import require_open
from commonweal_web.delivery.returns.canonical import reference
from commonweal_web.delivery.returns.dates import HERE, standing
from commonweal_web.delivery.returns.forms import NIL, CorrectForm, ReasonForm, SubmitForm
from commonweal_web.delivery.returns.receipt import receipt_pdf
from commonweal_web.delivery.returns.scopes import claim_scope, may, return_scope
from commonweal_web.delivery.returns.views.common import context_of, url
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.RETURN_SUBMIT, return_scope)
def return_check(request: HttpRequest, ret: Return) -> HttpResponse:
    """Check the answers, with what each is worth, and send the return."""
    now, arrived = clock.now(), getattr(request, "arrived_at", None) or clock.now()
    if ret.state in HERE and (request.method != "POST" or not request.POST.get(FIELD)):
        return see_other(url("return_receipt", ret))
    form = SubmitForm(request.POST or None, initial={"version": ret.version})
    stale = False
    if form.is_valid():
        with with_form_errors(form):

            def send() -> str:
                sending.return_submit(
                    ret=ret, version=form.cleaned_data["version"], by=request.user, arrived_at=arrived, now=now
                )
                return url("return_receipt", ret)

            key, body = request.POST.get(FIELD, ""), form_hash(request.POST)
            try:
                done = idempotent(user=request.user, key=key, body_hash=body, act=send, now=now)
                return see_other(done.reference)
            except StaleVersion:
                stale = True
        ret.refresh_from_db()
        if ret.state in HERE:
            messages.info(request, "This return was sent already: this is its receipt. Nothing was sent twice.")
            return see_other(url("return_receipt", ret))
    if request.method != "POST":
        require_open(ret, now)
    rows = selectors.rows_of(ret, now)
    missing = sending.what_is_missing(ret, [row.claim for row in rows if row.claim], now=now)
    if stale:
        form = SubmitForm(initial={"version": ret.version})
    page = context_of(
        ret,
        "Check your answers",
        stale=stale,
        form=form,
        rows=rows,
        missing=missing,
        total=selectors.total_pence(rows),
        early=arrived.astimezone(clock.LONDON).date() <= ret.ends,
    )
    return render(request, "delivery/returns/check.html", page, status=409 if stale else status_of(form))


@requires(Permission.KPI_READ, return_scope)
def return_receipt(request: HttpRequest, ret: Return) -> HttpResponse:
    """The receipt of the last submission: reference, time, hash, and what happens next."""
    receipt = _last_receipt(ret)
    own = may(request.user, Permission.RETURN_SUBMIT, ret.contract)
    page = context_of(
        ret,
        "Receipt",
        receipt=receipt,
        reference=reference(ret),
        standing=standing(ret, clock.today()),
        next=selectors.next_steps(ret),
        own=own,
        recalled=ret.state not in HERE,
    )
    return render(request, "delivery/returns/receipt.html", page)


@requires(Permission.KPI_READ, return_scope)
def return_json(request: HttpRequest, ret: Return) -> HttpResponse:
    """The canonical text of the last submission, of which the receipt's hash is made."""
    receipt = _last_receipt(ret)
    return _file(ret, receipt, receipt.text.encode(), "json", "application/json; charset=utf-8")


@requires(Permission.KPI_READ, return_scope)
def return_pdf(request: HttpRequest, ret: Return) -> HttpResponse:
    """The last receipt as PDF: the facts of the canonical text, and its hash."""
    receipt = _last_receipt(ret)
    return _file(ret, receipt, receipt_pdf(receipt), "pdf", "application/pdf")


def _file(ret: Return, receipt: Receipt, content: bytes, ending: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    name = reference(ret).replace("/", "-")
    answer["Content-Disposition"] = f'attachment; filename="{name}-receipt-{receipt.number}.{ending}"'
    answer["Cache-Control"] = "no-store"
    return answer


@requires(Permission.RETURN_SUBMIT, return_scope)
def return_recall(request: HttpRequest, ret: Return) -> HttpResponse:
    """Take a return back before checking began."""
    form = ReasonForm(
        request.POST or None,
        label="Why do you take it back?",
        required=False,
        initial={"version": ret.version},
    )
    if form.is_valid():
        with with_form_errors(form):
            sending.return_recall(
                ret=ret,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=clock.now(),
            )
            messages.success(request, "The return is a draft again. Send it when it is right.")
            return see_other(url("return", ret))
    page = context_of(ret, "Recall this return", form=form, button="Recall the return", cancel_url=url("return", ret))
    return render(request, "delivery/returns/recall.html", page, status=status_of(form))


@requires(Permission.RETURN_CORRECT, claim_scope)
def return_correct(request: HttpRequest, ret: Return, claim: Claim) -> HttpResponse:
    """Correct one claim of a return that was sent, by a new revision."""
    version = claim.kpi_version or claim.kpi.current
    if version is None:
        raise Http404("This claim has no KPI in force.")
    form = CorrectForm(request.POST or None, version=version, initial={"version": claim.version})
    if form.is_valid():
        with with_form_errors(form):
            given = form.cleaned_data
            correction = correcting.Correction(
                given.get("amount"), given["reason"], given.get("denominator"), given["answer"] == NIL
            )
            correcting.claim_correct(
                claim=claim, shown=given["version"], correction=correction, by=request.user, now=clock.now()
            )
            messages.success(request, f"The claim for {claim.kpi.ref} is corrected. It waits to be checked.")
            return see_other(url("return", ret))
    page: dict[str, Any] = context_of(
        ret,
        f"Correct the claim for {claim.kpi.ref}",
        form=form,
        claim=claim,
        version=version,
        said=selectors.claim_words(claim, version),
        button="Send the correction",
        cancel_url=url("return", ret),
    )
    return render(request, "delivery/returns/correct.html", page, status=status_of(form))


def _last_receipt(ret: Return) -> Receipt:
    receipt: Receipt | None = ret.receipts.select_related("by").order_by("-number").first()
    if receipt is None or ret.state == ReturnState.EXPECTED:
        raise Http404("This return was not sent yet, so it has no receipt.")
    return receipt
