"""The account with which a new service begins. It is written once, by whoever can run commands on the machine."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.models import Membership, Organisation, User
from commonweal_web.organisations.roles import Role

ENOUGH = 2
"""What needs two people in the service needs two platform administrators to begin with."""


@transaction.atomic
def create(*, email: str, name: str, password: str, now: dt.datetime) -> User:
    """
    Make the first or the second platform administrator and the organisation that runs the service.

    :raises Refused: if there are two already, or the address or password cannot be used
    """
    platform, _ = Organisation.objects.get_or_create(
        is_platform=True, defaults={"name": "Commonweal platform", "created_at": now}
    )
    Organisation.objects.select_for_update().get(pk=platform.pk)
    if Membership.objects.filter(role=Role.PA).count() >= ENOUGH:
        raise Refused(
            "There are two platform administrators already. Others are made in the service, by these two.",
            code="admin_exists",
        )
    user = _account(email.strip().lower(), name.strip(), password, now)
    member = Membership.objects.create(
        user=user, organisation=platform, role=Role.PA, starts=now.astimezone(clock.LONDON).date()
    )
    audit.record(
        verb="first_administrator_created",
        record=member,
        organisation_id=platform.pk,
        by=user,
        role=Role.PA.value,
        now=now,
        new={"user": user.pk, "role": Role.PA.value},
        reason="made on the command line of the machine",
    )
    return user


def _account(email: str, name: str, password: str, now: dt.datetime) -> User:
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(f"There is an account for {email} already.", code="account_exists", field="email")
    try:
        validate_email(email)
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise Refused(" ".join(error.messages), code="account") from None
    user = User.objects.create_user(email, password, name=name, joined_at=now)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
