"""Who works on a contract: parts with dates and hand-over, contacts of the supplier, ties that were declared."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.contracts import approvers
from commonweal_web.contracts.models import Assignment, Conflict, Contract, NoConflict
from commonweal_web.contracts.querysets import PARTS
from commonweal_web.contracts.services import base
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import require
from commonweal_web.organisations.models import ActingFor, Membership, Organisation, User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import Role

DAY = dt.timedelta(days=1)
ROLE_OF_PART: dict[str, Role] = {part: role for role, parts in PARTS.items() for part in parts}
"""The role that somebody must hold to take a part."""


@transaction.atomic
def person_assign(
    *,
    contract: Contract,
    user: User,
    part: str,
    starts: dt.date,
    by: Any,
    now: dt.datetime,
    ends: dt.date | None = None,
) -> Assignment:
    """
    Give a person a part in a contract from a day on. The owner before ends on the day before, as a hand-over.

    :raises Refused: if they have a tie with its supplier, lack the role, or would both run and approve it
    """
    row = base.locked(contract, Permission.CONTRACT_MANAGER_ASSIGN, by)
    _check_person(row, user, part, starts)
    if ends is not None and ends < starts:
        raise Refused("The last day must not be before the first day.", code="dates", field="ends")
    if Assignment.objects.filter(in_force(starts), contract=row, user=user, part=part).exists():
        raise Refused(f"{user} has this part already.", code="duplicate", field="user")
    before = _hand_over_owner(row, user, starts) if part == Assignment.Part.OWNER else None
    made = Assignment.objects.create(contract=row, user=user, part=part, starts=starts, ends=ends, given_by=by)
    base.log(
        contract=row,
        record=made,
        verb="person_assigned",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_MANAGER_ASSIGN),
        now=now,
        old={"handed_over_by": before.user_id} if before else None,
        new={"part": part, "user": user.pk, "starts": starts, "ends": ends},
    )
    base.tell(
        contract=row,
        to=user,
        key=f"assigned:{made.pk}",
        subject=f"you are {made.get_part_display()} from {starts.day} {starts:%B %Y}",
        body=f"{by} gave you this part in {row.reference} {row.title}.\n",
        now=now,
    )
    return made


@transaction.atomic
def person_end(
    *, assignment: Assignment, ends: dt.date, by: Any, now: dt.datetime, handed_to: User | None = None
) -> Assignment:
    """
    End somebody's part on a day, and give it to another person from the next day on where one is named.

    :raises Refused: if a live contract would be left without an owner, or as `person_assign` for the successor
    """
    contract = base.locked(assignment.contract, Permission.CONTRACT_MANAGER_ASSIGN, by)
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.ends is not None and row.ends <= base.day_of(now):
        raise Refused("This part has ended already.", code="state")
    if ends < row.starts:
        raise Refused("The last day must not be before the first day.", code="dates", field="ends")
    if handed_to is None and row.part == Assignment.Part.OWNER and contract.status == "live":
        raise Refused(
            f"{contract.reference} is live and needs an owner. Name who takes over.", code="no_owner", field="handed_to"
        )
    row.ends, row.handed_to = ends, handed_to
    row.save(update_fields=["ends", "handed_to"])
    if handed_to is not None:
        _check_person(contract, handed_to, row.part, ends + DAY)
        Assignment.objects.create(contract=contract, user=handed_to, part=row.part, starts=ends + DAY, given_by=by)
    base.log(
        contract=contract,
        record=row,
        verb="person_handed_over" if handed_to else "person_ended",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_MANAGER_ASSIGN),
        now=now,
        new={"part": row.part, "user": row.user_id, "ends": ends, "to": handed_to.pk if handed_to else None},
    )
    return row


def _check_person(contract: Contract, user: User, part: str, starts: dt.date) -> None:
    tie = approvers.tie_of(contract, user, starts)
    if tie:
        raise Refused(f"{tie} Choose somebody else.", code="conflict", field="user")
    role = ROLE_OF_PART[part]
    if not _holds(contract, user, role, starts):
        raise Refused(
            f"{user} is no {role.label} of {contract.authority} on that day. An administrator of the body gives roles.",
            code="role",
            field="user",
        )
    mine = set(Assignment.objects.filter(in_force(starts), contract=contract, user=user).values_list("part", flat=True))
    if (part == "director" and mine & set(approvers.MANAGING)) or (part in approvers.MANAGING and "director" in mine):
        raise Refused("Nobody both runs a contract and approves its KPIs.", code="both_sides", field="user")


def _holds(contract: Contract, user: User, role: Role, day: dt.date) -> bool:
    held = Membership.objects.filter(in_force(day), user=user, role=role, user__is_active=True)
    if role is Role.VCS:
        return held.exists()
    services = ActingFor.objects.filter(in_force(day), partner=contract.authority_id).values("service")
    return held.filter(organisation__in=[contract.authority_id, *services.values_list("service", flat=True)]).exists()


def _hand_over_owner(contract: Contract, user: User, starts: dt.date) -> Assignment | None:
    before = (
        Assignment.objects.select_for_update()
        .filter(contract=contract, part=Assignment.Part.OWNER, ends__isnull=True)
        .first()
    )
    if before is None:
        return None
    if starts <= before.starts:
        raise Refused(
            f"{before.user} is owner from {before.starts.day} {before.starts:%B %Y}. Choose a later day.",
            code="dates",
            field="starts",
        )
    before.ends, before.handed_to = starts - DAY, user
    before.save(update_fields=["ends", "handed_to"])
    return before


@transaction.atomic
def conflict_declare(
    *,
    user: User,
    organisation: Organisation,
    tie: str,
    starts: dt.date,
    by: Any,
    now: dt.datetime,
    ends: dt.date | None = None,
) -> Conflict:
    """
    Declare a tie of a person with a supplier. Parts that they hold in its contracts end the day before.

    A person declares for themselves; the lead declares for another what became known.

    :raises NotPermitted: for another person, without the right to assign
    """
    body = _body_of(user)
    if user.pk != by.pk and not organisations.organisations_with(by, Permission.CONTRACT_MANAGER_ASSIGN).exists():
        raise NotPermitted("You declare your own ties. The social value lead may record somebody else's.")
    if user.pk == by.pk:
        require(by, Permission.CONFLICT_DECLARE)
    if not tie.strip():
        raise Refused("Say what the tie is.", code="tie", field="tie")
    made = Conflict.objects.create(
        user=user, organisation=organisation, tie=tie.strip(), starts=starts, ends=ends, declared_by=by, declared_at=now
    )
    ended = _end_parts(user, organisation, starts)
    audit.record(
        organisation_id=body.pk if body else 0,
        by=by,
        role=base.role_of(by, Permission.CONFLICT_DECLARE),
        verb="conflict_declared",
        record=("contracts.conflict", made.pk, f"tie with {organisation}"),
        now=now,
        new={"user": user.pk, "organisation": organisation.pk, "starts": starts, "ends": ends, "parts_ended": ended},
    )
    return made


@transaction.atomic
def conflict_end(*, conflict: Conflict, ends: dt.date, by: Any, now: dt.datetime) -> Conflict:
    """Record that a tie ended; only the person themselves or who declared it may."""
    row = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if by.pk not in (row.user_id, row.declared_by_id):
        raise NotPermitted("Only the person or who declared the tie may end it.")
    row.ends = ends
    row.save(update_fields=["ends"])
    body = _body_of(row.user)
    audit.record(
        organisation_id=body.pk if body else 0,
        by=by,
        role=base.role_of(by, Permission.CONFLICT_DECLARE),
        verb="conflict_ended",
        record=("contracts.conflict", row.pk, f"tie with {row.organisation}"),
        now=now,
        new={"ends": ends},
    )
    return row


@transaction.atomic
def no_conflict_declare(*, contract: Contract, by: Any, now: dt.datetime) -> NoConflict:
    """Declare that one has no tie with the suppliers of a contract. Refused while a declared tie stands."""
    row = base.locked(contract, Permission.CONFLICT_DECLARE, by)
    tie = approvers.tie_of(row, by, base.day_of(now))
    if tie:
        raise Refused(f"{tie} End it first if it is over.", code="conflict")
    made, first = NoConflict.objects.get_or_create(user=by, contract=row, defaults={"declared_at": now})
    if first:
        base.log(
            contract=row,
            record=row,
            verb="no_conflict_declared",
            by=by,
            role=base.role_of(by, Permission.CONFLICT_DECLARE),
            now=now,
            new={"user": by.pk},
        )
    return made


def _end_parts(user: User, supplier: Organisation, starts: dt.date) -> list[str]:
    rows = (
        Assignment.objects.select_for_update()
        .filter(user=user, contract__contract_suppliers__supplier=supplier)
        .exclude(ends__lt=starts)
    )
    ended = []
    for row in rows.select_related("contract"):
        row.ends = max(row.starts, starts - DAY)
        row.save(update_fields=["ends"])
        ended.append(f"{row.contract.reference} {row.part}")
    return sorted(ended)


def _body_of(user: User) -> Organisation | None:
    return organisations.home_organisation(user)
