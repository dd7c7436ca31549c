"""What several pages of a plan show alike: its tabs and state, its facts, the rules that apply to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from commonweal.catalogue.models import Verified
from commonweal.policy.rules import Answer, MeasureLimits, Result
from commonweal_web.audit.models import Event as LogEvent
from commonweal_web.core.tables import Cell, Column, Event, Table, summary_row
from commonweal_web.core.templatetags.worth import day as day_words
from commonweal_web.core.templatetags.worth import pounds
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.base import OPEN
from commonweal_web.planning.doors import may
from commonweal_web.planning.models import Plan, PlanPart
from commonweal_web.planning.plans.weighing import per_cent, split_words
from commonweal_web.planning.policies.deciding import Decided

TABS = (
    ("Plan", "plan_page"),
    ("Law and policy", "plan_law"),
    ("Weight", "plan_weight"),
    ("What was considered", "plan_stages"),
    ("Needs and measures", "measure_list"),
    ("People", "plan_people"),
    ("Versions", "plan_versions"),
    ("Timeline", "plan_timeline"),
)
VERBS = {
    "plan_created": "Plan made",
    "plan_edited": "Facts changed",
    "plan_answered": "Facts for law and policy answered",
    "plan_withdrawn": "Plan withdrawn",
    "plan_part_given": "Somebody got a part",
    "plan_part_handed_over": "A part was handed over",
    "plan_part_ended": "A part ended",
    "plan_weight_set": "Weight set",
    "plan_weight_approved": "Weight below the least weight approved",
    "plan_stage_recorded": "What was considered was recorded",
    "plan_stage_signed": "Signed off",
    "plan_document_added": "Document added",
    "plan_document_withdrawn": "Document withdrawn",
    "needs_ticked": "Needs ticked",
    "measures_chosen": "Measures chosen",
    "measure_written": "An indicator of our own written",
    "measure_edited": "Measure changed",
    "measure_moved": "Measures put in order",
    "measure_removed": "Measure removed",
    "measures_valued": "Values worked out anew",
    "must_have_waived": "A must-have of the policy set aside",
}
"""Acts on a plan in words; any other verb is shown as it reads."""


def plan_context(plan: Plan, user: Any, current: str) -> dict[str, Any]:
    """Return what every page of a plan needs."""
    name = current if "_" in current else f"plan_{current}"
    tabs = [
        {"text": text, "href": reverse(f"planning:{to}", args=[plan.pk]), "current": to == name} for text, to in TABS
    ]
    may_draft = may(user, Permission.PLAN_DRAFT, plan)
    return {
        "plan": plan,
        "caption": f"{plan.reference}, {plan.authority}",
        "tabs": tabs,
        "tabs_label": "Pages of this plan",
        "may_draft": may_draft,
        "may_write": may_draft and plan.state in OPEN,
        "state_words": state_words(plan),
    }


def state_words(plan: Plan) -> str:
    """Return the state of a plan with a capital letter."""
    words = str(plan.get_state_display())
    return f"{words[:1].upper()}{words[1:]}"


def headline(plan: Plan, decided: Decided) -> list[dict[str, str]]:
    """Return the few big numbers of a plan."""
    days = f"{day_words(plan.starts)} to {day_words(plan.ends)}"
    return [
        {"label": "Whole-life value", "value": pounds(plan.value_pence), "detail": days},
        {"label": "Tier", "value": decided.tier.capitalize() or "None", "detail": decided.consider},
        {"label": "Weight of social value", "value": split_words(plan) or "Not set", "detail": floor_words(decided)},
    ]


def floor_words(decided: Decided) -> str:
    """Return the least weight in words, or why there is none."""
    if decided.floor is not None:
        split = decided.least_weight.weighting
        parts = ""
        if split is not None and split.quantitative is not None and split.qualitative is not None:
            parts = f" ({per_cent(split.quantitative)} + {per_cent(split.qualitative)})"
        return f"at least {per_cent(decided.floor)}{parts}"
    unknown = decided.least_weight.answer is Answer.UNKNOWN
    return "the least weight cannot be told yet" if unknown else "no least weight is asked for"


def demands(decided: Decided) -> list[dict[str, str]]:
    """Return what the body's policy asks of a plan, rule by rule that applies: what, why, and where it stands."""
    return [
        {
            "title": one.rule.title,
            "because": one.because,
            "provision": f"{one.pack.name}, {one.rule.provision}",
        }
        for one in decided.own
        if one.answer is Answer.APPLIES
    ]


def delivery_words(decided: Decided) -> str:
    """Return which plan of delivery is asked for."""
    if decided.delivery_plan:
        return "Delivery plan required"
    return "Milestone tracker required" if decided.tracker else "Neither delivery plan nor milestone tracker asked for"


def limit_words(limits: MeasureLimits | None) -> str:
    """Return how many measures there may and must be, and which."""
    if limits is None:
        return "No limit"
    words = [f"at most {limits.at_most}"] if limits.at_most is not None else []
    words += [f"at least {limits.at_least}"] if limits.at_least is not None else []
    words += [f"at least {must.at_least} for {must.theme.replace('-', ' ')}" for must in limits.must_have]
    return f"{'; '.join(words)}".capitalize() if words else "No limit"


def fact_rows(plan: Plan, *, change: bool) -> list[dict[str, Any]]:
    """Return the facts of a plan as a summary list."""
    known = {one.id: one.name for one in frameworks.catalogue().frameworks}
    packs = dict(frameworks.value_packs(body=plan.authority_id))
    rows = [
        ("Category (CPV)", f"{plan.category} {cpv.label_of(plan.category)}".strip() or "Not given"),
        ("Directorate", str(plan.directorate or "Not given")),
        ("Contract", f"{day_words(plan.starts)} to {day_words(plan.ends)}"),
        ("Procurement begins", day_words(plan.commences) if plan.commences else "Not known yet"),
        ("Local means", plan.place),
        ("Measured by", known.get(plan.framework, plan.framework) or "Indicators of our own"),
        ("Values in pounds", packs.get(plan.value_pack, plan.value_pack)),
        ("Asked for as", str(plan.get_requirement_display()).capitalize()),
    ]
    shown = [summary_row(key, value) for key, value in rows if value]
    if change:
        url = reverse("planning:plan_facts", args=[plan.pk])
        shown[0]["actions"] = {"items": [{"href": url, "text": "Change", "visuallyHiddenText": "the facts"}]}
    return shown


def rules_table(caption: str, results: Iterable[Result], *, empty: str) -> Table:
    """Return what each of some rules says of a plan, with the facts used and where the rule stands."""
    rows = [
        [
            Cell(one.rule.title, hint=one.rule.summary),
            Cell(_answer(one)),
            Cell(one.because, hint=_used(one)),
            Cell(f"{one.pack.name}, {one.rule.provision}", href=_link(one), hint=_checked(one)),
        ]
        for one in results
    ]
    columns = [Column("Rule"), Column("Answer"), Column("Why"), Column("Where it stands")]
    return Table(caption, columns, rows, empty=empty, dense=True)


def _link(one: Result) -> str:
    """The source's address; one that a body's own pack names is only followed to a web page."""
    return one.rule.source.href if one.rule.source.href.startswith(("https://", "http://")) else ""


def _answer(one: Result) -> str:
    return one.answer.value.capitalize()


def _used(one: Result) -> str:
    return "; ".join(f"{used.label}: {used.value} ({used.source})" for used in one.used if used.source)


def _checked(one: Result) -> str:
    words = f"checked on {day_words(one.rule.checked_on)}"
    return words if one.verified is Verified.TRUE else f"{words}; not fully confirmed"


def parts_table(parts: Iterable[PlanPart], *, may_draft: bool) -> Table:
    """Return who works, worked or will work on a plan."""
    rows = [
        [
            Cell(str(one.get_part_display()).capitalize()),
            Cell(one.user.name),
            Cell(day_words(one.starts)),
            Cell(day_words(one.ends) if one.ends else "No end set"),
            *([_hand_over(one)] if may_draft else []),
        ]
        for one in parts
    ]
    columns = [Column("Part"), Column("Person"), Column("From"), Column("Until")]
    if may_draft:
        columns.append(Column("What you can do"))
    return Table("People", columns, rows, hide_caption=True, empty="Nobody has a part in this plan.")


def _hand_over(one: PlanPart) -> Cell:
    if one.ends is not None:
        return Cell("")
    url = reverse("planning:plan_part_end", args=[one.plan_id, one.pk])
    return Cell(f"Hand over or end ({one.user.name})", href=url)


def events_of(rows: Iterable[LogEvent]) -> list[Event]:
    """Return rows of the log as the events of a timeline."""
    return [
        Event(
            title=VERBS.get(one.verb, one.verb.replace("_", " ").replace(".", " ").capitalize()),
            at=one.at,
            by=f"{one.actor_name} ({one.role})" if one.role else one.actor_name,
            text=". ".join(filter(None, [one.record_label, one.reason])),
        )
        for one in rows
    ]
