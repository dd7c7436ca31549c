"""The pages of a sheet: the overview, one KPI, the workbook, the report, and what is taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal.crosswalk.sheet import kpis
from commonweal_web.core import clock, stale
from commonweal_web.core.errors import StaleVersion
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.idempotency import FIELD, form_hash, idempotent
from commonweal_web.mapping.models import Frozen, Sheet
from commonweal_web.mapping.sheets import conflicts, documents, pages, selectors, services
from commonweal_web.mapping.sheets.forms import KeepForm, KpiForm, WorkbookForm
from commonweal_web.mapping.sheets.opened import Opened, not_too_many, not_too_many_pdfs, token_scope
from commonweal_web.mapping.sheets.shown import sections_of
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import public, requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission


@require_POST
@public
def make(request: HttpRequest, digest: str) -> HttpResponse:
    """Make an empty sheet of a summary, and go to it."""
    frozen = get_object_or_404(Frozen, digest=digest)
    not_too_many(request)
    _, token = services.sheet_make(frozen=frozen, by=request.user, now=clock.now())
    return see_other(reverse("mapping:sheet", args=[token]))


def overview(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Step 3: every KPI with its totals, by region, and in the other frameworks."""
    return render(request, "mapping/sheets/sheet.html", pages.overview(opened))


def kpi(request: HttpRequest, opened: Opened, number: int) -> HttpResponse:
    """Fill in one KPI."""
    things = kpis(opened.summary)
    if not 1 <= number <= len(things):
        raise Http404("This sheet has no such KPI.")
    thing = things[number - 1]
    form = KpiForm(request.POST or None, sheet=opened.filled, thing=thing, version=opened.sheet.version)
    conflict = None
    if form.is_valid():
        try:
            with with_form_errors(form):
                _fill(opened, form, request.user)
                messages.success(request, f"{thing.code} is saved.")
                last = number == len(things) or request.POST.get("act") == "back"
                return see_other(opened.url("sheet") if last else opened.url("sheet_kpi", number + 1))
        except StaleVersion:
            opened = opened.anew()
            sent = stale.renewed(request.POST, opened.sheet.version)
            newest = KpiForm(sent, sheet=opened.filled, thing=thing, version=opened.sheet.version)
            conflict = stale.beside(form, newest.initial)
            form = newest
    page = pages.kpi(opened, form, number, len(things)) | {"conflict": conflict}
    return render(request, "mapping/sheets/kpi.html", page, stale.status(form, conflict))


def _fill(opened: Opened, form: KpiForm, by: Any) -> None:
    services.kpi_fill(
        sheet=opened.sheet,
        row=form.thing.id,
        amounts=form.amounts(),
        data=form.known(),
        shares=form.shares(),
        by=by,
        now=clock.now(),
        shown=form.cleaned_data["version"],
    )


def workbook(request: HttpRequest, opened: Opened, form: str) -> HttpResponse:
    """The workbook, filled in as far as the sheet is."""
    content = documents.workbook_of(opened.filled, form)
    return _download(
        content, documents.WORKBOOKS[form], documents.file_name(opened.filled, "sheet", clock.today(), form)
    )


def upload(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Take a filled workbook, all of it or nothing, with one line for each problem."""
    initial = {"version": opened.sheet.version}
    form = WorkbookForm(request.POST or None, request.FILES or None, initial=initial)
    wrong: list[Any] = []
    conflict = None
    if form.is_valid():
        with with_form_errors(form):
            file = form.cleaned_data["file"]
            found = documents.workbook_read(file.read(), file.name, sheet=opened.filled)
            wrong = found.wrong
            if not wrong:
                try:
                    _take_over(opened, found, form.cleaned_data["version"], request.user)
                except StaleVersion:
                    opened = opened.anew()
                    conflict = conflicts.of_workbook(opened.filled, found.read)
                    form = WorkbookForm(initial={"version": opened.sheet.version})
                else:
                    messages.success(request, "The workbook is taken over. Check the totals below.")
                    return see_other(opened.url("sheet"))
            else:
                form.add_error("file", f"Nothing was taken over: {len(wrong)} cells must be mended first.")
    page = pages.workbook(opened, form, wrong) | {"conflict": conflict}
    return render(request, "mapping/sheets/workbook.html", page, stale.status(form, conflict))


def _take_over(opened: Opened, found: documents.Upload, shown: int | None, by: Any) -> None:
    services.sheet_fill(
        sheet=opened.sheet,
        amounts=found.read.amounts,
        data=found.read.data,
        shares=found.read.shares,
        sha256=found.sha256,
        by=by,
        now=clock.now(),
        shown=shown,
    )


def report(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Step 4: commitments and delivery by region, in other frameworks, and for the goals."""
    made = documents.report_of(opened.filled, as_at=clock.today())
    context = pages.context(opened, "sheet_report") | {
        "title": made.title,
        "report": made,
        "sections": sections_of(made),
        "csv_url": opened.url("sheet_file", "csv"),
        "pdf_url": opened.url("sheet_file", "pdf"),
    }
    return render(request, "mapping/sheets/report.html", context)


def report_file(request: HttpRequest, opened: Opened, form: str) -> HttpResponse:
    """The report in a form to take away."""
    if form == "pdf":
        not_too_many_pdfs(request)
    content, media_type = documents.file_of(opened.filled, form, as_at=clock.today())
    return _download(content, media_type, documents.file_name(opened.filled, "report", clock.today(), form))


def take_away(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Step 5: every download, the permanent link of the summary, and keeping the sheet."""
    return render(request, "mapping/sheets/take_away.html", pages.take_away(opened, _keep_form(request, opened)))


def _keep_form(request: HttpRequest, opened: Opened) -> KeepForm | None:
    if not request.user.is_authenticated or opened.sheet.owner_id is not None:
        return None
    return KeepForm(bodies=_bodies(request.user))


def _bodies(user: Any) -> Any:
    return Organisation.objects.filter(pk__in=organisations.memberships(user).values("organisation"))


@require_POST
@requires(Permission.ACCOUNT_OWN, token_scope)
def keep(request: HttpRequest, sheet: Sheet, token: str) -> HttpResponse:
    """Keep a sheet for the person who is signed in."""
    form = KeepForm(request.POST, bodies=_bodies(request.user))
    if form.is_valid():
        with with_form_errors(form):

            def act() -> str:
                done = services.sheet_keep(sheet=sheet, by=request.user, now=clock.now(), **form.cleaned_data)
                return reverse("mapping:kept_sheet", args=[done.pk])

            done = idempotent(
                user=request.user,
                key=request.POST.get(FIELD, ""),
                body_hash=form_hash(request.POST),
                act=act,
                now=clock.now(),
            )
            messages.success(request, "The sheet is kept. You find it among your sheets.")
            return see_other(done.reference)
    opened = Opened(sheet, request.user, token)
    return render(request, "mapping/sheets/take_away.html", pages.take_away(opened, form), status_of(form))


@requires(Permission.ACCOUNT_OWN)
def my_sheets(request: HttpRequest) -> HttpResponse:
    """The sheets that a person keeps, and those that colleagues keep."""
    rows = selectors.readable(request.user).order_by("-changed_at")
    return render(request, "mapping/sheets/list.html", pages.my_sheets(rows, request.user))


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
