"""
A stored report read back: each figure explained, and worked out again from the stored inputs alone.

What is asked of report.json is that it is whole: the mark at its end, the counts, every input standing before the
figure that rests on it. Whether its numbers are right is what `differences` finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from commonweal import errors
from commonweal.figures import RULES, Book, Fact, Figure, apply
from commonweal.reporting import wording
from commonweal.reporting.render_json import FORMAT, VERSION

REPORT = "report.json"

Data = dict[str, Any]


def load_report(path: Path) -> tuple[Data, Book]:
    """
    Return the head of a stored report (title, as_at, sources ...) and its book, values as they are stored.

    `path` is a report.json or the folder that holds one.

    :raises BadReport: if it cannot be read, is no report, is of another version, or is not whole
    """
    file = path / REPORT if path.is_dir() else path
    data = _read(file)
    try:
        return data["meta"], _book(data, file)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise errors.BadReport(
            f"{file} is not whole: {type(error).__name__} at {error}. Make the report again from its sources."
        ) from None


def _read(file: Path) -> Data:
    try:
        data = json.loads(file.read_bytes())
    except OSError as error:
        raise errors.BadReport(f"{file} cannot be read: {error.strerror}. Give the report.json of a report.") from None
    except (ValueError, RecursionError):
        raise errors.BadReport(f"{file} is no whole JSON file. Make the report again from its sources.") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise errors.BadReport(
            f"{file} is no report of Commonweal. Give the report.json that `commonweal report` made."
        )
    if data.get("version") != VERSION:
        raise errors.BadReport(
            f"{file} is a report of version {data.get('version')}; this program reads version {VERSION}. "
            f"Use the program that made it, or make the report again."
        )
    return data


def _book(data: Data, file: Path) -> Book:
    book = Book()
    for item in data["facts"]:
        book.enter(
            Fact(
                _text(item["id"]),
                _text(item["label"]),
                _number(item["value"]),
                _text(item["unit"]),
                _text(item["origin"]),
                _text(item.get("source", "")),
            )
        )
    facts = len(book)
    for item in data["figures"]:
        inputs = tuple(_text(i) for i in item["inputs"])
        missing = [i for i in inputs if i not in book]
        if missing:
            raise errors.BadReport(
                f"{file} is not whole: line {item['id']!r} rests on {missing[0]!r}, which does not stand before it."
            )
        book.enter(
            Figure(
                _text(item["id"]),
                _text(item["label"]),
                _number(item["value"]),
                _text(item["unit"]),
                _text(item["rule"]),
                inputs,
                _text(item.get("note", "")),
            )
        )
    if data["end"] != {"facts": facts, "figures": len(book) - facts}:
        raise errors.BadReport(
            f"{file} is not whole: it holds {facts} facts and {len(book) - facts} figures, "
            f"but was written with {data['end']}."
        )
    _check_cells(data["sections"], book, file)
    return book


def _check_cells(value: Any, book: Book, file: Path) -> None:
    """Each cell and headline that names a line must name one that the book has."""
    for cell in _cells(value):
        if cell["figure"] not in book:
            raise errors.BadReport(
                f"{file} is not whole: it shows line {cell['figure']!r}, which its book does not have."
            )


def _cells(value: Any) -> Iterator[Data]:
    """Yield every cell and headline of the sections that names a line of the book."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, list):
            pending.extend(current)
        elif isinstance(current, dict):
            if current.get("figure") is not None:
                yield current
            pending.extend(current.values())


def shown_differently(path: Path, book: Book) -> list[str]:
    """
    Return the ids of the lines that a table of the stored report shows with another number than its book has.

    Raises as `load_report`, whose book this compares with.
    """
    data = _read(path / REPORT if path.is_dir() else path)
    cells = [cell for cell in _cells(data["sections"]) if "value" in cell]
    return list(dict.fromkeys(c["figure"] for c in cells if not _same(c["value"], book[c["figure"]].value)))


def _same(shown: object, value: Decimal) -> bool:
    try:
        return _number(shown) == value
    except (TypeError, ValueError):
        return False


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r}, which should be text")
    return value


def _number(value: object) -> Decimal:
    try:
        number = Decimal(_text(value))
    except InvalidOperation:
        raise ValueError(f"{value!r}, which is no number") from None
    if not number.is_finite():
        raise ValueError(f"{value!r}, which is no finite number")
    return number


def differences(book: Book) -> list[str]:
    """
    Return the ids of the figures whose stored value differs from the one worked out from facts alone.

    Every line is worked out once. A figure whose rule cannot be applied counts as different, and so does each that
    rests on it.

    :raises BadReport: if a figure's input does not stand before it
    """
    done: dict[str, Decimal | None] = {}
    different = []
    for entry in book:
        if isinstance(entry, Fact):
            done[entry.id] = entry.value
            continue
        done[entry.id] = _worked_out(entry, done)
        if done[entry.id] != entry.value:
            different.append(entry.id)
    return different


def _worked_out(figure: Figure, done: dict[str, Decimal | None]) -> Decimal | None:
    late = [i for i in figure.inputs if i not in done]
    if late:
        raise errors.BadReport(f"Line {figure.id!r} rests on {late[0]!r}, which does not stand before it.")
    numbers = [number for i in figure.inputs if (number := done[i]) is not None]
    if len(numbers) != len(figure.inputs):
        return None
    try:
        return apply(figure.rule, numbers)
    except errors.BadReport:
        return None


def explain(book: Book, entry_id: str) -> list[str]:
    """
    Return the working of one line as lines of text: the figure, its rule, and below it each input down to the facts.

    A line that several figures rest on is written out where it first stands. The last line says whether working it
    out again from the facts gives the stored number.

    :raises BadReport: if there is no such line, or it cannot be worked out
    """
    lines: list[str] = []
    written: set[str] = set()
    stack = [(entry_id, 0)]
    while stack:
        current, depth = stack.pop()
        entry = book[current]
        lines.append(f"{'  ' * depth}{entry.label}: {wording.amount(entry.value, entry.unit)}  [{entry.id}]")
        margin = "  " * (depth + 1)
        if current in written:
            if isinstance(entry, Figure):
                lines.append(f"{margin}as above")
            continue
        written.add(current)
        lines.extend(f"{margin}{text}" for text in _about(entry))
        if isinstance(entry, Figure):
            stack.extend((i, depth + 1) for i in reversed(entry.inputs))
    return [*lines, _verdict(book, entry_id)]


def _about(entry: Fact | Figure) -> list[str]:
    if isinstance(entry, Fact):
        return [f"given: {text}" for text in (entry.origin, entry.source) if text]
    sentence = RULES[entry.rule][1] if entry.rule in RULES else "a rule that this version does not have"
    note = [f"note: {entry.note}"] if entry.note else []
    return [f"{entry.rule}: {sentence}", *note]


def _verdict(book: Book, entry_id: str) -> str:
    entry = book[entry_id]
    again = book.recompute(entry_id)
    if isinstance(entry, Fact):
        return "This number was given; there is nothing to work out."
    if again == entry.value:
        return f"Worked out again from the facts: {wording.amount(again, entry.unit)}, the same."
    return (
        f"Worked out again from the facts: {wording.amount(again, entry.unit)}, NOT the {entry.value} that is stored."
    )
