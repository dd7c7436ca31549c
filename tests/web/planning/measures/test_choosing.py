"""The measures of a plan: what each keeps, who its proposer is, what is refused, and order and removal."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.contracts.services.kpis import KpiFields
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.frameworks.models import Withdrawal
from commonweal_web.planning.measures import selectors
from commonweal_web.planning.measures.section import section
from commonweal_web.planning.measures.services import choosing
from commonweal_web.planning.measures.services.choosing import MeasureFields
from commonweal_web.planning.models import NeedOffer, Plan, PlanMeasure
from tests.web.frameworks.packs import publish, values
from tests.web.planning.ground import measures_of, need_of, plan_of
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db


def choose(world: World, plan: Plan, *codes: str, by: str = "commissioner") -> list[PlanMeasure]:
    return choosing.measures_choose(plan=plan, codes=codes, by=world.people[by], now=NOON)


def words(ref: str = "L1", **more: Any) -> KpiFields:
    facts = {"deliverable": "No. of care leavers offered interviews", "unit": "person", **more}
    return KpiFields(ref=ref, **facts)


def write(world: World, plan: Plan, fields: MeasureFields) -> PlanMeasure:
    return choosing.measure_write(plan=plan, fields=fields, by=world.people["commissioner"], now=NOON)


def edit(world: World, row: PlanMeasure, by: str = "lead", shown: int | None = None, **more: Any) -> PlanMeasure:
    code = row.measure.rpartition("/")[2]
    fields = KpiFields(ref=row.ref, deliverable=row.deliverable, measure=code, unit=row.unit, **more)
    return choosing.measure_edit(measure=row, fields=MeasureFields(fields), by=world.people[by], now=NOON, shown=shown)


def test_several_are_chosen_at_once_with_one_row_in_the_log(world: World) -> None:
    plan, before = plan_of(world), Event.objects.count()
    made = choose(world, plan, "NT18", "NT1", "NT18")
    assert [(one.ref, one.order) for one in plan.measures.all()] == [("NT18", 0), ("NT1", 1)]
    assert Event.objects.count() == before + 1
    assert made[0].kind == "money"
    assert made[0].value_per_unit == Decimal("0.6")
    assert made[0].evidence_rule == "Ledger lines with postcode"


@pytest.mark.parametrize(
    ("framework", "codes", "message"),
    [
        ("fx-2025.1", (), "Choose at least one measure"),
        ("fx-2025.1", ("XX1",), "Choose measures from the list"),
        ("", ("NT1",), "names no framework that the body may use"),
        ("fx-1999", ("NT1",), "names no framework that the body may use"),
    ],
)
def test_what_cannot_be_chosen(world: World, framework: str, codes: tuple[str, ...], message: str) -> None:
    plan = plan_of(world, framework=framework)
    with pytest.raises(Refused, match=message):
        choose(world, plan, *codes)
    assert not plan.measures.exists()


def test_a_measure_that_the_body_withdrew_is_refused_and_not_suggested(
    world: World, signed_in: Callable[[str], Client]
) -> None:
    plan = plan_of(world)
    Withdrawal.objects.create(
        body=plan.authority, measure="fx-2025.1/NT31", starts=NOON.date(), reason="No baseline",
        by=world.people["lead"], at=NOON,
    )  # fmt: skip
    with pytest.raises(Refused, match="NT31 is not taken for new KPIs"):
        choose(world, plan, "NT31")
    text = signed_in("commissioner").get(reverse("planning:measure_suggested", args=[plan.pk])).content.decode()
    assert "code-NT31" not in text
    assert "code-NT17" in text


def test_the_same_measure_is_chosen_once(world: World) -> None:
    plan = plan_of(world)
    choose(world, plan, "NT1")
    with pytest.raises(Refused, match="has a measure called NT1 already"):
        choose(world, plan, "NT1")


@pytest.mark.parametrize("state", ["at_panel", "passed", "approved", "withdrawn"])
def test_a_plan_that_is_not_being_written_keeps_its_measures(world: World, state: str) -> None:
    plan = plan_of(world, state=state)
    [row] = measures_of(world, plan, "NT1")
    for act in (
        lambda: choose(world, plan, "NT17"),
        lambda: write(world, plan, MeasureFields(words())),
        lambda: edit(world, row),
        lambda: choosing.measure_move(measure=row, up=True, by=world.people["lead"], now=NOON),
        lambda: choosing.measure_remove(measure=row, by=world.people["lead"], now=NOON),
        lambda: choosing.measures_value(plan=plan, by=world.people["lead"], now=NOON),
    ):
        with pytest.raises(Refused, match="so it cannot be changed"):
            act()


@pytest.mark.parametrize("who", ["manager", "director", "auditor", "eastholt lead", "supplier"])
def test_who_does_not_draft_the_plan_chooses_nothing(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        choose(world, plan_of(world), "NT1", by=who)


def test_who_changes_a_measure_is_its_proposer_and_a_decision_is_void(world: World) -> None:
    plan = plan_of(world)
    [row] = choose(world, plan, "CL")
    PlanMeasure.objects.filter(pk=row.pk).update(
        state="sent_back", decided_by=world.people["director"], decided_at=NOON, decision_reason="Ask for more."
    )
    edit(world, row, by="lead", shown=1, target=Decimal(8), evidence_rule="Employer letter", place="Tollgate",
         cohort="care leavers", scalable=True)  # fmt: skip
    row.refresh_from_db()
    assert (row.proposed_by, row.state, row.decided_by, row.decision_reason) == (
        world.people["lead"], "proposed", None, "",
    )  # fmt: skip
    assert (row.target, row.place, row.scalable, row.version) == (8, "Tollgate", True, 2)
    logged = Event.objects.get(verb="measure_edited")
    assert (logged.old["target"], logged.new["target"]) == ("", "8")
    assert "deliverable" not in logged.new
    with pytest.raises(StaleVersion):
        edit(world, row, shown=1)


def test_an_approved_measure_is_locked(world: World) -> None:
    plan = plan_of(world)
    row, other = measures_of(world, plan, "NT1", "CL")
    PlanMeasure.objects.filter(pk=row.pk).update(state="approved", decided_by=world.people["director"], decided_at=NOON)
    lead = world.people["lead"]
    for act in (
        lambda: edit(world, row),
        lambda: choosing.measure_remove(measure=row, by=lead, now=NOON),
        lambda: choosing.measure_move(measure=other, up=True, by=lead, now=NOON),
    ):
        with pytest.raises(Refused, match="NT1 is approved and locked"):
            act()


def test_order_and_removal(world: World) -> None:
    plan, by = plan_of(world), world.people["commissioner"]
    first, second, third = choose(world, plan, "NT1", "CL", "NT17")
    before = Event.objects.count()
    choosing.measure_move(measure=third, up=True, by=by, now=NOON)
    assert Event.objects.count() == before + 1
    choosing.measure_move(measure=first, up=False, by=by, now=NOON)
    choosing.measure_move(measure=second, up=False, by=by, now=NOON)
    assert [one.ref for one in selectors.measures_of(plan)] == ["NT17", "NT1", "CL"]
    choosing.measure_remove(measure=second, by=by, now=NOON, shown=1)
    assert Event.objects.latest("pk").old["deliverable"] == "Care leavers into work"
    with pytest.raises(Refused, match="no longer in the plan"):
        choosing.measure_remove(measure=second, by=by, now=NOON)


def test_a_measure_that_fills_a_posted_need_is_not_removed(world: World) -> None:
    plan = plan_of(world)
    [row] = choose(world, plan, "NT17")
    need = need_of(plan.authority, "Hours", quantity=20, unit="hour")
    NeedOffer.objects.create(need=need, measure=row, quantity=5, by=world.people["lead"], at=NOON)
    with pytest.raises(Refused, match="fills a part of a posted need"):
        choosing.measure_remove(measure=row, by=world.people["lead"], now=NOON)


def test_minutes_are_estimated_unless_somebody_knows_better(world: World) -> None:
    plan = plan_of(world)
    made = write(world, plan, MeasureFields(words(evidence_rule="Employer letter"), burden_bid=5))
    assert (made.burden_bid, made.burden_return) == (5, 35)
    assert selectors.minutes(0) == "no time"
    assert selectors.minutes(61) == "1 hour 1 minute"


def test_an_indicator_needs_a_unit_and_has_only_known_themes(world: World) -> None:
    plan = plan_of(world)
    with pytest.raises(Refused, match="Choose the unit"):
        write(world, plan, MeasureFields(words(unit="")))
    made = write(world, plan, MeasureFields(words(), ("environment", "nonsense")))
    assert made.themes == ["environment"]


def test_the_framework_says_the_themes_of_its_measures_and_nobody_else(world: World) -> None:
    plan = plan_of(world)
    [row] = choose(world, plan, "NT31")
    fields = MeasureFields(KpiFields(ref="NT31", deliverable="CO2e", measure="NT31"), themes=("employment-and-skills",))
    choosing.measure_edit(measure=row, fields=fields, by=world.people["lead"], now=NOON)
    row.refresh_from_db()
    assert row.themes == ["environment"]


def test_a_licensed_value_computes_and_is_shown_nowhere(world: World, signed_in: Callable[[str], Client]) -> None:
    publish(world, values("nmc-pack", "fx-2025.1", [("NT17", "1234.987654", "hour")]))
    plan = plan_of(world, value_pack="nmc-pack")
    [row] = choose(world, plan, "NT17")
    assert row.value_licensed
    assert row.value_per_unit == Decimal("1234.987654")
    url = reverse("planning:measure_list", args=[plan.pk])
    text = signed_in("commissioner").get(url).content.decode()
    assert "Licensed value: it computes and is never shown" in text
    assert "1234" not in text + str(list(Event.objects.values_list("new", flat=True)))


def test_values_are_worked_out_anew_after_the_plan_changed(world: World, signed_in: Callable[[str], Client]) -> None:
    plan = plan_of(world)
    choose(world, plan, "NT1", "CL")
    Plan.objects.filter(pk=plan.pk).update(value_pack="none")
    plan.refresh_from_db()
    client, url = signed_in("lead"), reverse("planning:measure_list", args=[plan.pk])
    assert "What a unit is worth changed for NT1, CL" in client.get(url).content.decode()
    assert client.post(reverse("planning:measure_values", args=[plan.pk])).status_code == 303
    assert Event.objects.filter(verb="measures_valued").count() == 1
    assert set(plan.measures.values_list("value_per_unit", "proposed_by")) == {(None, world.people["lead"].pk)}
    assert choosing.measures_value(plan=plan, by=world.people["lead"], now=NOON) == 0


def test_a_measure_of_another_release_keeps_the_plan_from_the_panel(world: World) -> None:
    plan = plan_of(world)
    choose(world, plan, "NT1")
    Plan.objects.filter(pk=plan.pk).update(framework="fx-2026.1")
    plan.refresh_from_db()
    said = section(plan, world.people["lead"])
    assert not said.done
    assert "NT1 is of another release: the plan takes its measures from Example framework FX-2026.1." in said.hint


@pytest.mark.parametrize(("pence", "done"), [(2_499_999, True), (5_000_000, False)])
def test_without_a_measure_it_depends_on_what_the_policy_asks(world: World, pence: int, done: bool) -> None:
    assert section(plan_of(world, value_pence=pence), world.people["lead"]).done is done


def test_without_a_policy_one_measure_is_needed(world: World) -> None:
    other = plan_of(world, authority=world.bodies["wdc"], reference="WDC-1", policy=None, directorate=None)
    said = section(other, world.people["lead"])
    assert not said.done
    assert "The body has no policy in force" in said.hint
    measures_of(world, other, "NT17")
    assert section(other, world.people["lead"]).done


def test_the_form_of_a_measure(world: World, signed_in: Callable[[str], Client]) -> None:
    plan, client = plan_of(world), signed_in("commissioner")
    [row] = choose(world, plan, "NT10")
    url = reverse("planning:measure_edit", args=[plan.pk, row.pk])
    text = client.get(url).content.decode()
    assert "What counts and what does not" in text
    form = {
        "deliverable": "Apprenticeship weeks", "target": "208", "profile": "even", "scalable": "yes", "version": 1,
        "evidence_rule": "Provider", "burden_bid": "15", "burden_return": "",
    }  # fmt: skip
    assert client.post(url, form | {"target": "many"}).status_code == 422
    assert client.post(url, form).status_code == 303
    row.refresh_from_db()
    assert (row.target, row.scalable, row.burden_bid) == (208, True, 15)
    assert client.post(url, form).status_code == 409
    for to in ("up", "down"):
        assert client.post(reverse("planning:measure_move", args=[plan.pk, row.pk]), {"to": to}).status_code == 303


def test_what_another_framework_needs_is_asked_now(world: World, signed_in: Callable[[str], Client]) -> None:
    plan, client = plan_of(world, framework="fx-svm-2025"), signed_in("commissioner")
    [row] = choose(world, plan, "SV2")
    listed = reverse("planning:measure_list", args=[plan.pk])
    assert "Other frameworks need to know" in client.get(listed).content.decode()
    url = reverse("planning:measure_edit", args=[plan.pk, row.pk])
    names = [name for name in client.get(url).context["form"].fields if name.startswith("data_")]
    assert names
    form = {"deliverable": "Apprenticeships", "profile": "even", "scalable": "no", **dict.fromkeys(names, "78")}
    assert client.post(url, form).status_code == 303
    row.refresh_from_db()
    assert set(row.data.values()) == {"78"}
    assert "Other frameworks need to know" not in client.get(listed).content.decode()


def test_a_reader_sees_the_measures_and_no_act(world: World, signed_in: Callable[[str], Client]) -> None:
    plan = plan_of(world)
    measures_of(world, plan)
    text = signed_in("auditor").get(reverse("planning:measure_list", args=[plan.pk])).content.decode()
    assert "Care leavers into work" in text
    assert "About 3 hours for each bid, and 1 hour 30 minutes for each return." in text
    assert "Choose measures" not in text
    assert "Remove NT1" not in text
