"""Needs of a body: written down with a source, changed, closed, ticked by plans; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.planning.measures.services import needs
from commonweal_web.planning.measures.services.needs import NeedFields
from commonweal_web.planning.models import Need, Plan
from tests.web.planning.ground import need_of, plan_of
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db

FIELDS = NeedFields(
    title="First jobs for care leavers", place="Tollgate", tags=("Care leavers", " care  leavers ", "Jobs"),
    source="Needs assessment 2025", quantity=Decimal(12), unit="person",
)  # fmt: skip


def add(world: World, by: str = "commissioner", fields: NeedFields = FIELDS) -> Need:
    return needs.need_add(body=world.bodies["nmc"], fields=fields, by=world.people[by], now=NOON)


def test_a_need_is_written_down_once_in_the_log_with_plain_tags(world: World) -> None:
    made = add(world)
    assert made.tags == ["care leavers", "jobs"]
    assert (made.quantity, made.unit, made.created_by) == (12, "person", world.people["commissioner"])
    [row] = Event.objects.filter(verb="need_added")
    assert row.new["quantity"] == "12"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (NeedFields(title="t"), "Name the source"),
        (NeedFields(title="t", source="s", quantity=Decimal(0), unit="person"), "a number above zero"),
        (NeedFields(title="t", source="s", quantity=Decimal(1), unit="sparks"), "and its unit"),
        (NeedFields(title="t", source="s", tags=tuple("abcdefghijklmnopqrstu")), "at most 20 tags"),
        (NeedFields(title="t", source="s", tags=("x" * 61,)), "at most 60 characters"),
    ],
)
def test_what_a_need_cannot_be(world: World, fields: NeedFields, words: str) -> None:
    with pytest.raises(Refused, match=words):
        add(world, fields=fields)
    assert not Need.objects.exists()


@pytest.mark.parametrize("who", ["manager", "supplier", "eastholt lead", "auditor"])
def test_only_those_who_draft_plans_of_the_body_write_needs_down(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        add(world, who)


def test_a_change_is_logged_with_old_and_new_and_a_stale_one_refused(world: World) -> None:
    made, lead = add(world), world.people["lead"]
    fields = NeedFields(title="First jobs", place="Harbour", source="Needs assessment 2025", shown=True)
    needs.need_edit(need=made, fields=fields, by=lead, now=NOON, shown=1)
    [row] = Event.objects.filter(verb="need_edited")
    assert (row.old["place"], row.new["place"]) == ("Tollgate", "Harbour")
    assert "source" not in row.new
    with pytest.raises(StaleVersion):
        needs.need_edit(need=made, fields=fields, by=lead, now=NOON, shown=1)


def test_a_posted_need_needs_no_source_of_its_own(world: World) -> None:
    made = need_of(world.bodies["nmc"], "Paint", source="", group="Abbeyfield Youth Forum")
    needs.need_edit(need=made, fields=NeedFields(title="Paint", tags=("paint",)), by=world.people["lead"], now=NOON)
    made.refresh_from_db()
    assert (made.group, made.tags) == ("Abbeyfield Youth Forum", ["paint"])


def test_a_closed_need_is_ticked_by_no_other_plan_and_stays_with_those_that_have_it(world: World) -> None:
    plan, other, made = plan_of(world), plan_of(world, reference="NMC-2"), add(world)
    by = world.people["commissioner"]
    tick(plan, [made.pk], world)
    with pytest.raises(Refused, match="Say why it is closed"):
        needs.need_close(need=made, reason=" ", by=by, now=NOON)
    needs.need_close(need=made, reason="Met by the library contract", by=by, now=NOON)
    with pytest.raises(Refused, match="closed meanwhile"):
        tick(other, [made.pk], world)
    tick(plan, [made.pk], world)
    assert plan.plan_needs.count() == 1
    with pytest.raises(Refused, match="is closed"):
        needs.need_edit(need=made, fields=FIELDS, by=by, now=NOON)


def tick(plan: Plan, ids: list[int], world: World) -> None:
    needs.plan_needs_set(plan=plan, needs=ids, by=world.people["commissioner"], now=NOON)


def test_ticking_writes_one_row_and_no_row_where_nothing_changes(world: World) -> None:
    plan, made = plan_of(world), add(world)
    before = Event.objects.count()
    tick(plan, [made.pk], world)
    tick(plan, [made.pk], world)
    assert Event.objects.count() == before + 1
    tick(plan, [], world)
    assert Event.objects.latest("pk").old == {"needs": ["First jobs for care leavers"]}
    assert not plan.plan_needs.exists()


def test_a_plan_ticks_no_need_of_another_body_and_none_before_the_panel(world: World) -> None:
    plan = plan_of(world)
    away = need_of(world.bodies["ebc"], "Away")
    with pytest.raises(Refused):
        tick(plan, [away.pk], world)
    Plan.objects.filter(pk=plan.pk).update(state="at_panel")
    with pytest.raises(Refused, match="cannot be changed"):
        tick(plan, [], world)


def test_the_pages_of_needs(world: World, signed_in: Callable[[str], Client]) -> None:
    client, body = signed_in("commissioner"), world.bodies["nmc"]
    here = reverse("planning:measure_needs", args=[body.pk])
    assert "No need is written down yet" in client.get(here).content.decode()
    form = {"title": "Green skills", "place": "Harbour", "tags": "green skills, retrofit", "source": "Ward meeting"}
    assert client.post(reverse("planning:measure_need_new", args=[body.pk]), form).status_code == 303
    made = Need.objects.get()
    assert made.tags == ["green skills", "retrofit"]
    text = client.get(here).content.decode()
    assert "Green skills" in text
    assert "green skills, retrofit" in text
    url = reverse("planning:measure_need", args=[body.pk, made.pk])
    assert "green skills, retrofit" in client.get(url).content.decode()
    assert client.post(url, form | {"source": "", "version": 1}).status_code == 422
    assert client.post(url, form | {"place": "Westvale", "version": 1}).status_code == 303
    assert client.get(here, {"place": "Harbour"}).content.decode().count("Green skills") == 0
    assert "Green skills" in client.get(here, {"words": "retrofit"}).content.decode()
    close = reverse("planning:measure_need_close", args=[body.pk, made.pk])
    assert client.get(close).status_code == 200
    assert client.post(close, {"reason": "Met", "version": 2}).status_code == 303
    assert "Green skills" in client.get(here, {"closed": "yes"}).content.decode()
    assert signed_in("auditor").get(here).status_code == 200
    assert signed_in("auditor").get(url).status_code == 403
    assert signed_in("eastholt lead").get(here).status_code == 404


def test_the_page_on_which_needs_are_ticked(world: World, signed_in: Callable[[str], Client]) -> None:
    plan, client = plan_of(world), signed_in("commissioner")
    url = reverse("planning:measure_plan_needs", args=[plan.pk])
    assert "no need on its list yet" in client.get(url).content.decode()
    made = add(world)
    assert "Tags: care leavers, jobs. Source: Needs assessment 2025." in client.get(url).content.decode()
    assert client.post(url, {"needs": made.pk, "sent": "yes"}).status_code == 303
    assert client.post(url, {"needs": "987654", "sent": "yes"}).status_code == 422
    assert client.post(url, {}).status_code == 303
    assert not plan.plan_needs.exists()
