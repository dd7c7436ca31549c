"""What a contract, a directorate or a body promised and delivered, told in another framework or for the goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.shares import Choices
from commonweal.reporting.model import Block, Report, Table
from commonweal_web.contracts.doors import contract_scope
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.pages import contract_context
from commonweal_web.contracts.scopes import may
from commonweal_web.contracts.selectors.call_offs import under_in_words
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, status_of
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Directorate, Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.reports import documents, scopes, shown, workings
from commonweal_web.reports.other_words import balances, overview
from commonweal_web.reports.other_words import documents as told_documents
from commonweal_web.reports.other_words.choices import ShareForm, undecided
from commonweal_web.reports.other_words.documents import FORMS, Headed, file_of, report_of, title_of
from commonweal_web.reports.other_words.facts import Facts, framework_name, of_contract
from commonweal_web.reports.other_words.telling import reachable, tell
from commonweal_web.reports.views.contract import as_at_of, file_response

MOST_TYPED = 120
MOST_ROWS = 60
"""Rows of a table on the page; its files hold all."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page belongs: the beginning of its routes' names, and the id of its contract, directorate or body."""

    kind: str
    pk: int
    title: str

    @property
    def here(self) -> str:
        return reverse(f"reports:{self.kind}_words", args=[self.pk])

    def file(self, form: str) -> str:
        return reverse(f"reports:{self.kind}_words_file", args=[self.pk, form])


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose deliveries are told: the facts, the words above them, and where the page and its files are."""

    facts: Facts
    headed: Headed
    place: Place
    query: Mapping[str, str]
    may_export: bool

    def url(self, **query: str) -> str:
        """Return the address of this page with `query` behind it."""
        return f"{self.place.here}?{urlencode({**self.query, **query})}"

    def formats(self, query: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the files that the person may take away, by their words."""
        behind = urlencode({**self.query, **query})
        return [(words, f"{self.place.file(form)}?{behind}") for form, words in FORMS.items() if self.may_export]


@requires(Permission.KPI_READ, contract_scope)
def contract_words(request: HttpRequest, contract: Contract) -> HttpResponse:
    """A contract in other frameworks."""
    context = contract_context(contract, "other_words") | {
        "under": under_in_words(contract),
        "regions_url": reverse("reports:contract_regions", args=[contract.pk]),
    }
    return _page(request, _of_contract(request, contract), "reports/other_words_contract.html", context)


@requires(Permission.EXPORT, contract_scope)
def contract_words_file(request: HttpRequest, contract: Contract, form: str) -> HttpResponse:
    """The same as a file."""
    return _file(request, form, lambda: _of_contract(request, contract), contract.reference)


@requires(Permission.DASHBOARD_READ, scopes.body_scope)
def body_words(request: HttpRequest, organisation: Organisation, contracts: QuerySet[Contract]) -> HttpResponse:
    """A body in other frameworks."""
    context = {
        "caption": f"Portfolio of {organisation.name}",
        "back": reverse("reports:portfolio", args=[organisation.pk]),
        "regions_url": reverse("reports:portfolio_regions", args=[organisation.pk]),
        "part": Contract.objects.filter(authority=organisation).count() > contracts.count(),
    }
    subject = _of_many(request, contracts, organisation, Place("portfolio", organisation.pk, organisation.name))
    return _page(request, subject, "reports/other_words_body.html", context)


@requires(Permission.EXPORT, scopes.body_scope)
def body_words_file(
    request: HttpRequest, organisation: Organisation, contracts: QuerySet[Contract], form: str
) -> HttpResponse:
    """The same as a file."""
    place = Place("portfolio", organisation.pk, organisation.name)
    return _file(request, form, lambda: _of_many(request, contracts, organisation, place), organisation.name)


@requires(Permission.DASHBOARD_READ, scopes.directorate_scope)
def directorate_words(request: HttpRequest, directorate: Directorate, contracts: QuerySet[Contract]) -> HttpResponse:
    """A directorate in other frameworks."""
    body = directorate.organisation
    context = {
        "caption": f"{directorate.name}, {body.name}",
        "back": reverse("reports:directorate", args=[directorate.pk]),
        "part": Contract.objects.filter(directorate=directorate).count() > contracts.count(),
    }
    subject = _of_many(request, contracts, body, Place("directorate", directorate.pk, directorate.name))
    return _page(request, subject, "reports/other_words_body.html", context)


@requires(Permission.EXPORT, scopes.directorate_scope)
def directorate_words_file(
    request: HttpRequest, directorate: Directorate, contracts: QuerySet[Contract], form: str
) -> HttpResponse:
    """The same as a file."""
    body, place = directorate.organisation, Place("directorate", directorate.pk, directorate.name)
    return _file(request, form, lambda: _of_many(request, contracts, body, place), f"{body.name}, {directorate.name}")


def _of_contract(request: HttpRequest, contract: Contract) -> Subject:
    as_at = as_at_of(request)
    return Subject(
        of_contract(contract, as_at=as_at),
        Headed(contract.title, f"{contract.reference}, {contract.authority.name}"),
        Place("contract", contract.pk, contract.title),
        {} if as_at == clock.today() else {"as_at": as_at.isoformat()},
        may(request.user, Permission.EXPORT, contract),
    )


def _of_many(request: HttpRequest, contracts: QuerySet[Contract], body: Organisation, place: Place) -> Subject:
    rows = contracts.filter(kpis__current__isnull=False).select_related("authority", "call_off_of__authority")
    facts = balances.of_contracts(rows.order_by("reference").distinct(), as_at=clock.today(), body=body.pk)
    exports = organisations.organisations_with(request.user, Permission.EXPORT).filter(pk=body.pk).exists()
    return Subject(facts, Headed(place.title, body.name), place, {}, exports)


def _page(request: HttpRequest, subject: Subject, template: str, context: dict[str, Any]) -> HttpResponse:
    facts, release = subject.facts, request.GET.get("to", "")
    common = context | {
        "as_at": facts.as_at,
        "sensitive": facts.sensitive,
        "empty": not facts.known,
        "introduction": told_documents.INTRODUCTION,
    }
    if not release or not facts.known:
        return render(request, template, common | _choosing(subject))
    form = _answers(request, facts, release)
    release = form.release
    common |= _tabs(subject, release) | {"title": title_of(release), "release": release, "form": form}
    choices = form.choices()
    if choices is None:
        return render(request, template, common | {"deciding": True}, status_of(form))
    return _told(request, subject, template, common, choices)


def _answers(request: HttpRequest, facts: Facts, release: str) -> ShareForm:
    """Return the questions of a release with what the address answers. Raises UnknownCode for none of that name."""
    crosswalk = facts.frames.crosswalk
    release = crosswalk.known(release[:MOST_TYPED])
    return ShareForm(
        request.GET, undecided(facts.measures, release, facts.as_at, crosswalk), release, crosswalk.items
    )  # fmt: skip


def _told(
    request: HttpRequest, subject: Subject, template: str, common: dict[str, Any], choices: Choices
) -> HttpResponse:
    form, release = common["form"], common["release"]
    told = tell(subject.facts, release, choices)
    query = {"to": release, **form.query()}
    report = report_of(subject.facts, told, subject.headed)
    line = request.GET.get("line", "")
    if line:
        return _working(request, subject, report, line, query)
    blocks = [_shortened(block) for block in report.sections[0].blocks[1:]]
    context = common | {
        "blocks": stacked(shown.blocks_of_many(blocks, lambda one: subject.url(**query, line=one))),
        "formats": subject.formats(query),
        "attributions": report.attributions,
    }
    return render(request, template, context)


def stacked(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the blocks of a page with tables that become one block a row on a phone."""
    return [
        block | {"table": replace(block["table"], stacks=True)} if block["kind"] == "table" else block
        for block in blocks
    ]


def _shortened(block: Block) -> Block:
    """Return a table as the page shows it: a body's may list thousands of KPIs."""
    if not isinstance(block, Table) or len(block.rows) <= MOST_ROWS:
        return block
    note = f"The first {MOST_ROWS} of {len(block.rows)} rows. Take a file away for all of them. {block.note}"
    return replace(block, rows=block.rows[:MOST_ROWS], note=note.strip())


def _working(request: HttpRequest, subject: Subject, report: Report, line: str, query: dict[str, str]) -> HttpResponse:
    if line not in report.book:
        raise Http404("There is no such figure here on that day.")
    if request.GET.get("form") == "json":
        return file_response(documents.working_of(report, line), "json", f"{subject.headed.title}-figure")
    context = workings.working_context(report, line, lambda one: subject.url(**query, line=one)) | {
        "where": report.title,
        "back": subject.url(**query),
        "back_words": f"Back to {framework_name(query['to'])}",
        "as_at": report.as_at,
        "json_url": subject.url(**query, line=line, form="json"),
    }
    return render(request, "reports/working.html", context)


def _choosing(subject: Subject) -> dict[str, Any]:
    """The frameworks that can be reached, with how much each of them covers."""
    facts = subject.facts
    compared = [facts.newer] if facts.newer else []
    return {
        "title": "In other frameworks",
        "table": overview.table(facts, lambda release: subject.url(to=release)) if facts.known else None,
        "blocks": stacked(shown.blocks_of_many(compared, lambda line: subject.url(to=_first(facts), line=line))),
        "attributions": told_documents.attributions([*facts.own_releases, *reachable(facts)]),
    }


def _first(facts: Facts) -> str:
    """A release in which a figure of the comparison can be opened: its own tells everything as it is."""
    return (facts.own_releases or (GOALS,))[0]


def _tabs(subject: Subject, release: str) -> dict[str, Any]:
    releases = reachable(subject.facts)
    return {
        "all_url": subject.url(),
        "releases": [
            {"text": overview.name_of(one), "href": subject.url(to=one), "current": one == release}
            for one in (releases if release in releases else [*releases, release])
        ],
    }


def _file(request: HttpRequest, form: str, subject_of: Any, name: str) -> HttpResponse:
    if form not in FORMS:
        raise Http404("There is no such format.")
    if not request.GET.get("to"):
        raise Refused("Choose the framework first: open the page, choose one, and take it away there.", code="to")
    subject: Subject = subject_of()
    facts = subject.facts
    answers = _answers(request, facts, request.GET["to"])
    release, choices = answers.release, answers.choices()
    if choices is None:
        said = "; ".join(str(text) for texts in answers.errors.values() for text in texts)
        raise Refused(said or "Say first to which of several measures each delivery goes.", code="choice_needed")
    report = report_of(facts, tell(facts, release, choices), subject.headed)
    content, media_type = file_of(report, form)
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in f"{name}-in-{release}")
    response["Content-Disposition"] = f'attachment; filename="{safe}-{report.as_at}.{form}"'
    return response
