"""What is suggested for a plan: history over a body's contracts, the model that the law asks for, and what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.suggest import Because
from commonweal_web.contracts.models import Contract
from commonweal_web.planning.measures import suggesting
from commonweal_web.planning.models import Plan, PlanNeed
from commonweal_web.planning.policies.deciding import decide_plan
from tests.web.planning.ground import measures_of, need_of, plan_of
from tests.web.world import GROUNDS_KPIS, NOON, World, approved_kpi, contract, quarters

pytestmark = pytest.mark.django_db

CENTRAL = {
    name: {"value": value, "source": "the department"}
    for name, value in {
        "buyer": "central-government", "above_threshold": "yes", "arrangement": "contract", "light_touch": "no",
        "concession": "no", "defence_security": "no", "utilities": "no",
    }.items()
}  # fmt: skip
MODEL = {"facts": CENTRAL, "commences": dt.date(2026, 5, 1)}


def suggested(plan: Plan) -> suggesting.Suggested:
    return suggesting.suggested_for(plan, decide_plan(plan, NOON.date()))


def words(plan: Plan, kind: Because) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in suggested(plan).suggestions:
        for why in one.why:
            if why.kind is kind:
                found.setdefault(one.measure.code, []).append(why.words)
    return found


def test_history_counts_contracts_of_the_division_at_the_body_in_every_release_of_the_family(world: World) -> None:
    facts: dict[str, Any] = {"category": "77310000", "framework": "fx-2026.1"}
    other = contract(world, "parks", "nmc", "oakline", "NMC-2026-400", "Parks", **facts)
    approved_kpi(world, other, GROUNDS_KPIS[3], quarters(other.starts, 16))
    contract(world, "empty", "nmc", "oakline", "NMC-2026-401", "No KPIs", **facts)
    Contract.objects.filter(pk=world.contracts["library"].pk).update(category="77300000")
    found = words(plan_of(world), Because.HISTORY)
    assert found["NT17"] == ["2 of 2 contracts of CPV division 77 that have KPIs used it."]
    assert found["NT31"] == ["1 of 2 contracts of CPV division 77 that have KPIs used it."]
    assert "TRN" not in found


def test_a_plan_without_a_category_has_no_history(world: World) -> None:
    assert suggesting.history_of(plan_of(world, category="")) is None
    assert words(plan_of(world, category="", reference="NMC-2"), Because.HISTORY) == {}


def test_the_policy_is_a_reason_only_until_it_has_what_it_asks_for(world: World) -> None:
    plan = plan_of(world)
    assert words(plan, Because.POLICY)["NT10"] == [
        "Policy 2025.1, in force from 1 April 2025 (section 3) asks for at least 1 of employment and skills."
    ]
    assert "NT31" not in words(plan, Because.POLICY)
    measures_of(world, plan, "CL")
    assert words(plan, Because.POLICY) == {}
    assert "CL" not in {one.measure.code for one in suggested(plan).suggestions}


def test_the_model_that_must_be_used_is_a_reason_for_each_measure_of_it(world: World) -> None:
    plan = plan_of(world, framework="svm-2025", **MODEL)
    found = words(plan, Because.LAW)
    assert len(found) == 18
    assert all(
        one.startswith("Use the Social Value Model of PPN 002 (PPN 002): it serves the outcome “")
        for each in found.values()
        for one in each
    )
    assert not [note for note in suggested(plan).notes if "law asks" in note]


def test_a_plan_of_another_framework_is_told_which_model_the_law_asks_for(world: World) -> None:
    [note] = suggested(plan_of(world, **MODEL)).notes
    assert note.startswith("The law asks for Social Value Model (2025), and the plan takes its measures from Example")
    assert "Change the framework" in note


def test_where_the_law_cannot_be_told_the_missing_facts_are_named(world: World) -> None:
    [note] = suggested(plan_of(world)).notes
    assert note.startswith("Whether a Social Value Model must be used cannot be told without")
    assert "the type of buyer" in note


def test_without_a_framework_only_a_note_is_shown(world: World, signed_in: Callable[[str], Client]) -> None:
    plan = plan_of(world, framework="")
    found = suggested(plan)
    assert found.suggestions == ()
    url = reverse("planning:measure_suggested", args=[plan.pk])
    text = signed_in("commissioner").get(url).content.decode()
    assert "Name a framework that the body may use" in text
    assert "Choose these" not in text


def test_a_need_for_which_something_was_chosen_is_not_told_to_be_unanswered(world: World) -> None:
    plan = plan_of(world)
    need = need_of(plan.authority, "First jobs", "care leavers")
    PlanNeed.objects.create(plan=plan, need=need)
    [row] = measures_of(world, plan, "CL")
    assert any("No measure of the framework fits “First jobs (Tollgate)”" in one for one in suggested(plan).notes)
    row.why = [{"kind": "need", "words": "w", "about": "First jobs (Tollgate)"}]
    row.save()
    assert not any("No measure of the framework fits" in one for one in suggested(plan).notes)


def test_a_search_looks_at_the_suggested_ones_too(world: World, signed_in: Callable[[str], Client]) -> None:
    plan = plan_of(world)
    url = reverse("planning:measure_suggested", args=[plan.pk])
    text = signed_in("commissioner").get(url, {"words": "care leavers"}).content.decode()
    assert "code-CL" in text
    assert "Suggested" not in text
    assert "code-NT31" not in text
