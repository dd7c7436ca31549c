"""The lines of a book in the order and grouping in which every renderer shows how figures are worked out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from commonweal.figures import RULES, Fact, Figure
from commonweal.reporting import wording
from commonweal.reporting.model import Headlines, Report, Table

GENERAL = "Across contracts"


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a figure: the number of its line, its label, its value in words, and the origin of a fact."""

    line: int
    label: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True)
class Working:
    """
    How one line came about. `line` counts from 1 through the book and is its anchor in every format.

    A fact has an `origin` and no inputs; a figure has the sentence of its rule and its inputs.
    """

    line: int
    id: str
    label: str
    value: str
    rule: str
    inputs: tuple[Input, ...]
    origin: str
    note: str
    shown_in: str = ""
    shown_at: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The workings of one contract, or those across contracts."""

    name: str
    workings: tuple[Working, ...]


def line_numbers(report: Report) -> dict[str, int]:
    """The number of each line of the book, counted from 1."""
    return {entry.id: line for line, entry in enumerate(report.book, start=1)}


def groups(report: Report) -> list[Group]:
    """
    Every working, grouped by contract in order of first appearance.

    What an id has before its first slash says whose it is, where a section has it as caption; the rest stands
    across contracts.
    """
    titles = {section.caption: f"{section.title} ({section.caption})" for section in report.sections if section.caption}
    found: dict[str, list[Working]] = {}
    for working in workings(report):
        found.setdefault(titles.get(working.id.partition("/")[0], GENERAL), []).append(working)
    return [Group(name, tuple(members)) for name, members in found.items()]


def workings(report: Report) -> Iterator[Working]:
    """Every line of the book in words, in order."""
    lines, shown = line_numbers(report), _shown(report)
    for line, entry in enumerate(report.book, start=1):
        name, anchor = shown.get(entry.id, ("", ""))
        value = wording.amount(entry.value, entry.unit)
        if isinstance(entry, Fact):
            yield Working(line, entry.id, entry.label, value, "", (), origin_words(entry), "", name, anchor)
        else:
            inputs = tuple(_input(report, lines, i) for i in entry.inputs)
            yield Working(line, entry.id, entry.label, value, rule_words(entry), inputs, "", entry.note, name, anchor)


def _input(report: Report, lines: dict[str, int], entry_id: str) -> Input:
    entry = report.book[entry_id]
    origin = origin_words(entry) if isinstance(entry, Fact) else ""
    return Input(lines[entry_id], entry.label, wording.amount(entry.value, entry.unit), origin)


def origin_words(fact: Fact) -> str:
    """Where a fact was read, and the source behind it."""
    return "; ".join(part for part in (fact.origin, fact.source) if part)


def rule_words(figure: Figure) -> str:
    """The sentence of a figure's rule, with a capital and a full stop."""
    sentence = RULES[figure.rule][1]
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _shown(report: Report) -> dict[str, tuple[str, str]]:
    """Where each line is shown first: the caption and the anchor of the table, or the section of the headline."""
    found: dict[str, tuple[str, str]] = {}
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                for row in block.rows:
                    for cell in row.cells:
                        found.setdefault(cell.figure, (block.caption, f"table-{block.name}"))
            elif isinstance(block, Headlines):
                for item in block.items:
                    found.setdefault(item.cell.figure, (section.title, section.anchor))
    return found
