"""
The report as a tagged PDF (PDF/UA-1) on A4.

The typesetter is given the data as JSON and reads no text as markup. Its one typeface is Source Sans Pro (SIL Open
Font Licence) from the package font-source-sans-pro; the symbols of the states come from a face inside the typesetter.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import struct
import tempfile
import textwrap
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from commonweal.reporting import charts, wording, workings
from commonweal.reporting.model import Chart, Column, Facts, Headlines, Prose, Report, Section, Show, Table
from commonweal.reporting.wording import Words

FACES = ("Regular", "Semibold")
MOST_WORKINGS = 1500
SIZES = (100, 92, 84, 76, 70, 66)
MOST_INPUTS = 25
MOST_ROOMY = 5
SAMPLES = 5
UNBROKEN, PIECE = 20, 16
NO_GLYPH = "■"

Data = dict[str, Any]


def render_pdf(report: Report) -> bytes:
    """
    Return the report as PDF/UA-1. The same report gives the same bytes.

    A character that the typeface lacks is shown as ■ (the other formats have it). Workings of a book of more than
    1,500 lines are left to the other formats, and the PDF says so. A report that is `one_page` is set as small as its
    page needs, down to two thirds; a contract with more KPIs than that runs on to a second page.
    """
    data = _printable(_data(report))
    if report.one_page:
        data["size"] = next((size for size in SIZES if _pages(data | {"size": size}) == 1), SIZES[-1])
    stamp = int(dt.datetime.combine(report.as_at, dt.time(), dt.UTC).timestamp())
    return bytes(
        typst.compile(
            _source(),
            font_paths=_faces().fonts,
            sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=stamp,
        )
    )


def _pages(data: Data) -> int:
    """Count the pages that `data` takes."""
    inputs = {"report": json.dumps(data, ensure_ascii=False)}
    found = typst.query(_source(), "<pages>", field="value", one=True, font_paths=_faces().fonts, sys_inputs=inputs)
    return int(json.loads(found))


@functools.cache
def _source() -> bytes:
    return (resources.files("commonweal.reporting") / "templates" / "report.typ").read_bytes()


class _Faces:
    """
    Only our own faces and the typesetter's: what a machine has installed must not change a report.

    The package holds each face twice, so that ours are copied out; the typesetter reads them when it first needs
    them, so that the folder lives as long as the process.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="commonweal-")
        for name in FACES:
            face = _face(name)
            (Path(self._folder.name) / face.name).write_bytes(face.read_bytes())
        self.fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=True, font_paths=[self._folder.name]
        )


@functools.cache
def _faces() -> _Faces:
    return _Faces()


def _face(name: str) -> Path:
    return Path(str(resources.files("font_source_sans_pro"))) / "files" / f"SourceSansPro-{name}.ttf"


def _data(report: Report) -> Data:
    lines = workings.line_numbers(report)
    kept = len(report.book) <= MOST_WORKINGS and not report.one_page
    return {
        "one_page": report.one_page,
        "size": 100,
        "title": report.title or "Social value report",
        "subtitle": report.subtitle,
        "description": f"{report.subtitle or 'Commonweal'}, as at {wording.day(report.as_at)}",
        "as_at": wording.day(report.as_at),
        "date": {"year": report.as_at.year, "month": report.as_at.month, "day": report.as_at.day},
        "footer": report.made_by or "Commonweal",
        "sections": _sections(report, lines),
        "workings": [_group(group) for group in workings.groups(report)] if kept else [],
        "linked": sorted(_printed(report)) if kept else [],
        "workings_note": _note(report, kept=kept),
    }


def _note(report: Report, *, kept: bool) -> str:
    if report.one_page:
        return ""
    if kept:
        return "Each figure with its rule and its inputs. Facts say where they were read."
    return (
        f"This report rests on {len(report.book):,} lines, too many to print. "
        "Each of them is in report.html, report.xlsx and workings.csv beside this file."
    )


def _all_sections(report: Report) -> Iterator[Section]:
    """The report's sections, then what was found in the input, and the sources and method."""
    yield from report.sections
    if report.one_page:
        return
    if report.problems:
        found = tuple(f"{p.where or 'The whole input'}: {p.found} {p.mend}" for p in report.problems)
        yield Section("problems", "What was found in the input", (Prose(found, bullets=True),))
    sources = tuple(f"{s.name}, {s.size:,} bytes, SHA-256 {s.sha256}" for s in report.sources)
    texts = tuple(text for text in (*report.notes, *report.attributions, *sources) if text)
    yield Section("sources", "Sources and method", (Prose(texts, bullets=True),) if texts else ())


def _sections(report: Report, lines: dict[str, int]) -> list[Data]:
    """The sections; the first is a chapter whatever its level, as no heading may stand below a missing one."""
    sections = [_section(report, section, lines) for section in _all_sections(report)]
    sections[0]["level"] = 1
    return sections


def _section(report: Report, section: Section, lines: dict[str, int]) -> Data:
    return {
        "anchor": section.anchor,
        "title": section.title,
        "level": min(section.level, 2),
        "caption": section.caption,
        "page_break": section.page_break,
        "blocks": [_block(report, block, lines) for block in section.blocks if _is_drawn(report, block)],
    }


def _is_drawn(report: Report, block: object) -> bool:
    return not isinstance(block, Chart) or any(not row.emphasis for row in charts.table_of(report, block).rows)


def _block(report: Report, block: object, lines: dict[str, int]) -> Data:
    match block:
        case Prose():
            return {"kind": "prose", "bullets": block.bullets, "paragraphs": list(block.paragraphs)}
        case Table():
            return _table(block, lines)
        case Chart():
            return _chart(report, block)
        case Headlines():
            return {"kind": "headlines", "items": _headlines(block, lines)}
        case Facts():
            return {"kind": "facts", "items": [list(item) for item in block.items]}
        case _:  # pragma: no cover - the type of a block allows no other
            raise TypeError(type(block))


def _table(table: Table, lines: dict[str, int]) -> Data:
    said = list(wording.table_words(table))
    rows = [
        {"level": row.level, "emphasis": row.emphasis, "cells": [_words(w, lines) for w in shown]}
        for row, shown in zip(table.rows, said, strict=True)
    ]
    columns = [
        {
            "heading": _heading(table, column),
            "numeric": column.show in wording.NUMERIC,
            "fixed": column.show in wording.NUMERIC or column.show is Show.DATE,
            **_longest(table, index, [shown[index].line for shown in said]),
            **_heading_symbol(column.heading),
        }
        for index, column in enumerate(table.columns)
    ]
    return {
        "kind": "table",
        "caption": table.caption,
        "note": table.note,
        "dense": table.dense,
        "columns": columns,
        "rows": rows or [_empty_row(len(columns))],
    }


def _empty_row(width: int) -> Data:
    cells = [Words("Nothing to show here." if i == 0 else "", empty=True) for i in range(width)]
    return {"level": 0, "emphasis": "", "cells": [_words(words, {}) for words in cells]}


def _longest(table: Table, index: int, said: list[str]) -> Data:
    """
    What the typesetter measures to find a column's room: its longest `cells` and its longest unbreakable `words`.

    Those of total rows come beside the others, as they are set in semibold. A word of more than 20 letters is broken
    after every 16.
    """
    lines = [(text, bool(row.emphasis), row.level) for text, row in zip(said, table.rows, strict=True)]
    lines.sort(key=lambda line: len(line[0]), reverse=True)
    kept = [[line for line in lines if line[1] is strong][:SAMPLES] for strong in (False, True)]
    cells = [{"text": text, "strong": strong, "level": level} for part in kept for text, strong, level in part]
    words = {word for text in (*said, _heading(table, table.columns[index])) for word in text.split()}
    pieces = {word[:PIECE] if len(word) > UNBROKEN else word for word in words}
    return {"cells": cells, "words": sorted(pieces, key=lambda word: (-len(word), word))[:SAMPLES]}


def _heading(table: Table, column: Column) -> str:
    """The heading; over the numbers of a wide table it is broken into short lines, which leaves room for words."""
    heading = wording.heading(column)
    if len(table.columns) <= MOST_ROOMY or column.show not in wording.NUMERIC:
        return heading
    return "\n".join(textwrap.wrap(heading, 13, break_long_words=False, break_on_hyphens=False))


def _heading_symbol(heading: str) -> Data:
    state = wording.state_called(heading)
    return {"symbol": wording.SYMBOLS[state], "tone": wording.tone(state)} if state else {"symbol": "", "tone": ""}


def _words(words: Words, lines: dict[str, int]) -> Data:
    return {
        "text": words.text,
        "unit": words.unit,
        "symbol": words.symbol,
        "state": words.state,
        "tone": words.tone,
        "empty": words.empty,
        "line": lines.get(words.figure, 0),
    }


def _headlines(block: Headlines, lines: dict[str, int]) -> list[Data]:
    return [
        {
            "label": item.label,
            "context": item.context,
            "symbol": wording.SYMBOLS[item.state] if item.state else "",
            "tone": wording.tone(item.state) if item.state else "",
            "words": _words(shown, lines),
        }
        for item, shown in zip(block.items, wording.headline_words(block), strict=True)
    ]


def _chart(report: Report, chart: Chart) -> Data:
    table, width = charts.table_of(report, chart), charts.widths(report, chart)[0]
    return {
        "kind": "chart",
        "title": chart.title,
        "alt": charts.described(chart, table),
        "wide": width == charts.WIDTH,
        "svg": charts.svg(chart, table, width=width).replace("Arial, sans-serif", "Source Sans Pro"),
    }


def _printed(report: Report) -> set[int]:
    """The lines that have a working of their own in the PDF."""
    return {working.line for working in workings.workings(report) if _has_its_own(working)}


def _has_its_own(working: workings.Working) -> bool:
    """A fact that is only an input is told where it is used, which halves the pages."""
    return bool(working.rule or working.shown_at)


def _group(group: workings.Group) -> Data:
    return {"name": group.name, "lines": [_working(working) for working in group.workings if _has_its_own(working)]}


def _working(working: workings.Working) -> Data:
    inputs = [
        {"line": i.line, "label": i.label, "value": i.value, "origin": i.origin} for i in working.inputs[:MOST_INPUTS]
    ]
    if len(working.inputs) > MOST_INPUTS:
        rest = f"and {len(working.inputs) - MOST_INPUTS:,} more, in workings.csv"
        inputs.append({"line": 0, "label": rest, "value": "", "origin": ""})
    rule = " ".join(part for part in (working.rule, working.note) if part)
    given = f"As given: {working.origin}." if working.origin else "As given."
    return {
        "line": working.line,
        "label": working.label,
        "value": working.value,
        "rule": rule or given,
        "inputs": inputs,
    }


def _printable(data: Any) -> Any:
    """`data` with each character that no face has replaced, as PDF/UA refuses text that cannot be shown."""
    if isinstance(data, str):
        return "".join(c if ord(c) in _known() else " " if c.isspace() else NO_GLYPH for c in wording.clean(data))
    if isinstance(data, list):
        return [_printable(item) for item in data]
    if isinstance(data, dict):
        return {key: _printable(value) for key, value in data.items()}
    return data


@functools.cache
def _known() -> frozenset[int]:
    """Every character that all our faces have, with the symbols of the states."""
    symbols = {ord(symbol) for symbol in (*wording.SYMBOLS.values(), *wording.RAG_SYMBOLS.values(), NO_GLYPH)}
    return frozenset.intersection(*(_covered(_face(name)) for name in FACES)) | symbols | {ord("\n")}


def _covered(face: Path) -> frozenset[int]:
    """The characters of a TrueType face, from its segmented coverage table (cmap, format 12)."""
    data = face.read_bytes()
    cmap = next(
        offset
        for tag, _, offset, _ in (
            struct.unpack_from(">4sIII", data, 12 + 16 * n) for n in range(struct.unpack_from(">H", data, 4)[0])
        )
        if tag == b"cmap"
    )
    tables = [
        cmap + struct.unpack_from(">HHI", data, cmap + 4 + 8 * n)[2]
        for n in range(struct.unpack_from(">H", data, cmap + 2)[0])
    ]
    found: set[int] = set()
    for table in tables:
        if struct.unpack_from(">H", data, table)[0] == 12:
            for n in range(struct.unpack_from(">I", data, table + 12)[0]):
                first, last, _ = struct.unpack_from(">III", data, table + 16 + 12 * n)
                found.update(range(first, last + 1))
    return frozenset(found)
