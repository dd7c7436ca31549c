"""KPIs from a mapping sheet that somebody keeps: choose the sheet, see what would be made, make drafts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonweal_web.contracts import pages
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.services import from_sheet
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.forms import VersionedForm
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.idempotency import FIELD, form_hash, idempotent
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.mapping import layout
from commonweal_web.mapping.models import Sheet
from commonweal_web.mapping.sheets import selectors as sheets
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


class OffersForm(VersionedForm):
    """Which of the KPIs that a sheet would make are drafted."""

    codes = forms.MultipleChoiceField(
        label="Make drafts of", widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose a KPI."}
    )

    def __init__(self, *args: Any, found: from_sheet.Offers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = [one for one in found.can if not one.there]
        codes: Any = self.fields["codes"]
        codes.choices = [(one.measure.code, one.in_words) for one in found.can]
        codes.widget.choices = [(one.measure.code, one.in_words) for one in free]  # what is there is offered no more
        codes.choice_hints = {one.measure.code: _hint(one) for one in free}
        if not self.is_bound:
            self.initial["codes"] = [one.measure.code for one in free]


def _hint(offer: from_sheet.Offer) -> str:
    known = "".join(f"; {label}: {value}" for label, value in offer.known.items())
    return f"From {offer.sources}{known}"


@requires(Permission.KPI_PROPOSE, contract_scope)
def kpis_from_sheet(request: HttpRequest, contract: Contract) -> HttpResponse:
    """List the sheets that a person keeps, or what one of them would make here."""
    own = sheets.own(request.user).order_by("-changed_at")
    wanted = pages.number(request.POST.get("sheet") or request.GET.get("sheet", ""))
    if wanted is None:
        return render(request, "contracts/kpis_from_sheet.html", _list(contract, list(own)))
    sheet = get_object_or_404(own, pk=wanted)
    try:
        found = from_sheet.offers(sheets.filled(sheet), contract)
    except Refused as refused:
        context = _list(contract, list(own)) | {"refused": refused.message}
        return render(request, "contracts/kpis_from_sheet.html", context, 409)
    form = OffersForm(request.POST or None, found=found, initial={"version": sheet.version})
    if form.is_valid():
        with with_form_errors(form):
            return see_other(_make(request, contract, sheet, form))
    return render(request, "contracts/kpis_from_sheet.html", _offers(contract, sheet, found, form), status_of(form))


def _make(request: HttpRequest, contract: Contract, sheet: Sheet, form: OffersForm) -> str:
    def act() -> str:
        made = from_sheet.kpis_from_sheet(
            contract=contract,
            sheet=sheet,
            codes=form.cleaned_data["codes"],
            by=request.user,
            now=clock.now(),
            shown=form.cleaned_data["version"],
        )
        words = "1 KPI is" if len(made) == 1 else f"{len(made)} KPIs are"
        messages.success(request, f"{words} kept as drafts. Look at each, then propose them.")
        return reverse("contracts:kpis", args=[contract.pk])

    done = idempotent(
        user=request.user,
        key=request.POST.get(FIELD, ""),
        body_hash=form_hash(request.POST),
        act=act,
        now=clock.now(),
    )
    return done.reference


def _list(contract: Contract, own: list[Sheet]) -> dict[str, Any]:
    here = reverse("contracts:kpis_from_sheet", args=[contract.pk])
    rows = [[Cell(str(one), href=f"{here}?sheet={one.pk}", hint=layout.title(sheets.summary_of(one)))] for one in own]
    empty = "You keep no sheet. Fill one in with the mapping tool and keep it, then come back."
    return pages.contract_context(contract, "kpis") | {
        "title": "KPIs from a mapping sheet",
        "table": Table("Your sheets", (Column("Sheet"),), rows, empty=empty, hide_caption=True),
    }


def _offers(contract: Contract, sheet: Sheet, found: from_sheet.Offers, form: OffersForm) -> dict[str, Any]:
    cannot = [[Cell(name), Cell(why)] for name, why in found.cannot]
    cannot += [[Cell(one.in_words), Cell("the contract has this KPI already")] for one in found.can if one.there]
    columns = (Column("KPI"), Column("Why"))
    return pages.contract_context(contract, "kpis") | {
        "title": "KPIs from a mapping sheet",
        "sheet": sheet,
        "in_words": layout.title(sheets.summary_of(sheet)),
        "form": form,
        "any": any(not one.there for one in found.can),
        "cannot": Table("What is not made", columns, cannot) if cannot else None,
        "button": "Make the drafts",
        "cancel_url": reverse("contracts:kpi_choose", args=[contract.pk]),
        "again_url": reverse("contracts:kpis_from_sheet", args=[contract.pk]),
    }
