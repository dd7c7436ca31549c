"""What a contract or a body promised and delivered, by region of the United Kingdom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal.reporting.model import Block, Chart, Prose, Report, Section, Table
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.pages import contract_context
from commonweal_web.contracts.scopes import may
from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.mapping.sheets.shown import drawing
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.reports import documents, region_documents, regions, scopes, shown, workings
from commonweal_web.reports.other_words.documents import Headed
from commonweal_web.reports.region_documents import FORMS, TITLE
from commonweal_web.reports.regions import Placed
from commonweal_web.reports.views.contract import file_response
from commonweal_web.reports.views.other_words import MOST_ROWS, stacked

MOST_KPIS = 20
"""KPIs whose regions the page shows; its files hold all."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose amounts are told, the words above them, and where the page and its files are."""

    placed: Placed
    headed: Headed
    kind: str
    pk: int
    may_export: bool

    @property
    def here(self) -> str:
        return reverse(f"reports:{self.kind}_regions", args=[self.pk])

    def working(self, line: str) -> str:
        return f"{self.here}?{urlencode({'line': line})}"

    def formats(self) -> list[tuple[str, str]]:
        """Return the files that the person may take away, by their words."""
        if not self.may_export or self.placed.empty:
            return []
        return [
            (words, reverse(f"reports:{self.kind}_regions_file", args=[self.pk, form])) for form, words in FORMS.items()
        ]


@requires(Permission.KPI_READ, contract_scope)
def contract_regions(request: HttpRequest, contract: Contract) -> HttpResponse:
    """A contract by region."""
    context = contract_context(contract, "other_words")
    words = reverse("reports:contract_words", args=[contract.pk])
    return _page(request, _of_contract(request, contract), "reports/regions_contract.html", context | {"words": words})


@requires(Permission.EXPORT, contract_scope)
def contract_regions_file(request: HttpRequest, contract: Contract, form: str) -> HttpResponse:
    """The same as a file."""
    return _file(_of_contract, form, contract.reference, request, contract)


@requires(Permission.DASHBOARD_READ, scopes.body_scope)
def body_regions(request: HttpRequest, organisation: Organisation, contracts: QuerySet[Contract]) -> HttpResponse:
    """A body by region."""
    context = {
        "caption": f"Portfolio of {organisation.name}",
        "back": reverse("reports:portfolio", args=[organisation.pk]),
        "words": reverse("reports:portfolio_words", args=[organisation.pk]),
        "part": Contract.objects.filter(authority=organisation).count() > contracts.count(),
    }
    return _page(request, _of_body(request, organisation, contracts), "reports/regions_body.html", context)


@requires(Permission.EXPORT, scopes.body_scope)
def body_regions_file(
    request: HttpRequest, organisation: Organisation, contracts: QuerySet[Contract], form: str
) -> HttpResponse:
    """The same as a file."""
    return _file(_of_body, form, organisation.name, request, organisation, contracts)


def _of_contract(request: HttpRequest, contract: Contract) -> Subject:
    return Subject(
        regions.of_contracts([contract], as_at=clock.today(), body=contract.authority_id),
        Headed(contract.title, f"{contract.reference}, {contract.authority.name}"),
        "contract",
        contract.pk,
        may(request.user, Permission.EXPORT, contract),
    )


def _of_body(request: HttpRequest, body: Organisation, contracts: QuerySet[Contract]) -> Subject:
    rows = contracts.filter(kpis__current__isnull=False).select_related("authority", "call_off_of__authority")
    exports = organisations.organisations_with(request.user, Permission.EXPORT).filter(pk=body.pk).exists()
    return Subject(
        regions.of_contracts(rows.order_by("reference").distinct(), as_at=clock.today(), body=body.pk),
        Headed(body.name, "All contracts that you may see"),
        "portfolio",
        body.pk,
        exports,
    )


def _page(request: HttpRequest, subject: Subject, template: str, context: dict[str, Any]) -> HttpResponse:
    report = region_documents.report_of(subject.placed, subject.headed)
    line = request.GET.get("line", "")
    if line:
        return _working(request, subject, report, line)
    context |= {
        "title": TITLE,
        "as_at": report.as_at,
        "sensitive": subject.placed.facts.sensitive,
        "empty": subject.placed.empty,
        "sections": _sections(report, subject),
        "left": max(0, len(_of_kpis(report)) - MOST_KPIS),
        "formats": subject.formats(),
        "attributions": report.attributions,
    }
    return render(request, template, context)


def _of_kpis(report: Report) -> list[Section]:
    return [section for section in report.sections if section.level == 2]


def _sections(report: Report, subject: Subject) -> list[Mapping[str, Any]]:
    """Return the sections with their blocks; those of KPIs beyond the first many are left to the files."""
    left = _of_kpis(report)[MOST_KPIS:]
    return [
        {
            "anchor": section.anchor,
            "title": section.title,
            "level": section.level,
            "paired": section.level == 2 and isinstance(section.blocks[0], Chart),
            "blocks": stacked([_block(report, block, subject) for block in section.blocks]),
        }
        for section in report.sections
        if section not in left
    ]


def _block(report: Report, block: Block, subject: Subject) -> dict[str, Any]:
    if isinstance(block, Chart):
        return {"kind": "chart", "title": block.title, "drawing": drawing(report, block)}
    if isinstance(block, Prose):
        return {"kind": "prose", "paragraphs": block.paragraphs}
    assert isinstance(block, Table)  # the report has no other blocks
    note = block.note
    if len(block.rows) > MOST_ROWS:
        note = f"The first {MOST_ROWS} of {len(block.rows)} rows. Take a file away for all of them. {note}".strip()
    table = shown.table_of(_first(block), subject.working)
    return {"kind": "table", "table": table, "note": note}


def _first(table: Table) -> Table:
    return Table(table.name, table.caption, table.columns, table.rows[:MOST_ROWS], table.note, table.dense)


def _working(request: HttpRequest, subject: Subject, report: Report, line: str) -> HttpResponse:
    if line not in report.book:
        raise Http404("There is no such figure here today.")
    if request.GET.get("form") == "json":
        return file_response(documents.working_of(report, line), "json", f"{subject.headed.title}-figure")
    context = workings.working_context(report, line, subject.working) | {
        "where": report.title,
        "back": subject.here,
        "back_words": "Back to the regions",
        "as_at": report.as_at,
        "json_url": f"{subject.here}?{urlencode({'line': line, 'form': 'json'})}",
    }
    return render(request, "reports/working.html", context)


def _file(subject_of: Any, form: str, name: str, *arguments: Any) -> HttpResponse:
    if form not in FORMS:
        raise Http404("There is no such format.")
    subject: Subject = subject_of(*arguments)
    content, media_type = region_documents.file_of(subject.placed, subject.headed, form)
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in name)
    day = subject.placed.facts.as_at
    response["Content-Disposition"] = f'attachment; filename="{safe}-regions-{day}.{form}"'
    return response
