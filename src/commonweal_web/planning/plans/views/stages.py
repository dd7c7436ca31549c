"""The stages of a plan: what was considered, the documents, the sign-off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.contracts.pages import version_of
from commonweal_web.core import clock, plain_pages
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day as day_words
from commonweal_web.evidence import config
from commonweal_web.evidence.forms import posted
from commonweal_web.evidence.pages import size_words
from commonweal_web.evidence.store import StoreUnavailable
from commonweal_web.evidence.views.files import HEADERS
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import child_scope, plan_scope
from commonweal_web.planning.models import Document, Plan, Stage
from commonweal_web.planning.plans import pages, selectors, services
from commonweal_web.planning.plans.forms import DocumentForm, DocumentWithdrawForm, StageForm
from commonweal_web.planning.plans.services.documents import closed_because, mime_of

stage_scope = child_scope(Stage, "stage")
document_scope = child_scope(Document, "document")


@requires(Permission.PLAN_READ, plan_scope)
def plan_stages(request: HttpRequest, plan: Plan) -> HttpResponse:
    """All stages with what was found and who signed."""
    context = pages.plan_context(plan, request.user, "plan_stages") | {
        "title": "What was considered",
        "stages": selectors.stages_of(plan),
    }
    return render(request, "planning/plans/stages.html", context)


@requires(Permission.PLAN_READ, stage_scope)
def plan_stage(request: HttpRequest, plan: Plan, stage: Stage) -> HttpResponse:
    """One stage: record, documents, sign-off."""
    context = pages.plan_context(plan, request.user, "plan_stages")
    documents = list(stage.documents.select_related("added_by"))
    context |= {
        "title": str(stage.get_kind_display()).capitalize(),
        "stage": stage,
        "table": _documents(plan, documents, may_write=bool(context["may_write"])),
        "may_sign": context["may_write"] and stage.findings and not stage.signed_by_id,
    }
    return render(request, "planning/plans/stage.html", context)


@requires(Permission.PLAN_DRAFT, stage_scope)
def plan_stage_record(request: HttpRequest, plan: Plan, stage: Stage) -> HttpResponse:
    """Record what was considered."""
    form = StageForm(request.POST or None, today=clock.today(), initial=StageForm.of(stage))
    here = reverse("planning:plan_stage", args=[plan.pk, stage.pk])
    if form.is_valid():
        with with_form_errors(form):
            said = dict(form.cleaned_data)
            signed = stage.signed_by
            services.stage_record(stage=stage, by=request.user, now=clock.now(), shown=said.pop("version"), **said)
            void = f" The sign-off by {signed} was of other findings and is void: have it signed off again."
            messages.success(request, f"The record is saved.{void if signed else ''}")
            return see_other(here)
    context = {"title": f"Record the {stage.get_kind_display()}", "caption": str(plan), "form": form, "button": "Save",
               "cancel_url": here, "stage": stage}  # fmt: skip
    return render(request, "planning/plans/stage_form.html", context, status_of(form))


@require_POST
@requires(Permission.PLAN_DRAFT, stage_scope)
def plan_stage_sign(request: HttpRequest, plan: Plan, stage: Stage) -> HttpResponse:
    """Sign a stage off."""
    services.stage_sign(stage=stage, by=request.user, now=clock.now(), shown=version_of(request))
    messages.success(request, f"The {stage.get_kind_display()} is signed off.")
    return see_other(reverse("planning:plan_stages", args=[plan.pk]))


@requires(Permission.PLAN_DRAFT, stage_scope)
def plan_document_add(request: HttpRequest, plan: Plan, stage: Stage) -> HttpResponse:
    """Add a document to a stage."""
    form = DocumentForm(*posted(request), most_bytes=config.file_bytes())
    here = reverse("planning:plan_stage", args=[plan.pk, stage.pk])
    if request.method == "POST" and form.is_valid():
        with with_form_errors(form):
            try:
                made = _added(request, plan, stage, form.cleaned_data)
            except StoreUnavailable:
                return plain_pages.no_room()
            messages.success(request, f"{made.title} is kept.")
            return see_other(here)
    context = {"title": "Add a document", "caption": f"{plan.reference}, {stage}", "form": form, "multipart": True,
               "button": "Add it", "cancel_url": here}  # fmt: skip
    return render(request, "layout_form.html", context, status_of(form))


def _added(request: HttpRequest, plan: Plan, stage: Stage, said: dict[str, Any]) -> Document:
    file = said["file"]
    return services.document_add(
        plan=plan, stage=stage, title=said["title"], name=file.name or "", pieces=file.chunks(), by=request.user,
        now=clock.now(),
    )  # fmt: skip


@requires(Permission.PLAN_DRAFT, document_scope)
def plan_document_withdraw(request: HttpRequest, plan: Plan, document: Document) -> HttpResponse:
    """Withdraw a document."""
    form = DocumentWithdrawForm(request.POST or None)
    here = _stage_url(plan, document)
    if form.is_valid():
        with with_form_errors(form):
            services.document_withdraw(document=document, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The document is withdrawn.")
            return see_other(here)
    context = {"title": "Withdraw this document", "caption": document.title, "form": form, "button": "Withdraw it",
               "cancel_url": here}  # fmt: skip
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.PLAN_READ, document_scope)
def plan_document_file(request: HttpRequest, plan: Plan, document: Document) -> Any:
    """The file itself: only ever saved, never shown as a page of ours."""
    stream = services.document_open(document=document, by=request.user, now=clock.now())
    return FileResponse(
        stream, as_attachment=True, filename=document.file_name, content_type=mime_of(document), headers=HEADERS
    )


def _stage_url(plan: Plan, document: Document) -> str:
    if document.stage_id is None:
        return reverse("planning:plan_stages", args=[plan.pk])
    return reverse("planning:plan_stage", args=[plan.pk, document.stage_id])


def _documents(plan: Plan, documents: list[Document], *, may_write: bool) -> Table:
    files = selectors.files_of(documents)
    rows = []
    for one in documents:
        closed = closed_because(one, files.get(one.sha256))
        url = "" if closed else reverse("planning:plan_document_file", args=[plan.pk, one.pk])
        cells = [
            Cell(one.title, href=url, hint=closed or one.file_name),
            Cell(size_words(one.size)),
            Cell(day_words(one.added_at), hint=one.added_by.name),
            Cell(one.sha256[:12], hint="first signs of its SHA-256"),
        ]
        if may_write:
            cells.append(_withdraw(plan, one))
        rows.append(cells)
    columns = [Column("Document"), Column("Size", numeric=True), Column("Added"), Column("Fingerprint")]
    if may_write:
        columns.append(Column("What you can do"))
    return Table("Documents", columns, rows, empty="No document yet. The record above can stand alone.")


def _withdraw(plan: Plan, one: Document) -> Cell:
    if one.withdrawn_reason:
        return Cell("")
    return Cell(f"Withdraw {one.title}", href=reverse("planning:plan_document_withdraw", args=[plan.pk, one.pk]))
