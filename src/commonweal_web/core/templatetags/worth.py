"""
Numbers, dates and states as every page writes them: the engine's own wording, so that page, PDF and sheet agree.

A filter takes `None` and returns a dash, because "nothing" is not a number zero.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonweal.reporting import wording
from commonweal_web.core.clock import LONDON

register = template.Library()

NOTHING = wording.NOTHING
MILLION = 100_000_000
RAG_WORDS = {"green": "Green", "amber": "Amber", "red": "Red"}


@register.filter
def pounds(pence: Any) -> str:
    """123456 pence as £1,234.56."""
    return NOTHING if pence is None or pence == "" else wording.pounds(Decimal(pence) / 100)


@register.filter
def pounds_short(pence: Any) -> str:
    """Whole pounds, half up; from a million on £1.25 million."""
    if pence is None or pence == "":
        return NOTHING
    if abs(pence) >= MILLION:
        millions = (Decimal(pence) / MILLION).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return f"{wording.pounds(millions.normalize(), None)} million"
    return wording.pounds(Decimal(pence) / 100, 0)


@register.filter
def plain(value: Decimal | int | None) -> str:
    """12500.500000 as 12,500.5."""
    return NOTHING if value is None or value == "" else wording.number(Decimal(value))


@register.filter
def quantity(value: Decimal | int | None, unit: str = "") -> str:
    """A number with its unit in the right form: 1 hour, 2 hours, £250.00."""
    return NOTHING if value is None or value == "" else wording.amount(Decimal(value), unit)


@register.filter
def percent(value: Decimal | None) -> str:
    """93.75 as 93.8 %, with one decimal at most; say beside it what it is a part of."""
    if value is None or value == "":
        return NOTHING
    rounded = Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return wording.percent(rounded)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """4 November 2026, in London."""
    if not value:
        return NOTHING
    if isinstance(value, dt.datetime):
        value = value.astimezone(LONDON).date()
    return wording.day(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """4 November 2026 at 9:05am, in London."""
    if not value:
        return NOTHING
    local = value.astimezone(LONDON)
    hour = f"{local:%I}".lstrip("0")
    return f"{wording.day(local.date())} at {hour}:{local:%M}{f'{local:%p}'.lower()}"


@register.filter
def iso(value: dt.date | dt.datetime | None) -> str:
    """For the datetime attribute of <time>."""
    return value.isoformat() if value else ""


@register.filter
def unit_words(value: Decimal | int | None, unit: str) -> str:
    """The unit after a number: hour or hours."""
    return wording.unit_words(Decimal(value or 0), unit)


@register.filter
def state_word(state: Any) -> SafeString | str:
    """Symbol and word of a state of the ledger; colour only repeats the word."""
    known = wording.state_called(str(getattr(state, "value", state) or ""))
    if known is None:
        return str(state or NOTHING)
    return format_html(
        '<span class="cw-state cw-state--{}"><span class="cw-symbol" aria-hidden="true">{}</span> {}</span>',
        wording.tone(known),
        wording.SYMBOLS[known],
        known.value,
    )


@register.filter
def rag_word(rating: Any, detail: str = "") -> SafeString | str:
    """Symbol and words of a rating: ▲ Green: on or above target."""
    colour = str(getattr(rating, "value", rating) or "").strip().lower()
    if colour not in wording.RAG_SYMBOLS:
        return str(rating or NOTHING)
    words = f"{RAG_WORDS[colour]}: {detail}" if detail else RAG_WORDS[colour]
    return format_html(
        '<span class="cw-rag cw-rag--{}"><span class="cw-symbol" aria-hidden="true">{}</span> {}</span>',
        colour,
        wording.RAG_SYMBOLS[colour],
        words,
    )
