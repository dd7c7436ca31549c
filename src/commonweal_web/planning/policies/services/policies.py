"""
A version of a body's policy on its way: drafted, proposed, adopted by somebody else from a day on.

Who drafted or proposed it never adopts it; the database refuses that too, and that an adopted one is changed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal.policy.loader import read_pack
from commonweal.policy.rules import PolicyPack
from commonweal_web.core import outbox
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.core.forms import said
from commonweal_web.frameworks.keeping.services.common import allow, day_of, log
from commonweal_web.organisations.models import Membership, Organisation, in_force
from commonweal_web.organisations.policies import Permission, roles_with
from commonweal_web.planning.models import Policy
from commonweal_web.planning.policies.selectors import latest_adopted

MOST_TOLD = 50
OPEN = (Policy.State.DRAFT, Policy.State.PROPOSED)
LONGEST_LABEL = 60


@transaction.atomic
def policy_draft(*, body: Organisation, text: str, name: str = "policy.yaml", by: Any, now: dt.datetime) -> Policy:
    """
    Keep a policy pack as a draft of the body; its version and first day are those that the text names.

    :raises NotPermitted: if `by` may not draft for the body
    :raises Invalid: with file, line and reason of everything that is wrong with the text
    :raises Refused: if the body has this version already
    """
    allow(by, Permission.POLICY_DRAFT, body)
    Organisation.objects.select_for_update().get(pk=body.pk)
    pack, starts = _read(text, name)
    _refuse_twin(body, pack.version)
    row = Policy.objects.create(
        body=body, label=pack.version, starts=starts, document=text, sha256=_hash(text), drafted_by=by, drafted_at=now
    )
    _log(row, "policy_drafted", Permission.POLICY_DRAFT, by, now, new=_told(row))
    return row


@transaction.atomic
def policy_change(
    *, policy: Policy, text: str, name: str = "policy.yaml", by: Any, now: dt.datetime, shown: int | None = None
) -> Policy:
    """
    Give a draft another text. Only who drafted it does, so that whoever adopts it wrote none of it.

    :raises StaleVersion: if it changed since the page was opened
    """
    row = _locked(policy, Permission.POLICY_DRAFT, by, shown)
    _in_state(row, Policy.State.DRAFT, "changed")
    if by.pk != row.drafted_by_id:
        raise NotPermitted(
            f"{row.drafted_by} wrote this draft and changes it. To write another, draft a version of your own: you "
            "can begin with this file.",
            code="other",
        )
    pack, starts = _read(text, name)
    if pack.version != row.label:
        _refuse_twin(row.body, pack.version)
    old = _told(row)
    row.label, row.starts, row.document, row.sha256 = pack.version, starts, text, _hash(text)
    row.touch()
    row.save()
    _log(row, "policy_changed", Permission.POLICY_DRAFT, by, now, old=old, new=_told(row))
    return row


@transaction.atomic
def policy_propose(*, policy: Policy, by: Any, now: dt.datetime, shown: int | None = None) -> Policy:
    """Propose a draft; those who may adopt it are told by mail. Raises as `policy_change`."""
    row = _locked(policy, Permission.POLICY_DRAFT, by, shown)
    _in_state(row, Policy.State.DRAFT, "proposed")
    row.state, row.proposed_by, row.proposed_at, row.decision_reason = Policy.State.PROPOSED, by, now, ""
    row.touch()
    row.save()
    for person in adopters(row.body, day_of(now)):
        if person.pk not in (row.drafted_by_id, by.pk):
            words = f"{by} proposes version {row.label} of the policy of {row.body}, to hold from {said(row.starts)}."
            _tell(row, person, "proposed", "A policy waits for your decision", words, now)
    _log(row, "policy_proposed", Permission.POLICY_DRAFT, by, now, new=_told(row))
    return row


@transaction.atomic
def policy_adopt(*, policy: Policy, reason: str, by: Any, now: dt.datetime, shown: int | None = None) -> Policy:
    """
    Adopt a proposed version; it is never changed again.

    :raises NotPermitted: to whoever drafted or proposed it
    :raises StaleVersion: if it changed since the page was opened
    :raises Refused: without a reason, or if its first day is not after that of the version adopted before, or is past
    """
    row = _locked(policy, Permission.POLICY_ADOPT, by, shown)
    _in_state(row, Policy.State.PROPOSED, "adopted")
    _somebody_else(row, by)
    row.decision_reason = _reason(reason, "Say why it is adopted: the meeting or the decision on which it rests.")
    _refuse_past(row, day_of(now))
    row.state, row.adopted_by, row.adopted_at = Policy.State.ADOPTED, by, now
    row.touch()
    row.save()
    _tell_writers(row, "adopted", f"{by} adopted version {row.label}: {row.decision_reason}", now)
    _log(row, "policy_adopted", Permission.POLICY_ADOPT, by, now, new=_told(row), reason=row.decision_reason)
    return row


@transaction.atomic
def policy_send_back(*, policy: Policy, reason: str, by: Any, now: dt.datetime, shown: int | None = None) -> Policy:
    """Send a proposed version back to its drafter with the reason. Raises as `policy_adopt`."""
    row = _locked(policy, Permission.POLICY_ADOPT, by, shown)
    _in_state(row, Policy.State.PROPOSED, "sent back")
    _somebody_else(row, by)
    row.decision_reason = _reason(reason, "Say why, so that the drafter can mend it.")
    row.state = Policy.State.DRAFT
    row.touch()
    row.save()
    _tell_writers(row, "back", f"{by} sent version {row.label} back: {row.decision_reason}", now)
    _log(row, "policy_sent_back", Permission.POLICY_ADOPT, by, now, new=_told(row), reason=row.decision_reason)
    return row


@transaction.atomic
def policy_leave(*, policy: Policy, by: Any, now: dt.datetime, shown: int | None = None) -> Policy:
    """
    Give a draft or a proposed version up; it stays as a record.

    :raises Refused: if it is adopted or was left
    """
    row = _locked(policy, Permission.POLICY_DRAFT, by, shown)
    if row.state not in OPEN:
        raise Refused(f"Version {row.label} is {row.get_state_display()}, so it cannot be given up.", code="state")
    before, row.state = row.state, Policy.State.LEFT
    row.touch()
    row.save()
    _log(row, "policy_left", Permission.POLICY_DRAFT, by, now, old={"state": before}, new=_told(row))
    return row


def adopters(body: Organisation, day: dt.date) -> list[Any]:
    """Return the people who may adopt for a body: its own, and those of a service that acts for it."""
    acting = body.services.filter(in_force(day)).values("service")
    held = Membership.objects.filter(
        in_force(day), Q(organisation=body) | Q(organisation__in=acting), role__in=roles_with(Permission.POLICY_ADOPT)
    )
    found = {row.user_id: row.user for row in held.filter(user__is_active=True).select_related("user")}
    return sorted(found.values(), key=lambda person: str(person))


def _read(text: str, name: str) -> tuple[PolicyPack, dt.date]:
    pack, problems = read_pack(text, name=name)
    if pack is None:
        told = [f"{one.where.file} line {one.where.row}: {one.found} {one.mend}".strip() for one in problems]
        raise Invalid({"": told[:MOST_TOLD]})
    if pack.kind != "body" or pack.start is None:
        wrong = "is a law" if pack.kind != "body" else "names no first day"
        raise Refused(f"The file {wrong}. A body's policy has kind: body, and from with the day.", code="kind")
    if len(pack.version) > LONGEST_LABEL:
        raise Refused(f"The version has more than {LONGEST_LABEL} characters. Write it like 2027.1.", code="label")
    return pack, pack.start


def _refuse_twin(body: Organisation, label: str) -> None:
    twin = Policy.objects.filter(body=body, label=label).exclude(state=Policy.State.LEFT).first()
    if twin is not None:
        raise Refused(
            f"{body} has a version {label} already, which is {twin.get_state_display()}. Name this one differently.",
            code="duplicate",
            field="label",
        )


def _refuse_past(row: Policy, today: dt.date) -> None:
    before = latest_adopted(row.body)
    if before is None:
        return
    if row.starts <= before.starts:
        raise Refused(
            f"Version {before.label} is adopted from {said(before.starts)}. A later version holds from a later day: "
            "send this one back for another first day.",
            code="early",
        )
    if row.starts < today:
        raise Refused(
            f"{said(row.starts)} has passed, and version {before.label} held on it. Send this one back for a first "
            "day that is today or later.",
            code="past",
        )


def _reason(reason: str, words: str) -> str:
    if not reason.strip():
        raise Refused(words, code="reason", field="reason")
    return reason.strip()


def _locked(policy: Policy, permission: Permission, by: Any, shown: int | None) -> Policy:
    body = Organisation.objects.select_for_update().get(pk=policy.body_id)
    allow(by, permission, body)
    row = Policy.objects.select_for_update(of=("self",)).select_related("body", "drafted_by").get(pk=policy.pk)
    row.expect(shown)
    return row


def _in_state(row: Policy, wanted: str, done: str) -> None:
    if row.state != wanted:
        who = f" by {row.adopted_by}" if row.adopted_by_id else ""
        raise Refused(
            f"Version {row.label} is {row.get_state_display()}{who}, so it cannot be {done} now.", code="state"
        )


def _somebody_else(row: Policy, by: Any) -> None:
    if by.pk in (row.drafted_by_id, row.proposed_by_id):
        raise NotPermitted(
            "You drafted or proposed this version, so somebody else decides: another social value lead, or a "
            "strategic director.",
            code="own",
        )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _told(row: Policy) -> dict[str, Any]:
    named = {"state": str(row.state), "label": row.label, "starts": row.starts}
    return {**named, "sha256": row.sha256, "version": row.version}


def _tell_writers(row: Policy, key: str, words: str, now: dt.datetime) -> None:
    for person in {row.drafted_by_id: row.drafted_by, row.proposed_by_id: row.proposed_by}.values():
        _tell(row, person, key, f"Your policy {row.label} was decided on", words, now)


def _tell(row: Policy, to: Any, key: str, subject: str, words: str, now: dt.datetime) -> None:
    outbox.queue(
        key=f"policy:{row.pk}:{row.version}:{key}:{to.pk}",
        to=to.email,
        to_user_id=to.pk,
        subject=f"{row.body}: {subject}",
        body=f"{words}\n\nOpen the policies of {row.body} in Commonweal to see it.",
        now=now,
        organisation_id=row.body_id,
    )


def _log(row: Policy, verb: str, permission: Permission, by: Any, now: dt.datetime, **more: Any) -> None:
    log(body=row.body, record=row, verb=verb, permission=permission, by=by, now=now, **more)
