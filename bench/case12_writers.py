"""
Case 12: 1, 4 and 16 writers at once, each act durable and in a transaction of its own; no act may be refused.

The product verifies claims through the ledger, the peer writes one row and changes one balance through the driver
alone, under the same pragmas or the same server. Writers are threads of one process with a connection each.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from bench import service
from bench.harness import Bar, Candidate, Case

ACTS = 96


def _by_threads(writers: int, act: Callable[[int, int], None]) -> int:
    """Let writers share the acts; return how many were done. A refused one raises."""
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            act(number, ACTS // writers)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return writers * (ACTS // writers)


class Ledger:
    """Verify a millionth of a unit of a writer's own claims, again and again."""

    def __init__(self) -> None:
        from commonweal_web.delivery.models import Claim, Movement
        from commonweal_web.organisations.models import User

        decided = Movement.objects.filter(source="pending").values("claim")
        waiting = Claim.objects.exclude(pk__in=decided).select_related("kpi", "kpi_version__kpi", "ret__contract")
        self.claims = list(waiting.order_by("-pk")[: 16 * 40])
        self.by = User.objects.get(email="verifier@bench.example")
        self.turn = 0

    def write(self, number: int, acts: int) -> None:
        from django.db import connection

        from commonweal.ledger import Account
        from commonweal_web.delivery import ledger

        try:
            for n in range(acts):
                claim = self.claims[(number * 40 + self.turn + n) % len(self.claims)]
                moves = [(Account.PENDING, Account.VERIFIED, Decimal("0.000001"))]
                ledger.decide(claim=claim, moves=moves, decision=None, by=self.by, role="CM", now=service.AT)
        finally:
            connection.close()

    def run(self, writers: int) -> int:
        self.turn += 7
        return _by_threads(writers, self.write)


@contextlib.contextmanager
def _bare_connection() -> Iterator[tuple[Any, str, str]]:
    """Open the driver alone: the connection, its mark for a parameter, and how a transaction begins."""
    from django.db import connection

    if connection.vendor == "postgresql":
        import psycopg

        known = connection.get_connection_params()
        names = {name: known[name] for name in ("dbname", "user", "password", "host", "port") if known.get(name)}
        with psycopg.connect(**names, autocommit=True) as bare:
            yield bare, "%s", "BEGIN"
        return
    bare = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=20, isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    try:
        yield bare, "?", "BEGIN IMMEDIATE"
    finally:
        bare.close()


def _prepare() -> None:
    with _bare_connection() as (bare, _, _):
        bare.execute("CREATE TABLE IF NOT EXISTS bench_line (writer integer, pence bigint)")
        bare.execute("CREATE TABLE IF NOT EXISTS bench_total (writer integer primary key, pence bigint)")
        bare.execute("DELETE FROM bench_total")
        for number in range(16):
            bare.execute(f"INSERT INTO bench_total VALUES ({number}, 0)")


def _bare_write(number: int, acts: int) -> None:
    with _bare_connection() as (bare, mark, begin):
        for _ in range(acts):
            bare.execute(begin)
            bare.execute(f"INSERT INTO bench_line VALUES ({mark}, {mark})", (number, 1))
            bare.execute(f"UPDATE bench_total SET pence = pence + 1 WHERE writer = {mark}", (number,))
            bare.execute("COMMIT")


def cases() -> list[Case]:
    kind = service.made()
    _prepare()
    ledger = Ledger()
    return [
        Case(
            number="12",
            title=f"{writers} at once on {kind}",
            items=writers * (ACTS // writers),
            unit="act",
            product=Candidate("verify a claim", lambda writers=writers: ledger.run(writers)),
            peers=(Candidate("bare driver", lambda writers=writers: _by_threads(writers, _bare_write)),),
            bars=(Bar("bare driver", 5),),
            on_the_wall=True,
        )
        for writers in (1, 4, 16)
    ]
