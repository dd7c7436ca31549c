"""The figures of a directorate and of a whole body: four numbers with their day, exceptions first, legacy apart."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal.periods import Period
from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.wording import percent
from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, see_other
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import pounds
from commonweal_web.delivery.returns.timeliness import quarter_of
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Directorate, Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.reports import documents, scopes, workings
from commonweal_web.reports.figures import ContractFigures
from commonweal_web.reports.links import link
from commonweal_web.reports.selectors import bodies as selectors
from commonweal_web.reports.selectors.home import bodies_of
from commonweal_web.reports.views.contract import as_at_of, file_response
from commonweal_web.reports.views.home import due_cell, returns_cell

MOST = 50
"""A whole report of more contracts than this is made by the command line, not while a page waits."""
FORMS = ("pdf", "xlsx", "ods", "json", "zip")
FORM_WORDS = {
    "pdf": "PDF",
    "xlsx": "Excel workbook",
    "ods": "OpenDocument sheet",
    "json": "JSON",
    "zip": "CSV files (zip)",
}


@requires(Permission.DASHBOARD_READ)
def portfolios(request: HttpRequest) -> HttpResponse:
    """The bodies whose figures one may read; straight to the page where there is one."""
    bodies = bodies_of(request.user)
    if len(bodies) == 1:
        return see_other(reverse("reports:portfolio", args=[bodies[0].pk]))
    return render(request, "reports/portfolios.html", {"title": "Portfolios", "bodies": bodies})


@requires(Permission.DASHBOARD_READ, scopes.body_scope)
def portfolio(request: HttpRequest, organisation: Organisation, contracts: QuerySet[Contract]) -> HttpResponse:
    """A whole body."""
    context = _context(request, contracts, reverse("reports:portfolio_working", args=[organisation.pk])) | {
        "title": f"Portfolio of {organisation.name}",
        "caption": "Social value, what was promised and what is proven",
        "directorates": _directorates(contracts),
        "other_words": link("reports:portfolio_words", organisation.pk),
        "part": Contract.objects.filter(authority=organisation).count() > contracts.count(),
        "formats": _formats(request.user, "reports:portfolio_file", organisation.pk, organisation.pk),
    }
    return render(request, "reports/portfolio.html", context)


@requires(Permission.DASHBOARD_READ, scopes.directorate_scope)
def directorate(request: HttpRequest, directorate: Directorate, contracts: QuerySet[Contract]) -> HttpResponse:
    """One directorate of a body."""
    body = directorate.organisation
    context = _context(request, contracts, reverse("reports:directorate_working", args=[directorate.pk])) | {
        "title": directorate.name,
        "caption": body.name,
        "formats": _formats(request.user, "reports:directorate_file", directorate.pk, body.pk),
        "part": Contract.objects.filter(directorate=directorate).count() > contracts.count(),
        "other_words": link("reports:directorate_words", directorate.pk),
        "whole": link("reports:portfolio", body.pk),
        "whole_words": f"Portfolio of {body.name}",
    }
    return render(request, "reports/portfolio.html", context)


def _context(request: HttpRequest, contracts: QuerySet[Contract], address: str) -> dict[str, Any]:
    day = clock.today()
    found = selectors.overview(contracts, day=day, quarter=_quarter(request))
    working = address if len(found.rows) <= MOST else ""
    return {
        "overview": found,
        "day": day,
        "numbers": _numbers(found, working),
        "table": _table(found),
        "without_kpis": link("contracts:without_kpis"),
        "received": _share(found.returns.received_percent if found.returns else None),
        "on_time": _share(found.returns.on_time_percent if found.returns else None),
        "legacy_share": _share(found.legacy.spend_percent),
    }


def _quarter(request: HttpRequest) -> Period | None:
    try:
        return quarter_of(dt.date.fromisoformat(request.GET.get("quarter", "")))
    except ValueError:
        return None


def _share(value: Decimal | None) -> str:
    return percent(value.quantize(Decimal("0.1"), ROUND_HALF_UP)) if value is not None else "–"


def _numbers(found: selectors.Overview, working: str) -> list[dict[str, str]]:
    totals = found.totals
    of = f"{totals.with_pounds} contract{'' if totals.with_pounds == 1 else 's'} with pounds"
    share = totals.verified_percent
    against = f"{_share(share)} of what was due is verified" if share is not None else "nothing is due yet"
    said = (
        ("due", "Due to date", totals.due_pence, of),
        ("verified", "Verified", totals.verified_pence, against),
        ("pending", "Pending", totals.pending_pence, "claimed, not checked yet"),
    )
    money = [
        {
            "label": label,
            "value": pounds(pence),
            "detail": detail,
            "figure": f"{working}?line=portfolio/{line}/pounds" if working and pence else "",
        }
        for line, label, pence, detail in said
    ]
    return [
        *money,
        {
            "label": "Missing returns",
            "value": str(totals.missing),
            "detail": f"of {totals.contracts} contract{'' if totals.contracts == 1 else 's'}",
        },
    ]


def _table(found: selectors.Overview) -> Table:
    columns = [
        Column("Contract"),
        Column("Supplier"),
        Column("Returns"),
        Column("Standing"),
        Column("Due to date", numeric=True, unit="£"),
        Column("Verified", numeric=True, unit="£"),
        Column("Pending", numeric=True, unit="£"),
        Column("Verified of what was due"),
    ]
    totals = found.totals
    total = [
        "Total, each thing once" if totals.within else "Total",
        "",
        f"{totals.missing} missing" if totals.missing else "",
        "",
    ]
    money = [_money(pence) for pence in (totals.due_pence, totals.verified_pence, totals.pending_pence)]
    cells = [*(Cell(text) for text in total), *money, Cell(_share(totals.verified_percent))]
    return Table(
        "By contract, exceptions first",
        columns,
        [_row(row) for row in found.rows],
        total=cells if found.rows else (),
        empty="No contract here has KPIs yet. Contracts without KPIs stand on their own line below.",
        dense=True,
        stacks=True,
    )


def _row(row: ContractFigures) -> list[Cell]:
    return [
        Cell(row.contract.title, href=link("reports:contract", row.contract.pk), hint=row.contract.reference),
        Cell(row.supplier),
        returns_cell(row),
        Cell(rag=row.rag, rag_words=row.rag_words) if row.rag else Cell(row.rag_words),
        _money(row.due_pence),
        _money(row.verified_pence),
        _money(row.pending_pence),
        due_cell(row),
    ]


def _money(pence: int) -> Cell:
    return Cell(pounds(pence).removeprefix("£"))


def _directorates(contracts: QuerySet[Contract]) -> list[dict[str, Any]]:
    rows = contracts.filter(directorate__isnull=False).order_by("directorate__name")
    counted = rows.values("directorate", "directorate__name").annotate(count=Count("pk", distinct=True))
    return [
        {
            "name": row["directorate__name"],
            "href": link("reports:directorate", row["directorate"]),
            "count": row["count"],
        }
        for row in counted
    ]


def _formats(user: Any, name: str, pk: int, body: int) -> list[tuple[str, str]]:
    if not organisations.organisations_with(user, Permission.EXPORT).filter(pk=body).exists():
        return []
    return [(FORM_WORDS[form], reverse(name, args=[pk, form])) for form in FORMS]


@requires(Permission.EXPORT, scopes.body_scope)
def portfolio_file(
    request: HttpRequest, organisation: Organisation, contracts: QuerySet[Contract], form: str
) -> HttpResponse:
    """The whole report on a body, as a file."""
    return _file(request, contracts, form, organisation.name)


@requires(Permission.EXPORT, scopes.directorate_scope)
def directorate_file(
    request: HttpRequest, directorate: Directorate, contracts: QuerySet[Contract], form: str
) -> HttpResponse:
    """The whole report on a directorate, as a file."""
    return _file(request, contracts, form, f"{directorate.organisation.name}, {directorate.name}")


@requires(Permission.DASHBOARD_READ, scopes.body_scope)
def portfolio_working(request: HttpRequest, organisation: Organisation, contracts: QuerySet[Contract]) -> HttpResponse:
    """How a figure of a body is worked out, down to the movements."""
    return _working(request, contracts, reverse("reports:portfolio", args=[organisation.pk]), organisation.name)


@requires(Permission.DASHBOARD_READ, scopes.directorate_scope)
def directorate_working(request: HttpRequest, directorate: Directorate, contracts: QuerySet[Contract]) -> HttpResponse:
    """How a figure of a directorate is worked out, down to the movements."""
    return _working(request, contracts, reverse("reports:directorate", args=[directorate.pk]), directorate.name)


def _working(request: HttpRequest, contracts: QuerySet[Contract], back: str, name: str) -> HttpResponse:
    line = request.GET.get("line", "")
    report = _report(request, contracts, name)
    if line not in report.book:
        return see_other(back)  # nothing came into it yet, which is not the same as zero
    if request.GET.get("form") == "json":
        return file_response(documents.working_of(report, line), "json", f"{name}-figure")
    context = workings.working_context(report, line, lambda other: f"?{urlencode({'line': other})}") | {
        "where": name,
        "back": back,
        "back_words": f"Back to {name}",
        "as_at": report.as_at,
        "json_url": f"?{urlencode({'line': line, 'form': 'json'})}",
    }
    return render(request, "reports/working.html", context)


def _file(request: HttpRequest, contracts: QuerySet[Contract], form: str, title: str) -> HttpResponse:
    if form not in FORMS:
        raise Http404("There is no such format.")
    report = _report(request, contracts, title)
    if form != "zip":
        return file_response(report, form, title)
    response = HttpResponse(_zipped(render_csv(report)), content_type="application/zip")
    safe = "".join(letter if letter.isalnum() else "-" for letter in title)
    response["Content-Disposition"] = f'attachment; filename="{safe}-{report.as_at}-csv.zip"'
    return response


def _report(request: HttpRequest, contracts: QuerySet[Contract], title: str) -> Report:
    rows = list(contracts.select_related("authority", "directorate").order_by("reference")[: MOST + 1])
    if not rows:
        raise Refused("There is no contract here to report on.", code="empty")
    if len(rows) > MOST:
        raise Refused(
            f"A report is made here for {MOST} contracts at most. Take it away directorate by directorate.",
            code="too_many",
        )
    return documents.whole_report(rows, title=title, as_at=as_at_of(request))


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
