"""Bad packs are refused with file, line and reason; good ones are read whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonweal import errors
from commonweal.policy import Answer, find_pack, load_pack
from commonweal.policy.loader import read_pack
from commonweal.policy.thresholds import load_thresholds, with_threshold
from tests.engine.policy.asking import ask, facts

GOOD = """\
id: ours
name: Our policy
kind: body
publisher: Us
jurisdiction: Us
version: "1"
licence: own-wording
verified: true
checked_on: 2026-11-21
from: 2026-01-01
rules:
  - id: consider
    title: Consider it
    topic: consider
    summary: From £25,000.
    duty_holder: commissioner
    source: ours
    provision: section 1
    when: {field: contract_value, comparator: gte, amount: "25000"}
    verified: true
  - id: consider-more
    title: Consider it more
    topic: consider
    summary: From £1.
    duty_holder: commissioner
    source: ours
    provision: section 1
    from: 2027-01-01
    when:
      any:
        - {field: contract_value, comparator: gte, amount: "1"}
        - not: {field: buyer, comparator: in, values: [nhs]}
    verified: true
sources:
  ours: {title: Our policy}
"""


def refused(tmp_path: Path, text: str) -> str:
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(errors.BadPack) as error:
        load_pack(path)
    return str(error.value)


def test_a_users_own_file_is_read_and_applied(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(GOOD, encoding="utf-8")
    results = ask(facts(buyer="nhs", commenced="2026-06-01", value="25000"), packs=[find_pack(str(path))])
    assert results["consider"].answer is Answer.APPLIES
    assert results["consider-more"].answer is Answer.DOES_NOT_APPLY
    assert results["consider"].rule.source.title == "Our policy"


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    source: ours\n", "", 12, "consider names no source"),
        ("source: ours", "source: theirs", 17, 'cites the source "theirs", which is not listed'),
        ("comparator: gte", "comparator: above", 19, "rules.0.when.comparator in consider: Input should be 'gt'"),
        ("comparator: gte", "comparator: in", 19, '"in" cannot be asked of contract_value, which is money'),
        ("field: contract_value", "field: contract_price", 19, 'there is no fact called "contract_price"'),
        ('amount: "25000"', "amount: 25000", 19, "write the number in quotes"),
        ('amount: "25000"', "date: 2026-01-01", 19, "contract_value is compared with date. Give amount, and nothing"),
        ('amount: "25000"}', 'amount: "25000", value: x}', 19, "compared with amount and value"),
        (', amount: "25000"', "", 19, "contract_value is compared with nothing"),
        ("field: contract_value, ", "", 19, "a condition has 0 of all, any, not and field"),
        ("values: [nhs]", "values: [nhs, parish]", 32, 'buyer is never "parish"'),
        ("comparator: in, values: [nhs]", "comparator: eq, value: true", 32, 'buyer is never "true"'),
        ("field: buyer, comparator: in, values: [nhs]", "field: urgent, comparator: eq, value: yes", 32, "a bool"),
        (
            "field: buyer, comparator: in, values: [nhs]",
            'field: urgent, comparator: eq, value: "yes"',
            32,
            'urgent is never "yes". Choose from true, false.',
        ),
        ("    topic: consider\n", "    topic: ponder\n", 14, "rules.0.topic in consider"),
        ("  - id: consider-more", "  - id: consider", 21, 'rule "consider" stands twice'),
        ("from: 2026-01-01\n", "", 3, "ours has no first day. Add from, or say under undated why"),
        ("    from: 2027-01-01", "    until: 2025-01-01", 21, "ends on 2025-01-01, before it starts on 2026-01-01"),
        ("    from: 2027-01-01", "    supersedes: consider", 28, "consider, which it supersedes, holds until further"),
        ("    from: 2027-01-01", "    supersedes: other", 28, 'there is no rule "other" to supersede'),
        ("    from: 2027-01-01", "    dated_by: buyer", 28, '"buyer" is no day that a rule can be dated by'),
        ("    from: 2027-01-01", "    dated_by: never", 28, '"never" is no day that a rule can be dated by'),
        ("    from: 2027-01-01", "    effect: {models: [svm-2030]}", 28, 'there is no model "svm-2030"'),
        ("    from: 2027-01-01", "    effect: {clock: {from: start}}", 28, "the clock has not exactly one length"),
        (
            "    from: 2027-01-01",
            "    effect: {clock: {from: start, days: 3, months: 1}}",
            28,
            "the clock has not exactly one length",
        ),
        (
            "    from: 2027-01-01",
            '    effect: {weighting: {percent: "20", quantitative: "10", qualitative: "5"}}',
            28,
            "the parts add up to 15 and not to 20",
        ),
        ("    verified: true\n", "    verified: true\n    colour: red\n", 21, 'unknown property "colour" in consider'),
    ],
)
def test_refused_with_file_line_and_reason(tmp_path: Path, old: str, new: str, line: int, reason: str) -> None:
    assert old in GOOD
    message = refused(tmp_path, GOOD.replace(old, new, 1))
    assert f"ours.yaml line {line}:" in message
    assert reason in message


def test_a_rule_without_condition_and_day_holds_for_every_contract(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    text = GOOD.replace("from: 2026-01-01\n", "undated: Nobody wrote it down.\n", 1)
    path.write_text(text.replace('    when: {field: contract_value, comparator: gte, amount: "25000"}\n', ""))
    found = ask(facts(), packs=[load_pack(path)])["consider"]
    assert (found.answer, found.because) == (Answer.APPLIES, "It holds for every contract.")


def test_a_law_needs_a_first_day(tmp_path: Path) -> None:
    message = refused(tmp_path, GOOD.replace("kind: body", "kind: law").replace("from: 2026-01-01\n", "", 1))
    assert "line 11: consider has no first day. Add from: a law is picked by its dates." in message
    assert "consider-more" not in message


def test_a_circle_of_supersedes_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace("    provision: section 1\n", "    provision: section 1\n    supersedes: consider-more\n", 1)
    text = text.replace("    from: 2027-01-01", "    from: 2027-01-01\n    supersedes: consider")
    message = refused(tmp_path, text)
    assert "consider supersedes itself, through the rules that it supersedes." in message
    assert "consider-more supersedes itself" in message
    assert "ours.yaml line 19:" in message


def test_superseding_from_the_day_after_is_fine(tmp_path: Path) -> None:
    ended = GOOD.replace("    verified: true\n", "    verified: true\n    until: 2026-12-31\n", 1)
    good = ended.replace("    from: 2027-01-01", "    from: 2027-01-01\n    supersedes: consider")
    path = tmp_path / "ours.yaml"
    path.write_text(good, encoding="utf-8")
    assert load_pack(path).rules[1].supersedes == "consider"
    message = refused(tmp_path, good.replace("until: 2026-12-31", "until: 2027-01-01"))
    assert "holds from 2027-01-01, but consider, which it supersedes, holds until 2027-01-01" in message


THRESHOLDS = """\
id: t
label: T
licence: own-wording
verified: true
checked_on: 2026-11-21
periods:
  - from: 2025-01-01
    until: 2025-12-31
    vat: included
    source: s
    verified: true
    amounts:
      - id: all
        label: all
        amount: "100"
        when: {field: subject, comparator: eq, value: works}
  - from: 2026-01-01
    until: 2026-12-31
    vat: excluded
    source: s
    verified: true
    amounts:
      - id: all
        label: all
        amount: "200"
        when: {field: subject, comparator: eq, value: works}
sources:
  s: {title: S}
"""


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("until: 2025-12-31", "until: 2026-01-01", "line 17: the period from 2026-01-01 does not begin on the day"),
        ("until: 2025-12-31", "until: 2025-12-30", "does not begin on the day after the one before ends"),
        ("    until: 2025-12-31\n", "", "does not begin on the day after the one before ends"),
        ("    source: s", "    source: q", 'line 10: the period from 2025-01-01 cites "q", which is not listed'),
        ("value: works", "value: wrks", 'line 16: subject is never "wrks"'),
        ("vat: included", "vat: perhaps", "periods.0.vat"),
    ],
)
def test_bad_thresholds_are_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(THRESHOLDS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(errors.BadPack, match=r"t\.yaml line") as error:
        load_thresholds(path)
    assert reason in str(error.value)


def test_a_table_that_ends_says_nothing_of_later_days(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(THRESHOLDS, encoding="utf-8")
    table = load_thresholds(path)
    for commenced, known in (("2026-12-31", True), ("2027-01-01", False)):
        found = with_threshold(facts(commenced=commenced, value="900", kinds=["works"]), table)
        assert (found.get("above_threshold") is not None) == known
    goods = with_threshold(facts(commenced="2026-12-31", value="900", kinds=["goods"]), table)
    assert goods.behind["above_threshold"] == ("the threshold of that day and kind, which the pack does not hold",)


class TestFromOutside:
    def test_text_is_read_as_a_file_is(self) -> None:
        pack, problems = read_pack(GOOD, name="ours.yaml")
        assert pack is not None
        assert (pack.id, len(pack.rules), problems) == ("ours", 2, [])

    def test_what_is_wrong_comes_with_its_line(self) -> None:
        pack, problems = read_pack(GOOD.replace("comparator: gte", "comparator: near", 1), name="ours.yaml")
        assert pack is None
        assert [(one.where.file, one.where.row) for one in problems] == [("ours.yaml", 19)]
        pack, problems = read_pack(GOOD.replace("field: contract_value", "field: colour", 1), name="ours.yaml")
        assert (pack, [one.code for one in problems]) == (None, ["unknown_field"])

    def test_text_that_a_spreadsheet_would_run_is_refused(self) -> None:
        pack, problems = read_pack(GOOD.replace("From £25,000.", "=cmd()"), name="ours.yaml")
        assert (pack, [one.code for one in problems]) == (None, ["live_text"])

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("id: &a ours\nname: *a\n", "an alias stands here"),
            ("[" * 30 + "]" * 30, "lie in each other"),
            ("id: " + "x" * 400_001, "at most 400,000 are read"),
            ("- a\n" * 20_001, "more than 20,000 things"),
            ("id: [", "Mend the YAML"),
        ],
    )
    def test_what_could_harm_is_not_built(self, text: str, reason: str) -> None:
        pack, problems = read_pack(text, name="ours.yaml")
        assert pack is None
        assert reason in f"{problems[0].found} {problems[0].mend}"
