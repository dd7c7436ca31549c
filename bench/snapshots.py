"""
Snapshots of invented data for the cases that measure questions over many rows.

The data come from a generator that is kept beside the repository; where it is not there, the cases say so. One line of
a return becomes the movements that a ledger would hold: from outside to pending, and on to verified or rejected where
somebody decided. Measures that have values of their own for each region are priced by measure and region.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import duckdb

from bench.harness import CannotRun
from commonweal.analytics.build import refresh
from commonweal.analytics.contracts import CONTRACT_COLUMNS, contract_row
from commonweal.analytics.manifest import Manifest, Stamp
from commonweal.analytics.rollups import Weight, Weights
from commonweal.analytics.rows import COLUMNS, Tariff
from commonweal.benchmarks import ContractTotals

STAMP = Stamp("2026-10-31", "bench", "bench")
SEED = "42"
MEMORY = "4GB"


def shared() -> Path:
    """Return the folder with the generator."""
    beside = Path(__file__).resolve().parents[1].parent / "shared"
    return Path(os.environ.get("COMMONWEAL_SHARED", beside)) / "bench"


def cache_folder() -> Path:
    """Return where generated data are kept between runs: COMMONWEAL_BENCH_DATA, or a folder for temporary files."""
    return Path(os.environ.get("COMMONWEAL_BENCH_DATA", Path(tempfile.gettempdir()) / "commonweal-bench"))


@cache
def generated(scale: str) -> Path:
    """Return the folder of the generated tables of a scale, made where they are not there yet."""
    folder = cache_folder() / f"generated-{scale}"
    if not (folder / "commitment.parquet").exists():
        script = shared() / "generate.py"
        if not script.exists():
            raise CannotRun("It needs generate.py, which is kept in ../shared/bench; COMMONWEAL_SHARED names another.")
        subprocess.run([sys.executable, str(script), scale, SEED, str(folder)], check=True)
    return folder


PRICED = """
CREATE TEMP VIEW priced AS
WITH locals AS (SELECT DISTINCT measure_id FROM '{data}/proxy.parquet' WHERE region_id > 0)
SELECT line.*, place.region_id, contract.buyer_id, contract.supplier_id, contract.category_id,
    contract.start_on, contract.end_on, measure.theme_id, measure.outcome_id, measure.code, framework.name AS framework,
    contract.attribution_bp::BIGINT * (10000 - measure.deadweight_bp) AS kept,
    proxy.proxy_e4, coalesce(proxy.region_id, 0) AS priced_region
FROM read_parquet('{data}/line-*.parquet') AS line
JOIN '{data}/contract.parquet' AS contract USING (contract_id)
JOIN '{data}/measure.parquet' AS measure USING (measure_id)
JOIN '{data}/framework.parquet' AS framework ON framework.framework_id = measure.framework_id
JOIN '{data}/place.parquet' AS place ON place.place_id = line.place_id
LEFT JOIN locals ON locals.measure_id = line.measure_id
LEFT JOIN '{data}/proxy.parquet' AS proxy ON proxy.measure_id = line.measure_id
    AND proxy.region_id = CASE WHEN locals.measure_id IS NULL THEN 0 ELSE place.region_id END
    AND proxy.valid_from <= delivered_on AND delivered_on < proxy.valid_to
WHERE {wanted}
"""

PENCE = (
    "CAST((2::HUGEINT * qty_milli * proxy_e4 * kept + 10000000000000::HUGEINT) // 20000000000000::HUGEINT AS BIGINT)"
)
"""Thousandths x ten-thousandths of a pound x hundred-millionths, half up, to pence; all numbers are above zero."""

MOVEMENTS = f"""
WITH steps AS (
    SELECT *, 0 AS source, 5 AS target FROM priced
    UNION ALL
    SELECT *, 5, CASE WHEN status = 1 THEN 6 ELSE 7 END FROM priced WHERE status > 0
)
SELECT line_id * 2 + 1 + (source > 0)::INTEGER AS number,
    'L' || line_id || CASE WHEN source > 0 THEN '/decided' ELSE '' END AS movement,
    '' AS corrects,
    'Body ' || lpad(buyer_id::VARCHAR, 3, '0') AS body,
    'C' || lpad(contract_id::VARCHAR, 6, '0') AS contract,
    'K' || commitment_id AS kpi,
    'L' || line_id AS claim,
    framework,
    code AS measure,
    'Theme ' || theme_id AS theme,
    'Outcome ' || outcome_id AS outcome,
    'Supplier ' || supplier_id AS supplier,
    'Category ' || category_id AS category,
    'Place ' || place_id AS place,
    'Region ' || region_id AS region,
    CASE WHEN cohort_id = 0 THEN '' ELSE 'Cohort ' || cohort_id END AS cohort,
    delivered_on AS started,
    delivered_on AS day,
    source::TINYINT AS source,
    target::TINYINT AS target,
    qty_milli * 1000 AS amount,
    0::BIGINT AS denominator,
    {PENCE} AS pence,
    CASE WHEN proxy_e4 IS NULL THEN '' WHEN priced_region = 0 THEN code
        ELSE code || '@' || priced_region END AS priced_by,
    kept,
    (CASE WHEN proxy_e4 IS NULL THEN 0 WHEN source = 0 THEN 1 ELSE 2 END)::TINYINT AS priced
FROM steps
"""

TARIFFS = """
SELECT CASE WHEN region_id = 0 THEN code ELSE code || '@' || region_id END AS priced_by,
    valid_from, valid_to, proxy_e4 * 100 AS value
FROM '{data}/proxy.parquet' JOIN '{data}/measure.parquet' USING (measure_id)
ORDER BY priced_by, valid_from
"""

TOTALS = """
SELECT 'C' || lpad(contract_id::VARCHAR, 6, '0'), 'Body ' || lpad(any_value(buyer_id)::VARCHAR, 3, '0'),
    'Category ' || any_value(category_id), any_value(region), any_value(start_on),
    any_value(value_pence), CAST(sum(pence) FILTER (status = 1) AS BIGINT)
FROM (
    SELECT priced.*, value_pence, {pence} AS pence, 'Region ' || home.region_id AS region FROM priced
    JOIN '{data}/contract.parquet' AS whole USING (contract_id)
    JOIN '{data}/place.parquet' AS home ON home.place_id = whole.place_id
)
GROUP BY contract_id ORDER BY contract_id
"""


def open_priced(scale: str, wanted: str = "true") -> duckdb.DuckDBPyConnection:
    """Open the generated lines with the value in force on their day and at their place."""
    spill = cache_folder() / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY, "temp_directory": str(spill)})
    connection.execute(PRICED.format(data=generated(scale), wanted=wanted))
    return connection


@cache
def staged(scale: str) -> list[Path]:
    """Return Parquet files with the movements of a scale, as a database would hand them over: in order of number."""
    folder = cache_folder() / f"staged-{scale}"
    whole = folder / "whole"
    if not whole.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with open_priced(scale) as connection:
            [(last,)] = connection.execute("SELECT max(contract_id) FROM priced").fetchall()
            for number, first in enumerate(range(0, last + 1, 40_000)):
                connection.execute(
                    PRICED.format(data=generated(scale), wanted=f"contract_id // 40000 = {first // 40_000}").replace(
                        "CREATE TEMP VIEW", "CREATE OR REPLACE TEMP VIEW"
                    )
                )
                file = folder / f"movements-{number:02}.parquet"
                connection.execute(f"COPY ({MOVEMENTS} ORDER BY number) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
        whole.touch()
    return sorted(folder.glob("movements-*.parquet"))


@cache
def tariffs(scale: str) -> Path:
    """Return the file of the values of a scale."""
    file = cache_folder() / f"tariffs-{scale}.parquet"
    if not file.exists():
        duckdb.execute(f"COPY ({TARIFFS.format(data=generated(scale))}) TO '{file}' (FORMAT parquet)")
    return file


@cache
def snapshot(scale: str) -> tuple[Path, Manifest]:
    """Return the snapshot of a scale, built by the product from the staged movements."""
    from commonweal.analytics.manifest import MANIFEST, load

    folder = cache_folder() / f"snapshot-{scale}"
    if not (folder / MANIFEST).exists():
        refresh(folder, staged(scale), stamp=STAMP, memory=MEMORY)
    return folder, load(folder)


@cache
def movements(scale: str) -> list[Path]:
    """Return the files of movements of a scale's snapshot."""
    folder, manifest = snapshot(scale)
    return manifest.paths(folder, "movements")


@cache
def totals(scale: str) -> tuple[list[ContractTotals], Path]:
    """Return the totals of each contract, and a file of the rows that the product makes of them."""
    with open_priced(scale) as connection:
        rows = connection.execute(TOTALS.format(data=generated(scale), pence=PENCE)).fetchall()
    found = [
        ContractTotals(ref, body, category, region, start, value, value, verified or 0)
        for ref, body, category, region, start, value, verified in rows
    ]
    file = cache_folder() / f"contracts-{scale}.parquet"
    if not file.exists():
        from commonweal.analytics.writer import Writer

        with Writer(cache_folder() / f"writer-{scale}", threads=2, memory=MEMORY) as writer:
            stored = writer._copy(writer._read([contract_row(one) for one in found], CONTRACT_COLUMNS), "all", "totals")
            (writer.folder / stored.path).rename(file)
    return found, file


@cache
def weights(scale: str) -> Weights:
    """Return the links of the generated crosswalk to the second framework, as far as their weights make a whole."""
    text = """
    SELECT framework.name, source.code, target.code, sum(weight_bp) FROM '{data}/crosswalk.parquet' AS link
    JOIN '{data}/measure.parquet' AS source ON source.measure_id = from_measure
    JOIN '{data}/measure.parquet' AS target ON target.measure_id = to_measure
    JOIN '{data}/framework.parquet' AS framework ON framework.framework_id = source.framework_id
    WHERE target.framework_id = 1
    GROUP BY ALL ORDER BY ALL
    """.format(data=generated(scale))
    return Weights(tuple(Weight(*row) for row in duckdb.execute(text).fetchall()))


AS_AT = dt.date(2026, 10, 31)


def scales(default: str) -> str:
    """Return which scales to measure: COMMONWEAL_BENCH_SCALES, such as "SML", or the default of the case."""
    return os.environ.get("COMMONWEAL_BENCH_SCALES", default)


__all__ = [
    "AS_AT",
    "COLUMNS",
    "MEMORY",
    "PENCE",
    "STAMP",
    "Tariff",
    "generated",
    "movements",
    "open_priced",
    "scales",
    "snapshot",
    "staged",
    "tariffs",
    "totals",
    "weights",
]
