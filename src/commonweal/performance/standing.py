"""Where a KPI stands: verified against due, red, amber or green, and the statutory rating that this suggests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from commonweal.performance.targets import ZERO, share_of
from commonweal.quantities import HUNDRED, plain


class Reported(StrEnum):
    """What is known of one KPI and period. None of these is a zero in a total."""

    NOT_DUE = "not due"
    MISSING = "missing"
    NIL = "nil declared"
    CLAIMED = "claimed"


class Rag(StrEnum):
    """The colour of a KPI; always shown with its word."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NOT_DUE = "not due"


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Verified against due to date. `percent` has two decimals and is None where it cannot be said.

    `words` says it without colour, such as "93.75% of what was due" or "not due, 1 ahead". `kept` is the amount that
    was compared with the edges: `verified`, or for a limit what is left of it after the excess is taken off.
    """

    rag: Rag
    verified: Decimal
    due: Decimal
    percent: Decimal | None
    words: str
    kept: Decimal


class Rating(StrEnum):
    """The five levels of regulation 39 of the Procurement Regulations 2024 (SI 2024/692)."""

    GOOD = "good"
    APPROACHING_TARGET = "approaching_target"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RatingBands:
    """
    The contract's own lower edges, in per cent of what was due, each belonging to the better level.

    Without `requires_improvement` the contract draws no line to inadequate, and none is suggested.
    """

    good: Decimal
    approaching_target: Decimal
    requires_improvement: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SuggestedRating:
    """A suggestion with its reason. An officer decides and signs."""

    rating: Rating
    reason: str
    note: str = "suggestion only"


def reported(*, target: Decimal, due_on: dt.date, as_at: dt.date, received: bool, nil: bool = False) -> Reported:
    """
    Return what is known of a period on `as_at`, when its return was due on `due_on` for a target of `target`.

    A nil is a declaration and stands even where nothing was due; silence counts as missing from the day after the
    due date, and only where something was owed.
    """
    if nil:
        return Reported.NIL
    if received:
        return Reported.CLAIMED
    return Reported.MISSING if target > 0 and as_at > due_on else Reported.NOT_DUE


def rag(
    *,
    verified: Decimal,
    due: Decimal,
    green: Decimal,
    amber: Decimal,
    better: str = "up",
    state: Reported | None = None,
    reason: str = "",
) -> Standing:
    """
    Compare what was verified with what was due to date, never with the whole-life promise.

    `green` and `amber` are the contract's lower edges in per cent of what was due; an edge belongs to the better
    colour and is compared unrounded. For `better` "down", `due` is a limit: what stays within it is green, and
    each per cent above it counts like a per cent missing. Nothing due is never red: a KPI without a target to date
    is not due, and what came early is said in words. A `state` of nil or missing, with its `reason`, is added.
    """
    if better == "down":
        return _against_limit(verified, due, green, amber)
    if due <= 0:
        ahead = f", {plain(verified)} ahead" if verified > 0 else ""
        return Standing(Rag.NOT_DUE, verified, due, None, f"not due{ahead}", verified)
    share = share_of(verified, due)
    words = _noted(f"{plain(share)}% of what was due", verified, state, reason)
    return Standing(_colour(verified, due, green, amber), verified, due, share, words, verified)


def suggest_rating(*, standing: Standing, bands: RatingBands | None) -> SuggestedRating:
    """
    Suggest one of the five statutory levels from the contract's own bands, with the reason in words.

    Where the contract has no bands or nothing was due, "other" is suggested and the reason says so.
    Source: Procurement Act 2023, section 71; Procurement Regulations 2024, regulation 39.
    """
    if standing.percent is None:
        return SuggestedRating(Rating.OTHER, f"Nothing to rate yet: {standing.words}.")
    if bands is None:
        return SuggestedRating(Rating.OTHER, f"{standing.words}, but the contract sets no bands for a rating.")
    reached, edge = _band(standing, bands)
    return SuggestedRating(reached, f"{standing.words}: {edge}.")


def _band(standing: Standing, bands: RatingBands) -> tuple[Rating, str]:
    kept, due = standing.kept * HUNDRED, standing.due
    for level, edge in ((Rating.GOOD, bands.good), (Rating.APPROACHING_TARGET, bands.approaching_target)):
        if kept >= due * edge:
            return level, f"the contract calls {plain(edge)}% or more {_in_words(level)}"
    if bands.requires_improvement is None:
        floor = plain(bands.approaching_target)
        return Rating.REQUIRES_IMPROVEMENT, f"below {floor}%, and the contract draws no line to inadequate"
    floor = plain(bands.requires_improvement)
    if kept >= due * bands.requires_improvement:
        return Rating.REQUIRES_IMPROVEMENT, f"the contract calls {floor}% or more requires improvement"
    return Rating.INADEQUATE, f"the contract calls less than {floor}% inadequate"


def _in_words(level: Rating) -> str:
    return level.value.replace("_", " ")


def _colour(kept: Decimal, due: Decimal, green: Decimal, amber: Decimal) -> Rag:
    if kept * HUNDRED >= due * green:
        return Rag.GREEN
    return Rag.AMBER if kept * HUNDRED >= due * amber else Rag.RED


def _against_limit(verified: Decimal, limit: Decimal, green: Decimal, amber: Decimal) -> Standing:
    if limit <= 0:
        colour = Rag.GREEN if verified <= limit else Rag.RED
        words = f"{plain(verified)} against a limit of {plain(limit)}"
        return Standing(colour, verified, limit, None, words, verified)
    share = share_of(verified, limit)
    kept = min(limit, max(ZERO, 2 * limit - verified))
    words = f"{plain(share)}% of the limit"
    return Standing(_colour(kept, limit, green, amber), verified, limit, share, words, kept)


def _noted(words: str, verified: Decimal, state: Reported | None, reason: str) -> str:
    if state is Reported.NIL and verified == 0:
        return f"{words}; nil, {'reason given' if reason else 'no reason given'}"
    return f"{words}; no return" if state is Reported.MISSING else words
