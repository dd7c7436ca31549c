"""`report`: totals to the penny, rows left out and named, formats, mappings, packs, and what ends in a refusal."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from commonweal.cli import clock
from commonweal.cli.problems import left_out_lines
from commonweal.cli.status import Status
from commonweal.reporting.output import missing_or_altered
from commonweal.reporting.stored import load_report
from tests.engine.cli.conftest import Run, document

AS_AT = ("--as-at", "2026-07-31")
EXPORT = (
    "Measure code,Wording,Unit,Proxy,Target quantity,Target value,Delivered quantity,Delivered value,Project,"
    "Industry,Postcode district,Contract value,Colour of the folder\n"
    'NT10,Apprentice weeks,weeks,£250,104,"£26,000.00",26,"£6,500.00",Depot,Highways,CV1,"£1,200,000",blue\n'
    'NT17,Hours,hours,£17.50,200,"£3,500.00",#VALUE!,,Depot,Highways,CV1,"£1,200,000",red\n'
)


def copy_of(source: Path, folder: Path) -> Path:
    return Path(shutil.copytree(source, folder / "input"))


def rewrite(file: Path, change: object) -> None:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    change(rows)  # type: ignore[operator]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def test_journey_4_is_printed_to_the_penny(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    result = run("report", first_quarter, "-o", tmp_path / "out", *AS_AT, "--formats", "html,csv")
    assert result.exit_code == Status.FINE
    for amount in ("£97,300.00", "£262.50", "£3,750.00", "£101,312.50"):
        assert amount in result.stdout
    assert "1 contract worth £2,400,000.00; 1 with KPIs." in result.stdout
    assert f"Open {tmp_path / 'out' / 'report.html'}" in result.stdout
    assert missing_or_altered(tmp_path / "out") == []
    assert result.stderr == ""


def test_json_holds_exact_numbers_as_text(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    result = run(
        "report", first_quarter, "-o", tmp_path / "out", *AS_AT, "--formats", "csv", "--json", "--title", "Mine"
    )
    found = document(result)
    assert found["ok"] is True
    assert found["title"] == "Mine"
    assert found["totals"]["portfolio/verified/pounds"] == "97300"
    assert found["totals"]["portfolio/pending/pounds"] == "262.5"
    assert found["problems"]["error"] == 0
    assert found["left_out"] == []
    assert str(tmp_path / "out" / "report.json") in found["files"]


def test_without_a_date_it_is_as_at_today(
    run: Run, first_quarter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert clock.today() == dt.date.today()  # noqa: DTZ011 - the clock under test
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 8, 3))
    result = run("report", first_quarter, "-o", tmp_path / "out", "--formats", "csv")
    assert "as at 3 August 2026" in result.stdout
    meta, _ = load_report(tmp_path / "out")
    assert meta["as_at"] == "2026-08-03"


def test_rows_with_errors_are_left_out_with_what_rests_on_them(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    source = copy_of(first_quarter, tmp_path)

    def spoil(rows: list[list[str]]) -> None:
        kpi, unit = rows[0].index("KPI reference *"), rows[0].index("Measure code")
        line = next(row for row in rows if row[kpi] == "NT17")
        line[unit] = "NT17"
        rows[0].append("Unit")
        for row in rows[1:]:
            row.append("week" if row is line else "")

    heading = (source / "kpis.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    if "KPI reference *" not in heading:
        (source / "kpis.csv").write_text(
            (source / "kpis.csv").read_text(encoding="utf-8-sig").replace("KPI reference", "KPI reference *", 1)
        )
    rewrite(source / "kpis.csv", spoil)
    result = run("report", source, "-o", tmp_path / "out", *AS_AT, "--formats", "csv")
    assert result.exit_code == Status.LOOK
    assert "To be mended; each says what is left out until then" in result.stdout
    assert "week" in result.stdout
    found = document(run("report", source, "-o", tmp_path / "out", *AS_AT, "--formats", "csv", "--json"))
    assert found["problems"]["error"] >= 1
    resting = [row for row in found["left_out"] if row["because"].endswith("is left out")]
    assert any("R1-NT17" in row["what"] for row in resting)
    _, book = load_report(tmp_path / "out")
    assert "NMC-2026-014/NT17/verified/pounds" not in book


def test_very_many_errors_are_counted_on_the_screen(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    source = copy_of(first_quarter, tmp_path)
    with (source / "notes.csv").open("a", encoding="utf-8", newline="") as stream:
        stream.writelines(f"NO-SUCH-{number},Lost\r\n" for number in range(20))
    result = run("report", source, "-o", tmp_path / "out", *AS_AT, "--formats", "csv")
    assert result.exit_code == Status.LOOK
    assert "more errors; --json names all of them." in result.stdout


def test_a_mapping_is_shown_saved_and_taken_again(run: Run, tmp_path: Path) -> None:
    export, saved = tmp_path / "export.csv", tmp_path / "mapping.json"
    export.write_text(EXPORT, encoding="utf-8")
    result = run("report", export, "-o", tmp_path / "a", "--save-mapping", saved, "--formats", "csv")
    assert "Measure code = measure" in result.stdout
    assert "Headings not used: Colour of the folder." in result.stdout
    assert json.loads(saved.read_text())["headings"]["Measure code"] == "measure"
    again = run("report", export, "-o", tmp_path / "b", "--mapping", saved, "--formats", "csv")
    assert again.exit_code == result.exit_code
    assert again.stdout.replace(str(tmp_path / "b"), "DIR") == result.stdout.replace(str(tmp_path / "a"), "DIR")


def test_a_mapping_that_cannot_be_read_is_refused(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    result = run("report", export, "-o", tmp_path / "a", "--mapping", tmp_path / "no.json")
    assert result.exit_code == Status.REFUSED
    assert "no.json cannot be read" in result.stderr


def test_a_mapping_that_cannot_be_saved_leaves_no_report(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(EXPORT, encoding="utf-8")
    result = run("report", export, "-o", tmp_path / "a", "--save-mapping", tmp_path / "no" / "mapping.json")
    assert result.exit_code == Status.NOT_WRITTEN
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("noise.xlsx", bytes(range(256)) * 40),
        ("empty.csv", b""),
        ("letter.csv", b"Dear Sir or Madam\nthank you\n"),
    ],
)
def test_a_refused_file_writes_nothing(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("report", tmp_path / name, "-o", tmp_path / "out")
    assert result.exit_code == Status.REFUSED
    assert name in result.stderr
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_without_contracts_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    result = run("report", tmp_path / "in", "-o", tmp_path / "out")
    assert result.exit_code == Status.REFUSED
    assert "without any CSV file" in result.stderr


def test_a_folder_with_other_files_is_not_written_over(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    result = run("report", first_quarter, "-o", tmp_path / "out", "--formats", "csv")
    assert result.exit_code == Status.NOT_WRITTEN
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_unknown_format_or_date_is_a_usage_error(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    result = run("report", first_quarter, "-o", tmp_path / "out", "--formats", "html,docx")
    assert result.exit_code == Status.USAGE
    assert "'docx' is no format" in result.stderr
    result = run("report", first_quarter, "-o", tmp_path / "out", "--as-at", "31 July")
    assert result.exit_code == Status.USAGE
    assert "Write it as 2026-07-31 or 31/07/2026" in result.stderr


def test_values_of_a_licensed_pack_are_marked_and_credited(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    source, pack = copy_of(first_quarter, tmp_path), tmp_path / "ours.yaml"
    pack.write_text(
        "id: ours\ntitle: Our values\nlicence: Licence 1\nframework: fx-2025.1\nentries:\n"
        '  - {code: NT10, value: "300", unit: week, from: "2026-01-01"}\n'
    )
    rewrite(
        source / "contracts.csv", lambda rows: [row.append("Values from" if row is rows[0] else "ours") for row in rows]
    )
    run("report", source, "-o", tmp_path / "out", *AS_AT, "--formats", "csv", "--pack", pack)
    meta, book = load_report(tmp_path / "out")
    assert book["NMC-2026-014/NT10/verified/pounds"].value == 13 * 300
    assert any("ours (Licence 1)" in note for note in meta["notes"])
    assert any("Open Government Licence" in text for text in meta["attributions"])


def test_an_input_without_problems_says_so() -> None:
    assert left_out_lines([], []) == ["Checks: nothing to mend."]
