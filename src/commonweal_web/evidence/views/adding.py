"""Add files, and take the people out of a spreadsheet: choose columns, look at the copy, keep what is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock, plain_pages
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.evidence import config, services
from commonweal_web.evidence.doors import contract_scope, held_scope
from commonweal_web.evidence.forms import AddForm, ColumnsForm, KeepForm, period_of, posted
from commonweal_web.evidence.models import HeldUpload
from commonweal_web.evidence.services import Added
from commonweal_web.evidence.store import StoreUnavailable
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission

PREVIEW_ROWS = 12
PIECE = 64 * 1024


@requires(Permission.EVIDENCE_UPLOAD, contract_scope)
def add(request: HttpRequest, contract: Contract) -> HttpResponse:
    """Add one file or several."""
    first = {
        "period": period_of(request.GET.get("period", "")),
        "next": safe_next(request, request.GET.get("next", "")),
    }
    form = AddForm(*posted(request), initial=first, most_bytes=config.file_bytes())
    done = Added()
    if request.method == "POST" and form.is_valid():
        try:
            done = _add(request, contract, form.cleaned_data)
        except StoreUnavailable:
            return plain_pages.no_room()
        if done.items:
            messages.success(request, _added_words(len(done.items)))
        if not done.refused:
            return see_other(_after(request, contract, form.cleaned_data, done))
        for refused in done.refused:
            form.add_error("file", refused.message)
    context = {
        "form": form,
        "contract": contract,
        "held": done.held,
        "title": "Add evidence",
        "button": "Add files",
        "cancel_url": first["next"] or reverse("evidence:list", args=[contract.pk]),
        "scanned": config.scanner().configured,
        "multipart": True,
    }
    return render(request, "evidence/add.html", context, status=status_of(form))


def _add(request: HttpRequest, contract: Contract, data: dict[str, Any]) -> Added:
    return services.files_add(
        contract=contract,
        files=[(file.name or "", _pieces(file)) for file in data["file"]],
        note=data["note"],
        period_starts=data["period"],
        people=data["people"],
        go_to=safe_next(request, data["next"]),
        by=request.user,  # type: ignore[arg-type]  # the door let nobody else in
        now=clock.now(),
    )


def _pieces(file: UploadedFile) -> Iterator[bytes]:
    return file.chunks(PIECE)


def _added_words(count: int) -> str:
    return "1 file was added." if count == 1 else f"{count} files were added."


def _after(request: HttpRequest, contract: Contract, data: dict[str, Any], done: Added) -> str:
    if done.held is not None:
        return reverse("evidence:columns", args=[done.held.key])
    return safe_next(request, data["next"]) or reverse("evidence:list", args=[contract.pk])


def safe_next(request: HttpRequest, address: str) -> str:
    """Return an address of this service; nothing for any other."""
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, {request.get_host()})
    return address if safe else ""


@requires(Permission.EVIDENCE_UPLOAD, held_scope)
def columns(request: HttpRequest, held: HeldUpload) -> HttpResponse:
    """Choose what becomes of each column."""
    found = services.held_look(held=held)
    form = ColumnsForm(posted(request)[0], found=found, chosen=held.choices)
    if request.method == "POST" and form.is_valid():
        with with_form_errors(form):
            services.held_choose(held=held, choices=form.choices())
            return see_other(reverse("evidence:keep", args=[held.key]))
    context = {
        "form": form,
        "held": held,
        "found": found,
        "title": "Take people out of the spreadsheet",
        "button": "See the copy",
    }
    return render(request, "evidence/columns.html", context, status=status_of(form))


@requires(Permission.EVIDENCE_UPLOAD, held_scope)
def keep(request: HttpRequest, held: HeldUpload) -> HttpResponse:
    """Look at the copy and say what is kept."""
    preview = services.held_redact(held=held)
    form = KeepForm(posted(request)[0], initial={"keep": "redacted", "name": "Redacted spreadsheet"})
    if request.method == "POST" and form.is_valid():
        with with_form_errors(form):
            _keep(request, held, **form.cleaned_data)
            return see_other(held.go_to or reverse("evidence:list", args=[held.contract_id]))
    context = {
        "form": form,
        "held": held,
        "changed": preview.copy.changed,
        "left_out": preview.found.left_out,
        "sheets": [_shown(*each) for each in zip(preview.copy.sheets, preview.headings, strict=True)],
        "title": "The copy without people",
        "button": "Keep this",
    }
    return render(request, "evidence/keep.html", context, status=status_of(form))


def _keep(request: HttpRequest, held: HeldUpload, keep: str, name: str) -> None:
    by: Any = request.user
    if keep in ("redacted", "both"):
        services.held_finish(held=held, keep=keep, name=name, by=by, now=clock.now())
        said = "The redacted copy was added. The original is deleted." if keep == "redacted" else "Both were added."
    else:
        services.held_as_it_is(held=held, has_people=keep == "named", by=by, now=clock.now())
        said = "1 file was added."
    messages.success(request, said)


def _shown(sheet: tuple[str, tuple[tuple[str, ...], ...]], heading_row: int) -> tuple[list[str], Table]:
    """Return what stands above the headings of a sheet of the copy, line by line, and its first rows as a table."""
    name, rows = sheet
    width = max((len(row) for row in rows), default=0)
    above = [" ".join(filter(None, row)) for row in rows[: max(heading_row, 0)] if any(row)]
    head = rows[heading_row] if heading_row >= 0 else ("",) * width
    rest = [row for row in rows[heading_row + 1 :] if any(cell.strip() for cell in row)]
    more = len(rest) > PREVIEW_ROWS
    table = Table(
        caption=f"{name}: the first {PREVIEW_ROWS} of {len(rest)} rows" if more else f"{name}: all {len(rest)} rows",
        columns=[Column(cell or f"Column {index}") for index, cell in enumerate(head, start=1)],
        rows=[[Cell(cell or "–") for cell in row] for row in rest[:PREVIEW_ROWS]],
        empty="No rows.",
        dense=True,
    )
    return above, table


@requires(Permission.EVIDENCE_UPLOAD, held_scope)
def give_up(request: HttpRequest, held: HeldUpload) -> HttpResponse:
    """Delete a held spreadsheet; nothing of it is kept."""
    contract, go_to = held.contract, held.go_to
    if request.method == "POST":
        by: Any = request.user
        services.held_drop(held=held, by=by, now=clock.now())
        messages.success(request, "The spreadsheet was deleted. Nothing of it was kept.")
        return see_other(go_to or reverse("evidence:list", args=[contract.pk]))
    context = {
        "held": held,
        "title": "Delete this spreadsheet?",
        "button": "Delete it",
        "cancel_url": reverse("evidence:columns", args=[held.key]),
    }
    return render(request, "evidence/give_up.html", context)
