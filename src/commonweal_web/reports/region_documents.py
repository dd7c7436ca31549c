"""Commitments and delivery by region as a document: the page, its files and the working of each figure are the same."""

from __future__ import annotations

from commonweal.crosswalk.sheet import NOT_PLACED
from commonweal.crosswalk.summary import Thing
from commonweal.figures import Book
from commonweal.reporting.build.mapping_summary import release_of
from commonweal.reporting.build.regional import Origin, kpi_section, long_table, origin_of, overview_table, unit_table
from commonweal.reporting.build.regional_figures import STATES, RegionalFigures
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import Block, Cell, Column, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.render_csv import flat, written
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping.sheets.selectors import regions
from commonweal_web.reports import documents
from commonweal_web.reports.other_words import tables
from commonweal_web.reports.other_words.documents import NOT_FOR_PUBLICATION, Headed, attributions
from commonweal_web.reports.other_words.facts import Facts
from commonweal_web.reports.regions import Placed, Whole

TITLE = "Commitments and delivery by region"
FORMS = {
    "pdf": "PDF",
    "xlsx": "Excel workbook",
    "ods": "OpenDocument sheet",
    "csv": "CSV of all regions",
    "json": "JSON with every figure's working",
}
CSV = "text/csv; charset=utf-8"
OWN = "No framework: a KPI of the contract's own"
HOW = (
    "A target is what a KPI promises over the whole contract, in the region of the KPI's place, or else of its "
    "contract's. Delivered is what is verified, where the claim says. A delivery that names no place stands under the "
    "place of its KPI, or else of its contract; without one it is not placed.",
    "A dash stands where nothing is promised or nothing is verified. It is not zero.",
)


def report_of(placed: Placed, headed: Headed) -> Report:
    """Return the document: each KPI over all regions, then by region, and last what makes no sum."""
    figures = figures_of(placed)
    sections = [Section("kpis", TITLE, (Prose(HOW), *_overview(placed, figures)))]
    if figures.filled:
        blocks = tuple(table for table in (_alone(figures), unit_table(figures)) if table is not None)
        sections.append(Section("regions", "By region", blocks, page_break=True))
        sections += [kpi_section(figures, thing) for thing in figures.filled if len(_places(figures, thing)) > 1]
    sections += _apart(placed, figures.book)
    return Report(
        title=f"{headed.title}: {TITLE[:1].lower()}{TITLE[1:]}",
        subtitle=headed.subtitle,
        as_at=placed.facts.as_at,
        sections=sections,
        book=figures.book,
        attributions=attributions(placed.facts.own_releases),
        made_by=documents.made_by(),
        notes=[NOT_FOR_PUBLICATION] if placed.facts.sensitive else [],
    )


def figures_of(placed: Placed) -> RegionalFigures:
    """Enter everything that adds up into a book of its own."""
    return RegionalFigures(placed.sheet(TITLE), Book())


def file_of(placed: Placed, headed: Headed, form: str) -> tuple[bytes, str]:
    """Return the document in one of FORMS with its media type; the CSV has one row for each KPI and region."""
    if form == "csv":
        table = long_table(figures_of(placed), as_at=placed.facts.as_at, origin=_origin(placed))
        return written(flat(table)), CSV
    return documents.rendered(report_of(placed, headed), form), documents.FORMATS[form].media_type


def _origin(placed: Placed) -> Origin:
    """Return how each row is named after the release of its measure."""
    wanted, catalogue = {row.partition("/")[0] for row in placed.things}, frameworks.catalogue()
    releases = [release_of(catalogue, one.id) for one in catalogue.frameworks if one.id in wanted]
    return origin_of(releases, otherwise=OWN)


def _overview(placed: Placed, figures: RegionalFigures) -> list[Block]:
    found: list[Block] = [overview_table(figures)] if figures.filled else []
    if placed.strange:
        named = "; ".join(f"“{place}”" for place in sorted(placed.strange))
        found.append(Prose((f"Not placed, because no one region is known to hold them: {named}.",)))
    return found


def _places(figures: RegionalFigures, thing: Thing) -> list[str]:
    """Return the names of the regions of which a KPI says anything, in their order."""
    said = {region for state, _ in STATES for region in figures.places_of(thing, state)}
    return [name for region, name in figures.sheet.places if region in said]


def _alone(figures: RegionalFigures) -> Table | None:
    """Return the KPIs that lie in one region, or are not placed at all, as one table instead of one each."""
    rows = []
    for thing in figures.filled:
        names = _places(figures, thing)
        if len(names) == 1:
            totals = [figures.total_cell(thing.id, state) for state, _ in STATES]
            rows.append(Row((Cell(thing.code), Cell(thing.label), Cell(names[0]), *totals)))
    if not rows:
        return None
    columns = (
        Column("code", "KPI"),
        Column("label", "What it counts"),
        Column("region", "Region"),
        *(Column(state, word, Show.QUANTITY) for state, word in STATES),
    )
    return Table("one-region", "KPIs that lie in one region alone, or are not placed", columns, tuple(rows), dense=True)


def _apart(placed: Placed, book: Book) -> list[Section]:
    facts = placed.facts
    ones = [_whole_table(placed, book), tables.apart(facts), tables.without_number(facts)]
    blocks = tuple(one for one in ones if one is not None)
    return [Section("apart", "Not added up by region", blocks)] if blocks else []


def _whole_table(placed: Placed, book: Book) -> Table | None:
    if not placed.whole:
        return None
    columns = (
        Column("kpi", "KPI"),
        Column("label", "What it counts"),
        Column("region", "Region of its place"),
        Column("target", "Target", Show.QUANTITY),
        Column("delivered", "Delivered", Show.QUANTITY),
    )
    names = dict([*regions(), (NOT_PLACED, "Not placed")])
    rows = tuple(_whole_row(placed.facts, book, one, names[one.region]) for one in placed.whole)
    note = "Percentages, averages and levels of several regions or contracts make none of all."
    return Table("whole", "What makes no sum, each KPI whole", columns, rows, note=note, dense=True)


def _whole_row(facts: Facts, book: Book, one: Whole, region: str) -> Row:
    for line in (one.target, one.delivered):
        _copy(facts.book, book, line)
    unit = "%" if one.known.unit == "percent" else one.known.unit
    cells = [figure_cell(book, line, unit=unit) for line in (one.target, one.delivered)]
    return Row((Cell(one.known.label), Cell(one.known.deliverable), Cell(region), *cells))


def _copy(source: Book, book: Book, line: str) -> None:
    """Enter a line of another book with all that it rests on."""
    wanted = documents.rests_on(source, line) if line else set()
    for entry in source:
        if entry.id in wanted:
            book.enter(entry)  # type: ignore[type-var]  # a fact or a figure
