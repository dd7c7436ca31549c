"""The generated register has the shape and the faults of the published one, and is the same every time."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.cli.demo_register import BODIES, COLUMNS, NO_SUPPLIER, generate_register, write_register

ROWS = generate_register(seed=20261020, rows=1200)


SHARED = Path(os.environ.get("COMMONWEAL_SHARED") or Path(__file__).resolve().parents[3].parent / "shared")
NOTICES = SHARED / "data" / "contracts-finder-lancashire" / "notices.csv"


@pytest.mark.skipif(not NOTICES.exists(), reason="the published notices are not beside the repository")
def test_it_has_the_columns_of_the_published_list() -> None:
    with NOTICES.open(encoding="utf-8") as file:
        published = next(csv.reader(file))
    assert list(COLUMNS) == published


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    write_register(tmp_path / "a.csv", seed=7, rows=50)
    write_register(tmp_path / "b.csv", seed=7, rows=50)
    write_register(tmp_path / "c.csv", seed=8, rows=50)
    one, two, three = ((tmp_path / f"{name}.csv").read_bytes() for name in "abc")
    assert one == two != three
    # Fixed, so that a change of the demonstration's totals is noticed.
    assert hashlib.sha256(one).hexdigest()[:16] == "2694f3177cc173e7"


def test_every_row_is_whole() -> None:
    assert all(set(row) == set(COLUMNS) for row in ROWS)
    assert {row["buyer_gss"] for row in ROWS} == {gss for gss, _ in BODIES}
    assert [row["published_date"] for row in ROWS] == sorted((r["published_date"] for r in ROWS), reverse=True)


def test_the_known_faults_are_there() -> None:
    suppliers = [row["supplier"] for row in ROWS]
    assert any("&amp;" in supplier for supplier in suppliers)
    assert any("," in supplier for supplier in suppliers)
    assert set(NO_SUPPLIER) & set(suppliers)
    assert any(row["buyer"].isupper() for row in ROWS)
    assert any(row["buyer"].endswith("Procurement") for row in ROWS)
    assert any(row["status"] == "awarded" and not row["awarded_value"] for row in ROWS)
    assert "0.01" in {row["value_low"] for row in ROWS} | {row["awarded_value"] for row in ROWS}
    assert len({row["notice_id"] for row in ROWS}) == len(ROWS) - 1
    assert all(not row["supplier"] for row in ROWS if row["status"] != "awarded")


def test_a_short_register_repeats_nothing() -> None:
    assert len({row["notice_id"] for row in generate_register(seed=1, rows=9)}) == 9


@pytest.mark.parametrize("rows", [0, 1_000_001])
def test_a_register_of_no_size_is_refused(rows: int) -> None:
    with pytest.raises(errors.BadQuantity, match="cannot be made"):
        generate_register(seed=1, rows=rows)
