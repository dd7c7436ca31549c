"""Category panels: made for a body, their seats by role and by dates, one chair at a time."""

from __future__ import annotations

import datetime as dt

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Panel
from commonweal_web.planning.policies import services
from commonweal_web.planning.policies.pages import categories_of
from commonweal_web.planning.policies.services import PanelFields
from tests.web.world import NOON, World, person

pytestmark = pytest.mark.django_db
TODAY, LATER = NOON.date(), dt.date(2026, 12, 31)


def panel(world: World, name: str = "Place", by: str = "lead", **fields: object) -> Panel:
    values = PanelFields(name=name, quorum=2, **fields)  # type: ignore[arg-type]  # by name
    return services.panel_make(body=world.bodies["nmc"], fields=values, by=world.people[by], now=NOON)


def test_a_panel_is_made_changed_and_named(world: World) -> None:
    made = panel(world, categories=("77", "45"), directorate=world.directorates["Neighbourhoods"])
    assert categories_of(made).startswith("77 Agricultural")
    fields = PanelFields(name="Place and people", quorum=3, ends=LATER)
    services.panel_edit(panel=made, fields=fields, by=world.people["procurement"], now=NOON)
    made.refresh_from_db()
    assert (made.name, made.quorum, made.categories, made.directorate) == ("Place and people", 3, [], None)
    assert categories_of(made) == "Every category"
    rows = Event.objects.filter(record_type="planning.panel").order_by("seq")
    assert [row.verb for row in rows] == ["panel_made", "panel_changed"]


def test_what_is_refused(world: World) -> None:
    panel(world)
    with pytest.raises(Refused, match="called place already"):
        panel(world, "place")
    with pytest.raises(Refused, match="98x is not how a CPV code begins"):
        panel(world, "Other", categories=("98x",))
    with pytest.raises(Refused, match="directorate of this body"):
        panel(world, "Other", directorate=world.directorates["Growth"])
    for by in ("commissioner", "panel", "eastholt lead", "supplier"):
        with pytest.raises(NotPermitted):
            panel(world, "Other", by)


def test_seats_by_role_and_date(world: World) -> None:
    made, lead = panel(world), world.people["lead"]
    second = person(world, "second panel", "Paz Reid", ("nmc", Role.CAT))
    seat = services.panel_seat(panel=made, user=world.people["panel"], starts=TODAY, chair=True, by=lead, now=NOON)
    for user, chair, words in (
        (world.people["panel"], False, "sits on this panel already"),
        (second, True, "has a chair"),
        (world.people["manager"], False, "is no category panel member"),
        (world.people["eastholt lead"], False, "is no category panel member"),
    ):
        with pytest.raises(Refused, match=words):
            services.panel_seat(panel=made, user=user, starts=TODAY, chair=chair, by=lead, now=NOON)
    with pytest.raises(Refused, match="began on 8 July 2026"):
        services.panel_unseat(member=seat, ends=dt.date(2026, 7, 7), by=lead, now=NOON)
    services.panel_unseat(member=seat, ends=LATER, by=lead, now=NOON)
    again = dt.date(2027, 1, 1)
    services.panel_seat(panel=made, user=second, starts=again, chair=True, by=lead, now=NOON)
    with pytest.raises(Refused, match="ended on 31 December 2026"):
        services.panel_unseat(member=seat, ends=LATER, by=lead, now=NOON + dt.timedelta(days=365))
    verbs = [row.verb for row in Event.objects.filter(record_type="planning.panelmember").order_by("seq")]
    assert verbs == ["panel_seated", "panel_unseated", "panel_seated"]


def test_a_panel_has_no_end_of_seats(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.panels, "MOST_SEATS", 0)
    with pytest.raises(Refused, match="at most 0 seats"):
        services.panel_seat(
            panel=panel(world), user=world.people["panel"], starts=TODAY, chair=False, by=world.people["lead"], now=NOON
        )
