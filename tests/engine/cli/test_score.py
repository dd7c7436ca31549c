"""`score` and `template bid` as a person types them, on the shipped examples."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commonweal.catalogue import data_root
from commonweal.cli.main import main
from commonweal.workbooks.contract_workbook import read_contract_workbook

GROUNDS = data_root() / "examples" / "bids-grounds-2026"
CARE = data_root() / "examples" / "bids-home-care-2026"
WINNER = "Harbourside Gardens CIC"
PACK = """\
id: our-values
title: Our licensed values
licence: Licence 12 of our council
framework: fx-2025.1
entries:
  - {code: NT1, value: "31000", unit: FTE-year, from: 2025-04-01}
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_journeys_scores_are_on_the_screen_and_in_the_files(tmp_path: Path) -> None:
    out = tmp_path / "scored"
    done = run("score", GROUNDS, "-o", out, "--formats", "csv", "--award", WINNER)
    assert done.exit_code == 0, done.output
    for line in ("£1,963,600.00  14.00", "£1,911,600.00  14.00", "£1,645,000.00  16.61", "£1,443,400.00  17.55"):
        assert line in done.output
    assert f"{WINNER} leads on social value." in done.output
    assert len(list((out / "debriefs").iterdir())) == 3
    agreed = run("explain", out / "evaluation" / "report.json", "--all")
    assert agreed.exit_code == 0, agreed.output
    portfolio = read_contract_workbook(out / "contract.xlsx")
    assert (portfolio.contracts[0].status, len(portfolio.kpis)) == ("live", 6)
    again = run("score", GROUNDS, "-o", out, "--formats", "csv")
    assert again.exit_code == 0, again.output


def test_programs_get_every_calculation(tmp_path: Path) -> None:
    document = json.loads(
        run("score", GROUNDS, "-o", tmp_path / "o", "--formats", "csv", "--as-at", "2026-02-10", "--json").output
    )
    (lot,) = document["lots"]
    assert [[row["total"] for row in one["bidders"]] for one in lot["calculations"]] == [
        ["14.00", "16.38", "17.35"], ["14.00", "16.61", "17.55"]
    ]  # fmt: skip
    assert lot["leaders"] == [WINNER]
    assert document["files"]


def test_a_lot_without_pounds_names_none(tmp_path: Path) -> None:
    done = run("score", CARE, "-o", tmp_path / "o", "--formats", "csv")
    assert done.exit_code == 0, done.output
    assert "£" not in done.output
    document = json.loads(run("score", CARE, "-o", tmp_path / "o", "--formats", "csv", "--json").output)
    assert "pounds" not in document["lots"][0]["calculations"][0]["bidders"][0]
    assert not [path for path in (tmp_path / "o").rglob("*.csv") if "£" in path.read_text(encoding="utf-8-sig")]


@pytest.fixture
def bids(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GROUNDS, tmp_path / "bids"))


def test_a_tender_with_an_error_is_refused_whole(bids: Path, tmp_path: Path) -> None:
    (bids / "consensus.csv").unlink()
    done = run("score", bids, "-o", tmp_path / "o")
    assert done.exit_code == 3
    assert "The evaluators gave 3 and 5 for Oakline Grounds Ltd under QUAL" in done.output
    assert not (tmp_path / "o").exists()
    (bids / "offers.csv").write_text("Bidder,Measure code,Quantity offered\nNobody,NT1,3\n")
    done = run("score", bids, "-o", tmp_path / "o")
    assert done.exit_code == 3
    assert "no bidder Nobody" in done.output


def test_a_debrief_of_a_stranger_is_never_sent_along(tmp_path: Path) -> None:
    (tmp_path / "o" / "debriefs" / "somebody").mkdir(parents=True)
    done = run("score", GROUNDS, "-o", tmp_path / "o", "--formats", "csv")
    assert done.exit_code == 4
    assert "which is no debrief of this tender" in done.output


def test_an_award_needs_a_bidder_and_a_lot(bids: Path, tmp_path: Path) -> None:
    out = tmp_path / "o"
    assert run("score", bids, "-o", out, "--lot", "NMC-2026-014").exit_code == 2
    assert run("score", bids, "-o", out, "--award", "Somebody Else").exit_code == 3
    wrong = run("score", bids, "-o", out, "--award", WINNER, "--lot", "X")
    assert wrong.exit_code == 3
    assert "has no lot X" in wrong.output
    assert not out.exists()


def two_lots(bids: Path) -> Path:
    """The journey's tender and the care lot as one tender of two lots."""
    for sheet in sorted(CARE.glob("*.csv")):
        if sheet.name != "read-me.csv":
            join(bids / sheet.name, sheet)
    return bids


def join(target: Path, other: Path) -> None:
    rows: list[dict[str, str]] = []
    for path, lot in ((target, "NMC-2026-014"), (other, "NMC-2026-031")):
        for row in csv.DictReader(path.open(encoding="utf-8")):
            rows.append({"Lot": lot} | row)
    headings = list(dict.fromkeys(name for row in rows for name in row))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="")
        writer.writeheader()
        writer.writerows(rows)


def test_two_lots_are_scored_together_and_one_is_awarded(bids: Path, tmp_path: Path) -> None:
    two = two_lots(bids)
    for sheet in ("decisions.csv", "like-contracts.csv"):
        lines = (two / sheet).read_text().splitlines()
        (two / sheet).write_text("\n".join(["Lot," + lines[0], *("NMC-2026-014," + line for line in lines[1:])]) + "\n")
    done = run("score", two, "-o", tmp_path / "o", "--formats", "csv", "--award", WINNER)
    assert done.exit_code == 3
    assert "Name one with --lot" in done.output
    done = run("score", two, "-o", tmp_path / "o", "--formats", "csv", "--award", WINNER, "--lot", "NMC-2026-014")
    assert done.exit_code == 0, done.output
    assert "Willowbrook Home Care CIC" in done.output
    assert len(list((tmp_path / "o" / "debriefs").iterdir())) == 5


def test_values_of_an_own_pack_bring_its_warning(bids: Path, tmp_path: Path) -> None:
    pack = tmp_path / "own.yaml"
    pack.write_text(PACK)
    text = (bids / "lots.csv").read_text()
    assert "fx-2025.1,," in text
    (bids / "lots.csv").write_text(text.replace("fx-2025.1,,", "fx-2025.1,our-values,"))
    done = run("score", bids, "-o", tmp_path / "o", "--formats", "csv", "--pack", pack)
    assert done.exit_code == 0, done.output
    assert "do not publish it or pass it on" in (tmp_path / "o" / "evaluation" / "report.json").read_text()


def test_a_bid_workbook_is_written_and_moved_to_a_newer_version(bids: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "bid.xlsx", tmp_path / "newer.xlsx"
    done = run("template", "bid", GROUNDS, "-o", first)
    assert done.exit_code == 0, done.output
    assert "It asks for 6 measures of Grounds maintenance and street trees" in done.output
    assert run("template", "bid", GROUNDS, "-o", first).exit_code == 4
    done = run("template", "bid", GROUNDS, "--from", first, "-o", second)
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "Kept: nothing.")
    done = run("template", "bid", GROUNDS, "--from", first, "-o", second, "--force", "--json")
    assert json.loads(done.output)["moved"]["kept"] == []
