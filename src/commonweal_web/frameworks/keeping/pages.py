"""What pages of keeping share: the body's tabs, and tables of packs and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonweal_web.core.tables import Cell, Column, Table, summary_row
from commonweal_web.core.templatetags.worth import day
from commonweal_web.frameworks.keeping import selectors
from commonweal_web.frameworks.keeping.checking import Found
from commonweal_web.frameworks.keeping.standing import Standing
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission

KIND_WORDS = {"framework": "Framework", "values": "Values in pounds", "links": "Links"}
NOUNS = {"framework": "measure", "values": "priced measure", "links": "link"}
SEVERITIES = {"error": "Must be mended", "warning": "Check it", "note": "Only to know"}


def body_context(body: Organisation, user: Any, current: str) -> dict[str, Any]:
    """Return what every page of a body shows, with its tabs."""
    tabs = [
        ("overview", "Overview", "keeping_body"),
        ("measures", "Our measures", "local_measures"),
        ("withdrawn", "Withdrawn measures", "withdrawals"),
    ]
    return {
        "body": body,
        "caption": str(body),
        "tabs_label": "Pages of framework keeping",
        "tabs": [
            {"text": text, "href": reverse(f"frameworks:{name}", args=[body.pk]), "current": key == current}
            for key, text, name in tabs
        ],
        "may_draft": selectors.may(user, Permission.MEASURE_DRAFT, body),
        "may_publish": selectors.may(user, Permission.MEASURE_PUBLISH, body),
    }


def state_of(pack: Pack) -> Cell:
    """Return the state of a pack in words, with who and when."""
    if pack.state == Pack.State.PUBLISHED:
        return Cell("Published", hint=f"{pack.published_by}, {day(pack.published_at)}")
    if pack.state == Pack.State.PROPOSED:
        return Cell("Waits for somebody to publish it", hint=f"{pack.proposed_by}, {day(pack.proposed_at)}")
    if pack.state == Pack.State.DRAFT and pack.decision_reason:
        return Cell("Sent back", hint=pack.decision_reason[:120])
    return Cell(str(pack.get_state_display()).capitalize(), hint=f"{pack.drafted_by}, {day(pack.drafted_at)}")


def facts_of(pack: Pack, holds: int) -> list[dict[str, Any]]:
    """Return the facts of a pack as lines of a summary."""
    state = state_of(pack)
    noun = NOUNS[pack.kind]
    rows = [
        ("State", _two(state.text, state.hint)),
        ("Key", pack.key),
        ("Prices", pack.prices),
        ("Holds", f"{holds:,} {noun}{'' if holds == 1 else 's'}"),
        ("Replaces", pack.replaces or "Nothing: it is the first"),
        ("Who sees it", seen_by(pack)),
        ("Licence", _two(pack.licence or "Not said yet", _confirmed(pack))),
        ("SHA-256", format_html('<span class="cw-hash">{}</span>', pack.sha256)),
    ]
    return [summary_row(key, value) for key, value in rows if value]


def _two(text: str, hint: str) -> SafeString:
    return format_html('{}<span class="cw-cell__hint">{}</span>', text, hint) if hint else format_html("{}", text)


def _confirmed(pack: Pack) -> str:
    if pack.licence_confirmed_by is None:
        return ""
    return f"{pack.licence_confirmed_by} confirmed on {day(pack.licence_confirmed_at)} that we hold it and may use it"


def packs_table(caption: str, packs: Iterable[Pack], *, empty: str) -> Table:
    """Return packs as a table."""
    rows = [
        [
            Cell(pack.title, href=reverse("frameworks:pack", args=[pack.body_id, pack.pk]), hint=pack.key),
            Cell(KIND_WORDS[pack.kind]),
            state_of(pack),
            Cell(seen_by(pack)),
        ]
        for pack in packs
    ]
    columns = (Column("Pack"), Column("Kind"), Column("State"), Column("Who sees it"))
    return Table(caption, columns, rows, empty=empty)


def seen_by(pack: Pack) -> str:
    """Return who may see a pack."""
    if pack.kind == Pack.Kind.VALUES:
        return "Nobody: it computes only"
    if pack.state in (Pack.State.DRAFT, Pack.State.LEFT):
        return "Not decided"
    return "Everybody" if pack.shown else "People of this body"


def measures_table(
    caption: str, measures: Iterable[LocalMeasure], *, may_draft: bool, far: Mapping[str, Standing], empty: str = ""
) -> Table:
    """Return a body's own measures as a table; `far` says by code how far each has come."""
    rows = [
        [
            Cell(
                f"{one.code} {one.label}",
                href=reverse("frameworks:local_measure", args=[one.body_id, one.pk]) if may_draft else "",
                hint=one.theme,
            ),
            Cell(one.unit),
            Cell(str(one.owner)),
            Cell(day(one.review_on)),
            _state(one, far.get(one.code)),
        ]
        for one in measures
    ]
    columns = (Column("Measure"), Column("Unit"), Column("Owner"), Column("Next review"), Column("State"))
    return Table(caption, columns, rows, empty=empty)


def _state(one: LocalMeasure, far: Standing | None) -> Cell:
    if one.retires_on is not None:
        return Cell(retired_facts(one)[0][1], hint=_why_retired(one))
    if far is None:
        return Cell("Draft", hint="In no release yet, so no contract can take it")
    if far.state == Pack.State.PUBLISHED:
        later = "Changed since: the next release has the change" if far.differs(one) else ""
        return Cell(f"In the release {far.release}", hint=later)
    if far.state == Pack.State.PROPOSED:
        return Cell("Waits", hint=f"For somebody to publish {far.release}")
    return Cell("Draft", hint=f"In the draft {far.release}, which was not proposed yet")


def retired_facts(one: LocalMeasure) -> list[tuple[str, str]]:
    """Return that a measure is retired, as a fact with its label; nothing where it is not."""
    return [("State", f"Retired: not for new contracts from {day(one.retires_on)}")] if one.retires_on else []


def measure_facts(one: LocalMeasure) -> list[tuple[str, str]]:
    """Return what a measure says now, for somebody who is about to retire it."""
    return [("Measure", f"{one.label}, counted in {one.unit}"), *retired_facts(one), ("Why", _why_retired(one))]


def pack_facts(pack: Pack) -> list[tuple[str, str]]:
    """Return how a pack stands now."""
    state = state_of(pack)
    return [("State", f"{state.text} ({state.hint})" if state.hint else state.text)]


def _why_retired(one: LocalMeasure) -> str:
    instead = f" Use {one.replaced_by}." if one.replaced_by else ""
    return f"{one.retire_reason.rstrip('.')}.{instead}" if one.retires_on else ""


def _sentence(text: str) -> str:
    """A sentence begins with a capital, an id or a code does not."""
    return f"{text[:1].upper()}{text[1:]}" if text.split(" ")[0].isalpha() else text


def problems_table(problems: Iterable[Found], count: int) -> Table:
    """Return what was found in a file, line by line."""
    rows = [
        [
            Cell(f"Line {one.line}" if one.line else "The file", hint=one.where or one.file),
            Cell(_sentence(one.found)),
            Cell(one.mend),
            Cell(SEVERITIES.get(one.severity, "")),
        ]
        for one in problems
    ]
    columns = (Column("Where"), Column("What was found"), Column("How to mend it"), Column("How serious"))
    told = f"{count:,} remark{'' if count == 1 else 's'} on the file"
    more = f" (the first {len(rows)} are shown)" if len(rows) < count else ""
    return Table(told + more, columns, rows, dense=True)
