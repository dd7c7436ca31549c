"""The pages of a pack: for everybody who reads the plan, for each version, and a line on the plan's own page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.planning.models import Plan
from commonweal_web.planning.pack.section import section
from tests.web.planning.pack import makers
from tests.web.test_headers import wrong
from tests.web.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(world: World) -> Plan:
    return makers.plan_to_lock(world)


def test_before_the_approval_there_is_no_pack(plan: Plan, signed_in: Callable[[str], Client]) -> None:
    page = signed_in("commissioner").get(reverse("planning:pack_list", args=[plan.pk])).content.decode()
    assert "There is no pack yet" in page
    line = section(plan, None)
    assert (line.done, line.url, line.status) == (False, "", "Not yet")


def test_the_plan_says_that_the_pack_is_ready(world: World, plan: Plan, signed_in: Callable[[str], Client]) -> None:
    makers.lock(world, plan)
    line = section(plan, None)
    assert (line.done, line.status) == (True, "Version 1 of 20 July, pack ready")
    assert line.hint == "The plan was opened again; a new version will replace it."
    plan.state = Plan.State.APPROVED
    assert section(plan, None).hint == ""
    page = signed_in("commissioner").get(reverse("planning:plan_page", args=[plan.pk])).content.decode()
    assert "Version 1 of 20 July, pack ready" in page


def test_each_version_keeps_its_own_pack(world: World, plan: Plan, signed_in: Callable[[str], Client]) -> None:
    first = makers.lock(world, plan)
    makers.change(plan, "NT10", target=260)
    second = makers.lock(world, plan, number=2)
    client = signed_in("auditor")
    page = client.get(reverse("planning:pack_list", args=[plan.pk])).content.decode()
    assert second.sha256 in page
    assert reverse("planning:pack_version", args=[plan.pk, 1]) in page
    old = client.get(reverse("planning:pack_version", args=[plan.pk, 1])).content.decode()
    assert first.sha256 in old
    assert "208 weeks" in client.get(reverse("planning:pack_tender", args=[plan.pk, 1])).content.decode()
    assert "260 weeks" in client.get(reverse("planning:pack_tender", args=[plan.pk, 2])).content.decode()
    assert client.get(reverse("planning:pack_tender", args=[plan.pk, 3])).status_code == 404


def test_figures_of_the_example_open_their_working(
    world: World, plan: Plan, signed_in: Callable[[str], Client]
) -> None:
    makers.lock(world, plan)
    page = signed_in("lead").get(reverse("planning:pack_tender", args=[plan.pk, 1])).content.decode()
    links = {part.split('"')[0] for part in page.split('href="#line-')[1:]}
    anchors = {part.split('"')[0] for part in page.split('id="line-')[1:]}
    assert len(links) > 20
    assert links <= anchors


def test_a_file_that_does_not_exist_is_not_found(world: World, plan: Plan, signed_in: Callable[[str], Client]) -> None:
    makers.lock(world, plan)
    client = signed_in("procurement")
    for name, form in (("pack_bid_file", "pdf"), ("pack_tender_file", "exe")):
        assert client.get(reverse(f"planning:{name}", args=[plan.pk, 1, form])).status_code == 404
    answer = client.get(reverse("planning:pack_bid_file", args=[plan.pk, 1, "xlsx"]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="NMC-2026-P14-v1-bid-workbook.xlsx"'
    assert signed_in("eastholt lead").get(reverse("planning:pack_list", args=[plan.pk])).status_code == 404


def test_pages_and_files_carry_the_headers_of_every_answer(
    world: World, plan: Plan, signed_in: Callable[[str], Client]
) -> None:
    makers.lock(world, plan)
    client, faults = signed_in("commissioner"), []
    for name, *more in (("pack_list",), ("pack_tender", 1), ("pack_marking", 1), ("pack_tender_file", 1, "html")):
        answer = client.get(reverse(f"planning:{name}", args=[plan.pk, *more]))
        assert answer.status_code == 200
        faults += [f"{name}: {fault}" for fault in wrong(answer)]
    assert not faults, "\n".join(faults)
