"""Building, refreshing and checking a snapshot: what is written, what stays, and what a killed process leaves."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.analytics import build as building
from commonweal.analytics import duck, manifest, writer
from commonweal.analytics.build import build, by_body, opened, refresh
from commonweal.analytics.check import check
from commonweal.analytics.manifest import Manifest, load, save
from commonweal.analytics.rows import COLUMNS, Tariff
from tests.engine.analytics import samples
from tests.engine.analytics.samples import row, verified

duckdb = pytest.importorskip("duckdb", reason="the optional part `analytics` is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build(tmp_path / "s", samples.two_bodies(), stamp=samples.STAMP)
    return tmp_path / "s"


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_there_is_one_file_for_each_body_and_financial_year(folder: Path) -> None:
    stored = load(folder)
    assert [(body.name, [file.year for file in body.movements]) for body in stored] == [
        ("A", [2025, 2026]),
        ("B", [2026]),
    ]
    assert files(folder) == {"manifest.json", *(file.path for body in stored for file in body.files)}
    assert (stored.rows, stored.pence["verified"], stored.pence["pending"]) == (6, 1000, 1000)
    last = stored.bodies[0].movements[-1]
    assert (last.rows, last.last, last.last_movement, last.pence["verified"]) == (2, 4, "m4", 500)


def test_a_file_is_compressed_sorted_and_of_whole_numbers(folder: Path) -> None:
    path = load(folder).paths(folder, "movements")[0]
    kinds = {name: kind for name, kind, *_ in duckdb.execute(f"DESCRIBE FROM '{path}'").fetchall()}
    assert {kinds[name] for name in ("pence", "amount", "kept", "number")} == {"BIGINT"}
    assert not {"DOUBLE", "FLOAT"} & set(kinds.values())
    codecs = duckdb.execute(f"SELECT DISTINCT compression FROM parquet_metadata('{path}')").fetchall()
    assert codecs == [("ZSTD",)]
    assert [n for (n,) in duckdb.execute(f"SELECT number FROM '{path}'").fetchall()] == [1, 2]


def test_a_body_whose_facts_are_the_same_keeps_its_files(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in load(folder).paths(folder, "movements")}
    changed = {**samples.two_bodies(), "B": samples.facts(row(5, body="B"))["B"]}
    built = build(folder, changed, stamp=samples.STAMP)
    assert (built.written, built.kept, built.dropped) == (("B",), ("A",), ())
    kept = [path for path in before if path.exists()]
    assert len(kept) == 2
    assert all(path.stat().st_mtime_ns == before[path] for path in kept)
    assert load(folder).rows == 5


def test_another_release_of_the_data_writes_all_again(folder: Path) -> None:
    built = build(folder, samples.two_bodies(), stamp=replace(samples.STAMP, data_release="2"))
    assert built.written == ("A", "B")


def test_only_the_bodies_named_are_looked_at(folder: Path) -> None:
    built = build(folder, samples.facts(row(9, body="B")), stamp=samples.STAMP, bodies=["B"])
    assert (built.written, built.kept, built.dropped) == (("B",), ("A",), ())
    with pytest.raises(errors.BadSnapshot, match="no body 'C'"):
        build(folder, samples.two_bodies(), stamp=samples.STAMP, bodies=["C"])


def test_a_body_that_the_input_no_longer_has_is_dropped(folder: Path) -> None:
    built = build(folder, samples.facts(row(3)), stamp=samples.STAMP)
    assert built.dropped == ("B",)
    assert not [path for path in files(folder) if "/b-" in path]
    assert not list((folder / "bodies").glob("b-*"))


@pytest.mark.parametrize(
    ("module", "name"), [(writer, "put_in_place"), (building, "save"), (manifest, "_sync"), (writer, "sha256")]
)
def test_a_process_that_dies_leaves_the_former_snapshot_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    before = load(folder)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, name, die)
        with pytest.raises(KeyboardInterrupt):
            build(folder, samples.facts(row(3), row(7, claim="R7")), stamp=samples.STAMP)
    assert load(folder) == before
    assert check(folder).sound
    build(folder, samples.two_bodies(), stamp=samples.STAMP)
    assert not [path for path in files(folder) if "unfinished" in path]


def test_what_a_killed_process_left_goes_with_the_next_build(folder: Path) -> None:
    (folder / ".unfinished-abc").mkdir()
    (folder / ".unfinished-abc" / "staged.csv").write_text("x")
    build(folder, samples.facts(row(3)), stamp=samples.STAMP)
    assert not list(folder.glob(".unfinished-*"))


def staged(tmp_path: Path, rows: list[object]) -> Path:
    """Rows as a database hands them over: whole numbers all of 64 bits, days as text."""
    path = tmp_path / "staged.parquet"
    kinds = ", ".join(f"{n} {'VARCHAR' if k in ('DATE', 'VARCHAR') else 'BIGINT'}" for n, k in COLUMNS.items())
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE rows ({kinds})")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(f"INSERT INTO rows VALUES ({marks})", [list(one) for one in rows])  # type: ignore[call-overload]
        connection.execute(f"COPY rows TO '{path}' (FORMAT parquet)")
    return path


def test_a_refresh_adds_the_newer_movements_to_the_years_that_they_count_in(folder: Path, tmp_path: Path) -> None:
    before = load(folder)
    news = [verified(4), row(7, claim="R7"), row(8, body="C", day=None, started=None), row(9, body="C", claim="R9")]
    built = refresh(folder, [staged(tmp_path, news)], stamp=samples.STAMP)
    assert (built.written, built.kept) == (("A", "C"), ("B",))
    after = load(folder)
    assert after.rows == before.rows + 3
    assert after.body("A").movements[0] == before.body("A").movements[0]  # type: ignore[union-attr]
    assert after.body("A").movements[1].pence["pending"] == 500  # type: ignore[union-attr]
    assert [file.year for file in after.body("C").movements] == [None, 2026]  # type: ignore[union-attr]
    assert check(folder).found == ()
    again = refresh(folder, [staged(tmp_path, news)], stamp=samples.STAMP)
    assert again.written == ()


def test_a_refresh_of_nothing_makes_what_a_build_makes(tmp_path: Path) -> None:
    rows = [one for facts in samples.two_bodies().values() for one in facts.rows]
    refresh(tmp_path / "r", [staged(tmp_path, rows)], stamp=samples.STAMP)
    built = build(tmp_path / "b", samples.two_bodies(), stamp=samples.STAMP)
    assert load(tmp_path / "r").pence == built.manifest.pence
    with opened(tmp_path / "r") as one, opened(tmp_path / "b") as other:
        assert one.roll_up(["body-year"]) == other.roll_up(["body-year"])


def test_two_names_never_share_a_folder() -> None:
    names = ["Northmere City Council", "northmere city council", "Northmere-City-Council", "", "北"]
    assert len({writer.slug(name) for name in names}) == len(names)
    assert writer.slug("Northmere City Council").startswith("northmere-city-council-")


@pytest.mark.parametrize(
    ("first", "after", "said"), [((1, 9), (5, 12), "in force on 2026-05-01"), ((9, 9), (10, 12), "ends on 2026-09-01")]
)
def test_values_that_overlap_or_end_before_they_start_are_refused(
    tmp_path: Path, first: tuple[int, int], after: tuple[int, int], said: str
) -> None:
    tariffs = [Tariff("C1/K1", dt.date(2026, a, 1), dt.date(2026, b, 1), 1) for a, b in (first, after)]
    with pytest.raises(errors.BadSnapshot, match=said):
        build(tmp_path / "s", by_body([row(1)], tariffs, []), stamp=samples.STAMP)


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(errors.BadOutput, match="no snapshot"):
        build(tmp_path, samples.two_bodies(), stamp=samples.STAMP)
    with pytest.raises(errors.BadOutput, match="is a file"):
        build(tmp_path / "mine.txt", samples.two_bodies(), stamp=samples.STAMP)
    assert files(tmp_path) == {"mine.txt"}


def test_files_without_a_manifest_are_those_of_a_first_build_that_was_killed(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(errors.BadSnapshot, match="commonweal snapshot build"):
        load(folder)
    assert build(folder, samples.two_bodies(), stamp=samples.STAMP).written == ("A", "B")


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "no JSON"), ("[]", "format"), ('{"format": "other"}', "format"),
     ('{"format": "commonweal-snapshot/1", "stamp": {}}', "missing or unknown")],
)  # fmt: skip
def test_a_manifest_that_cannot_be_used_says_why(folder: Path, text: str, said: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(errors.BadSnapshot, match=said):
        load(folder)


def forged(change: Callable[[Manifest], Manifest], folder: Path) -> tuple[str, ...]:
    save(folder, change(load(folder)))
    return check(folder).found


def test_a_missing_and_an_altered_file_are_named(folder: Path) -> None:
    gone, touched, *_ = load(folder).paths(folder, "movements")
    gone.unlink()
    touched.write_bytes(touched.read_bytes()[:-1] + b"X")
    found = check(folder).found
    assert [("is missing" in one, "was altered" in one) for one in found] == [(True, False), (False, True)]


def test_a_manifest_that_says_other_sums_is_caught(folder: Path) -> None:
    def change(stored: Manifest) -> Manifest:
        body = stored.bodies[0]
        one = replace(body.movements[0], rows=7, pence={**body.movements[0].pence, "verified": 1}, last=99)
        return replace(stored, bodies=(replace(body, movements=(one, *body.movements[1:])), *stored.bodies[1:]))

    found = forged(change, folder)
    assert [("7" in found[0]), ("verified holds 500 pence" in found[1]), ("ends with movement m2" in found[2])] == [
        True
    ] * 3


def test_a_penny_that_is_wrong_in_the_rows_is_found(tmp_path: Path) -> None:
    build(tmp_path / "s", samples.facts(row(1, pence=501), row(2, claim="R2")), stamp=samples.STAMP)
    found = check(tmp_path / "s")
    assert not found.sound
    assert [(one.movement, one.pence, one.again) for one in found.differing] == [("m1", 501, 500)]


def test_the_manifest_says_what_its_numbers_mean(folder: Path) -> None:
    document = json.loads((folder / "manifest.json").read_text())
    assert document["scales"] == {"amount": 6, "denominator": 6, "value": 6, "kept": 8}
    assert document["accounts"]["verified"] == 6
    assert document["stamp"]["as_at"] == "2026-07-31"


def test_without_duckdb_the_message_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(errors.MissingExtra, match=r"commonweal\[analytics\]"):
        build(tmp_path / "s", samples.two_bodies(), stamp=samples.STAMP)
    assert not (tmp_path / "s").exists()


def test_nothing_can_be_fetched_at_run_time() -> None:
    connection = duck.connect()
    names = "autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"
    assert [connection.execute("SELECT current_setting(?)", [name]).fetchone() for name in names] == [(False,)] * 3
    connection.close()
