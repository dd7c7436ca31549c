"""
Planning in the demo: a policy is adopted, a panel seated, the plan of journey 1 goes from needs to version 1 in autumn
2025, and four plans of this quarter stand where a visitor can go on: begun, weighed, and before the panel.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from commonweal.catalogue.root import data_root
from commonweal_web.contracts.services.kpis import KpiFields
from commonweal_web.demo import planned
from commonweal_web.demo.planned import CONDITION, GROUNDS_PLAN, PLAY_PLAN, ROADS_PLAN, STREETS_PLAN, TYRES_PLAN
from commonweal_web.demo.stage import Act, Do, Stage, at, on
from commonweal_web.organisations.services import delegations
from commonweal_web.planning.gateway.services import approving, conditions, meetings, votes
from commonweal_web.planning.measures.services import choosing, needs
from commonweal_web.planning.models import Condition, Meeting, Need, Panel, Plan, PlanMeasure, Policy, Sitting
from commonweal_web.planning.plans import services as plans
from commonweal_web.planning.plans.services.plans import Answer
from commonweal_web.planning.policies import services as policies

LEAD, COMMISSIONER = "social.value.lead@northmere", "commissioner@northmere"
BUYER, HEAD = "procurement.officer@alder", "head.of.procurement@alder"
DIRECTOR, OTHER, THIRD = (f"{one}.director@northmere" for one in ("strategic", "corporate", "people"))
CHAIR, MEMBER, DELEGATE = "panel.chair@northmere", "panel.member@northmere", "head.of.service@northmere"
PANEL = "Place Strategic Category Panel"
HELD, NEXT = dt.date(2025, 11, 5), dt.date(2026, 7, 15)


def acts() -> list[Act]:
    """Return what happens, in its order."""
    return [
        Act(at(2025, 4, 1, 8), _draft_policy, "policy drafted"),
        Act(at(2025, 4, 1, 16), _adopt_policy, "policy adopted"),
        Act(at(2025, 4, 14), _seat_panel, "panel seated"),
        Act(at(2025, 9, 1), _write_needs, "needs by ward"),
        Act(at(2025, 9, 8), lambda stage, now: _begin(stage, GROUNDS_PLAN, now), "journey 1: the plan is begun"),
        Act(at(2025, 9, 8, 15), lambda stage, now: _answer(stage, GROUNDS_PLAN, now), "journey 1: what law asks"),
        Act(at(2025, 9, 9), lambda stage, now: _tick(stage, GROUNDS_PLAN, now), "journey 1: needs are ticked"),
        *(Act(on(GROUNDS_PLAN.considered[n][0], 16), _consider_one(GROUNDS_PLAN, n), "journey 1") for n in range(4)),
        Act(at(2025, 10, 24), lambda stage, now: _measure(stage, GROUNDS_PLAN, now), "journey 1: measures"),
        Act(at(2025, 10, 27), lambda stage, now: _put(stage, GROUNDS_PLAN, HELD, now), "journey 1: on the agenda"),
        Act(on(HELD, 14), _vote, "journey 1: the panel votes"),
        Act(on(HELD, 16), _hold, "journey 1: the meeting is held"),
        Act(at(2025, 11, 11), _meet_condition, "journey 1: the condition is answered"),
        Act(at(2025, 11, 14), _close_condition, "journey 1: the condition is closed"),
        Act(at(2025, 11, 20), _approve, "journey 1: version 1"),
        Act(at(2026, 5, 4), lambda stage, now: _begin(stage, STREETS_PLAN, now), "a plan for the panel"),
        *(Act(on(STREETS_PLAN.considered[n][0], 16), _consider_one(STREETS_PLAN, n), "a plan") for n in range(4)),
        Act(at(2026, 6, 18), _prepare_streets, "a plan for the panel"),
        Act(at(2026, 6, 22), _delegate, "a delegation that ends"),
        Act(at(2026, 6, 24), lambda stage, now: _begin(stage, ROADS_PLAN, now), "a plan with its weight"),
        Act(at(2026, 6, 25), _weigh_tyres, "a plan below the floor"),
        Act(at(2026, 6, 29), lambda stage, now: _put(stage, STREETS_PLAN, NEXT, now), "a plan before the panel"),
        Act(at(2026, 7, 6), _leave_begun, "a plan that is begun"),
    ]


def _draft_policy(stage: Stage, now: dt.datetime) -> None:
    text = (data_root() / "policies" / "bodies" / "northmere.yaml").read_text()
    lead = stage.person(LEAD)
    made = policies.policy_draft(body=stage.body("northmere"), text=text, name="northmere.yaml", by=lead, now=now)
    policies.policy_propose(policy=made, by=lead, now=now)


def _adopt_policy(stage: Stage, now: dt.datetime) -> None:
    waits, reason = Policy.objects.get(body=stage.body("northmere")), "Cabinet decision of 31 March 2025, item 7."
    policies.policy_adopt(policy=waits, reason=reason, by=stage.person(OTHER), now=now)


def _seat_panel(stage: Stage, now: dt.datetime) -> None:
    lead = stage.person(LEAD)
    fields = policies.PanelFields(name=PANEL, quorum=2, categories=("34", "45", "50", "77", "90"))
    made = policies.panel_make(body=stage.body("northmere"), fields=fields, by=lead, now=now)
    for key, chair in ((CHAIR, True), (MEMBER, False)):
        policies.panel_seat(panel=made, user=stage.person(key), starts=now.date(), chair=chair, by=lead, now=now)


def _write_needs(stage: Stage, now: dt.datetime) -> None:
    for one in planned.NEEDS:
        fields = needs.NeedFields(
            title=one.title,
            place=one.place,
            text=one.text,
            tags=one.tags,
            source=one.source,
            source_date=one.source_date,
            shown=True,
        )
        needs.need_add(body=stage.body("northmere"), fields=fields, by=stage.person(LEAD), now=now)


def _begin(stage: Stage, intended: planned.Intended, now: dt.datetime) -> None:
    """Make a plan, name who works on it, and set its weight where it has one."""
    by = stage.person(COMMISSIONER)
    fields = plans.PlanFields(
        reference=intended.reference,
        title=intended.title,
        value_pence=intended.pounds * 100,
        starts=intended.starts,
        ends=intended.ends,
        commences=intended.commences,
        category=intended.category,
        directorate=stage.directorate("northmere", intended.directorate),
        framework=intended.framework,
    )
    made = plans.plan_create(body=stage.body("northmere"), facts=fields, by=by, now=now)
    for key, part in ((BUYER, "procurement"), (HEAD, "procurement"), (LEAD, "lead")):
        plans.part_give(plan=made, user=stage.person(key), part=part, starts=now.date(), by=by, now=now)
    if intended.weight:
        _weigh(stage, intended, now)


def _weigh(stage: Stage, intended: planned.Intended, now: dt.datetime, reason: str = "") -> None:
    plans.weight_set(
        plan=_plan(intended),
        weight=Decimal(intended.weight),
        quantitative=intended.half,
        qualitative=intended.half,
        reason=reason,
        by=stage.person(COMMISSIONER),
        now=now,
        shown=None,
    )


def _answer(stage: Stage, intended: planned.Intended, now: dt.datetime) -> None:
    """Answer what law asks, so that each of its rules applies or does not."""
    answers = {name: Answer(*said) for name, said in planned.ANSWERS.items()}
    plans.plan_answer(plan=_plan(intended), answers=answers, by=stage.person(COMMISSIONER), now=now, shown=None)


def _tick(stage: Stage, intended: planned.Intended, now: dt.datetime) -> None:
    ticked = Need.objects.filter(body=stage.body("northmere"), title__in=intended.needs).values_list("pk", flat=True)
    needs.plan_needs_set(plan=_plan(intended), needs=set(ticked), by=stage.person(COMMISSIONER), now=now)


def _consider_one(intended: planned.Intended, number: int) -> Do:
    """Return the act that records a stage and signs it off."""

    def do(stage: Stage, now: dt.datetime) -> None:
        row = _plan(intended).stages.order_by("pk")[number]
        day, who, found = intended.considered[number]
        by = stage.person(COMMISSIONER)
        plans.stage_record(stage=row, considered_on=day, considered_by=who, findings=found, by=by, now=now, shown=None)
        plans.stage_sign(stage=row, by=by, now=now, shown=None)

    return do


def _measure(stage: Stage, intended: planned.Intended, now: dt.datetime) -> None:
    by, codes = stage.person(COMMISSIONER), [one.code for one in intended.measures]
    made = choosing.measures_choose(plan=_plan(intended), codes=codes, by=by, now=now)
    for row, asked in zip(made, intended.measures, strict=True):
        _expect(stage, row, asked, now)


def _expect(stage: Stage, row: PlanMeasure, asked: planned.Asked, now: dt.datetime) -> None:
    """Say how much of a measure is expected over the whole life, as guidance."""
    kpi = KpiFields(
        ref=row.ref,
        measure=asked.code,
        deliverable=row.deliverable,
        target=Decimal(asked.target),
        cohort=row.cohort,
        evidence_rule=row.evidence_rule,
    )
    fields = choosing.MeasureFields(kpi, burden_bid=row.burden_bid, burden_return=row.burden_return)
    choosing.measure_edit(measure=row, fields=fields, by=stage.person(COMMISSIONER), now=now)


def _put(stage: Stage, intended: planned.Intended, day: dt.date, now: dt.datetime) -> None:
    by, panel = stage.person(BUYER), Panel.objects.get(name=PANEL)
    meeting = meetings.meeting_make(panel=panel, on=day, place="Town hall, room 4", by=by, now=now)
    meetings.plan_put(plan=_plan(intended), meeting=meeting, by=by, now=now)


def _vote(stage: Stage, now: dt.datetime) -> None:
    sitting = Sitting.objects.get(plan=_plan(GROUNDS_PLAN))
    votes.vote_cast(sitting=sitting, vote="approve", by=stage.person(MEMBER), now=now)
    votes.vote_cast(sitting=sitting, vote="conditions", reason=CONDITION, by=stage.person(CHAIR), now=now)


def _hold(stage: Stage, now: dt.datetime) -> None:
    meetings.meeting_hold(meeting=Meeting.objects.get(on=HELD), by=stage.person(LEAD), now=now)


def _meet_condition(stage: Stage, now: dt.datetime) -> None:
    plan, by = _plan(GROUNDS_PLAN), stage.person(COMMISSIONER)
    _expect(stage, plan.measures.get(ref=planned.RAISED.code), planned.RAISED, now)
    note = plans.document_add(
        plan=plan,
        stage=plan.stages.get(kind="needs"),
        title="Note of the leaving-care team",
        name="leaving-care-note.txt",
        pieces=[planned.NOTE.encode()],
        by=by,
        now=now,
    )
    condition = Condition.objects.get(sitting__plan=plan)
    conditions.condition_answer(condition=condition, answer=planned.ANSWER, document=note, by=by, now=now)


def _close_condition(stage: Stage, now: dt.datetime) -> None:
    condition = Condition.objects.get(sitting__plan=_plan(GROUNDS_PLAN))
    conditions.condition_close(condition=condition, by=stage.person(MEMBER), now=now)


def _approve(stage: Stage, now: dt.datetime) -> None:
    plan = _plan(GROUNDS_PLAN)
    shown = {row.pk: row.version for row in plan.measures.all()}
    approving.measures_approve(plan=plan, shown=shown, by=stage.person(DIRECTOR), now=now)


def _prepare_streets(stage: Stage, now: dt.datetime) -> None:
    _answer(stage, STREETS_PLAN, now)
    _tick(stage, STREETS_PLAN, now)
    _measure(stage, STREETS_PLAN, now)


def _weigh_tyres(stage: Stage, now: dt.datetime) -> None:
    """A weight of 15 %: two directors agree, of whom one is named for the plan."""
    _begin(stage, replace(TYRES_PLAN, weight=""), now)
    plan = _plan(TYRES_PLAN)
    by, third = stage.person(COMMISSIONER), stage.person(THIRD)
    plans.part_give(plan=plan, user=third, part="director", starts=now.date(), by=by, now=now)
    _weigh(stage, TYRES_PLAN, now, planned.TOO_LOW)
    for key, reason in ((OTHER, "Few can be asked for more here."), (THIRD, "Agreed; ask again at the next renewal.")):
        plans.weight_approve(plan=plan, reason=reason, by=stage.person(key), now=now, shown=None)


def _leave_begun(stage: Stage, now: dt.datetime) -> None:
    _begin(stage, PLAY_PLAN, now)
    _tick(stage, PLAY_PLAN, now)


def _delegate(stage: Stage, now: dt.datetime) -> None:
    """A delegation over the director's leave: it ended the day before the demo begins."""
    delegations.give_delegation(
        organisation=stage.body("northmere"),
        directorate=stage.directorate("northmere", "Neighbourhoods"),
        delegate=stage.person(DELEGATE),
        limit_pence=5_000_000_00,
        starts=now.date(),
        ends=dt.date(2026, 7, 7),
        reason="Leave of the director",
        by=stage.person(DIRECTOR),
        now=now,
    )


def _plan(intended: planned.Intended) -> Plan:
    return Plan.objects.get(authority__short_name="NMC", reference=intended.reference)
