"""Which version of a body's policy is in force on a day, what a version holds, and who sits on a body's panels."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, QuerySet

from commonweal import errors
from commonweal.policy.loader import read_pack
from commonweal.policy.rules import PolicyPack
from commonweal.policy.writing import figures_of, policy_text
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Membership, Organisation, User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Panel, PanelMember, Policy


def policies_of(body: Organisation) -> QuerySet[Policy]:
    """Return every version of a body's policy, the latest first day first."""
    return Policy.objects.filter(body=body).select_related("body", "drafted_by", "proposed_by", "adopted_by")


def policy_on(body: Organisation, day: dt.date) -> Policy | None:
    """Return the version in force on `day`: the adopted one with the latest first day on or before it."""
    adopted = policies_of(body).filter(state=Policy.State.ADOPTED, starts__lte=day)
    return adopted.order_by("-starts").first()


def latest_adopted(body: Organisation) -> Policy | None:
    """Return the adopted version with the latest first day, though that day may be ahead."""
    return policies_of(body).filter(state=Policy.State.ADOPTED).order_by("-starts").first()


def bodies_of(user: Any) -> QuerySet[Organisation]:
    """Return the authorities and services whose policies a person sees: their own, and those that these act for."""
    found = organisations.organisations_with(user, Permission.MEASURES_READ)
    return found.filter(Q(is_authority=True) | Q(is_shared_service=True)).order_by("name")


def waiting_for(user: Any, body: Organisation) -> list[Policy]:
    """Return the proposed versions that this person may adopt: never those that they drafted or proposed."""
    if not organisations.organisations_with(user, Permission.POLICY_ADOPT).filter(pk=body.pk).exists():
        return []
    return list(policies_of(body).filter(state="proposed").exclude(drafted_by=user).exclude(proposed_by=user))


def panels_of(body: Organisation) -> QuerySet[Panel]:
    """Return the panels of a body, those that ended last."""
    return (
        Panel.objects.filter(body=body).select_related("directorate").order_by(F("ends").asc(nulls_first=True), "name")
    )


def seats_of(panel: Panel) -> QuerySet[PanelMember]:
    """Return the seats of a panel, the chair first, ended ones last."""
    return panel.members.select_related("user").order_by(F("ends").asc(nulls_first=True), "-chair", "user__name", "pk")


def seatable(body: Organisation, day: dt.date) -> QuerySet[User]:
    """Return the people who can sit on a panel of a body: those who are panel members by role."""
    acting = body.services.filter(in_force(day)).values("service")
    at = Q(organisation=body) | Q(organisation__in=acting)
    held = Membership.objects.filter(in_force(day), at, role=Role.CAT)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


def before(policy: Policy) -> Policy | None:
    """Return the adopted version that holds before this one does."""
    adopted = policies_of(policy.body).filter(state=Policy.State.ADOPTED, starts__lte=policy.starts)
    return adopted.exclude(pk=policy.pk).order_by("-starts").first()


def is_plain(policy: Policy) -> bool:
    """Return whether the form's figures say the whole of a version; if not, it was written by hand."""
    return policy_text(figures_of(pack_of(policy))) == policy.document


def pack_of(policy: Policy) -> PolicyPack:
    """
    Return the rules of a version.

    :raises BadPack: if its document is no policy pack, which no version that was saved here is
    """
    return _pack(policy.sha256, policy.document)


@lru_cache(maxsize=64)
def _pack(sha256: str, text: str) -> PolicyPack:
    pack, problems = read_pack(text, name="policy.yaml")
    if pack is None:
        raise errors.BadPack(f"The policy {sha256[:12]} cannot be read. " + " ".join(one.found for one in problems))
    return pack
