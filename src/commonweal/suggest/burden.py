"""
How many minutes a measure costs a bidder once and a supplier at each return: our own estimate, from two tables.

Nobody has measured these minutes. They make measures comparable, so that somebody who asks for one more sees what it
costs; where a body knows better, it writes its own number over ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """The kind of evidence that a measure asks for, by who has to make it."""

    RECORDS = "records that are kept anyway"
    CONFIRMATION = "a confirmation by somebody else"
    CALCULATION = "a calculation"
    ACCOUNT = "an account in words"
    NOT_NAMED = "not named"


class Count(StrEnum):
    """What is counted, by how it is told apart and added up."""

    PEOPLE = "people"
    TIME = "hours or weeks"
    POUNDS = "pounds"
    MEASURED = "tonnes, miles and other readings"
    SHARE = "a share"
    WORDS = "words"
    OTHER = "other things"


@dataclass(frozen=True, slots=True)
class Burden:
    """Minutes per bid and per return, and what they rest on in words."""

    bid: int
    per_return: int
    because: str = ""


METHOD = 30
"""Minutes of a bid to say how a measure will be delivered, whatever is counted."""
SENSITIVE = 10
"""Minutes more per return where people have to be asked for their consent."""
BID: Mapping[Count, int] = {
    Count.PEOPLE: 20,
    Count.TIME: 10,
    Count.POUNDS: 20,
    Count.MEASURED: 40,
    Count.SHARE: 15,
    Count.WORDS: 30,
    Count.OTHER: 10,
}
"""Minutes of a bid to work out the quantity that is offered."""
COUNTING: Mapping[Count, int] = {
    Count.PEOPLE: 15,
    Count.TIME: 10,
    Count.POUNDS: 15,
    Count.MEASURED: 15,
    Count.SHARE: 15,
    Count.WORDS: 0,
    Count.OTHER: 5,
}
"""Minutes of a return to count."""
PROVING: Mapping[Proof, int] = {
    Proof.RECORDS: 10,
    Proof.CONFIRMATION: 20,
    Proof.CALCULATION: 45,
    Proof.ACCOUNT: 30,
    Proof.NOT_NAMED: 20,
}
"""Minutes of a return to get the evidence together."""
_UNITS: Mapping[str, Count] = {
    **dict.fromkeys(("person", "FTE", "FTE-year"), Count.PEOPLE),
    **dict.fromkeys(("hour", "person-hour", "week"), Count.TIME),
    "GBP": Count.POUNDS,
    **dict.fromkeys(("tCO2e", "tonne", "litre", "m3", "mile", "hectare", "kWh"), Count.MEASURED),
    "percent": Count.SHARE,
    "text": Count.WORDS,
}
_SIGNS: tuple[tuple[Proof, tuple[str, ...]], ...] = (
    (Proof.CALCULATION, ("calculat", "baseline", "meter", "verification")),
    (Proof.CONFIRMATION, ("confirm", "letter", "signed", "statement", "testimon")),
    (Proof.RECORDS, ("payroll", "ledger", "certificate", "record", "register", "invoice", "attestation", "timesheet")),
)
"""Words of an evidence rule that tell its kind; the dearest is looked for first."""


def burden_of(*, evidence: str, unit: str, kind: str = "quantity", sensitive: bool = False) -> Burden:
    """
    Return the minutes that a measure costs per bid and per return.

    :param evidence: the evidence rule in words, from which its kind is told
    :param kind: quantity, money, ratio, narrative and so on; a narrative and a ratio count for what they are
    """
    count, proof = count_of(unit, kind), proof_of(evidence, kind)
    more = SENSITIVE if sensitive else 0
    because = f"Counts {count}; evidence: {proof}{'; people are asked for their consent' if sensitive else ''}."
    return Burden(METHOD + BID[count], COUNTING[count] + PROVING[proof] + more, because)


def count_of(unit: str, kind: str = "quantity") -> Count:
    """Return what a unit counts; one that is not known counts as other things."""
    if kind == "ratio":
        return Count.SHARE
    if kind == "narrative":
        return Count.WORDS
    return _UNITS.get(unit, Count.OTHER)


def proof_of(evidence: str, kind: str = "quantity") -> Proof:
    """Return the kind of an evidence rule, by its words."""
    if kind == "narrative":
        return Proof.ACCOUNT
    said = evidence.casefold()
    found = next((proof for proof, signs in _SIGNS if any(sign in said for sign in signs)), None)
    if found is not None:
        return found
    return Proof.RECORDS if said.strip() else Proof.NOT_NAMED


def total_burden(burdens: Iterable[Burden]) -> Burden:
    """Return the minutes of several measures together."""
    each = list(burdens)
    return Burden(sum(one.bid for one in each), sum(one.per_return for one in each))
