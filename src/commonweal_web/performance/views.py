"""Review meetings of a contract: the list, recording one, and marking its actions as done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock, idempotency
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.performance import selectors, services
from commonweal_web.performance.forms import DoneForm, ReviewForm
from commonweal_web.performance.models import Action


def action_scope(user: Any, permission: Permission, contract_id: int, action_id: int, **rest: Any) -> dict[str, Any]:
    """Replace the numbers of the address by an action of the contract."""
    contract = contract_scope(user, permission, contract_id)["contract"]
    action = Action.objects.filter(pk=action_id, contract=contract).first()
    if action is None:
        raise Http404("This contract has no such action.")
    action.contract = contract
    return {"action": action, **rest}


@requires(Permission.KPI_READ, contract_scope)
def reviews(request: HttpRequest, contract: Contract) -> HttpResponse:
    """The meetings about a contract, and what is still to be done."""
    context = {
        "title": "Review meetings",
        "contract": contract,
        "reviews": selectors.reviews_of(contract),
        "open_actions": selectors.open_actions(contract),
        "today": clock.today(),
        "may_record": selectors.may_record(request.user, contract),
    }
    return render(request, "performance/reviews.html", context)


@requires(Permission.REVIEW_RECORD, contract_scope)
def review_record(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Record a meeting and its actions."""
    today = clock.today()
    form = ReviewForm(request.POST or None, today=today, initial={"on": today})
    if form.is_valid():
        with with_form_errors(form):
            idempotency.idempotent(
                user=request.user,
                key=request.POST.get(idempotency.FIELD, ""),
                body_hash=idempotency.form_hash(request.POST),
                act=lambda: _record(request, contract, form),
                now=clock.now(),
            )
            messages.success(request, "The meeting is recorded, and its actions are on the front page.")
            return see_other(reverse("performance:reviews", args=[contract.pk]))
    context = {"title": "Record a review meeting", "contract": contract, "form": form, "button": "Record the meeting"}
    return render(request, "performance/record.html", context, status_of(form))


def _record(request: HttpRequest, contract: Contract, form: ReviewForm) -> int:
    made = services.review_record(
        contract=contract,
        on=form.cleaned_data["on"],
        present=form.cleaned_data["present"],
        notes=form.cleaned_data["notes"],
        actions=form.actions(),
        by=request.user,
        now=clock.now(),
    )
    return made.pk


@requires(Permission.REVIEW_RECORD, action_scope)
def action_done(request: HttpRequest, action: Action) -> HttpResponse:
    """Mark an action as done."""
    today = clock.today()
    form = DoneForm(request.POST or None, today=today, initial={"version": action.version, "on": today})
    back = reverse("performance:reviews", args=[action.contract_id])
    if form.is_valid():
        with with_form_errors(form):
            services.action_done(action=action, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The action is marked as done.")
            return see_other(back)
    context = {
        "title": f"Mark as done: {action.text}",
        "caption": f"{action.contract.reference}, {action.owner}",
        "form": form,
        "button": "Mark as done",
        "cancel_url": back,
    }
    return render(request, "layout_form.html", context, status_of(form))
