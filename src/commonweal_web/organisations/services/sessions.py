"""Sessions: ended when a role changes, and begun without a password in the demo alone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import second_factor
from commonweal_web.organisations.models import SignInEvent, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@transaction.atomic
def end_sessions(*, user: User, why: str, now: dt.datetime) -> None:
    """
    End every session of `user`, in the transaction of the act that is the reason; the act writes the log's row.

    The raised epoch alone makes each session void wherever it is stored; the stored ones are deleted as well.
    """
    User.objects.filter(pk=user.pk).update(sign_in_epoch=F("sign_in_epoch") + 1)
    for session in UserSession.objects.filter(user_id=user.pk):
        session.end()
    SignInEvent.objects.create(at=now, kind=SignInEvent.Kind.ENDED, user_id=user.pk, how=why[:60])


def sign_in_without_password(request: HttpRequest, user: User) -> None:
    """
    Sign `user` in by one click, second factor included. The demo can; a deployment never does.

    :raises NotPermitted: outside the demo
    """
    if not settings.DEMO or settings.DEPLOYED:
        raise NotPermitted("Sign-in without a password is for the demo only.", code="demo_only")
    _begin(request, user)


def begin_session(request: HttpRequest, user: User) -> None:
    """Sign in a person who has just proved in this request who they are: by registering, or by an invitation."""
    user.refresh_from_db()
    login(request, user, backend=BACKEND)
    request.user = user
    UserSession.objects.create_from_request(request)


def _begin(request: Any, user: User) -> None:
    begin_session(request, user)
    second_factor.note(request.session, user, second_factor.DEMO)
