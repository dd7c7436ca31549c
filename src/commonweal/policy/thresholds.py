"""
Procurement thresholds by date, buyer and kind of contract, and whether a contract reaches its threshold.

Where the kind or the day is not known, every threshold that may be the one is compared: only if all agree is there an
answer. A contract worth £8 million is above all of them, whatever it is for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.models import Verified
from commonweal.catalogue.policy_schema import ThresholdPeriodFile, ThresholdsFile
from commonweal.catalogue.strict import Document, read, sentence, validate
from commonweal.policy.conditions import All, Compare, Condition, Judgement, judge
from commonweal.policy.facts import Facts, literal, yes_no
from commonweal.policy.logic import Truth
from commonweal.policy.reading import read_condition

ABOVE = "above_threshold"
NO_THRESHOLD = "the threshold of that day and kind, which the pack does not hold"


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    One amount in pounds, the comparison that says whether a value reaches it, and the days and kind for which it holds.

    `special` is a regime whose thresholds count where the facts say that the contract is under it, and then alone.
    """

    id: str
    label: str
    amount: Decimal
    reached: Compare
    period: Condition
    when: Condition
    verified: Verified
    special: str = ""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The thresholds of a table; `spans` are first and last day of its periods, oldest first."""

    id: str
    rows: tuple[Threshold, ...]
    spans: tuple[tuple[dt.date, dt.date | None], ...]
    checked_on: dt.date


def load_thresholds(path: Path, *, name: str = "") -> Thresholds:
    """
    Read a table of thresholds.

    :raises BadPack: naming file, line and reason: an unknown fact or source, or periods that overlap or leave a gap
    """
    document = read(path, name=name or path.name)
    file = validate(document, ThresholdsFile)
    if file is not None:
        rows = [row for at, one in enumerate(file.periods) for row in _rows(document, file, one, at)]
        _check(document, file)
        if not document.problems:
            spans = tuple((one.from_, one.until) for one in file.periods)
            return Thresholds(file.id, tuple(rows), spans, file.checked_on)
    raise errors.BadPack("\n".join(sentence(problem) for problem in document.problems))


def with_threshold(facts: Facts, thresholds: Thresholds) -> Facts:
    """
    Return `facts` with the answer whether the contract reaches its procurement threshold, if that can be told.

    Where it cannot, the facts that are missing stand behind the open answer. What is there already is kept.
    """
    if facts.get(ABOVE) is not None:
        return facts
    open_rows = _open_rows(facts, thresholds)
    within = judge(_span(thresholds), facts)
    answers = {reached.truth for _, _, reached in open_rows}
    if answers not in ({Truth.TRUE}, {Truth.FALSE}) or within.truth is not Truth.TRUE:
        missing = [name for _, row, reached in open_rows for name in (*row.missing, *reached.missing)]
        known = within.missing or (missing if within.truth is Truth.TRUE else [])
        behind = tuple(dict.fromkeys(known)) or (NO_THRESHOLD,)
        return Facts(facts.known, {**facts.behind, ABOVE: behind}, facts.doubtful)
    rows = [row for row, _, _ in open_rows]
    fact = yes_no(ABOVE, answers == {Truth.TRUE}, f"compared with {_named(rows)}")
    shaky = any(row.verified is Verified.FALSE for row in rows)
    doubtful = facts.doubtful | {ABOVE} if shaky else facts.doubtful
    return Facts({**facts.known, ABOVE: fact}, facts.behind, doubtful)


def _open_rows(facts: Facts, thresholds: Thresholds) -> list[tuple[Threshold, Judgement, Judgement]]:
    """Each row that may hold, with whether it does and whether the value reaches it."""
    held: dict[Condition, Judgement] = {}
    found = []
    for row in _rows_for(facts, thresholds):
        days = held.get(row.period) or held.setdefault(row.period, judge(row.period, facts))
        if days.truth is not Truth.FALSE:
            holds = judge(row.when, facts)
            if holds.truth is not Truth.FALSE:
                found.append((row, holds, judge(row.reached, facts)))
    return found


def _rows_for(facts: Facts, thresholds: Thresholds) -> list[Threshold]:
    """The rows of the special regime that the contract is said to be under, or else the ordinary ones."""
    known = {name: facts.get(name) for name in ("defence_security", "utilities")}
    stated = [name for name, fact in known.items() if fact is not None and fact.value == frozenset({"yes"})]
    return [row for row in thresholds.rows if (row.special in stated if stated else not row.special)]


def _named(rows: Sequence[Threshold]) -> str:
    amounts = sorted(row.amount for row in rows)
    if len(rows) == 1:
        return f"{rows[0].label}: {literal(amounts[0])}"
    return f"all {len(rows)} thresholds that may hold, {literal(amounts[0])} to {literal(amounts[-1])}"


def _span(thresholds: Thresholds) -> Condition:
    first, last = thresholds.spans[0][0], thresholds.spans[-1][1]
    parts = [Compare("commenced", "gte", first)]
    return All((*parts, Compare("commenced", "lte", last)) if last else tuple(parts))


def _rows(document: Document, file: ThresholdsFile, period: ThresholdPeriodFile, at: int) -> list[Threshold]:
    field = "value_including_vat" if period.vat == "included" else "value_excluding_vat"
    dates = [Compare("commenced", "gte", period.from_)]
    dates += [Compare("commenced", "lte", period.until)] if period.until else []
    rows = []
    for index, one in enumerate(period.amounts):
        when = read_condition(document, one.when, ("periods", at, "amounts", index, "when"))
        name, trust = f"{file.id}.{period.from_}.{one.id}", one.verified or period.verified
        reached = Compare(field, "gte", one.amount)
        rows.append(Threshold(name, one.label, one.amount, reached, All(tuple(dates)), when, trust, one.special))
    return rows


def _check(document: Document, file: ThresholdsFile) -> None:
    for at, period in enumerate(file.periods):
        if period.source not in file.sources:
            found = f'the period from {period.from_} cites "{period.source}", which is not listed.'
            document.report("unknown_reference", ("periods", at, "source"), found, "List the source, or correct it.")
    for at, (one, other) in enumerate(pairwise(file.periods), 1):
        if one.until is None or (other.from_ - one.until).days != 1:
            found = f"the period from {other.from_} does not begin on the day after the one before ends."
            document.report("overlap", ("periods", at, "from"), found, "Put the oldest first, without gap or overlap.")
