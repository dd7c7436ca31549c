"""What a filled mapping sheet says in other frameworks and for the goals, with how much of it each of them covers."""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.crosswalk.coverage import by_target, coverage
from commonweal.crosswalk.express import Delivery, Expressed, Part, Price, Status, express
from commonweal.crosswalk.kept import KeptCrosswalk, KeptItems
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.summary import Release
from commonweal.reporting import wording
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.regional_figures import DELIVERED, STATES, TARGET, RegionalFigures
from commonweal.reporting.build.tables import figure_cell, sum_line, total_row
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Section, Show, Table

CHOOSE = "could be counted as several of these: choose one, or say how it is shared"
SERVED = (
    "A KPI that serves two goals stands with both. The goals are therefore never added up: the last rows count each "
    "KPI once."
)

Made = dict[str, list[Expressed]]
"""By state, every KPI in the terms of one release."""


def told(figures: RegionalFigures, release: str) -> Made:
    """
    Enter targets and deliveries in the terms of a release.

    :raises BadSplit: if a choice of the sheet cannot be used
    """
    sheet = figures.sheet
    crosswalk = KeptCrosswalk(sheet.summary, undecided=sheet.undecided())

    def price(_: Delivery, target: str) -> Price | None:
        return sheet.prices.get(target)

    return {
        state: express(
            book=figures.book,
            crosswalk=crosswalk,
            deliveries=figures.deliveries(state),
            to=release,
            stem=f"in/{release}/{state}",
            choices=sheet.choices,
            price=price,
        )
        for state, _ in STATES
    }


def words_section(figures: RegionalFigures, release: Release) -> Section:
    """Return the section on one framework: coverage, what is converted, related, or has no counterpart."""
    made = told(figures, release.id)
    blocks: list[Block] = [Prose((coverage_words(figures, release.id, made[DELIVERED]),))]
    blocks += [
        table
        for table in (
            _converted(figures, release.id, made),
            _related(figures, release.id, made),
            _unmapped(release.id, made),
        )
        if table
    ]
    title = f"In the words of {release.short_name}"
    return Section(f"in-{slug(release.id)}", title, tuple(blocks), caption=release.id, page_break=True)


def coverage_words(figures: RegionalFigures, release: str, made: Sequence[Expressed]) -> str:
    """
    Return how many KPIs can be converted and how many are at least related, and name the others.

    What could become several things is not converted before somebody chooses.
    """
    book, waiting = figures.book, _waiting(figures, release)
    if not made:
        return "This sheet has no KPIs."
    cover = coverage(book, made, stem=f"in/{release}/coverage")
    whole, converted = book[cover.all].value, book[cover.converted].value
    related = converted + book[cover.related].value
    shares = [wording.percent(book[line].value, 1) for line in (cover.converted_percent, cover.related_percent)]
    words = (
        f"{converted} of {whole} KPIs can be converted with what is known ({shares[0]}), {related} of {whole} are "
        f"related or converted ({shares[1]})."
    )
    choose = ", ".join(one.delivery.label for one in made if one.delivery.measure in waiting)
    words += f" Needs a choice first: {choose}." if choose else ""
    names = ", ".join(one.delivery.label for one in cover.named)
    return f"{words} Without a counterpart: {names}." if names else f"{words} None is without a counterpart."


def _waiting(figures: RegionalFigures, release: str) -> set[str]:
    return {item for item, to in figures.sheet.undecided() if to == release}


def _converted(figures: RegionalFigures, release: str, made: Made) -> Table | None:
    book = figures.book
    totals = {
        state: {one.target.id: one for one in by_target(book, found, stem=f"in/{release}/{state}")}
        for state, found in made.items()
    }
    priced = any(one.priced for several in totals.values() for one in several.values())
    rows = []
    for key, wanted in totals[TARGET].items():
        ones = (wanted, totals[DELIVERED][key])
        froms = ", ".join(dict.fromkeys(part.delivery.label for part in wanted.parts))
        unit = _unit(wanted.target.unit)
        cells = [figure_cell(book, one.told, unit=unit) for one in ones]
        pounds = [figure_cell(book, one.priced) for one in ones] if priced else []
        rows.append(Row((Cell(wanted.target.code), Cell(wanted.target.label), Cell(froms), *cells, *pounds)))
    if not rows:
        return None
    columns = [
        Column("code", "Measure"),
        Column("label", "What it counts"),
        Column("from", "From"),
        *(Column(state, word, Show.QUANTITY) for state, word in STATES),
    ]
    if priced:
        columns += [Column(f"{s}_pounds", f"{word}, at its own value", Show.POUNDS, "£") for s, word in STATES]
    return Table(f"in-{slug(release)}", "What can be converted", tuple(columns), tuple(rows), dense=True)


def _unit(unit: str) -> str:
    return "%" if unit == "percent" else unit


def _related(figures: RegionalFigures, release: str, made: Made) -> Table | None:
    waiting = _waiting(figures, release)
    rows: list[Row] = []
    for at, one in enumerate(made[TARGET]):
        for number, part in enumerate(one.parts):
            if part.status is Status.RELATED:
                done = made[DELIVERED][at].parts[number]
                rows.append(_related_row(part, done, waits=one.delivery.measure in waiting))
    if not rows:
        return None
    columns = (
        Column("kpi", "KPI"),
        Column("target", "Related to"),
        Column(TARGET, "Target"),
        Column(DELIVERED, "Delivered"),
        Column("missing", "What is not known"),
        Column("reason", "Why"),
    )
    return Table(f"in-{slug(release)}-related", "What is related, but not converted", columns, tuple(rows), dense=True)


def _related_row(part: Part, done: Part, *, waits: bool) -> Row:
    missing = CHOOSE if waits else part.missing.label if part.missing else "–"
    said = [Cell(CHOOSE) if waits else _said(one) for one in (part, done)]
    return Row((Cell(part.delivery.label), Cell(part.target.code), *said, Cell(missing), Cell(part.way.link.reason)))


def _said(part: Part) -> Cell:
    return Cell(part.words) if part.delivery.quantity else Cell(text="–")


def _unmapped(release: str, made: Made) -> Table | None:
    left = [one for one in made[DELIVERED] if one.status is Status.UNMAPPED]
    if not left:
        return None
    columns = (Column("kpi", "KPI"), Column("reason", "Why"))
    rows = tuple(Row((Cell(one.delivery.label), Cell(one.reason or "not linked"))) for one in left)
    return Table(f"in-{slug(release)}-unmapped", "Without a counterpart: named, and not zero", columns, rows)


def goals_section(figures: RegionalFigures) -> list[Section]:
    """Return the goals' view: every KPI with each goal it serves, and the totals in which each KPI counts once."""
    made = told(figures, GOALS)
    rows: list[Row] = []
    items = KeptItems(figures.sheet.summary)
    for goal in sorted({_goal_of(part) for one in made[TARGET] for part in one.parts}, key=int):
        name = items[f"{GOALS}/{goal}"].label
        for one in made[TARGET]:
            parts = [part for part in one.parts if _goal_of(part) == goal]
            if parts:
                rows.append(_goal_row(figures, goal, name, one, parts))
    if not rows:
        return []
    columns = (
        Column("goal", "Goal"),
        Column("name", "Name"),
        Column("kpi", "KPI"),
        Column("targets", "Targets of the goal"),
        *(Column(state, word, Show.QUANTITY) for state, word in STATES),
    )
    table = Table("goals", "What serves each goal", columns, (*rows, *_once(figures, made[TARGET])), dense=True)
    title = "For the Sustainable Development Goals"
    return [Section("goals", title, (Prose((SERVED,)), table), page_break=True)]


def _goal_of(part: Part) -> str:
    return part.target.code.partition(".")[0]


def _goal_row(figures: RegionalFigures, goal: str, name: str, one: Expressed, parts: Sequence[Part]) -> Row:
    codes = ", ".join(dict.fromkeys(part.target.code for part in parts if part.target.kind == "target"))
    amounts = [figures.total_cell(one.delivery.measure, state) for state, _ in STATES]
    return Row((Cell(goal), Cell(name), Cell(one.delivery.label), Cell(codes or "–"), *amounts))


def _once(figures: RegionalFigures, made: Sequence[Expressed]) -> list[Row]:
    """Return a row for each unit: the KPIs that serve any goal, each counted once."""
    serving = [one.delivery for one in made if one.parts]
    rows = []
    for thing in figures.units():
        members = [one for one in serving if one.unit == thing.unit and figures.says(one.measure)]
        labels = ", ".join(one.label for one in members)
        cells = []
        for state, word in STATES:
            lines = [figures.totals[(one.measure, state)].line for one in members]
            line = f"goals/once/{thing.unit}/{state}"
            label = f"{word} of all KPIs in {thing.unit} that serve any goal, each once"
            cells.append(
                figure_cell(figures.book, sum_line(figures.book, line, label, lines, thing.unit), unit=thing.unit)
            )
        if members:
            rows.append(total_row((Cell("All"), Cell("Each KPI once"), Cell(labels), Cell(), *cells)))
    return rows
