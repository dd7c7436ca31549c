"""The pack of an approved version: its pages and files, for everybody who reads the plan."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core.http import render
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import plan_scope
from commonweal_web.planning.models import Plan
from commonweal_web.planning.pack import files, selectors, shown
from commonweal_web.planning.pack.content import Asked, asked_of
from commonweal_web.planning.plans.content import sha256_of

FOLDER = "planning/pack"
KINDS = (
    ("tender-pack", "Tender pack", "What bidders read: what is expected, of which measures, and how it is scored."),
    ("marking-scheme", "Marking scheme", "What evaluators read: questions, scale, points, a sheet for marks."),
    ("bid-workbook", "Bid workbook", "What bidders fill in: a number and a text for each measure."),
    ("return-template", "Return template", "What the winner will fill in each quarter."),
)
PAGES = {"tender-pack": "pack_tender", "marking-scheme": "pack_marking"}


@requires(Permission.PLAN_READ, plan_scope)
def pack_list(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The files of the newest approved version, and the packs of those before it."""
    versions = list(selectors.versions_of(plan))
    asked = asked_of(versions[0]) if versions else None
    context = _context(plan, "Tender pack") | {
        "latest": versions[0] if versions else None,
        "asked": asked,
        "kinds": _kinds(plan, asked) if asked else [],
        "earlier": _earlier(plan, versions[1:]),
        "same": bool(versions) and sha256_of(versions[0].content) == versions[0].sha256,
    }
    return render(request, f"{FOLDER}/list.html", context)


@requires(Permission.PLAN_READ, plan_scope)
def pack_version(request: HttpRequest, plan: Plan, number: int) -> HttpResponse:
    """The files of one approved version."""
    version = selectors.version_of(plan, number)
    asked = asked_of(version)
    context = _context(plan, f"Pack of version {number}") | {
        "latest": version,
        "asked": asked,
        "kinds": _kinds(plan, asked),
        "earlier": None,
        "same": sha256_of(version.content) == version.sha256,
    }
    return render(request, f"{FOLDER}/list.html", context)


@requires(Permission.PLAN_READ, plan_scope)
def pack_tender(request: HttpRequest, plan: Plan, number: int) -> HttpResponse:
    """The tender pack on a page."""
    return _document(request, plan, number, "tender-pack")


@requires(Permission.PLAN_READ, plan_scope)
def pack_marking(request: HttpRequest, plan: Plan, number: int) -> HttpResponse:
    """The marking scheme on a page."""
    return _document(request, plan, number, "marking-scheme")


@requires(Permission.PLAN_READ, plan_scope)
def pack_tender_file(request: HttpRequest, plan: Plan, number: int, form: str) -> HttpResponse:
    """The tender pack as a file."""
    return _file(plan, number, "tender-pack", form)


@requires(Permission.PLAN_READ, plan_scope)
def pack_marking_file(request: HttpRequest, plan: Plan, number: int, form: str) -> HttpResponse:
    """The marking scheme as a file."""
    return _file(plan, number, "marking-scheme", form)


@requires(Permission.PLAN_READ, plan_scope)
def pack_bid_file(request: HttpRequest, plan: Plan, number: int, form: str) -> HttpResponse:
    """The bid workbook."""
    return _file(plan, number, "bid-workbook", form)


@requires(Permission.PLAN_READ, plan_scope)
def pack_return_file(request: HttpRequest, plan: Plan, number: int, form: str) -> HttpResponse:
    """The return template."""
    return _file(plan, number, "return-template", form)


FILES = {
    "tender-pack": "pack_tender_file",
    "marking-scheme": "pack_marking_file",
    "bid-workbook": "pack_bid_file",
    "return-template": "pack_return_file",
}


def _context(plan: Plan, title: str) -> dict[str, Any]:
    return {"plan": plan, "caption": f"{plan.reference}, {plan.authority}", "title": title}


def _kinds(plan: Plan, asked: Asked) -> list[dict[str, Any]]:
    """Return each kind of file with its page, if it has one, and its formats."""
    return [
        {
            "title": title,
            "about": about,
            "page": reverse(f"planning:{PAGES[kind]}", args=[plan.pk, asked.number]) if kind in PAGES else "",
            "files": _links(plan, asked.number, kind),
        }
        for kind, title, about in KINDS
    ]


def _links(plan: Plan, number: int, kind: str) -> list[dict[str, str]]:
    return [
        {"words": files.FORMATS[form].words, "href": reverse(f"planning:{FILES[kind]}", args=[plan.pk, number, form])}
        for form in files.forms_of(kind)
    ]


def _earlier(plan: Plan, versions: list[Any]) -> Table:
    rows = [
        [
            Cell(f"Version {one.number}", href=reverse("planning:pack_version", args=[plan.pk, one.number])),
            Cell(moment(one.approved_at)),
            Cell(one.sha256[:12]),
        ]
        for one in versions
    ]
    return Table("Packs of earlier versions", [Column("Version"), Column("Approved"), Column("Fingerprint")], rows)


def _document(request: HttpRequest, plan: Plan, number: int, kind: str) -> HttpResponse:
    asked = asked_of(selectors.version_of(plan, number))
    report = files.DOCUMENTS[kind](asked)
    title = next(words for name, words, _ in KINDS if name == kind)
    context = _context(plan, f"{title} of version {number}") | {
        "asked": asked,
        "report": report,
        "sections": shown.sections_of(report),
        "workings": shown.workings_of(report),
        "files": _links(plan, number, kind),
    }
    return render(request, f"{FOLDER}/document.html", context)


def _file(plan: Plan, number: int, kind: str, form: str) -> HttpResponse:
    asked = asked_of(selectors.version_of(plan, number))
    try:
        made = files.file_of(asked, kind, form)
    except KeyError:
        raise Http404("There is no such file.") from None
    response = HttpResponse(made, content_type=files.FORMATS[form].media_type)
    response["Content-Disposition"] = f'attachment; filename="{files.name_of(asked, kind, form)}"'
    return response
