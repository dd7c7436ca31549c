"""A release of a body's own framework, made from the measures that are in use."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal import packs
from commonweal.catalogue import units
from commonweal.catalogue.outside import read_framework
from commonweal.catalogue.writing import framework_text
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import kept
from commonweal_web.frameworks.keeping.checking import Checked
from commonweal_web.frameworks.keeping.services.common import allow, day_of
from commonweal_web.frameworks.keeping.services.packs import pack_draft
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission

SOURCE = "own"


@transaction.atomic
def release_draft(
    *, body: Organisation, key: str, title: str, licence: str, applies_from: dt.date, by: Any, now: dt.datetime
) -> Pack:
    """
    Draft a release of the measures that are in use on its first day; it replaces the body's release before it.

    :raises NotPermitted: if `by` may not draft for the body
    :raises Refused: if there are no measures, the key will not do or is taken, or the engine refuses the release
    """
    allow(by, Permission.MEASURE_DRAFT, body)
    in_use = Q(retires_on__isnull=True) | Q(retires_on__gt=applies_from)
    measures = list(LocalMeasure.objects.filter(in_use, body=body).order_by("code"))
    if not measures:
        raise Refused(f"{body} has no measures in use on that day. Write one first.", code="no_measures")
    replaces = before(body, family_of(key))
    text = framework_text(_document(body, key, title, licence, applies_from, measures, replaces, day_of(now)))
    name = f"{key}.yaml"
    release, problems = read_framework(
        text, name=name, catalogue=kept.now().catalogue, units=units(), load=packs.load_series
    )
    if release is None:
        first = problems[0]
        field = "key" if first.code in ("bad_id", "taken") else ""
        raise Refused(f"{first.found[:1].upper()}{first.found[1:]} {first.mend}", code=first.code, field=field)
    checked = Checked(
        kind=Pack.Kind.FRAMEWORK,
        file_name=name,
        upload_sha256="",
        problems=(),
        errors=0,
        count=0,
        document=text,
        key=release.id,
        title=release.name,
        licence=release.licence,
        replaces=replaces,
        things=len(release.measures),
    )
    return pack_draft(body=body, checked=checked, by=by, now=now)


def family_of(key: str) -> str:
    """Return the family of a release by its key: northmere-local of northmere-local-2027.1."""
    return re.sub(r"-[0-9][0-9.]*$", "", key) or key


def before(body: Organisation, family: str) -> str:
    """Return the key of the newest release of a family that the body published, or nothing."""
    rows = [row for row in kept.stamp() if row.body == body.pk and row.kind == Pack.Kind.FRAMEWORK]
    keys = [row.key for row in rows if family_of(row.key) == family]
    return keys[-1] if keys else ""


def next_key(body: Organisation, year: int) -> str:
    """Return a key for the body's next release: its name, the year and a number that is free."""
    name = re.sub(r"[^a-z0-9]+", "-", (body.short_name or body.name).casefold()).strip("-")[:50] or "body"
    taken = set(Pack.objects.exclude(state=Pack.State.LEFT).values_list("key", flat=True))
    number = next(n for n in range(1, 10_000) if f"{name}-local-{year}.{n}" not in taken)
    return f"{name}-local-{year}.{number}"


def _document(
    body: Organisation,
    key: str,
    title: str,
    licence: str,
    applies_from: dt.date,
    measures: list[LocalMeasure],
    replaces: str,
    today: dt.date,
) -> dict[str, Any]:
    themes = list(dict.fromkeys(one.theme for one in measures if one.theme))
    outcome = {theme: f"O{number}" for number, theme in enumerate(themes, 1)}
    return {
        "id": key,
        "family": family_of(key),
        "name": title,
        "short_name": title[:60],
        "publisher": str(body),
        "licence": licence,
        "verified": True,
        "checked_on": today,
        "released": key.rsplit("-", 1)[-1],
        "applies_from": applies_from,
        "replaces": replaces,
        "description": f"Measures of {body}'s own.",
        "outcomes": [{"code": code, "label": theme, "verified": True} for theme, code in outcome.items()],
        "measures": [_measure(one, outcome) for one in measures],
        "sources": {SOURCE: {"title": f"{body}, measures of its own"}},
    }


def _measure(one: LocalMeasure, outcome: dict[str, str]) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": one.label,
        "unit": one.unit,
        "kind": one.kind,
        "over_time": one.over_time,
        "over_contracts": one.over_contracts,
        "outcome": outcome.get(one.theme, ""),
        "counts": one.counts,
        "does_not_count": one.does_not_count,
        "unit_rule": one.unit_rule,
        "evidence": one.evidence,
        "goals": [{"code": goal["code"]} for goal in one.goals],
        "verified": True,
        "sources": [SOURCE],
    }
