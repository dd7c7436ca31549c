"""A register under its rules: what each contract says of itself, counts that reconcile, and each unknown named."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal.policy import Answer, bodies, law
from commonweal.policy.coverage import QUESTIONS, Coverage, contract_facts, cover
from commonweal.policy.facts import Fact, Facts, between, exactly, facts_of, kind_facts, one_of, shown
from commonweal.portfolio import Contract
from commonweal.workbooks.detect import read_input

SHARED = Path(os.environ.get("COMMONWEAL_SHARED") or Path(__file__).resolve().parents[3].parent / "shared")
NOTICES = SHARED / "data" / "contracts-finder-lancashire" / "notices.csv"
COUNCIL = one_of("buyer", ("local-authority",), "given")
NOW = dt.date(2026, 4, 1)


def contract(value: str | None = None, start: dt.date | None = None, **extra: str) -> Contract:
    amount = None if value is None else Decimal(value)
    return Contract("C1", "Grounds", value=amount, start=start, extra=tuple(extra.items()))


def said(one: Contract, *given: Fact, vat: str = "unknown") -> dict[str, str]:
    known = contract_facts(one, given=facts_of(given), vat=vat).known
    return {name: shown(fact) for name, fact in known.items()}


class TestWhatARegisterSays:
    def test_a_procurement_commenced_at_the_latest_when_it_was_awarded(self) -> None:
        one = contract(awarded_date="2024-06-30", published_date="2024-07-20", deadline_date="2024-05-01")
        assert said(one)["commenced"] == "not after 1 May 2024"
        assert said(contract(start=NOW))["commenced"] == "not after 1 April 2026"
        assert said(contract(published_date="soon")) == {}

    def test_a_notice_before_the_procurement_says_nothing_of_its_day(self) -> None:
        assert said(contract(published_date="2024-07-20", notice_type="Pipeline")) == {}

    def test_days_that_were_given_are_joined_to_those_of_the_register(self) -> None:
        one = contract(awarded_date="2024-06-30")
        start, end = dt.date(2016, 1, 1), dt.date(2020, 1, 1)
        assert said(one, between("commenced", start, None, "given"))["commenced"] == (
            "from 1 January 2016 to 30 June 2024"
        )
        assert said(one, between("commenced", start, end, "given"))["commenced"].endswith("to 1 January 2020")
        assert said(one, exactly("commenced", NOW, "given"))["commenced"] == "1 April 2026"
        assert said(one, between("commenced", NOW, None, "given"))["commenced"] == "not after 30 June 2024"
        assert said(contract(), between("commenced", NOW, None, "given"))["commenced"] == "not before 1 April 2026"

    def test_values_with_and_without_vat(self) -> None:
        assert said(contract("100000"))["value_including_vat"] == "from £100,000 to £120,000"
        assert said(contract("100000"), vat="included")["value_including_vat"] == "£100,000"
        estimate = contract(value_low="100000", value_high="200000")
        assert said(estimate)["contract_value"] == "from £100,000 to £200,000"
        assert said(estimate)["value_including_vat"] == "from £100,000 to £240,000"

    @pytest.mark.parametrize(
        "one",
        [
            contract("0.01"),
            contract(value_low="0", value_high="200000"),
            contract(value_low="100000"),
            contract(value_low="200000", value_high="100000"),
            contract(value_low="some", value_high="more"),
        ],
    )
    def test_a_placeholder_is_no_value(self, one: Contract) -> None:
        assert "contract_value" not in said(one)

    @pytest.mark.parametrize(
        ("codes", "subject"),
        [
            ("45000000", "works"),
            ("77310000-6", "services"),
            ("48000000,30200000", "goods"),
            ("45000000 77310000", "services or works"),
        ],
    )
    def test_cpv_codes_tell_what_it_is_for(self, codes: str, subject: str) -> None:
        assert said(contract(cpv_codes=codes))["subject"] == subject

    def test_a_cpv_address_does_too_and_other_words_do_not(self) -> None:
        assert said(contract(cpv_uri="http://cpv.data.ac.uk/code-45233130.html"))
        assert said(contract(cpv_codes="roads")) == {}

    def test_a_workbook_may_call_it_a_framework_agreement_or_a_call_off(self) -> None:
        assert said(Contract("F", "F", framework_agreement=True)) == {"arrangement": "framework agreement"}
        assert said(Contract("C", "C", call_off_of="F")) == {"arrangement": "call-off"}

    def test_what_was_given_stands_before_what_the_register_says(self) -> None:
        given = kind_facts(["works", "contract"], "given")
        assert said(contract(cpv_codes="77310000"), *given)["subject"] == "works"


def named(coverage: Coverage) -> None:
    """Every contract is counted once for each question, and each unknown names what is missing."""
    for question in QUESTIONS:
        assert sum(coverage.counts(question).values()) == len(coverage.lines)
        lacking = [line for line in coverage.lines if line.needs[question].answer is Answer.UNKNOWN]
        assert all(line.needs[question].missing and line.needs[question].rules for line in lacking)
        assert max(coverage.missing(question).values(), default=0) <= len(lacking)
        assert bool(coverage.missing(question)) == bool(lacking)


def test_a_small_register() -> None:
    given = facts_of([COUNCIL, exactly("commenced", NOW, "given"), *kind_facts(["contract", "services"], "given")])
    register = [contract("24999"), contract("60000"), contract("300000"), contract("9000000"), contract()]
    coverage = cover(register, [*law().values(), bodies()["northmere"]], given=given, vat="included")
    named(coverage)
    answers = {question: [line.needs[question].answer.value[0] for line in coverage.lines] for question in QUESTIONS}
    # a(pplies), d(oes not apply), u(nknown)
    assert answers == {
        "consider": ["d", "a", "a", "a", "u"],
        "measures": ["d", "a", "a", "a", "u"],
        "plan": ["d", "d", "a", "a", "u"],
        "kpis": ["d", "d", "d", "a", "u"],
    }
    assert coverage.lines[3].needs["kpis"].rules == ("pa23-s52",)
    assert coverage.lines[4].needs["kpis"].missing == ("value_including_vat",)
    assert coverage.missing("plan") == {"contract_value": 1}


@pytest.mark.skipif(not NOTICES.exists(), reason="the published notices are not beside the repository")
class TestPublishedNotices:
    """1,224 notices: 1,223 contracts, and one row that stands twice. Their kind and their first day are not in them."""

    def coverage(self, body: str, *given: Fact) -> Coverage:
        portfolio = read_input(NOTICES, as_at=dt.date(2026, 11, 21))
        assert len(portfolio.contracts) + sum(p.code == "left_out" for p in portfolio.problems) == 1224
        return cover(portfolio.contracts, [*law().values(), bodies()[body]], given=facts_of([COUNCIL, *given]))

    def test_under_bradfords_policy(self) -> None:
        coverage = self.coverage("bradford")
        named(coverage)
        counts = {question: list(coverage.counts(question).values()) for question in QUESTIONS}
        assert counts == {
            "consider": [463, 194, 566],
            "measures": [463, 447, 313],
            "plan": [0, 1223, 0],
            "kpis": [0, 1184, 39],
        }
        assert coverage.missing("measures") == {"contract_value": 313}
        assert set(coverage.missing("kpis")) == {
            "arrangement",
            "commenced",
            "concession",
            "light_touch",
            "value_including_vat",
        }

    def test_under_northmeres_policy_as_if_all_of_it_began_now(self) -> None:
        given = [exactly("commenced", NOW, "given"), *kind_facts(["contract"], "given")]
        coverage = self.coverage("northmere", *given)
        named(coverage)
        values = [line.contract.value for line in coverage.lines]
        above = sum(value is not None and value > 250_000 for value in values)
        for question in ("consider", "measures", "plan"):
            missing = set(coverage.missing(question))
            assert "contract_value" in missing
            assert missing <= {"contract_value", "value_including_vat", "subject"}
        assert coverage.counts("plan")[Answer.APPLIES] >= above
        kpis = coverage.counts("kpis")
        assert kpis[Answer.APPLIES] >= sum(value is not None and value > Decimal("5372609") for value in values)


def test_no_facts_at_all_leave_everything_open() -> None:
    coverage = cover([contract()], [*law().values(), bodies()["northmere"]], given=Facts())
    named(coverage)
    assert {need.answer for need in coverage.lines[0].needs.values()} == {Answer.UNKNOWN}
