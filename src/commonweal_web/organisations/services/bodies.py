"""The facts of an organisation: names, numbers in registers, directorates, and who acts for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from commonweal_web.audit import services as audit
from commonweal_web.core.errors import Refused
from commonweal_web.organisations import identifiers
from commonweal_web.organisations.models import (
    ActingFor,
    Directorate,
    Identifier,
    Membership,
    Organisation,
    User,
    in_force,
)
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.services.common import acting_role, day_of, locked

IN_USE = (
    "{} is the number of an organisation that is registered here already. Check it; if it is yours, tell the people "
    "who run the service."
)
EDITABLE = ("name", "short_name", "size", "place", "token_sharing", "is_vcse")


@transaction.atomic
def edit_organisation(
    *, organisation: Organisation, facts: Mapping[str, Any], version: int | None, by: Any, now: dt.datetime
) -> Organisation:
    """
    Change the facts in `facts` (of `EDITABLE`).

    :raises StaleVersion: if somebody changed it since `version`
    """
    row = locked(organisation)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, row)
    row.expect(version)
    old = {key: getattr(row, key) for key in EDITABLE if key in facts and getattr(row, key) != facts[key]}
    if not old:
        return row
    for key in old:
        setattr(row, key, facts[key])
    row.touch()
    row.save(update_fields=[*old, "version"])
    audit.record(
        organisation_id=row.pk,
        by=by,
        role=acted_as,
        verb="organisation.changed",
        record=row,
        now=now,
        old=old,
        new={key: facts[key] for key in old},
    )
    return row


@transaction.atomic
def add_identifier(*, organisation: Organisation, scheme: str, value: str, by: Any, now: dt.datetime) -> Identifier:
    """
    Add a number in a register. What looks wrong is warned of on the page and kept as it is.

    :raises Refused: if the number belongs to an organisation here already
    """
    row = locked(organisation)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, row)
    value = identifiers.tidy(scheme, value)
    if identifiers.in_use(scheme, value):
        raise Refused(IN_USE.format(value), code="in_use", field="value")
    try:
        with transaction.atomic():
            added = Identifier.objects.create(organisation=row, scheme=scheme, value=value)
    except IntegrityError:
        raise Refused(IN_USE.format(value), code="in_use", field="value") from None
    new = {"scheme": scheme, "value": value}
    _log(row, "organisation.identifier_added", by, acted_as, now, new=new)
    return added


@transaction.atomic
def remove_identifier(*, identifier: Identifier, reason: str, by: Any, now: dt.datetime) -> None:
    """
    Take away a number that was entered by mistake; the log keeps it.

    :raises Refused: if a supplier would be left without one
    """
    row = locked(identifier.organisation)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, row)
    if row.is_supplier and row.identifiers.count() < 2:
        raise Refused("A supplier needs a number. Add the right one first.", code="last", field="reason")
    old = {"scheme": identifier.scheme, "value": identifier.value}
    identifier.delete()
    _log(row, "organisation.identifier_removed", by, acted_as, now, old=old, reason=reason)


@transaction.atomic
def set_directorate(
    *,
    organisation: Organisation,
    name: str,
    head: User | None,
    by: Any,
    now: dt.datetime,
    directorate: Directorate | None = None,
) -> Directorate:
    """
    Add a directorate, or change the name and the head of one.

    :raises Refused: for a name used already, or a head who does not work there
    """
    row = locked(organisation)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, row)
    if directorate is not None and directorate.organisation_id != row.pk:
        raise Refused("This directorate belongs to another organisation.", code="directorate")
    others = Directorate.objects.filter(organisation=row, name__iexact=name).exclude(
        pk=getattr(directorate, "pk", None)
    )
    if others.exists():
        raise Refused(f"{row} has a directorate {name} already.", code="name", field="name")
    here = Membership.objects.filter(in_force(day_of(now)), organisation=row)
    if head is not None and not here.filter(user=head).exists():
        raise Refused(f"{head} has no role at {row} now.", code="head", field="head")
    found = directorate or Directorate(organisation=row)
    old = {"name": found.name, "head": found.head_id} if directorate else None
    found.name, found.head = name, head
    found.save()
    new = {"name": name, "head": found.head_id, "directorate": found.pk}
    _log(row, "organisation.directorate_set", by, acted_as, now, old=old, new=new)
    return found


@transaction.atomic
def begin_acting(
    *,
    partner: Organisation,
    service: Organisation,
    starts: dt.date,
    by: Any,
    now: dt.datetime,
    ends: dt.date | None = None,
) -> ActingFor:
    """
    Let a shared service act for `partner`. The partner decides: it is its contracts that others will see.

    :raises Refused: if the other is no shared service, or acts for this body already
    """
    row = locked(partner)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, row)
    if not service.is_shared_service or service.pk == row.pk:
        raise Refused("Choose a shared service.", code="service", field="service")
    if ends is not None and ends < starts:
        raise Refused("The last day must be on or after the first.", code="dates", field="ends")
    if ActingFor.objects.filter(in_force(starts), service=service, partner=row).exists():
        raise Refused(f"{service} acts for {row} already.", code="held", field="service")
    begun = ActingFor.objects.create(service=service, partner=row, starts=starts, ends=ends)
    new = {"service": service.pk, "starts": starts, "ends": ends}
    _log(row, "organisation.service_begun", by, acted_as, now, new=new)
    return begun


@transaction.atomic
def end_acting(*, acting: ActingFor, last_day: dt.date, reason: str, by: Any, now: dt.datetime) -> ActingFor:
    """
    End what a shared service does for the own body, after a last day.

    :raises Refused: for a day in the past
    """
    row = locked(acting.partner)
    acted_as = acting_role(by, Permission.PEOPLE_MANAGE, row)
    if last_day < max(day_of(now), acting.starts):
        raise Refused("The last day must be today or later.", code="dates", field="last_day")
    old = {"service": acting.service_id, "ends": acting.ends}
    acting.ends = last_day
    acting.save(update_fields=["ends"])
    _log(row, "organisation.service_ended", by, acted_as, now, old=old, new={"ends": last_day}, reason=reason)
    return acting


def _log(row: Organisation, verb: str, by: Any, role: str, now: dt.datetime, **more: Any) -> None:
    audit.record(organisation_id=row.pk, by=by, role=role, verb=verb, record=row, now=now, **more)
