"""The files of a contract, one file with what it supports, and the file itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock, plain_pages
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.evidence import config, hooks, selectors, services, types
from commonweal_web.evidence.doors import contract_scope, item_scope
from commonweal_web.evidence.forms import NoteForm, ReasonForm, ReplaceForm, WithdrawForm, period_of, posted
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.evidence.pages import item_rows, items_table, timeline_of
from commonweal_web.evidence.policies import may_be_opened, why_not
from commonweal_web.evidence.store import SpoiltFile, StoreUnavailable
from commonweal_web.organisations import emergency
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission

A_PAGE = 50
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
"""A file is only ever saved, never shown as a page of ours, and kept by no cache."""


@requires(Permission.EVIDENCE_READ, contract_scope)
def files(request: HttpRequest, contract: Contract) -> HttpResponse:
    """The files of a contract that this person may read."""
    period = period_of(request.GET.get("period", ""))
    withdrawn = request.GET.get("withdrawn") == "yes"
    items = selectors.items_of(user=request.user, contract=contract, period_starts=period, withdrawn=withdrawn)
    page = Paginator(items, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "contract": contract,
        "title": "Evidence",
        "table": items_table(page.object_list),
        "page": page,
        "add_url": reverse("evidence:add", args=[contract.pk]) + (f"?period={period.isoformat()}" if period else ""),
        "periods": selectors.periods_of(user=request.user, contract=contract),
        "period": period,
        "withdrawn": withdrawn,
        "may_add": Contract.objects.filter(pk=contract.pk).allowing(request.user, Permission.EVIDENCE_UPLOAD).exists(),
        "scanned": config.scanner().configured,
    }
    return render(request, "evidence/list.html", context)


@requires(Permission.EVIDENCE_READ, item_scope)
def item_page(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """One file: who gave it and when, its fingerprint, its scan, what it supports and what happened to it."""
    return _item_page(request, item, ReasonForm())


def _item_page(request: HttpRequest, item: EvidenceItem, form: ReasonForm) -> HttpResponse:
    own = selectors.is_own(request.user, item)
    uses = hooks.uses_of(item)
    closed = _closed(item) or _masked(request.user, item)
    context = {
        "item": item,
        "contract": item.contract,
        "title": item.name,
        "rows": item_rows(item),
        "uses": uses,
        "frozen": any(use.frozen for use in uses),
        "closed": closed,
        "reason_form": form if not closed and selectors.needs_reason(request.user, item) else None,
        "form": form,
        "may_change": own and item.withdrawn_at is None,
        "events": timeline_of(item, reasons=not own),
    }
    return render(request, "evidence/item.html", context, status=status_of(form))


def _closed(item: EvidenceItem) -> str:
    """Why the file cannot be opened, in words; nothing if it can."""
    if item.file.discarded_at is not None:
        return "This file was removed, so there is nothing to open."
    if item.file.spoilt:
        return SpoiltFile(item.file.sha256, item.file.spoilt).message
    if not may_be_opened(item.file.scan, scanner_configured=config.scanner().configured):
        return why_not(item.file.scan)
    return ""


def _masked(user: Any, item: EvidenceItem) -> str:
    """Why a file that names people stays closed to who reads in an emergency; nothing for everybody else."""
    reads = emergency.body_read_by(user, Permission.EVIDENCE_READ) is not None
    return emergency.MASKED if reads and selectors.needs_reason(user, item) else ""


@requires(Permission.EVIDENCE_READ, item_scope)
def download(request: HttpRequest, item: EvidenceItem) -> Any:
    """The file itself. One that names people is asked for with a reason, by POST."""
    form = ReasonForm(posted(request)[0])
    by: Any = request.user
    reason = request.POST.get("reason", "")
    try:
        stream = services.item_open(item=item, reason=reason, by=by, now=clock.now())
    except Refused as refused:
        if refused.code != "reason_needed":
            raise
        if request.method == "POST":
            form.full_clean()
            if not form.errors:
                form.refuse(refused)
            return _item_page(request, item, form)
        return see_other(f"{reverse('evidence:item', args=[item.pk])}#open")
    kind = types.kind_by_name(item.name).mime if "." in item.name else item.file.media_type
    return FileResponse(stream, as_attachment=True, filename=item.name, content_type=kind, headers=HEADERS)


@requires(Permission.EVIDENCE_UPLOAD, item_scope)
def describe(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Say what a file shows."""
    form = NoteForm(posted(request)[0], initial={"note": item.note})
    if request.method == "POST" and form.is_valid():
        with with_form_errors(form):
            by: Any = request.user
            services.item_note(item=item, by=by, now=clock.now(), **form.cleaned_data)
            return see_other(reverse("evidence:item", args=[item.pk]))
    return _form(request, item, form, "What the file shows", "Save")


@requires(Permission.EVIDENCE_UPLOAD, item_scope)
def withdraw(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Withdraw a file."""
    form = WithdrawForm(posted(request)[0])
    if request.method == "POST" and form.is_valid():
        with with_form_errors(form):
            by: Any = request.user
            services.item_withdraw(item=item, by=by, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The file was withdrawn.")
            return see_other(reverse("evidence:list", args=[item.contract_id]))
    return _form(request, item, form, "Withdraw this file", "Withdraw it", uses=hooks.uses_of(item))


@requires(Permission.EVIDENCE_UPLOAD, item_scope)
def replace(request: HttpRequest, item: EvidenceItem) -> HttpResponse:
    """Put another file in the place of one."""
    first = {"note": item.note}
    form = ReplaceForm(*posted(request), initial=first, most_bytes=config.file_bytes())
    if request.method == "POST" and form.is_valid():
        with with_form_errors(form):
            try:
                new = _replace(request, item, form.cleaned_data)
            except StoreUnavailable:
                return plain_pages.no_room()
            messages.success(request, "The file was replaced.")
            return see_other(reverse("evidence:item", args=[new.pk]))
    return _form(request, item, form, "Replace this file", "Replace it", uses=hooks.uses_of(item), multipart=True)


def _replace(request: HttpRequest, item: EvidenceItem, data: dict[str, Any]) -> EvidenceItem:
    by: Any = request.user
    return services.item_replace(
        item=item,
        name=data["file"][0].name or "",
        pieces=data["file"][0].chunks(),
        note=data["note"],
        people=data["people"],
        by=by,
        now=clock.now(),
    )


def _form(request: HttpRequest, item: EvidenceItem, form: Any, title: str, button: str, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "item": item,
        "contract": item.contract,
        "title": title,
        "caption": item.name,
        "button": button,
        "cancel_url": reverse("evidence:item", args=[item.pk]),
        **more,
    }
    return render(request, "evidence/form.html", context, status=status_of(form))
