"""
Does an outward postcode of a claim lie in the contract's place? A list of postcodes with its version answers.

The answer is inside, outside, or "the list cannot tell": a district that spreads over a boundary is not guessed. It
is shown to the verifier and decides nothing.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import commonweal_data
from commonweal import errors
from commonweal.places import Gazetteer, Share
from commonweal_web.delivery.models import Claim, PlaceTest

ZERO = Decimal(0)


@functools.cache
def gazetteer() -> Gazetteer:
    """Return the places of the data package, read once."""
    return Gazetteer()


def boundary_version() -> str:
    """Return the name of the list that answers, as each answer keeps it."""
    return f"postcode districts of the data package {commonweal_data.__version__}"


def inside(outcode: str, place: str) -> bool | None:
    """Return whether a postcode district lies in a place; None where it spreads over its boundary or is not known."""
    try:
        code = gazetteer().place(place).code
    except errors.UnknownCode:
        return None
    shares = gazetteer().authorities_of_district(outcode)
    found = {_lies_in(share, code) for share in shares}
    return found.pop() if len(found) == 1 else None


def _lies_in(share: Share, code: str) -> bool:
    return code in {around.code for around in gazetteer().chain(share.place.code)}


def place_of(claim: Claim) -> str:
    """Return the place that a claim has to lie in: the KPI's, the contract's or the authority's; empty for none."""
    version, contract = claim.kpi_version or claim.kpi.current, claim.ret.contract
    return (version.place if version else "") or contract.place or contract.authority.place


def outcodes(claim: Claim) -> dict[str, Decimal]:
    """Return how much of a claim stands under each outward postcode of its people and spend lines."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for person in claim.people.filter(live=True).exclude(outcode=""):
        found[person.outcode] += person.amount or ZERO
    for line in claim.spend_lines.exclude(outcode=""):
        found[line.outcode] += Decimal(line.pounds_pence) / 100
    return dict(found)


def run(*, claims: Sequence[Claim], by: Any, now: dt.datetime) -> list[PlaceTest]:
    """Test every outward postcode of these claims once per list version, and keep the answers."""
    made = []
    for claim in claims:
        place = place_of(claim)
        if not place:
            continue
        known = set(
            claim.place_tests.filter(place=place, boundary_version=boundary_version()).values_list("outcode", flat=True)
        )
        for outcode, amount in sorted(outcodes(claim).items()):
            if outcode not in known:
                made.append(
                    PlaceTest(
                        claim=claim,
                        outcode=outcode,
                        place=place,
                        boundary_version=boundary_version(),
                        inside=inside(outcode, place),
                        amount=amount,
                        by=by,
                        at=now,
                    )
                )
    return PlaceTest.objects.bulk_create(made)
