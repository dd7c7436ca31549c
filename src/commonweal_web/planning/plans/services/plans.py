"""Making a plan, changing its facts, answering what law and policy ask, and withdrawing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from commonweal import errors
from commonweal.policy.facts import FIELDS
from commonweal_web.contracts.services.base import changed
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Directorate, Organisation
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.organisations.roles import Role
from commonweal_web.planning import base
from commonweal_web.planning.models import Plan, PlanPart, Stage
from commonweal_web.planning.policies.deciding import fact_of, policy_for

MAKER: Mapping[Role, str] = {Role.COM: "commissioner", Role.PRO: "procurement", Role.SVL: "lead"}
"""The part that goes to whoever makes a plan, by their role; the first that they hold."""
PRICED = ("framework", "value_pack")
"""What the values of the chosen measures hang on."""


@dataclass(frozen=True, slots=True)
class PlanFields:
    """The facts of a plan as a form gives them. The value is that of the whole life, in whole pence."""

    reference: str
    title: str
    value_pence: int
    starts: dt.date
    ends: dt.date
    commences: dt.date | None = None
    category: str = ""
    directorate: Directorate | None = None
    place: str = ""
    division: str = "england-and-wales"
    framework: str = ""
    value_pack: str = ""
    requirement: str = Plan.Requirement.OFFER

    def values(self) -> dict[str, Any]:
        """Return the facts by the name of their column, as they are kept."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return found | {
            "reference": self.reference.strip(),
            "title": self.title.strip(),
            "category": cpv.normal(self.category),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says of one fact, in the engine's words, and how they know it."""

    value: str
    source: str


@transaction.atomic
def plan_create(*, body: Organisation, facts: PlanFields, by: Any, now: dt.datetime) -> Plan:
    """
    Make a plan with its four stages; its maker becomes commissioner, procurement officer or lead of it.

    :raises NotPermitted: if `by` may not draft plans of this body
    :raises Refused: if the reference is taken or the facts contradict each other
    """
    may_draft(by, body)
    body = Organisation.objects.select_for_update().get(pk=body.pk)
    if not body.is_authority:
        raise Refused(f"{body} buys nothing itself. Make the plan for the council that buys.", code="no_authority")
    facts_check(body, facts)
    _reference_free(body, facts.reference)
    plan = Plan(authority=body, created_by=by, created_at=now, **facts.values())
    plan.policy = policy_for(plan, base.day_of(now))
    plan.save()
    Stage.objects.bulk_create(Stage(plan=plan, kind=kind) for kind in Stage.Kind.values)
    part = maker_part(by, body)
    PlanPart.objects.create(plan=plan, user=by, part=part, starts=base.day_of(now), given_by=by)
    new = {"reference": plan.reference, "title": plan.title, "value_pence": plan.value_pence, "part": part}
    base.log(
        plan=plan, record=plan, verb="plan_created", by=by, permission=Permission.PLAN_DRAFT, now=now,
        new={**new, "policy": _label(plan), "version": plan.version},
    )  # fmt: skip
    return plan


@transaction.atomic
def plan_edit(*, plan: Plan, facts: PlanFields, by: Any, now: dt.datetime, shown: int | None) -> Plan:
    """
    Change a plan's facts; what policy and law ask of it follows from the new ones.

    :raises StaleVersion: if somebody changed it since the page was opened
    :raises Refused: as `plan_create`, or if the chosen measures are priced by what would change
    """
    row = base.locked(plan, Permission.PLAN_DRAFT, by)
    base.written(row)
    row.expect(shown)
    facts_check(row.authority, facts)
    old, new = changed(row, facts.values())
    if "reference" in new:
        _reference_free(row.authority, facts.reference)
    _refuse_other_prices(row, new)
    for name, value in facts.values().items():
        setattr(row, name, value)
    worked_out(row, now)
    row.touch()
    row.save(update_fields=[*facts.values(), "policy", "version"])
    base.log(
        plan=row, record=row, verb="plan_edited", by=by, permission=Permission.PLAN_DRAFT, now=now, old=old,
        new={**new, "policy": _label(row), "version": row.version},
    )  # fmt: skip
    return row


@transaction.atomic
def plan_answer(
    *, plan: Plan, answers: Mapping[str, Answer | None], by: Any, now: dt.datetime, shown: int | None
) -> Plan:
    """
    Answer facts on which law and policy turn, each with its source; None takes an answer back: it is unknown again.

    :raises Refused: if an answer lacks its source or is none that the field takes
    """
    row = base.locked(plan, Permission.PLAN_DRAFT, by)
    base.written(row)
    row.expect(shown)
    kept = dict(row.facts)
    for name, answer in answers.items():
        kept.pop(name, None)
        if answer is not None:
            kept[name] = _checked(name, answer)
    old, new = changed(row, {"facts": kept})
    row.facts = kept
    worked_out(row, now)
    row.touch()
    row.save(update_fields=["facts", "policy", "version"])
    base.log(
        plan=row, record=row, verb="plan_answered", by=by, permission=Permission.PLAN_DRAFT, now=now, old=old,
        new={**new, "policy": _label(row), "version": row.version},
    )  # fmt: skip
    return row


@transaction.atomic
def plan_withdraw(*, plan: Plan, reason: str, by: Any, now: dt.datetime, shown: int | None) -> Plan:
    """
    Give a plan up, with the reason; it stays to be read.

    :raises Refused: if it is before the panel now, or was withdrawn already
    """
    row = base.locked(plan, Permission.PLAN_DRAFT, by)
    row.expect(shown)
    if row.state == Plan.State.AT_PANEL:
        raise Refused(f"{row.reference} is before the panel. Withdraw it once the panel has decided.", code="state")
    if row.state == Plan.State.WITHDRAWN:
        raise Refused(f"{row.reference} is withdrawn already.", code="state")
    if not reason.strip():
        raise Refused("Say why the plan is withdrawn.", code="reason", field="reason")
    before, row.state = row.state, Plan.State.WITHDRAWN
    row.touch()
    row.save(update_fields=["state", "version"])
    base.log(
        plan=row, record=row, verb="plan_withdrawn", by=by, permission=Permission.PLAN_DRAFT, now=now,
        old={"state": before}, new={"state": row.state, "version": row.version}, reason=reason.strip(),
    )  # fmt: skip
    return row


def worked_out(row: Plan, now: dt.datetime) -> None:
    """Let a plan that is being written rest on the policy in force today; the caller saves `policy`."""
    if row.state in base.BEFORE_PANEL:
        row.policy = policy_for(row, base.day_of(now))


def may_draft(by: Any, body: Organisation) -> None:
    """
    Refuse who may not draft plans of a body.

    :raises NotPermitted: with who may
    """
    if not organisations.organisations_with(by, Permission.PLAN_DRAFT).filter(pk=body.pk).exists():
        raise NotPermitted(
            f"You may not {TABLE[Permission.PLAN_DRAFT].action} at {body}. "
            f"This is for its {holders_in_words(Permission.PLAN_DRAFT)}."
        )


def maker_part(by: Any, body: Organisation) -> str:
    """Return the part that goes with the role in which somebody makes a plan of a body."""
    found = (part for role, part in MAKER.items() if organisations.acted_for(by, {role}).filter(pk=body.pk).exists())
    return next(found, MAKER[Role.COM])


def facts_check(body: Organisation, facts: PlanFields) -> None:
    """
    Refuse facts that contradict each other.

    :raises Refused: naming the field
    """
    if facts.ends < facts.starts:
        raise Refused("The last day must not be before the first day.", code="dates", field="ends")
    if facts.commences is not None and facts.commences > facts.ends:
        raise Refused("The procurement must begin before the contract's last day.", code="dates", field="commences")
    if facts.category and not cpv.known(facts.category):
        raise Refused(
            f"{facts.category} is no CPV code. Give eight digits, like 77300000.", code="cpv", field="category"
        )
    if facts.directorate is not None and facts.directorate.organisation_id != body.pk:
        raise Refused("Choose a directorate of this body.", code="directorate", field="directorate")
    if facts.framework and not frameworks.may_use(facts.framework, body=body.pk):
        raise Refused(
            f"There is no framework {facts.framework} that {body} can use. Choose one from the list.",
            code="framework", field="framework",
        )  # fmt: skip
    if facts.value_pack not in dict(frameworks.value_packs(body=body.pk)):
        raise Refused("Choose the values in pounds from the list.", code="value_pack", field="value_pack")


def _reference_free(body: Organisation, reference: str) -> None:
    if Plan.objects.filter(authority=body, reference=reference.strip()).exists():
        raise Refused(
            f"{body} has a plan with the reference {reference.strip()} already.", code="duplicate", field="reference"
        )


def _refuse_other_prices(row: Plan, new: Mapping[str, Any]) -> None:
    moved = [name for name in PRICED if name in new]
    if moved and row.measures.exclude(measure="").exists():
        raise Refused(
            "Measures of this plan are priced by its framework and values. Remove them first, then choose them again.",
            code="measures_chosen", field=moved[0],
        )  # fmt: skip


def _checked(name: str, answer: Answer) -> dict[str, str]:
    said = {"value": answer.value.strip(), "source": answer.source.strip()}
    if not said["source"]:
        raise Refused(
            f"Say how you know {FIELDS[name].label if name in FIELDS else name}: a decision, a document, a person.",
            code="source", field=f"{name}_source",
        )  # fmt: skip
    try:
        fact_of(name, said["value"], said["source"])
    except (errors.CommonwealError, ValueError) as error:
        raise Refused(str(error), code="answer", field=name) from error
    return said


def _label(plan: Plan) -> str:
    return plan.policy.label if plan.policy else ""
