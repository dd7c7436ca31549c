"""The locked versions of a plan in words, with their hash, and two of them side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.pages import number as number_of
from commonweal_web.core.http import render
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import plan_scope
from commonweal_web.planning.models import Plan, PlanVersion
from commonweal_web.planning.plans import pages, selectors, words
from commonweal_web.planning.plans.content import content_of, sha256_of

NOW = "now"


@requires(Permission.PLAN_READ, plan_scope)
def plan_versions(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The versions that the director locked, and the plan as it stands."""
    versions = list(selectors.versions_of(plan))
    rows = [
        [
            Cell(f"Version {one.number}", href=reverse("planning:plan_version", args=[plan.pk, one.number])),
            Cell(moment(one.approved_at)),
            Cell(one.approved_by.name),
            Cell(one.sha256[:12]),
        ]
        for one in versions
    ]
    columns = [Column("Version"), Column("Approved"), Column("By"), Column("Fingerprint")]
    empty = "No version yet. The plan is locked as version 1 when the strategic director approves its KPIs."
    context = pages.plan_context(plan, request.user, "plan_versions") | {
        "title": "Versions",
        "table": Table("Locked versions", columns, rows, empty=empty),
        "choices": [(str(one.number), f"Version {one.number}") for one in versions],
        "groups": words.grouped(words.lines_of(content_of(plan))),
    }
    return render(request, "planning/plans/versions.html", context)


@requires(Permission.PLAN_READ, plan_scope)
def plan_version(request: HttpRequest, plan: Plan, number: int) -> HttpResponse:
    """One version in words, with its hash worked out again."""
    found = _version(plan, number)
    context = pages.plan_context(plan, request.user, "plan_versions") | {
        "title": f"Version {found.number}",
        "found": found,
        "same": sha256_of(found.content) == found.sha256,
        "groups": words.grouped(words.lines_of(found.content)),
    }
    return render(request, "planning/plans/version.html", context)


@requires(Permission.PLAN_READ, plan_scope)
def plan_compare(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Two versions side by side: what is different, or everything."""
    versions = [str(one) for one in selectors.versions_of(plan).values_list("number", flat=True)]
    latest = versions[0] if versions else NOW
    left, right = request.GET.get("from", latest), request.GET.get("to", NOW)
    pairs = words.side_by_side(_content(plan, left), _content(plan, right))
    different = [one for one in pairs if one.what]
    whole = request.GET.get("all") == "yes"
    context = pages.plan_context(plan, request.user, "plan_versions") | {
        "title": f"{_called(left)} and {_called(right, inside=True)} side by side",
        "table": _table(pairs if whole else different, _called(left), _called(right)),
        "unchanged": len(pairs) - len(different),
        "whole": whole,
        "left": left,
        "right": right,
        "choices": [(NOW, "The plan as it stands"), *((one, f"Version {one}") for one in versions)],
    }
    return render(request, "planning/plans/compare.html", context)


def _version(plan: Plan, number: int) -> PlanVersion:
    found = plan.versions.select_related("approved_by").filter(number=number).first()
    if found is None:
        raise Http404("This plan has no such version.")
    return found


def _content(plan: Plan, which: str) -> dict[str, Any]:
    if which == NOW:
        return content_of(plan)
    found: dict[str, Any] = _version(plan, number_of(which) or 0).content
    return found


def _called(which: str, *, inside: bool = False) -> str:
    if which == NOW:
        return "the plan as it stands" if inside else "The plan as it stands"
    return f"version {which}" if inside else f"Version {which}"


def _table(pairs: list[words.Pair], left: str, right: str) -> Table:
    rows = [
        [Cell(one.label, hint=one.group), Cell(one.before or "–"), Cell(one.after or "–"), Cell(one.what or "Same")]
        for one in pairs
    ]
    columns = [Column("What"), Column(left), Column(right), Column("Difference")]
    return Table("Side by side", columns, rows, hide_caption=True, empty="Both say the same.")
