"""Case 7: a body's dashboard by directorate and account, from balances, against adding all movements up."""

from __future__ import annotations

from bench import service
from bench.harness import Bar, Candidate, Case

Answer = list[tuple[int, str, int]]


def from_balances() -> Answer:
    """The product: what a dashboard reads."""
    from django.db.models import Sum

    from commonweal_web.delivery.models import BodyBalance

    rows = BodyBalance.objects.exclude(account__in=["outside", "promised"]).values_list("directorate_id", "account")
    found = rows.annotate(total=Sum("pence")).order_by("directorate_id", "account")
    return [(directorate, account, int(pence)) for directorate, account, pence in found]


def live() -> Answer:
    """The same from the movements, by hand."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.directorate_id, a.account, sum(a.pence) FROM ("
            "SELECT contract_id, target AS account, pence FROM delivery_movement UNION ALL "
            "SELECT contract_id, source, -pence FROM delivery_movement"
            ") a JOIN contracts_contract c ON c.id = a.contract_id WHERE a.account NOT IN ('outside', 'promised') "
            "GROUP BY c.directorate_id, a.account ORDER BY c.directorate_id, a.account"
        )
        return [(directorate, account, int(pence)) for directorate, account, pence in cursor.fetchall()]


def cases() -> list[Case]:
    kind = service.made()
    from commonweal_web.delivery.models import Movement

    return [
        Case(
            number="7",
            title=f"a body's dashboard, {kind}",
            items=Movement.objects.count(),
            unit="movement",
            product=Candidate("balances", from_balances),
            peers=(Candidate("live aggregate", live),),
            bars=(Bar("live aggregate", 0.1),),
            on_the_wall=True,
        )
    ]
