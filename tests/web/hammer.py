"""
Several people at one moment, for the tests that hammer on one record: the world committed, and the acts in threads.

Threads have connections of their own, on PostgreSQL and on a SQLite file.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections

from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from tests.web.world import NOON, World, make_world


def committed_world() -> World:
    """Return the world for threads; a test with a SQLite database in memory, which they cannot share, is skipped."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("threads share no SQLite database in memory: run with COMMONWEAL_TEST_SQLITE_FILE or PostgreSQL")
    return make_world()


def together(acts: list[Callable[[], Any]]) -> Counter[str]:
    """Let all acts begin at one moment, and count how they ended: done, the code of a refusal, or what went wrong."""
    gate, ends = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        close_old_connections()
        try:
            with clock.fixed(NOON):
                gate.wait(timeout=120)
                act()
            ends.append("done")
        except Refused as refused:
            ends.append(refused.code if refused.message else "silent")
        except Exception as error:
            ends.append(f"wrong: {type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return Counter(ends)
