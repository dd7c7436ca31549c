"""Which version of a body's policy is in force on a day, and what a version holds."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.db.models import QuerySet

from commonweal import errors
from commonweal.policy.loader import read_pack
from commonweal.policy.rules import PolicyPack
from commonweal_web.organisations.models import Organisation
from commonweal_web.planning.models import Policy


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
