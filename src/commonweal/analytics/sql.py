"""
The questions of a snapshot as SQL for DuckDB, one text each, and the steps that write its files.

`movements` and `tariffs` are views over Parquet files. Sums of 64-bit pence are 128 bits wide, and a product of
pence or amounts is widened before it is made. `/` would give a double; `//` cuts off towards zero, so `half_up` adds
a half on the side of the sign before it divides.
"""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.analytics.rollups import ROLLUPS, WHOLE
from commonweal.analytics.rows import COLUMNS, NUMBERS, SCALES, STATES, Priced
from commonweal.ledger import Account

HALF_UP = """
CREATE TEMP MACRO half_up(numerator, denominator) AS
    (numerator + CASE WHEN numerator < 0 THEN -(denominator // 2) ELSE denominator // 2 END) // denominator
"""
"""Half away from zero, for an even denominator."""

FINANCIAL_YEAR = "CAST((year(day) * 12 + month(day) - 4) // 12 AS SMALLINT)"
FINANCIAL_QUARTER = "CAST((month(day) + 8) % 12 // 3 + 1 AS TINYINT)"

TIME = ("year", "quarter")
KEYS = (*dict.fromkeys(key for keys in ROLLUPS.values() for key in keys if key not in TIME), *TIME)
"""Every column that a roll-up groups by, each once, in an order that is that of every roll-up too."""

PER_PENNY = f"CAST('{10 ** (SCALES['amount'] + SCALES['value'] + SCALES['kept'] - 2)}' AS HUGEINT)"

OUTSIDE = NUMBERS[Account.OUTSIDE]


def held(account: Account) -> str:
    """Return what `account` holds: all pence that came in less all that went out. A sum over nothing is no NULL."""
    at = NUMBERS[account]
    return (
        f"coalesce(sum(pence) FILTER (target = {at}), 0::HUGEINT)"
        f" - coalesce(sum(pence) FILTER (source = {at}), 0::HUGEINT)"
    )


def roll_up(names: Sequence[str]) -> str:
    """Return the text that makes the roll-ups `names` in one pass over all movements: mask, keys, counts, states."""
    keys = [key for key in KEYS if any(key in ROLLUPS[name] for name in names)]
    sets = ", ".join(f"({', '.join(ROLLUPS[name])}, source, target)" for name in names)
    return f"""
WITH routes AS (
    SELECT GROUPING({", ".join(keys)}) AS mask, {", ".join(keys)}, source, target,
        count(*) AS movements, count(pence) AS priced, sum(pence) AS pence
    FROM movements
    GROUP BY GROUPING SETS ({sets})
)
SELECT mask, {", ".join(keys)}, sum(priced), sum(movements) - sum(priced),
    {", ".join(held(state) for state in STATES)}
FROM routes
GROUP BY mask, {", ".join(keys)}
ORDER BY mask, {", ".join(f"{key} NULLS FIRST" for key in keys)}
"""


def mask_of(name: str, names: Sequence[str]) -> int:
    """Return how `roll_up(names)` marks the rows of `name`: a bit for each key that it does not group by."""
    keys = [key for key in KEYS if any(key in ROLLUPS[one] for one in names)]
    return int("".join("0" if key in ROLLUPS[name] else "1" for key in keys), 2)


def crosswalk(state: Account) -> str:
    """Return the text that splits the pence of `state` over the targets of the table `weights`."""
    return f"""
WITH cells AS (
    SELECT body, year, framework, measure, {held(state)} AS pence
    FROM movements WHERE pence IS NOT NULL
    GROUP BY body, year, framework, measure
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY framework, source ORDER BY basis_points DESC, target DESC) AS place
    FROM weights
), parts AS (
    SELECT body, year, cells.framework, measure, target, place, pence AS whole,
        half_up(pence * basis_points, {WHOLE}) AS part
    FROM cells JOIN ranked ON cells.framework = ranked.framework AND cells.measure = ranked.source
), shared AS (
    SELECT body, year, target, CASE WHEN place > 1 THEN part
        ELSE whole - (sum(part) OVER (PARTITION BY body, year, framework, measure) - part) END AS pence
    FROM parts
    UNION ALL
    SELECT body, year, '', pence FROM cells
    WHERE NOT EXISTS (FROM weights WHERE weights.framework = cells.framework AND weights.source = cells.measure)
)
SELECT body, year, target, sum(pence) FROM shared
GROUP BY body, year, target
ORDER BY body, year NULLS FIRST, target
"""


AUDIT = f"""
WITH priced AS (
    SELECT number, movement, body, pence, CAST(amount AS HUGEINT) * value * kept AS exact
    FROM movements LEFT JOIN tariffs ON tariffs.priced_by = movements.priced_by
        AND tariffs.valid_from <= coalesce(day, DATE '0001-01-01')
        AND coalesce(day, DATE '0001-01-01') < tariffs.valid_to
    WHERE priced = {int(Priced.WORKED_OUT)}
), suspect AS MATERIALIZED (
    -- A product costs far less than a division; only what is half a penny away or more is divided.
    FROM priced
    WHERE exact IS NULL OR pence IS NULL
        OR abs(exact - CAST(pence AS HUGEINT) * {PER_PENNY}) >= {PER_PENNY} // 2
), again AS (
    SELECT number, movement, body, pence, half_up(exact, {PER_PENNY}) AS again FROM suspect
)
FROM again WHERE again IS NULL OR again IS DISTINCT FROM pence
ORDER BY number, movement, body
"""

MIXED = f"""
SELECT count(*) FROM movements WHERE (pence IS NULL) <> (priced = {int(Priced.WITHOUT_POUNDS)})
"""

OVERDRAWN = f"""
WITH legs AS (
    SELECT body, contract, kpi, claim, place, cohort, started, day, priced, target AS account,
        amount, denominator, coalesce(pence, 0) AS pence
    FROM movements
    UNION ALL
    SELECT body, contract, kpi, claim, place, cohort, started, day, priced, source,
        -amount, -denominator, -coalesce(pence, 0)
    FROM movements
), accounts AS (
    SELECT body, contract, kpi, claim, place, cohort, started, day, account,
        bool_or(priced = {int(Priced.INEXACT)}) AS rough,
        sum(amount) AS amount, sum(denominator) AS denominator, sum(pence) AS pence
    FROM legs GROUP BY ALL
), slots AS (
    SELECT *, bool_or(rough) OVER (PARTITION BY body, contract, kpi, claim, place, cohort, started, day) AS inexact
    FROM accounts
)
SELECT count(*) FROM slots
WHERE account <> {OUTSIDE} AND NOT inexact
    AND (least(amount, denominator, pence) < 0 OR (amount = 0 AND denominator = 0 AND pence <> 0))
"""

STAGED = f"{', '.join(COLUMNS)}, {FINANCIAL_YEAR} AS year, {FINANCIAL_QUARTER} AS quarter"

SUMS = """
SELECT body, year, source, target, count(*), sum(pence), max(number), arg_max(movement, number)
FROM staged GROUP BY body, year, source, target
ORDER BY body, year NULLS FIRST, source, target
"""

PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"


def quoted(text: str) -> str:
    """Return `text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
