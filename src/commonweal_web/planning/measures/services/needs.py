"""What people need where: written down with a source, changed, closed; and the needs that a plan answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.planning import base
from commonweal_web.planning.measures import selectors
from commonweal_web.planning.models import Need, Plan, PlanNeed

MAY = Permission.PLAN_DRAFT
MOST_TAGS = 20
LONGEST_TAG = 60


@dataclass(frozen=True, slots=True)
class NeedFields:
    """What is written down about a need; `tags` are the words by which measures are suggested."""

    title: str
    place: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    source_date: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    shown: bool = False


@transaction.atomic
def need_add(*, body: Organisation, fields: NeedFields, by: Any, now: dt.datetime) -> Need:
    """
    Write a need down.

    :raises NotPermitted: for who drafts no plans of the body
    :raises Refused: without a source, or with a quantity of nothing known
    """
    _allow(body, by)
    row = Need(body=body, created_by=by, created_at=now)
    _write(row, fields)
    _log(row, "need_added", by, now, new=_said(row))
    return row


@transaction.atomic
def need_edit(*, need: Need, fields: NeedFields, by: Any, now: dt.datetime, shown: int | None = None) -> Need:
    """
    Change what a need says. Plans that answer it say from then on what it says now; locked versions do not.

    :raises StaleVersion: if it was changed since the page was opened
    """
    row = _locked(need, by, shown)
    before = _said(row)
    row.touch()
    _write(row, fields)
    after = _said(row)
    changed = [name for name in after if before[name] != after[name]]
    _log(
        row, "need_edited", by, now, old={name: before[name] for name in changed},
        new={name: after[name] for name in changed},
    )  # fmt: skip
    return row


@transaction.atomic
def need_close(*, need: Need, reason: str, by: Any, now: dt.datetime, shown: int | None = None) -> Need:
    """Close a need: no plan ticks it any more; those that did keep it. Raises as `need_edit`."""
    row = _locked(need, by, shown)
    if not reason.strip():
        raise Refused("Say why it is closed: what met it, or why it is a need no more.", code="reason", field="reason")
    row.closed_on = base.day_of(now)
    row.touch()
    row.save(update_fields=["closed_on", "version"])
    _log(row, "need_closed", by, now, new={"closed_on": row.closed_on}, reason=reason)
    return row


@transaction.atomic
def plan_needs_set(*, plan: Plan, needs: Collection[int], by: Any, now: dt.datetime) -> None:
    """
    Say which needs of the body a plan answers. Where nothing changes, nothing is written.

    :raises Refused: if the plan is not being written, or one of them is no open need of the body
    """
    plan = base.locked(plan, MAY, by)
    base.written(plan)
    wanted, had = set(needs), set(plan.plan_needs.values_list("need_id", flat=True))
    known = {one.pk: one.title for one in selectors.needs_to_tick(plan)}
    if wanted - known.keys():
        raise Refused("One of these needs was closed meanwhile. Look at the list again.", code="closed", field="needs")
    if wanted == had:
        return
    PlanNeed.objects.filter(plan=plan, need_id__in=had - wanted).delete()
    PlanNeed.objects.bulk_create(PlanNeed(plan=plan, need_id=pk) for pk in sorted(wanted - had))
    base.log(
        plan=plan, record=plan, verb="needs_ticked", by=by, permission=MAY, now=now,
        old={"needs": [known[pk] for pk in sorted(had)]}, new={"needs": [known[pk] for pk in sorted(wanted)]},
    )  # fmt: skip


def _write(row: Need, fields: NeedFields) -> None:
    if not fields.source.strip() and not row.group:
        raise Refused(
            "Name the source: a needs assessment, statistics, a consultation, a ward meeting.",
            code="source",
            field="source",
        )
    unit = frameworks.known_unit(fields.unit) if fields.quantity is not None else ""
    if fields.quantity is not None and (fields.quantity <= 0 or not unit):
        raise Refused(
            "Say how much of what is needed: a number above zero and its unit. Or leave both empty.",
            code="unit",
            field="unit" if fields.quantity > 0 else "quantity",
        )
    row.title, row.place, row.text = fields.title.strip(), fields.place.strip(), fields.text.strip()
    row.source, row.source_date = fields.source.strip(), fields.source_date.strip()
    row.tags = tags_of(fields.tags)
    row.quantity, row.unit, row.shown = fields.quantity, unit, fields.shown
    row.save()


def tags_of(words: Collection[str]) -> list[str]:
    """
    Return tags as they are kept: each once, without capitals.

    :raises Refused: if one is too long, or there are too many
    """
    tags = list(dict.fromkeys(" ".join(word.split()).casefold() for word in words if word.strip()))
    long = next((tag for tag in tags if len(tag) > LONGEST_TAG), "")
    if long or len(tags) > MOST_TAGS:
        raise Refused(
            f"Give at most {MOST_TAGS} tags of at most {LONGEST_TAG} characters, with commas between them.",
            code="tags",
            field="tags",
        )
    return tags


def _allow(body: Organisation, by: Any) -> None:
    if not organisations.organisations_with(by, MAY).filter(pk=body.pk).exists():
        raise NotPermitted(
            f"Your roles do not let you {TABLE[MAY].action} at {body}. This is for: {holders_in_words(MAY)}."
        )


def _locked(need: Need, by: Any, shown: int | None) -> Need:
    _allow(need.body, by)
    row = Need.objects.select_for_update(of=("self",)).select_related("body").get(pk=need.pk)
    row.expect(shown)
    if row.closed_on is not None:
        raise Refused(f"{row.title} is closed, so it cannot be changed. Write it down anew.", code="closed")
    return row


def _said(row: Need) -> dict[str, Any]:
    names = ("title", "place", "text", "tags", "source", "source_date", "unit", "shown")
    return {name: getattr(row, name) for name in names} | {"quantity": row.quantity and str(row.quantity.normalize())}


def _log(
    row: Need, verb: str, by: Any, now: dt.datetime, *, new: Mapping[str, Any], old: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:  # fmt: skip
    audit.record(
        organisation_id=row.body_id, by=by, role=base.role_of(by, MAY), verb=verb, record=row, now=now, old=old,
        new=new, reason=reason,
    )  # fmt: skip
