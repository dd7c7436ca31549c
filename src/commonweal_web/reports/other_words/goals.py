"""What serves each goal. The same delivery stands under every goal that it serves, and is counted once in all."""

from __future__ import annotations

from commonweal.crosswalk.express import Status
from commonweal.crosswalk.goals import GoalTotal
from commonweal.figures import Book
from commonweal.quantities import ONE
from commonweal.reporting.build.tables import count_cell, figure_cell, total_row
from commonweal.reporting.model import Cell, Column, Row, Show, Table
from commonweal_web.reports.other_words import tables
from commonweal_web.reports.other_words.facts import STATES
from commonweal_web.reports.other_words.telling import Telling


def goals_table(told: Telling) -> Table | None:
    """Return what serves each goal; a KPI under two goals stands with both, and the last row counts it once."""
    assert told.goals is not None  # the caller looked
    if not told.goals.goals:
        return None
    columns = (
        Column("goal", "Goal"),
        Column("name", "Name"),
        Column("targets", "Targets"),
        Column("kpis", "KPIs", Show.COUNT),
        Column("pounds", "Verified, of all that serves it", Show.POUNDS, "£"),
        Column("weighed", "Its part by weight", Show.POUNDS, "£"),
    )
    book, goals = told.facts.book, told.goals
    once = count_cell(len(goals.deliveries))
    whole = figure_cell(book, goals.distinct)
    total = total_row((Cell("All"), Cell("Each KPI once"), Cell(), once, whole, tables.DASH))
    note = (
        "A KPI that serves two goals stands with both, so these rows are not added up: the last counts each KPI once."
    )
    rows = (*(_goal_row(book, goal) for goal in goals.goals), total)
    return Table(tables.name(told, "goals"), "What serves each goal", columns, rows, note=note)


def _goal_row(book: Book, goal: GoalTotal) -> Row:
    return Row(
        (
            Cell(goal.code),
            Cell(goal.name),
            Cell(", ".join(goal.targets)),
            count_cell(len(goal.deliveries)),
            figure_cell(book, goal.pounds),
            figure_cell(book, goal.weighed),
        )
    )


def served(told: Telling) -> Table | None:
    """Return each KPI's links to the goals, with weight and reason."""
    columns = (
        Column("kpi", "KPI"),
        Column("target", "Goal or target"),
        Column("promised", "Promised", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("weight", "Weight", Show.PERCENT),
        Column("why", "Why"),
    )
    rows = []
    for ref, states in told.kpis.items():
        for parts in tables.by_target(states, Status.RELATED).values():
            part = next(iter(parts.values()))
            link = part.way.link
            weight = (
                Cell(ONE * link.weight / 100) if link.weight is not None and not part.way.inherited else tables.DASH
            )
            own = [tables.own(told, parts.get(state)) for state in STATES]
            target = Cell(f"{part.target.code} {part.target.label}")
            rows.append(Row((tables.kpi_cell(told, ref), target, *own, weight, Cell(tables.reason(part)))))
    return (
        Table(tables.name(told, "served"), "Why each KPI stands there", columns, tuple(rows), dense=True)
        if rows
        else None
    )
