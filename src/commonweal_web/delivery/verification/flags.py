"""
What asks for a closer look at a claim. The weights stand in one table; a flag never decides.

Each flag is a plain function of `Facts` that the queue and the claim page gather once for all claims.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal_web.delivery.models import Claim, ClaimState

ZERO = Decimal(0)
MUCH_MORE = Decimal("1.25")


@dataclass(slots=True)
class Facts:
    """What is known about one claim when its flags are worked out."""

    claim: Claim
    last: Decimal | None = None
    target: Decimal | None = None
    evidence: int = 0
    usable: int = 0
    doubles: int = 0
    outside: int = 0
    unknown_place: int = 0
    beneficiary: str = ""
    disputed: Decimal = ZERO
    verified_before: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: its words, what it adds to the order of the queue, and when it stands."""

    code: str
    words: str
    weight: int
    stands: Callable[[Facts], bool]


FLAGS: tuple[Flag, ...] = (
    Flag("double", "Possible double claim", 40, lambda f: f.doubles > 0),
    Flag("disputed", "Dispute to settle", 30, lambda f: f.disputed > 0),
    Flag("no_evidence", "No evidence", 25, lambda f: not f.evidence and not f.claim.nil),
    Flag("beneficiary", "Beneficiary says another figure", 25, lambda f: f.beneficiary in ("corrected", "denied")),
    Flag("outside", "A postcode lies outside the place", 20, lambda f: f.outside > 0),
    Flag("above_last", "More than a quarter above the last period", 15, lambda f: _above(f, f.last)),
    Flag("above_target", "More than a quarter above the target", 15, lambda f: _above(f, f.target)),
    Flag("not_scanned", "Evidence waits for the virus check", 10, lambda f: f.usable < f.evidence),
    Flag("first", "First claim under this KPI", 10, lambda f: f.last is None and not f.claim.nil),
    Flag("place_unknown", "Place of a postcode cannot be told", 5, lambda f: f.unknown_place > 0),
    Flag("revised", "Corrected by the supplier", 5, lambda f: f.claim.revision > 1),
    Flag("late", "Return came late", 5, lambda f: _late(f.claim)),
    Flag("asked", "Waiting for the supplier's answer", -30, lambda f: f.claim.state == ClaimState.ASKED),
)
"""The one table of risk; a weight of 10 counts like ten days of waiting."""


def of(facts: Facts) -> list[Flag]:
    """Return the flags that stand for a claim, heaviest first."""
    return sorted((flag for flag in FLAGS if flag.stands(facts)), key=lambda flag: -flag.weight)


def points(facts: Facts, *, days: int, pence: int) -> int:
    """Return where a claim stands in the queue: a point a day, one per £1,000 up to 60, and the flags' weights."""
    return days + min(pence // 100_000, 60) + sum(flag.weight for flag in of(facts))


def _above(facts: Facts, measured: Decimal | None) -> bool:
    if facts.claim.denominator:
        return False  # the part of a share says little beside another period's part, or beside a share
    return bool(measured and facts.claim.amount and facts.claim.amount > measured * MUCH_MORE)


def _late(claim: Claim) -> bool:
    first = claim.ret.first_received_at
    return bool(first and first.date() > claim.ret.due)
