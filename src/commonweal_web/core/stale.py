"""
A form that comes back because somebody else changed the record: what was typed stays in it, beside what it says now.

The form takes the newest version with it, so that sending it again is a decision made with both in sight.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from commonweal.quantities import plain
from commonweal_web.core.forms import PageForm
from commonweal_web.core.http import status_of
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day

CONFLICT = 409
Facts = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What was typed and what the record says now, where they are not the same; `facts` were never typed."""

    table: Table


def beside(form: PageForm, now: Mapping[str, Any], facts: Facts = ()) -> Conflict:
    """Return what a valid form says beside `now`, what the record has of the same; `facts` are more of the record."""
    rows = [[Cell(label), Cell("–"), Cell(words)] for label, words in facts if words]
    for name, field in form.fields.items():
        if name not in now or isinstance(field.widget, forms.HiddenInput):
            continue
        typed, there = _words(field, form.cleaned_data.get(name)), _words(field, now[name])
        if typed != there:
            rows.append([Cell(str(field.label)), Cell(typed or "–"), Cell(there or "–")])
    return conflict_of(rows)


def conflict_of(rows: Sequence[Sequence[Cell]], *, typed: str = "What you typed") -> Conflict:
    """Return the table of both, from rows of an entry, what was sent of it, and what it says now."""
    columns = (Column("Entry"), Column(typed), Column("What it says now"))
    empty = "What you sent is what it says now."
    return Conflict(Table(f"{typed}, and what it says now", columns, list(rows), empty=empty))


def renewed(data: QueryDict, version: int) -> QueryDict:
    """Return what was sent, with the version that is there now."""
    again = data.copy()
    again["version"] = str(version)
    return again


def status(form: PageForm, conflict: Conflict | None) -> int:
    """Return 409 for a page with both, else what the form says."""
    return CONFLICT if conflict else status_of(form)


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField) and isinstance(value, int):
        value = field.queryset.filter(pk=value).first()  # type: ignore[union-attr]  # it has one
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dt.date):
        return str(day(value))
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value or ""))  # type: ignore[arg-type]
    return "" if value is None else str(value)
