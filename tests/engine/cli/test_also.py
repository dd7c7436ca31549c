"""`report --also` and `--split`: what is told again, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import commonweal_data
from commonweal.cli.also import Split, other_words
from commonweal.cli.main import main
from commonweal.errors import BadSplit

EXAMPLE = Path(commonweal_data.__file__).parent / "examples" / "contract-workbook-q1-2026"


def run(folder: Path, *words: str) -> Result:
    if not (folder / "in").exists():
        shutil.copytree(EXAMPLE, folder / "in")
    arguments = ["report", str(folder / "in"), "-o", str(folder / "out"), "--as-at", "2026-07-31", "--formats", "csv"]
    return CliRunner().invoke(main, [*arguments, *words], catch_exceptions=False)


def told(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "out").rglob("also-*.csv"))


def test_each_framework_that_is_asked_for_is_told(tmp_path: Path) -> None:
    assert run(tmp_path, "--also", "coventry-indicators", "--also", "fx-2026.1").exit_code == 0
    assert "also-coventry-indicators" in told(tmp_path)
    assert "also-fx-2026-1" in told(tmp_path)
    assert "also-sdg" not in told(tmp_path)
    again = CliRunner().invoke(main, ["explain", str(tmp_path / "out"), "--all"], catch_exceptions=False)
    assert again.exit_code == 0


def test_without_the_option_the_goals_are_told_and_with_none_nothing(tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 0
    assert told(tmp_path) == ["also-coverage", "also-sdg"]
    assert run(tmp_path, "--also", "none").exit_code == 0
    assert told(tmp_path) == []


def test_a_framework_or_measure_that_is_not_known_is_refused(tmp_path: Path) -> None:
    result = run(tmp_path, "--also", "svm-2021")
    assert result.exit_code == 3
    assert "Nearest: svm-2026" in result.stderr
    result = run(tmp_path, "--split", "fx-2025.1/NT100=national-toms/NT10")
    assert result.exit_code == 3
    assert "There is no measure called 'fx-2025.1/NT100'. Nearest: fx-2025.1/NT10" in result.stderr
    assert not (tmp_path / "out").exists()


def test_none_stands_alone() -> None:
    with pytest.raises(BadSplit, match="stands alone"):
        other_words(("none", "sdg"), ())


def test_a_split_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    words = ("--also", "fx-2026.1", "--split", "fx-2025.1/NT10=fx-2026.1/NT10:60,fx-2026.1/NT1:40")
    result = run(tmp_path, *words)
    assert result.exit_code == 3
    assert "fx-2025.1/NT10 cannot be counted as fx-2026.1/NT1 of fx-2026.1" in result.stderr


@pytest.mark.parametrize(
    "split",
    [
        "fx-2025.1/NT10",
        "=fx-2026.1/NT10",
        "fx-2025.1/NT10=",
        "fx-2025.1/NT10=sdg/4.4:50,fx-2026.1/NT10:50",
        "fx-2025.1/NT10=sdg/4.4:half",
        "fx-2025.1/NT10=sdg/4.4:33.333",
        "fx-2025.1/NT10=sdg/4.4:Infinity",
    ],
)
def test_a_split_that_is_written_wrongly_is_a_mistake_of_usage(tmp_path: Path, split: str) -> None:
    assert run(tmp_path, "--split", split).exit_code == 2


def test_shares_are_read_exactly() -> None:
    made = CliRunner().invoke(main, ["report", "--help"])
    assert "MEASURE=TARGET:PERCENT" in made.output

    source, shares = Split().convert("a/M1=b/M2:33.33%,b/M3:66.67", None, None)
    assert (source, shares) == ("a/M1", {"b/M2": 3333, "b/M3": 6667})
    assert Split().convert("a/M1=b/M2", None, None) == ("a/M1", {"b/M2": 10_000})
    choices = other_words((), [("fx-2025.1/NT10", {"fx-2026.1/NT10": 10_000})]).choices
    assert choices == {("fx-2025.1/NT10", "fx-2026.1"): {"fx-2026.1/NT10": 10_000}}
