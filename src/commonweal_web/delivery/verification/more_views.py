"""The pages around checking: asking a beneficiary and their answer, double claims, samples."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day
from commonweal_web.delivery import confirmations, doubles, ledger_table, samples
from commonweal_web.delivery.models import Claim, Confirmation, Decision, DoubleFlag, SampleDraw
from commonweal_web.delivery.verification.more_forms import (
    AskForm,
    CheckForm,
    ConfirmForm,
    DoubleForm,
    DrawForm,
    SplitForm,
)
from commonweal_web.delivery.verification.scopes import claim_scope, kpi_scope
from commonweal_web.delivery.verification.views import claim_url, posted
from commonweal_web.organisations.doors import public, requires
from commonweal_web.organisations.policies import Permission

TRIES, WITHIN = 30, 600
"""So many unknown links may one address open in so many seconds."""


@requires(Permission.KPI_READ, claim_scope)
def confirmation_ask(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Ask a beneficiary to confirm; the supplier or a verifier does (the service says who may)."""
    form = AskForm(posted(request))
    if form.is_valid():
        with with_form_errors(form):
            confirmations.confirmation_ask(claim=claim, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, f"{form.cleaned_data['beneficiary']} is asked by e-mail.")
            return see_other(claim_url(claim))
    context = {
        "title": "Ask a beneficiary to confirm",
        "caption": str(claim.kpi),
        "form": form,
        "button": "Send the question",
        "cancel_url": claim_url(claim),
    }
    return render(request, "layout_form.html", context, status_of(form))


@public
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What a beneficiary sees behind the link, before and after the answer."""
    address = f"confirm:{request.META.get('REMOTE_ADDR', '')}"
    if cache.get(address, 0) >= TRIES:
        return _confirm_page(request, {"title": "Wait a little", "wait": True}, 429)
    row = confirmations.find(token)
    if row is None:
        cache.add(address, 0, WITHIN)
        cache.incr(address)
        return _confirm_page(request, {"title": "This link is not known", "unknown": True}, 404)
    said = confirmations.what_was_claimed(row)
    if row.state != Confirmation.State.ASKED:
        return _confirm_page(request, {"title": "Thank you", "row": row, "said": said})
    if row.expires_at <= clock.now():
        return _confirm_page(request, {"title": "This link has expired", "expired": True, "said": said}, 410)
    form = ConfirmForm(posted(request), unit=said["unit"])
    if form.is_valid():
        with with_form_errors(form):
            confirmations.confirmation_answer(token=token, now=clock.now(), **form.cleaned_data)
            return see_other(request.path)
    title = f"Did {row.beneficiary} receive this?"
    return _confirm_page(request, {"title": title, "form": form, "row": row, "said": said}, status_of(form))


def _confirm_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "delivery/verification/confirm.html", context, status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"  # no-referrer would make browsers send the form as from nowhere
    response["X-Robots-Tag"] = "noindex"
    return response


@requires(Permission.DOUBLE_CLAIM_DECIDE)
def doubles_page(request: HttpRequest) -> HttpResponse:
    """Possible double claims of the own body."""
    contracts = Contract.objects.allowing(request.user, Permission.DOUBLE_CLAIM_DECIDE)
    flags = DoubleFlag.objects.filter(claim__ret__contract__in=contracts).select_related("claim__kpi__contract")
    rows = [
        [
            Cell(str(flag.claim.kpi), href=reverse("delivery:double", args=[flag.pk])),
            Cell(doubles.name_of(flag)),
            Cell(flag.get_state_display().capitalize()),
            Cell(day(flag.found_at)),
        ]
        for flag in flags.order_by("state", "pk")
    ]
    columns = [Column("Claim"), Column("What"), Column("State"), Column("Found")]
    empty = "No person and no invoice line was found in two claims."
    table = Table("Claims that name the same person or invoice line", columns, rows, empty=empty, hide_caption=True)
    return render(request, "delivery/verification/list.html", {"title": "Possible double claims", "table": table})


def _double_scope(user: Any, permission: Permission, flag_id: int) -> dict[str, Any]:
    contracts = Contract.objects.allowing(user, permission)
    found = DoubleFlag.objects.filter(pk=flag_id, claim__ret__contract__in=contracts)
    flag = found.select_related("claim__kpi__contract", "claim__ret__contract", "decided_by").first()
    if flag is None:
        raise Http404("There is no such flag in your contracts.")
    return {"flag": flag}


@requires(Permission.DOUBLE_CLAIM_DECIDE, _double_scope)
def double_page(request: HttpRequest, flag: DoubleFlag) -> HttpResponse:
    """Decide one possible double claim for the own side."""
    form = DoubleForm(posted(request)) if flag.state == DoubleFlag.State.OPEN else None
    if form is not None and form.is_valid():
        with with_form_errors(form):
            doubles.flag_decide(flag_row=flag, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "Your decision is recorded.")
            return see_other(reverse("delivery:doubles"))
    context = {
        "title": f"{doubles.name_of(flag)} in two claims",
        "caption": str(flag.claim.kpi),
        "flag": flag,
        "form": form,
        "claim_url": claim_url(flag.claim),
    }
    return render(request, "delivery/verification/double.html", context, status_of(form))


@requires(Permission.RETURN_SUBMIT, claim_scope)
def double_split(request: HttpRequest, claim: Claim, flag_id: int) -> HttpResponse:
    """Let the supplier divide one person between its own claims by hours."""
    flag = DoubleFlag.objects.filter(pk=flag_id, claim=claim, kind="person").first()
    if flag is None:
        raise Http404("There is no such flag of this claim.")
    pairs = DoubleFlag.objects.filter(Q(claim=claim) | Q(other=claim), mark=flag.mark).values_list("claim", "other")
    ids = {pk for pair in pairs for pk in pair}
    mine = Contract.objects.allowing(request.user, Permission.RETURN_SUBMIT)
    claims = list(
        Claim.objects.filter(pk__in=ids, ret__contract__in=mine).select_related("kpi__contract").order_by("pk")
    )
    if len(claims) < len(ids):
        return render(
            request,
            "delivery/verification/split_elsewhere.html",
            {"title": "Divide a person", "claim_url": claim_url(claim)},
        )
    form = SplitForm(posted(request), claims=claims, initial={f"share-{c.pk}": Decimal(50) for c in claims})
    if form.is_valid():
        with with_form_errors(form):
            doubles.person_split(claim=claim, mark=flag.mark, shares=form.shares(), by=request.user, now=clock.now())
            messages.success(request, "The person is divided. What belongs to the other contract was withdrawn here.")
            return see_other(claim_url(claim))
    context = {
        "title": f"Divide {doubles.name_of(flag).lower()} by hours",
        "caption": str(claim.kpi),
        "form": form,
        "button": "Divide",
        "cancel_url": claim_url(claim),
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.SAMPLE_CHECK)
def samples_page(request: HttpRequest) -> HttpResponse:
    """The samples drawn so far, and a form to draw one."""
    form = DrawForm(posted(request), bodies=samples.bodies(request.user))
    if form.is_valid():
        with with_form_errors(form):
            drawn = samples.sample_draw(by=request.user, now=clock.now(), **form.cleaned_data)
            return see_other(reverse("delivery:sample", args=[drawn.pk]))
    rows = [
        [
            Cell(d.title, href=reverse("delivery:sample", args=[d.pk])),
            Cell(d.organisation.name),
            Cell(d.number),
            Cell(day(d.drawn_at)),
        ]
        for d in samples.visible_draws(request.user)
    ]
    columns = [Column("Sample"), Column("Body"), Column("Number"), Column("Drawn")]
    table = Table("Samples drawn", columns, rows, empty="No sample was drawn yet. Draw the first one below.")
    context = {"title": "Second-line samples", "table": table, "form": form}
    return render(request, "delivery/verification/samples.html", context, status_of(form))


def _draw_scope(user: Any, permission: Permission, draw_id: int, **rest: Any) -> dict[str, Any]:
    drawn = samples.visible_draws(user).filter(pk=draw_id).first()
    if drawn is None:
        raise Http404("There is no such sample of your body.")
    return {"drawn": drawn, **rest}


@requires(Permission.SAMPLE_CHECK, _draw_scope)
def sample_page(request: HttpRequest, drawn: SampleDraw) -> HttpResponse:
    """One sample: its number, how to draw it again, and what was found."""
    rows = []
    for decision, check, seen in samples.rows_of(drawn, request.user):
        words = ("Agrees" if check.agrees else "Does not agree") if check else "Not checked yet"
        href = "" if check or not seen else reverse("delivery:sample_check", args=[drawn.pk, decision.pk])
        rows.append(
            [
                Cell(f"Decision {decision.pk}", href=href),
                Cell(str(decision.claim.kpi)),
                Cell(decision.get_verdict_display().capitalize(), hint=f"{decision.by.name}, {day(decision.at)}"),
                Cell(words, hint=f"{check.by.name}: {check.note}" if check else ""),
            ]
        )
    columns = [Column("Drawn"), Column("KPI"), Column("Decision"), Column("Second look")]
    context = {
        "title": drawn.title,
        "caption": f"Second-line sample of {drawn.organisation.name}",
        "drawn": drawn,
        "table": Table("Decisions drawn", columns, rows),
        "population": len(drawn.population),
    }
    return render(request, "delivery/verification/sample.html", context)


@requires(Permission.SAMPLE_CHECK, _draw_scope)
def sample_csv(request: HttpRequest, drawn: SampleDraw) -> HttpResponse:
    """The whole population in order, with hash and rank: everything that somebody needs to draw again."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sample-{drawn.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["decision", "drawn", "number", "rule"])
    chosen = {pk: rank for rank, pk in enumerate(drawn.drawn, start=1)}
    for pk in drawn.population:
        writer.writerow([pk, chosen.get(pk, ""), drawn.number, "lowest SHA-256 of number:decision"])
    return response


@requires(Permission.SAMPLE_CHECK, _draw_scope)
def sample_check(request: HttpRequest, drawn: SampleDraw, decision_id: int) -> HttpResponse:
    """Record a second look at one drawn decision."""
    seen = Contract.objects.allowing(request.user, Permission.SAMPLE_CHECK)
    found = Decision.objects.filter(pk=decision_id, pk__in=drawn.drawn, claim__ret__contract__in=seen)
    decision = found.select_related("claim__kpi__contract", "claim__ret__contract", "by").first()
    if decision is None:
        raise Http404("This decision is not in the sample, or not in your contracts.")
    form = CheckForm(posted(request))
    if form.is_valid():
        with with_form_errors(form):
            samples.sample_check(drawn=drawn, decision=decision, by=request.user, now=clock.now(), **form.cleaned_data)
            return see_other(reverse("delivery:sample", args=[drawn.pk]))
    context = {
        "title": f"Second look at decision {decision.pk}",
        "caption": f"{decision.claim.kpi}: {decision.get_verdict_display()} by {decision.by.name}",
        "form": form,
        "button": "Record",
        "cancel_url": reverse("delivery:sample", args=[drawn.pk]),
        "claim_url": claim_url(decision.claim),
    }
    return render(request, "delivery/verification/second_look.html", context, status_of(form))


@requires(Permission.KPI_READ, kpi_scope)
def kpi_ledger(request: HttpRequest, kpi: Kpi) -> HttpResponse:
    """The ledger of one KPI by period."""
    priced = kpi.current is not None and kpi.current.value_per_unit is not None
    context = {
        "title": f"Ledger of {kpi.ref}: {kpi.current.deliverable if kpi.current else ''}",
        "caption": f"{kpi.contract.reference} {kpi.contract.title}",
        "table": ledger_table.by_period(kpi),
        "priced": ledger_table.worth(kpi) if priced else None,
        "rules": ledger_table.RULES,
    }
    return render(request, "delivery/verification/ledger.html", context)
