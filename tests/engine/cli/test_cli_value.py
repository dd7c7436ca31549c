"""`value`: published examples to the penny, steps from gross to net, parts kept apart, places, packs and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonweal.cli.status import Status
from tests.engine.cli.conftest import Run, document

ON = ("--on", "2026-04-01")


def test_the_published_wellby_example(run: Run) -> None:
    # HM Treasury's guidance: 0.2 points of life satisfaction for a year are worth 2,600 pounds in prices of 2019.
    result = run("value", "value/wellby", "0.2", "--unit", "WELLBY", "--on", "2021-09-01")
    assert result.exit_code == Status.FINE
    assert result.stdout.startswith("£2,600.00\n")
    assert "real, of 2019; not uprated" in result.stdout
    assert "Open Government Licence" in result.stdout
    assert "£10,000.00 per WELLBY to £16,000.00 per WELLBY" in result.stdout


def test_a_measure_is_priced_by_its_series_whatever_people_call_the_unit(run: Run) -> None:
    found = document(run("value", "fx-2025.1/NT17", "75", "--unit", "hrs", *ON, "--json"))
    assert found["pounds"] == "1312.5"
    assert found["series"] == "value/fx-2025.1-nt17"
    assert found["quantity"] == {"amount": "75", "unit": "hour"}


@pytest.mark.parametrize("words", [("-13", "--unit", "hour", *ON), ("--unit", "hour", *ON, "--", "-13")])
def test_an_amount_below_zero_is_a_number_and_no_option(run: Run, words: tuple[str, ...]) -> None:
    assert run("value", "fx-2025.1/NT17", *words).stdout.startswith("\u2212£227.50\n")


@pytest.mark.parametrize(("amount", "says"), [("-13x", "'-13x' is no number"), ("-x", "No such option")])
def test_what_only_begins_like_an_amount_below_zero_is_named(run: Run, amount: str, says: str) -> None:
    result = run("value", "fx-2025.1/NT17", amount, "--unit", "hour", *ON)
    assert result.exit_code == Status.USAGE
    assert says in result.stderr


def test_a_newer_release_has_its_own_value(run: Run) -> None:
    # Journey 9: 91 weeks are 22,750.00 at the release of the contract, and would be 23,660.00 at the newer one.
    old = run("value", "fx-2025.1/NT10", "91", "--unit", "week", "--on", "2028-01-31")
    new = run("value", "fx-2026.1/NT10", "91", "--unit", "week", "--on", "2028-01-31")
    assert old.stdout.startswith("£22,750.00\n")
    assert new.stdout.startswith("£23,660.00\n")


def test_steps_are_taken_in_turn_and_rounded_once(run: Run) -> None:
    words = (
        "value",
        "fx-2025.1/NT17",
        "75",
        "--unit",
        "hour",
        *ON,
        "--keep",
        "attribution=50%",
        "--lose",
        "deadweight=10",
    )
    result = run(*words)
    assert result.stdout.startswith("£590.63\n")
    assert "attribution: 50% kept" in result.stdout
    found = document(run(*words, "--json"))
    assert found["gross_pounds"] == "1312.5"
    assert found["pounds"] == "590.63"
    assert len(found["steps"]) == 2


def test_parts_stand_beside_the_whole(run: Run) -> None:
    words = ("value", "value/ucd-cr2.0", "3", "--unit", "incident", *ON)
    result = run(*words)
    assert "Parts, kept apart and never added to the whole" in result.stdout
    assert len(document(run(*words, "--json"))["parts"]) >= 2


def test_a_place_chooses_its_own_value(run: Run) -> None:
    words = ("value", "value/earnings-year-authority", "1", "--unit", "person-year", *ON)
    found = document(run(*words, "--place", "Coventry", "--json"))
    assert found["answered_by"] == {"level": "authority", "place": "E08000026"}
    assert "for authority E08000026" in run(*words, "--place", "Coventry").stdout
    assert run(*words).exit_code == Status.REFUSED
    assert run(*words, "--place", "Atlantis").exit_code == Status.REFUSED


def test_an_own_pack_is_used_and_may_not_leave(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "ours.yaml"
    pack.write_text(
        "id: ours\ntitle: Ours\nlicence: Licence 1\nframework: national-toms\nentries:\n"
        '  - {code: NT1, value: "100", unit: FTE-year, from: "2026-01-01"}\n'
    )
    words = ("value", "national-toms/NT1", "2", "--unit", "FTE-year", *ON)
    refused = run(*words)
    assert refused.exit_code == Status.REFUSED
    assert "give your own with --pack" in refused.stderr
    result = run(*words, "--pack", pack)
    assert result.stdout.startswith("£200.00\n")
    assert "no: for use under your own licence only" in result.stdout
    other = tmp_path / "other.yaml"
    other.write_text(pack.read_text().replace("id: ours", "id: other"))
    both = run(*words, "--pack", pack, "--pack", other)
    assert both.exit_code == Status.REFUSED
    assert "ours/NT1, other/NT1" in both.stderr
    named = run("value", "other/NT1", "2", "--unit", "FTE-year", *ON, "--pack", pack, "--pack", other)
    assert named.exit_code == Status.FINE


def test_a_measure_without_pounds_says_so(run: Run) -> None:
    result = run("value", "fx-2025.1/RLW", "100", "--unit", "percent", *ON)
    assert result.exit_code == Status.REFUSED
    assert "recorded without pounds" in result.stderr


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("value/wellby", "x", "--unit", "WELLBY"), Status.USAGE, "'x' is no number"),
        (("value/wellby", "1", "--unit", "hour"), Status.REFUSED, "priced per WELLBY"),
        (("value/wellby", "1", "--unit", "WELLBY", "--keep", "attribution"), Status.USAGE, "is no step"),
        (("value/wellby", "1", "--unit", "WELLBY", "--keep", "luck=5"), Status.REFUSED, "is no adjustment"),
        (("value/welby", "1", "--unit", "WELLBY"), Status.REFUSED, "value/wellby"),
    ],
)
def test_bad_words_are_refused(run: Run, words: tuple[str, ...], status: Status, message: str) -> None:
    result = run("value", *words, *ON)
    assert result.exit_code == status
    assert message in result.stderr


def test_before_the_first_value_is_an_error_and_not_zero(run: Run) -> None:
    result = run("value", "value/wellby", "1", "--unit", "WELLBY", "--on", "01/01/2020")
    assert result.exit_code == Status.REFUSED
    assert "first entry starts on 2021-07-26" in result.stderr


def test_numbers_may_have_commas(run: Run) -> None:
    assert run("value", "value/wellby", "1,000", "--unit", "WELLBY", "--on", "2022-01-01").stdout.startswith(
        "£13,000,000"
    )
