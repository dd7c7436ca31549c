"""Two people one click apart, on real transactions: one act is done, the other is told, and the log has one row."""

from __future__ import annotations

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import Invalid, Refused
from commonweal_web.frameworks.keeping import services
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from tests.web.contracts.test_two_at_once import at_once
from tests.web.frameworks.packs import drafted, framework, measure, proposed
from tests.web.world import BEGIN, NOON, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_two_directors_publish_one_pack(world: World) -> None:
    pack = proposed(world, drafted(world, framework("ours-2027", [measure("L1")])))
    Membership.objects.create(
        user=world.people["manager"], organisation=world.bodies["nmc"], role=Role.APP, starts=BEGIN
    )

    def publish(by: str) -> object:
        return services.pack_publish(pack=pack, by=world.people[by], now=NOON, shown=pack.version)

    results = at_once(lambda: publish("director"), lambda: publish("manager"))
    assert sum(isinstance(one, Pack) for one in results) == 1
    assert sum(isinstance(one, Refused) for one in results) == 1
    assert Event.objects.filter(verb="pack_published").count() == 1


def test_two_bodies_publish_one_key(world: World) -> None:
    ours = proposed(world, drafted(world, framework("one-key-1", [measure("L1")])))
    theirs = proposed(
        world,
        drafted(world, framework("one-key-1", [measure("E1")]), body="ebc", by="eastholt lead"),
        by="eastholt lead",
    )
    Membership.objects.create(
        user=world.people["eastholt manager"], organisation=world.bodies["ebc"], role=Role.APP, starts=BEGIN
    )
    results = at_once(
        lambda: services.pack_publish(pack=ours, by=world.people["director"], now=NOON),
        lambda: services.pack_publish(pack=theirs, by=world.people["eastholt manager"], now=NOON),
    )
    assert sum(isinstance(one, Pack) for one in results) == 1
    assert sum(isinstance(one, Refused | Invalid) for one in results) == 1
    assert Pack.objects.filter(state="published", key="one-key-1").count() == 1


def test_one_code_written_twice(world: World) -> None:
    fields = services.LocalFields(
        code="L1", label="Hours", unit="hour", owner=world.people["lead"], review_on=NOON.date().replace(year=2027)
    )

    def add() -> object:
        return services.measure_add(body=world.bodies["nmc"], fields=fields, by=world.people["lead"], now=NOON)

    results = at_once(add, add)
    assert sum(isinstance(one, Refused) for one in results) == 1
    assert LocalMeasure.objects.count() == 1
