"""`map`: the mapping journey on the screen and in files, and everything that it refuses."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commonweal.cli.main import main
from commonweal.cli.map import SUFFIXES
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.mapping import mapping
from commonweal.figures import Figure
from commonweal.reporting.build.mapping import mapping_report, percent, summary
from commonweal.reporting.wording import table_words

DAY = dt.date(2026, 11, 21)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["map", *words], catch_exceptions=False)


def test_the_screen_says_what_can_be_converted_and_names_what_cannot() -> None:
    result = run("--from", "fx-svm-2025", "--to", "fx-2025.1")
    assert result.exit_code == 1
    first = result.output.splitlines()[0]
    assert first == (
        "fx-svm-2025 in the words of fx-2025.1: 6 of 8 convertible (75.0 %), 7 of 8 related (87.5 %), 1 unmapped."
    )
    assert "× 1 × weeks planned for each apprentice" in result.output
    assert "No counterpart:\n  SV5  Suppliers with the standards for mental health at work  nothing" in result.output
    assert " 0 " not in result.output


def test_the_four_kinds_are_counted() -> None:
    one = mapping(load_crosswalk(), source="fx-svm-2025", target="fx-2025.1")
    assert [list(dict(one.fits).values()).count(fit) for fit in type(one.fits[0][1])] == [4, 2, 0, 1, 1]
    assert [item.code for item in one.unmapped] == ["SV5"]


def test_json_tells_all() -> None:
    result = run("--from", "svm-2020:PO8,SVM20-4-04", "--to", "national-toms", "--to", "coventry-indicators", "--json")
    told = json.loads(result.output)
    assert told["ok"]
    toms, coventry = told["mappings"]
    assert (toms["items"], toms["convertible"], toms["related"]) == (2, 0, 1), "what needs a choice is not converted"
    assert toms["choose_or_split"] == ["svm-2020/SVM20-8-01"]
    water = next(row for row in coventry["rows"] if row["from"] == "svm-2020/SVM20-4-04")
    assert (water["factor"], water["fit"], water["relation"]) == ("0.001", "convertible", "close")
    assert toms["unmapped"] == ["svm-2020/SVM20-4-04"]
    empty = toms["rows"][-1]
    assert [empty[key] for key in ("to", "by", "relation", "factor", "datum", "weight", "author", "verified")] == [
        None
    ] * 8


def test_a_choice_that_is_open_is_said_on_the_screen() -> None:
    result = run("--from", "svm-2020:SVM20-8-01", "--to", "national-toms")
    assert result.exit_code == 0
    assert "0 of 1 convertible (0.0 %), 1 of 1 to be chosen for first (SVM20-8-01), 1 of 1 related" in result.output
    assert "Choose a counterpart, or split with shares that make 100 per cent: SVM20-8-01." in result.output
    assert "No counterpart" not in result.output


def test_a_framework_that_is_not_linked_has_only_reasons() -> None:
    result = run("--from", "svm-2026", "--to", "svm-2020")
    assert result.exit_code == 1
    assert "0 of 6 convertible (0.0 %), 0 of 6 related (0.0 %), 6 unmapped." in result.output
    assert "Relation" not in result.output


def test_what_is_known_by_way_of_an_outcome_says_so() -> None:
    result = run("--from", "national-toms:NT1", "--to", "sdg")
    assert "related, by way of national-toms/local_employment" in result.output


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_kind_of_file_is_written_once(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"mapping.{suffix}"
    words = ("--from", "fx-2025.1", "--to", "sdg", "-o", str(file))
    result = run(*words)
    assert f"Written to {file}" in result.output
    assert file.stat().st_size > 500
    before = file.read_bytes()
    again = run(*words)
    assert again.exit_code == 4
    assert "is there already" in again.stderr
    assert file.read_bytes() == before
    assert run(*words, "--force").exit_code == 0


def test_a_file_has_empty_columns_for_targets_and_deliveries(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    run("--from", "fx-2025.1:NT10,CL", "--to", "sdg", "--to", "fx-svm-2025", "-o", str(file))
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert [(row["In the words of"], row["Code"], row["Counterpart"], row["Weight"]) for row in rows] == [
        ("sdg", "NT10", "4.4", "60"),
        ("sdg", "NT10", "8.6", "40"),
        ("sdg", "CL", "8.5", "60"),
        ("sdg", "CL", "10.2", "40"),
        ("fx-svm-2025", "NT10", "SV2", ""),
        ("fx-svm-2025", "CL", "SV3", ""),
    ]
    assert {row["Target"] + row["Delivered"] for row in rows} == {""}
    assert rows[4]["What must be known"] == "weeks planned for each apprentice (week/person)"
    assert rows[4]["Author"] == "Commonweal, proposed"


def test_another_ending_is_refused(tmp_path: Path) -> None:
    result = run("--from", "fx-2025.1", "--to", "sdg", "-o", str(tmp_path / "m.docx"))
    assert result.exit_code == 4
    assert "Choose from csv, json, html" in result.stderr


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("svm-2021", "sdg", "There is no framework called 'svm-2021'"),
        ("svm-2020", "sgd", "There is no framework called 'sgd'"),
        ("svm-2020:PO9", "sdg", "There is no code of svm-2020 called 'PO9'"),
    ],
)
def test_what_is_not_known_is_refused(source: str, target: str, words: str) -> None:
    result = run("--from", source, "--to", target)
    assert result.exit_code == 3
    assert words in result.stderr


def test_your_own_links_overrule_the_register(tmp_path: Path) -> None:
    links = tmp_path / "own.yaml"
    links.write_text(
        "id: svm-2026__national-toms\nfrom: svm-2026\nto: national-toms\nlabel: Mine\nlicence: own-wording\n"
        "author: Us\nverified: false\nchecked_on: 2026-11-21\nrows:\n  - {from: svm-2026.training, "
        "to: national-toms/skills, relation: related, reason: training}\n",
        encoding="utf-8",
    )
    result = run("--from", "svm-2026", "--to", "national-toms", "--to", "svm-2020", "--links", str(links))
    assert result.exit_code == 1
    assert "1 of 6 related (16.7 %), 5 unmapped" in result.output
    assert "the 2026 model sets no measures" in result.output
    links.write_text(links.read_text().replace("svm-2026.training", "svm-2026.nothing"), encoding="utf-8")
    refused = run("--from", "svm-2026", "--to", "national-toms", "--links", str(links))
    assert refused.exit_code == 3
    assert 'own.yaml line 10: svm-2026 has no "svm-2026.nothing"' in refused.stderr


def test_an_entry_whose_items_are_all_linked_is_gone(tmp_path: Path) -> None:
    links = tmp_path / "own.yaml"
    links.write_text(
        "id: fx-svm-2025__fx-2025.1\nfrom: fx-svm-2025\nto: fx-2025.1\nlabel: Mine\nlicence: own-wording\n"
        "author: Us\nverified: false\nchecked_on: 2026-11-21\nrows:\n  - {from: fx-svm-2025/SV5, "
        "to: fx-2025.1/RLW, relation: related, reason: fair work}\n",
        encoding="utf-8",
    )
    assert run("--from", "fx-svm-2025", "--to", "fx-2025.1", "--links", str(links)).exit_code == 0


def test_a_day_chooses_among_links(tmp_path: Path) -> None:
    links = tmp_path / "own.yaml"
    links.write_text(
        "id: svm-2025__sdg\nfrom: svm-2025\nto: sdg\nlabel: Mine\nlicence: own-wording\nauthor: Us\nverified: true\n"
        "checked_on: 2026-11-21\nrows:\n  - {from: svm-2025/CW25-5-01, to: sdg/8.5, relation: related, "
        "reason: jobs, verified: secondary, applies_from: 2027-01-01}\n",
        encoding="utf-8",
    )
    words = ("--from", "svm-2025:CW25-5-01", "--to", "sdg", "--links", str(links), "--on")
    assert "16.1" in run(*words, "2026-12-31").output
    assert "16.1" not in run(*words, "2027-01-01").output
    file = tmp_path / "m.csv"
    run(*words, "2027-01-01", "-o", str(file))
    assert "Us, from secondary sources" in file.read_text(encoding="utf-8-sig")


def test_the_coverage_of_a_file_can_be_worked_out_again(tmp_path: Path) -> None:
    walk = load_crosswalk()
    found = [mapping(walk, source="national-toms", target=to) for to in ("svm-2025", "sdg", "essex-ecc")]
    report = mapping_report(found, as_at=DAY, made_by="test")
    for entry in report.book:
        assert not isinstance(entry, Figure) or report.book.recompute(entry.id) == entry.value
    (coverage,) = [table for table in report.tables() if table.name == "coverage"]
    assert [row.cells[6].value for row in coverage.rows] == [51, 51, 51]
    file = tmp_path / "m.xlsx"
    run("--from", "national-toms", "--to", "svm-2025", "-o", str(file))
    assert zipfile.ZipFile(file).testzip() is None


def test_a_release_without_anything_has_no_percentages() -> None:
    walk = Crosswalk(load_crosswalk().items, [])
    empty = mapping(walk, source="fx-2025.1", target="sdg", codes=())
    nothing = type(empty)(empty.source, empty.target, (), ())
    assert summary(nothing) == "0 of 0 convertible (–), 0 of 0 related (–), 0 unmapped"
    report = mapping_report([nothing], as_at=DAY, made_by="test")
    (coverage, _) = report.tables()
    assert [cell.text for cell in coverage.rows[0].cells[-2:]] == ["–", "–"]
    assert empty.rows[0].reason == "not linked"


@pytest.mark.parametrize(("part", "whole", "words"), [(2, 3, "66.7 %"), (1, 8, "12.5 %"), (1, 16, "6.3 %")])
def test_percentages_have_one_decimal(part: int, whole: int, words: str) -> None:
    assert percent(part, whole) == words


def test_each_column_of_the_coverage_has_a_name_of_its_own_and_counts_are_whole() -> None:
    """Two columns once shared a name, so that a count was written as a percentage."""
    one = mapping(load_crosswalk(), source="fx-svm-2025", target="fx-2025.1")
    made = mapping_report([one], as_at=dt.date(2026, 11, 22), made_by="test")
    (coverage,) = [table for table in made.tables() if table.name == "coverage"]
    keys = [column.key for column in coverage.columns]
    assert len(keys) == len(set(keys))
    row = dict(zip(keys, (words.line for words in table_words(coverage)[0]), strict=True))
    counts = [row[key] for key in ("equivalent", "with_datum", "choice", "related", "unmapped", "all")]
    assert counts == ["4", "2", "0", "1", "1", "8"]
    percents = [row[key].replace("\N{NO-BREAK SPACE}", " ") for key in ("convertible_percent", "related_percent")]
    assert percents == ["75 %", "87.5 %"]
