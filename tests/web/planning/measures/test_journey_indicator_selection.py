"""Journey 1.3 by browser: ticked needs suggest measures with why and minutes; seven refused at six; one set aside."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.planning.base import day_of
from commonweal_web.planning.measures.section import section
from commonweal_web.planning.models import Need, Plan, PlanMeasure, Waiver
from tests.web.planning.ground import need_of, plan_of
from tests.web.world import World

pytestmark = pytest.mark.django_db

SIX = ["NT1", "CL", "NT10", "NT17", "NT18", "NT31"]
INDICATOR = {
    "ref": "L1", "deliverable": "No. of care leavers offered interviews", "kind": "quantity", "unit": "person",
    "better": "up", "profile": "even", "scalable": "no", "evidence_rule": "Letter of the leaving-care team",
    "themes": ["employment-and-skills"],
}  # fmt: skip


@pytest.fixture
def plan(world: World) -> Plan:
    made = plan_of(world)
    body = made.authority
    need_of(body, "Green skills for school leavers", "green skills", place="Harbour")
    need_of(body, "First jobs for care leavers", "care leavers", place="Tollgate")
    need_of(body, "Cleaner air by the ring road", "cleaner air", place="Kingsmead")
    return made


@pytest.fixture
def commissioner(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("commissioner")


def at(name: str, plan: Plan, *more: int) -> str:
    return reverse(f"planning:{name}", args=[plan.pk, *more])


def page(client: Client, name: str, plan: Plan) -> str:
    answer = client.get(at(name, plan))
    assert answer.status_code == 200
    return answer.content.decode()


def choose(client: Client, plan: Plan, codes: list[str]) -> object:
    return client.post(at("measure_suggested", plan), {"codes": codes})


def line(plan: Plan, world: World) -> object:
    return section(plan, world.people["commissioner"])


def test_needs_suggest_measures_with_why_and_minutes(plan: Plan, commissioner: Client) -> None:
    ids = [str(pk) for pk in Need.objects.values_list("pk", flat=True)]
    answer = commissioner.post(at("measure_plan_needs", plan), {"needs": ids})
    assert answer.status_code == 303
    assert plan.plan_needs.count() == 3
    text = page(commissioner, "measure_suggested", plan)
    assert "First jobs for care leavers (Tollgate): its label has “care leaver”." in text
    assert "Green skills for school leavers (Harbour)" in text
    assert "1 of 1 contracts of CPV division 77" in text
    assert "Policy 2025.1, in force from 1 April 2025 (section 3) asks for at least 1 of employment and skills." in text
    assert "No measure of the framework fits “Cleaner air by the ring road (Kingsmead)”." in text
    assert "Counts people; evidence: a confirmation by somebody else; people are asked for their consent." in text
    assert "Each return (minutes)" in text


def test_the_seventh_is_refused_and_nothing_is_saved(plan: Plan, commissioner: Client) -> None:
    answer = choose(commissioner, plan, [*SIX, "TRN"])
    assert answer.status_code == 422
    assert "7 measures are chosen; the limit is 6. Remove 1." in answer.content.decode()
    assert not plan.measures.exists()
    assert choose(commissioner, plan, SIX).status_code == 303
    assert [one.ref for one in plan.measures.all()] == SIX
    seventh = commissioner.post(at("measure_local", plan), INDICATOR)
    assert seventh.status_code == 422
    assert "7 measures are chosen; the limit is 6. Remove 1." in seventh.content.decode()
    assert plan.measures.count() == 6


def test_a_measure_keeps_what_its_framework_says_what_it_is_worth_and_why(plan: Plan, commissioner: Client) -> None:
    ids = [str(pk) for pk in Need.objects.values_list("pk", flat=True)]
    commissioner.post(at("measure_plan_needs", plan), {"needs": ids})
    answer = choose(commissioner, plan, ["CL"])
    made = plan.measures.get()
    assert answer["Location"] == at("measure_edit", plan, made.pk)
    assert (made.measure, made.ref, made.unit, made.over_time) == ("fx-2025.1/CL", "CL", "person", "distinct")
    assert (made.value_per_unit, made.value_source) != (None, "")
    assert made.value_per_unit == 18_000
    assert made.themes == ["employment-and-skills"]
    assert (made.burden_bid, made.burden_return) == (50, 45)
    assert {one["kind"] for one in made.why} == {"need", "policy", "history"}
    assert made.sensitive
    text = page(commissioner, "measure_list", plan)
    assert "About 50 minutes for each bid, and 45 minutes for each return." in text
    assert "Need: First jobs for care leavers (Tollgate)" in text


def test_without_the_must_have_the_plan_stays_until_the_head_of_procurement_sets_it_aside(
    plan: Plan, world: World, commissioner: Client, signed_in: Callable[[str], Client]
) -> None:
    choose(commissioner, plan, ["NT10", "NT17"])
    assert line(plan, world).done
    only = plan.measures.get(ref="NT10")
    answer = commissioner.post(at("measure_remove", plan, only.pk), {"version": only.version})
    assert answer.status_code == 303
    words = "0 measures of employment and skills are chosen; at least 1 must be."
    said = line(plan, world)
    assert not said.done
    assert words in said.hint
    assert "or record the approval of the head of procurement" in said.hint
    assert words in page(commissioner, "measure_list", plan)
    assert commissioner.get(at("measure_waive", plan)).status_code == 403
    head = signed_in("procurement")
    assert "Set a must-have aside" in page(head, "measure_list", plan)
    answer = head.post(at("measure_waive", plan), {"theme": "employment-and-skills", "reason": "No staff on site."})
    assert answer.status_code == 303
    given = Waiver.objects.get()
    assert (given.by, given.office) == (world.people["procurement"], "head of procurement")
    assert line(plan, world).done
    assert "No staff on site." in page(commissioner, "measure_list", plan)
    assert Event.objects.filter(verb="must_have_waived", reason="No staff on site.").count() == 1


def test_a_local_indicator_stands_beside_the_others_without_pounds(
    plan: Plan, world: World, commissioner: Client
) -> None:
    choose(commissioner, plan, ["NT17"])
    assert commissioner.post(at("measure_local", plan), INDICATOR).status_code == 303
    made = plan.measures.get(ref="L1")
    assert (made.measure, made.value_per_unit, made.value_series) == ("", None, "")
    assert (made.unit, made.over_time) == ("person", "sum")
    assert line(plan, world).done  # it serves employment and skills, as its proposer says
    text = page(commissioner, "measure_list", plan)
    assert "No. of care leavers offered interviews" in text
    assert "Recorded without pounds" in text
    assert made.proposed_by == world.people["commissioner"]
    assert day_of(made.proposed_at) == clock.today()


def test_an_indicator_that_is_not_complete_comes_back_with_words(plan: Plan, commissioner: Client) -> None:
    answer = commissioner.post(at("measure_local", plan), INDICATOR | {"unit": "", "deliverable": ""})
    assert answer.status_code == 422
    assert "Enter what is asked for" in answer.content.decode()
    assert not PlanMeasure.objects.filter(plan=plan).exists()
