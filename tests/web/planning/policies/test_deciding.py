"""What policy and law say of a plan: journey 1.1 to the penny, and what is not known stays unknown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.policy.rules import Answer
from commonweal_web.planning.models import Policy
from commonweal_web.planning.policies.deciding import decide_plan, fact_of, results_for
from commonweal_web.planning.policies.selectors import pack_of, policy_on
from tests.web.planning.ground import plan_of, policy_of
from tests.web.world import World

TODAY = dt.date(2026, 7, 8)
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(world: World):
    return plan_of(world)


class TestJourneyOne:
    def test_major_at_2400000(self, plan) -> None:
        said = decide_plan(plan, TODAY)
        weight = said.least_weight.weighting
        assert (said.tier, said.floor, said.delivery_plan, said.tracker) == ("major", Decimal(20), True, False)
        assert (weight.quantitative, weight.qualitative) == (Decimal(10), Decimal(10))
        assert (said.limits.at_most, said.limits.must_have[0].theme) == (6, "employment-and-skills")
        assert said.version == "policy 2025.1, in force from 1 April 2025"
        (rule,) = said.about("plan")
        assert rule.rule.provision == "section 5"
        assert "the contract value as the body counts it: £2,400,000 (asked: more than £250,000)" in rule.because
        assert [one.by for one in said.approvals] == ["category panel", "strategic director"]
        assert said.average.percent == 20

    @pytest.mark.parametrize(
        ("pence", "consider", "tier", "tracker", "delivery_plan"),
        [
            (24_999_99, "encouraged, not required", "", False, False),
            (25_000_00, "must be considered", "minor", False, False),
            (250_000_00, "must be considered", "standard", True, False),
            (250_000_01, "must be considered", "major", False, True),
        ],
    )
    def test_to_the_penny(
        self, world: World, pence: int, consider: str, tier: str, tracker: bool, delivery_plan: bool
    ) -> None:
        said = decide_plan(plan_of(world, value_pence=pence), TODAY)
        assert (said.consider, said.tier) == (consider, tier)
        assert (said.tracker, said.delivery_plan) == (tracker, delivery_plan)
        assert all(one.because and one.rule.provision for one in said.applying)


class TestWhatIsNotKnown:
    def test_the_law_names_what_is_missing(self, plan) -> None:
        said = decide_plan(plan, TODAY)
        assert said.model.answer is Answer.UNKNOWN
        assert "buyer" in said.missing
        assert {one.pack.kind for one in said.law} == {"law"}
        assert len(said.own) + len(said.law) == len(results_for(plan, TODAY))

    def test_an_answer_with_its_source_decides(self, world: World) -> None:
        facts = {
            "buyer": {"value": "central-government", "source": "its act"},
            "light_touch": {"value": "no", "source": "legal advice of 3 March"},
            "concession": {"value": "no", "source": "legal advice of 3 March"},
            "arrangement": {"value": "contract", "source": "the plan"},
            "defence_security": {"value": "no", "source": "the plan"},
            "utilities": {"value": "no", "source": "the plan"},
        }
        said = decide_plan(plan_of(world, facts=facts, commences=dt.date(2026, 9, 1), value_pence=800_000_000), TODAY)
        assert said.model.models == ("svm-2025",)
        used = {one.source for result in said.applying for one in result.used}
        assert "legal advice of 3 March" in used

    def test_without_a_policy_the_law_alone_speaks(self, world: World) -> None:
        plan = plan_of(world, authority=world.bodies["ebc"], policy=None)
        said = decide_plan(plan, TODAY)
        assert (said.policy, said.own, said.tier, said.limits) == (None, (), "", None)
        assert said.version == "no policy of its own in force"
        assert said.consider == "cannot be told yet"

    def test_a_procurement_before_the_policy_is_not_under_it(self, world: World) -> None:
        said = decide_plan(plan_of(world, commences=dt.date(2025, 3, 31)), TODAY)
        assert all(one.answer is Answer.DOES_NOT_APPLY for one in said.own)


class TestVersions:
    def test_the_one_in_force_on_the_day(self, world: World) -> None:
        first = policy_of(world)
        later = Policy.objects.create(
            body=first.body, label="2026.2", starts=dt.date(2026, 8, 1), document=first.document, sha256=first.sha256,
            state="adopted", drafted_by=first.drafted_by, drafted_at=first.drafted_at, proposed_by=first.drafted_by,
            adopted_by=first.adopted_by,
        )  # fmt: skip
        assert policy_on(first.body, dt.date(2025, 3, 31)) is None
        assert policy_on(first.body, dt.date(2026, 7, 31)) == first
        assert policy_on(first.body, dt.date(2026, 8, 1)) == later

    def test_a_closed_plan_keeps_its_policy(self, world: World) -> None:
        plan = plan_of(world, state="approved")
        first = plan.policy
        Policy.objects.create(
            body=first.body, label="2026.2", starts=dt.date(2026, 6, 1), document=first.document, sha256=first.sha256,
            state="adopted", drafted_by=first.drafted_by, drafted_at=first.drafted_at, proposed_by=first.drafted_by,
            adopted_by=first.adopted_by,
        )  # fmt: skip
        assert decide_plan(plan, TODAY).policy == first
        plan.state = "sent_back"
        assert decide_plan(plan, TODAY).policy.label == "2026.2"

    def test_a_document_that_is_no_policy_is_an_error(self, world: World) -> None:
        with pytest.raises(errors.BadPack, match="cannot be read"):
            pack_of(Policy(document="id: a", sha256="0" * 64))


class TestFactOf:
    def test_by_sort(self) -> None:
        assert fact_of("regulated_spend", "5000000.50", "s").value.low == Decimal("5000000.50")
        assert fact_of("entered_into", "2026-05-01", "s").value.low == dt.date(2026, 5, 1)
        assert fact_of("light_touch", "no", "s").value == {"no"}

    def test_nonsense_is_refused(self) -> None:
        for name, value in (("regulated_spend", "much"), ("entered_into", "soon")):
            with pytest.raises(ValueError, match=value):
                fact_of(name, value, "s")
        with pytest.raises(errors.UnknownCode):
            fact_of("light_touch", "perhaps", "s")
        with pytest.raises(errors.UnknownCode):
            fact_of("colour", "blue", "s")
