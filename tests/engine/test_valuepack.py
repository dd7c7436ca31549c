"""Value packs of a licensed user: checked whole, imported whole, kept out of exports."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace as replaced
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors, valuepack
from commonweal.catalogue import Catalogue, load_catalogue
from commonweal.checks.problem import Severity
from commonweal.packs import check_pack, import_pack, load_pack
from commonweal.valuepack import PackFile, parse_pack

GOOD = """\
Code,Value,Unit,From,Place,Source
NT1,"£31,000.50",FTE years,2025-04-01,,Licence 12
NT1,32000,FTE-year,01/04/2026,,Licence 12
NT1,33000,FTE-year,2025-04-01,Coventry City Council,
NT10,250,weeks,2025-04-01,,
"""
HEAD = """\
id: our-values
title: Our licensed values
licence: Licence 12 of our council
framework: national-toms
"""
INLINE = """\
entries:
  - {code: NT1, value: "31000", unit: FTE-year, from: 2025-04-01}
  - {code: NT17, value: 18, unit: hrs, from: "2025-04-01", place: null}
"""


def write(folder: Path, text: str, name: str = "Our values.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def findings(folder: Path, text: str, name: str = "x.csv") -> list[str]:
    return [f"{problem.where.row} {problem.code}" for problem in check_pack(write(folder, text, name))]


def test_a_csv_is_a_pack(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert [problem.code for problem in check_pack(path)] == ["no_framework"]
    pack = load_pack(path)
    assert (pack.id, pack.title, pack.may_export) == ("our-values", "Our values", False)
    series = pack.series_for("NT1")
    assert (series.unit, series.kind, series.pack, series.may_export) == (
        "GBP/FTE-year",
        "nominal",
        "our-values",
        False,
    )
    assert series.on(dt.date(2025, 6, 1)).entry.value == Decimal("31000.50")
    assert series.on(dt.date(2026, 4, 1)).entry.value == Decimal(32000)
    assert series.on(dt.date(2026, 4, 1), [("authority", "E08000026")]).entry.value == Decimal(33000)
    assert series.entries[0].source == "Licence 12"
    assert {entry.source for entry in series.entries} <= set(series.sources)
    with pytest.raises(errors.UnknownCode, match=r"no value in the pack our-values called 'NT11'\. Nearest: "):
        pack.series_for("NT11")


def test_a_yaml_file_is_a_pack(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + INLINE, "pack.yaml")
    assert check_pack(path) == []
    pack = load_pack(path)
    assert (pack.id, pack.framework, pack.licence) == ("our-values", "national-toms", "Licence 12 of our council")
    assert pack.series_for("NT17").entries[0].value == Decimal(18)
    assert (pack.series_for("NT17").framework, pack.series_for("NT17").measure) == ("national-toms", "NT17")


def test_a_yaml_file_may_name_the_table_beside_it(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "values.csv")
    path = write(tmp_path, HEAD + "values: values.csv\n", "pack.yaml")
    assert len(load_pack(path).series_for("NT1").entries) == 3
    path = write(tmp_path, HEAD + "values: ../values.csv\n", "pack.yaml")
    with pytest.raises(errors.BadPack, match="Keep the table in the same folder"):
        load_pack(path)
    assert [problem.code for problem in check_pack(path)] == ["bad_pack"]


def test_real_values_carry_their_price_base(tmp_path: Path) -> None:
    text = "code,value,unit,from,until,price_base\nA,1,hour,2025-04-01,2026-04-01,2024/25\n"
    series = load_pack(write(tmp_path, text)).series_for("A")
    assert (series.kind, series.price_base) == ("real", "2024/25")
    assert series.entries[0].until == dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",1,hour,2025-04-01,,,", "no_code"),
        ("A,,hour,2025-04-01,,,", "bad_value"),
        ("A,#VALUE!,hour,2025-04-01,,,", "bad_value"),
        ("A,1,hour,,,,", "bad_date"),
        ("A,1,hour,2025-02-30,,,", "bad_date"),
        ("A,1,hour,31/02/2025,,,", "bad_date"),
        ("A,1,hour,2025-04-01,2025-04-01,,", "bad_date"),
        ("A,1,hour,2025-04-01,,,last year", "bad_year"),
        ("A,1,furlong,2025-04-01,,,", "unknown_unit"),
        ("A,1,weeek,2025-04-01,,,", "unknown_unit"),
        ("A,1,,2025-04-01,,,", "unknown_unit"),
    ],
)
def test_a_row_that_is_wrong_is_named(tmp_path: Path, row: str, code: str) -> None:
    text = f"code,value,unit,from,until,place,price_base\nB,1,hour,2025-04-01,,,\n{row}\n"
    assert findings(tmp_path, text) == [f"3 {code}"]
    with pytest.raises(errors.BadPack, match=r"x\.csv line 3: "):
        load_pack(tmp_path / "x.csv")


def test_doubtful_rows_are_kept_with_a_warning(tmp_path: Path) -> None:
    text = "code,value,unit,from,place\nA,0,hour,2025-04-01,\nB,2,hour,2025-04-01,Harbour ward\n"
    problems = check_pack(write(tmp_path, text))
    assert [(p.where.row, p.code, p.severity) for p in problems] == [
        (2, "not_above_zero", Severity.WARNING),
        (3, "unknown_place", Severity.WARNING),
        (1, "no_framework", Severity.WARNING),
    ]
    assert load_pack(tmp_path / "Our values.csv").series_for("B").entries[0].place == "Harbour ward"


def test_rows_that_contradict_each_other(tmp_path: Path) -> None:
    text = "code,value,unit,from\nA,1,hour,2025-04-01\nA,2,hour,2025-04-01\nA,3,week,2026-04-01\n"
    assert findings(tmp_path, text) == ["3 twice", "4 two_units"]


def test_codes_and_units_are_compared_with_the_framework(tmp_path: Path) -> None:
    rows = """entries:
  - {code: NT1, value: "1", unit: hour, from: 2025-04-01}
  - {code: FM1, value: "1", unit: FTE-year, from: 2025-04-01}
  - {code: NT100, value: "1", unit: hour, from: 2025-04-01}
  - {code: QQQ, value: "1", unit: hour, from: 2025-04-01}
  - {code: NT69, value: "1", unit: hour, from: 2025-04-01}
"""
    problems = check_pack(write(tmp_path, HEAD + rows, "pack.yaml"))
    assert [(problem.where.row, problem.code) for problem in problems] == [
        (6, "other_unit"),
        (8, "unknown_code"),
        (9, "unknown_code"),
    ]
    assert problems[1].mend.startswith("Nearest: ")
    assert problems[2].mend == "It is kept all the same."
    unknown = check_pack(write(tmp_path, HEAD.replace("national-toms", "toms-of-ours") + INLINE, "pack.yaml"))
    assert [problem.code for problem in unknown] == ["unknown_framework"]


def test_headings_and_properties_must_be_known(tmp_path: Path) -> None:
    assert findings(tmp_path, "code,value,units,from\nA,1,hour,2025-04-01\n") == [
        "1 missing_column",
        "1 unknown_column",
    ]
    rows = 'entries:\n  - {code: A, vaule: "1", value: "1", unit: hour, from: 2025-04-01}\n'
    assert findings(tmp_path, HEAD + rows, "x.yaml") == ["6 unknown_property", "6 unknown_code"]
    assert findings(tmp_path, HEAD + "owner: us\n", "x.yaml") == ["5 unknown_property"]
    assert findings(tmp_path, HEAD + "entries:\n  - [1, 2]\n", "x.yaml") == ["6 bad_property"]
    assert findings(tmp_path, HEAD + "entries:\n  - {code: [A]}\n", "x.yaml") == ["6 bad_property"]


def test_an_empty_pack_is_no_pack(tmp_path: Path) -> None:
    assert findings(tmp_path, "code,value,unit,from\n") == ["1 no_values"]
    assert findings(tmp_path, HEAD, "x.yaml") == ["1 no_values"]
    assert findings(tmp_path, "") == ["0 bad_pack"]
    assert findings(tmp_path, "\n,\n") == ["0 bad_pack"]


def test_licensed_values_may_not_be_marked_for_export(tmp_path: Path) -> None:
    assert findings(tmp_path, HEAD + "may_export: true\n" + INLINE, "x.yaml") == ["5 may_export"]
    own = (
        HEAD.replace("national-toms", "essex-ecc")
        + 'may_export: true\nentries:\n  - {code: ECC9, value: "1", unit: week, from: 2025-04-01}\n'
    )
    assert load_pack(write(tmp_path, own, "own.yaml")).series_for("ECC9").may_export
    assert findings(tmp_path, HEAD.replace("our-values", "open") + INLINE, "x.yaml") == ["1 taken"]
    assert findings(tmp_path, HEAD.replace("our-values", "../up") + INLINE, "x.yaml") == ["1 bad_property"]


def test_files_that_are_no_text_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(errors.BadPack, match=r"a\.csv is not text"):
        load_pack(tmp_path / "a.csv")
    with pytest.raises(errors.BadPack, match=r"gone\.csv cannot be read"):
        load_pack(tmp_path / "gone.csv")
    with pytest.raises(errors.BadPack, match=r"x\.csv is no CSV"):
        load_pack(write(tmp_path, 'code,value\n"A" x,1\n', "x.csv"))
    monkeypatch.setattr(valuepack, "MAX_BYTES", 10)
    with pytest.raises(errors.BadPack, match="larger than 0 MB"):
        load_pack(write(tmp_path, GOOD))


def test_a_table_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_bytes(GOOD.replace("\n", "\r\n").encode("cp1252"))
    assert load_pack(tmp_path / "w.csv").series_for("NT1").entries[0].value == Decimal("31000.50")


def test_a_pack_is_imported_whole(tmp_path: Path) -> None:
    path, into = write(tmp_path, GOOD), tmp_path / "packs"
    pack = import_pack(path, "  Licence 12,\nheld until 2027 \n", into)
    assert pack == load_pack(into / "our-values")
    assert (pack.licence, pack.may_export) == ("Licence 12, held until 2027", False)
    assert (into / "our-values" / "licence.txt").read_text() == "Licence 12,\nheld until 2027\n"
    assert {code: series.entries for code, series in pack.series.items()} == {
        code: series.entries for code, series in load_pack(path).series.items()
    }
    assert pack.sha256 == load_pack(path).sha256
    assert sorted(os.listdir(into)) == ["our-values"]


def test_what_is_imported_is_never_overwritten_and_never_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, into = write(tmp_path, GOOD), tmp_path / "packs"
    with pytest.raises(errors.BadPack, match="an empty licence is none"):
        import_pack(path, " \n", into)
    with pytest.raises(errors.BadPack, match=r"x\.csv line 2: "):
        import_pack(write(tmp_path, "code,value,unit,from\nA,x,hour,2025-04-01\n", "x.csv"), "L", into)
    assert not into.exists()

    def fails(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fails)
        with pytest.raises(OSError, match="disk full"):
            import_pack(path, "L", into)
    assert list(into.iterdir()) == []
    import_pack(path, "L", into)
    with pytest.raises(errors.BadPack, match="A pack called our-values was imported before"):
        import_pack(path, "L", into)


def test_a_pack_without_framework_is_warned_of_with_those_that_fit(tmp_path: Path) -> None:
    (problem,) = check_pack(write(tmp_path, "code,value,unit,from\nECC9,1,week,2025-04-01\n", "x.csv"))
    assert problem.severity is Severity.WARNING
    assert problem.found.endswith("All its codes are in essex-ecc.")
    (problem,) = check_pack(write(tmp_path, "code,value,unit,from\nQQQ,1,week,2025-04-01\n", "x.csv"))
    assert "All its codes" not in problem.found


def test_a_framework_is_given_to_a_pack_that_names_none(tmp_path: Path) -> None:
    path, into = write(tmp_path, GOOD), tmp_path / "packs"
    with pytest.raises(errors.UnknownCode, match="national-toms"):
        import_pack(path, "L", into, "national-tom")
    assert not into.exists()
    pack = import_pack(path, "L", into, "national-toms")
    assert (pack.framework, pack.series_for("NT1").framework) == ("national-toms", "national-toms")
    assert check_pack(into / "our-values") == []
    headed = write(tmp_path, HEAD.replace("our-values", "headed") + INLINE, "pack.yaml")
    with pytest.raises(errors.BadPack, match=r"headed says that it prices national-toms, not essex-ecc\."):
        import_pack(headed, "L", into, "essex-ecc")
    assert import_pack(headed, "L", into, "national-toms").framework == "national-toms"
    leaving = "id: leaving\ntitle: Ours\nlicence: L\nmay_export: true\n" + INLINE
    with pytest.raises(errors.BadPack, match="may not leave in an export"):
        import_pack(write(tmp_path, leaving, "leaving.yaml"), "L", into, "national-toms")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A", "B"]),
            st.decimals(min_value="0.01", max_value="1000000", places=6),
            st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2050, 1, 1)),
        ),
        min_size=1,
        unique_by=lambda row: (row[0], row[2]),
    )
)
def test_import_gives_back_exactly_what_was_given(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, Decimal, dt.date]]
) -> None:
    folder = tmp_path_factory.mktemp("pack")
    lines = [f"{code},{value:f},hour,{day}" for code, value, day in rows]
    path = write(folder, "\n".join(["code,value,unit,from", *lines]))
    pack = import_pack(path, "L", folder / "in")
    got = {(code, e.value, e.start) for code, series in pack.series.items() for e in series.entries}
    assert got == set(rows)


@given(st.text(max_size=200))
def test_no_text_breaks_the_check(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.csv", "a.yaml"):
        path = folder / name
        path.write_text(text, encoding="utf-8", errors="replace")
        assert check_pack(path)


SHARED_HEAD = PackFile(id="ours", title="Ours", licence="Licence 12", framework="national-toms")
SHARED = "code,value,unit,from,source,place\nNT1,31000,FTE-year,2025-04-01,Licence 12,\n"


def shared(text: str, head: PackFile | None = SHARED_HEAD) -> tuple[valuepack.Pack | None, list[str]]:
    pack, problems = parse_pack(text, name="x.csv" if head else "x.yaml", head=head)
    return pack, [f"{problem.where.row} {problem.code}" for problem in problems]


def test_a_shared_pack_is_read_from_its_text() -> None:
    pack, problems = shared(SHARED)
    assert (problems, pack and pack.series_for("NT1").on(dt.date(2025, 6, 1)).entry.source) == ([], "Licence 12")
    inline = HEAD + 'entries:\n  - {code: NT1, value: "31000", unit: FTE-year, from: 2025-04-01, source: page 3}\n'
    pack, problems = shared(inline, None)
    assert (problems, pack and pack.may_export) == ([], False)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("NT1,31000,FTE-year,2025-04-01,,", "2 no_source"),
        ("NT1,31000,hour,2025-04-01,s,", "2 other_unit"),
        ("NT1,31000,hrz,2025-04-01,s,", "2 unknown_unit"),
        ("NT1,31000,FTE-year,2025-04-01,=cmd|'/c calc'!A0,", "2 live_text"),
        ("@NT1,31000,FTE-year,2025-04-01,s,", "2 live_text"),
        ("NT1,31000,FTE-year,2025-04-01,s,Nowhereton", "2 unknown_place"),
        ("NT1,=1+1,FTE-year,2025-04-01,s,", "2 live_text"),
    ],
)
def test_a_row_of_a_shared_pack_is_refused(row: str, found: str) -> None:
    pack, problems = shared(SHARED.splitlines()[0] + f"\n{row}\n")
    assert pack is None
    assert found in problems


@pytest.mark.parametrize(
    ("text", "head", "found"),
    [
        (SHARED, SHARED_HEAD.model_copy(update={"framework": ""}), "1 no_framework"),
        (SHARED, SHARED_HEAD.model_copy(update={"framework": "nobody-1"}), "1 no_framework"),
        (SHARED + "NT1,1,FTE-year,2025-04-01,s,\n" * 20_000, SHARED_HEAD, "20002 too_many"),
        (HEAD + "entries:\n" + "- {code: NT1}\n" * 20_001, None, "20006 unreadable"),
        ("", SHARED_HEAD, "1 unreadable"),
        (HEAD + "values: other.csv\n", None, "5 outside"),
        (HEAD + "title: again\n", None, "5 duplicate_key"),
        (HEAD + "licence2: x\n", None, "5 unknown_property"),
        (HEAD.replace("our-values", "open") + "entries: []\n", None, "1 taken"),
        (HEAD + "may_export: true\n", None, "5 may_export"),
        ("a: &a [1]\nb: *a\n", None, "2 unreadable"),
    ],
)
def test_a_shared_pack_is_refused_whole(text: str, head: PackFile | None, found: str) -> None:
    pack, problems = shared(text, head)
    assert pack is None
    assert problems == [found]


def test_a_shared_pack_prices_a_release_that_is_no_shipped_one() -> None:
    release = replaced(load_catalogue().framework("national-toms"), id="ours-1")
    head = SHARED_HEAD.model_copy(update={"framework": "ours-1"})
    assert parse_pack(SHARED, name="x.csv", head=head, catalogue=Catalogue([release]))[0] is not None


def test_reading_stops_after_many_wrong_rows() -> None:
    pack, problems = shared(SHARED + "NT1,no,FTE-year,2025-04-01,s,\n" * 1_000)
    assert pack is None
    assert len(problems) < 250


def test_hints_for_unknown_codes_are_few() -> None:
    rows = "".join(f"NT1{at}x,1,FTE-year,2025-04-01,s,\n" for at in range(80))
    _, problems = parse_pack(SHARED + rows, name="x.csv", head=SHARED_HEAD)
    assert {one.code for one in problems} == {"unknown_code"}
    assert sum("Nearest" in one.mend for one in problems) <= 50
