"""A contract's facts: the page, the forms that make and change it, break points, going live."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.portfolio import PeriodScheme
from commonweal_web.contracts import pages
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.forms.contracts import BreakPointForm, CallOffForm, ContractForm, NewContractForm
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.scopes import may
from commonweal_web.contracts.selectors import call_offs as agreements
from commonweal_web.contracts.selectors import contracts as selectors
from commonweal_web.contracts.services import call_offs, contracts, registering
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.KPI_READ, contract_scope)
def detail(request: HttpRequest, contract: Contract) -> HttpResponse:
    today = clock.today()
    points = list(contract.break_points.all())
    context = pages.contract_context(contract, "facts") | {
        "title": "Facts",
        "groups": pages.fact_groups(contract, may(request.user, Permission.CONTRACT_EDIT, contract)),
        "points": points,
        "next_point": selectors.next_point(contract, points, today),
        "people": selectors.people_of(contract, today),
        "may_edit": may(request.user, Permission.CONTRACT_EDIT, contract),
        "agreement": agreements.under_in_words(contract),
    }
    return render(request, "contracts/detail.html", context)


@requires(Permission.CONTRACT_CREATE)
def new(request: HttpRequest) -> HttpResponse:
    bodies = organisations.organisations_with(request.user, Permission.CONTRACT_CREATE).filter(is_authority=True)
    initial = {"period_scheme": PeriodScheme.CONTRACT_QUARTERS.value}
    form = NewContractForm(request.POST or None, bodies=bodies, initial=initial)
    if form.is_valid():
        with with_form_errors(form):
            made = pages.once(request, lambda: _made(request, form))
            reference = form.cleaned_data["reference"]
            messages.success(request, f"{reference} is kept as a draft. Name its people next, then agree its KPIs.")
            return see_other(reverse("contracts:detail", args=[made]))
    context = {
        "title": "New contract",
        "form": form,
        "once": True,
        "button": "Make the contract",
        "cancel_url": reverse("contracts:list"),
    }
    return render(request, "contracts/contract_form.html", context, status_of(form))


def _made(request: HttpRequest, form: NewContractForm) -> int:
    return registering.contract_register(
        authority=form.cleaned_data["authority"],
        facts=form.facts(),
        supplier=form.cleaned_data["supplier"],
        supplier_name=form.cleaned_data["supplier_new"],
        by=request.user,
        now=clock.now(),
    ).pk


@requires(Permission.CONTRACT_EDIT, contract_scope)
def edit(request: HttpRequest, contract: Contract) -> HttpResponse:
    form = ContractForm(request.POST or None, authority=contract.authority, initial=ContractForm.of(contract))
    here = reverse("contracts:detail", args=[contract.pk])
    if form.is_valid():
        with with_form_errors(form):
            contracts.contract_edit(
                contract=contract,
                facts=form.facts(),
                by=request.user,
                now=clock.now(),
                shown=form.cleaned_data["version"],
            )
            messages.success(request, "The facts are saved.")
            return see_other(here)
    context = {
        "title": "Change the facts",
        "form": form,
        "caption": str(contract),
        "cancel_url": here,
        "button": "Save",
    }
    return render(request, "contracts/contract_form.html", context, status_of(form))


@requires(Permission.CONTRACT_EDIT, contract_scope)
def break_point(request: HttpRequest, contract: Contract) -> HttpResponse:
    form = BreakPointForm(request.POST or None)
    here = reverse("contracts:detail", args=[contract.pk])
    if form.is_valid():
        with with_form_errors(form):
            contracts.break_point_set(contract=contract, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The day is recorded.")
            return see_other(here)
    context = {"title": "Record a break point or extension", "caption": str(contract), "form": form, "cancel_url": here}
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.CONTRACT_EDIT, contract_scope)
def call_off(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Name the framework agreement that a contract was called off under."""
    found = agreements.open_to(contract, clock.today())
    initial = {
        "agreement": contract.call_off_of_id or "none",
        "additional": "yes" if contract.additional else "no",
        "version": contract.version,
    }
    form = CallOffForm(request.POST or None, agreements=found, initial=initial)
    here = reverse("contracts:detail", args=[contract.pk])
    if form.is_valid():
        with with_form_errors(form):
            call_offs.call_off_set(
                contract=contract,
                agreement=form.cleaned_data["agreement"],
                additional=form.cleaned_data["additional"],
                by=request.user,
                now=clock.now(),
                shown=form.cleaned_data["version"],
            )
            messages.success(request, "What it was called off under is saved.")
            return see_other(here)
    context = {
        "title": "Called off under a framework agreement",
        "caption": str(contract),
        "form": form,
        "cancel_url": here,
        "button": "Save",
        "suppliers": selectors.suppliers_in_words(contract),
        "any": found.exists(),
    }
    return render(request, "contracts/call_off_form.html", context, status_of(form))


@require_POST
@requires(Permission.CONTRACT_EDIT, contract_scope)
def go_live(request: HttpRequest, contract: Contract) -> HttpResponse:
    contracts.contract_go_live(contract=contract, by=request.user, now=clock.now(), shown=pages.version_of(request))
    messages.success(request, f"{contract.reference} is live. Its returns are expected from now on.")
    return see_other(reverse("contracts:detail", args=[contract.pk]))
