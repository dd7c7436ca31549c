"""Who works on a contract: parts, hand-over, contacts, invitations, ties."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.contracts import pages
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.forms.contracts import (
    AssignForm,
    ConflictForm,
    ContactForm,
    EndForm,
    EndPartForm,
    SupplierForm,
)
from commonweal_web.contracts.models import Assignment, Conflict, Contact, Contract, ContractSupplier
from commonweal_web.contracts.scopes import assignment_scope, contact_scope, may, supplied_scope
from commonweal_web.contracts.selectors import contracts as selectors
from commonweal_web.contracts.services import contacts, people, registering, suppliers
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import User
from commonweal_web.organisations.policies import Permission


def _people_url(contract: Contract) -> str:
    return reverse("contracts:people", args=[contract.pk])


def _after_assigning(request: HttpRequest, contract: Contract) -> str:
    """The contract's people, or the start page for an administrator who gives parts without reading contracts."""
    return _people_url(contract) if may(request.user, Permission.KPI_READ, contract) else reverse("reports:home")


@requires(Permission.KPI_READ, contract_scope)
def people_page(request: HttpRequest, contract: Contract) -> HttpResponse:
    context = pages.contract_context(contract, "people") | {
        "title": "People",
        **selectors.people_of(contract, clock.today()),
        "may_assign": may(request.user, Permission.CONTRACT_MANAGER_ASSIGN, contract),
        "may_edit": may(request.user, Permission.CONTRACT_EDIT, contract),
        "may_declare": may(request.user, Permission.CONFLICT_DECLARE, contract),
    }
    return render(request, "contracts/people.html", context)


@requires(Permission.CONTRACT_MANAGER_ASSIGN, contract_scope)
def assign(request: HttpRequest, contract: Contract) -> HttpResponse:
    initial = {"starts": clock.today(), "part": request.GET.get("part", "owner")}
    form = AssignForm(request.POST or None, contract=contract, initial=initial)
    if form.is_valid():
        with with_form_errors(form):
            made = people.person_assign(contract=contract, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, f"{made.user} is {made.get_part_display()}, and was told by mail.")
            return see_other(_after_assigning(request, contract))
    context = {
        "title": "Give somebody a part",
        "caption": str(contract),
        "form": form,
        "cancel_url": _after_assigning(request, contract),
        "button": "Give this part",
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.CONTRACT_MANAGER_ASSIGN, assignment_scope)
def end_part(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    contract = assignment.contract
    form = EndPartForm(request.POST or None, contract=contract, initial={"ends": clock.today()})
    if form.is_valid():
        with with_form_errors(form):
            people.person_end(assignment=assignment, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The hand-over is recorded.")
            return see_other(_after_assigning(request, contract))
    context = {
        "title": f"Hand over from {assignment.user}, {assignment.get_part_display()}",
        "caption": str(contract),
        "form": form,
        "cancel_url": _after_assigning(request, contract),
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.CONTRACT_EDIT, contract_scope)
def contact_add(request: HttpRequest, contract: Contract) -> HttpResponse:
    form = ContactForm(request.POST or None, contract=contract)
    if form.is_valid():
        with with_form_errors(form):
            answers = dict(form.cleaned_data)
            role = answers.pop("invite")
            pages.once(
                request,
                lambda: (
                    contacts.contact_add_and_invite(
                        contract=contract, by=request.user, now=clock.now(), role=role, **answers
                    ).pk
                ),
            )
            words = f"{answers['name']} is a contact" + (" and was invited by mail." if role else ".")
            messages.success(request, words)
            return see_other(_after_assigning(request, contract))
    context = {
        "title": "Add a supplier contact",
        "caption": str(contract),
        "form": form,
        "cancel_url": _after_assigning(request, contract),
        "button": "Add contact",
        "once": True,
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.CONTRACT_EDIT, contact_scope)
def contact_end(request: HttpRequest, contact: Contact) -> HttpResponse:
    form = EndForm(request.POST or None, initial={"ends": clock.today()})
    here = _people_url(contact.contract)
    if form.is_valid():
        with with_form_errors(form):
            contacts.contact_end(contact=contact, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The contact ends on that day.")
            return see_other(here)
    context = {
        "title": f"End {contact.name} as a contact",
        "caption": str(contact.contract),
        "form": form,
        "cancel_url": here,
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.CONTRACT_EDIT, contract_scope)
def supplier_add(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Add one more supplier from a day on."""
    form = SupplierForm(request.POST or None, initial={"starts": max(clock.today(), contract.starts)})
    if form.is_valid():
        with with_form_errors(form):
            answers = dict(form.cleaned_data)
            name = answers.pop("supplier_new")
            made = pages.once(
                request,
                lambda: registering.supplier_register(
                    contract=contract, supplier_name=name, by=request.user, now=clock.now(), **answers
                ),
            )
            messages.success(request, f"{made} supplies this contract. Add its contact next, so that it can report.")
            return see_other(_people_url(contract))
    context = {
        "title": "Add a supplier",
        "caption": str(contract),
        "form": form,
        "cancel_url": _people_url(contract),
        "button": "Add the supplier",
        "once": True,
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.CONTRACT_EDIT, supplied_scope)
def supplier_end(request: HttpRequest, supplied: ContractSupplier) -> HttpResponse:
    """Record the last day of a supplier; its contacts end with it."""
    form = EndForm(request.POST or None, initial={"ends": clock.today()})
    here = _people_url(supplied.contract)
    if form.is_valid():
        with with_form_errors(form):
            suppliers.supplier_end(supplied=supplied, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, f"{supplied.supplier} and its contacts end on that day.")
            return see_other(here)
    context = {
        "title": f"End {supplied.supplier} as a supplier",
        "caption": str(supplied.contract),
        "form": form,
        "cancel_url": here,
        "button": "End this supplier",
    }
    return render(request, "layout_form.html", context, status_of(form))


@require_POST
@requires(Permission.CONFLICT_DECLARE, contract_scope)
def no_conflict(request: HttpRequest, contract: Contract) -> HttpResponse:
    people.no_conflict_declare(contract=contract, by=request.user, now=clock.now())
    messages.success(request, "Your declaration is recorded: no tie with the suppliers of this contract.")
    return see_other(_people_url(contract))


@requires(Permission.CONFLICT_DECLARE)
def conflicts(request: HttpRequest) -> HttpResponse:
    form = ConflictForm(request.POST or None, initial={"starts": clock.today()})
    if form.is_valid():
        with with_form_errors(form):
            people.conflict_declare(
                user=cast(User, request.user), by=request.user, now=clock.now(), **form.cleaned_data
            )
            messages.success(request, "The tie is recorded. You take no part in contracts of this supplier.")
            return see_other(reverse("contracts:conflicts"))
    mine = Conflict.objects.filter(user=request.user).select_related("organisation").order_by("-starts")
    context = {"title": "Your ties with suppliers", "form": form, "mine": mine, "button": "Declare this tie"}
    return render(request, "contracts/conflicts.html", context, status_of(form))


@requires(Permission.CONFLICT_DECLARE)
def conflict_end(request: HttpRequest, conflict_id: int) -> HttpResponse:
    conflict = get_object_or_404(Conflict.objects.select_related("organisation"), pk=conflict_id, user=request.user)
    form = EndForm(request.POST or None, initial={"ends": clock.today()})
    here = reverse("contracts:conflicts")
    if form.is_valid():
        with with_form_errors(form):
            people.conflict_end(conflict=conflict, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The end of the tie is recorded.")
            return see_other(here)
    context = {"title": f"End the tie with {conflict.organisation}", "form": form, "cancel_url": here}
    return render(request, "layout_form.html", context, status_of(form))
