"""Small drawings that repeat what words beside them say: no script, no style, made in no time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonweal.periods import day_in_words

TEAL, PALE, GREY, DARK = "#0a4f4c", "#8fb8b4", "#ffffff", "#0b0c0c"
WIDTH = 200


def due_bar(*, due: int, verified: int, pending: int) -> SafeString:
    """Return a bar of what was due: verified, then pending, then what is short; its words are said beside it."""
    if due <= 0:
        return SafeString("")
    first = min(verified, due) * WIDTH // due
    second = min(pending, due - min(verified, due)) * WIDTH // due
    return format_html(
        '<svg class="cw-bar" viewBox="0 0 {} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="{}" height="10" fill="{}"></rect><rect width="{}" height="10" fill="{}"></rect>'
        '<rect x="{}" width="{}" height="10" fill="{}"></rect></svg>',
        WIDTH, WIDTH, GREY, first, TEAL, first, second, PALE,
    )  # fmt: skip


def time_bar(*, starts: dt.date, ends: dt.date, today: dt.date, breaks: Sequence[tuple[dt.date, str]]) -> SafeString:
    """Return a thin bar of a contract's time: what has gone, today, and a mark for each break point."""
    whole = max((ends - starts).days, 1)

    def at(day: dt.date) -> int:
        return min(max((day - starts).days, 0), whole) * 1000 // whole

    marks = format_html_join(
        "",
        '<rect x="{}" width="4" height="14" fill="{}"><title>{}</title></rect>',
        ((min(at(day), 996), DARK, f"{words}, {day_in_words(day)}") for day, words in breaks if starts <= day <= ends),
    )
    return format_html(
        '<svg class="cw-time" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect y="4" width="1000" height="6" fill="#d7e3e1"></rect><rect y="4" width="{}" height="6" fill="{}"></rect>'
        "{}</svg>",
        at(today), TEAL, marks,
    )  # fmt: skip


def with_words(drawing: SafeString, words: str) -> SafeString:
    """Return a drawing with the words that it repeats."""
    return format_html('{}<span class="cw-cell__hint">{}</span>', drawing, words)
