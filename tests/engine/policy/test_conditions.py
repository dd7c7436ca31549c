"""Three-valued logic, facts that are known in part, and conditions over them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.policy import logic
from commonweal.policy.conditions import All, AnyOf, Compare, Condition, Not, judge
from commonweal.policy.facts import (
    Facts,
    between,
    exactly,
    facts_of,
    kind_facts,
    literal,
    one_of,
    shown,
    value_facts,
    yes_no,
)
from commonweal.policy.logic import Truth

truths = st.sampled_from(Truth)
pounds = st.decimals(min_value=0, max_value=20_000_000, places=2, allow_nan=False)
BUYERS = ("central-government", "local-authority", "nhs")

comparisons = st.builds(
    Compare, st.just("contract_value"), st.sampled_from(["gt", "gte", "lt", "lte", "eq"]), pounds
) | st.builds(
    Compare,
    st.just("buyer"),
    st.just("in"),
    st.sets(st.sampled_from(BUYERS), min_size=1).map(frozenset),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons,
    lambda inner: (
        st.builds(All, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=6,
)


class TestLogic:
    @given(truths, truths)
    def test_de_morgan(self, one: Truth, other: Truth) -> None:
        assert logic.negate(logic.both([one, other])) is logic.either([logic.negate(one), logic.negate(other)])

    @given(truths, truths, truths)
    def test_order_and_grouping_change_nothing(self, a: Truth, b: Truth, c: Truth) -> None:
        for rule in (logic.both, logic.either):
            assert rule([a, b]) is rule([b, a])
            assert rule([rule([a, b]), c]) is rule([a, rule([b, c])]) is rule([a, b, c])

    @given(truths)
    def test_what_is_certain_decides_alone_and_what_is_unknown_stays(self, one: Truth) -> None:
        assert logic.both([Truth.FALSE, one]) is Truth.FALSE
        assert logic.either([Truth.TRUE, one]) is Truth.TRUE
        assert logic.both([Truth.TRUE, one]) is logic.either([Truth.FALSE, one]) is one
        assert logic.negate(logic.negate(one)) is one

    def test_nothing_at_all(self) -> None:
        assert logic.both([]) is Truth.TRUE
        assert logic.either([]) is Truth.FALSE
        assert logic.of(True) is Truth.TRUE
        assert logic.of(False) is Truth.FALSE


class TestKnowingMore:
    @given(conditions, pounds, pounds, pounds)
    def test_never_turns_a_yes_into_a_no(self, condition: Condition, one: Decimal, other: Decimal, at: Decimal) -> None:
        low, high = min(one, other), max(one, other)
        vague = facts_of([between("contract_value", low, high, "x"), one_of("buyer", BUYERS[:2], "x")])
        exact_ = facts_of([exactly("contract_value", min(max(at, low), high), "x"), one_of("buyer", BUYERS[:1], "x")])
        before, nothing, after = (judge(condition, facts).truth for facts in (vague, Facts(), exact_))
        assert before in (after, Truth.UNKNOWN)
        assert nothing in (before, Truth.UNKNOWN)
        assert after is not Truth.UNKNOWN

    @given(conditions, pounds)
    def test_unknown_names_what_is_missing_and_certainty_names_nothing(self, condition: Condition, at: Decimal) -> None:
        for facts in (Facts(), facts_of([exactly("contract_value", at, "x")])):
            found = judge(condition, facts)
            assert bool(found.missing) == (found.truth is Truth.UNKNOWN)
            assert set(found.missing) <= {"contract_value", "buyer"}

    @given(pounds, pounds, pounds)
    def test_a_threshold_is_monotone(self, threshold: Decimal, one: Decimal, other: Decimal) -> None:
        low, high = min(one, other), max(one, other)
        for comparator in ("gt", "gte"):
            reached = [
                judge(
                    Compare("contract_value", comparator, threshold), facts_of([exactly("contract_value", at, "x")])
                ).truth
                for at in (low, high)
            ]
            assert reached != [Truth.TRUE, Truth.FALSE]

    @given(pounds, pounds)
    def test_more_than_and_at_least_differ_at_the_amount_alone(self, threshold: Decimal, at: Decimal) -> None:
        facts = facts_of([exactly("contract_value", at, "x")])
        more, least = (judge(Compare("contract_value", c, threshold), facts).truth for c in ("gt", "gte"))
        assert (more is not least) == (at == threshold)


@pytest.mark.parametrize(
    ("comparator", "low", "high", "truth"),
    [
        ("gt", "5", "9", Truth.UNKNOWN),
        ("gt", "6", None, Truth.TRUE),
        ("gt", None, "5", Truth.FALSE),
        ("gte", "5", None, Truth.TRUE),
        ("gte", None, "5", Truth.UNKNOWN),
        ("gte", None, "4", Truth.FALSE),
        ("lt", None, "4", Truth.TRUE),
        ("lt", "5", None, Truth.FALSE),
        ("lte", None, "5", Truth.TRUE),
        ("lte", "6", None, Truth.FALSE),
        ("eq", "5", "5", Truth.TRUE),
        ("eq", "4", "6", Truth.UNKNOWN),
        ("eq", "6", None, Truth.FALSE),
        ("eq", None, "4", Truth.FALSE),
        ("eq", None, None, Truth.UNKNOWN),
    ],
)
def test_comparisons_within_limits(comparator: str, low: str | None, high: str | None, truth: Truth) -> None:
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    facts = facts_of([between("contract_value", *ends, "x")])
    assert judge(Compare("contract_value", comparator, Decimal(5)), facts).truth is truth


def test_only_what_decided_is_kept() -> None:
    facts = facts_of([exactly("contract_value", Decimal(1), "x"), yes_no("urgent", True, "x")])
    low = Compare("contract_value", "gt", Decimal(5))
    urgent = Compare("urgent", "eq", frozenset({"yes"}))
    assert [step.compare for step in judge(All((low, urgent)), facts).steps] == [low]
    assert [step.compare for step in judge(AnyOf((low, urgent)), facts).steps] == [urgent]
    assert judge(Not(urgent), facts).steps[0].negated


class TestFacts:
    def test_words_that_are_not_known_are_refused_with_those_that_are(self) -> None:
        with pytest.raises(errors.UnknownCode, match=r"'parish' does not say the type of buyer. Choose from central"):
            one_of("buyer", ("parish",), "given")
        with pytest.raises(errors.UnknownCode, match="no fact called 'colour'"):
            exactly("colour", Decimal(1), "given")
        with pytest.raises(
            errors.UnknownCode, match=r"'barter' is no kind of contract. Choose from contract, call-off"
        ):
            kind_facts(["barter"], "given")

    def test_kinds_that_contradict_each_other_are_refused(self) -> None:
        with pytest.raises(errors.RefusedInput, match="not both call-off and framework-agreement"):
            kind_facts(["framework-agreement", "call-off"], "given")
        with pytest.raises(errors.RefusedInput, match="not both goods and works"):
            kind_facts(["goods", "works"], "given")

    def test_a_call_off_may_be_under_the_light_touch_regime(self) -> None:
        facts = facts_of(kind_facts(["light-touch", "call-off"], "given"))
        assert {name: shown(fact) for name, fact in facts.known.items()} == {
            "arrangement": "call-off",
            "light_touch": "yes",
            "concession": "no",
            "defence_security": "no",
            "utilities": "no",
        }

    @pytest.mark.parametrize(
        ("vat", "including", "excluding"),
        [
            ("included", "£4,500,000", "from £3,750,000 to £4,500,000"),
            ("excluded", "from £4,500,000 to £5,400,000", "£4,500,000"),
            ("unknown", "from £4,500,000 to £5,400,000", "from £3,750,000 to £4,500,000"),
        ],
    )
    def test_vat_that_is_not_known_leaves_limits(self, vat: str, including: str, excluding: str) -> None:
        facts = facts_of(value_facts(Decimal(4_500_000), vat=vat, source="x"))
        named = ("value_including_vat", "value_excluding_vat", "contract_value")
        assert [shown(facts.known[name]) for name in named] == [including, excluding, "£4,500,000"]

    def test_limits_in_words(self) -> None:
        day = dt.date(2024, 6, 30)
        assert shown(between("commenced", None, day, "x")) == "not after 30 June 2024"
        assert shown(between("commenced", day, None, "x")) == "not before 30 June 2024"
        assert shown(between("contract_value", Decimal(5), None, "x")) == "not less than £5"
        assert shown(between("contract_value", None, Decimal("5.50"), "x")) == "not more than £5.50"
        assert shown(between("contract_value", None, None, "x")) == "not known"
        assert shown(one_of("subject", ("goods", "services"), "x")) == "goods or services"
        assert literal("local-authority") == "local authority"
