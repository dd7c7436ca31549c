"""The same money, cut by theme, outcome, measure, supplier, directorate, place and cohort."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from commonweal.figures import Book
from commonweal.portfolio import Aggregation
from commonweal.reporting.build.flows import Flows
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.standing import DUE, Standing
from commonweal.reporting.build.tables import (
    count_cell,
    figure_cell,
    money_cells,
    money_columns,
    money_lines,
    money_names,
    sum_line,
    total_row,
)
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Section, Show, Table

Group = Callable[[Standing], str]
UNNAMED = "not stated"


def breakdowns(flows: Flows, standings: Sequence[Standing]) -> list[Section]:
    """Return one section per cut. A cut in which nothing is stated is left out."""
    book = flows.book
    cuts: tuple[tuple[str, str, Group], ...] = (
        ("theme", "theme", lambda s: s.kpi.theme),
        ("outcome", "outcome", lambda s: s.kpi.outcome),
        ("supplier", "supplier", lambda s: "; ".join(x.name for x in s.contract.suppliers)),
        ("directorate", "directorate", lambda s: s.contract.directorate),
        ("place", "place", lambda s: s.kpi.place or s.contract.place),
        ("cohort", "cohort", lambda s: s.kpi.cohort),
    )
    sections = [Section("breakdowns", "The same delivery, cut in other ways", (Prose(CUT_NOTE),), page_break=True)]
    sections.append(Section("by-measure", "By measure", (_measures(book, standings),), level=2))
    for key, word, group in cuts:
        if any(group(standing) for standing in standings):
            sections.append(Section(f"by-{key}", f"By {word}", _cut(book, standings, key, word, group), level=2))
    return sections


CUT_NOTE = (
    "Each table adds up the same stored pence, so that the totals agree. KPIs that are recorded without pounds are "
    "counted but have no pounds in them.",
)


def _cut(book: Book, standings: Sequence[Standing], key: str, word: str, group: Group) -> tuple[Block, ...]:
    names = money_names(standings)
    columns = (Column(key, word.capitalize()), Column("kpis", "KPIs", Show.COUNT), *money_columns(names))
    rows = []
    for name, members in _groups(standings, group):
        lines = money_lines(book, f"by/{key}/{slug(name)}", name, members)
        rows.append(Row((Cell(name), count_cell(len(members)), *money_cells(book, lines, names))))
    total = money_lines(book, "portfolio", "All contracts", standings)
    rows.append(total_row((Cell("All"), count_cell(len(standings)), *money_cells(book, total, names))))
    return (Table(f"by-{key}", f"Pounds by {word}", columns, tuple(rows), dense=True),)


def _measures(book: Book, standings: Sequence[Standing]) -> Table:
    columns = (
        Column("measure", "Measure"),
        Column("unit", "Unit"),
        Column("contracts", "Contracts", Show.COUNT),
        Column("promised", "Promised", Show.QUANTITY),
        Column("due", "Due to date", Show.QUANTITY),
        Column("pending", "Pending", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("pounds", "Verified", Show.POUNDS, "£"),
    )
    rows = [_measure_row(book, name, unit, members) for (name, unit), members in _by_measure(standings)]
    note = (
        "People counted once are added over contracts as declared, unless every line carries person tokens: the same "
        "person on two contracts would then be counted twice. Percentages are worked out again from numerators and "
        "denominators, never averaged."
    )
    return Table("by-measure", "Quantities by measure", columns, tuple(rows), note=note)


def _measure_row(book: Book, name: str, unit: str, members: Sequence[Standing]) -> Row:
    stem = f"by/measure/{slug(f'{name} {unit}')}"
    rule = members[0].kpi.over_contracts
    cells = [
        _over_contracts(book, f"{stem}/{state}/quantity", f"{name} {state}", unit, state, rule, members)
        for state in (PROMISED, DUE, "pending", "verified")
    ]
    pounds = sum_line(
        book, f"{stem}/verified/pounds", f"{name} verified, pounds", [m.pounds.get("verified", "") for m in members]
    )
    return Row(
        (Cell(name), Cell(unit), count_cell(len({m.contract.ref for m in members})), *cells, figure_cell(book, pounds))
    )


def _over_contracts(
    book: Book, line: str, label: str, unit: str, state: str, rule: Aggregation, members: Sequence[Standing]
) -> Cell:
    lines = [member.quantity.get(state, "") for member in members]
    if rule is Aggregation.RECOMPUTE:
        return _ratio_over_contracts(book, line, label, state, [entry for entry in lines if entry])
    if rule is Aggregation.NONE:
        return Cell(text="not added up")
    if rule is Aggregation.AVERAGE:
        inputs = [entry for entry in lines if entry]
        return figure_cell(book, book.figure(line, label, unit, "mean", inputs).id if inputs else "")
    return figure_cell(book, sum_line(book, line, label, lines, unit))


def _ratio_over_contracts(book: Book, line: str, label: str, state: str, lines: Sequence[str]) -> Cell:
    if state in (PROMISED, DUE) or not lines:
        return Cell(text="–")
    over = sum_line(
        book, f"{line}/numerator", f"{label}: numerators", [f"{entry}/numerator" for entry in lines], "count"
    )
    under = sum_line(
        book, f"{line}/denominator", f"{label}: denominators", [f"{e}/denominator" for e in lines], "count"
    )
    return figure_cell(book, book.figure(line, label, "percent", "percent", [over, under]).id, unit="percent")


def _by_measure(standings: Sequence[Standing]) -> list[tuple[tuple[str, str], list[Standing]]]:
    found: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    for standing in standings:
        kpi = standing.kpi
        found[
            (f"{kpi.measure} ({standing.contract.framework})" if standing.contract.framework else kpi.measure, kpi.unit)
        ].append(standing)
    return sorted(found.items())


def _groups(standings: Iterable[Standing], group: Group) -> list[tuple[str, list[Standing]]]:
    found: dict[str, list[Standing]] = defaultdict(list)
    for standing in standings:
        found[group(standing) or UNNAMED].append(standing)
    return sorted(found.items(), key=lambda item: (item[0] == UNNAMED, item[0].casefold()))
