"""
A random second-line sample that anybody can draw again.

The decisions of a period stand in the order of their numbers. Each gets the SHA-256 of "<number>:<decision>", both
written in decimal digits; the lowest hashes (in hexadecimal, as text) are drawn. The number, the population and its
hash are recorded with the draw, so the same rows come out for everybody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commonweal_web.audit.services import record
from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Contract
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.delivery.models import Decision, SampleCheck, SampleDraw
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission

DECIDED = ("accept", "part", "reject", "settle")


def draw(population: Sequence[int], *, number: str, size: int) -> list[int]:
    """Return `size` of the ids, by the published rule; all of them where there are fewer."""
    return sorted(population, key=lambda pk: (hashlib.sha256(f"{number}:{pk}".encode()).hexdigest(), pk))[:size]


def population_hash(population: Sequence[int]) -> str:
    """Return the SHA-256 of the ids in order, one a line."""
    return hashlib.sha256("\n".join(str(pk) for pk in population).encode()).hexdigest()


def bodies(user: Any) -> QuerySet[Organisation]:
    """Return the bodies for which somebody may draw."""
    return selectors.organisations_with(user, Permission.SAMPLE_CHECK)


def decisions_of(organisation: Organisation, *, first: dt.date, last: dt.date) -> QuerySet[Decision]:
    """Return the decisions that could be drawn: those of a body's contracts between two days, both included."""
    begin = dt.datetime.combine(first, dt.time.min, LONDON)
    end = dt.datetime.combine(last, dt.time.max, LONDON)
    return Decision.objects.filter(
        claim__ret__contract__authority=organisation, verdict__in=DECIDED, at__gte=begin, at__lte=end
    ).order_by("pk")


@transaction.atomic
def sample_draw(
    *,
    organisation: Organisation,
    title: str,
    first: dt.date,
    last: dt.date,
    size: int,
    number: str,
    by: Any,
    now: dt.datetime,
) -> SampleDraw:
    """
    Draw a sample and record everything needed to draw it again. Without a number, one is made.

    :raises Refused: if there is nothing to draw from
    """
    if not bodies(by).filter(pk=organisation.pk).exists():
        raise NotPermitted("A social value lead or an auditor of the body draws its sample.")
    if number and not (number.isascii() and number.isdigit()):
        raise Invalid({"number": ["The number to draw by has digits only, like 20270412."]})
    population = list(decisions_of(organisation, first=first, last=last).values_list("pk", flat=True))
    if not population:
        raise Refused("Nothing was decided between these days, so there is nothing to draw from.", code="empty")
    chosen = number or str(secrets.randbelow(10**12))
    row = SampleDraw.objects.create(
        organisation=organisation,
        title=title.strip(),
        number=chosen,
        size=size,
        population=population,
        population_hash=population_hash(population),
        drawn=draw(population, number=chosen, size=size),
        drawn_by=by,
        drawn_at=now,
    )
    _log(row, "sample.drawn", by, now, {"number": chosen, "size": size, "population": len(population)})
    return row


@transaction.atomic
def sample_check(
    *, drawn: SampleDraw, decision: Decision, agrees: bool, note: str, by: Any, now: dt.datetime
) -> SampleCheck:
    """
    Record what a second person found about a drawn decision.

    :raises NotPermitted: for whoever verified it
    """
    SampleDraw.objects.select_for_update().get(pk=drawn.pk)
    allow(by, Permission.SAMPLE_CHECK, decision.claim.ret.contract)
    if decision.pk not in drawn.drawn:
        raise Refused("This decision was not drawn.", code="not_drawn")
    if decision.by_id == by.pk or Decision.objects.filter(claim=decision.claim_id, by=by).exists():
        raise NotPermitted("You decided about this claim, so somebody else checks it.", code="own_work")
    if not agrees and not note.strip():
        raise Invalid({"note": ["Say what you found."]})
    if drawn.checks.filter(decision=decision).exists():
        raise Refused("This decision was checked before.", code="checked")
    row = SampleCheck.objects.create(draw=drawn, decision=decision, agrees=agrees, note=note.strip(), by=by, at=now)
    _log(drawn, "sample.checked", by, now, {"decision": decision.pk, "agrees": agrees}, note)
    return row


def visible_draws(user: Any) -> QuerySet[SampleDraw]:
    """Return the draws of the bodies that somebody may draw for."""
    return (
        SampleDraw.objects.filter(organisation__in=bodies(user))
        .select_related("organisation", "drawn_by")
        .order_by("-pk")
    )


def rows_of(drawn: SampleDraw, user: Any) -> list[tuple[Decision, SampleCheck | None, bool]]:
    """Return the drawn decisions in the order of the draw: each with its check, and whether `user` sees its claim."""
    found = {
        d.pk: d
        for d in Decision.objects.filter(pk__in=drawn.drawn).select_related(
            "claim__kpi__contract", "claim__ret__contract", "by"
        )
    }
    checks = {check.decision_id: check for check in drawn.checks.select_related("by")}
    seen = set(Contract.objects.visible_to(user).values_list("pk", flat=True))
    return [(found[pk], checks.get(pk), found[pk].claim.ret.contract_id in seen) for pk in drawn.drawn if pk in found]


def _log(row: SampleDraw, verb: str, by: Any, now: dt.datetime, new: dict[str, Any], reason: str = "") -> None:
    record(
        organisation_id=row.organisation_id,
        by=by,
        role=min(selectors.roles_of(by, Permission.SAMPLE_CHECK), default=""),
        verb=verb,
        record=(row._meta.label_lower, row.pk, row.title),
        new=new,
        reason=reason,
        now=now,
    )
