"""The planned procurements of a quarter as tables of a page, and as a document to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

import commonweal
import commonweal_data
from commonweal.figures import Book
from commonweal.policy.facts import literal
from commonweal.quantities import plain
from commonweal.reporting import model
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import pounds
from commonweal_web.planning.policies.portfolio import Cover, Line, Portfolio, average_words

NOTE = (
    "A plan belongs to the quarter in which its procurement commences, or while no day is named to that in which it "
    "was made. The average counts the plans to which the policy's rule on the average applies."
)


def plans_table(lines: Sequence[Line], may_open: set[int], *, several: bool) -> Table:
    """Return the plans of a quarter; a plan that somebody may open is a link."""
    rows = [_row(line, may_open, several) for line in lines]
    columns = [Column("Plan"), Column("Value", numeric=True, unit="£"), Column("Weight", numeric=True, unit="%")]
    columns += [Column("In the average"), Column("Panel's list"), Column("Reason")]
    if several:
        columns.insert(1, Column("Body"))
    empty = "No plan of yours commences in this quarter."
    return Table("Plans of the quarter", columns, rows, empty=empty, stacks=True)


def _row(line: Line, may_open: set[int], several: bool) -> list[Cell]:
    plan = line.plan
    href = reverse("planning:plan_page", args=[plan.pk]) if plan.pk in may_open else ""
    row = [
        Cell(str(plan), href=href, hint=str(plan.get_state_display())),
        Cell(pounds(plan.value_pence).removeprefix("£")),
        Cell("not set yet" if plan.weight is None else plain(plan.weight)),
        Cell(_counted(line)),
        Cell("On the list" if line.listed else "–"),
        Cell(reason_words(line)),
    ]
    if several:
        row.insert(1, Cell(str(plan.authority)))
    return row


def _counted(line: Line) -> str:
    if line.rule is None:
        return "No: the rule does not apply"
    return "Yes" if line.counted else "Once its weight is set"


def reason_words(line: Line) -> str:
    """Return the reason of a weight, or that one is due."""
    return "A reason is due" if line.needs_reason else line.plan.weight_reason or "–"


def cover_table(cover: Cover) -> Table:
    """Return running contracts with and without KPIs, by whether the policy asks for measures; rows add up."""
    rows = [
        [Cell(name), Cell(f"{have:,}"), Cell(f"{lack:,}"), Cell(f"{have + lack:,}")]
        for name, (have, lack) in zip(cover_names(cover), cover.rows, strict=True)
    ]
    whole = [Cell("All"), Cell(f"{cover.covered:,}"), Cell(f"{cover.contracts - cover.covered:,}")]
    columns = (
        Column("Contracts by value"),
        Column("With KPIs", numeric=True),
        Column("Without", numeric=True),
        Column("Contracts", numeric=True),
    )
    return Table("Contracts that run in the quarter", columns, rows, total=[*whole, Cell(f"{cover.contracts:,}")])


def cover_names(cover: Cover) -> tuple[str, str, str]:
    """Return the headings of the rows: the amount from which the policy asks for measures, where it is one."""
    amount = literal(cover.amounts[0]) if len(cover.amounts) == 1 else "the amount of the body's policy"
    return (
        f"From {amount}: the policy asks for measures",
        f"Below {amount}: it does not",
        "No value stated, or no policy in force",
    )


def cover_words(cover: Cover) -> str:
    """Return the share of contracts with KPIs with its parts."""
    if not cover.contracts:
        return "No contract runs in this quarter."
    share = (Decimal(100) * cover.covered / cover.contracts).quantize(Decimal("0.1"))
    return f"{cover.covered:,} of {cover.contracts:,} running contracts have KPIs ({share} %)."


def facts_of(found: Portfolio) -> dict[str, Any]:
    """Return the sentences of the page."""
    average = found.average
    due = [line for line in found.listed if line.needs_reason]
    return {
        "average": average,
        "average_words": average_words(average, found.quarter) if average else "",
        "counted": found.counted,
        "follows": "; ".join(average.follows) if average else "",
        "listed": len(found.listed),
        "due": len(due),
        "cover_words": cover_words(found.cover),
        "below": found.cover.below,
    }


def report_of(found: Portfolio, lines: Iterable[Line]) -> model.Report:
    """Return the quarter as a document, with the plans that its reader may see."""
    sentences = [average_words(found.average, found.quarter)] if found.average else ["No weight counts yet."]
    sections = [
        model.Section("average", "Average weight", (model.Prose((*sentences, cover_words(found.cover))),)),
        model.Section("plans", "Plans of the quarter", (_plans(lines),)),
        model.Section("contracts", "Contracts that run in the quarter", (_cover(found.cover),)),
    ]
    return model.Report(
        f"Planned procurements, {found.quarter.label}",
        str(found.body),
        found.on,
        sections,
        Book(),
        made_by=f"Commonweal {commonweal.__version__}, data package {commonweal_data.__version__}",
        notes=[NOTE],
    )


def _plans(lines: Iterable[Line]) -> model.Table:
    show = model.Show
    columns = (
        model.Column("body", "Body"),
        model.Column("reference", "Reference"),
        model.Column("title", "Plan"),
        model.Column("state", "Stands"),
        model.Column("commences", "Commences", show.DATE),
        model.Column("value", "Value", show.POUNDS, "£"),
        model.Column("weight", "Weight", show.PERCENT, "%"),
        model.Column("counted", "In the average"),
        model.Column("listed", "On the panel's list"),
        model.Column("reason", "Reason"),
    )
    return model.Table("plans", "Plans of the quarter", columns, tuple(map(_plan, lines)), dense=True)


def _plan(line: Line) -> model.Row:
    plan = line.plan
    commences = model.Cell(plan.commences) if plan.commences else model.Cell(text="no day named")
    weight = model.Cell(text="not set yet") if plan.weight is None else model.Cell(plan.weight)
    texts = (str(plan.authority), plan.reference, plan.title, str(plan.get_state_display()))
    after = (_counted(line), "yes" if line.listed else "no", reason_words(line))
    value = model.Cell(Decimal(plan.value_pence) / 100)
    return model.Row((*map(_text, texts), commences, value, weight, *map(_text, after)))


def _cover(cover: Cover) -> model.Table:
    show = model.Show.COUNT
    columns = (
        model.Column("kind", "Contracts by value"),
        model.Column("with", "With KPIs", show),
        model.Column("without", "Without", show),
        model.Column("contracts", "Contracts", show),
    )
    parts = [(name, have, lack) for name, (have, lack) in zip(cover_names(cover), cover.rows, strict=True)]
    rows = [_counts(*part) for part in parts]
    total = _counts("All", cover.covered, cover.contracts - cover.covered, emphasis="total")
    return model.Table("contracts", "Contracts that run in the quarter", columns, (*rows, total))


def _counts(name: str, have: int, lack: int, *, emphasis: str = "") -> model.Row:
    numbers = (model.Cell(Decimal(number)) for number in (have, lack, have + lack))
    return model.Row((_text(name), *numbers), emphasis)


def _text(text: str) -> model.Cell:
    return model.Cell(text=text, value=text)


def file_name(found: Portfolio) -> str:
    """Return what a file of the quarter is called."""
    name = "".join(letter if letter.isalnum() else "-" for letter in str(found.body.short_name or found.body))
    return f"{name}-planned-{found.quarter.start}"
