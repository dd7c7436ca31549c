"""KPIs of a contract: the list, the catalogue to choose from, the one form, the page of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.catalogue import Measure
from commonweal.periods import day_in_words
from commonweal_web.contracts import pages, terms
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.forms.kpis import KpiForm, SearchForm, TemplateForm, initial_of, initial_of_version
from commonweal_web.contracts.models import Contract, Kpi, KpiState, KpiTemplate, KpiVersion
from commonweal_web.contracts.scopes import kpi_scope, may
from commonweal_web.contracts.selectors import contracts as contract_selectors
from commonweal_web.contracts.selectors import kpis as selectors
from commonweal_web.contracts.services import kpis, proposals
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import plain, quantity
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.KPI_READ, contract_scope)
def kpi_list(request: HttpRequest, contract: Contract) -> HttpResponse:
    lines = selectors.kpis_of(contract)
    may_propose = may(request.user, Permission.KPI_PROPOSE, contract) and contract.status != "ended"
    context = pages.contract_context(contract, "kpis") | {
        "title": "KPIs",
        "table": _table(contract, lines),
        "drafts": [one.newer for one in lines if one.newer and one.newer.state in ("draft", "sent_back")],
        "proposed": [
            one.newer for one in lines if one.newer and one.newer.state == "proposed" and not one.newer.change_id
        ],
        "may_propose": may_propose,
        "may_decide": selectors.may_decide(request.user, contract, clock.today()),
        "approvers": selectors.approvers_of(contract, clock.today()),
    }
    return render(request, "contracts/kpis.html", context)


def _table(contract: Contract, lines: list[selectors.KpiLine]) -> Table:
    columns = (
        Column("What is promised"),
        Column("Whole life", numeric=True),
        Column("A unit is worth"),
        Column("When the value changes"),
        Column("State"),
    )
    rows = []
    for line in lines:
        shown = line.shown
        if shown is None:
            continue
        state = f"In force, version {shown.number}" if line.current else shown.get_state_display().capitalize()
        hint = f"Version {line.newer.number} is {line.newer.get_state_display()}" if line.newer and line.current else ""
        if line.kpi.retired_on:
            hint = f"Retired, last day {day_in_words(line.kpi.retired_on)}"
        rows.append(
            [
                Cell(
                    shown.deliverable, href=reverse("contracts:kpi", args=[contract.pk, line.kpi.pk]), hint=line.kpi.ref
                ),
                Cell(quantity(shown.target, "percent" if shown.kind == "ratio" else shown.unit)),
                Cell(selectors.per_unit(shown)),
                Cell("Scales with it" if shown.scalable else "Stays"),
                Cell(state, hint=hint),
            ]
        )
    reason = contract.no_kpi_reason
    empty = f"No KPIs: {reason}" if reason else "No KPIs yet. Add one from the catalogue, a template or a workbook."
    return Table("KPIs", columns, rows, empty=empty, hide_caption=True)


@requires(Permission.KPI_PROPOSE, contract_scope)
def kpi_choose(request: HttpRequest, contract: Contract) -> HttpResponse:
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    gone = frameworks.unavailable_codes(contract.framework, body=contract.authority_id, on=clock.today())
    every = frameworks.search(words, release_id=contract.framework) if contract.framework else []
    found = [one for one in every if one.code not in gone]
    used = contract_selectors.measures_alike(contract, request.user)
    labels = {one.code: one for one in frameworks.measures_of(contract.framework)} if contract.framework else {}
    context = pages.contract_context(contract, "kpis") | {
        "title": "Add a KPI",
        "form": form,
        "words": words,
        "measures": found,
        "used": [row | {"measure": labels[row["code"]]} for row in used if row["code"] in labels.keys() - gone],
        "templates": selectors.templates_for(contract),
    }
    return render(request, "contracts/kpi_choose.html", context)


@requires(Permission.KPI_PROPOSE, contract_scope)
def kpi_new(request: HttpRequest, contract: Contract) -> HttpResponse:
    template = _template(request, contract)
    code = template.measure if template else request.GET.get("measure", "")
    measure = frameworks.measure_or_none(contract.framework, code)
    form = KpiForm(request.POST or None, contract=contract, measure=measure, initial=_first(template, measure))
    return _kpi_form(request, contract, form, None)


def _template(request: HttpRequest, contract: Contract) -> KpiTemplate | None:
    pk = pages.number(request.GET.get("template", ""))
    return get_object_or_404(selectors.templates_for(contract), pk=pk) if pk is not None else None


def _first(template: KpiTemplate | None, measure: Measure | None) -> dict[str, Any]:
    if template is not None:
        return initial_of(template) | {"ref": template.measure or template.name[:40]}
    if measure is None:
        return {}
    return {
        "ref": measure.code,
        "deliverable": measure.label,
        "evidence_rule": measure.evidence,
        "cohort": measure.cohort.replace("_", " "),
    }


@requires(Permission.KPI_PROPOSE, kpi_scope)
def kpi_edit(request: HttpRequest, kpi: Kpi) -> HttpResponse:
    version = _newest(kpi)
    measure = frameworks.measure_or_none(kpi.contract.framework, version.measure)
    initial = initial_of_version(version)
    form = KpiForm(request.POST or None, contract=kpi.contract, measure=measure, known_ref=True, initial=initial)
    return _kpi_form(request, kpi.contract, form, version)


def _newest(kpi: Kpi) -> KpiVersion:
    version = kpi.versions.filter(state__in=kpis.EDITABLE, change__isnull=True).order_by("-number").first()
    if version is None:
        raise Refused(
            f"{kpi.ref} is approved, so it can no longer be edited. Propose a change of the contract instead.",
            code="state",
        )
    version.kpi = kpi
    return version


def _kpi_form(request: HttpRequest, contract: Contract, form: KpiForm, version: KpiVersion | None) -> HttpResponse:
    amounts: list[terms.Amount] = []
    if form.is_valid():
        with with_form_errors(form):
            if request.POST.get("act") == "preview":
                amounts = form.preview()
                form.with_amounts(amounts)
            else:
                kpi_id = _save(request, contract, form, version)
                return see_other(reverse("contracts:kpi", args=[contract.pk, kpi_id]))
    context = pages.contract_context(contract, "kpis") | {
        "title": f"Change {version.kpi.ref}" if version else "New KPI",
        "form": form,
        "measure": form.measure,
        "version": version,
        "once": version is None,
        "worked_out": bool(amounts),
        "sum": terms.total(amounts) if amounts else None,
        "cancel_url": reverse("contracts:kpis", args=[contract.pk]),
    }
    return render(request, "contracts/kpi_form.html", context, status_of(form))


def _save(request: HttpRequest, contract: Contract, form: KpiForm, version: KpiVersion | None) -> int:
    if version is None:
        fields = form.values()
        kpi_id = pages.once(
            request, lambda: kpis.kpi_draft(contract=contract, fields=fields, by=request.user, now=clock.now()).kpi_id
        )
        messages.success(request, f"{fields.ref} is kept as a draft. Propose it when the set is complete.")
        return int(kpi_id)
    fields = form.values(ref=version.kpi.ref)
    shown = form.cleaned_data["version"]
    kpis.kpi_edit(version=version, fields=fields, by=request.user, now=clock.now(), shown=shown)
    messages.success(request, f"{version.kpi.ref} is saved.")
    return version.kpi_id


@requires(Permission.KPI_READ, kpi_scope)
def kpi_page(request: HttpRequest, kpi: Kpi) -> HttpResponse:
    contract = kpi.contract
    versions = list(
        kpi.versions.select_related(
            "proposed_by", "decided_by", "change__agreed_by", "change__checked_by", "delegation"
        )
    )
    newer = next((one for one in reversed(versions) if one.state in selectors.OPEN), None)
    shown = kpi.current or newer or versions[-1]
    user = request.user
    may_propose = may(user, Permission.KPI_PROPOSE, contract) and contract.status != "ended"
    context = pages.contract_context(contract, "kpis") | {
        "title": shown.deliverable,
        "kpi": kpi,
        "shown": shown,
        "newer": newer,
        "versions": versions,
        "measure": frameworks.measure_or_none(contract.framework, shown.measure),
        "per_unit": selectors.per_unit(shown),
        "target_unit": "percent" if shown.kind == "ratio" else shown.unit,
        "targets": _target_table(kpi, kpi.current or shown),
        "newer_targets": _target_table(kpi, newer) if newer and newer is not shown else None,
        "data": _data_words(contract, shown),
        "may_edit": bool(may_propose and newer and newer.change_id is None),
        "may_propose": may_propose,
        "may_decide": bool(newer and newer.state == KpiState.PROPOSED and not newer.change_id)
        and selectors.may_decide(user, contract, clock.today()),
    }
    return render(request, "contracts/kpi.html", context)


def _data_words(contract: Contract, shown: KpiVersion) -> list[tuple[str, str]]:
    """The further facts that were asked, by their words; those that were not given say so."""
    asked = frameworks.extra_data(contract.framework, shown.measure, body=contract.authority_id)
    given = dict(shown.data)
    words = [
        (
            f"{one.label[:1].upper()}{one.label[1:]}",
            f"{given[one.name]} {one.unit}"
            if one.name in given
            else f"Not given: {', '.join(one.frameworks)} cannot take it",
        )
        for one in asked
    ]
    known = {one.name for one in asked}
    return words + [
        (name.replace("_", " ").capitalize(), str(value)) for name, value in given.items() if name not in known
    ]


def _target_table(kpi: Kpi, version: KpiVersion) -> Table | None:
    found = selectors.target_table(kpi, version)
    if found is None:
        return None
    unit = selectors.unit_heading(version)
    columns = (
        Column("Period"),
        Column("Original", unit=unit, numeric=True),
        Column("Adjusted by", unit=unit, numeric=True),
        Column("Current", unit=unit, numeric=True),
    )
    caption = "Targets by period" if version.pk == kpi.current_id else f"Targets of version {version.number}"
    return Table(
        caption, columns, [_target_cells(row) for row in found.rows], total=_target_cells(found.total), dense=True
    )


def _target_cells(row: selectors.TargetRow) -> list[Cell]:
    adjusted = "–" if row.adjusted is None else f"{'+' if row.adjusted > 0 else '−'}{plain(abs(row.adjusted))}"
    label = f"{row.label}, sum" if row.year else row.label
    return [Cell(label), Cell(plain(row.original)), Cell(adjusted), Cell(plain(row.current))]


@require_POST
@requires(Permission.KPI_PROPOSE, contract_scope)
def kpis_propose(request: HttpRequest, contract: Contract) -> HttpResponse:
    shown = pages.shown_versions(request)
    who = pages.once(request, lambda: _proposed_to(request, contract, shown))
    words = (
        f"They wait for {who}, who was told by mail." if who else "Nobody can approve them yet: name another director."
    )
    messages.success(request, f"{len(shown)} proposed. {words}")
    return see_other(reverse("contracts:kpis", args=[contract.pk]))


def _proposed_to(request: HttpRequest, contract: Contract, shown: dict[int, int]) -> str:
    to = proposals.propose(contract=contract, shown=shown, by=request.user, now=clock.now())
    return " or ".join(str(one) for one in to)


@require_POST
@requires(Permission.KPI_PROPOSE, kpi_scope)
def kpi_withdraw(request: HttpRequest, kpi: Kpi) -> HttpResponse:
    proposals.withdraw(version=_newest(kpi), by=request.user, now=clock.now(), shown=pages.version_of(request))
    messages.success(request, f"{kpi.ref} is withdrawn.")
    return see_other(reverse("contracts:kpis", args=[kpi.contract_id]))


@requires(Permission.KPI_PROPOSE, kpi_scope)
def kpi_template(request: HttpRequest, kpi: Kpi) -> HttpResponse:
    version = kpi.current or _newest(kpi)
    version.kpi = kpi
    here = reverse("contracts:kpi", args=[kpi.contract_id, kpi.pk])
    form = TemplateForm(
        request.POST or None, initial={"name": version.deliverable[:120], "category": kpi.contract.category}
    )
    if form.is_valid():
        with with_form_errors(form):
            kpis.template_save(version=version, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The template is kept for your body's contracts.")
            return see_other(here)
    context = {"title": f"Keep {kpi.ref} as a template", "caption": str(kpi.contract), "form": form, "cancel_url": here}
    return render(request, "layout_form.html", context, status_of(form))
