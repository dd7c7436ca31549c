"""Conditions of the panel: the plan is held until each is answered and closed by a member who is somebody else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.core.outbox import Message
from commonweal_web.planning.gateway import pages
from commonweal_web.planning.gateway.services import approving, conditions
from commonweal_web.planning.models import Condition, Document, Plan, PlanMeasure
from commonweal_web.planning.plans.content import content_of, sha256_of
from tests.web.planning.gateway import makers
from tests.web.planning.ground import plan_of
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> makers.Before:
    return makers.only(monkeypatch, makers.Before())


def refused(act: makers.Act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def close(world: World, condition: Condition, key: str = "panel", **more: Any) -> Condition:
    return conditions.condition_close(condition=condition, by=world.people[key], now=NOON, **more)


def test_the_plan_is_held_until_the_condition_is_closed(world: World) -> None:
    condition = makers.conditional(world)
    plan = condition.sitting.plan
    assert condition.text == "raise care-leaver measure"
    assert plan.state == Plan.State.CONDITIONS
    assert makers.own_section(plan, world.people["lead"]).hint == "raise care-leaver measure"
    director = world.people["director"]
    assert (
        refused(lambda: approving.measures_approve(plan=plan, shown=makers.shown(plan), by=director, now=NOON))
        == "state"
    )
    assert refused(lambda: close(world, condition)) == "no_answer"
    makers.answered(world, condition)
    close(world, condition)
    plan.refresh_from_db()
    assert plan.state == Plan.State.PASSED
    assert Message.objects.filter(key__startswith=f"plan:{plan.pk}:passed", to_address=director.email).exists()


def test_every_condition_is_closed_before_the_plan_goes_on(world: World) -> None:
    first = makers.conditional(world, "raise care-leaver measure", "name a contact")
    second = first.sitting.conditions.latest("pk")
    close(world, makers.answered(world, first))
    plan = Plan.objects.get()
    assert plan.state == Plan.State.CONDITIONS
    assert makers.own_section(plan, world.people["lead"]).status == "1 of 2 conditions closed"
    assert refused(lambda: close(world, first)) == "closed"
    close(world, makers.answered(world, second))
    assert Plan.objects.get().state == Plan.State.PASSED


def test_who_answered_does_not_close(world: World) -> None:
    condition = makers.answered(world, makers.conditional(world))
    Condition.objects.filter(pk=condition.pk).update(answered_by=world.people["panel"])
    assert refused(lambda: close(world, condition)) == "own_proposal"
    close(world, condition, "second panel")


@pytest.mark.parametrize("key", ["lead", "commissioner", "director"])
def test_others_than_members_do_not_close(world: World, key: str) -> None:
    condition = makers.answered(world, makers.conditional(world))
    with pytest.raises(NotPermitted):
        close(world, condition, key)


def test_an_answer_has_words_and_a_document_of_the_plan(world: World) -> None:
    condition, by = makers.conditional(world), world.people["commissioner"]
    answer = lambda **more: conditions.condition_answer(  # noqa: E731
        **{"condition": condition, "answer": "Raised.", "by": by, "now": NOON, **more}
    )
    assert refused(lambda: answer(answer=" ")) == "no_words"
    facts = {"title": "t", "file_name": "a.txt", "kind": "txt", "size": 1, "sha256": "0" * 64}
    own = Document.objects.create(plan=condition.sitting.plan, added_by=by, added_at=NOON, **facts)
    away = Document.objects.create(plan=plan_of(world, reference="Other"), added_by=by, added_at=NOON, **facts)
    assert refused(lambda: answer(document=away)) == "document"
    assert answer(document=own).document == own
    Document.objects.filter(pk=own.pk).update(withdrawn_reason="wrong file")
    own.refresh_from_db()
    assert refused(lambda: answer(document=own)) == "document"
    with pytest.raises(StaleVersion):
        answer(shown=1)
    with pytest.raises(NotPermitted):
        answer(by=world.people["panel"])


def test_an_answer_that_is_not_enough_goes_back_with_words(world: World) -> None:
    condition = makers.answered(world, makers.conditional(world))
    back = lambda reason: conditions.condition_return(  # noqa: E731
        condition=condition, reason=reason, by=world.people["panel"], now=NOON
    )
    assert refused(lambda: back(" ")) == "no_reason"
    assert back("By how much?").answered_by is None
    assert refused(lambda: close(world, condition)) == "no_answer"
    mail = Message.objects.get(key__contains=":returned:", to_address__startswith="commissioner")
    assert "By how much?" in mail.body


def test_the_plan_can_be_changed_within_conditions_and_who_closes_sees_the_change(world: World) -> None:
    condition = makers.conditional(world)
    condition = makers.answered(world, condition)
    sitting = condition.sitting
    table, content = pages.changes_since(sitting)
    assert table.rows == []
    PlanMeasure.objects.filter(plan=sitting.plan, ref="CL").update(target=Decimal(6))
    table, _ = pages.changes_since(sitting)
    assert any("6" in cell.text for row in table.rows for cell in row)
    with pytest.raises(StaleVersion):
        close(world, condition, content=sha256_of(content))
    close(world, condition, content=sha256_of(content_of(sitting.plan)))


def test_the_last_condition_is_not_closed_while_the_plan_is_not_whole(world: World, before: makers.Before) -> None:
    condition = makers.answered(world, makers.conditional(world))
    before.done = False
    with pytest.raises(Invalid):
        close(world, condition)
    condition.refresh_from_db()
    assert condition.closed_by is None


def test_a_condition_of_an_earlier_decision_holds_nothing(world: World) -> None:
    condition = makers.conditional(world)
    Plan.objects.update(state=Plan.State.SENT_BACK)
    assert refused(lambda: makers.answered(world, condition)) == "state"
