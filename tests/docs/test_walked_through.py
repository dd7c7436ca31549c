"""What the README and the tutorial tell a reader to type works as it stands, and shows what they say it shows."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commonweal.cli.main import main as program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the paths that the pages name stand, and in which they may write."""
    example = Path("src", "commonweal_data", "examples")
    shutil.copytree(ROOT / example, tmp_path / example)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(page: str) -> list[str]:
    """The commands that a page tells the reader to type, in order."""
    blocks = re.findall(r"```console\n(.*?)^ *```", (ROOT / page).read_text(), flags=re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in textwrap.dedent(block).splitlines()]


def run(line: str) -> Result:
    words = shlex.split(line)
    assert words[0] == "commonweal"
    return CliRunner().invoke(program, words[1:], catch_exceptions=False)


def test_the_commands_of_the_readme_work_as_they_stand(clone: Path) -> None:
    lines = [line for line in typed("README.md") if line.startswith("commonweal ")]
    assert len(lines) >= 5
    for line in lines:
        result = run(line)
        assert result.exit_code == 0, f"{line}\n{result.output}"
        assert result.output.strip()
    assert (clone / "out" / "report" / "report.html").is_file()


def decide(folder: Path, before: str, after: str) -> None:
    """Change the amount of the decision on the hours."""
    file = folder / "decisions.csv"
    rows = file.read_text().splitlines()
    changed = [row.replace(f",verified,{before},", f",verified,{after},") if ",NT17," in row else row for row in rows]
    assert rows != changed
    file.write_text("\n".join(changed) + "\n")


def test_values_of_your_own_are_used_as_the_how_to_says(clone: Path) -> None:
    check, bring_in, value, report = typed("docs/how-to/own-values.md")
    (clone / "our-values.csv").write_text("code,value,unit,from\nNT1,10000,FTE-year,2026-04-01\n")
    run("commonweal template contract -o contracts.xlsx")
    checked = run(check)
    assert checked.exit_code == 0
    assert "names no framework" in checked.output
    assert "names no framework" not in run(bring_in).output
    assert run(value).output.startswith("£20,000.00\n")
    assert run(report).exit_code == 0


def test_the_tutorial_shows_what_it_says(clone: Path) -> None:
    _, copy, check, report, why, every, again, check_again = typed("docs/tutorials/first-report.md")
    _, _, source, target = shlex.split(copy)
    mine = Path(shutil.copytree(source, target))

    assert "0 errors, 1 warning" in run(check).output

    output = run(report).output
    page = (ROOT / "docs/tutorials/first-report.md").read_text()
    for amount in ("101,312.50", "97,300.00", "262.50", "3,750.00"):
        assert f"GBP {amount}" in page
        assert f"£{amount}" in output

    with Path("my-report", "attention.csv").open(encoding="utf-8-sig", newline="") as file:
        red = [row for row in csv.reader(file) if "red" in row]
    assert "One KPI is red" in page
    assert len(red) == 1
    assert red[0][1].startswith("NT31")

    output = run(why).output
    assert "decisions.csv, row 5" in output
    assert "kpis.csv, row 5" in output
    assert "80\u00a0%, the same" in output
    assert run(every).exit_code == 0

    decide(mine, "60", "75")
    assert "£97,562.50" in run(again).output
    assert "100\u00a0%, the same" in run(why).output

    decide(mine, "75", "80")
    refused = run(check_again)
    assert refused.exit_code == 1
    assert "decisions.csv, row 5" in refused.output
    assert "decision_above_claim" in refused.output
