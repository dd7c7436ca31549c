"""
A report as data: what every renderer (html, pdf, xlsx, ods, csv, json) is given.

A report is a list of sections; a section holds blocks (prose, tables, charts). A cell of a table that shows a figure
carries the figure's id in the report's book, so that each renderer can link it to its working. Texts are plain
text, never markup.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from commonweal.checks.problem import Problem
from commonweal.figures import Book
from commonweal.portfolio import Source


class State(StrEnum):
    """The states of design section 4, in the order in which every screen shows them."""

    NOT_DUE = "not due"
    NIL = "nil declared"
    MISSING = "missing"
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    RELIEVED = "relieved"
    TRANSFERRED = "transferred"
    WRITTEN_OFF = "written off"


class Show(StrEnum):
    """How a cell is written."""

    TEXT = "text"
    QUANTITY = "quantity"
    POUNDS = "pounds"
    PERCENT = "percent"
    COUNT = "count"
    SCORE = "score"
    DATE = "date"
    STATE = "state"
    RAG = "rag"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `unit` goes into its heading; `total` says that the last row holds the column's total."""

    key: str
    heading: str
    show: Show = Show.TEXT
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell. `value` is None where there is nothing to show, and then `text` says why ("not due", "no pounds").

    `text` overrides the way `value` is written; `figure` is the id of the working; `state` sets word and symbol;
    `unit` overrides the column's, where the rows of a column count different things.
    """

    value: Decimal | dt.date | str | None = None
    text: str = ""
    figure: str = ""
    state: State | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `level` indents it; `emphasis` is "", "total" or "subtotal"; `anchor` links to a section."""

    cells: tuple[Cell, ...]
    emphasis: str = ""
    anchor: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table: `name` is unique in the report and becomes the CSV's file name; `caption` says what it shows.

    Tables that show the same of many contracts share a CSV: all with one `file` become one file of that name, whose
    first column holds the `subject` of each (the contract's reference).
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    dense: bool = False
    file: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """
    A chart over the rows of the table called `table`; its title is the message it brings.

    kind "stacked": one bar per row, `series` are column keys stacked in that order (states in their fixed order).
    kind "bullet": one bar per row, `series` = (done, due), each to its own scale; kind "regions": the same, all to one.
    kind "line": `series` over the column `category`.
    """

    name: str
    title: str
    kind: str
    table: str
    category: str
    series: tuple[str, ...]
    unit: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, or a list of points where `bullets` is set."""

    paragraphs: tuple[str, ...]
    bullets: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """A big number with what it is, and the sentence that gives it its measure."""

    label: str
    cell: Cell
    show: Show
    context: str = ""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Headlines:
    """Up to four big numbers in a row."""

    items: tuple[Headline, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Name and value pairs: the head of a contract."""

    items: tuple[tuple[str, str], ...]


Block = Prose | Table | Chart | Headlines | Facts


@dataclass(frozen=True, slots=True)
class Section:
    """A section with an anchor of its own; `level` 1 is a chapter, 2 stands inside the chapter before it."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    level: int = 1
    caption: str = ""
    page_break: bool = False


@dataclass(slots=True)
class Report:
    """
    The whole report. `book` holds every figure with its working; `made_by` names engine and data releases.

    One that is `one_page` is set small in the PDF, which leaves workings and findings to the other formats.
    """

    title: str
    subtitle: str
    as_at: dt.date
    sections: list[Section]
    book: Book
    problems: list[Problem] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    attributions: list[str] = field(default_factory=list)
    made_by: str = ""
    notes: list[str] = field(default_factory=list)
    one_page: bool = False

    def tables(self) -> list[Table]:
        """Every table, in reading order."""
        return [block for section in self.sections for block in section.blocks if isinstance(block, Table)]
