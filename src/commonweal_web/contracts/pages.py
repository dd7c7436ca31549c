"""What several pages of a contract show alike: its tabs' context, its facts as summary lists, versions in posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from commonweal.reporting import wording
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.selectors.contracts import suppliers_in_words
from commonweal_web.core import clock, idempotency
from commonweal_web.core.tables import summary_row
from commonweal_web.core.templatetags.worth import day as day_words
from commonweal_web.core.templatetags.worth import pounds
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks


def contract_context(contract: Contract, current: str) -> dict[str, Any]:
    """Return what every page of a contract needs: the contract, where one is, the tab that is open."""
    return {"contract": contract, "caption": f"{contract.reference} {contract.title}", "current": current}


def fact_groups(contract: Contract, may_edit: bool) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the facts under their headings, as rows of summary lists."""
    change = reverse("contracts:edit", args=[contract.pk]) if may_edit else ""
    groups = [
        (
            "What it is",
            [
                ("Body", str(contract.authority)),
                ("Supplier", suppliers_in_words(contract)),
                ("Directorate", str(contract.directorate or "")),
                ("Category", f"{contract.category} {cpv.label_of(contract.category)}".strip()),
                ("State", contract.get_status_display().capitalize()),
            ],
        ),
        (
            "Money and dates",
            [
                ("Value", pounds(contract.value_pence)),
                ("Paid to date", pounds(contract.spent_pence)),
                ("First and last day", f"{day_words(contract.starts)} to {day_words(contract.ends)}"),
                ("If every extension is used", day_words(contract.latest_extension)),
            ],
        ),
        (
            "How it is reported",
            [
                ("Returns every", contract.get_period_scheme_display().capitalize()),
                ("Return due", f"{contract.due_days} days after the period, closed {contract.lock_days} days later"),
                ("Follow-up", contract.get_tier_display().capitalize()),
                ("Green from", f"{wording.number(contract.rag_green)} % of what was due"),
                ("Amber from", f"{wording.number(contract.rag_amber)} % of what was due"),
                ("Local means", contract.place),
            ],
        ),
        (
            "What it is measured by",
            [
                ("Framework", _framework_words(contract.framework)),
                ("Values in pounds", _pack_words(contract)),
                ("Why it has no KPIs", contract.no_kpi_reason),
            ],
        ),
        (
            "When it goes wrong",
            [
                ("Criticality", contract.criticality.capitalize()),
                ("Remedies", contract.remedy_terms),
                ("Late returns", contract.lateness_terms),
            ],
        ),
    ]
    shown = [(words, [summary_row(key, value) for key, value in rows if value]) for words, rows in groups]
    if change and shown:
        shown[0][1][0]["actions"] = {"items": [{"href": change, "text": "Change", "visuallyHiddenText": "the facts"}]}
    return [(words, rows) for words, rows in shown if rows]


def _framework_words(release: str) -> str:
    known = {one.id: one.name for one in frameworks.catalogue().frameworks}
    return known.get(release, release) or "None"


def _pack_words(contract: Contract) -> str:
    return dict(frameworks.value_packs(body=contract.authority_id)).get(contract.value_pack, contract.value_pack)


def version_of(request: HttpRequest) -> int | None:
    """Return the version that a small form carried, or None where it carried none that is a number."""
    return number(request.POST.get("version", ""))


def once(request: HttpRequest, act: Callable[[], object]) -> str:
    """Do an act for this form once, however often it is sent; return the reference that the act gave."""
    key, body_hash = request.POST.get(idempotency.FIELD, ""), idempotency.form_hash(request.POST)
    return idempotency.idempotent(user=request.user, key=key, body_hash=body_hash, act=act, now=clock.now()).reference


def number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def shown_versions(request: HttpRequest) -> dict[int, int]:
    """Return the versions that a page showed and somebody chose: boxes called `chosen` hold id.version."""
    found: dict[int, int] = {}
    for text in request.POST.getlist("chosen"):
        pk, _, version = text.partition(".")
        if number(pk) is not None and number(version) is not None:
            found[int(pk)] = int(version)
    return found
