"""What was heard goes with the tender where an officer says so, and is frozen with the version."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal_web.frameworks.models import Consultation
from commonweal_web.planning.listening.services import soundings as services
from commonweal_web.planning.models import NeedOffer, Plan, Sounding
from commonweal_web.planning.pack import files
from commonweal_web.planning.pack.content import asked_of
from tests.web.frameworks.consulting import makers as consulting
from tests.web.planning.pack import makers
from tests.web.planning.pack.test_documents import words
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
DURING = dt.datetime(2026, 8, 20, 10, 0, tzinfo=dt.UTC)


def published(world: World, plan: Plan, *, in_tender: bool = True) -> Sounding:
    """Return a sounding with three comments and a published summary."""
    made = services.sounding_make(
        plan=plan, title="What can you do?", introduction="We buy.", questions=["What would keep you from a bid?"],
        opens=dt.date(2026, 8, 2), closes=dt.date(2026, 8, 30), by=world.people["commissioner"], now=NOON,
    )  # fmt: skip
    for number, (kind, outcome) in enumerate((("sme", "accepted"), ("sme", "declined"), ("vcse", "declined"))):
        said = consulting.comment(made.consultation, "Lots", row="Q1", name=f"N{number}", kind=kind, arrived=DURING)
        type(said).objects.filter(pk=said.pk).update(
            outcome=outcome, answer="Because.", answered_by=world.people["lead"], answered_at=DURING
        )
    Consultation.objects.filter(pk=made.consultation_id).update(
        summary="We heard that lots are too large.", summary_by=world.people["lead"], summary_at=DURING
    )
    Sounding.objects.filter(pk=made.pk).update(in_tender=in_tender)
    return made


def test_a_published_summary_goes_with_the_tender(world: World) -> None:
    plan = makers.plan_to_lock(world)
    published(world, plan)
    said = words(files.DOCUMENTS["tender-pack"](makers.asked(world, plan)))
    assert "What can you do?, 2 August 2026 to 30 August 2026. Who answered: 2 suppliers and 1 community group." in said
    assert "We heard that lots are too large." in said
    assert "What became of the comments: 1 changed, 2 not changed." in said


def test_one_that_does_not_go_with_the_tender_is_left_out(world: World) -> None:
    plan = makers.plan_to_lock(world)
    published(world, plan, in_tender=False)
    assert "What was heard" not in words(files.DOCUMENTS["tender-pack"](makers.asked(world, plan)))


def test_what_is_left_of_a_need_is_what_was_left_at_the_approval(world: World) -> None:
    plan = makers.plan_to_lock(world)
    need = plan.plan_needs.get().need
    NeedOffer.objects.create(need=need, quantity=Decimal(5), by=world.people["lead"], at=NOON)
    version = makers.lock(world, plan)
    assert version.content["needs"][0]["left"] == "7"
    before = files.file_of(asked_of(version), "tender-pack", "ods")
    assert "12 people\n7 people" in words(files.DOCUMENTS["tender-pack"](asked_of(version)))
    published(world, plan)
    NeedOffer.objects.create(need=need, quantity=Decimal(7), by=world.people["lead"], at=NOON)
    assert files.file_of(asked_of(version), "tender-pack", "ods") == before
