"""Two people one click apart, on real transactions: one act is done, the other is told, and the log has one row."""

from __future__ import annotations

import datetime as dt

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import PanelMember, Policy
from commonweal_web.planning.policies import services
from tests.web.hammer import committed_world, together
from tests.web.planning.policies.test_policies import drafted
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 9, 1)


def proposed(world: World, label: str) -> Policy:
    return services.policy_propose(policy=drafted(world, label=label), by=world.people["lead"], now=NOON)


def test_two_directors_adopt_two_versions_from_one_day(transactional_db: None) -> None:
    world = committed_world()
    versions = [proposed(world, label) for label in ("2026.2", "2026.3")]
    who = [world.people["director"], world.people["other director"]]

    def adopt(at: int) -> object:
        return services.policy_adopt(policy=versions[at], reason="Cabinet", by=who[at], now=NOON)

    assert together([lambda: adopt(0), lambda: adopt(1)]) == {"done": 1, "early": 1}
    assert Policy.objects.filter(state="adopted").count() == 1
    assert Event.objects.filter(verb="policy_adopted").count() == 1


def test_one_version_adopted_and_sent_back(transactional_db: None) -> None:
    world = committed_world()
    policy = proposed(world, "2026.2")
    first, second = world.people["director"], world.people["other director"]
    ends = together(
        [
            lambda: services.policy_adopt(policy=policy, reason="Cabinet", by=first, now=NOON),
            lambda: services.policy_send_back(policy=policy, reason="Not yet", by=second, now=NOON),
        ]
    )
    assert ends == {"done": 1, "state": 1}


def test_two_chairs_seated(transactional_db: None) -> None:
    world = committed_world()
    lead = world.people["lead"]
    second = world.people["manager"]
    Membership.objects.create(user=second, organisation=world.bodies["nmc"], role=Role.CAT, starts=BEGIN)
    fields = services.PanelFields(name="Place", quorum=2)
    panel = services.panel_make(body=world.bodies["nmc"], fields=fields, by=lead, now=NOON)

    def seat(user: object) -> object:
        return services.panel_seat(panel=panel, user=user, starts=NOON.date(), chair=True, by=lead, now=NOON)

    assert together([lambda: seat(world.people["panel"]), lambda: seat(second)]) == {"done": 1, "chair": 1}
    assert PanelMember.objects.filter(chair=True).count() == 1
