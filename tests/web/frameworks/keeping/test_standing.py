"""What a list says of each measure: draft, waits, in which release, changed since, retired."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from commonweal_web.frameworks.keeping import services
from commonweal_web.frameworks.models import LocalMeasure
from tests.web.frameworks.keeping.test_measures import KEY, add, fields, release, retire
from tests.web.frameworks.packs import checked, drafted, framework, measure, proposed, publish
from tests.web.world import NOON, World


def test_a_measure_says_how_far_it_has_come(world: World, signed_in: Callable[[str], Client]) -> None:
    def state(code: str = "L1") -> str:
        page = signed_in("lead").get(f"/frameworks/{world.bodies['nmc'].pk}/measures/").content.decode()
        return " ".join(page.split()).partition(f"{code} Hours")[2].partition("</tr>")[0]

    made, lead = add(world), world.people["lead"]
    assert "Draft" in state()
    assert "In no release yet, so no contract can take it" in state()
    publish(world, framework("a-list-1", [measure("L1", label="Another thing of this code")]))
    assert "In no release yet" in state()
    pack = release(world)
    assert "In the draft Our measures, which was not proposed yet" in state()
    pack = proposed(world, pack)
    assert "Waits" in state()
    assert "For somebody to publish Our measures" in state()
    services.pack_publish(pack=pack, by=world.people["director"], now=NOON)
    assert "In the release Our measures" in state()
    assert "Changed since" not in state()
    release(world, "northmere-local-2028.1")
    assert "In the release Our measures" in state()
    services.measure_edit(measure=made, fields=fields(world, goals=("8.5",)), by=lead, now=NOON)
    assert "Changed since: the next release has the change" in state()
    retire(world, LocalMeasure.objects.get(), reason="Nobody used it.")
    assert "Retired: not for new contracts from 8 July 2026" in state()
    assert "Nobody used it.<" in state()
    assert KEY


def test_a_draft_that_cannot_be_read_is_passed_over(world: World, signed_in: Callable[[str], Client]) -> None:
    add(world)
    drafted(world, checked("framework", "bad.yaml", "id: 1.5\n", key="bad-1", title="Bad"))
    answer = signed_in("lead").get(f"/frameworks/{world.bodies['nmc'].pk}/measures/")
    assert b"In no release yet" in answer.content
