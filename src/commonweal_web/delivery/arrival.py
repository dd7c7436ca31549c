"""What is looked at the moment claims arrive: people and invoices claimed twice, and postcodes. It decides nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from commonweal_web.delivery import doubles, place_tests
from commonweal_web.delivery.models import Claim


def look_at(*, claims: Sequence[Claim], by: Any, now: dt.datetime) -> None:
    """
    Refuse people who stand twice, mark what other contracts claim too, and test postcodes.

    :raises Invalid: with the rule's wording
    """
    doubles.refuse_repeats(claims)
    doubles.flag(claims=claims, now=now)
    place_tests.run(claims=claims, by=by, now=now)
