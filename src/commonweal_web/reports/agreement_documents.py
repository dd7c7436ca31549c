"""Agreement and call-offs as a document: what the page shows, its files and the working of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from commonweal.crosswalk.items import Item
from commonweal.crosswalk.pledges import Stated, together
from commonweal.figures import Book
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.build.two_levels import place_rows
from commonweal.reporting.model import Block, Cell, Column, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.wording import NOTHING
from commonweal_web.contracts.models import Contract
from commonweal_web.reports import documents
from commonweal_web.reports.agreements import STEM, Levels, adds_up
from commonweal_web.reports.other_words.documents import NOT_FOR_PUBLICATION, attributions
from commonweal_web.reports.other_words.facts import STATES, VERIFIED, framework_name

HEADINGS = {PROMISED: "Promised over the whole contract", VERIFIED: "Verified to date"}
APART = "not added up"
BOTH = (
    "What a call-off promises or delivers counts within what the agreement states, unless the call-off says that it "
    "comes on top. Where the call-offs within it come to more than it states, they count. So each thing counts once.",
)
ALONE = (
    "These obligations bind the supplier already, whatever this call-off asks for. What this contract promises counts "
    "within them, unless it says that it comes on top.",
)
NO_RELEASE = (
    "The agreement names no measurement framework that is known here, so call-offs cannot be counted at its measures. "
    "Its owner chooses one on the agreement's facts.",
)


def both_report(agreement: Contract, levels: Levels) -> Report:
    """Return the document of an agreement and its call-offs."""
    if not levels.measures:
        blocks: list[Block] = [Prose(_nothing(levels))]
    else:
        tables = [_levels_table(levels, state) for state in STATES]
        blocks = [Prose(BOTH), *tables, *_optional(_places(levels), _bodies(levels), _left(levels))]
    return _report(agreement, levels, "Agreement and call-offs, each thing once", blocks)


def binding_report(call_off: Contract, levels: Levels) -> Report:
    """Return the document of what binds a call-off's supplier under the agreement."""
    if not levels.measures:
        blocks: list[Block] = [Prose(_nothing(levels))]
    else:
        blocks = [Prose(ALONE), _binding(call_off, levels), *_optional(_left(levels))]
    return _report(call_off, levels, f"What already binds the supplier under {levels.own}", blocks)


def _nothing(levels: Levels) -> tuple[str, ...]:
    return ("Nothing is promised at either level yet.",) if levels.release else NO_RELEASE


def _optional(*tables: Table | None) -> list[Block]:
    return [table for table in tables if table is not None]


def _report(contract: Contract, levels: Levels, title: str, blocks: Sequence[Block]) -> Report:
    people = any(item.unit == "person" for item in levels.measures)
    return Report(
        title=f"{contract.title}: {title[:1].lower()}{title[1:]}",
        subtitle=f"{contract.reference}, {contract.authority.name}",
        as_at=levels.as_at,
        sections=[Section(STEM, title, tuple(blocks), caption=levels.release)],
        book=levels.book,
        attributions=attributions([levels.release]),
        made_by=documents.made_by(),
        notes=[NOT_FOR_PUBLICATION] if people else [],
    )


def _measure(item: Item) -> Cell:
    return Cell(f"{item.code} {item.label}")


def _levels_table(levels: Levels, state: str) -> Table:
    columns = (
        Column("measure", f"Measure of {framework_name(levels.release)}"),
        Column("own", "Agreement", Show.QUANTITY),
        Column("within", "Call-offs within it", Show.QUANTITY),
        Column("on_top", "Call-offs on top", Show.QUANTITY),
        Column("together", "Together", Show.QUANTITY),
    )
    rows = tuple(_levels_row(levels, item, state) for item in levels.measures)
    return Table(f"{STEM}-{state}", HEADINGS[state], columns, rows)


def _levels_row(levels: Levels, item: Item, state: str) -> Row:
    stated = levels.of(item.id, state)
    own = [one for one in stated if not one.agreement]
    within = [one for one in stated if one.agreement and not one.additional]
    on_top = [one for one in stated if one.agreement and one.additional]
    stem = f"{STEM}/{slug(item.id)}/{state}"
    cells = [
        _added(levels.book, item, one, f"{stem}/{name}", f"{item.label}, {words}")
        for one, name, words in (
            (own, "own", "stated by the agreement"),
            (within, "within", "stated by call-offs within it"),
            (on_top, "on-top", "stated by call-offs on top of it"),
        )
    ]
    return Row((_measure(item), *cells, _together(levels.book, item, stated, f"{stem}/both")))


def _added(book: Book, item: Item, stated: Sequence[Stated], line: str, label: str) -> Cell:
    """Return the sum of some statements; a measure that is not added over contracts shows one alone."""
    if not stated:
        return Cell(text=NOTHING)
    if len(stated) > 1 and not adds_up(item):
        return Cell(text=APART)
    book.figure(line, label, "percent" if item.ratio else item.unit, "sum", [one.line for one in stated])
    return figure_cell(book, line, unit="%" if item.ratio else item.unit)


def _together(book: Book, item: Item, stated: Sequence[Stated], stem: str) -> Cell:
    if not stated:
        return Cell(text=NOTHING)
    if not adds_up(item):
        return Cell(text=APART)
    line = together(book, stated, unit=item.unit, label=item.label, stem=stem)
    return figure_cell(book, line, unit=item.unit)


def _places(levels: Levels) -> Table | None:
    """Return what is verified by region and its sum, for measures where anybody named a place."""
    columns: tuple[Column, ...] = (
        Column("measure", "Measure"),
        Column("place", "Region"),
        Column("together", "Verified together", Show.QUANTITY),
        Column("within", "Of which within, by call-offs of"),
    )
    rows: list[Row] = []
    inside = any(one.agreement and not one.additional for several in levels.placed.values() for one in several)
    for item in levels.measures:
        stated = levels.placed.get(item.id, [])
        if not any(one.place for one in stated):
            continue
        stem = f"{STEM}/{slug(item.id)}"
        rows += place_rows(
            levels.book,
            _measure(item),
            stated,
            whole=f"{stem}/{VERIFIED}/both/together",
            unit=item.unit,
            label=f"{item.label}, verified",
            stem=f"{stem}/places",
            every="All regions",
        )
    if not rows:
        return None
    if not inside:
        columns, rows = columns[:-1], [replace(row, cells=row.cells[:-1]) for row in rows]
    return Table(f"{STEM}-places", "Verified by region", columns, tuple(rows))


def _bodies(levels: Levels) -> Table | None:
    """Return what the call-offs of each body state."""
    columns = (
        Column("body", "Called off by"),
        Column("measure", "Measure"),
        Column("counts", "Counts"),
        Column("promised", "Promised", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
    )
    rows = [row for item in levels.measures for row in _body_rows(levels, item)]
    rows.sort(key=lambda row: str(row.cells[0].value))
    if not rows:
        return None
    return Table(f"{STEM}-bodies", "Stated by the call-offs of each body", columns, tuple(rows), dense=True)


def _body_rows(levels: Levels, item: Item) -> Iterable[Row]:
    called = [(state, one) for state in STATES for one in levels.of(item.id, state) if one.agreement]
    for body, additional in dict.fromkeys((one.body, one.additional) for _, one in called):
        cells = []
        for state in STATES:
            mine = [one for at, one in called if at == state and (one.body, one.additional) == (body, additional)]
            where = "on-top" if additional else "within"
            line = f"{STEM}/{slug(item.id)}/{state}/{slug(body)}/{where}"
            cells.append(_added(levels.book, item, mine, line, f"{item.label}, {state}, {body}"))
        yield Row((Cell(body), _measure(item), Cell("on top" if additional else "within"), *cells))


def _left(levels: Levels) -> Table | None:
    """Return what cannot be counted at the agreement's measures, in its own words."""
    if not levels.left:
        return None
    columns = (
        Column("owner", "Stated by"),
        Column("measure", "What"),
        Column("words", "Promised"),
        Column("why", "Why"),
    )
    rows = tuple(Row((Cell(one.owner), Cell(one.measure), Cell(one.words), Cell(one.reason))) for one in levels.left)
    caption = "Not counted here, because the agreement has no measure that it could be counted under"
    return Table(f"{STEM}-left", caption, columns, rows, dense=True)


def _binding(call_off: Contract, levels: Levels) -> Table:
    columns = (
        Column("measure", f"Measure of {framework_name(levels.release)}"),
        Column("pledged", "Pledged under the agreement", Show.QUANTITY),
        Column("promised", "Promised by this call-off", Show.QUANTITY),
        Column("counts", "Counts"),
        Column("together", "The two together", Show.QUANTITY),
        Column("verified", "Verified here", Show.QUANTITY),
    )
    rows = []
    for item in levels.measures:
        promised, verified = levels.of(item.id, PROMISED), levels.of(item.id, VERIFIED)
        stem, book = f"{STEM}/{slug(item.id)}", levels.book
        pledged = [one for one in promised if not one.agreement]
        mine = [one for one in promised if one.agreement]
        done = [one for one in verified if one.agreement]
        counts = "on top" if call_off.additional else "within"
        rows.append(
            Row(
                (
                    _measure(item),
                    _added(book, item, pledged, f"{stem}/pledged", f"{item.label}, pledged under {levels.own}"),
                    _added(book, item, mine, f"{stem}/promised", f"{item.label}, promised by {call_off.reference}"),
                    Cell(counts if mine and pledged else NOTHING),
                    _together(book, item, promised, f"{stem}/both"),
                    _added(book, item, done, f"{stem}/verified", f"{item.label}, verified, {call_off.reference}"),
                )
            )
        )
    return Table(f"{STEM}-binding", "Measure by measure", columns, tuple(rows))
