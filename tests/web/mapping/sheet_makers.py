"""A summary of eight metrics told in another framework, and sheets of it, for the tests of sheets."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from commonweal.catalogue import load_catalogue
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.sheet import Filled
from commonweal.reporting.build.mapping_summary import summarise
from commonweal_web.mapping import frozen
from commonweal_web.mapping.models import Frozen, Sheet
from commonweal_web.mapping.sheets import services
from tests.engine.crosswalk import sheets as engine
from tests.web.world import NOON

SV2 = "fx-svm-2025/SV2"
SV4 = "fx-svm-2025/SV4"
STARTS = {"TLG": "9", "TLF": "6", "TLD": "7", "TLE": "5", "": "4"}
"""Apprentices who started, by region: 31 in all."""


@functools.cache
def two_ways() -> str:
    """Return the content of a summary in which the hours could be counted as two things."""
    return frozen.to_text(engine.two_ways())


@functools.cache
def criteria() -> str:
    """Return the content of a summary whose one item is a criterion with a measure as its counterpart."""
    made = engine.summary()
    line = made.line(SV2)
    assert line is not None
    head = replace(line, item=replace(line.item, id="fx-svm-2025/C1", code="C1", kind="criterion", unit=""))
    return frozen.to_text(replace(made, lines=(head,)))


@functools.cache
def content(source: str = "fx-svm-2025", targets: Sequence[str] = ("fx-2025.1",), codes: Sequence[str] = ()) -> str:
    made = summarise(load_catalogue(), load_crosswalk(), source=source, targets=targets, codes=codes, on=NOON.date())
    return frozen.to_text(made)


def frozen_of(
    source: str = "fx-svm-2025", targets: Sequence[str] = ("fx-2025.1",), codes: Sequence[str] = ()
) -> Frozen:
    return kept(content(source, targets, codes))


def kept(text: str) -> Frozen:
    row, _ = Frozen.objects.get_or_create(digest=frozen.digest(text), defaults={"content": text, "made_at": NOON})
    return row


def sheet_of(*args: Any, summary: str = "", **kwargs: Any) -> tuple[Sheet, str]:
    """Make an empty sheet, and return it with its token."""
    row = kept(summary) if summary else frozen_of(*args, **kwargs)
    return services.sheet_make(frozen=row, by=None, now=NOON)


def with_starts(sheet: Sheet, *, weeks: str = "", targets: dict[str, str] | None = None) -> Sheet:
    """Fill in the apprentices who started by region, and the weeks planned for each."""
    wanted = targets or {}
    amounts = {
        region: Filled(
            Decimal(wanted[region]) if region in wanted else None, Decimal(STARTS[region]) if region in STARTS else None
        )
        for region in {*STARTS, *wanted}
    }
    data = {"weeks_per_apprentice": Decimal(weeks)} if weeks else {}
    return services.kpi_fill(
        sheet=sheet, row=SV2, amounts=amounts, data=data, shares={}, by=sheet.owner, now=NOON, shown=None
    )
