"""The engine's tables and facts as our pages show them: same words, same order, figures linked to their working."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from commonweal.reporting import model, wording
from commonweal_web.core import tables

Working = Callable[[str], str]
"""The address of a line's working page."""


def table_of(table: model.Table, working: Working) -> tables.Table:
    """Return an engine's table for `parts/table.html`."""
    said = wording.table_words(table)
    columns = [
        tables.Column(wording.heading(column), numeric=column.show in wording.NUMERIC) for column in table.columns
    ]
    rows = [[_cell(words, working) for words in row] for row in said]
    total = bool(rows) and table.rows[-1].emphasis == "total"
    return tables.Table(
        caption=table.caption,
        columns=columns,
        rows=rows[:-1] if total else rows,
        total=rows[-1] if total else (),
        dense=table.dense,
        stacks=any(column.show is model.Show.RAG for column in table.columns),
        empty="Nothing to show here yet.",
    )


RATED = re.compile(r"^[▲◆▼] (Green|Amber|Red)(?:: (.*))?$")


def _cell(words: wording.Words, working: Working) -> tables.Cell:
    rated = RATED.match(words.line)
    if rated and not words.figure:
        return tables.Cell(rag=rated[1].lower(), rag_words=rated[2] or "")
    return tables.Cell(words.line, figure=working(words.figure) if words.figure else "")


def blocks_of(section: model.Section, working: Working) -> list[dict[str, Any]]:
    """Return the blocks of a section as dicts of kind and content, for `reports/_blocks.html`."""
    return blocks_of_many(section.blocks, working)


def blocks_of_many(blocks: Iterable[model.Block], working: Working) -> list[dict[str, Any]]:
    """Return some blocks of a document as `blocks_of` does those of a section."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, model.Table) and block.name.endswith("-returns"):
            found.append(strip_of(block))
        elif isinstance(block, model.Table):
            found.append({"kind": "table", "table": table_of(block, working), "note": block.note})
        elif isinstance(block, model.Facts):
            found.append({"kind": "facts", "items": block.items})
        elif isinstance(block, model.Prose):
            found.append({"kind": "prose", "paragraphs": block.paragraphs, "bullets": block.bullets})
    return found


def strip_of(table: model.Table) -> dict[str, Any]:
    """Return the periods of a contract side by side, each as a box with the state of its return in words."""
    said = wording.table_words(table)
    boxes = [
        {"label": wording.heading(column), "words": words.line, "mark": _mark(words.line)}
        for column, words in zip(table.columns, said[0], strict=True)
    ]
    return {"kind": "strip", "caption": table.caption, "boxes": boxes}


def _mark(words: str) -> str:
    """The edge of a box repeats what its words say."""
    if "missing" in words or "late" in words:
        return "late"
    return "done" if words in ("on time", "received") else ""
