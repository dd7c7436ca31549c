"""The documents of a version as our pages show them: same words, same order, figures linked to their working below."""

from __future__ import annotations

from typing import Any

from commonweal.reporting import model, wording, workings
from commonweal_web.core import tables
from commonweal_web.core.tables import summary_row

Lines = dict[str, int]


def sections_of(report: model.Report) -> list[dict[str, Any]]:
    """Return the sections of a document with their blocks, for `planning/pack/_sections.html`."""
    lines = workings.line_numbers(report)
    return [
        {
            "anchor": section.anchor,
            "title": section.title,
            "level": section.level,
            "blocks": [_block(block, lines) for block in section.blocks],
        }
        for section in report.sections
    ]


def workings_of(report: model.Report) -> list[workings.Working]:
    """Return how each figure of a document came about, by the number of its line."""
    return list(workings.workings(report))


def _block(block: model.Block, lines: Lines) -> dict[str, Any]:
    if isinstance(block, model.Table):
        return {"table": _table(block, lines), "note": block.note}
    if isinstance(block, model.Facts):
        return {"facts": [summary_row(name, text) for name, text in block.items]}
    return {"paragraphs": getattr(block, "paragraphs", ()), "bullets": getattr(block, "bullets", False)}


def _table(table: model.Table, lines: Lines) -> tables.Table:
    said = wording.table_words(table)
    rows = [[_cell(words, lines) for words in row] for row in said]
    total = bool(rows) and table.rows[-1].emphasis == "total"
    return tables.Table(
        caption=table.caption,
        columns=[tables.Column(wording.heading(c), numeric=c.show in wording.NUMERIC) for c in table.columns],
        rows=rows[:-1] if total else rows,
        total=rows[-1] if total else (),
        dense=table.dense,
        stacks=not table.dense and not total,
        empty="Nothing to show here.",
    )


def _cell(words: wording.Words, lines: Lines) -> tables.Cell:
    return tables.Cell(words.line, figure=f"#line-{lines[words.figure]}" if words.figure else "")
