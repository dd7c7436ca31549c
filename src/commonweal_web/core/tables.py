"""
Tables, task lists and timelines as data: a view fills them, `parts/table.html` and its neighbours show them.

    Table(
        caption="KPIs",
        columns=[Column("Deliverable"), Column("Verified", unit="hours", numeric=True)],
        rows=[[Cell("Volunteering", href=url), Cell("75", figure=working_url)]],
    )
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Column:
    """A column; its unit goes into the heading. The first column of a row is its heading."""

    text: str
    numeric: bool = False
    unit: str = ""

    @property
    def heading(self) -> str:
        return f"{self.text} ({self.unit})" if self.unit else self.text


@dataclass(frozen=True, slots=True)
class Cell:
    """
    What stands in a cell, as text. `href` links it; `figure` links a number of the ledger to its working;
    `state` and `rag` are shown as symbol and word; `hint` is a second line; `html` is markup made by format_html.
    """

    text: str = ""
    href: str = ""
    figure: str = ""
    state: str = ""
    rag: str = ""
    rag_words: str = ""
    hint: str = ""
    html: SafeString = field(default_factory=SafeString)


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table; `total` is its last row, `empty` says why there are no rows and what would fill it. One that `stacks`
    shows each row as a block of its own on a phone, every cell under its heading, the rating first.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    empty: str = ""
    dense: bool = False
    hide_caption: bool = False
    stacks: bool = False

    @property
    def body(self) -> list[list[tuple[Column, Cell]]]:
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def foot(self) -> list[tuple[Column, Cell]]:
        return list(zip(self.columns, self.total, strict=True)) if self.total else []


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a record, for its timeline."""

    title: str
    at: dt.datetime
    by: str = ""
    text: str = ""
    href: str = ""
    link: str = ""


def task(title: str, href: str, status: str, *, done: bool = False, hint: str = "") -> dict[str, Any]:
    """One line of a task list; a finished one says so in plain text, any other in a tag."""
    item: dict[str, Any] = {"title": {"text": title}, "href": href or None}
    item["status"] = {"text": status} if done else {"tag": {"text": status, "classes": "govuk-tag--blue"}}
    if not href:
        item["status"] = {"text": status, "classes": "govuk-task-list__status--cannot-start-yet"}
    if hint:
        item["hint"] = {"text": hint}
    return item


def summary_row(key: str, value: str | SafeString, *, change: str = "", change_words: str = "Change") -> dict[str, Any]:
    """One line of a summary list; `change` is where it is changed."""
    part = {"html": value} if isinstance(value, SafeString) else {"text": value or "–"}
    row: dict[str, Any] = {"key": {"text": key}, "value": part}
    if change:
        row["actions"] = {"items": [{"href": change, "text": change_words, "visuallyHiddenText": key.lower()}]}
    return row
