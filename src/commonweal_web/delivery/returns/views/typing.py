"""Typing a return, one thing a page: what was delivered, its evidence, the words around it, the declarations."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse

from commonweal_web.contracts.models import Kpi
from commonweal_web.core import clock
from commonweal_web.core.errors import StaleVersion
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.delivery.models import Return
from commonweal_web.delivery.returns import drafting, facts, selectors
from commonweal_web.delivery.returns.acting import current_claim, require_open
from commonweal_web.delivery.returns.builders import OF_PEOPLE, Builder
from commonweal_web.delivery.returns.forms import AmountForm, DeclarationsForm, WordsForm
from commonweal_web.delivery.returns.pages import amount_initial, answer_of, rows_initial
from commonweal_web.delivery.returns.row_forms import KindForm, Rows, rows_for
from commonweal_web.delivery.returns.scopes import kpi_scope, return_scope
from commonweal_web.delivery.returns.views.common import (
    context_of,
    is_autosave,
    kpi_context,
    shown_version,
    url,
)
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.RETURN_SUBMIT, kpi_scope)
def return_kpi(request: HttpRequest, ret: Return, kpi: Kpi) -> HttpResponse:
    """What was delivered under one KPI."""
    now = clock.now()
    if request.method != "POST":
        require_open(ret, now)
        return _amount_page(request, ret, kpi, *_fresh(ret, kpi))
    form, rows, kinds = _posted(request, ret, kpi)
    if "add_row" in request.POST or "remove_row" in request.POST:
        return _amount_page(request, ret, kpi, *_with_other_rows(request, ret, kpi, form, rows, kinds))
    if _valid(form, rows, kinds):
        try:
            with with_form_errors(form):
                answer = answer_of(form, rows, kinds, ret)
                claim = drafting.claim_save(
                    ret=ret, kpi=kpi, shown=form.cleaned_data["version"], answer=answer, by=request.user, now=now
                )
                if is_autosave(request):
                    return _saved(now, claim.version)
                return see_other(url("return_words" if answer.nil else "return_evidence", ret, kpi.pk))
        except StaleVersion as stale:
            return _conflict(request, ret, kpi, stale, _posted(request, ret, kpi, newest=True))
    if is_autosave(request):
        return _not_saved()
    return _amount_page(request, ret, kpi, form, rows, kinds)


@requires(Permission.RETURN_SUBMIT, kpi_scope)
def return_words(request: HttpRequest, ret: Return, kpi: Kpi) -> HttpResponse:
    """Where, for whom, and what happened; and a reason for each thing that looks odd."""
    now = clock.now()
    require_open(ret, now)
    row = selectors.row_of(ret, kpi, now)
    claim = row.claim
    form = WordsForm(
        request.POST or None,
        asks_place=bool(row.version.place),
        asks_cohort=bool(row.version.cohort),
        odd=row.warnings,
        initial={
            "version": shown_version(claim),
            "place": claim.place if claim and claim.place else row.version.place,
            "cohort": claim.cohort if claim else "",
            "account": claim.account if claim else "",
            **{f"why_{code}": why for code, why in (claim.warnings_answered if claim else {}).items()},
        },
    )
    stale: StaleVersion | None = None
    if form.is_valid():
        with with_form_errors(form):
            given = form.cleaned_data
            words = drafting.Words(given["account"], given.get("place", ""), given.get("cohort", ""), form.reasons())
            try:
                saved = drafting.words_save(
                    ret=ret, kpi=kpi, shown=given["version"], words=words, by=request.user, now=now
                )
            except StaleVersion as refused:
                stale = refused
            else:
                if is_autosave(request):
                    return _saved(now, saved.version)
                messages.success(request, f"Your answer for {kpi.ref} is saved.")
                return see_other(url("return", ret))
    if is_autosave(request):
        return _not_saved()
    page = kpi_context(ret, kpi, "What happened", form=form, row=row, autosave_url=request.path)
    if stale is None:
        return render(request, "delivery/returns/words.html", page, status=status_of(form))
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(shown_version(claim))  # type: ignore[index]
    page |= {"conflict": stale.message, "theirs": claim.account if claim else "", "their_claim": claim}
    return render(request, "delivery/returns/words.html", page, status=409)


@requires(Permission.RETURN_SUBMIT, return_scope)
def return_declarations(request: HttpRequest, ret: Return) -> HttpResponse:
    """The two declarations."""
    now = clock.now()
    require_open(ret, now)
    initial = {
        "version": ret.version,
        "only_this_contract": ret.only_this_contract,
        "only_contracted": ret.only_contracted,
        "account": ret.account,
    }
    form = DeclarationsForm(request.POST or None, initial=initial)
    if form.is_valid():
        with with_form_errors(form):
            given = {key: value for key, value in form.cleaned_data.items() if key != "version"}
            saved = drafting.declarations_save(ret=ret, version=None, by=request.user, now=now, **given)
            if is_autosave(request):
                return _saved(now, saved.version)
            if left := [form[name].label for name in DECLARED if not given[name]]:
                words = " and ".join(f"“{label}”" for label in left)
                messages.info(request, f"Saved, but the return cannot be sent before you also declare: {words}.")
            return see_other(url("return", ret))
    if is_autosave(request):
        return _not_saved()
    page = context_of(ret, "Two declarations", form=form, autosave_url=request.path)
    return render(request, "delivery/returns/declarations.html", page, status=status_of(form))


DECLARED = ("only_this_contract", "only_contracted")
Parts = tuple[AmountForm, "Rows | None", "KindForm | None"]


def _form_of(ret: Return, kpi: Kpi, builder: Builder, *args: Any, built: bool = False, **kw: Any) -> AmountForm:
    version = kpi.current
    assert version is not None
    measure = facts.measure_of(ret.contract, version)
    expires = bool(measure and measure.expires)
    return AmountForm(*args, version=version, builder=builder, expires=expires, built=built, **kw)


def _fresh(ret: Return, kpi: Kpi) -> Parts:
    assert kpi.current is not None
    builder = selectors.builder_of(kpi.current)
    claim = current_claim(ret, kpi)
    form = _form_of(ret, kpi, builder, initial=amount_initial(claim, kpi.current, ret))
    kinds = KindForm() if builder in OF_PEOPLE else None
    return form, rows_for(builder, latest=ret.ends, initial=rows_initial(builder, claim, ret, kpi)), kinds


def _posted(request: HttpRequest, ret: Return, kpi: Kpi, *, newest: bool = False) -> Parts:
    """Return the forms as they were sent; with `newest` they carry the version that is there now."""
    assert kpi.current is not None
    builder = selectors.builder_of(kpi.current)
    data = request.POST.copy()
    if newest:
        data["version"] = str(shown_version(current_claim(ret, kpi)))
    rows = rows_for(builder, latest=ret.ends, data=data)
    built = rows is not None and any(not form.empty for form in rows.forms)
    kinds = KindForm(data) if builder in OF_PEOPLE else None
    return _form_of(ret, kpi, builder, data, built=built), rows, kinds


def _valid(form: AmountForm, rows: Rows | None, kinds: KindForm | None) -> bool:
    parts = [form.is_valid(), rows is None or rows.is_valid(), kinds is None or kinds.is_valid()]
    return all(parts)


def _with_other_rows(
    request: HttpRequest, ret: Return, kpi: Kpi, form: AmountForm, rows: Rows | None, kinds: KindForm | None
) -> Parts:
    """Show what was typed again, with one more empty row, or without the row that is taken out."""
    typed = rows.typed() if rows else []
    gone = request.POST.get("remove_row", "")
    kept = [row for number, row in enumerate(typed) if str(number) != gone]
    builder = form.builder
    again = {name: form[name].data for name in form.fields}
    fresh = _form_of(ret, kpi, builder, initial=again)
    kind = KindForm(initial={"identifier_kind": kinds["identifier_kind"].data}) if kinds else None
    return fresh, rows_for(builder, latest=ret.ends, initial=kept), kind


def _amount_page(
    request: HttpRequest,
    ret: Return,
    kpi: Kpi,
    form: AmountForm,
    rows: Rows | None,
    kinds: KindForm | None,
    **more: Any,
) -> HttpResponse:
    assert kpi.current is not None
    row = selectors.row_of(ret, kpi, clock.now())
    offer = None if row.claim else selectors.offer_words(ret, kpi)
    page = kpi_context(
        ret,
        kpi,
        kpi.current.deliverable,
        form=form,
        rows=rows,
        kinds=kinds,
        builder=form.builder,
        row=row,
        offer=offer,
        card=facts.card_of(ret.contract, kpi.current),
        autosave_url=request.path,
    )
    wrong = status_of(form) == 422 or bool(rows is not None and rows.is_bound and not rows.is_valid())
    status = more.pop("status", 422 if wrong else 200)
    return render(request, "delivery/returns/kpi.html", {**page, **more}, status=status)


def _conflict(request: HttpRequest, ret: Return, kpi: Kpi, stale: StaleVersion, parts: Parts) -> HttpResponse:
    """Show what somebody else saved beside what this person typed; sending again keeps the latter."""
    claim = current_claim(ret, kpi)
    if is_autosave(request):
        words = "Somebody else saved this answer. Use the button to see both."
        return JsonResponse({"ok": False, "message": words}, status=409)
    assert kpi.current is not None
    theirs = selectors.claim_words(claim, kpi.current) if claim else ""
    return _amount_page(request, ret, kpi, *parts, status=409, conflict=stale.message, theirs=theirs, their_claim=claim)


def _saved(now: dt.datetime, version: int) -> HttpResponse:
    time = now.astimezone(clock.LONDON)
    return JsonResponse({"saved": f"Saved at {time:%H:%M}", "version": version})


def _not_saved() -> HttpResponse:
    words = "Not saved yet: something is missing or cannot be read. The button shows what."
    return JsonResponse({"ok": False, "message": words}, status=422)
