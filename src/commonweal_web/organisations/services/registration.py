"""A supplier registers itself by its number: in at once, approved by nobody, and nobody's number twice."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction

from commonweal_web.audit import services as audit
from commonweal_web.core import outbox
from commonweal_web.core.errors import Refused
from commonweal_web.organisations import identifiers
from commonweal_web.organisations.models import Identifier, Membership, Organisation, User
from commonweal_web.organisations.roles import Role
from commonweal_web.organisations.services.common import day_of
from commonweal_web.organisations.services.invitations import new_account

IN_USE = (
    "No new registration was made, because the number or the e-mail address is in use here. "
    "If your organisation is registered, ask a colleague who uses Commonweal, or the council that manages your "
    "contract, to invite you. If you have an account, sign in or set a new password."
)


@transaction.atomic
def register_supplier(
    *,
    organisation_name: str,
    scheme: str,
    number: str,
    name: str,
    email: str,
    password: str,
    now: dt.datetime,
    is_vcse: bool = False,
    size: str = "",
) -> tuple[User, Organisation]:
    """
    Make a supplier with its first administrator. The role comes with the registration, as for a first administrator
    that two people of the platform make; at an organisation that exists nobody gets in this way.

    :raises Refused: if the number or the address is in use; the answer does not say which, nor by whom
    :raises Invalid: for a name or a password that will not do
    """
    number, email = identifiers.tidy(scheme, number), email.strip().lower()
    if identifiers.in_use(scheme, number) or User.objects.filter(email=email).exists():
        raise Refused(IN_USE, code="in_use")
    user = new_account(email=email, name=name, password=password, now=now, proved=False)
    organisation = Organisation.objects.create(
        name=organisation_name.strip(), is_supplier=True, is_vcse=is_vcse, size=size, created_at=now
    )
    try:
        with transaction.atomic():
            Identifier.objects.create(organisation=organisation, scheme=scheme, value=number)
    except IntegrityError:
        raise Refused(IN_USE, code="in_use") from None
    Membership.objects.create(user=user, organisation=organisation, role=Role.SA, starts=day_of(now))
    audit.record(
        organisation_id=organisation.pk,
        by=user,
        role=Role.SA.value,
        verb="organisation.registered",
        record=organisation,
        now=now,
        new={"scheme": scheme, "number": number, "vcse": is_vcse},
    )
    _welcome(user, organisation, now)
    return user, organisation


def tell_about_the_try(*, email: str, now: dt.datetime) -> None:
    """Tell the holder of an address that somebody tried to register with it; nobody else learns that it is known."""
    email = email.strip().lower()
    if not User.objects.filter(email=email, is_active=True).exists():
        return
    outbox.queue(
        key=f"registration-try:{email}:{day_of(now)}",
        to=email,
        subject="You have an account in Commonweal",
        body=(
            "Somebody tried to register an organisation with your e-mail address. Nothing was made.\n\n"
            f"If it was you: you have an account. Sign in at {settings.BASE_URL}/account/login/, or set a new "
            f"password at {settings.BASE_URL}/account/password/reset/"
        ),
        now=now,
    )


def _welcome(user: User, organisation: Organisation, now: dt.datetime) -> None:
    outbox.queue(
        key=f"registered:{organisation.pk}",
        to=user.email,
        subject=f"{organisation} is registered in Commonweal",
        body=(
            f"You registered {organisation} and are its administrator: you invite colleagues and give them roles at\n"
            f"{settings.BASE_URL}/organisations/{organisation.pk}/\n\n"
            "If it was not you, set a new password for this address: that shuts out whoever did it.\n"
            f"{settings.BASE_URL}/account/password/reset/"
        ),
        now=now,
        organisation_id=organisation.pk,
        to_user_id=user.pk,
    )
