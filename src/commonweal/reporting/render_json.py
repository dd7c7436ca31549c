"""
The report as JSON: every text, table, fact and figure, from which `commonweal explain` works each figure out again.

Numbers are written as text, so that no reader turns them into floats. The same report gives the same bytes; the hour
at which it was made is not part of it. What reads it back is `commonweal.reporting.stored`.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from commonweal.figures import Fact, Figure
from commonweal.reporting.model import Cell, Chart, Facts, Headlines, Prose, Report, Section, Table

FORMAT = "commonweal-report"
VERSION = 1

Data = dict[str, Any]


def render_json(report: Report) -> bytes:
    """Return the report as UTF-8 JSON, one line for each fact and figure, `end` last as the mark of completeness."""
    facts = [_fact(entry) for entry in report.book if isinstance(entry, Fact)]
    figures = [_figure(entry) for entry in report.book if isinstance(entry, Figure)]
    head = {"format": FORMAT, "version": VERSION, "meta": _meta(report)}
    parts = [f"{json.dumps(key)}: {_indented(value)}" for key, value in head.items()]
    parts.append(f'"sections": {_indented([_section(section) for section in report.sections])}')
    parts.append(f'"problems": {_lines([_problem(problem) for problem in report.problems])}')
    parts.append(f'"facts": {_lines(facts)}')
    parts.append(f'"figures": {_lines(figures)}')
    parts.append(f'"end": {_compact({"facts": len(facts), "figures": len(figures)})}')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _indented(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _lines(values: list[Data]) -> str:
    return "[\n" + ",\n".join(map(_compact, values)) + "\n]" if values else "[]"


def _meta(report: Report) -> Data:
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "as_at": report.as_at.isoformat(),
        "made_by": report.made_by,
        "sources": [{"name": s.name, "format": s.format, "bytes": s.size, "sha256": s.sha256} for s in report.sources],
        "notes": list(report.notes),
        "attributions": list(report.attributions),
    }


def _fact(fact: Fact) -> Data:
    data = {"id": fact.id, "label": fact.label, "value": f"{fact.value:f}", "unit": fact.unit, "origin": fact.origin}
    return data | ({"source": fact.source} if fact.source else {})


def _figure(figure: Figure) -> Data:
    data: Data = {"id": figure.id, "label": figure.label, "value": f"{figure.value:f}", "unit": figure.unit}
    data |= {"rule": figure.rule, "inputs": list(figure.inputs)}
    return data | ({"note": figure.note} if figure.note else {})


def _problem(problem: Any) -> Data:
    where = problem.where
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "file": where.file,
        "sheet": where.sheet,
        "row": where.row,
        "column": where.column,
        "found": problem.found,
        "mend": problem.mend,
        "subject": problem.subject,
    }


def _section(section: Section) -> Data:
    return {
        "anchor": section.anchor,
        "title": section.title,
        "level": section.level,
        "caption": section.caption,
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: object) -> Data:
    match block:
        case Prose():
            return {"kind": "prose", "bullets": block.bullets, "paragraphs": list(block.paragraphs)}
        case Table():
            return _table(block)
        case Chart():
            keys = ("name", "title", "table", "category", "unit", "alt")
            data: Data = {"kind": "chart", "shape": block.kind} | {key: getattr(block, key) for key in keys}
            return data | {"series": list(block.series)}
        case Headlines():
            items = [
                {"label": i.label, "show": i.show.value, "context": i.context, **_cell(i.cell, state=i.state)}
                for i in block.items
            ]
            return {"kind": "headlines", "items": items}
        case Facts():
            return {"kind": "facts", "items": [list(item) for item in block.items]}
        case _:  # pragma: no cover - the type of a block allows no other
            raise TypeError(type(block))


def _table(table: Table) -> Data:
    return {
        "kind": "table",
        "name": table.name,
        "caption": table.caption,
        "note": table.note,
        "file": table.file or table.name,
        "subject": table.subject,
        "columns": [{"key": c.key, "heading": c.heading, "show": c.show.value, "unit": c.unit} for c in table.columns],
        "rows": [
            {"emphasis": row.emphasis, "level": row.level, "anchor": row.anchor, "cells": [_cell(c) for c in row.cells]}
            for row in table.rows
        ],
    }


def _cell(cell: Cell, *, state: Any = None) -> Data:
    """Only what is there: an empty cell is {}."""
    state = cell.state or state
    data = {
        "value": _value(cell.value),
        "text": cell.text,
        "figure": cell.figure,
        "state": state.value if state else "",
        "unit": cell.unit,
    }
    return {key: value for key, value in data.items() if value}


def _value(value: Decimal | dt.date | str | None) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value or ""
