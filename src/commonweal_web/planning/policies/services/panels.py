"""Category panels of a body and the seats on them, by dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal_web.core.errors import Refused
from commonweal_web.core.forms import said
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks.keeping.services.common import allow, day_of, log
from commonweal_web.organisations.models import Directorate, Organisation, User
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Panel, PanelMember
from commonweal_web.planning.policies.selectors import seatable

PREFIX = re.compile(r"[0-9]{2,8}")
MOST_SEATS = 50


@dataclass(frozen=True, slots=True)
class PanelFields:
    """What is filled in about a panel; `categories` are the first digits of CPV codes, none takes every plan."""

    name: str
    quorum: int
    categories: Sequence[str] = ()
    directorate: Directorate | None = None
    ends: dt.date | None = None


@transaction.atomic
def panel_make(*, body: Organisation, fields: PanelFields, by: Any, now: dt.datetime) -> Panel:
    """
    Make a panel.

    :raises NotPermitted: if `by` may not arrange panels of the body
    :raises Refused: if the name is taken, or a category is no CPV code
    """
    allow(by, Permission.PANEL_ARRANGE, body)
    Organisation.objects.select_for_update().get(pk=body.pk)
    panel = Panel(body=body)
    _fill(panel, fields)
    panel.save()
    _log(panel, panel, "panel_made", by, now, new=_told(panel))
    return panel


@transaction.atomic
def panel_edit(*, panel: Panel, fields: PanelFields, by: Any, now: dt.datetime) -> Panel:
    """Change a panel, or name its last day. Raises as `panel_make`."""
    row = _locked(panel, by)
    old = _told(row)
    _fill(row, fields)
    row.save()
    _log(row, row, "panel_changed", by, now, old=old, new=_told(row))
    return row


@transaction.atomic
def panel_seat(*, panel: Panel, user: User, starts: dt.date, chair: bool, by: Any, now: dt.datetime) -> PanelMember:
    """
    Give somebody a seat from a day on; a new chair takes over from the one before with `panel_unseat`.

    :raises Refused: if they are no panel member by role, sit there already, or the panel has a chair
    """
    row = _locked(panel, by)
    if not seatable(row.body, day_of(now)).filter(pk=user.pk).exists():
        raise Refused(
            f"{user} is no category panel member at {row.body}. Ask an administrator to give them that role first.",
            code="role",
            field="user",
        )
    if row.members.count() >= MOST_SEATS:
        raise Refused(f"A panel keeps at most {MOST_SEATS} seats. Make a new panel.", code="full")
    later = row.members.filter(Q(ends__isnull=True) | Q(ends__gte=starts))
    if later.filter(user=user).exists():
        raise Refused(f"{user} sits on this panel already.", code="twice", field="user")
    if chair and later.filter(chair=True).exists():
        raise Refused("The panel has a chair. End that seat first.", code="chair", field="chair")
    seat = PanelMember.objects.create(panel=row, user=user, chair=chair, starts=starts)
    new = {"panel": row.pk, "user": user.pk, "chair": chair, "starts": starts}
    _log(row, seat, "panel_seated", by, now, new=new)
    return seat


@transaction.atomic
def panel_unseat(*, member: PanelMember, ends: dt.date, by: Any, now: dt.datetime) -> PanelMember:
    """
    Name the last day of a seat; votes that were cast stay.

    :raises Refused: for a day before the seat began, or if its end is named and has passed
    """
    panel = _locked(member.panel, by)
    row = PanelMember.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    if row.ends is not None and row.ends < day_of(now):
        raise Refused(f"{row.user}'s seat ended on {said(row.ends)}.", code="ended")
    if ends < row.starts:
        raise Refused(
            f"The seat began on {said(row.starts)}. Name that day or a later one.", code="dates", field="ends"
        )
    old, row.ends = {"ends": row.ends}, ends
    row.save(update_fields=["ends"])
    _log(panel, row, "panel_unseated", by, now, old=old, new={"panel": panel.pk, "user": row.user_id, "ends": ends})
    return row


def _fill(panel: Panel, fields: PanelFields) -> None:
    name = fields.name.strip()
    if Panel.objects.filter(body=panel.body, name__iexact=name).exclude(pk=panel.pk).exists():
        raise Refused(f"{panel.body} has a panel called {name} already.", code="duplicate", field="name")
    for prefix in fields.categories:
        if not PREFIX.fullmatch(prefix) or not cpv.known(prefix):
            raise Refused(
                f"{prefix} is not how a CPV code begins. Write two to eight digits, like 77 or 77300000.",
                code="category",
                field="categories",
            )
    if fields.directorate is not None and fields.directorate.organisation_id != panel.body_id:
        raise Refused("Choose a directorate of this body.", code="directorate", field="directorate")
    panel.name, panel.quorum, panel.categories = name, fields.quorum, list(fields.categories)
    panel.directorate, panel.ends = fields.directorate, fields.ends


def _locked(panel: Panel, by: Any) -> Panel:
    row = Panel.objects.select_for_update(of=("self",)).select_related("body").get(pk=panel.pk)
    allow(by, Permission.PANEL_ARRANGE, row.body)
    return row


def _told(panel: Panel) -> dict[str, Any]:
    return {
        "name": panel.name,
        "quorum": panel.quorum,
        "categories": list(panel.categories),
        "directorate": panel.directorate_id,
        "ends": panel.ends,
    }


def _log(panel: Panel, record: Any, verb: str, by: Any, now: dt.datetime, **more: Any) -> None:
    log(body=panel.body, record=record, verb=verb, permission=Permission.PANEL_ARRANGE, by=by, now=now, **more)
