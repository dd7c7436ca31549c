"""Review meetings: recorded with their actions by the contract's manager, and by nobody with a tie."""

from __future__ import annotations

import datetime as dt

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Conflict
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.performance import services
from commonweal_web.performance.models import Action, Review
from commonweal_web.performance.services import NewAction
from tests.web.world import NOON, World

TODAY = NOON.date()
TWO = (
    NewAction("Send the payroll with outward postcodes", "Hana Dell", dt.date(2026, 7, 31)),
    NewAction("Agree the baseline survey", "Maya Singh", dt.date(2026, 8, 14)),
)


def record(world: World, by: str = "manager", on: dt.date = TODAY, actions: tuple = TWO) -> Review:
    return services.review_record(
        contract=world.contracts["grounds"],
        on=on,
        present="Maya Singh, Hana Dell",
        notes="Fifteen hours wait for the youth forum.",
        actions=actions,
        by=world.people[by],
        now=NOON,
    )


def test_a_meeting_is_recorded_with_two_actions_and_one_row_of_the_log(world: World) -> None:
    made = record(world)
    assert [action.text for action in made.actions.all()] == [one.text for one in TWO]
    event = Event.objects.get(verb="review_recorded")
    assert event.contract_id == world.contracts["grounds"].pk
    assert event.role == "CM"
    assert len(event.new["actions"]) == 2


@pytest.mark.parametrize("key", ["unassigned manager", "director", "supplier", "lead", "eastholt manager"])
def test_who_is_not_assigned_cannot_record(world: World, key: str) -> None:
    with pytest.raises(NotPermitted):
        record(world, by=key)
    assert not Review.objects.exists()


def test_who_has_a_tie_with_the_supplier_cannot_record(world: World) -> None:
    Conflict.objects.create(
        user=world.people["manager"],
        organisation=world.bodies["harbourside"],
        tie="Was on its board until March 2026",
        starts=dt.date(2026, 1, 1),
        declared_by=world.people["manager"],
        declared_at=NOON,
    )
    with pytest.raises(NotPermitted, match="board until March 2026"):
        record(world)


def test_days_are_checked(world: World) -> None:
    with pytest.raises(Invalid, match="today or earlier"):
        record(world, on=TODAY + dt.timedelta(days=1))
    with pytest.raises(Invalid, match="before the contract starts"):
        record(world, on=dt.date(2026, 3, 31))
    with pytest.raises(Invalid, match="Action 1 must be due"):
        record(world, actions=(NewAction("t", "o", TODAY - dt.timedelta(days=1)),))
    with pytest.raises(Invalid, match="at most 20"):
        record(world, actions=(NewAction("t", "o", TODAY),) * 21)
    assert not Action.objects.exists()


def done(world: World, action: Action, version: int | None = 1, on: dt.date = TODAY) -> Action:
    return services.action_done(
        action=action, on=on, note="It came by mail.", version=version, by=world.people["deputy"], now=NOON
    )


def test_an_action_is_marked_as_done_once(world: World) -> None:
    action = record(world).actions.first()
    assert action is not None
    with pytest.raises(StaleVersion):
        done(world, action, version=7)
    with pytest.raises(Invalid):
        done(world, action, on=TODAY + dt.timedelta(days=1))
    assert done(world, action).done_on == TODAY
    with pytest.raises(Refused, match="already"):
        done(world, action, version=2)
    assert Event.objects.filter(verb="action_done").count() == 1


def form(**more: str) -> dict[str, str]:
    return {
        "form_key": "k1",
        "on_day": "8", "on_month": "7", "on_year": "2026",
        "present": "Maya Singh and Hana Dell",
        "text_1": TWO[0].text, "owner_1": TWO[0].owner, "due_1_day": "31", "due_1_month": "7", "due_1_year": "2026",
        "text_2": TWO[1].text, "owner_2": TWO[1].owner, "due_2_day": "14", "due_2_month": "8", "due_2_year": "2026",
        **more,
    }  # fmt: skip


def test_the_page_records_once_however_often_it_is_sent(world: World, signed_in: object) -> None:
    client = signed_in("manager")  # type: ignore[operator]
    where = f"/contracts/{world.contracts['grounds'].pk}/reviews/"
    for _ in range(2):
        answer = client.post(f"{where}record/", form())
        assert answer.status_code == 303, answer.content.decode()
    assert Review.objects.count() == 1
    text = client.get(where).content.decode()
    assert TWO[0].text in text
    assert "Mark as done" in text
    action = Action.objects.first()
    assert action is not None
    url = f"/contracts/{action.contract_id}/actions/{action.pk}/done/"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"version": "1", "on_day": "8", "on_month": "7", "on_year": "2026", "note": "Came"})
    assert answer.status_code == 303
    assert "done on 8 July 2026" in client.get(where).content.decode()


def test_a_half_filled_action_is_asked_for(world: World, signed_in: object) -> None:
    client = signed_in("manager")  # type: ignore[operator]
    url = f"/contracts/{world.contracts['grounds'].pk}/reviews/record/"
    answer = client.post(url, form(owner_2="", text_3="x"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Enter who does it for action 2." in text
    assert "Enter by when it is done for action 3." in text
    assert client.post(url, form(on_year="2027")).status_code == 422
    assert not Review.objects.exists()


def test_the_supplier_reads_but_gets_no_button(world: World, signed_in: object) -> None:
    record(world)
    text = signed_in("supplier").get(f"/contracts/{world.contracts['grounds'].pk}/reviews/").content.decode()  # type: ignore[operator]
    assert "Fifteen hours wait" in text
    assert "Record a meeting" not in text
    assert "Mark as done" not in text


def test_the_actions_stand_on_the_front_page(world: World, signed_in: object) -> None:
    record(world)
    text = signed_in("manager").get(f"/contracts/{world.contracts['grounds'].pk}/").content.decode()  # type: ignore[operator]
    assert "Agree the baseline survey" in text
    assert "14 August 2026" in text
