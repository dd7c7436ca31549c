"""Changes of a contract: the list, proposing, checking, approving, agreeing; and a supplier's request."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.contracts import pages
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.forms.changes import AskForm, ChangeForm, CheckForm, CompareForm, KpiTargetsForm
from commonweal_web.contracts.forms.kpis import ReasonForm
from commonweal_web.contracts.models import Change, Contract
from commonweal_web.contracts.scopes import approval_scope, change_scope, may
from commonweal_web.contracts.selectors import changes as selectors
from commonweal_web.contracts.selectors import kpis as kpi_selectors
from commonweal_web.contracts.selectors.contracts import yearly_pence
from commonweal_web.contracts.services import changes, requests
from commonweal_web.contracts.services.new_versions import ChangeFields
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


def _url(change: Change) -> str:
    return reverse("contracts:change", args=[change.contract_id, change.pk])


@requires(Permission.KPI_READ, contract_scope)
def change_list(request: HttpRequest, contract: Contract) -> HttpResponse:
    context = pages.contract_context(contract, "changes") | {
        "title": "Changes",
        "changes": contract.changes.select_related("proposed_by", "asked_by").order_by("-pk"),
        "may_propose": may(request.user, Permission.KPI_PROPOSE, contract) and contract.status != "ended",
        "may_ask": may(request.user, Permission.VARIATION_ACKNOWLEDGE, contract) and contract.status != "ended",
    }
    return render(request, "contracts/changes.html", context)


@requires(Permission.KPI_PROPOSE, contract_scope)
def change_new(request: HttpRequest, contract: Contract) -> HttpResponse:
    asked = contract.changes.filter(pk=pages.number(request.GET.get("asked", "")), state=Change.State.ASKED).first()
    initial: dict[str, Any] = {"old_yearly_value_pence": yearly_pence(contract)}
    if asked is not None:
        initial |= {"title": asked.title, "reason": asked.reason, "effective": asked.effective}
    initial["retires"] = [pages.number(request.GET.get("retire", ""))]
    form = ChangeForm(request.POST or None, contract=contract, initial=initial)
    boxes: list[KpiTargetsForm] = []
    if form.is_valid():
        with with_form_errors(form):
            fields = form.fields_of()
            changes.check_day(contract, fields.effective)
            changes.check_end(contract, fields)
            scaled = selectors.proposed(contract, fields)
            boxes = [_boxes(request, kpi, amounts, fields) for kpi, amounts in scaled]
            if request.POST.get("act") == "save" and all(box.is_valid() for box in boxes):
                typed = {box.kpi.pk: box.typed() for box in boxes}
                wanted = form.fields_of(typed)
                made = pages.once(request, lambda: _proposed(request, contract, wanted, asked))
                messages.success(request, "The change is proposed. The procurement officer checks it next.")
                return see_other(reverse("contracts:change", args=[contract.pk, made]))
    context = pages.contract_context(contract, "changes") | {
        "title": "Propose a change",
        "form": form,
        "once": True,
        "asked": asked,
        "boxes": boxes,
        "cancel_url": reverse("contracts:changes", args=[contract.pk]),
    }
    return render(request, "contracts/change_form.html", context, status_of(form))


def _proposed(request: HttpRequest, contract: Contract, wanted: ChangeFields, asked: Change | None) -> int:
    return changes.change_propose(contract=contract, fields=wanted, by=request.user, now=clock.now(), asked=asked).pk


def _boxes(request: HttpRequest, kpi: Any, amounts: Any, fields: Any) -> KpiTargetsForm:
    sent = request.POST if request.POST.get("act") == "save" else None
    return KpiTargetsForm(sent, kpi=kpi, amounts=amounts, fields=fields)


@requires(Permission.KPI_READ, change_scope)
def change_page(request: HttpRequest, change: Change) -> HttpResponse:
    contract, user = change.contract, request.user
    decides = kpi_selectors.may_decide(user, contract, clock.today()) and change.proposed_by_id != user.pk
    context = pages.contract_context(contract, "changes") | {
        "title": change.title,
        "change": change,
        "lines": selectors.lines(change),
        "retiring": selectors.retiring(change),
        "may_check": change.state == "proposed"
        and not change.checked_by_id
        and change.proposed_by_id != user.pk
        and may(user, Permission.MODIFICATION_CHECK, contract),
        "may_decide": change.state == "proposed" and change.checked_by_id is not None and decides,
        "may_agree": change.state == "approved" and may(user, Permission.VARIATION_ACKNOWLEDGE, contract),
        "may_propose": may(user, Permission.KPI_PROPOSE, contract),
        "may_withdraw": _may_withdraw(change, user),
        "check": CheckForm(initial={"version": change.version}),
    }
    return render(request, "contracts/change.html", context)


def _may_withdraw(change: Change, user: Any) -> bool:
    if change.state == "asked":
        return may(user, Permission.VARIATION_ACKNOWLEDGE, change.contract)
    return change.state in ("proposed", "approved") and may(user, Permission.KPI_PROPOSE, change.contract)


@requires(Permission.MODIFICATION_CHECK, change_scope)
def change_check(request: HttpRequest, change: Change) -> HttpResponse:
    form = CheckForm(request.POST or None, initial={"version": change.version})
    if form.is_valid():
        with with_form_errors(form):
            answers = form.cleaned_data
            changes.change_check(
                change=change,
                permitted=answers["permitted"],
                ground=answers["ground"],
                by=request.user,
                now=clock.now(),
                shown=answers["version"],
            )
            messages.success(request, "Your check is recorded.")
            return see_other(_url(change))
    context = {"title": "Check this change", "caption": str(change.contract), "form": form, "cancel_url": _url(change)}
    return render(request, "layout_form.html", context, status_of(form))


@require_POST
@requires(Permission.KPI_APPROVE, approval_scope)
def change_approve(request: HttpRequest, change: Change) -> HttpResponse:
    changes.change_approve(change=change, by=request.user, now=clock.now(), shown=pages.version_of(request))
    messages.success(request, "The change is approved and waits for the supplier's agreement.")
    return see_other(_url(change))


@require_POST
@requires(Permission.VARIATION_ACKNOWLEDGE, change_scope)
def change_agree(request: HttpRequest, change: Change) -> HttpResponse:
    changes.change_agree(change=change, by=request.user, now=clock.now(), shown=pages.version_of(request))
    messages.success(request, "The change is agreed by both sides and in force from its day.")
    return see_other(_url(change))


@requires(Permission.KPI_READ, change_scope)
def change_refuse(request: HttpRequest, change: Change) -> HttpResponse:
    form = ReasonForm(request.POST or None, initial={"version": change.version})
    if form.is_valid():
        with with_form_errors(form):
            answers = form.cleaned_data
            changes.change_refuse(
                change=change, reason=answers["reason"], by=request.user, now=clock.now(), shown=answers["version"]
            )
            messages.success(request, "The change is refused, with your reason on record.")
            return see_other(_url(change))
    context = {
        "title": f"Refuse: {change.title}",
        "caption": str(change.contract),
        "form": form,
        "cancel_url": _url(change),
        "button": "Refuse the change",
    }
    return render(request, "layout_form.html", context, status_of(form))


@require_POST
@requires(Permission.KPI_READ, change_scope)
def change_withdraw(request: HttpRequest, change: Change) -> HttpResponse:
    changes.change_withdraw(change=change, by=request.user, now=clock.now(), shown=pages.version_of(request))
    messages.success(request, "The change is withdrawn.")
    return see_other(_url(change))


@requires(Permission.VARIATION_ACKNOWLEDGE, contract_scope)
def change_ask(request: HttpRequest, contract: Contract) -> HttpResponse:
    form = AskForm(request.POST or None, contract=contract)
    here = reverse("contracts:changes", args=[contract.pk])
    if form.is_valid():
        with with_form_errors(form):
            answers = dict(form.cleaned_data)
            offer = {"words": answers.pop("offer")}
            change = requests.change_ask(contract=contract, offer=offer, by=request.user, now=clock.now(), **answers)
            messages.success(request, "The council has your request. You see its answer here and by mail.")
            return see_other(_url(change))
    context = {
        "title": "Ask for a change",
        "caption": str(contract),
        "form": form,
        "cancel_url": here,
        "button": "Send the request",
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.KPI_PROPOSE, change_scope)
def change_compare(request: HttpRequest, change: Change) -> HttpResponse:
    form = CompareForm(request.POST or None, initial={**change.comparison, "version": change.version})
    if form.is_valid():
        with with_form_errors(form):
            answers = dict(form.cleaned_data)
            shown = answers.pop("version")
            requests.change_compare(change=change, by=request.user, now=clock.now(), shown=shown, **answers)
            messages.success(request, "The comparison is recorded. Now refuse the request, or propose it as a change.")
            return see_other(_url(change))
    context = {
        "title": "Compare what is offered",
        "caption": str(change.contract),
        "form": form,
        "cancel_url": _url(change),
    }
    return render(request, "layout_form.html", context, status_of(form))
