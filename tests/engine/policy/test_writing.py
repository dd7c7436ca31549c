"""A policy from plain figures: what is written is read back, holds at the same penny, and says its figures again."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.policy import PolicyPack, bodies
from commonweal.policy.loader import read_pack
from commonweal.policy.models import least_weight
from commonweal.policy.rules import Approval, MustHave
from commonweal.policy.writing import PlainPolicy, figures_of, policy_text
from tests.engine.policy.asking import applying, ask, facts

DAY = dt.date(2025, 4, 1)
BARE = PlainPolicy("Northmere City Council", "2025.1", DAY, DAY)
WHOLE = dataclasses.replace(
    BARE,
    consider=Decimal(25_000),
    measure=Decimal(50_000),
    weigh=Decimal(100_000),
    plan=Decimal(250_000),
    approve=Decimal(100_000),
    weight=Decimal(20),
    quantitative=Decimal(10),
    qualitative=Decimal(10),
    average=Decimal(20),
    at_most=6,
    at_least=2,
    must_have=(MustHave("employment-and-skills", 1, "head of procurement", in_writing=True),),
    approvals=(Approval("plan", "category panel"), Approval("KPIs", "strategic director", delegate=True)),
)


def pack_of(figures: PlainPolicy) -> PolicyPack:
    pack, problems = read_pack(policy_text(figures), name="ours.yaml")
    assert pack is not None, problems
    return pack


def topics(figures: PlainPolicy, value: str) -> set[str]:
    known = facts(buyer="local-authority", commenced="2026-01-10", value=value)
    return applying(ask(known, packs=[pack_of(figures)]))


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("24999.99", {"encourage"}),
        ("25000", {"consider", "tier-minor"}),
        ("50000", {"consider", "measures", "tier-minor"}),
        ("250000", {"consider", "measures", "weighting", "average", "tracker", "tier-standard", "approval"}),
        ("250000.01", {"consider", "measures", "weighting", "average", "plan", "tier-major", "approval"}),
    ],
)
def test_journey_1_to_the_penny(value: str, rules: set[str]) -> None:
    assert topics(WHOLE, value) == rules


def test_each_rule_says_from_which_value_and_where_it_stands() -> None:
    rules = {rule.id: rule for rule in pack_of(WHOLE).rules}
    assert (rules["consider"].summary, rules["consider"].provision) == ("From £25,000.", "rule 2")
    assert rules["tracker"].summary == "From £100,000 up to £250,000."
    assert rules["measures"].title == (
        "Use structured measures, at most 6, at least 2, 1 or more of employment and skills"
    )
    assert rules["weighting"].title == "Give social value at least 20 % (10 % quantitative, 10 % qualitative)"
    assert rules["approval"].title == "Have it approved: plan: category panel, KPIs: strategic director"


def test_what_is_written_says_its_figures_again() -> None:
    assert figures_of(pack_of(WHOLE)) == WHOLE
    assert policy_text(figures_of(pack_of(WHOLE))) == policy_text(WHOLE)


@pytest.mark.parametrize(
    "figures",
    [
        {"consider": Decimal(1)},
        {"measure": Decimal("0.01")},
        {"weigh": Decimal(100), "weight": Decimal("12.5")},
        {"weigh": Decimal(100), "average": Decimal(20)},
        {"plan": Decimal(100)},
        {"approve": Decimal(5), "approvals": (Approval("plan", "panel"),)},
        {"weigh": Decimal(5), "plan": Decimal(9)},
    ],
)
def test_each_figure_alone(figures: dict[str, object]) -> None:
    alone = dataclasses.replace(BARE, **figures)  # type: ignore[arg-type]  # by name
    assert figures_of(pack_of(alone)) == alone


def test_no_figure_is_no_policy() -> None:
    pack, problems = read_pack(policy_text(BARE), name="ours.yaml")
    assert pack is None
    assert 'property "rules" is missing' in problems[0].found
    nobody = dataclasses.replace(BARE, consider=Decimal(1), approve=Decimal(5))
    assert {rule.topic for rule in pack_of(nobody).rules} == {"encourage", "consider"}


def test_a_split_that_does_not_add_up_is_refused_by_the_loader() -> None:
    wrong = dataclasses.replace(WHOLE, qualitative=Decimal(5))
    pack, problems = read_pack(policy_text(wrong), name="ours.yaml")
    assert pack is None
    assert [one.code for one in problems] == ["weight_sum"]


def test_figures_of_a_policy_that_was_written_by_hand() -> None:
    found = figures_of(bodies()["northmere"])
    assert (found.consider, found.measure, found.weigh, found.plan) == (25000, 50000, 100000, 250000)
    assert (found.weight, found.average, found.at_most, found.must_have[0].waived_by) == (
        20, 20, 6, "head of procurement",
    )  # fmt: skip
    undated = figures_of(bodies()["star"])
    assert undated.starts == bodies()["star"].checked_on
    assert figures_of(bodies()["belfast"]).consider is not None


def test_a_rule_that_no_amount_decides_gives_no_figure() -> None:
    text = policy_text(dataclasses.replace(BARE, plan=Decimal(5)))
    pack, problems = read_pack(text.replace("comparator: gt", "comparator: lt"), name="ours.yaml")
    assert pack is not None, problems
    assert figures_of(pack) == BARE


AMOUNTS = st.decimals(1, 10**9, places=2)


@given(amounts=st.lists(AMOUNTS, min_size=3, max_size=3, unique=True), weight=st.decimals(0, 100, places=2))
def test_any_figures_come_back(amounts: list[Decimal], weight: Decimal) -> None:
    low, middle, high = sorted(amounts)
    figures = dataclasses.replace(BARE, consider=low, weigh=middle, plan=high, weight=weight)
    pack = pack_of(figures)
    assert figures_of(pack) == figures
    weighting = least_weight(ask(facts(value=str(high), commenced="2026-01-10"), packs=[pack]).values()).weighting
    assert weighting is not None
    assert weighting.percent == weight
