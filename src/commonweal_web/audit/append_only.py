"""
Triggers by which the database itself refuses to change or delete rows, on SQLite and PostgreSQL.

`AppendOnly` is a migration operation. A later migration that rebuilds an SQLite table drops its triggers, so the app
puts every trigger that the applied migrations declare back after each `migrate` (`restore`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.loader import MigrationLoader

FUNCTION = """
CREATE OR REPLACE FUNCTION commonweal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


@dataclass(frozen=True)
class Rule:
    """
    What one table refuses. `when` is a condition in SQL over OLD (and NEW in an update), alike on both databases.

    `lookup` is a condition that asks another table, with {row} where OLD or NEW belongs; of an update both are asked.
    """

    table: str
    message: str
    update: bool = True
    delete: bool = True
    truncate: bool = True
    insert: bool = False
    when: str = ""
    lookup: str = ""
    name: str = ""

    def events(self, vendor: str) -> Iterator[str]:
        """Yield the statements that the rule refuses on this database."""
        if self.insert:
            yield "INSERT"
        if self.update:
            yield "UPDATE"
        if self.delete:
            yield "DELETE"
        if self.truncate and vendor == "postgresql":
            yield "TRUNCATE"

    def trigger(self, event: str) -> str:
        """Return the trigger's name."""
        return "_".join(part for part in (self.table, self.name, "no", event.lower()) if part)

    def create(self, vendor: str) -> Iterator[str]:
        """Yield the SQL that puts the rule in place, whether or not it was there."""
        yield from self.drop(vendor)
        message = self.message.replace("'", "''")
        if vendor == "postgresql":
            yield FUNCTION
        for event in self.events(vendor):
            start = f'CREATE TRIGGER "{self.trigger(event)}" BEFORE {event} ON "{self.table}"'
            condition = self._condition(event)
            when = f" WHEN ({condition})" if condition else ""
            if vendor == "postgresql" and self.lookup and event != "TRUNCATE":
                yield self._lookup_function(event, message)
                yield f'{start} FOR EACH ROW EXECUTE FUNCTION "{self.trigger(event)}"()'
            elif vendor == "postgresql":
                each = "STATEMENT" if event == "TRUNCATE" else "ROW"
                yield f"{start} FOR EACH {each}{when} EXECUTE FUNCTION commonweal_refuse('{message}')"
            else:
                yield f"{start} FOR EACH ROW{when} BEGIN SELECT RAISE(ABORT, '{message}'); END"

    def _condition(self, event: str) -> str:
        if event == "TRUNCATE":
            return ""
        if not self.lookup:
            return self.when
        rows = {"INSERT": ["NEW"], "DELETE": ["OLD"]}.get(event, ["OLD", "NEW"])
        return " OR ".join(self.lookup.format(row=row) for row in rows)

    def _lookup_function(self, event: str, message: str) -> str:
        """A trigger of PostgreSQL cannot ask another table in its WHEN; a function of its own can."""
        return (
            f'CREATE OR REPLACE FUNCTION "{self.trigger(event)}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"IF {self._condition(event)} THEN RAISE EXCEPTION '%', '{message}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if event == 'DELETE' else 'NEW'}; END $$"
        )

    def drop(self, vendor: str) -> Iterator[str]:
        """Yield the SQL that lifts the rule."""
        for event in self.events(vendor):
            name = self.trigger(event)
            on = f' ON "{self.table}"' if vendor == "postgresql" else ""
            yield f'DROP TRIGGER IF EXISTS "{name}"{on}'


class AppendOnly(migrations.operations.base.Operation):
    """
    Let the database refuse UPDATE, DELETE and (on PostgreSQL) TRUNCATE of a table, with a plain message.

    With `when`, only rows that meet the condition are held: `OLD.status = 'approved'`. With `lookup`, those whose
    parent does: `EXISTS (SELECT 1 FROM parent p WHERE p.id = {row}.parent_id AND ...)`; then `insert` can be refused
    too. TRUNCATE is refused as a whole.
    Two rules on one table need two `name`s.
    """

    reversible = True

    def __init__(self, table: str, message: str = "", **kwargs: Any) -> None:
        words = message or f"Rows of {table} are kept as they were written. Add a new row that corrects this one."
        self.rule = Rule(table, words, **kwargs)
        self._kwargs = {"message": message, **kwargs}

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Return how the operation is written in a migration."""
        return self.__class__.__name__, [self.rule.table], self._kwargs

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Put the triggers in place."""
        _run(schema_editor, self.rule.create(schema_editor.connection.vendor))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Lift the triggers."""
        _run(schema_editor, self.rule.drop(schema_editor.connection.vendor))

    def describe(self) -> str:
        """Say what the migration does."""
        return f"Refuse changes of {self.rule.table}"


def _run(schema_editor: BaseDatabaseSchemaEditor, statements: Iterator[str]) -> None:
    for statement in statements:
        schema_editor.execute(statement, params=None)


def rules(connection: BaseDatabaseWrapper) -> list[Rule]:
    """Return the rules that the migrations applied to this database declare."""
    loader = MigrationLoader(connection)
    return [
        operation.rule
        for key in loader.applied_migrations
        if key in loader.disk_migrations
        for operation in loader.disk_migrations[key].operations
        if isinstance(operation, AppendOnly)
    ]


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the triggers that stand in the database."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should stand and do not, or are switched off."""
    there = installed(connection)
    vendor = connection.vendor
    names = {rule.trigger(event) for rule in rules(connection) for event in rule.events(vendor)}
    return sorted(names - there)


def restore(connection: BaseDatabaseWrapper) -> None:
    """Put every declared trigger in place again; a rebuilt SQLite table has lost its own."""
    lost = set(missing(connection))
    if not lost:
        return
    vendor = connection.vendor
    with connection.cursor() as cursor:
        for rule in rules(connection):
            if lost & {rule.trigger(event) for event in rule.events(vendor)}:
                for statement in rule.create(vendor):
                    cursor.execute(statement)
