"""
The pack that the panel reads, as a document: the page and the PDF are the same, made from what was frozen alone.

What is shown is what the sitting keeps, so that nobody reads a plan that was changed after it was put before the panel.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import commonweal
import commonweal_data
from commonweal.figures import Book
from commonweal.reporting import wording
from commonweal.reporting.model import Block, Cell, Column, Facts, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.render_pdf import render_pdf
from commonweal_web.audit import canonical
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import cpv
from commonweal_web.planning import base
from commonweal_web.planning.models import Plan, Sitting, Stage

Content = Mapping[str, Any]
FORMATS = {"pdf": "application/pdf", "json": "application/json"}
REQUIREMENTS = dict(Plan.Requirement.choices)
STAGES = dict(Stage.Kind.choices)


def document(sitting: Sitting) -> Report:
    """Return the pack of a sitting."""
    content = sitting.content
    plan = content.get("plan", {})
    facts = plan.get("plan", {})
    meeting = sitting.meeting
    return Report(
        title=f"{facts.get('reference', '')} {facts.get('title', '')}".strip() or str(sitting.plan),
        subtitle=f"{facts.get('body', sitting.plan.authority)}, for the {meeting.panel} on {wording.day(meeting.on)}",
        as_at=base.day_of(sitting.put_at),
        sections=list(_sections(content, plan, facts)),
        book=Book(),
        made_by=f"Commonweal {commonweal.__version__}, data package {commonweal_data.__version__}",
        notes=[f"SHA-256 of what was put before the panel: {sitting.sha256}"],
    )


def rendered(sitting: Sitting, form: str) -> bytes:
    """
    Return the pack as PDF, or what was frozen as the JSON text from which its hash was made.

    :raises Refused: for the text where it holds values under a licence, which do not leave the service
    """
    if form == "pdf":
        return render_pdf(document(sitting))
    if not has_text(sitting):
        raise Refused(
            "The text of this pack holds values under a licence, which do not leave the service. Take the PDF instead: "
            "it says everything else.",
            code="licensed",
        )
    return canonical.canonical(sitting.content).encode()


def has_text(sitting: Sitting) -> bool:
    """Whether what was frozen can be taken away as text: no value in it is under a licence."""
    return not any(one.get("value_licensed") for one in sitting.content.get("plan", {}).get("measures", []))


def _sections(content: Content, plan: Content, facts: Content) -> Iterable[Section]:
    policy = content.get("policy") or {}
    measures = plan.get("measures", [])
    yield Section("plan", "The plan", (_facts(facts, policy),))
    yield Section("policy", "What policy and law ask", tuple(_policy(policy)))
    yield Section("weight", "Weight of social value", tuple(_weight(plan.get("weight", {}), policy, content)))
    yield Section("needs", "Needs that it answers", (_needs(plan.get("needs", [])),))
    yield Section("measures", "Measures", tuple(_measures(measures, plan.get("waivers", []))))
    yield Section("stages", "What was considered", tuple(_stages(plan.get("stages", []))))
    if plan.get("conditions"):
        yield Section("conditions", "Conditions of an earlier decision", (_conditions(plan["conditions"]),))


def _facts(facts: Content, policy: Content) -> Facts:
    category = str(facts.get("category", ""))
    rows = (
        ("Body", facts.get("body")),
        ("Directorate", facts.get("directorate")),
        ("Category", f"{category} {cpv.label_of(category)}".strip()),
        ("Value over its whole life", pounds(facts.get("value_pence"))),
        ("First and last day", _days(facts)),
        ("Where", facts.get("place")),
        ("Framework", facts.get("framework")),
        ("How it is asked", REQUIREMENTS.get(str(facts.get("requirement")), "")),
        ("Tier", policy.get("tier")),
        ("Follow-up", "delivery plan" if policy.get("delivery_plan") else ""),
    )
    return Facts(tuple((name, str(value)) for name, value in rows if value))


def _policy(policy: Content) -> Iterable[Block]:
    rules = policy.get("rules", [])
    on = f"Worked out on {_day(policy.get('on'))} from {policy.get('version')}." if policy else ""
    yield Prose(tuple(text for text in (on, f"Social value: {policy.get('consider')}." if policy else "") if text))
    columns = (
        Column("rule", "Rule"), Column("says", "What it says"), Column("why", "Why it applies"),
        Column("provision", "Where it stands"),
    )  # fmt: skip
    rows = tuple(
        _cells(one["title"], one["says"], one["because"], f"{one['pack']}, {one['provision']}") for one in rules
    )
    if rows:
        yield Table("policy", "Rules that apply", columns, rows)
    unknown = tuple(f"{one['title']}: {one['because']}" for one in policy.get("unknown", []))
    if unknown:
        yield Prose(("Of these rules it cannot be told yet whether they apply:",))
        yield Prose(unknown, bullets=True)


def _weight(weight: Content, policy: Content, content: Content) -> Iterable[Block]:
    floor = policy.get("floor")
    rows = (
        ("Weight", percent(weight.get("weight"))),
        ("Of which quantitative", percent(weight.get("quantitative"))),
        ("Of which qualitative", percent(weight.get("qualitative"))),
        ("The policy asks for at least", percent(floor)),
        ("Why it is lower", weight.get("reason")),
        ("Approved by", "; ".join(f"{one['by']}: {one['reason']}" for one in weight.get("approvals", []))),
    )
    yield Facts(tuple((name, str(value)) for name, value in rows if value))
    yield from _average(content.get("average"))


def _average(average: Content | None) -> Iterable[Block]:
    if not average:
        return
    yield Prose((average["words"],))
    columns = (Column("plan", "Plan"), Column("weight", "Weight", Show.TEXT), Column("reason", "Reason"))
    rows = tuple(_cells(one["plan"], percent(one["weight"]), one["reason"]) for one in average["below"])
    if rows:
        yield Table("average", "Plans below the average that the policy asks for", columns, rows)


def _needs(needs: Iterable[Content]) -> Block:
    columns = (Column("need", "Need"), Column("place", "Where"), Column("source", "Who says so"))
    rows = tuple(_cells(one["title"], one["place"] or "the whole area", _source(one)) for one in needs)
    return Table("needs", "Needs", columns, rows) if rows else Prose(("No need was chosen.",))


def _source(need: Content) -> str:
    said = need.get("source") or need.get("group") or ""
    return f"{said}, {need['source_date']}" if need.get("source_date") else str(said)


def _measures(measures: list[Content], waivers: list[Content]) -> Iterable[Block]:
    if not measures:
        yield Prose(("No measure was chosen.",))
        return
    columns = (
        Column("measure", "Measure"), Column("target", "Expected over the whole life"), Column("why", "Why"),
        Column("worth", "A unit is worth"), Column("burden", "Minutes per bid and return"),
    )  # fmt: skip
    rows = tuple(
        _cells(f"{one['ref']} {one['deliverable']}", target(one), why(one), worth(one), _burden(one))
        for one in measures
    )
    bid, ret = (sum(int(one.get(name) or 0) for one in measures) for name in ("burden_bid", "burden_return"))
    note = f"Together {bid} minutes for a bid and {ret} minutes for a return, by the body's own estimate."
    yield Table("measures", "Measures that are asked for", columns, rows, note=note)
    yield Prose(tuple(f"{one['by']} set aside {one['theme'].replace('-', ' ')}: {one['reason']}" for one in waivers))


def _burden(measure: Content) -> str:
    return f"{measure.get('burden_bid') or 0} and {measure.get('burden_return') or 0}"


def _stages(stages: Iterable[Content]) -> Iterable[Block]:
    columns = (
        Column("stage", "Stage"), Column("when", "When and who"), Column("findings", "What was found"),
        Column("signed", "Signed by"),
    )  # fmt: skip
    rows = tuple(
        _cells(
            STAGES.get(str(one["kind"]), str(one["kind"])).capitalize(),
            f"{_day(one['considered_on'])}, {one['considered_by']}".strip(", "),
            one["findings"],
            one["signed_by"],
        )
        for one in stages
    )
    yield Table("stages", "Stages", columns, rows) if rows else Prose(("Nothing is recorded.",))


def _conditions(conditions: Iterable[Content]) -> Table:
    columns = (Column("condition", "Condition"), Column("answer", "Answer"), Column("closed", "Closed by"))
    rows = tuple(_cells(one["text"], one["answer"], one["closed_by"]) for one in conditions)
    return Table("conditions", "Conditions", columns, rows)


def target(measure: Content) -> str:
    """Return what is expected of a measure, with its unit."""
    value = measure.get("target")
    return wording.amount(Decimal(str(value)), str(measure.get("unit", ""))) if value not in (None, "") else "no figure"


def why(measure: Content) -> str:
    """Return what suggested a measure, in words."""
    found = [str(one.get("words", "")) if isinstance(one, Mapping) else str(one) for one in measure.get("why", [])]
    return "; ".join(word for word in found if word)


def worth(measure: Content) -> str:
    """Return what a unit is worth; a licensed value is never shown."""
    value = measure.get("value_per_unit")
    if value in (None, ""):
        return "counted without pounds"
    if measure.get("value_licensed"):
        return "licensed value: it computes and is never shown"
    one = "£1" if measure.get("unit") == "GBP" else str(measure.get("unit", ""))
    return f"{wording.amount(Decimal(str(value)), 'GBP')} per {one}"


def pounds(pence: Any) -> str:
    """Return pence of a frozen content as pounds."""
    return wording.pounds(Decimal(int(pence)) / 100) if pence not in (None, "") else ""


def percent(value: Any) -> str:
    """Return a percentage of a frozen content in words."""
    return wording.percent(Decimal(str(value))) if value not in (None, "") else ""


def _days(facts: Content) -> str:
    return f"{_day(facts.get('starts'))} to {_day(facts.get('ends'))}" if facts.get("starts") else ""


def _day(text: Any) -> str:
    return wording.day(dt.date.fromisoformat(str(text))) if text else "no day"


def _cells(*texts: Any) -> Row:
    return Row(tuple(Cell(str(text)) if text not in (None, "") else Cell(text=wording.NOTHING) for text in texts))
