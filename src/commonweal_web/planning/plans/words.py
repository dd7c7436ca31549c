"""
A plan's content in words, line by line: for the page of a version, for two versions side by side, for the panel's pack.

It reads the frozen content alone, so that a version says today what it said when it was locked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.policy.facts import FIELDS
from commonweal.reporting import wording
from commonweal_web.core.templatetags.worth import day, pounds, quantity
from commonweal_web.frameworks import cpv
from commonweal_web.planning.models import Plan, PlanPart, Stage
from commonweal_web.planning.plans.asking import said
from commonweal_web.planning.plans.weighing import per_cent

Content = Mapping[str, Any]
NONE = "–"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a plan says. `key` tells it from every other, so that two versions can be laid side by side."""

    group: str
    key: str
    label: str
    text: str


def lines_of(content: Content) -> list[Line]:
    """Return everything that a plan's content says, in the order of the page."""
    if not content:
        return []
    parts = (_plan, _facts, _weight, _stages, _needs, _measures, _waivers, _conditions, _people)
    return [line for part in parts for line in part(content)]


def grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Return lines under their headings, in order."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.group, []).append(line)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Pair:
    """What two contents say of the same thing; empty text where one of them says nothing."""

    group: str
    label: str
    before: str
    after: str

    @property
    def what(self) -> str:
        """Whether it was added, taken out or changed; empty where both say the same."""
        if self.before == self.after:
            return ""
        return "Added" if not self.before else "Taken out" if not self.after else "Changed"


def side_by_side(before: Content, after: Content) -> list[Pair]:
    """Return what two contents say of each thing, in the order of the later one."""
    old, new = ({line.key: line for line in lines_of(one)} for one in (before, after))
    keys = [*new, *(key for key in old if key not in new)]
    known = {**old, **new}
    return [
        Pair(known[key].group, known[key].label, _text(old.get(key)), _text(new.get(key)))
        for key in sorted(keys, key=lambda key: list(GROUPS).index(known[key].group))
    ]


GROUPS = ("The plan", "Facts for law and policy", "Weight", "Stages", "Needs", "Measures", "Set aside", "Conditions",
          "People")  # fmt: skip


def _text(line: Line | None) -> str:
    return "" if line is None else line.text


def _plan(content: Content) -> Iterator[Line]:
    plan, policy = content["plan"], content["policy"]
    code = plan["category"]
    rows = {
        "reference": ("Reference", plan["reference"]),
        "title": ("Title", plan["title"]),
        "body": ("Body", plan["body"]),
        "directorate": ("Directorate", plan["directorate"]),
        "category": ("Category (CPV)", f"{code} {cpv.label_of(code)}".strip()),
        "value_pence": ("Whole-life value", pounds(plan["value_pence"])),
        "term": ("First and last day", f"{_day(plan['starts'])} to {_day(plan['ends'])}"),
        "commences": ("Procurement begins", _day(plan["commences"])),
        "place": ("Place", plan["place"]),
        "framework": ("Framework", plan["framework"]),
        "value_pack": ("Values in pounds", plan["value_pack"]),
        "requirement": ("Social value is asked for as", Plan.Requirement(plan["requirement"]).label),
        "policy": ("Policy", f"{policy['label']}, in force from {_day(policy['starts'])}" if policy else ""),
    }
    for key, (label, text) in rows.items():
        yield Line("The plan", f"plan.{key}", label, text or NONE)


def _facts(content: Content) -> Iterator[Line]:
    for name, one in sorted(content["facts"].items()):
        field = FIELDS.get(name)
        label = f"{field.label[:1].upper()}{field.label[1:]}" if field else name
        value = said(field, str(one["value"])) if field else str(one["value"])
        yield Line("Facts for law and policy", f"facts.{name}", label, f"{value} (source: {one['source']})")


def _weight(content: Content) -> Iterator[Line]:
    weight = content["weight"]
    for key, label in (("weight", "Weight"), ("quantitative", "Quantitative"), ("qualitative", "Qualitative")):
        text = per_cent(Decimal(weight[key])) if weight[key] is not None else NONE
        yield Line("Weight", f"weight.{key}", label, text)
    if weight["reason"]:
        yield Line("Weight", "weight.reason", "Reason", weight["reason"])
    for number, one in enumerate(weight["approvals"], 1):
        text = f"{one['by']}, {_day(one['at'])}: {one['reason']}"
        yield Line("Weight", f"weight.approval.{number}", f"Approval {number} of a weight below the floor", text)


def _stages(content: Content) -> Iterator[Line]:
    for one in content["stages"]:
        title = str(Stage.Kind(one["kind"]).label).capitalize()
        parts = [one["findings"]]
        if one["considered_on"]:
            parts.append(f"Considered on {_day(one['considered_on'])} by {one['considered_by']}.")
        parts.append(
            f"Signed off by {one['signed_by']}, {_day(one['signed_at'])}." if one["signed_by"] else "Not signed off."
        )
        parts += [f"Document: {each['title']} ({each['sha256'][:12]})." for each in one["documents"]]
        yield Line("Stages", f"stage.{one['kind']}", title, " ".join(filter(None, parts)))


def _needs(content: Content) -> Iterator[Line]:
    for one in content["needs"]:
        where = one["place"] or "The whole area"
        parts = [one["text"], f"Source: {one['source'] or one['group']}", one["source_date"]]
        text = ". ".join(filter(None, [where, *parts]))
        yield Line("Needs", f"need.{one['place']}.{one['title']}", one["title"], text)


def _measures(content: Content) -> Iterator[Line]:
    for one in content["measures"]:
        yield Line("Measures", f"measure.{one['ref']}", one["ref"], measure_words(one))


def measure_words(one: Mapping[str, Any]) -> str:
    """Return what a measure asks for, in one paragraph; a licensed value is not shown."""
    parts = [one["deliverable"]]
    if one["target"] is not None:
        parts.append(f"Target: {quantity(Decimal(one['target']), one['unit'])}")
    else:
        parts.append(f"Counted in: {one['unit']}")
    if one["value_licensed"]:
        parts.append("Valued by a licensed pack")
    elif one["value_per_unit"] is not None:
        each = "per £1" if one["unit"] == "GBP" else "each"
        parts.append(f"Worth {wording.amount(Decimal(one['value_per_unit']), 'GBP')} {each} ({one['value_source']})")
    parts += [f"Evidence: {one['evidence_rule']}"] if one["evidence_rule"] else []
    parts += [f"Where: {one['place']}"] if one["place"] else []
    parts += [f"For whom: {one['cohort']}"] if one["cohort"] else []
    parts.append(f"Work: {one['burden_bid']} minutes a bid, {one['burden_return']} minutes a return")
    return ". ".join(part.rstrip(".") for part in parts) + "."


def _waivers(content: Content) -> Iterator[Line]:
    for one in content["waivers"]:
        text = f"By {one['by']}, {one['office']}, {_day(one['at'])}: {one['reason']}"
        yield Line("Set aside", f"waiver.{one['theme']}", one["theme"].replace("-", " ").capitalize(), text)


def _conditions(content: Content) -> Iterator[Line]:
    for number, one in enumerate(content["conditions"], 1):
        closed = f"Closed by {one['closed_by']}, {_day(one['closed_at'])}." if one["closed_by"] else "Open."
        answer = f"Answer by {one['answered_by']}: {one['answer']} " if one["answer"] else ""
        yield Line("Conditions", f"condition.{number}", f"Condition {number}", f"{one['text']}. {answer}{closed}")


def _people(content: Content) -> Iterator[Line]:
    for one in content["people"]:
        until = f" to {_day(one['ends'])}" if one["ends"] else ""
        label = str(PlanPart.Part(one["part"]).label).capitalize()
        yield Line("People", f"person.{one['part']}.{one['name']}.{one['starts']}", label,
                   f"{one['name']}, from {_day(one['starts'])}{until}")  # fmt: skip


def _day(text: str | None) -> str:
    """A day, or the day in London of a moment, as people write it."""
    if not text:
        return ""
    return day(dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text))
