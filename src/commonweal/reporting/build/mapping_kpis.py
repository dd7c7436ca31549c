"""A summary as a list of KPIs, in full, for a workbook or CSV: for a procurement, for bidders, for an organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from commonweal.crosswalk.mapping import Fit
from commonweal.crosswalk.summary import Counted, Line, Release, Summary, Way
from commonweal.figures import Book
from commonweal.reporting import wording
from commonweal.reporting.build import mapping_words as words
from commonweal.reporting.model import Cell, Column, Facts, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.render_csv import Flat, flat, written

TABLE = "kpis"


class Audience(StrEnum):
    """Whom a list is for; each is told what they need, and no more."""

    PROCUREMENT = "procurement"
    BIDDERS = "bidders"
    ORGANISATION = "organisation"


TITLES: Mapping[Audience, str] = {
    Audience.PROCUREMENT: "KPIs for a procurement",
    Audience.BIDDERS: "What bidders are asked for",
    Audience.ORGANISATION: "KPIs in other frameworks",
}
CAPTIONS: Mapping[Audience, str] = {
    Audience.PROCUREMENT: "Each KPI with what is delivered, its unit and its evidence; the weight is yours to set",
    Audience.BIDDERS: "Each question with what counts and what does not; the target is yours to offer",
    Audience.ORGANISATION: "Each KPI with its counterparts and how one becomes the other",
}
NOTES: Mapping[Audience, str] = {
    Audience.PROCUREMENT: "Fill in the weight of each KPI. Ask now for what the last column names; later it is lost.",
    Audience.BIDDERS: "Fill in your target in the unit that stands beside it.",
    Audience.ORGANISATION: words.CAUTION,
}


def kpi_report(summary: Summary, audience: Audience) -> Report:
    """Return the list as one table with every column, for a workbook."""
    book = Book()
    table = Section(TABLE, TITLES[audience], (kpi_table(summary, audience),))
    return report_of(summary, audience, book, [about(book, summary, audience), table, *gaps(summary, audience)])


def report_of(summary: Summary, audience: Audience, book: Book, sections: list[Section]) -> Report:
    """Return a document of these sections with its title, attributions and day."""
    return Report(
        title=f"{TITLES[audience]}: {summary.source.short_name}",
        subtitle=f"Mapped on {wording.day(summary.made_on)}",
        as_at=summary.made_on,
        sections=sections,
        book=book,
        attributions=attributions(summary),
        made_by=made_by(summary),
    )


def made_by(summary: Summary) -> str:
    """Return which engine and which data the summary was made with."""
    return f"Commonweal {summary.engine}, data package {summary.data}"


def attributions(summary: Summary) -> list[str]:
    """Return what every copy must print of the releases in it, each line once."""
    return list(dict.fromkeys(line for release in summary.releases for line in release.attribution))


def kpi_csv(summary: Summary, audience: Audience) -> bytes:
    """Return the list alone as CSV; source, licence and day stand in each row, so that no row loses them."""
    plain = flat(kpi_table(summary, audience))
    tail = (" ".join(attributions(summary)), f"{summary.made_on.isoformat()}, {made_by(summary)}")
    whole = Flat(
        name=plain.name,
        title=plain.title,
        headings=(*plain.headings, "Source and licence", "Made"),
        types=(*plain.types, "string", "string"),
        rows=tuple((*row, *tail) for row in plain.rows),
    )
    return written(whole)


def kpi_table(summary: Summary, audience: Audience) -> Table:
    """Return the table of one audience."""
    columns, rows = _TABLES[audience](summary)
    return Table(TABLE, CAPTIONS[audience], columns, rows, note=NOTES[audience], dense=True)


def about(book: Book, summary: Summary, audience: Audience) -> Section:
    """Return what the list is made of, and for an organisation how much is covered."""
    facts = [("Chosen from", _named(summary.source))]
    facts += [("Seen in", _named(release)) for release in summary.targets]
    facts.append(("Made on", wording.day(summary.made_on)))
    if audience is not Audience.ORGANISATION:
        return Section("about", "What this is", (Facts(tuple(facts)), Prose((NOTES[audience],))))
    said = tuple(f"In {summary.target(one.to).short_name}: {words.sentence(summary, one)}" for one in summary.coverage)
    blocks = (Facts(tuple(facts)), Prose((*said, NOTES[audience])), _coverage(book, summary))
    return Section("about", "What this is", blocks)


def _named(release: Release) -> str:
    marks = [release.id, *(["invented example"] if release.example else [])]
    return f"{release.name} ({', '.join(marks)})"


def _coverage(book: Book, summary: Summary) -> Table:
    columns = (
        Column("framework", "Seen in"),
        *(Column(fit.name.lower(), fit.value.capitalize(), Show.COUNT) for fit in Fit),
        Column("all", "All", Show.COUNT),
        Column("convertible_percent", "Convertible", Show.PERCENT),
        Column("related_percent", "Related or convertible", Show.PERCENT),
    )
    rows = tuple(_covered(book, summary, one) for one in summary.coverage)
    return Table("coverage", "How much can be told in each", columns, rows)


def _covered(book: Book, summary: Summary, counted: Counted) -> Row:
    to = counted.to
    label = f"{summary.source.id} in {to}"
    lines = {}
    for fit in Fit:
        number = Decimal(sum(line.fit(to) is fit for line in summary.lines))
        lines[fit] = book.fact(f"{to}/{fit.name.lower()}", f"{label}: {fit}", number, "count", origin="mapping").id
    whole = book.figure(f"{to}/all", label, "count", "sum", lines.values()).id
    converts = [lines[Fit.EQUIVALENT], lines[Fit.WITH_DATUM]]
    shares = [
        _share(book, f"{to}/percent/{name}", f"{label}: {name}", parts, whole, said)
        for name, parts, said in (
            ("convertible", converts, counted.convertible_percent),
            ("related", [*converts, lines[Fit.CHOICE], lines[Fit.RELATED]], counted.related_percent),
        )
    ]
    cells = (Cell(book[line].value, figure=line) for line in (*lines.values(), whole))
    return Row((Cell(summary.target(to).short_name), *cells, *shares))


def _share(book: Book, line: str, label: str, parts: Sequence[str], whole: str, said: str) -> Cell:
    part = book.figure(f"{line}/part", label, "count", "sum", parts).id
    made = book.figure(line, f"{label}, of all", "percent", "percent", [part, whole])
    return Cell(made.value, text=said, figure=made.id)


def gaps(summary: Summary, audience: Audience) -> list[Section]:
    """Return the section of what has no counterpart, where there is any and it is asked for."""
    rows = tuple(
        Row((Cell(summary.target(gap.to).short_name), Cell(line.item.code), Cell(line.item.label), Cell(gap.reason)))
        for line in summary.lines
        for gap in line.gaps
    )
    if not rows or audience is not Audience.ORGANISATION:
        return []
    columns = (Column("to", "Not in"), Column("code", "Code"), Column("label", "KPI"), Column("reason", "Why"))
    table = Table("gaps", "Named with the reason; none of these is zero", columns, rows)
    return [Section("gaps", "What has no counterpart", (table,))]


Columns = tuple[Column, ...]
Rows = tuple[Row, ...]
HEAD = (
    Column("outcome", "Policy outcome"),
    Column("criterion", "Award criterion"),
    Column("code", "Code"),
    Column("kpi", "KPI"),
)


def _head(line: Line) -> tuple[Cell, ...]:
    item = line.item
    return Cell(item.outcome or item.theme), Cell(item.criterion), Cell(item.code), Cell(item.label)


def _for_procurement(summary: Summary) -> tuple[Columns, Rows]:
    columns = (
        *HEAD,
        Column("deliverable", "Deliverable"),
        Column("unit", "Unit"),
        Column("evidence", "Evidence"),
        Column("weight", "Weight"),
        Column("ask", "Ask for as well"),
    )
    rows = tuple(
        Row(
            (
                *_head(line),
                Cell(words.deliverable(line.item)),
                Cell(words.unit(line.item)),
                Cell(line.item.evidence),
                Cell(text=" "),
                Cell("; ".join(words.to_ask(line))),
            )
        )
        for line in summary.lines
    )
    return columns, rows


def _for_bidders(summary: Summary) -> tuple[Columns, Rows]:
    columns = (
        Column("code", "Code"),
        Column("kpi", "What is asked"),
        Column("counts", "What counts"),
        Column("does_not_count", "What does not count"),
        Column("evidence", "Evidence"),
        Column("unit", "Unit"),
        Column("target", "Your target"),
        Column("ask", "Say as well"),
    )
    rows = tuple(
        Row(
            (
                Cell(line.item.code),
                Cell(line.item.label),
                Cell(line.item.counts or line.item.unit_rule),
                Cell(line.item.does_not_count),
                Cell(line.item.evidence),
                Cell(words.unit(line.item)),
                Cell(text=" "),
                Cell("; ".join(words.to_ask(line))),
            )
        )
        for line in summary.lines
    )
    return columns, rows


def _for_organisation(summary: Summary) -> tuple[Columns, Rows]:
    columns = (
        *HEAD,
        Column("unit", "Unit"),
        Column("to", "In the words of"),
        Column("relation", "Relation"),
        Column("to_code", "Counterpart code"),
        Column("to_label", "Counterpart"),
        Column("to_unit", "Its unit"),
        Column("how", "How it converts"),
        Column("ask", "Ask for as well"),
        Column("share", "Share"),
        Column("goals", "Goals it serves"),
        Column("reason", "Why"),
    )
    rows = [
        row
        for line in summary.lines
        for release in summary.targets
        for row in (_counterparts(summary, line, release) or [_gap(line, release)])
    ]
    return columns, tuple(rows)


def _counterparts(summary: Summary, line: Line, release: Release) -> list[Row]:
    return [
        Row(
            (
                *_head(line),
                Cell(words.unit(line.item)),
                Cell(release.short_name),
                Cell(_relation(way)),
                Cell(way.target.code),
                Cell(way.target.label),
                Cell(way.target.unit_words),
                Cell(words.conversion(line.item, way) or "not convertible"),
                Cell(words.asked(way.datum) if way.datum else ""),
                Cell(words.share(way.weight)),
                Cell("; ".join(words.goals(line))),
                Cell(way.reason),
            )
        )
        for way in line.ways_to(release.id)
    ]


def _relation(way: Way) -> str:
    return f"{words.relation(way)}, by way of {way.by_words}" if way.by else words.relation(way)


def _gap(line: Line, release: Release) -> Row:
    goals = Cell("; ".join(words.goals(line)))
    empty = (Cell(text="–") for _ in range(6))
    head = (*_head(line), Cell(words.unit(line.item)), Cell(release.short_name), Cell(Fit.UNMAPPED.value))
    return Row((*head, *empty, goals, Cell(line.gap(release.id))))


_TABLES: dict[Audience, Callable[[Summary], tuple[Columns, Rows]]] = {
    Audience.PROCUREMENT: _for_procurement,
    Audience.BIDDERS: _for_bidders,
    Audience.ORGANISATION: _for_organisation,
}
