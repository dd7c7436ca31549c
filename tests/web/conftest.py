"""What the tests of the service share: the world of the journeys, people who are signed in, and a clock that stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from commonweal_web.core import clock
from commonweal_web.organisations import second_factor
from tests.web.audit_flush import flush_past_the_triggers  # noqa: F401  # a fixture: found by its name
from tests.web.world import NOON, World, make_world


@pytest.fixture
def moment() -> dt.datetime:
    """The moment at which the test stands; a test or module overrides it to stand at another."""
    return NOON


@pytest.fixture(autouse=True)
def _standing_clock(moment: dt.datetime) -> Iterator[None]:
    with clock.fixed(moment):
        yield


@pytest.fixture
def world(db: None) -> World:
    """The journeys' bodies, people and contracts."""
    return make_world()


@pytest.fixture
def signed_in(world: World) -> Callable[[str], Client]:
    """Return a browser signed in as a person of the world, with the second factor done: signed_in("manager")."""

    def call(key: str) -> Client:
        client = Client()
        client.force_login(world.people[key])
        session = client.session
        second_factor.note(session, world.people[key], second_factor.TEST)
        session.save()
        return client

    return call
