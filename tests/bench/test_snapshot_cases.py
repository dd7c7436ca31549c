"""The cases over snapshots find the same pennies at the smallest scale, and notice one that differs."""

from __future__ import annotations

import importlib.util
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="the optional part `analytics` is not installed")

from bench import case02_revalue, case04_benchmark, case05_crosswalk, engines, snapshots
from bench.harness import Candidate, CannotRun, Case, run

T = "T"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> None:
    for package in ("numpy", "pyarrow"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package}, which the generator needs, comes with requirements/bench.txt")
    if not (snapshots.shared() / "generate.py").exists():
        pytest.skip("the generator is kept beside the repository and is not here")
    patched = pytest.MonkeyPatch()
    patched.setenv("COMMONWEAL_BENCH_DATA", str(tmp_path_factory.mktemp("bench")))
    for made in (snapshots.generated, snapshots.staged, snapshots.tariffs, snapshots.snapshot, snapshots.movements):
        made.cache_clear()
    snapshots.snapshot(T)
    patched.undo()
    snapshots.tariffs.cache_clear()


@pytest.fixture
def place(data: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONWEAL_BENCH_DATA", str(snapshots.snapshot(T)[0].parent))


@pytest.mark.usefixtures("place")
def test_hand_written_sql_and_the_reference_give_the_pennies_of_the_product() -> None:
    files = snapshots.movements(T)
    expected = engines.product(files)
    assert expected == engines.hand_duckdb(files) == engines.by_sqlite(T)
    assert expected == engines.plain_python(files)
    assert case05_crosswalk.product(T) == case05_crosswalk.hand_duckdb(T) == case05_crosswalk.plain_python(T)
    assert case04_benchmark.product(T) == case04_benchmark.hand_duckdb(T) == case04_benchmark.plain_python(T)


@pytest.mark.usefixtures("place")
def test_one_altered_penny_changes_the_answer_of_another_engine() -> None:
    expected = engines.product(snapshots.movements(T))
    with sqlite3.connect(engines.sqlite_of(T)) as database:
        database.execute("UPDATE movements SET pence = pence + 1 WHERE rowid = (SELECT min(rowid) FROM movements "
                         "WHERE pence IS NOT NULL AND target = 6)")  # fmt: skip
    database.close()
    assert engines.by_sqlite(T) != expected


@pytest.mark.usefixtures("place")
def test_every_way_of_revaluing_finds_the_pennies_that_were_made_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case02_revalue, "EVERY", 97)
    found = case02_revalue.product(T)
    assert found == case02_revalue.hand_duckdb(T) == case02_revalue.by_decimal(T)
    assert len(found) > 10  # type: ignore[arg-type]  # a list


def test_without_the_generator_the_case_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMONWEAL_SHARED", str(tmp_path))
    monkeypatch.setenv("COMMONWEAL_BENCH_DATA", str(tmp_path))
    with pytest.raises(CannotRun, match=r"generate\.py"):
        snapshots.generated.__wrapped__("T")


@pytest.mark.parametrize(("most", "met"), [(60_000, True), (0, False)])
def test_a_limit_in_milliseconds_is_kept_or_missed(most: int, met: bool, capsys: pytest.CaptureFixture[str]) -> None:
    work: Callable[[], object] = partial(sorted, range(100_000))
    case = Case("0", "test", 1, "line", Candidate("us", work), (Candidate("them", work),), (), 3, most_ms=most)
    assert run(case) is met
    said = capsys.readouterr().out
    assert f"at most {most}: {'met' if met else 'MISSED'}" in said
    peaks = [float(line.split()[4]) for line in said.splitlines() if line.startswith(("us ", "them "))]
    assert all(0 < peak < 200 for peak in peaks), "a new interpreter, and not this large process, tells its peak"
