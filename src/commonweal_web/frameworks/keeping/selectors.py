"""What a body keeps, as its people see it: releases in use, packs on their way, measures due for review."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from commonweal_web.frameworks import hooks, kept
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.frameworks.models import LocalMeasure, Pack, Withdrawal
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import ActingFor, Organisation, User, in_force
from commonweal_web.organisations.policies import Permission, roles_with

SOON = dt.timedelta(days=30)
PERMISSIONS = (Permission.MEASURE_DRAFT, Permission.MEASURE_PUBLISH)


@dataclass(frozen=True, slots=True)
class InUse:
    """A release and how many running contracts are measured by it; `known` is False where no pack has it any more."""

    release: str
    name: str
    contracts: int
    known: bool
    newer: str


def may(user: Any, permission: Permission, body: Organisation) -> bool:
    """Say whether a page offers an act."""
    return organisations.organisations_with(user, permission).filter(pk=body.pk).exists()


def bodies_kept_by(user: Any) -> QuerySet[Organisation]:
    """Return the bodies for which somebody drafts or publishes."""
    found = organisations.organisations_with(user, PERMISSIONS[0])
    return (found | organisations.organisations_with(user, PERMISSIONS[1])).distinct().order_by("name")


def in_use(body: Organisation) -> list[InUse]:
    """Return the releases that the body's running contracts are measured by, the most used first."""
    state = kept.now()
    known = {one.id: one for one in state.catalogue.frameworks}
    after = {one.replaces: one.name for one in frameworks.frameworks(body=body.pk) if one.replaces}
    counts = hooks.releases_in_use(body.pk)
    rows = []
    for release, contracts in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        found = known.get(release)
        later = known.get(found.superseded_by) if found else None
        newer = after.get(release, "") or (later.name if later else "")
        rows.append(InUse(release, found.name if found else release, contracts, found is not None, newer))
    return rows


def packs_of(body: Organisation) -> QuerySet[Pack]:
    """Return the packs of a body that were not left, the newest first."""
    rows = Pack.objects.filter(body=body).exclude(state=Pack.State.LEFT).defer("document", "licence_text")
    return rows.select_related("drafted_by", "proposed_by", "published_by").order_by("-drafted_at", "-pk")


def waiting_for(user: Any, body: Organisation) -> list[Pack]:
    """Return the proposed packs that this person may publish: never those that they drafted or proposed."""
    if not may(user, Permission.MEASURE_PUBLISH, body):
        return []
    proposed = packs_of(body).filter(state=Pack.State.PROPOSED)
    return list(proposed.exclude(drafted_by=user).exclude(proposed_by=user))


def deciders(pack: Pack, day: dt.date) -> list[User]:
    """Return the people who may publish a pack or send it back: never those who drafted or proposed it."""
    services = ActingFor.objects.filter(in_force(day), partner=pack.body_id).values("service")
    there = Q(memberships__organisation=pack.body_id) | Q(memberships__organisation__in=services)
    roles = roles_with(Permission.MEASURE_PUBLISH)
    found = User.objects.filter(there, in_force(day, "memberships__"), memberships__role__in=roles, is_active=True)
    return list(
        found.exclude(pk__in=filter(None, (pack.drafted_by_id, pack.proposed_by_id))).distinct().order_by("name")
    )


def all_waiting_for(user: Any) -> QuerySet[Pack]:
    """Return what `waiting_for` does for every body at which this person may publish, in one question."""
    bodies = organisations.organisations_with(user, Permission.MEASURE_PUBLISH)
    rows = Pack.objects.filter(body__in=bodies, state=Pack.State.PROPOSED).defer("document", "licence_text")
    return rows.exclude(drafted_by=user).exclude(proposed_by=user).order_by("proposed_at", "pk")


def measures_of(body: Organisation) -> QuerySet[LocalMeasure]:
    """Return the measures of a body's own, retired ones last."""
    return LocalMeasure.objects.filter(body=body).select_related("owner").order_by("retires_on", "code")


def due_for_review(body: Organisation, today: dt.date) -> list[LocalMeasure]:
    """Return the measures in use whose review is due within a month or overdue, the oldest first."""
    rows = measures_of(body).filter(retires_on__isnull=True, review_on__lte=today + SOON)
    return list(rows.order_by("review_on", "code"))


def withdrawals_of(body: Organisation) -> QuerySet[Withdrawal]:
    """Return what a body takes for no new contract."""
    return Withdrawal.objects.filter(body=body).select_related("by").order_by("-starts", "measure")


def left_out(body: Organisation) -> list[tuple[Pack, str]]:
    """Return the published packs of a body that this version of the service cannot read, with the reason."""
    everything, seen = kept.now(), kept.seen_by(body.pk)
    _ = seen.catalogue, seen.crosswalk, everything.values(body.pk)
    refused = everything.refused | seen.refused
    return [(row, refused[row.pk]) for row in packs_of(body).filter(pk__in=refused)]
