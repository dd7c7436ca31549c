"""Acts that need two people: one asks, another one carries out. Neither is the one it is about."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from commonweal_web.audit import services as audit
from commonweal_web.core import outbox
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations import identifiers, selectors
from commonweal_web.organisations.models import (
    Identifier,
    Membership,
    Organisation,
    SignInEvent,
    TwoPersonRequest,
    User,
    in_force,
)
from commonweal_web.organisations.policies import Permission, roles_with
from commonweal_web.organisations.roles import Role
from commonweal_web.organisations.services.common import acting_role, day_of
from commonweal_web.organisations.services.invitations import send_invitation
from commonweal_web.organisations.services.sessions import end_sessions

LASTS = dt.timedelta(days=14)
LEAST = 2
"""As many platform administrators must be left to decide together."""
PLATFORM = 0
KINDS = {"authority": "is_authority", "shared service": "is_shared_service", "supplier": "is_supplier"}
PERMISSION = {
    TwoPersonRequest.Kind.ORGANISATION: Permission.ORGANISATION_CREATE,
    TwoPersonRequest.Kind.SECOND_FACTOR: Permission.MFA_RESET,
    TwoPersonRequest.Kind.PLATFORM_ADMIN: Permission.ORGANISATION_CREATE,
    TwoPersonRequest.Kind.PLATFORM_END: Permission.ORGANISATION_CREATE,
}
State = TwoPersonRequest.State


@transaction.atomic
def ask_organisation(
    *,
    name: str,
    kind: str,
    scheme: str,
    number: str,
    administrator_name: str,
    administrator_email: str,
    reason: str,
    by: Any,
    now: dt.datetime,
) -> TwoPersonRequest:
    """
    Ask that an organisation be made, with its first administrator. A second platform administrator does it.

    :raises Refused: for a number in use, a kind that is not known, or the own address
    """
    acted_as = acting_role(by, Permission.ORGANISATION_CREATE)
    email = administrator_email.strip().lower()
    if kind not in KINDS:
        raise Refused("Choose what kind of organisation it is.", code="kind", field="kind")
    if email == by.email:
        raise Refused("The first administrator is somebody else.", code="oneself", field="administrator_email")
    number = identifiers.tidy(scheme, number)
    if number and identifiers.in_use(scheme, number):
        raise Refused("An organisation with this number is here already.", code="in_use", field="number")
    facts = {
        "name": name.strip(),
        "kind": kind,
        "scheme": scheme if number else "",
        "number": number,
        "administrator_name": administrator_name.strip(),
        "administrator_email": email,
    }
    return _ask(TwoPersonRequest.Kind.ORGANISATION, acted_as, by, now, reason=reason, facts=facts)


@transaction.atomic
def ask_platform_administrator(*, name: str, email: str, reason: str, by: Any, now: dt.datetime) -> TwoPersonRequest:
    """
    Ask that somebody be invited as a further platform administrator. A second one does it.

    :raises Refused: for oneself
    """
    acted_as = acting_role(by, Permission.ORGANISATION_CREATE)
    if email.strip().lower() == by.email:
        raise Refused("You are one already. Enter somebody else.", code="oneself", field="email")
    facts = {"administrator_name": name.strip(), "administrator_email": email.strip().lower()}
    return _ask(TwoPersonRequest.Kind.PLATFORM_ADMIN, acted_as, by, now, reason=reason, facts=facts)


@transaction.atomic
def ask_platform_administrator_end(*, email: str, reason: str, by: Any, now: dt.datetime) -> TwoPersonRequest:
    """
    Ask that somebody stop being a platform administrator. Another one, who is not that person, does it.

    :raises Refused: for oneself, for somebody who is none, or if fewer than two would be left to decide together
    """
    acted_as = acting_role(by, Permission.ORGANISATION_CREATE)
    held = _platform_roles(now)
    row = held.filter(user__email=email.strip().lower()).select_related("user", "organisation").first()
    if row is None:
        raise Refused("Nobody with this address is a platform administrator now.", code="stranger", field="email")
    if row.user_id == by.pk:
        raise Refused("Ask another platform administrator to end yours.", code="oneself", field="email")
    _two_are_left(held, row.user_id)
    return _ask(
        TwoPersonRequest.Kind.PLATFORM_END,
        acted_as,
        by,
        now,
        reason=reason,
        organisation=row.organisation,
        person=row.user,
    )


@transaction.atomic
def ask_second_factor_reset(
    *, organisation: Organisation, person: User, reason: str, by: Any, now: dt.datetime
) -> TwoPersonRequest:
    """
    Ask that the second factor of somebody who lost it be reset. Another administrator does it.

    :raises NotPermitted: if `by` manages neither that organisation nor the platform
    :raises Refused: for oneself, somebody of elsewhere, or when it was asked already
    """
    acted_as = _role_for_reset(by, organisation)
    if person.pk == by.pk:
        raise Refused("Ask another administrator to reset yours.", code="oneself")
    if not Membership.objects.filter(in_force(day_of(now)), organisation=organisation, user=person).exists():
        raise Refused(f"{person} has no role at {organisation} now.", code="stranger")
    waiting = TwoPersonRequest.objects.filter(person=person, state=State.WAITING, expires_at__gt=now)
    if waiting.exists():
        raise Refused("A reset for this person is waiting for a second administrator already.", code="waiting")
    return _ask(
        TwoPersonRequest.Kind.SECOND_FACTOR, acted_as, by, now, reason=reason, organisation=organisation, person=person
    )


@transaction.atomic
def ask_reset_by_address(*, email: str, reason: str, by: Any, now: dt.datetime) -> TwoPersonRequest:
    """
    Ask for a reset for somebody known by their address: the platform's way, for bodies without a second administrator.

    :raises NotPermitted, Refused: as `ask_second_factor_reset`
    """
    acting_role(by, Permission.ORGANISATION_CREATE)
    here = Membership.objects.filter(in_force(day_of(now)), user__email=email.strip().lower())
    membership = here.select_related("organisation", "user").order_by("pk").first()
    if membership is None:
        raise Refused("Nobody with this address has a role here now.", code="stranger", field="email")
    return ask_second_factor_reset(
        organisation=membership.organisation, person=membership.user, reason=reason, by=by, now=now
    )


@transaction.atomic
def decide_request(
    *, request: TwoPersonRequest, carry_out: bool, reason: str = "", by: Any, now: dt.datetime
) -> TwoPersonRequest:
    """
    Carry out or refuse what another person asked.

    :raises NotPermitted: for who asked, whom it is about, and who does not hold the permission
    :raises Refused: if it was decided or is too old
    """
    row = TwoPersonRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    acted_as = _role_to_decide(row, by)
    if row.state != State.WAITING:
        raise Refused(f"This was decided already: {row.get_state_display()}.", code="decided")
    if row.expires_at <= now:
        raise Refused("This was asked more than two weeks ago. Ask again.", code="old")
    if not carry_out and not reason.strip():
        raise Refused("Enter why you refuse it.", code="reason", field="reason")
    row.state = State.DONE if carry_out else State.REFUSED
    row.decided_by, row.decided_at, row.decision_reason = by, now, reason
    if carry_out:
        _carry_out(row, by, now)
    row.save()
    audit.record(
        organisation_id=row.organisation_id or PLATFORM,
        by=by,
        role=acted_as,
        verb=f"{row.kind}.{row.state}",
        record=("organisations.twopersonrequest", row.pk, f"request {row.pk}"),
        now=now,
        new={**row.facts, "asked_by": row.asked_by_id, "person": row.person_id},
        reason=reason,
    )
    return row


@transaction.atomic
def withdraw_request(*, request: TwoPersonRequest, by: Any, now: dt.datetime) -> TwoPersonRequest:
    """
    Take back what one asked oneself.

    :raises NotPermitted: for anybody else
    """
    row = TwoPersonRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.asked_by_id != by.pk:
        raise NotPermitted(f"Only {row.asked_by}, who asked for it, can withdraw it.")
    if row.state != State.WAITING:
        raise Refused(f"This was decided already: {row.get_state_display()}.", code="decided")
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    audit.record(
        organisation_id=row.organisation_id or PLATFORM,
        by=by,
        role="",
        verb=f"{row.kind}.withdrawn",
        record=("organisations.twopersonrequest", row.pk, f"request {row.pk}"),
        now=now,
    )
    return row


def _ask(
    kind: TwoPersonRequest.Kind, acted_as: str, by: Any, now: dt.datetime, *, reason: str, **facts: Any
) -> TwoPersonRequest:
    row = TwoPersonRequest.objects.create(
        kind=kind, reason=reason, asked_by=by, asked_at=now, expires_at=now + LASTS, **facts
    )
    audit.record(
        organisation_id=row.organisation_id or PLATFORM,
        by=by,
        role=acted_as,
        verb=f"{kind.value}.asked",
        record=("organisations.twopersonrequest", row.pk, f"request {row.pk}"),
        now=now,
        new={**row.facts, "person": row.person_id},
        reason=reason,
    )
    return row


def _role_for_reset(by: Any, organisation: Organisation) -> str:
    platform = selectors.memberships(by).filter(role=Role.PA).first()
    return platform.role if platform else acting_role(by, Permission.MFA_RESET, organisation)


def _role_to_decide(row: TwoPersonRequest, by: Any) -> str:
    if row.organisation is not None and row.kind == TwoPersonRequest.Kind.SECOND_FACTOR:
        role = _role_for_reset(by, row.organisation)
    else:
        role = acting_role(by, PERMISSION[TwoPersonRequest.Kind(row.kind)])
    if by.pk == row.asked_by_id:
        raise NotPermitted("You asked for this, so another administrator decides it.", code="second_person")
    if by.pk == row.person_id or by.email == row.facts.get("administrator_email"):
        raise NotPermitted("This is about you, so others decide it.", code="about_oneself")
    return role


def _carry_out(row: TwoPersonRequest, by: Any, now: dt.datetime) -> None:
    if row.kind == TwoPersonRequest.Kind.ORGANISATION:
        _make_organisation(row, by, now)
    elif row.kind == TwoPersonRequest.Kind.PLATFORM_ADMIN:
        _invite_platform_administrator(row, by, now)
    elif row.kind == TwoPersonRequest.Kind.PLATFORM_END:
        _end_platform_administrator(row, now)
    else:
        _reset_second_factor(row, now)


def _make_organisation(row: TwoPersonRequest, by: Any, now: dt.datetime) -> None:
    facts = row.facts
    if facts["number"] and identifiers.in_use(facts["scheme"], facts["number"]):
        raise Refused("An organisation with this number is here already. Refuse the request.", code="in_use")
    made = Organisation.objects.create(name=facts["name"], created_at=now, **{KINDS[facts["kind"]]: True})
    if facts["number"]:
        Identifier.objects.create(organisation=made, scheme=facts["scheme"], value=facts["number"])
    invitation = send_invitation(
        organisation=made,
        email=facts["administrator_email"],
        name=facts["administrator_name"],
        role=Role.SA if facts["kind"] == "supplier" else Role.BA,
        by=by,
        now=now,
    )
    row.organisation = made
    row.facts = {**facts, "invitation": invitation.pk}


def _invite_platform_administrator(row: TwoPersonRequest, by: Any, now: dt.datetime) -> None:
    invitation = send_invitation(
        organisation=Organisation.objects.get(is_platform=True),
        email=row.facts["administrator_email"],
        name=row.facts["administrator_name"],
        role=Role.PA,
        by=by,
        now=now,
    )
    row.facts = {**row.facts, "invitation": invitation.pk}


def _end_platform_administrator(row: TwoPersonRequest, now: dt.datetime) -> None:
    """The role ends at once, and with it every session."""
    person = row.person
    assert person is not None
    held = _platform_roles(now)
    _two_are_left(held, person.pk)
    yesterday = day_of(now) - dt.timedelta(days=1)
    held.filter(user=person).update(ends=yesterday, at_once=True)
    end_sessions(user=person, why="a role ended", now=now)
    outbox.queue(
        key=f"platform-administrator-ended:{row.pk}",
        to=person.email,
        subject="You are no longer a platform administrator",
        body=f"{row.asked_by} and {row.decided_by} ended your role: {row.reason}\n\nWrite to them if this is wrong.\n",
        now=now,
        to_user_id=person.pk,
    )


def _platform_roles(now: dt.datetime) -> QuerySet[Membership]:
    """Return who is a platform administrator today, locked, so that two ends never leave one person alone."""
    rows = Membership.objects.select_for_update(of=("self",)).filter(in_force(day_of(now)), role=Role.PA)
    return rows.filter(organisation__is_platform=True, user__is_active=True).order_by("pk")


def _two_are_left(held: QuerySet[Membership], user_id: int) -> None:
    left = {row.user_id for row in held} - {user_id}
    if len(left) < LEAST:
        raise Refused(
            "Two platform administrators must be left, since their acts need two. Make another one first.", code="last"
        )


def _reset_second_factor(row: TwoPersonRequest, now: dt.datetime) -> None:
    person = row.person
    assert person is not None
    Authenticator.objects.filter(user=person).delete()
    end_sessions(user=person, why="second factor reset", now=now)
    SignInEvent.objects.create(at=now, kind=SignInEvent.Kind.FACTOR_RESET, user=person)
    outbox.queue(
        key=f"second-factor-reset:{row.pk}",
        to=person.email,
        subject="Your second factor was reset",
        body=(
            f"{row.asked_by} and {row.decided_by} reset the second factor of your account. Sign in with your password "
            "and set up a new one.\n\nIf you did not ask for this, tell them at once."
        ),
        now=now,
        to_user_id=person.pk,
    )


def waiting_for(user: Any, now: dt.datetime) -> Any:
    """Return the requests that `user` could decide now, newest first."""
    open_ones = TwoPersonRequest.objects.filter(state=State.WAITING, expires_at__gt=now)
    mine = selectors.memberships(user).filter(role__in=roles_with(Permission.MFA_RESET))
    if not mine.filter(role=Role.PA).exists():
        open_ones = open_ones.filter(
            kind=TwoPersonRequest.Kind.SECOND_FACTOR, organisation__in=mine.values("organisation")
        )
    return open_ones.select_related("organisation", "person", "asked_by")
