"""What a unit was worth over time, drawn as steps: a value holds until the next one. Its numbers stand beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonweal.reporting.wording import pounds

TEAL, LINE, INK = "#0a4f4c", "#505a5f", "#0b0c0c"
HEIGHT, TOP, BOTTOM, LEFT = 220, 34, 176, 4
WIDTHS = (("wide", 720), ("narrow", 300))
LETTER = 8


@dataclass(frozen=True, slots=True)
class Point:
    """A value in force from a day on."""

    start: dt.date
    value: Decimal


def steps(points: Sequence[Point], *, until: dt.date, words: str) -> SafeString:
    """
    Return the drawing of values in the order of their days, wide and narrow; nothing for fewer than two.

    The last value is drawn on to `until`. `words` say what it shows to who does not see it.
    """
    if len(points) < 2:
        return SafeString("")
    drawn = ((name, _drawn(points, max(until, points[-1].start), width, words)) for name, width in WIDTHS)
    return format_html_join("", '<div class="cw-worth cw-worth--{}">{}</div>', drawn)


def _drawn(points: Sequence[Point], until: dt.date, width: int, words: str) -> SafeString:
    days = max((until - points[0].start).days, 1)
    room, most = width - 2 * LEFT, max(point.value for point in points) or Decimal(1)
    across = [LEFT + (point.start - points[0].start).days * room // days for point in points]
    up = [BOTTOM - int(point.value * (BOTTOM - TOP) / most) for point in points]
    path = f"M{across[0]} {up[0]}" + "".join(f"H{x}V{y}" for x, y in zip(across[1:], up[1:], strict=True))
    marks = format_html_join(
        "", '<circle cx="{}" cy="{}" r="4" fill="{}"></circle>', ((x, y, TEAL) for x, y in zip(across, up, strict=True))
    )
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">'
        '<path d="M0 {}H{}" stroke="{}"></path>'
        '<path d="{}H{}" fill="none" stroke="{}" stroke-width="3"></path>{}{}</svg>',
        width, HEIGHT, words, BOTTOM, width, LINE, path, width - LEFT, TEAL, marks, _texts(points, across, up, width),
    )  # fmt: skip


def _texts(points: Sequence[Point], across: Sequence[int], up: Sequence[int], width: int) -> SafeString:
    """The value above each step and its day below the line, where they do not run into the text before them."""
    rows, free = [], {True: -1, False: -1}
    for point, x, y in zip(points, across, up, strict=True):
        for text, at, above in (
            (pounds(point.value, None), y - 10, True),
            (f"{point.start:%b %Y}", BOTTOM + 24, False),
        ):
            length = len(text) * LETTER
            place = max(0, min(x, width - length))
            if place > free[above]:
                free[above] = place + length
                rows.append((place, at, INK, "700" if above else "400", text))
    return format_html_join("", '<text x="{}" y="{}" fill="{}" font-size="16" font-weight="{}">{}</text>', rows)
