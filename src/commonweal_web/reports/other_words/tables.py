"""The tables of one telling. Every number is a line of the book, so that each renderer and page can open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from commonweal.catalogue.words import LINK_TRUST
from commonweal.crosswalk.express import PHRASES, Expressed, Part, Status, in_units
from commonweal.crosswalk.models import WHOLE
from commonweal.figures import Book
from commonweal.quantities import ONE, plain
from commonweal.reporting.build.other_words import STEM, converted_table
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import Cell, Column, Prose, Row, Show, Table
from commonweal_web.reports.other_words.facts import STATES, VERIFIED, Facts, framework_name
from commonweal_web.reports.other_words.telling import Telling

DASH = Cell(text="–")


def name(told: Telling, part: str) -> str:
    return f"{STEM}-{told.release.replace('.', '-')}-{part}"


def coverage_table(told: Telling) -> Table | None:
    """Return how far promises and deliveries can be told: by number and by pounds, each adding up to the whole."""
    if not told.cover:
        return None
    columns = [Column("far", "How far")]
    for state, words in ((PROMISED, "promised"), (VERIFIED, "verified")):
        if state in told.cover:
            columns += [
                Column(f"{state}_kpis", f"KPIs {words}", Show.COUNT),
                Column(f"{state}_share", f"Share of KPIs {words}", Show.PERCENT),
            ]
            if has_pounds(told, state):
                columns += [
                    Column(f"{state}_pounds", f"Own pounds {words}", Show.POUNDS, "£"),
                    Column(f"{state}_pounds_share", f"Share of pounds {words}", Show.PERCENT),
                ]
    rows = [
        Row((Cell(words), *_cover_cells(told, field)), emphasis="total" if field == "all" else "")
        for words, field in COVERAGE
    ]
    note = "The three rows make the whole, in number and to the penny. What has no counterpart is not zero."
    if told.facts.mixed:
        note += " Pounds are each contract's own, of different frameworks or value packs."
    return Table(name(told, "coverage"), "How much can be told", tuple(columns), tuple(rows), note=note, dense=True)


COVERAGE = (
    ("Converted", "converted"),
    ("Related, not converted", "related"),
    ("No counterpart", "unmapped"),
    ("All", "all"),
)


def has_pounds(told: Telling, state: str) -> bool:
    """Say whether anything here is recorded in pounds at all."""
    return any(delivery.pounds for delivery in told.facts.deliveries[state])


def _cover_cells(told: Telling, field: str) -> list[Cell]:
    cells = []
    for state in STATES:
        if state not in told.cover:
            continue
        cover, stem = told.cover[state], f"{STEM}/{told.release}/{state}/coverage/{field}"
        count = cover.all if field == "all" else getattr(cover, field)
        cells += [figure_cell(told.facts.book, count), _share_of(told, f"{stem}/of-all", count, cover.all, field)]
        if has_pounds(told, state):
            pounds = cover.pounds if field == "all" else getattr(cover, f"{field}_pounds")
            share = _share_of(told, f"{stem}/of-all-pounds", pounds, cover.pounds, field)
            cells += [figure_cell(told.facts.book, pounds), share]
    return cells


def _share_of(told: Telling, line: str, part: str, whole: str, field: str) -> Cell:
    book = told.facts.book
    if field == "all" or not book[whole].value:
        return Cell(text="–")
    label = f"{book[part].label}, share of all"
    return figure_cell(book, book.figure(line, label, "percent", "percent", [part, whole]).id)


def targets(told: Telling) -> Table | None:
    """Return what all converted deliveries make of each measure of the other framework."""
    promised, verified = told.totals[PROMISED], told.totals[VERIFIED]
    if not promised and not verified:
        return None
    framework = framework_name(told.release)
    return converted_table(
        told.facts.book,
        promised,
        verified,
        name=name(told, "measures"),
        caption=f"In the measures of {framework}",
        note=f"Own pounds are those of the KPIs; its values are those of {framework} on the contract's first day. "
        "The two are never added up.",
        priced="Verified, its values",
    )


def converted(told: Telling) -> Table | None:
    """Return each KPI that is converted: by which link, with which further fact."""
    columns = (
        Column("kpi", "KPI"),
        Column("promised", "Promised", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("relation", "Is"),
        Column("how", "Converted"),
        Column("promised_there", "Promised there", Show.QUANTITY),
        Column("verified_there", "Verified there", Show.QUANTITY),
        Column("why", "Why"),
    )
    rows = [row for ref, states in told.kpis.items() for row in _converted_rows(told, ref, states)]
    if not rows:
        return None
    note = "A link is a proposal of its author unless it is marked as confirmed."
    return Table(name(told, "converted"), "How each KPI was converted", columns, tuple(rows), note=note, dense=True)


def _converted_rows(told: Telling, ref: str, made: Mapping[str, Expressed]) -> list[Row]:
    parts = by_target(made, Status.CONVERTED)
    rows = []
    for states in parts.values():
        part = next(iter(states.values()))
        target = part.target
        cells = [
            kpi_cell(told, ref),
            *(own(told, states.get(state)) for state in STATES),
            Cell(f"{PHRASES[part.way.link.relation]} {target.code}{_trust(part)}"),
            Cell(_how(told, part)),
            *(_there(told.facts.book, states.get(state)) for state in STATES),
            Cell(reason(part)),
        ]
        rows.append(Row(tuple(cells)))
    return rows


def by_target(made: Mapping[str, Expressed], status: Status) -> dict[str, dict[str, Part]]:
    """Return the parts of one KPI by target, and for each target by state."""
    found: dict[str, dict[str, Part]] = {}
    for state, one in made.items():
        for part in one.parts:
            if part.status is status:
                found.setdefault(part.target.id, {})[state] = part
    return found


def kpi_cell(told: Telling, ref: str) -> Cell:
    known = told.facts.known[ref]
    return Cell(f"{known.label}: {known.deliverable}")


def own(told: Telling, part: Part | None) -> Cell:
    if part is None:
        return DASH
    unit = "%" if part.delivery.unit == "percent" else part.delivery.unit
    return figure_cell(told.facts.book, part.delivery.quantity, unit=unit)


def _there(book: Book, part: Part | None) -> Cell:
    if part is None:
        return DASH
    return figure_cell(book, part.quantity, unit="%" if part.target.ratio else part.target.unit)


def _trust(part: Part) -> str:
    link = part.way.link
    return f", {LINK_TRUST[link.verified]}" if link.source != link.target else ""


def _how(told: Telling, part: Part) -> str:
    """Return how one becomes the other: “one for one”, “× 78 (weeks planned for each apprentice)”, “40 % of it”."""
    link, words = part.way.link, []
    share = _share(told, part)
    if share:
        words.append(share)
    if link.factor not in (None, ONE):
        words.append(f"× {plain(link.factor or ONE)}")
    if link.datum is not None:
        sign = "÷" if link.datum.divide else "×"
        words.append(f"{sign} {plain(part.delivery.data[link.datum.name])} ({link.datum.label})")
    return ", ".join(words) or "one for one"


def _share(told: Telling, part: Part) -> str:
    chosen = told.choices.get((part.delivery.measure, told.release), {}).get(part.target.id)
    if chosen is not None:
        return f"{plain(ONE * chosen / 100)} % of it, as chosen" if chosen != WHOLE else "all of it, as chosen"
    weight = part.way.link.weight
    return f"{plain(ONE * weight / 100)} % of it, by weight" if weight is not None and weight != WHOLE else ""


def reason(part: Part) -> str:
    return f"{part.way.link.reason} (by way of {part.way.by})" if part.way.inherited else part.way.link.reason


def related(told: Telling) -> Table | None:
    """Return what is related but not converted, in its own words, with the fact that is not known."""
    columns = (
        Column("kpi", "KPI"),
        Column("target", "Related to"),
        Column("promised", "Promised"),
        Column("verified", "Verified"),
        Column("missing", "What is not known"),
        Column("why", "Why"),
    )
    rows = []
    for ref, states in told.kpis.items():
        for parts in by_target(states, Status.RELATED).values():
            part = next(iter(parts.values()))
            words = [Cell(parts[state].words) if state in parts else DASH for state in STATES]
            missing = Cell(f"{part.missing.label} ({part.missing.unit})") if part.missing else DASH
            target = Cell(f"{part.target.code} {part.target.label}")
            rows.append(Row((kpi_cell(told, ref), target, *words, missing, Cell(reason(part)))))
    if not rows:
        return None
    caption = "Related, but not converted"
    return Table(name(told, "related"), caption, columns, tuple(rows), dense=True)


def unmapped(told: Telling) -> Table | None:
    """Return what has no counterpart, named with the reason, in its own units."""
    columns = (
        Column("kpi", "KPI"),
        Column("measure", "Measure"),
        Column("promised", "Promised"),
        Column("verified", "Verified"),
        Column("why", "Why"),
    )
    rows = []
    for ref, states in told.kpis.items():
        none = {state: one for state, one in states.items() if one.status is Status.UNMAPPED}
        if not none:
            continue
        one = next(iter(none.values()))
        amounts = [Cell(_amount(told.facts.book, none.get(state))) for state in STATES]
        rows.append(Row((kpi_cell(told, ref), Cell(one.delivery.measure), *amounts, Cell(one.reason or "not linked"))))
    if not rows:
        return None
    caption = f"{len(rows)} KPI{'' if len(rows) == 1 else 's'} without a counterpart"
    return Table(name(told, "unmapped"), caption, columns, tuple(rows), dense=True)


def _amount(book: Book, one: Expressed | None) -> str:
    return in_words(book[one.delivery.quantity].value, one.delivery.unit) if one else "–"


def in_words(value: Decimal, unit: str) -> str:
    """Return "3 people", or "40 %"."""
    return f"{plain(value)} %" if unit == "percent" else in_units(value, unit)


def apart(facts: Facts) -> Table | None:
    """Return the KPIs of call-offs that count within their agreement, which is told here too."""
    if not facts.apart:
        return None
    columns = (Column("kpi", "KPI"), Column("within", "Counts within"))
    rows = tuple(
        Row((Cell(f"{known.label}: {known.deliverable}"), Cell(str(known.contract.call_off_of))))
        for known in facts.apart
    )
    caption = "Counted within a framework agreement, and not again"
    return Table(f"{STEM}-apart", caption, columns, rows, dense=True)


def without_number(facts: Facts) -> Prose | None:
    """Return which KPIs have no number to tell."""
    if not facts.in_words:
        return None
    named: Sequence[str] = [f"{known.label} ({known.deliverable})" for known in facts.in_words]
    return Prose((f"Without a number, so not told here: {'; '.join(named)}.",))
