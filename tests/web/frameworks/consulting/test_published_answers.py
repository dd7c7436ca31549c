"""What was published at the end of a consultation stays: the database refuses to change it, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from commonweal_web.frameworks.consulting import services
from commonweal_web.frameworks.models import Comment, Consultation
from tests.web.frameworks.consulting import makers
from tests.web.frameworks.consulting.makers import AFTER
from tests.web.world import World

CHANGES = ["outcome = 'declined'", "answer = 'Other'", "answered_by_id = NULL", "answered_at = NULL", "outcome = ''"]


@pytest.fixture
def answered(world: World) -> Comment:
    made = makers.comment(makers.consultation(world))
    lead = world.people["lead"]
    return services.answer_comment(
        comment=made, outcome="accepted", answer="We will.", version=None, by=lead, now=AFTER
    )


def publish(world: World, comment: Comment) -> Consultation:
    lead = world.people["lead"]
    return services.publish(consultation=comment.consultation, summary="One spoke.", version=None, by=lead, now=AFTER)


def sql(text: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_can_change_until_it_is_published(world: World, answered: Comment, change: str) -> None:
    of_one = f"UPDATE frameworks_comment SET {change} WHERE id = %s"
    if "NULL" not in change:
        sql(of_one, answered.pk)
        sql("UPDATE frameworks_comment SET outcome = 'accepted', answer = 'We will.' WHERE id = %s", answered.pk)
    publish(world, answered)
    with pytest.raises(DatabaseError, match="answers were published"):
        sql(of_one, answered.pk)
    answered.refresh_from_db()
    assert (answered.outcome, answered.answer) == ("accepted", "We will.")


@pytest.mark.parametrize("change", ["summary = 'Other'", "summary_by_id = NULL", "summary_at = NULL"])
def test_a_summary_stays_and_cannot_be_unpublished(world: World, answered: Comment, change: str) -> None:
    of = publish(world, answered)
    with pytest.raises(DatabaseError, match="stays as it is"):
        sql(f"UPDATE frameworks_consultation SET {change} WHERE id = %s", of.pk)
    with pytest.raises(DatabaseError, match="stays as it is"):
        sql("DELETE FROM frameworks_consultation WHERE id = %s", of.pk)


def test_what_may_still_happen_to_it_does(world: World, answered: Comment) -> None:
    """A comment is hidden for what it says, and the changes are listed again."""
    of, lead = publish(world, answered), world.people["lead"]
    hidden = services.hide_comment(comment=answered, reason="Names somebody", version=None, by=lead, now=AFTER)
    assert hidden.hidden_reason == "Names somebody"
    assert services.list_changes(consultation=of, version=None, by=lead, now=AFTER).summary == "One spoke."
