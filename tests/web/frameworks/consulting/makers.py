"""Drafts, consultations and comments for tests, and the clock that a form needs between opening and sending."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.test import Client

from commonweal_web.core import clock
from commonweal_web.frameworks.consulting import guard, services
from commonweal_web.frameworks.models import Consultation, DropIn, Pack
from tests.web.world import NOON, World

OPENS, CLOSES = dt.date(2026, 8, 2), dt.date(2026, 10, 3)
BEFORE = NOON
DURING = dt.datetime(2026, 8, 20, 10, 0, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 10, 5, 10, 0, tzinfo=dt.UTC)
FRAMEWORK = """
id: nm-2027
family: northmere
name: Northmere local measures 2027
short_name: NM-2027
publisher: Northmere City Council
licence: own-wording
verified: true
checked_on: 2026-07-01
themes:
  - {code: WORK, label: Work and skills, verified: true}
outcomes:
  - {code: JOBS, label: More local people in work, theme: WORK, verified: true}
measures:
  - code: NM1
    label: Local people employed
    outcome: JOBS
    unit: FTE-year
    kind: quantity
    over_time: sum
    over_contracts: sum
    counts: People who live in Northmere and work on the contract
    does_not_count: People who worked on it before
    verified: true
  - code: NM2
    label: Hours given to community groups
    outcome: JOBS
    unit: hour
    kind: quantity
    over_time: sum
    over_contracts: sum
    counts: Hours in working time
    verified: true
  - {code: NM3, label: Hours repeated, outcome: JOBS, same_as: NM2, verified: true}
"""
LINKS = """
id: fx-2026.1__sdg
from: fx-2026.1
to: sdg
label: Links to the goals
licence: own-wording
author: Northmere
verified: false
checked_on: 2026-07-01
rows:
  - {from: fx-2026.1/NT1, to: sdg/8.5, relation: narrower, reason: local jobs are decent work}
  - {from: fx-2026.1/NT10, to: sdg/8.6, relation: close, factor: "1", reason: weeks of training,
     datum: {name: w, label: weeks planned for each, unit: week/person}}
  - {from: fx-2026.1/NT31, relation: none, reason: no goal counts it}
"""


def pack(world: World, document: str = FRAMEWORK, *, body: str = "nmc", by: str = "lead", **fields: Any) -> Pack:
    """Make a draft as its keeper would, with the text as it is."""
    facts: dict[str, Any] = {
        "kind": Pack.Kind.FRAMEWORK,
        "key": "nm-2027",
        "title": "Northmere local measures 2027",
        "file_name": "framework.yaml",
        "drafted_at": NOON,
    }
    return Pack.objects.create(
        body=world.bodies[body],
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        drafted_by=world.people[by],
        **{**facts, **fields},
    )


def links(world: World, document: str = LINKS, **fields: Any) -> Pack:
    facts = {"kind": Pack.Kind.LINKS, "key": "fx-2026.1__sdg", "title": "Links to the goals", "file_name": "links.yaml"}
    return pack(world, document, **{**facts, **fields})


def publish_pack(world: World, draft: Pack, now: dt.datetime = AFTER) -> Pack:
    """Publish a draft, by a second person, as its keepers would."""
    draft.state, draft.shown = Pack.State.PUBLISHED, True
    draft.proposed_by, draft.proposed_at = world.people["lead"], now
    draft.published_by = draft.licence_confirmed_by = world.people["director"]
    draft.published_at = draft.licence_confirmed_at = now
    draft.save()
    return draft


def consultation(world: World, of: Pack | None = None, **fields: Any) -> Consultation:
    """Make the consultation of the journey: open from 2 August to 3 October 2026."""
    facts: dict[str, Any] = {
        "title": "Our measures for 2027",
        "introduction": "We drafted measures of our own.\n\nTell us what is wrong with them.",
        "opens": OPENS,
        "closes": CLOSES,
        "now": BEFORE,
    }
    return services.create(pack=of or pack(world), by=world.people["lead"], **{**facts, **fields})


def comment(of: Consultation, text: str = "Count volunteers, too", **fields: Any) -> Any:
    facts = {"row": "NM1", "name": "", "kind": "", "arrived": DURING}
    return services.send_comment(consultation=of, text=text, **{**facts, **fields})


def drop_in(world: World, of: Consultation, *, seats: int = 2, day: dt.date = dt.date(2026, 9, 4)) -> DropIn:
    start = dt.datetime.combine(day, dt.time(14), tzinfo=clock.LONDON)
    return services.add_drop_in(
        consultation=of,
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        where="Central Library, room 2",
        seats=seats,
        by=world.people["lead"],
        now=BEFORE,
    )


def opened(now: dt.datetime, ago: dt.timedelta = dt.timedelta(minutes=1)) -> str:
    """The mark of a form that was opened a minute ago."""
    return guard.opened(now - ago)


def post(url: str, now: dt.datetime = DURING, client: Client | None = None, **fields: str) -> Any:
    """Send a form that was opened a minute ago."""
    with clock.fixed(now):
        return (client or Client()).post(url, {"opened": opened(now), **fields})


def get(url: str, now: dt.datetime = DURING, client: Client | None = None) -> Any:
    with clock.fixed(now):
        return (client or Client()).get(url)
