"""Conditions of the panel: answered by who works on the plan, closed by a member who is somebody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.core.errors import Invalid, Refused, StaleVersion
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.gateway import members, selectors
from commonweal_web.planning.gateway.services import telling
from commonweal_web.planning.models import Condition, Document, Plan
from commonweal_web.planning.plans.content import content_of, sha256_of

DRAFT, VOTE = Permission.PLAN_DRAFT, Permission.GATEWAY_VOTE


@transaction.atomic
def condition_answer(
    *, condition: Condition, answer: str, document: Document | None = None, by: Any, now: dt.datetime,
    shown: int | None = None,
) -> Condition:  # fmt: skip
    """
    Say how a condition was met, with a document of the plan where there is one; an earlier answer is replaced.

    :raises Refused: without words, with a document that is not the plan's, or when it is closed
    """
    plan, condition = _locked(condition, DRAFT, by, shown)
    answer = answer.strip()
    if not answer:
        raise Refused("Say in words how the condition was met.", code="no_words", field="answer")
    if document is not None and (document.plan_id != plan.pk or document.withdrawn_reason):
        raise Refused("Choose a document of this plan that is not withdrawn.", code="document", field="document")
    old = {"answer": condition.answer, "document": condition.document_id}
    condition.answer, condition.document = answer, document
    condition.answered_by, condition.answered_at = by, now
    condition.touch()
    condition.save(update_fields=["answer", "document", "answered_by", "answered_at", "version"])
    base.log(
        plan=plan, record=plan, verb="condition.answered", by=by, permission=DRAFT, now=now, old=old,
        new={"condition": condition.pk, "answer": answer, "document": condition.document_id},
    )  # fmt: skip
    telling.answered(condition, now)
    return condition


@transaction.atomic
def condition_close(
    *, condition: Condition, by: Any, now: dt.datetime, shown: int | None = None, content: str | None = None
) -> Condition:
    """
    Close a condition that was answered; with the last one the plan has passed the panel and goes to the director.

    :param content: the hash of the plan as the page showed it: what somebody changed since is seen before it counts
    :raises Refused: by who answered it, without an answer, or by who could not vote
    :raises Invalid: for the last one, where the plan as it is now could not go to the panel, with what is missing
    """
    plan, condition = _locked(condition, VOTE, by, shown)
    _refuse_closing(plan, condition, by, now)
    found = sha256_of(content_of(plan))
    if content is not None and content != found:
        raise StaleVersion("The plan was changed while you had this page open. Look at what changed, then close it.")
    condition.closed_by, condition.closed_at = by, now
    condition.touch()
    condition.save(update_fields=["closed_by", "closed_at", "version"])
    last = not selectors.open_conditions(plan).exists()
    routed = _pass(plan, by, now) if last else {}
    base.log(
        plan=plan, record=plan, verb="condition.closed", by=by, permission=VOTE, now=now,
        old={"state": Plan.State.CONDITIONS} if last else None,
        new={"condition": condition.pk, "plan_sha256": found, **({"state": plan.state} if last else {}), **routed},
        reason=condition.text,
    )  # fmt: skip
    return condition


@transaction.atomic
def condition_return(
    *, condition: Condition, reason: str, by: Any, now: dt.datetime, shown: int | None = None
) -> Condition:
    """
    Say what an answer still lacks; those who work on the plan are told, and the condition stays open.

    :raises Refused: without a reason, without an answer, or by who could not vote
    """
    plan, condition = _locked(condition, VOTE, by, shown)
    _refuse_closing(plan, condition, by, now)
    if not reason.strip():
        raise Refused("Say what is still missing.", code="no_reason", field="reason")
    old = {"answered_by": condition.answered_by_id, "answered_at": condition.answered_at}
    condition.answered_by = condition.answered_at = None
    condition.touch()
    condition.save(update_fields=["answered_by", "answered_at", "version"])
    base.log(
        plan=plan, record=plan, verb="condition.returned", by=by, permission=VOTE, now=now, old=old,
        new={"condition": condition.pk}, reason=reason.strip(),
    )  # fmt: skip
    telling.to_writers(
        plan, f"returned:{condition.pk}:{condition.version}", "the answer to a condition is not enough yet",
        f"The condition: {condition.text}\n{by} says what is missing: {reason.strip()}\n\nSign in to answer again.\n",
        now,
    )  # fmt: skip
    return condition


def _locked(condition: Condition, permission: Permission, by: Any, shown: int | None) -> tuple[Plan, Condition]:
    plan = base.locked(condition.sitting.plan, permission, by)
    rows = Condition.objects.select_for_update(of=("self",)).select_related("sitting__meeting__panel__body")
    condition = rows.get(pk=condition.pk, sitting__plan=plan)
    condition.sitting.plan = plan
    if condition.closed_by_id is not None:
        raise Refused("This condition is closed already.", code="closed")
    if plan.state != Plan.State.CONDITIONS or condition.sitting != selectors.sitting_now(plan):
        raise Refused(
            f"{plan.reference} is {plan.get_state_display()}, and this condition holds it no more.", code="state"
        )
    condition.expect(shown)
    return plan, condition


def _refuse_closing(plan: Plan, condition: Condition, by: Any, now: dt.datetime) -> None:
    if condition.answered_by_id is None:
        raise Refused("This condition has no answer yet, so there is nothing to close.", code="no_answer")
    if condition.answered_by_id == by.pk:
        raise Refused("You answered this condition yourself, so another member closes it.", code="own_proposal")
    why = members.hindrance(condition.sitting, by, base.day_of(now))
    if why:
        raise Refused(why, code="no_vote")


def _pass(plan: Plan, by: Any, now: dt.datetime) -> dict[str, Any]:
    left = selectors.missing(plan, by)
    if left:
        raise Invalid({"": [f"This is the last condition, and {plan.reference} is not whole any more.", *left]})
    plan.state = Plan.State.PASSED
    plan.touch()
    plan.save(update_fields=["state", "version"])
    return telling.passed(plan, now)
