"""The quarter's average weight against the floor, the panel's list, and what running contracts have: journey 1.2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal_web.organisations.models import ActingFor
from commonweal_web.planning.models import Plan
from commonweal_web.planning.policies.portfolio import (
    average_for,
    average_told,
    portfolio_of,
    quarter_of,
    quarters_around,
)
from commonweal_web.planning.policies.portfolio_pages import cover_names, cover_words
from tests.web.planning.ground import plan_of, policy_of
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
QUARTER = quarter_of(TODAY)


def weighed(world: World, *weights: int, **fields: Any) -> list[Plan]:
    return [
        plan_of(world, reference=f"P-{len(Plan.objects.all())}", weight=Decimal(weight), **fields) for weight in weights
    ]


class TestAverage:
    def test_three_meet_it_and_a_fourth_takes_it_below(self, world: World) -> None:
        weighed(world, 15, 20, 25)
        found = portfolio_of(world.bodies["nmc"], QUARTER, TODAY)
        assert (found.average.shown, found.average.words, found.listed) == ("20.0%", "met", ())
        (fourth,) = weighed(world, 10)
        found = portfolio_of(world.bodies["nmc"], QUARTER, TODAY)
        assert (found.average.shown, found.average.words) == ("17.5%", "below 20%")
        assert found.average.follows == ("the officer gives a reason", "the item goes on the panel's list")
        assert [line.plan.weight for line in found.listed] == [15, 10]
        assert all(line.needs_reason for line in found.listed)
        Plan.objects.filter(pk=fourth.pk).update(weight_reason="A small market")
        found = portfolio_of(world.bodies["nmc"], QUARTER, TODAY)
        assert [line.needs_reason for line in found.listed] == [True, False]

    def test_what_a_pack_of_the_panel_is_told(self, world: World) -> None:
        plans = weighed(world, 25, 10)
        average, listed = average_for(plans[0], TODAY)
        assert (average.shown, [line.plan for line in listed]) == ("17.5%", [plans[1]])
        assert average_told(plans[0], TODAY) == {
            "words": "The average weight of July to September 2026 is 17.5%: below 20%.",
            "below": [{"plan": str(plans[1]), "weight": "10", "reason": ""}],
        }

    def test_a_shared_service_sees_its_partners_together(self, world: World) -> None:
        ActingFor.objects.create(service=world.bodies["alder"], partner=world.bodies["ebc"], starts=BEGIN)
        (plan,) = weighed(world, 15)
        other = policy_of(world, "ebc")
        weighed(world, 25, authority=world.bodies["ebc"], directorate=None, policy=other)
        found = portfolio_of(world.bodies["alder"], QUARTER, TODAY)
        assert (found.counted, found.average.shown) == (2, "20.0%")
        assert average_for(plan, TODAY)[0].shown == "20.0%"
        assert portfolio_of(world.bodies["ebc"], QUARTER, TODAY).average.shown == "25.0%"

    def test_what_does_not_count(self, world: World) -> None:
        weighed(world, 5, value_pence=99_999_99)  # the rule begins at £100,000
        weighed(world, 5, state="withdrawn")
        weighed(world, 5, commences=dt.date(2026, 10, 1))
        weighed(world, 5, authority=world.bodies["ebc"], directorate=None, policy=None)
        plan_of(world, reference="P-NONE")
        found = portfolio_of(world.bodies["nmc"], QUARTER, TODAY)
        assert (found.average, found.counted, len(found.lines)) == (None, 0, 2)
        assert average_told(plan_of(world, reference="P-LAST"), TODAY) is None
        foreign = Plan.objects.get(authority=world.bodies["ebc"])
        assert average_for(foreign, TODAY) == (None, ())

    def test_a_plan_belongs_to_the_quarter_in_which_it_commences(self, world: World) -> None:
        weighed(world, 20, commences=dt.date(2026, 10, 1))
        weighed(world, 25, created_at=dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC))  # 1 July in London
        october = quarter_of(dt.date(2026, 12, 31))
        assert (october.start, october.end) == (dt.date(2026, 10, 1), dt.date(2026, 12, 31))
        assert portfolio_of(world.bodies["nmc"], october, TODAY).average.shown == "20.0%"
        assert portfolio_of(world.bodies["nmc"], QUARTER, TODAY).average.shown == "25.0%"
        assert QUARTER in quarters_around(TODAY)


def test_a_quarter_of_many_plans_asks_no_more_questions(world: World, django_assert_num_queries: Any) -> None:
    weighed(world, 15)
    with CaptureQueriesContext(connection) as few:
        portfolio_of(world.bodies["nmc"], QUARTER, TODAY)
    weighed(world, 20, 25, 30)
    with django_assert_num_queries(len(few)):
        portfolio_of(world.bodies["nmc"], QUARTER, TODAY)


class TestContracts:
    def test_by_value_and_adding_up(self, world: World) -> None:
        policy_of(world)
        grounds, cleaning = world.contracts["grounds"], world.contracts["cleaning"]
        cleaning.value_pence = 4_999_999
        cleaning.save()
        found = portfolio_of(world.bodies["nmc"], QUARTER, TODAY).cover
        mine = [one for one in world.contracts.values() if one.authority == grounds.authority]
        assert found.contracts == len(mine)
        assert sum(found.below) == 1
        assert cover_names(found)[1] == "Below £50,000: it does not"
        both = portfolio_of(world.bodies["alder"], QUARTER, TODAY).cover
        assert (both.contracts, both.amounts) == (found.contracts, found.amounts)
        assert found.covered + sum(without for _, without in found.rows) == found.contracts
        none = portfolio_of(world.bodies["ebc"], QUARTER, TODAY).cover
        assert (none.asked, none.below, sum(none.free)) == ((0, 0), (0, 0), 1)
        assert cover_names(none)[0] == "From the amount of the body's policy: the policy asks for measures"
        assert cover_words(portfolio_of(world.bodies["wdc"], QUARTER, TODAY).cover).startswith("No contract runs")


class TestPage:
    @pytest.fixture
    def url(self, world: World) -> str:
        weighed(world, 15, 20, 25, 10)
        return reverse("planning:policy_portfolio", args=[world.bodies["nmc"].pk])

    def test_says_the_average_and_who_is_on_the_list(
        self, url: str, signed_in: Callable[[str], Client], world: World
    ) -> None:
        page = signed_in("lead").get(url).content.decode()
        assert "The average weight of July to September 2026 is 17.5%: below 20%." in page
        assert "2 are on the panel's list, and for 2 of them the officer's reason is due" in page
        assert page.count("A reason is due") == 2
        assert "4 plans count in it" in page
        empty = signed_in("lead").get(url, {"quarter": "2026-01-01"}).content.decode()
        assert "No weight counts in this quarter" in empty
        assert signed_in("lead").get(url, {"quarter": "yesterday"}).status_code == 200

    def test_whoever_has_no_part_sees_the_average_and_not_the_plan(
        self, url: str, signed_in: Callable[[str], Client], world: World
    ) -> None:
        plan = Plan.objects.get(weight=10)
        plan.parts.all().delete()
        page = signed_in("commissioner").get(url).content.decode()
        assert "17.5%" in page
        assert plan.reference not in page
        assert "1 more plan in which you have no part is not listed, but counts in the average" in page
        assert plan.reference in signed_in("councillor").get(url).content.decode()

    def test_a_shared_service_names_the_body_of_each_plan(
        self, url: str, signed_in: Callable[[str], Client], world: World
    ) -> None:
        small = plan_of(world, reference="P-SMALL", value_pence=1)
        plan_of(world, reference="P-LARGE")
        page = signed_in("procurement").get(url.replace(str(world.bodies["nmc"].pk), str(world.bodies["alder"].pk)))
        assert '<th scope="col" role="columnheader" class="govuk-table__header">Body</th>' in page.content.decode()
        assert "No: the rule does not apply" in page.content.decode()
        assert "Once its weight is set" in page.content.decode()
        assert str(small) in page.content.decode()

    @pytest.mark.parametrize("form", ["xlsx", "ods", "zip"])
    def test_files(self, form: str, signed_in: Callable[[str], Client], world: World, url: str) -> None:
        address = reverse("planning:policy_portfolio_file", args=[world.bodies["nmc"].pk, form])
        answer = signed_in("lead").get(address)
        assert answer.status_code == 200
        assert answer.content.startswith(b"PK")
        assert f"NMC-planned-2026-07-01.{form}" in answer.headers["Content-Disposition"]
        assert signed_in("lead").get(address.replace(form, "exe")).status_code == 404
        assert signed_in("director").get(address).status_code == 403
