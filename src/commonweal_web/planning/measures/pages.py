"""What pages of needs and measures show: tables of needs, of chosen measures, of suggestions and of a whole release."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonweal.catalogue import Measure
from commonweal.suggest import Burden, Suggestion, burden_of
from commonweal_web.core import components
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import quantity
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.planning.measures import selectors
from commonweal_web.planning.models import Need, Plan, PlanMeasure

KINDS = {"need": "Need", "policy": "Policy", "law": "Law", "history": "Used before"}


def needs_table(needs: Iterable[Need], *, may_draft: bool) -> Table:
    """Return the needs of a body by place."""
    rows = [
        [
            Cell(
                one.title,
                href=reverse("planning:measure_need", args=[one.body_id, one.pk])
                if may_draft and one.closed_on is None
                else "",
                hint=", ".join(one.tags),
            ),
            Cell(one.place or "The whole area"),
            Cell(_from(one), hint=one.source_date),
            Cell(quantity(one.quantity, one.unit) if one.quantity is not None else "–"),
        ]
        for one in needs
    ]
    columns = (Column("What is needed"), Column("Place"), Column("Who says so"), Column("How much", numeric=True))
    empty = "No need is written down yet. Add one from a needs assessment, statistics or a ward meeting."
    return Table("Needs", columns, rows, empty=empty, hide_caption=True, stacks=True)


def _from(need: Need) -> str:
    return f"{need.group}, posted" if need.group else need.source


def measures_table(rows: Sequence[PlanMeasure], *, may_write: bool) -> Table:
    """Return the measures of a plan with what each asks of those who answer it, and the sum of their minutes."""
    total = selectors.burden_of_all(rows)
    columns = (
        Column("What is asked for"),
        Column("Expected", numeric=True),
        Column("A unit is worth"),
        Column("Serves"),
        Column("Each bid", unit="minutes", numeric=True),
        Column("Each return", unit="minutes", numeric=True),
        Column("State"),
    )
    cells = [
        [
            Cell(
                f"{one.ref} {one.deliverable}",
                href=reverse("planning:measure_edit", args=[one.plan_id, one.pk]) if may_write else "",
                hint=_particulars(one),
            ),
            Cell(quantity(one.target, "percent" if one.kind == "ratio" else one.unit)),
            Cell(selectors.per_unit(one)),
            Cell(selectors.themes_in_words(one.themes) or "No theme of the policy"),
            Cell(str(one.burden_bid)),
            Cell(str(one.burden_return)),
            Cell(one.get_state_display().capitalize(), hint=_decision(one)),
        ]
        for one in rows
    ]
    foot = [Cell("All together"), *[Cell("")] * 3, Cell(str(total.bid)), Cell(str(total.per_return)), Cell("")]
    empty = "No measure is chosen yet. Look at what is suggested, or write an indicator of your own."
    return Table("Measures", columns, cells, total=foot if rows else (), empty=empty, hide_caption=True, stacks=True)


def _particulars(one: PlanMeasure) -> str:
    parts = (("Evidence", one.evidence_rule), ("Place", one.place), ("Group", one.cohort))
    return ". ".join(f"{name}: {text.rstrip('.')}" for name, text in parts if text)


def _decision(one: PlanMeasure) -> str:
    if one.decided_by is None:
        return f"by {one.proposed_by}"
    return f"{one.decision_reason} ({one.decided_by})" if one.decision_reason else f"by {one.decided_by}"


def burden_words(rows: Iterable[PlanMeasure]) -> str:
    """Return what all measures together cost, in one sentence."""
    total = selectors.burden_of_all(rows)
    return (
        f"About {selectors.minutes(total.bid)} for each bid, and {selectors.minutes(total.per_return)} for each return."
    )


def why_rows(rows: Iterable[PlanMeasure]) -> list[dict[str, Any]]:
    """Return why each measure was suggested when it was chosen."""
    return [
        {"ref": one.ref, "words": [f"{KINDS.get(why['kind'], why['kind'])}: {why['words']}" for why in one.why]}
        for one in rows
        if one.why
    ]


def data_missing(plan: Plan, rows: Iterable[PlanMeasure]) -> list[str]:
    """Return what another framework needs and nobody has given, by measure."""
    found = []
    for row in rows:
        for one in frameworks.extra_data(plan.framework, row.measure, body=plan.authority_id):
            if one.name not in row.data:
                found.append(f"{row.ref}: {one.label}. {', '.join(one.frameworks)} cannot take it without.")
    return found


def suggestions_table(suggestions: Iterable[Suggestion], chosen: Iterable[str] = ()) -> Table:
    """Return suggestions with a box to choose each, every reason, and the minutes."""
    ticked = set(chosen)
    rows = [
        [
            _box(one.measure, one.measure.code in ticked),
            Cell(html=_reasons(one), hint=f"Minutes: {one.burden.because}"),
            *_minutes(one.burden),
        ]
        for one in suggestions
    ]
    empty = "Nothing is suggested. Tick the needs that the plan answers, or search the framework below."
    return Table("Suggested", _columns("Why"), rows, empty=empty, stacks=True)


def release_table(plan: Plan, measures: Iterable[Measure], chosen: Iterable[str] = ()) -> Table:
    """Return measures of the plan's framework with a box to choose each."""
    ticked = set(chosen)
    rows = []
    for one in measures:
        theme, outcome = frameworks.headings(one)
        minutes = burden_of(evidence=one.evidence, unit=one.unit, kind=one.kind.value, sensitive=one.sensitive)
        about = ", ".join(dict.fromkeys(part for part in (theme, outcome) if part))
        more = Cell(about, hint=f"Minutes: {minutes.because}")
        rows.append([_box(one, one.code in ticked), more, *_minutes(minutes)])
    empty = "There is no other measure to choose. Try other words, or write an indicator of your own."
    return Table("Measures of the plan's framework", _columns("Theme and outcome"), rows, empty=empty, stacks=True)


def _columns(second: str) -> tuple[Column, ...]:
    return (
        Column("Measure"),
        Column(second),
        Column("Each bid", unit="minutes", numeric=True),
        Column("Each return", unit="minutes", numeric=True),
    )


def _minutes(burden: Burden) -> list[Cell]:
    return [Cell(str(burden.bid)), Cell(str(burden.per_return))]


def _box(measure: Measure, ticked: bool) -> Cell:
    item = {
        "value": measure.code, "text": f"{measure.code} {measure.label}", "id": f"code-{measure.code}",
        "checked": ticked,
    }  # fmt: skip
    group = {"classes": "govuk-!-margin-bottom-0"}
    options = {"name": "codes", "classes": "govuk-checkboxes--small", "formGroup": group, "items": [item]}
    return Cell(html=components.component("checkboxes", options))


def _reasons(one: Suggestion) -> SafeString:
    return format_html(
        '<ul class="govuk-list govuk-!-margin-bottom-0">{}</ul>',
        format_html_join("", "<li><strong>{}.</strong> {}</li>", ((KINDS[w.kind.value], w.words) for w in one.why)),
    )
