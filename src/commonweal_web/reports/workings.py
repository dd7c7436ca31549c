"""The working of one figure as lines: the figure first, below it what it rests on, each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from commonweal.figures import RULES, Book, Figure
from commonweal.reporting import wording
from commonweal.reporting.model import Report

MOST_LINES = 60
EVERY = "All contracts"


def working_context(report: Report, line: str, working: Callable[[str], str], *, whole: str = EVERY) -> dict[str, Any]:
    """
    Return what `reports/working.html` shows of a line: the figure, whether it comes out again, and its lines.

    `whole` is what the report is about, where that is not all contracts.
    """
    entry = report.book[line]
    label = entry.label.replace(EVERY, whole, 1)
    lines = _lines(report.book, line, working)
    lines[0]["label"] = label
    return {
        "title": f"How this figure is worked out: {label}",
        "label": label,
        "entry": entry,
        "amount": wording.amount(entry.value, entry.unit),
        "agrees": report.book.recompute(line) == entry.value,
        "lines": lines,
    }


def _lines(book: Book, line: str, working: Callable[[str], str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    seen: set[str] = set()
    waiting = [(line, 0)]
    while waiting and len(found) < MOST_LINES:
        current, depth = waiting.pop()
        entry = book[current]
        inputs = entry.inputs if isinstance(entry, Figure) and current not in seen else ()
        found.append(
            {
                "label": entry.label,
                "amount": wording.amount(entry.value, entry.unit),
                "depth": min(depth, 5),
                "rule": RULES[entry.rule][1] if isinstance(entry, Figure) else "",
                "note": getattr(entry, "note", ""),
                "origin": getattr(entry, "origin", ""),
                "source": getattr(entry, "source", ""),
                "again": current in seen,
                "href": working(current) if isinstance(entry, Figure) and depth else "",
            }
        )
        seen.add(current)
        waiting.extend((each, depth + 1) for each in reversed(inputs))
    if waiting:
        found.append({"label": f"and {len(waiting)} more: open a line above, or the JSON, for all", "depth": 0})
    return found
