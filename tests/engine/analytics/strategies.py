"""Random rows of a snapshot: few names, so that groups meet; edges of days, signs and sizes."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import strategies as st

from commonweal.analytics.rollups import WHOLE, Weight, Weights
from commonweal.analytics.rows import Row, Tariff

DAYS = [dt.date(2026, 1, 1), dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 7, 1), dt.date(2027, 3, 31)]
NAMES = st.sampled_from(["", "A", "B", "Ä", 'a "quoted", name', "line\nbreak"])
MEASURES = st.sampled_from(["M1", "M2", "M3"])
STEPS = [(0, 1), (0, 5), (5, 6), (6, 5), (5, 7), (5, 8), (8, 6), (1, 2), (9, 5)]
EDGES = [0, 1, 49, 50, 51, 5, 15, 25, 333, 10**12]


def amounts() -> st.SearchStrategy[int]:
    """Whole numbers with edges, of both signs."""
    return st.one_of(st.sampled_from(EDGES), st.integers(-(10**12), 10**12))


@st.composite
def rows(draw: st.DrawFn, number: int) -> Row:
    """One row; nothing says that its ledger is sound."""
    day = draw(st.none() | st.sampled_from(DAYS))
    source, target = draw(st.sampled_from(STEPS))
    return Row(
        number=number, movement=f"m{number}", corrects="", body=draw(st.sampled_from(["", "Ä"])),
        contract=draw(st.sampled_from(["", "B"])), kpi="K",
        claim=draw(st.sampled_from(["", "1"])), framework=draw(st.sampled_from(["F", "G"])), measure=draw(MEASURES),
        theme=draw(NAMES), outcome=draw(NAMES), supplier=draw(NAMES), category="", place=draw(NAMES),
        region=draw(NAMES), cohort=draw(NAMES), started=draw(st.none() | st.sampled_from(DAYS)), day=day,
        source=source, target=target, amount=draw(amounts()), denominator=draw(st.sampled_from([0, 0, 7])),
        pence=draw(st.none() | amounts()), priced_by=draw(st.sampled_from(["T1", "T2", "none"])),
        kept=draw(st.sampled_from([10**8, 5 * 10**7, 28330305, 0])), priced=draw(st.integers(0, 4)),
    )  # fmt: skip


@st.composite
def many_rows(draw: st.DrawFn) -> list[Row]:
    """Up to twelve rows, numbered."""
    return [draw(rows(number)) for number in range(1, draw(st.integers(1, 12)) + 1)]


@st.composite
def tariffs(draw: st.DrawFn) -> list[Tariff]:
    """Values of two tariffs over spans that meet, or leave a gap, on the days that rows have."""
    found = []
    for name in ("T1", "T2"):
        edges = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=2)))
        spans = list(pairwise(edges))
        kept = draw(st.lists(st.sampled_from(spans), unique=True))
        found += [Tariff(name, first, after, draw(amounts())) for first, after in sorted(kept)]
    return found


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Weights of some measures to some targets; equal shares are likely."""
    found = []
    for source in draw(st.sets(MEASURES)):
        targets = sorted(draw(st.sets(st.sampled_from(["X", "Y", "Z"]), min_size=1)))
        cuts = sorted(draw(st.sets(st.sampled_from([1, 3333, 5000, 6667, 9999]), min_size=2, max_size=2)))
        edges = [0, *cuts[: len(targets) - 1], WHOLE]
        found += [Weight("F", source, t, b - a) for t, (a, b) in zip(targets, pairwise(edges), strict=False)]
    return Weights(tuple(found))
