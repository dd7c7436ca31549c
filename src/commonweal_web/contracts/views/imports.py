"""Uploads: a register of contracts, and the KPI workbook of one contract; preview, confirm, leave."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.contracts import kpi_workbook, pages
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.forms.contracts import RegisterForm, UploadForm
from commonweal_web.contracts.models import Contract, Import
from commonweal_web.contracts.scopes import import_scope, kpi_import_scope
from commonweal_web.contracts.services import imports
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import pounds_short
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission

PROBLEM_COLUMNS = (Column("Where"), Column("What was found"), Column("What is expected"), Column("How serious"))
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
SEVERITIES = {"error": "Must be mended", "warning": "Check it", "note": "Only to know"}


@requires(Permission.CONTRACT_CREATE)
def register(request: HttpRequest) -> HttpResponse:
    bodies = organisations.organisations_with(request.user, Permission.CONTRACT_CREATE).filter(is_authority=True)
    form = RegisterForm(request.POST or None, request.FILES or None, bodies=bodies)
    if form.is_valid():
        with with_form_errors(form):
            file = form.cleaned_data["file"]
            batch = imports.register_upload(
                authority=form.cleaned_data["authority"],
                name=file.name,
                content=file.read(),
                by=request.user,
                now=clock.now(),
            )
            return see_other(reverse("contracts:import_preview", args=[batch.pk]))
    context = {
        "title": "Import a contracts register",
        "form": form,
        "multipart": True,
        "button": "Read the file",
        "cancel_url": reverse("contracts:list"),
        "recent": Import.objects.filter(authority__in=bodies, contract__isnull=True)[:5],
    }
    return render(request, "contracts/import.html", context, status_of(form))


@requires(Permission.CONTRACT_CREATE, import_scope)
def import_preview(request: HttpRequest, batch: Import) -> HttpResponse:
    rows = [
        [
            Cell(one["title"], hint=one["reference"]),
            Cell(", ".join(s["name"] + ("" if s["organisation"] else " (new)") for s in one["suppliers"]) or "–"),
            Cell(
                (one["directorate"] or {}).get("name", "–"), hint="new" if (one["directorate"] or {}).get("new") else ""
            ),
            Cell(pounds_short(one["value_pence"])),
            Cell(str(len(one["kpis"]))),
        ]
        for one in batch.plan["contracts"]
    ]
    columns = (
        Column("Contract"),
        Column("Supplier"),
        Column("Directorate"),
        Column("Value", numeric=True),
        Column("KPIs, as drafts", numeric=True),
    )
    made = Table(
        f"What would be made, as drafts: {_counted(len(rows), 'contract')}", columns, rows, dense=True, empty="Nothing."
    )
    return _preview(request, batch, made, reverse("contracts:import"), "contracts:import_confirm", [batch.pk])


@require_POST
@requires(Permission.CONTRACT_CREATE, import_scope)
def import_confirm(request: HttpRequest, batch: Import) -> HttpResponse:
    made = pages.once(request, lambda: _confirmed(request, batch).made["contracts"])
    messages.success(request, f"{made} contracts are made as drafts. Name their people next.")
    return see_other(reverse("contracts:import_preview", args=[batch.pk]))


def _confirmed(request: HttpRequest, batch: Import) -> Import:
    return imports.import_confirm(batch=batch, by=request.user, now=clock.now(), shown=pages.version_of(request))


@require_POST
@requires(Permission.CONTRACT_CREATE, import_scope)
def import_leave(request: HttpRequest, batch: Import) -> HttpResponse:
    imports.import_leave(batch=batch, by=request.user, now=clock.now())
    messages.success(request, "Nothing of the file was imported.")
    return see_other(reverse("contracts:import"))


@requires(Permission.KPI_PROPOSE, contract_scope)
def workbook(request: HttpRequest, contract: Contract, form: str) -> HttpResponse:
    content = kpi_workbook.template(contract, request.GET.getlist("measure")[:200], form)
    response = HttpResponse(content, content_type=TYPES[form])
    name = kpi_workbook.file_name(contract, clock.today(), form)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Permission.KPI_PROPOSE, contract_scope)
def kpis_upload(request: HttpRequest, contract: Contract) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with with_form_errors(form):
            file = form.cleaned_data["file"]
            batch = imports.kpis_upload(
                contract=contract, name=file.name, content=file.read(), by=request.user, now=clock.now()
            )
            return see_other(reverse("contracts:kpis_preview", args=[contract.pk, batch.pk]))
    context = pages.contract_context(contract, "kpis") | {
        "title": "KPIs by workbook",
        "form": form,
        "multipart": True,
        "button": "Read the workbook",
        "cancel_url": reverse("contracts:kpis", args=[contract.pk]),
    }
    return render(request, "contracts/kpi_workbook.html", context, status_of(form))


@requires(Permission.KPI_PROPOSE, kpi_import_scope)
def kpis_preview(request: HttpRequest, batch: Import, contract: Contract) -> HttpResponse:
    columns = (Column("What is promised"), Column("Whole life", numeric=True), Column("What happens"))
    rows = [
        [
            Cell(one["deliverable"], hint=one["ref"]),
            Cell(f"{one['target'] or '–'} {one['unit']}"),
            Cell("The draft is changed" if one["version"] else "A draft is made"),
        ]
        for one in batch.plan["kpis"]
    ]
    made = Table(f"What would be made: {_counted(len(rows), 'KPI')}", columns, rows, empty="Nothing.")
    again = reverse("contracts:kpis_upload", args=[contract.pk])
    return _preview(request, batch, made, again, "contracts:kpis_confirm", [contract.pk, batch.pk])


@require_POST
@requires(Permission.KPI_PROPOSE, kpi_import_scope)
def kpis_confirm(request: HttpRequest, batch: Import, contract: Contract) -> HttpResponse:
    pages.once(request, lambda: _confirmed(request, batch).pk)
    messages.success(request, "The KPIs are kept as drafts. Propose them when the set is complete.")
    return see_other(reverse("contracts:kpis", args=[contract.pk]))


def _preview(
    request: HttpRequest, batch: Import, made: Table, again: str, confirm: str, arguments: list[int]
) -> HttpResponse:
    rows = [
        [
            Cell(" ".join(filter(None, [one["sheet"], one["cell"]])) or "The file", hint=one["subject"]),
            Cell(one["found"]),
            Cell(one["expected"]),
            Cell(SEVERITIES[one["severity"]]),
        ]
        for one in batch.problems
    ]
    problems = Table(
        f"{_counted(len(rows), 'remark')} on the file",
        PROBLEM_COLUMNS,
        rows,
        dense=True,
        empty="Nothing is wrong with it.",
    )
    context = {
        "title": "What the file would make" if batch.state == "shown" else f"Upload: {batch.get_state_display()}",
        "caption": batch.file_name,
        "batch": batch,
        "made": made,
        "problems": problems,
        "again_url": again,
        "confirm_url": reverse(confirm, args=arguments),
        "leave_url": reverse("contracts:import_leave", args=[batch.pk]) if batch.contract_id is None else "",
    }
    return render(request, "contracts/import_preview.html", context)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
