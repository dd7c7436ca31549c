"""What the pages of bodies and people show, for the person who looks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Q

from commonweal_web.organisations import identifiers, second_factor, selectors
from commonweal_web.organisations.models import (
    SIGN_INS_KEPT,
    Delegation,
    Directorate,
    Invitation,
    Membership,
    Organisation,
    SignInEvent,
    TwoPersonRequest,
    User,
    in_force,
)
from commonweal_web.organisations.policies import Permission, roles_with
from commonweal_web.organisations.roles import STRONG_SIGN_IN_ROLES
from commonweal_web.organisations.services.common import ADMINISTRATORS
from commonweal_web.organisations.services.delegations import may_hold
from commonweal_web.organisations.services.requests import waiting_for

NEWEST = 200
FACTOR_WORDS = {"totp": "authenticator app", "webauthn": "passkey"}


def own_account(user: Any, today: dt.date) -> dict[str, Any]:
    """Return what a person's own page shows: roles in force, how they sign in, delegations they hold."""
    factors = Authenticator.objects.filter(user_id=user.pk, type__in=second_factor.FACTORS)
    held = Delegation.objects.filter(delegate=user, revoked_at__isnull=True, ends__gte=today)
    return {
        "title": "Your account",
        "person": user,
        "memberships": selectors.memberships(user, day=today).select_related("directorate").order_by("pk"),
        "factors": [FACTOR_WORDS[factor.type] for factor in factors.order_by("pk")],
        "factor_needed": second_factor.needed(user),
        "sessions": UserSession.objects.filter(user_id=user.pk).count(),
        "delegations": held.select_related("approver", "directorate", "organisation").order_by("ends"),
    }


def body_page(organisation: Organisation, user: Any, today: dt.date) -> dict[str, Any]:
    """Return what the page of an organisation shows: facts, numbers with warnings, directorates, partners."""
    mine = selectors.memberships(user, day=today).filter(organisation=organisation)
    roles = set(mine.values_list("role", flat=True))
    numbers = [
        {
            "row": one,
            "register": identifiers.register_of(one.scheme),
            "warnings": identifiers.warnings(organisation.name, one.scheme, one.value),
        }
        for one in organisation.identifiers.order_by("pk")
    ]
    people = Membership.objects.filter(in_force(today), organisation=organisation, user__is_active=True)
    current = Q(ends__isnull=True) | Q(ends__gte=today)
    return {
        "title": organisation.name,
        "organisation": organisation,
        "kinds": kinds_of(organisation),
        "numbers": numbers,
        "directorates": organisation.directorates.select_related("head"),
        "services": organisation.services.filter(current).select_related("service").order_by("starts"),
        "partners": organisation.partners.filter(current).select_related("partner").order_by("partner__name"),
        "people_count": people.values("user").distinct().count(),
        "administrators": people.filter(role__in=ADMINISTRATORS).select_related("user").order_by("user__name"),
        "manages": bool(roles & roles_with(Permission.PEOPLE_MANAGE)),
        "watches": bool(roles & roles_with(Permission.EMERGENCY_WATCH)),
        "reads_sign_ins": bool(roles & roles_with(Permission.SIGN_INS_READ)),
        "delegates": bool(roles & roles_with(Permission.DELEGATION_GIVE)),
    }


def kinds_of(organisation: Organisation) -> str:
    """Say what an organisation is: "supplier, VCSE"."""
    flags = (
        ("is_authority", "authority"),
        ("is_shared_service", "shared service"),
        ("is_supplier", "supplier"),
        ("is_vcse", "voluntary, community or social enterprise (VCSE)"),
        ("is_platform", "platform"),
    )
    return ", ".join(words for flag, words in flags if getattr(organisation, flag))


def people_page(organisation: Organisation, today: dt.date, now: dt.datetime) -> dict[str, Any]:
    """Return the people of an organisation with their roles in force, those who left, and open invitations."""
    found: dict[int, dict[str, Any]] = {}
    rows = Membership.objects.filter(organisation=organisation).select_related("user", "directorate")
    for row in rows.order_by("user__name", "pk"):
        entry = found.setdefault(row.user_id, {"person": row.user, "roles": [], "left": None})
        if row.starts <= today and (row.ends is None or row.ends >= today):
            entry["roles"].append(row)
        elif row.ends is not None and row.ends < today:
            entry["left"] = max(filter(None, [entry["left"], row.ends]))
    with_factor = set(
        Authenticator.objects.filter(user_id__in=found, type__in=second_factor.FACTORS).values_list(
            "user_id", flat=True
        )
    )
    for pk, entry in found.items():
        strong = any(row.role in STRONG_SIGN_IN_ROLES for row in entry["roles"])
        entry["factor"] = "Set up" if pk in with_factor else "Not set up yet" if strong else "Not needed"
    invitations = Invitation.objects.filter(organisation=organisation, accepted_at__isnull=True, expires_at__gt=now)
    return {
        "title": "People",
        "organisation": organisation,
        "people": [entry for entry in found.values() if entry["roles"]],
        "left": [entry for entry in found.values() if not entry["roles"]],
        "invitations": invitations.order_by("created_at"),
    }


def person_page(organisation: Organisation, person: User, user: Any, today: dt.date) -> dict[str, Any]:
    """Return one person's roles at an organisation, past ones included."""
    rows = Membership.objects.filter(organisation=organisation, user=person)
    rows = rows.select_related("directorate", "given_by", "handed_to").order_by("-starts", "-pk")
    current = [row for row in rows if row.ends is None or row.ends >= today]
    factors = Authenticator.objects.filter(user=person, type__in=second_factor.FACTORS)
    return {
        "title": person.name,
        "organisation": organisation,
        "person": person,
        "current": current,
        "past": [row for row in rows if row not in current],
        "factors": [FACTOR_WORDS[factor.type] for factor in factors],
        "oneself": person.pk == user.pk,
    }


def sign_ins_page(organisation: Organisation, now: dt.datetime, kind: str) -> dict[str, Any]:
    """Return the newest events at the door of the people who have or had a role at an organisation."""
    people = Membership.objects.filter(organisation=organisation).values("user")
    events = SignInEvent.objects.filter(user__in=people, at__gt=now - SIGN_INS_KEPT).select_related("user")
    if kind in SignInEvent.Kind.values:
        events = events.filter(kind=kind)
    return {
        "title": "Who signed in",
        "organisation": organisation,
        "events": events[:NEWEST],
        "kind": kind,
        "kinds": [("", "Everything"), *SignInEvent.Kind.choices],
        "newest": NEWEST,
    }


def delegations_page(user: Any, today: dt.date) -> dict[str, Any]:
    """Return a director's delegations, and where they can delegate."""
    given = Delegation.objects.filter(approver=user).select_related("delegate", "directorate", "organisation")
    open_ones = Q(revoked_at__isnull=True) & Q(ends__gte=today)
    roles = roles_with(Permission.DELEGATION_GIVE)
    return {
        "title": "Delegations of approval",
        "current": given.filter(open_ones).order_by("ends"),
        "past": given.exclude(open_ones).order_by("-ends"),
        "bodies": selectors.acted_for(user, roles),
        "today": today,
    }


def delegation_choices(organisation: Organisation, user: Any, today: dt.date) -> dict[str, Any]:
    """Return whom a director can choose and which directorates are theirs."""
    held = selectors.memberships(user, day=today).filter(role__in=roles_with(Permission.DELEGATION_GIVE))
    whole = held.filter(directorate__isnull=True).exists()
    own = Q() if whole else Q(pk__in=held.values("directorate"))
    return {
        "people": may_hold(organisation, today).exclude(pk=user.pk).order_by("name"),
        "directorates": Directorate.objects.filter(own, organisation=organisation),
        "whole": whole,
    }


def requests_page(user: Any, now: dt.datetime) -> dict[str, Any]:
    """Return what waits for a second person, what the person asked for, and what was decided lately."""
    asked = TwoPersonRequest.objects.filter(asked_by=user).select_related("organisation", "person", "decided_by")
    return {
        "title": "Requests that need two people",
        "waiting": waiting_for(user, now).exclude(asked_by=user).exclude(person=user),
        "asked": asked[:NEWEST],
        "may_create": bool(selectors.roles_of(user, Permission.ORGANISATION_CREATE)),
        "now": now,
    }


def request_page(asked: TwoPersonRequest, user: Any, now: dt.datetime) -> dict[str, Any]:
    """Return one request with its facts in words."""
    words = {
        "name": "Name",
        "kind": "What it is",
        "scheme": "Register",
        "number": "Number",
        "administrator_name": "First administrator",
        "administrator_email": "Their e-mail address",
    }
    facts = [(label, asked.facts[key]) for key, label in words.items() if asked.facts.get(key)]
    return {
        "title": asked.get_kind_display().capitalize(),
        "asked": asked,
        "facts": facts,
        "own": asked.asked_by_id == user.pk,
        "open": asked.state == TwoPersonRequest.State.WAITING and asked.expires_at > now,
        "button": "Record decision",
    }
