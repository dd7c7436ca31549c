"""
Invitations: a link by mail that gives one role at one organisation, to the address that it was sent to.

A buyer's invitation to a contract makes its reader the first administrator of a supplier that has nobody here. Where
the supplier has an administrator, they alone give roles: the buyer's invitation lets the reader make an account and
asks the administrator, so that no council opens another council's contracts by inviting somebody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from commonweal_web.audit import services as audit
from commonweal_web.core import outbox
from commonweal_web.core.errors import Invalid, Refused
from commonweal_web.organisations.models import (
    Directorate,
    Invitation,
    Membership,
    Organisation,
    TwoPersonRequest,
    User,
    in_force,
)
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import SUPPLIER_ROLES, Role
from commonweal_web.organisations.services.common import ADMINISTRATORS, acting_role, check_role, day_of, locked, said
from commonweal_web.organisations.services.people import add_membership
from commonweal_web.organisations.services.sessions import end_sessions

LASTS = dt.timedelta(days=14)


@transaction.atomic
def invite(
    *,
    organisation: Organisation,
    email: str,
    role: str,
    by: Any,
    now: dt.datetime,
    contract_id: int | None = None,
    directorate: Directorate | None = None,
    name: str = "",
) -> Invitation:
    """
    Queue a link that gives `role` at `organisation` to whoever reads mail at `email`.

    With `contract_id` the caller is the service of that contract and has checked the right to invite to it; without,
    `by` manages the people of the organisation.

    :raises NotPermitted: if `by` does neither
    :raises Refused: to oneself, or for a role that does not fit
    """
    if contract_id is None:
        acted_as = acting_role(by, Permission.PEOPLE_MANAGE, organisation)
    else:
        acted_as = acting_role(by, Permission.CONTRACT_EDIT)
        if role not in SUPPLIER_ROLES | {Role.VCS}:
            raise Refused("An invitation to a contract is for its supplier's side.", code="role", field="role")
    made = send_invitation(
        organisation=organisation,
        email=email,
        role=role,
        by=by,
        now=now,
        contract_id=contract_id,
        directorate=directorate,
        name=name,
    )
    audit.record(
        organisation_id=organisation.pk,
        by=by,
        role=acted_as,
        verb="person.invited",
        record=("organisations.invitation", made.pk, f"invitation {made.pk}"),
        now=now,
        new={"role": role, "contract": contract_id},
        contract_id=contract_id,
    )
    return made


def send_invitation(
    *,
    organisation: Organisation,
    email: str,
    role: str,
    by: Any,
    now: dt.datetime,
    contract_id: int | None = None,
    directorate: Directorate | None = None,
    name: str = "",
) -> Invitation:
    """Make an invitation and queue its mail; the caller has the transaction, the permission and the log's row."""
    email = email.strip().lower()
    check_role(organisation, role)
    if email == by.email:
        raise Refused("Nobody gives a role to themselves. Invite somebody else.", code="oneself", field="email")
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        organisation=organisation,
        directorate=directorate,
        email=email,
        name=name,
        role=role,
        contract_id=contract_id,
        invited_by=by,
        token_hash=_digest(token),
        created_at=now,
        expires_at=now + LASTS,
    )
    what = "a contract" if contract_id else str(organisation)
    outbox.queue(
        key=f"invitation:{made.pk}",
        to=email,
        subject=f"Invitation to {what} in Commonweal",
        body=(
            f"{by} invites you to work for {organisation} in Commonweal, as {Role(role).label}.\n\n"
            f"Open this link and follow it. It works until {said(day_of(made.expires_at))}:\n"
            f"{settings.BASE_URL}/invitations/{token}/\n\n"
            "If you do not know what this is about, do nothing: without you nothing happens."
        ),
        now=now,
        organisation_id=organisation.pk,
    )
    return made


def open_invitation(token: str, now: dt.datetime) -> Invitation:
    """
    Return the invitation behind a link.

    :raises Refused: if there is none, it was used, or it is too old; all three read the same
    """
    found = Invitation.objects.filter(token_hash=_digest(token), accepted_at__isnull=True, expires_at__gt=now)
    invitation = found.select_related("organisation", "invited_by", "directorate").first()
    if invitation is None:
        raise Refused("This link was used, or it is too old. Ask whoever invited you for a new one.", code="invitation")
    return invitation


@transaction.atomic
def accept_invitation(
    *, token: str, now: dt.datetime, user: Any = None, name: str = "", password: str = ""
) -> tuple[User, Membership | None]:
    """
    Take up an invitation: as the signed-in `user` whose address it was sent to, or with a new account.

    Return the person, and their membership, or None where the supplier's administrator has to give the role.

    :raises Refused: for a used link, another's address, or an account that exists and is not signed in
    :raises Invalid: for a name or a password that will not do
    """
    shown = open_invitation(token, now)
    assert shown.organisation is not None
    organisation = locked(shown.organisation)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=shown.pk)
    if invitation.accepted_at is not None:
        open_invitation(token, now)
    person = _the_person(invitation, user, name, password, now)
    _nobody_invites_themselves(invitation, person)
    membership = _join(invitation, organisation, person, now)
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        organisation_id=organisation.pk,
        by=person,
        role=invitation.role if membership else "",
        verb="person.joined" if membership else "person.waits_for_role",
        record=person,
        now=now,
        new={"role": invitation.role, "invitation": invitation.pk, "invited_by": invitation.invited_by_id},
        contract_id=invitation.contract_id,
    )
    return person, membership


def accepted_for(contract_id: int) -> QuerySet[Invitation]:
    """Return the invitations to a contract that were taken up, for the service that keeps its contacts."""
    return Invitation.objects.filter(contract_id=contract_id, accepted_at__isnull=False).select_related("accepted_by")


def new_account(*, email: str, name: str, password: str, now: dt.datetime, proved: bool) -> User:
    """
    Make an account; `proved` says that its person reads the mail of the address.

    :raises Invalid: for a name or a password that will not do
    """
    problems: dict[str, list[str]] = {}
    if not name.strip():
        problems["name"] = ["Enter your name."]
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        problems["password"] = list(error.messages)
    if problems:
        raise Invalid(problems)
    user = User.objects.create_user(email, password, name=name.strip(), joined_at=now)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=proved)
    return user


def _the_person(invitation: Invitation, user: Any, name: str, password: str, now: dt.datetime) -> User:
    if user is not None and user.is_authenticated:
        if user.email != invitation.email:
            raise Refused(
                "This invitation was sent to another address than that of your account. Sign out, then open the link "
                "again.",
                code="another",
            )
        EmailAddress.objects.filter(user=user, email__iexact=user.email).update(verified=True)
        known: User = user
        return known
    if User.objects.filter(email=invitation.email).exists():
        raise Refused("You have an account already. Sign in, then open the link again.", code="sign_in")
    return new_account(email=invitation.email, name=name, password=password, now=now, proved=True)


def _nobody_invites_themselves(invitation: Invitation, person: User) -> None:
    asked = TwoPersonRequest.objects.filter(facts__invitation=invitation.pk, asked_by=person)
    if invitation.invited_by_id == person.pk or asked.exists():
        raise Refused("Nobody gives a role to themselves.", code="oneself")


def _join(invitation: Invitation, organisation: Organisation, person: User, now: dt.datetime) -> Membership | None:
    today = day_of(now)
    here = Membership.objects.filter(in_force(today), organisation=organisation)
    mine = here.filter(user=person).first() if invitation.contract_id is not None else None
    if mine is not None:
        return mine
    administrators = here.filter(role__in=ADMINISTRATORS, user__is_active=True)
    role = invitation.role
    if invitation.contract_id is not None:
        if administrators.exists():
            _ask_administrators(invitation, organisation, person, administrators, now)
            return None
        if organisation.is_supplier:
            role = Role.SA
    if person.last_login is not None:
        end_sessions(user=person, why="joined an organisation", now=now)
    return add_membership(
        organisation=organisation,
        user=person,
        role=role,
        starts=today,
        given_by=invitation.invited_by,
        directorate=invitation.directorate,
    )


def _ask_administrators(
    invitation: Invitation, organisation: Organisation, person: User, administrators: Any, now: dt.datetime
) -> None:
    for one in administrators.select_related("user"):
        outbox.queue(
            key=f"invitation:{invitation.pk}:asks:{one.user_id}",
            to=one.user.email,
            subject=f"{person} asks for a role at {organisation}",
            body=(
                f"{invitation.invited_by} invited {person} ({person.email}) to a contract of {organisation}.\n\n"
                f"You manage the people of {organisation}. Invite them if they work for you:\n"
                f"{settings.BASE_URL}/organisations/{organisation.pk}/people/invite/"
            ),
            now=now,
            organisation_id=organisation.pk,
            to_user_id=one.user_id,
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
