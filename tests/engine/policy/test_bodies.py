"""A body's own policy: the invented one of journey 1, and what four bodies publish."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.policy import Answer, bodies, find_pack
from commonweal.policy.models import least_weight
from tests.engine.policy.asking import applying, ask, facts


def asked(body: str, value: str, commenced: str = "2026-01-10") -> set[str]:
    return applying(ask(facts(buyer="local-authority", commenced=commenced, value=value), packs=[bodies()[body]]))


class TestNorthmere:
    @pytest.mark.parametrize(
        ("value", "rules"),
        [
            ("24999.99", {"nmc-encourage"}),
            ("25000.00", {"nmc-consider", "nmc-tier-minor"}),
            ("49999.99", {"nmc-consider", "nmc-tier-minor"}),
            ("50000.00", {"nmc-consider", "nmc-tier-minor", "nmc-measures"}),
        ],
    )
    def test_from_encouraged_to_measured(self, value: str, rules: set[str]) -> None:
        assert asked("northmere", value) == rules

    def test_a_milestone_tracker_up_to_250000_and_a_plan_above(self) -> None:
        at, above = asked("northmere", "250000.00"), asked("northmere", "250000.01")
        assert at - above == {"nmc-tracker", "nmc-tier-standard"}
        assert above - at == {"nmc-plan", "nmc-tier-major"}

    def test_the_plan_of_journey_1(self) -> None:
        results = ask(
            facts(buyer="local-authority", commenced="2026-01-10", value="2400000.00"), packs=[bodies()["northmere"]]
        )
        assert results["nmc-tier-major"].rule.effect.tier == "major"
        weight = least_weight(results.values()).weighting
        assert weight is not None
        assert (weight.percent, weight.quantitative, weight.qualitative) == (Decimal(20), Decimal(10), Decimal(10))
        plan = results["nmc-plan"]
        assert plan.answer is Answer.APPLIES
        assert (plan.pack.version, plan.rule.start) == ("2025.1", plan.pack.start)
        assert "the contract value as the body counts it: £2,400,000 (asked: more than £250,000)" in plan.because
        approvals = results["nmc-approval"].rule.effect.approvals
        assert [(one.what, one.by, one.delegate) for one in approvals] == [
            ("plan", "category panel", False),
            ("KPIs", "strategic director", True),
        ]

    def test_before_the_policy_it_does_not_apply(self) -> None:
        assert asked("northmere", "2400000", "2025-03-31") == set()


class TestPublished:
    def test_rotherham_is_silent_about_250000_itself(self) -> None:
        assert asked("rotherham", "250000.01") >= {"rmbc-plan", "rmbc-weighting"}
        assert asked("rotherham", "249999.99") >= {"rmbc-tracker", "rmbc-measures"}
        assert asked("rotherham", "100000") == set()
        known = facts(buyer="local-authority", commenced="2026-01-10", value="250000")
        results = ask(known, packs=[bodies()["rotherham"]])
        for name in ("rmbc-plan", "rmbc-tracker"):
            assert results[name].answer is Answer.UNKNOWN
            assert results[name].because.startswith("The toolkit speaks of contracts over £250,000 and below")
        undated = ask(facts(buyer="local-authority", value="250000"), packs=[bodies()["rotherham"]])
        assert undated["rmbc-tracker"].answer is Answer.DOES_NOT_APPLY

    def test_star(self) -> None:
        assert asked("star", "25000") == set()
        assert asked("star", "25000.01") == {"star-consider", "star-average"}
        assert asked("star", "50000.01") == {"star-consider", "star-average", "star-measures"}
        assert asked("star", "24999.99") == {"star-encourage"}

    def test_bradford(self) -> None:
        assert asked("bradford", "99999.99") == {"bradford-encourage"}
        assert asked("bradford", "100000") == {"bradford-consider", "bradford-measures"}
        assert "bradford-employment-and-skills" in asked("bradford", "100000.01")

    def test_belfast(self) -> None:
        assert asked("belfast", "30000.01") == {"belfast-consider"}
        assert asked("belfast", "30000") == asked("belfast", "90000", "2022-05-31") == set()


class TestFinding:
    def test_by_id_and_by_near_miss(self) -> None:
        assert find_pack("star").id == "star"
        with pytest.raises(errors.UnknownCode, match=r"no policy called 'bradfrd'. Nearest: bradford"):
            find_pack("bradfrd")
