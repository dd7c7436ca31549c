"""
Case 5: all verified value in the words of another framework, by body and financial year.

Weights in basis points, each part half up, the largest share with what is left, and what no weight speaks of under its
own name: over all targets the pence add up.
"""

from __future__ import annotations

from functools import partial

import duckdb

from bench import engines, snapshots
from bench.harness import Bar, Candidate, Case
from commonweal.analytics.duck import DuckRollups
from commonweal.analytics.reference import ReferenceRollups
from commonweal.analytics.rollups import Weight
from commonweal.analytics.rows import COLUMNS, Row


def product(scale: str) -> object:
    """The product."""
    with DuckRollups(snapshots.movements(scale)) as rollups:
        return rollups.crosswalk(snapshots.weights(scale))


def hand_duckdb(scale: str) -> object:
    """Totals by measure, then the split, by hand; all pence and weights here are above zero."""
    listed = ", ".join(f"'{file}'" for file in snapshots.movements(scale))
    weights = ", ".join(f"('{w.framework}', '{w.source}', '{w.target}', {w.basis_points})" for w in _weights(scale))
    with duckdb.connect(config={"threads": 2, "memory_limit": "4GB"}) as connection:
        return connection.execute(f"""
            WITH weights(framework, measure, target, bp) AS (VALUES {weights}),
            whole AS (
                SELECT body, year, framework, measure,
                    sum(CASE WHEN target = 6 THEN pence WHEN source = 6 THEN -pence ELSE 0 END)::BIGINT AS pence
                FROM read_parquet([{listed}]) WHERE pence IS NOT NULL GROUP BY ALL
            ),
            part AS (
                SELECT body, year, framework, measure, weights.target, pence, (pence * bp + 5000) // 10000 AS part,
                    row_number() OVER (PARTITION BY body, year, framework, measure
                        ORDER BY bp DESC, weights.target DESC) = 1 AS largest
                FROM whole JOIN weights USING (framework, measure)
            ),
            split AS (
                SELECT body, year, target, part FROM part WHERE NOT largest
                UNION ALL
                SELECT body, year, max(target) FILTER (largest),
                    any_value(pence) - coalesce(sum(part) FILTER (NOT largest), 0)
                FROM part GROUP BY body, year, framework, measure
                UNION ALL
                SELECT body, year, '', pence FROM whole ANTI JOIN weights USING (framework, measure)
            )
            SELECT body, year, target, sum(part) FROM split GROUP BY ALL ORDER BY body, year, target
        """).fetchall()


def _weights(scale: str) -> tuple[Weight, ...]:
    return snapshots.weights(scale).weights


def plain_python(scale: str) -> object:
    """The reference over rows in memory."""
    rows = [Row(*row) for row in engines.fetch(snapshots.movements(scale), list(COLUMNS))]
    return ReferenceRollups(rows).crosswalk(snapshots.weights(scale))


def cases() -> list[Case]:
    found = []
    for scale in snapshots.scales("SM"):
        _, manifest = snapshots.snapshot(scale)
        peers = [Candidate("hand DuckDB", partial(hand_duckdb, scale))]
        if scale == "S":
            peers.append(Candidate("plain Python reference", partial(plain_python, scale)))
        found.append(
            Case(
                number=f"5 {scale}",
                title="all verified value in another framework",
                items=manifest.rows,
                unit="movement",
                product=Candidate("commonweal", partial(product, scale)),
                peers=tuple(peers),
                bars=(Bar("hand DuckDB", 1.3),),
                rounds=5,
            )
        )
    return found
