"""
The fast implementation: DuckDB reads the Parquet files of a snapshot by their paths.

Threads and memory are limited, and nothing is fetched: the extensions that DuckDB could load at run time are switched
off, and the one for Parquet is part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from commonweal import errors
from commonweal.analytics import sql
from commonweal.analytics.reference import unsound_in_words
from commonweal.analytics.rollups import ROLLUPS, Cell, Crossed, Difference, Weights, known
from commonweal.analytics.rows import COLUMNS, TARIFF_COLUMNS
from commonweal.ledger import Account

if TYPE_CHECKING:
    import duckdb

THREADS = 2
MEMORY = "1GB"


def required() -> ModuleType:
    """
    Return DuckDB.

    :raises MissingExtra: if it is not installed
    """
    try:
        import duckdb
    except ImportError:
        raise errors.MissingExtra(
            "Snapshots need DuckDB, an optional part that is not installed here. Install it with: "
            "pip install 'commonweal[analytics]'"
        ) from None
    return duckdb


def connect(*, threads: int = THREADS, memory: str = MEMORY, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """
    Return a connection to a database in memory. What does not fit goes to `spill`; without it, the work ends.

    :raises MissingExtra: if DuckDB is not installed
    """
    settings: dict[str, Any] = {
        "threads": threads,
        "memory_limit": memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "temp_directory": str(spill) if spill else "",
    }
    connection: duckdb.DuckDBPyConnection = required().connect(config=settings)
    connection.execute(sql.HALF_UP)
    return connection


class DuckRollups:
    """`rollups.Rollups` over files of movements and of tariffs. Close it, or use it in a `with`."""

    def __init__(
        self,
        movements: Sequence[Path],
        tariffs: Sequence[Path] = (),
        *,
        threads: int = THREADS,
        memory: str = MEMORY,
        spill: Path | None = None,
    ) -> None:
        self.connection = connect(threads=threads, memory=memory, spill=spill)
        stored = {**COLUMNS, "year": "SMALLINT", "quarter": "TINYINT"}
        view(self.connection, "movements", movements, stored)
        view(self.connection, "tariffs_of_bodies", tariffs, TARIFF_COLUMNS)
        # Bodies may share a tariff, and then each of them stores it.
        self.connection.execute("CREATE TEMP VIEW tariffs AS SELECT DISTINCT * FROM tariffs_of_bodies")

    def __enter__(self) -> DuckRollups:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files and the memory."""
        self.connection.close()

    def roll_up(self, names: Sequence[str]) -> dict[str, list[Cell]]:
        """Return the cells of each roll-up named; see `rollups.Rollups`."""
        wanted = known(names)
        found: dict[str, list[Cell]] = {name: [] for name in wanted}
        if not wanted:
            return found
        keys = [key for key in sql.KEYS if any(key in ROLLUPS[name] for name in wanted)]
        places = {
            sql.mask_of(name, wanted): (found[name], [keys.index(key) + 1 for key in ROLLUPS[name]]) for name in wanted
        }
        first = len(keys) + 1
        for row in self._rows(sql.roll_up(wanted)):
            cells, at = places[row[0]]
            cells.append(Cell(tuple(row[one] for one in at), row[first], row[first + 1], tuple(row[first + 2 :])))
        return found

    def crosswalk(self, weights: Weights, *, state: Account = Account.VERIFIED) -> list[Crossed]:
        """Return the pence of `state` in the targets of a crosswalk; see `rollups.Rollups`."""
        columns = [list(column) for column in zip(*weights.weights, strict=True)] or [[], [], [], []]
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE weights AS SELECT unnest(?::VARCHAR[]) AS framework, "
            "unnest(?::VARCHAR[]) AS source, unnest(?::VARCHAR[]) AS target, unnest(?::BIGINT[]) AS basis_points",
            columns,
        )
        return [Crossed(*row) for row in self._rows(sql.crosswalk(state))]

    def audit(self) -> list[Difference]:
        """Work out again the pence of every row that rests on a value; see `rollups.Rollups`."""
        return [Difference(*row) for row in self._rows(sql.AUDIT)]

    def unsound(self) -> list[str]:
        """Return, in words, what cannot be; see `rollups.Rollups`."""
        [(mixed,)], [(wrong,)] = self._rows(sql.MIXED), self._rows(sql.OVERDRAWN)
        return unsound_in_words(mixed, wrong)

    def _rows(self, text: str) -> list[Any]:
        return self.connection.execute(text).fetchall()


def view(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
    """Make `name` stand for all rows of `files`, or for none."""
    if files:
        listed = ", ".join(sql.quoted(str(file)) for file in files)
        connection.execute(f"CREATE TEMP VIEW {name} AS FROM read_parquet([{listed}])")
    else:
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        connection.execute(f"CREATE TEMP TABLE {name} ({declared})")
