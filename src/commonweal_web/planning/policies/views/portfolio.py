"""The planned procurements of a quarter."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal_web.core import clock
from commonweal_web.core.forms import PageForm
from commonweal_web.core.http import render
from commonweal_web.frameworks.keeping.selectors import may
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.policies import pages
from commonweal_web.planning.policies import portfolio_pages as shown
from commonweal_web.planning.policies.portfolio import (
    Line,
    Portfolio,
    portfolio_of,
    quarter_of,
    quarters_around,
    sees_whole,
    visible_plans,
)
from commonweal_web.planning.policies.scopes import body_scope

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {
    "xlsx": ("Excel workbook", XLSX),
    "ods": ("OpenDocument sheet", "application/vnd.oasis.opendocument.spreadsheet"),
    "zip": ("CSV files (zip)", "application/zip"),
}


class QuarterForm(PageForm):
    """Which quarter."""

    quarter = forms.ChoiceField(label="Quarter", required=False)

    def __init__(self, *args: object, today: dt.date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.start.isoformat(), one.label) for one in quarters_around(today)]
        self.fields["quarter"].choices = offered  # type: ignore[attr-defined]
        self.fields["quarter"].optional_mark = False  # type: ignore[attr-defined]  # the running one is chosen


@requires(Permission.DASHBOARD_READ, body_scope)
def policy_portfolio(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Average weight against the floor, the panel's list, and what running contracts have."""
    found, form = _found(request, body)
    lines = _lines(request, found)
    several = len({line.plan.authority_id for line in found.lines} | {body.pk}) > 1
    chosen = found.quarter.start.isoformat()
    context = pages.body_context(body, request.user, "portfolio") | shown.facts_of(found)
    context |= {
        "title": f"Planned procurements, {found.quarter.label}",
        "filter": form,
        "found": found,
        "as_at": found.on,
        "table": shown.plans_table(lines, visible_plans(request.user, lines), several=several),
        "hidden": len(found.lines) - len(lines),
        "cover": shown.cover_table(found.cover),
        "note": shown.NOTE,
        "files": [
            (f"{reverse('planning:policy_portfolio_file', args=[body.pk, form])}?quarter={chosen}", words)
            for form, (words, _) in FORMS.items()
            if may(request.user, Permission.EXPORT, body)
        ],
    }
    return render(request, "planning/policies/portfolio.html", context)


@requires(Permission.EXPORT, body_scope)
def policy_portfolio_file(request: HttpRequest, body: Organisation, form: str) -> HttpResponse:
    """The quarter to take away."""
    if form not in FORMS:
        raise Http404("There is no such format.")
    found, _ = _found(request, body)
    report = shown.report_of(found, _lines(request, found))
    response = HttpResponse(_rendered(report, form), content_type=FORMS[form][1])
    response["Content-Disposition"] = f'attachment; filename="{shown.file_name(found)}.{form}"'
    return response


def _found(request: HttpRequest, body: Organisation) -> tuple[Portfolio, QuarterForm]:
    today = clock.today()
    form = QuarterForm(request.GET or None, today=today, initial={"quarter": quarter_of(today).start.isoformat()})
    said = form.cleaned_data["quarter"] if form.is_valid() else ""
    start = dt.date.fromisoformat(said) if said else today
    return portfolio_of(body, quarter_of(start), today), form


def _lines(request: HttpRequest, found: Portfolio) -> list[Line]:
    """The lines that somebody may read: all of them, or those of plans in which they have a part."""
    if sees_whole(request.user, found.body):
        return list(found.lines)
    mine = visible_plans(request.user, found.lines)
    return [line for line in found.lines if line.plan.pk in mine]


def _rendered(report: Report, form: str) -> bytes:
    if form == "xlsx":
        return render_xlsx(report)
    if form == "ods":
        return render_ods(report)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in render_csv(report).items():
            archive.writestr(name, content)
    return buffer.getvalue()
