"""The engine's tables and charts of a sheet as our pages show them."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from commonweal.reporting import charts, model, wording
from commonweal_web.core import components, tables

STACKED = ("kpis",)
"""The tables with one row for each KPI, which a phone shows below each other."""


def table_of(table: model.Table) -> tables.Table:
    """Return an engine's table for `parts/table.html`."""
    rows = [[tables.Cell(words.line) for words in row] for row in wording.table_words(table)]
    total = bool(rows) and table.rows[-1].emphasis == "total"
    return tables.Table(
        caption=table.caption,
        columns=[tables.Column(wording.heading(c), numeric=c.show in wording.NUMERIC) for c in table.columns],
        rows=rows[:-1] if total else rows,
        total=rows[-1] if total else (),
        dense=table.dense,
        stacks=table.name in STACKED,
        empty="Nothing to show here yet.",
    )


def sections_of(report: model.Report) -> list[dict[str, Any]]:
    """Return the sections of a report with their blocks, each a dict of its kind and content."""
    return [
        {
            "anchor": section.anchor,
            "title": section.title,
            "level": section.level,
            "blocks": [_block(report, block) for block in section.blocks],
            "paired": isinstance(section.blocks[0], model.Chart),
        }
        for section in report.sections
    ]


def _block(report: model.Report, block: model.Block) -> dict[str, Any]:
    if isinstance(block, model.Table):
        return {"kind": "table", "table": table_of(block), "note": block.note}
    if isinstance(block, model.Chart):
        return {"kind": "chart", "title": block.title, "drawing": drawing(report, block)}
    return {"kind": "prose", "paragraphs": getattr(block, "paragraphs", ())}


def drawing(report: model.Report, chart: model.Chart) -> SafeString:
    """Return a chart as a picture with its words; the engine escapes every text that it draws."""
    table = charts.table_of(report, chart)
    return components.picture(charts.svg(chart, table, width=charts.NARROW), charts.described(chart, table))
