"""Contract totals leave a body and come back as they were, and what was spoilt on the way is named row by row."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal import errors
from commonweal.benchmarks import ContractTotals, Units
from commonweal.workbooks.contract_totals import (
    HEADINGS,
    is_contract_totals,
    read_contract_totals,
    write_contract_totals,
)
from tests.engine.workbooks.portfolio_strategies import amounts, needed, text

pence = st.none() | st.integers(-(10**14), 10**14)
rows = st.builds(
    ContractTotals,
    ref=needed,
    body=text,
    category=text,
    region=text,
    start=st.none() | st.dates(),
    value_pence=pence,
    spent_pence=pence,
    verified_pence=pence,
    units=st.lists(st.builds(Units, text, text, amounts), max_size=3).map(tuple),
    status=text,
    is_framework_agreement=st.booleans(),
    value_pack=text,
)


@given(totals=st.lists(rows, max_size=5, unique_by=lambda one: one.id))
@settings(max_examples=60)
def test_every_row_comes_back_as_it_was(totals: list[ContractTotals]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "totals.csv"
        path.write_bytes(write_contract_totals(totals))
        assert is_contract_totals(path)
        assert read_contract_totals(path) == totals


GOOD = ContractTotals(
    "C", "Northmere", start=dt.date(2026, 4, 1), spent_pence=5, units=(Units("m", "hour", Decimal(1)),)
)


@pytest.mark.parametrize(
    ("heading", "cell", "words"),
    [
        ("start", "31/02/2026", "is not a date"),
        ("spent", "a lot", "is not pounds"),
        ("spent", "1.005", "is not pounds"),
        ("value", "NaN", "is not pounds"),
        ("verified", "1E+20", "is not pounds"),
        ("units", "{", "is not a list"),
        ("units", '[["m","hour",1.5]]', "is not a list"),
        ("units", "5", "is not a list"),
        ("units", "[" * 100_000, "is not a list"),
        ("framework agreement", "perhaps", "must be yes or no"),
        (HEADINGS[0], "", "has no reference"),
    ],
)
def test_a_spoilt_cell_is_named_with_its_row(tmp_path: Path, heading: str, cell: str, words: str) -> None:
    first, second, *_ = write_contract_totals([GOOD, GOOD]).decode().splitlines()
    path = tmp_path / "t.csv"
    spoilt = dict(zip(HEADINGS, ["D", "", "", "", "", "", "", "", "", "", "no", ""], strict=True)) | {heading: cell}
    quoted = ",".join('"' + value.replace('"', '""') + '"' for value in spoilt.values())
    path.write_text("\n".join([first, second, quoted, second]) + "\n", encoding="utf-8")
    with pytest.raises(errors.RefusedInput) as refused:
        read_contract_totals(path)
    found = [str(problem) for problem in refused.value.problems]
    assert len(found) == 2
    assert "row 3" in found[0]
    assert words in found[0]
    assert "stands a second time" in found[1]


def test_a_row_of_another_length_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(HEADINGS) + "\nC,Northmere\n")
    with pytest.raises(errors.RefusedInput) as refused:
        read_contract_totals(path)
    assert "has 2 cells and not 12" in str(refused.value.problems[0])


@pytest.mark.parametrize("content", [b"", b"contract totals 1,body\n", b"contract totals 1\xff\n", b"a\x00b"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(errors.BadFile):
        read_contract_totals(path)


def test_only_such_a_file_begins_as_ours_do(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("contract,body\n")
    assert not is_contract_totals(other)
    assert not is_contract_totals(tmp_path)
    saved_by_excel = tmp_path / "bom.csv"
    saved_by_excel.write_bytes(b"\xef\xbb\xbf" + write_contract_totals([GOOD]))
    assert is_contract_totals(saved_by_excel)
    assert read_contract_totals(saved_by_excel) == [GOOD]
