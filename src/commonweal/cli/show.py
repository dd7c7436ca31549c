"""Writing to the screen: text in columns, wrapped paragraphs, and JSON with exact numbers as text."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import click

from commonweal.quantities import plain

GAP = "  "
WIDTH = 110


def columns(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return rows as text in columns as wide as their widest cell; those numbered in `right` are set to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))] if rows else []
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(GAP.join(cells).rstrip())
    return "\n".join(lines)


def paragraph(text: str, indent: str = "") -> str:
    """Return `text` wrapped to the width of the screen."""
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Return name and value pairs below each other, those without a value left out, long values wrapped."""
    kept = [(name, value) for name, value in pairs if value]
    width = max((len(name) for name, _ in kept), default=0) + len(GAP)
    return "\n".join(
        textwrap.fill(
            value, WIDTH, initial_indent=name.ljust(width), subsequent_indent=" " * width, break_on_hyphens=False
        )
        for name, value in kept
    )


def jsonable(thing: Any) -> Any:
    """Return `thing` as JSON can hold it: exact numbers and dates as text, so that nothing is rounded."""
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        names = [field.name for field in dataclasses.fields(thing) if not field.name.startswith("_")]
        return {name: jsonable(getattr(thing, name)) for name in names}
    if isinstance(thing, Mapping):
        return {str(key): jsonable(value) for key, value in thing.items()}
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, Decimal):
        return plain(thing)
    if isinstance(thing, dt.date):
        return thing.isoformat()
    if isinstance(thing, list | tuple | set | frozenset):
        return [jsonable(item) for item in thing]
    return str(thing) if isinstance(thing, Path) else thing


def write_json(document: Mapping[str, Any]) -> None:
    """Write one JSON document that says first that the command did its work."""
    click.echo(json.dumps({"ok": True, **jsonable(document)}, indent=2, ensure_ascii=False))


def say(*lines: str) -> None:
    """Write lines to standard output."""
    for line in lines:
        click.echo(line)
