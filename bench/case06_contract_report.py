"""
Case 6: where one contract stands: pending, verified and rejected pence of each KPI, for fifty contracts in turn.

The product reads its balances through the service's models; the peer adds the movements up in SQL on the same database.
The whole document with every figure's working is measured beside them, without a bar: it is what a page shows.
"""

from __future__ import annotations

from collections import defaultdict

from bench import service
from bench.harness import Bar, Candidate, Case

MANY = 50
SHOWN = ("pending", "verified", "rejected")
Answer = dict[str, dict[str, int]]


def balances(contracts: list[int]) -> list[Answer]:
    """The product: one query for each contract, whatever it holds."""
    from django.db.models import Sum

    from commonweal_web.delivery.models import Balance

    found = []
    for contract in contracts:
        answer: Answer = defaultdict(lambda: dict.fromkeys(SHOWN, 0))
        rows = Balance.objects.filter(contract=contract, account__in=SHOWN).values_list("kpi__ref", "account")
        for ref, account, pence in rows.annotate(total=Sum("pence")).order_by():
            answer[ref][account] = int(pence)
        found.append(dict(answer))
    return found


def bare_sql(contracts: list[int]) -> list[Answer]:
    """One statement over the movements, through the driver alone."""
    from django.db import connection

    connection.ensure_connection()
    found = []
    mark = "%s" if connection.vendor == "postgresql" else "?"
    sql = (
        "SELECT k.ref, a.account, sum(a.pence) FROM ("
        f"SELECT kpi_id, target AS account, pence FROM delivery_movement WHERE contract_id = {mark} UNION ALL "
        f"SELECT kpi_id, source, -pence FROM delivery_movement WHERE contract_id = {mark}"
        ") a JOIN contracts_kpi k ON k.id = a.kpi_id "
        "WHERE a.account IN ('pending', 'verified', 'rejected') GROUP BY k.ref, a.account"
    )
    for contract in contracts:
        answer: Answer = defaultdict(lambda: dict.fromkeys(SHOWN, 0))
        cursor = connection.connection.cursor()
        cursor.execute(sql, (contract, contract))
        for ref, account, pence in cursor.fetchall():
            answer[ref][account] = int(pence)
        found.append(dict(answer))
    return found


def whole_document(contracts: list[int]) -> list[Answer]:
    """The engine's one-pager with the working of every figure: what the page of a contract is made of."""
    from commonweal_web.contracts.models import Contract
    from commonweal_web.reports import documents

    found = []
    for contract in Contract.objects.filter(pk__in=contracts).select_related("authority", "directorate").order_by("pk"):
        assembly = documents.standings([contract], as_at=service.DAY)
        answer: Answer = {}
        for standing in assembly.standings:
            worth = {state: standing.worth(state) for state in SHOWN}
            answer[standing.kpi.ref] = {state: int((pounds or 0) * 100) for state, pounds in worth.items()}
        found.append(answer)
    return found


def cases() -> list[Case]:
    kind = service.made()
    from commonweal_web.contracts.models import Contract

    contracts = list(Contract.objects.order_by("pk").values_list("pk", flat=True)[:MANY])
    return [
        Case(
            number="6",
            title=f"where a contract stands, {kind}",
            items=len(contracts),
            unit="contract",
            product=Candidate("balances", lambda: balances(contracts)),
            peers=(
                Candidate("bare SQL over movements", lambda: bare_sql(contracts)),
                Candidate("whole document", lambda: whole_document(contracts)),
            ),
            bars=(Bar("bare SQL over movements", 3),),
        )
    ]
