"""
Let transactional tests empty the database, which the triggers of the log and of frozen rows refuse.

Tests that commit (`transaction=True`, live server) are cleaned up by a flush: TRUNCATE or DELETE of every table. This
lifts the triggers for that one statement and puts them back. Nothing of it exists outside the tests: the running
service has no switch that turns the triggers off.

Use it in a conftest: `from tests.web.audit_flush import flush_past_the_triggers`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from commonweal_web.audit import append_only


@contextlib.contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Drop every declared trigger inside the block, and put them back after it."""
    rules = append_only.rules(connection)
    with connection.cursor() as cursor:
        for rule in rules:
            for statement in rule.drop(connection.vendor):
                cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for rule in rules:
                for statement in rule.create(connection.vendor):
                    cursor.execute(statement)


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_triggers() -> Iterator[None]:
    """Wrap the flush after each transactional test; tests rolled back at their end do not come here."""
    teardown = TransactionTestCase._fixture_teardown

    def flush(self: Any) -> None:
        with contextlib.ExitStack() as stack:
            for name in self._databases_names(include_mirrors=False):
                stack.enter_context(lifted(connections[name]))
            teardown(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush)
        yield
