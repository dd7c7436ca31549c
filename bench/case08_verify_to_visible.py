"""
Case 8: one verified claim, visible in every total at commit, against writing its line alone.

Both are durable: each act is a transaction of its own. Before any clock is read a thousand acts drawn at random are
posted, and the balances must equal those worked out again from the movements.
"""

from __future__ import annotations

import itertools
import random
from decimal import Decimal

from bench import service
from bench.harness import Bar, Candidate, Case, DifferentAnswer

ACTS, RANDOM_ACTS = 50, 1_000


class Acts:
    """Claims that wait, one after another; each act takes the next."""

    def __init__(self) -> None:
        from commonweal_web.delivery.models import Claim, Movement
        from commonweal_web.organisations.models import User

        decided = Movement.objects.filter(source="pending").values("claim")
        waiting = Claim.objects.exclude(pk__in=decided).select_related("kpi", "kpi_version__kpi", "ret__contract")
        self.waiting = itertools.cycle(list(waiting.order_by("pk")[: 20 * ACTS + RANDOM_ACTS]))
        self.elsewhere = itertools.cycle(list(waiting.order_by("-pk")[: 20 * ACTS]))
        """Claims far from the others, so that the bare lines of a former run disturb no comparison."""
        self.by = User.objects.get(email="verifier@bench.example")
        self.draw = random.Random(7)

    def through_the_ledger(self) -> int:
        """The product: movement, balances of the KPI and of the body, under the KPI's lock."""
        from commonweal.ledger import Account
        from commonweal_web.delivery import ledger

        for _ in range(ACTS):
            moves = [(Account.PENDING, Account.VERIFIED, Decimal("0.000001"))]
            ledger.decide(claim=next(self.waiting), moves=moves, decision=None, by=self.by, role="CM", now=service.AT)
        return ACTS

    def line_only(self) -> int:
        """One row, by the same models, and nothing that shows it."""
        from commonweal_web.delivery.models import Movement

        for _ in range(ACTS):
            claim = next(self.elsewhere)
            Movement.objects.create(
                contract_id=claim.kpi.contract_id, kpi=claim.kpi, kpi_version=claim.kpi_version, claim=None,
                period_starts=claim.ret.starts, period_ends=claim.ret.ends, source="outside", target="promised",
                amount=0, pence=0, by=self.by, role="CM", at=service.AT, body_slot="bench",
            )  # fmt: skip
        return ACTS

    def at_random(self) -> None:
        """Post acts of every kind, then compare every balance with its movements."""
        from commonweal.ledger import Account
        from commonweal_web.core.errors import Refused
        from commonweal_web.delivery import ledger
        from commonweal_web.delivery.ledger_check import rebuild_and_compare

        ways = (Account.VERIFIED, Account.REJECTED, Account.DISPUTED, Account.WITHDRAWN)
        touched = set()
        for _ in range(RANDOM_ACTS):
            claim = next(self.waiting)
            touched.add(claim.kpi.contract_id)
            amount = Decimal(self.draw.randrange(1, 2_000_000)) / 1_000_000
            move = (Account.PENDING, self.draw.choice(ways), amount)
            try:
                ledger.decide(claim=claim, moves=[move], decision=None, by=self.by, role="CM", now=service.AT)
            except Refused:
                continue
        if drift := rebuild_and_compare(contract_ids=sorted(touched)):
            raise DifferentAnswer(f"{len(drift)} balances drifted, the first: {drift[0]}")


def cases() -> list[Case]:
    kind = service.made()
    acts = Acts()
    acts.at_random()
    return [
        Case(
            number="8",
            title=f"verify to visible, {kind}",
            items=ACTS,
            unit="act",
            product=Candidate("through the ledger", acts.through_the_ledger),
            peers=(Candidate("line only", acts.line_only),),
            bars=(Bar("line only", 5),),
            on_the_wall=True,
            note=f"{RANDOM_ACTS:,} acts at random before the clock: every balance equals its movements.",
        )
    ]
