"""A filled mapping sheet as a report: by region what is wanted and delivered, in other frameworks, and by goal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence

from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.sheet import NOT_PLACED, FilledSheet
from commonweal.crosswalk.summary import Release, Thing
from commonweal.figures import Book
from commonweal.reporting import wording
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.regional_figures import DELIVERED, PLACED_NOWHERE, STATES, TARGET, RegionalFigures
from commonweal.reporting.build.regional_words import goals_section, words_section
from commonweal.reporting.build.tables import count_cell, figure_cell, total_row
from commonweal.reporting.model import Block, Cell, Chart, Column, Prose, Report, Row, Section, Show, Table

BLANK = (
    "A dash stands where nobody said anything. It is not zero, and no total counts it. The percentage of all regions "
    "is worked out again from the sums of parts and wholes; it is no average. “Not added up” stands where the sum of "
    "several regions would say nothing: percentages without their wholes make no percentage of all."
)
WORDS = {TARGET: "wanted", DELIVERED: "delivered"}
NOTHING = (
    "Nothing is filled in yet. Give a target or a delivery for at least one KPI, and this report shows it by region.",
)


def regional_report(sheet: FilledSheet, *, as_at: dt.date, made_by: str) -> Report:
    """Return the whole report on a sheet, with every figure's working."""
    book = Book()
    figures = RegionalFigures(sheet, book)
    sections = [_overview(figures), *_by_region(figures)]
    sections += [words_section(figures, one) for one in sheet.summary.targets if one.id != GOALS]
    sections += goals_section(figures)
    releases = sheet.summary.releases
    return Report(
        title=sheet.title or f"Commitments and delivery by region, {sheet.summary.source.short_name}",
        subtitle=f"As at {wording.day(as_at)}",
        as_at=as_at,
        sections=sections,
        book=book,
        attributions=list(dict.fromkeys(text for one in releases for text in one.attribution)),
        made_by=made_by,
    )


def _overview(figures: RegionalFigures) -> Section:
    return Section("kpis", "What is wanted and what was delivered", (Prose((BLANK,)), overview_table(figures)))


def overview_table(figures: RegionalFigures) -> Table:
    """Return one row for each KPI with its totals over all regions; the last row has the pounds of all of them."""
    rows = [_kpi_row(figures, thing) for thing in figures.kpis]
    columns = [
        Column("code", "KPI"),
        Column("label", "What it counts"),
        Column(TARGET, "Target", Show.QUANTITY),
        Column(DELIVERED, "Delivered", Show.QUANTITY),
        Column("percent", "Delivered of the target", Show.PERCENT),
    ]
    if figures.pounds:
        columns += [
            Column("target_pounds", "Target, in pounds", Show.POUNDS, "£"),
            Column("delivered_pounds", "Delivered, in pounds", Show.POUNDS, "£"),
        ]
        rows = [Row((*row.cells, *_money(figures, thing))) for row, thing in zip(rows, figures.kpis, strict=True)]
        rows.append(_whole(figures))
    return Table("kpis", "Each KPI over all regions", tuple(columns), tuple(rows), dense=True)


def _kpi_row(figures: RegionalFigures, thing: Thing) -> Row:
    target, delivered = (figures.total(thing, state).line for state, _ in STATES)
    percent = ""
    if target and delivered and figures.book[target].value and not thing.ratio:
        label = f"{thing.code}: delivered as a percentage of the target"
        percent = figures.book.figure(f"{thing.id}/percent", label, "percent", "percent", [delivered, target]).id
    return Row(
        (
            Cell(thing.code),
            Cell(thing.label),
            *(figures.total_cell(thing.id, state) for state, _ in STATES),
            figure_cell(figures.book, percent),
        )
    )


def _money(figures: RegionalFigures, thing: Thing) -> tuple[Cell, ...]:
    return tuple(figure_cell(figures.book, figures.total(thing, state).pounds) for state, _ in STATES)


def _whole(figures: RegionalFigures) -> Row:
    cells = []
    for state, word in STATES:
        inputs = [figures.total(thing, state).pounds for thing in figures.kpis]
        cells.append(figure_cell(figures.book, figures.sum_pounds(f"all/{state}/pounds", word, inputs)))
    return total_row((Cell("All"), Cell("KPIs with a value"), Cell(), Cell(), Cell(), *cells))


def _by_region(figures: RegionalFigures) -> list[Section]:
    if not figures.filled:
        return [Section("regions", "By region", (Prose(NOTHING),))]
    units = unit_table(figures)
    blocks = (units,) if units else ()
    head = Section("regions", "By region", (*blocks, Prose(_empty_words(figures))), page_break=True)
    return [head, *(kpi_section(figures, thing) for thing in figures.filled)]


def _empty_words(figures: RegionalFigures) -> tuple[str, ...]:
    left = [thing for thing in figures.kpis if thing not in figures.filled]
    if not left:
        return ("Something is filled in for every KPI.",)
    return (f"Nothing is filled in for {', '.join(f'{thing.code} {thing.label}' for thing in left)}.",)


def kpi_section(figures: RegionalFigures, thing: Thing) -> Section:
    """Return the section on one KPI: its regions as a chart, where there are several, and as a table."""
    table = region_table(figures, thing)
    blocks: list[Block] = [table]
    chart = _chart(figures, thing, table)
    if chart:
        blocks.insert(0, chart)
    return Section(f"region-{slug(thing.id)}", f"{thing.code} {thing.label}", tuple(blocks), level=2)


def region_table(figures: RegionalFigures, thing: Thing) -> Table:
    """Return the regions of which anything is said, what is not placed, and the total, for one KPI."""
    unit = unit_words(thing)
    columns = [
        Column("region", "Region"),
        Column(TARGET, "Target", Show.QUANTITY, unit),
        Column(DELIVERED, "Delivered", Show.QUANTITY, unit),
    ]
    parted = _parted(figures, thing)
    if parted:
        columns += [Column(f"{state}_parts", f"{word}: part of whole") for state, word in STATES]
    priced = thing.id in figures.sheet.prices
    if priced:
        columns += [Column(f"{state}_pounds", f"{word}, in pounds", Show.POUNDS, "£") for state, word in STATES]
    said = {region for state, _ in STATES for region in figures.places_of(thing, state)}
    rows = [
        Row(
            (
                Cell(name),
                *_amounts(figures, thing, region),
                *(_parts(figures, thing, region) if parted else ()),
                *(_pounds(figures, thing, region) if priced else ()),
            )
        )
        for region, name in figures.sheet.places
        if region in said
    ]
    totals = (_without_unit(figures.total_cell(thing.id, state)) for state, _ in STATES)
    sums = _parts(figures, thing, None) if parted else ()
    rows.append(total_row((Cell("All regions"), *totals, *sums, *(_money(figures, thing) if priced else ()))))
    return Table(
        f"region-{slug(thing.id)}",
        f"{thing.code} by region",
        tuple(columns),
        tuple(rows),
    )


def _parted(figures: RegionalFigures, thing: Thing) -> bool:
    """Say whether any percentage of a KPI was given as part and whole."""
    lines = (figures.lines[(thing.id, state, one)] for state, _ in STATES for one in figures.places_of(thing, state))
    return thing.ratio and any(f"{line}/whole" in figures.book for line in lines)


def _parts(figures: RegionalFigures, thing: Thing, region: str | None) -> tuple[Cell, ...]:
    """Return "24 of 25" for each state of one region, or of all; a dash where it was not given so."""
    found = []
    for state, _ in STATES:
        line = figures.total(thing, state).line if region is None else figures.lines.get((thing.id, state, region), "")
        said = [figures.book[f"{line}/{name}"].value for name in ("part", "whole") if f"{line}/{name}" in figures.book]
        found.append(Cell(text=" of ".join(map(wording.number, said)) or "–"))
    return tuple(found)


Origin = Callable[[Thing], tuple[str, str]]
"""Returns the framework release that a KPI is of, and what every copy must print of it."""


def origin_of(releases: Iterable[Release], *, otherwise: str = "") -> Origin:
    """Return how KPIs are named after the release that each is of; `otherwise` stands for one of none of them."""
    said = {one.id: (f"{one.name} ({one.id})", " ".join(one.attribution)) for one in releases}
    return lambda thing: said.get(thing.id.partition("/")[0], (otherwise, ""))


def long_table(figures: RegionalFigures, *, as_at: dt.date, origin: Origin) -> Table:
    """
    Return one row for each KPI and region of which anything is said: the whole sheet as one plain table.

    Source, licence and day stand in each row, so that no row loses them.
    """
    columns = (
        Column("code", "KPI"),
        Column("label", "What it counts"),
        Column("unit", "Unit"),
        Column("region", "Region code"),
        Column("name", "Region"),
        *(Column(state, word, Show.QUANTITY) for state, word in STATES),
        *(Column(f"{state}_pounds", f"{word}, in pounds", Show.POUNDS, "£") for state, word in STATES),
        Column("framework", "Framework release"),
        Column("licence", "Source and licence"),
        Column("as_at", "As at", Show.DATE),
    )
    rows = [
        Row((*_long_row(figures, thing, region, name), *(Cell(text) for text in origin(thing)), Cell(as_at)))
        for thing in figures.filled
        for region, name in figures.sheet.places
        if any(region in figures.places_of(thing, state) for state, _ in STATES)
    ]
    return Table("regions", "Targets and deliveries by region", columns, tuple(rows), dense=True)


def _long_row(figures: RegionalFigures, thing: Thing, region: str, name: str) -> tuple[Cell, ...]:
    return (
        *(Cell(text) for text in (thing.code, thing.label, thing.unit, region or PLACED_NOWHERE, name)),
        *_amounts(figures, thing, region),
        *_pounds(figures, thing, region),
    )


def _amounts(figures: RegionalFigures, thing: Thing, region: str) -> tuple[Cell, ...]:
    return tuple(_without_unit(figures.cell(thing, state, region)) for state, _ in STATES)


def _pounds(figures: RegionalFigures, thing: Thing, region: str) -> tuple[Cell, ...]:
    return tuple(figure_cell(figures.book, figures.pounds.get((thing.id, state, region), "")) for state, _ in STATES)


def _without_unit(cell: Cell) -> Cell:
    return Cell(cell.value, text=cell.text, figure=cell.figure)


def unit_words(thing: Thing) -> str:
    """Return the unit as a heading has it: people, hours, £, %."""
    if thing.unit == "GBP":
        return "£"
    return "%" if thing.unit == "percent" else thing.unit_words or thing.unit


def _chart(figures: RegionalFigures, thing: Thing, table: Table) -> Chart | None:
    """Return bars of the regions to one scale: delivered and wanted where one has both, or else what there is."""
    wanted, done = (set(figures.places_of(thing, state)) for state in (TARGET, DELIVERED))
    state = DELIVERED if done else TARGET
    name, title = f"chart-{slug(thing.id)}", _message(figures, thing, state)
    if wanted & done - {NOT_PLACED}:
        return Chart(name, title, "regions", table.name, "region", (DELIVERED, TARGET), thing.unit)
    if len(done or wanted) < 2:
        return None
    return Chart(name, title, "stacked", table.name, "region", (state,), thing.unit)


def _message(figures: RegionalFigures, thing: Thing, state: str) -> str:
    """Return what the chart says: the total where there is one, and the region with most of it."""
    names = dict(figures.sheet.places)
    lines = {region: figures.lines[(thing.id, state, region)] for region in figures.places_of(thing, state)}
    placed = [region for region in lines if region != NOT_PLACED] or list(lines)
    most = max(placed, key=lambda region: figures.book[lines[region]].value)
    largest = f"most in {names[most]} ({wording.amount(figures.book[lines[most]].value, thing.unit)})"
    total, word = figures.total(thing, state).line, WORDS[state]
    if not total:
        return f"{thing.label}, {word}: {largest}"
    whole = f"{thing.label}: {wording.amount(figures.book[total].value, thing.unit)} {word}"
    return whole if len(lines) == 1 else f"{whole}, {largest}"


def unit_table(figures: RegionalFigures) -> Table | None:
    """Return the totals of each region within each unit of which there are several KPIs; never across units."""
    rows: list[Row] = []
    for thing in figures.units():
        if figures.members(thing.unit, None) > 1:
            rows += _unit_rows(figures, thing)
    if not rows:
        return None
    columns = (
        Column("unit", "Unit"),
        Column("region", "Region"),
        Column("kpis", "KPIs", Show.COUNT),
        *(Column(state, word, Show.QUANTITY) for state, word in STATES),
    )
    note = "Amounts are added only where they count the same unit. Somebody who is counted by two KPIs stands in both."
    return Table("units", "Each region by unit", columns, tuple(rows), note=note, dense=True)


def _unit_rows(figures: RegionalFigures, thing: Thing) -> Sequence[Row]:
    found = []
    for region, name in figures.sheet.places:
        count = figures.members(thing.unit, region)
        if count:
            found.append(_unit_row(figures, thing, name, region, count))
    whole = _unit_row(figures, thing, "All regions", None, figures.members(thing.unit, None))
    return [*found, Row(whole.cells, emphasis="subtotal")]


def _unit_row(figures: RegionalFigures, thing: Thing, name: str, region: str | None, count: int) -> Row:
    lines = [figures.unit_total(thing.unit, state, region) for state, _ in STATES]
    cells = [figure_cell(figures.book, line, unit="GBP" if thing.unit == "GBP" else "") for line in lines]
    return Row((Cell(unit_words(thing)), Cell(name), count_cell(count), *cells))
