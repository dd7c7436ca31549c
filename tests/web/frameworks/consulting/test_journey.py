"""Journey 10.7: a draft crosswalk, open 2 August to 3 October, is answered by row; the release lists its changes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.audit.services import verify
from commonweal_web.frameworks.consulting import services
from commonweal_web.frameworks.models import Comment
from tests.web.frameworks.consulting import makers
from tests.web.frameworks.consulting.makers import AFTER, DURING, LINKS, get, post
from tests.web.world import World

pytestmark = pytest.mark.django_db
SAID = (
    ("NT1-to-8.5", "sme", "Say that part-time work counts", "accepted"),
    ("NT1-to-8.5", "vcse", "It is close, not narrower", "accepted"),
    ("NT10-to-8.6", "department", "Weeks are not people", "declined"),
    ("NT31", "council", "Goal 13 counts carbon", "partly"),
)


def test_a_draft_crosswalk_is_consulted_on(world: World) -> None:
    asked, lead = makers.consultation(world, makers.links(world)), world.people["lead"]
    page = get(reverse("frameworks:consultation", args=[asked.pk])).content.decode()
    assert "Open from 2 August 2026 to the end of 3 October 2026" in page
    for row, kind, text, _outcome in SAID:
        where = reverse("frameworks:consultation_row", args=[asked.pk, row])
        assert post(where, client=Client(), step="send", text=text, kind=kind).status_code == 303
    for comment, (*_, outcome) in zip(Comment.objects.order_by("pk"), SAID, strict=True):
        services.answer_comment(comment=comment, outcome=outcome, answer="So it is.", version=None, by=lead, now=DURING)
    services.publish(consultation=asked, summary="Four spoke.", version=None, by=lead, now=AFTER)
    better = LINKS.replace("relation: narrower, reason: local", "relation: close, reason: local")
    better = better.replace("fx-2026.1/NT31, relation: none, reason: no goal counts it",
                            "fx-2026.1/NT31, to: sdg/13.2, relation: related, reason: carbon is counted")  # fmt: skip
    asked.pack.document = better
    asked.pack.save()
    makers.publish_pack(world, asked.pack, AFTER + dt.timedelta(days=7))
    asked.refresh_from_db()
    services.list_changes(consultation=asked, version=asked.version, by=lead, now=AFTER + dt.timedelta(days=8))
    results = reverse("frameworks:consultation_results", args=[asked.pk])
    shown = " ".join(get(results, AFTER + dt.timedelta(days=9)).content.decode().split())
    assert "In Links to the goals, published on 12 October 2026: 1 row changed, 1 added, 1 removed." in shown
    assert "narrower" in shown
    for words in (
        "Small or medium-sized firm",
        "Charity, community group",
        "Government department",
        "Council or other",
    ):
        assert words in shown
    assert Event.objects.filter(verb="comment.received", actor_id=None).count() == 4
    assert verify() == []
