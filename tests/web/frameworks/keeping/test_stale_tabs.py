"""Somebody else was quicker: what was typed stays in the form, beside what the record says now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from commonweal_web.frameworks.keeping import services
from commonweal_web.frameworks.models import LocalMeasure, Pack
from tests.web.frameworks.keeping.test_measures import add, fields, retire
from tests.web.frameworks.keeping.test_pages import MEASURE
from tests.web.frameworks.packs import drafted, framework, measure, proposed
from tests.web.world import NOON, World

SignedIn = Callable[[str], Client]


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def conflict(answer: HttpResponse) -> tuple[str, str]:
    """Return the table of both, and the form after it."""
    assert answer.status_code == 409
    page = text(answer)
    assert "What you typed still stands in the form below" in page
    table, _, form = page.partition("What it says now</th>")[2].partition("</table>")
    return table, form


@pytest.fixture
def typed(world: World) -> dict[str, str]:
    return MEASURE | {"owner": str(world.people["director"].pk), "label": "Hours in woods", "counts": "Typed words"}


def test_a_measure_is_shown_as_typed_and_as_it_is(world: World, signed_in: SignedIn, typed: dict[str, str]) -> None:
    made, lead = add(world), signed_in("lead")
    edited = fields(world, label="Hours on hills", unit="week", review_on=NOON.date().replace(year=2028), kind="ratio")
    services.measure_edit(measure=made, fields=edited, by=world.people["lead"], now=NOON)
    page = f"/frameworks/{made.body_id}/measures/{made.pk}/"
    table, form = conflict(lead.post(page, typed | {"version": "1"}))
    both = (
        "Hours in woods", "Hours on hills", "week", "A percentage", "Dinah Frost", "Leila Owusu", "1 January 2027",
        "8 July 2028", "Typed words",
    )  # fmt: skip
    for words in both:
        assert words in table
    assert "How it adds up over time" not in table
    for kept in ('value="Hours in woods"', "Typed words</textarea>", 'name="version" value="2"'):
        assert kept in form or kept in form.replace(' id="id_version"', "")
    assert lead.post(page, typed | {"version": "2"}).status_code == 303
    assert LocalMeasure.objects.get().label == "Hours in woods"


def test_a_retirement_is_kept_beside_the_change(world: World, signed_in: SignedIn) -> None:
    made, lead = add(world), signed_in("lead")
    page = f"/frameworks/{made.body_id}/measures/{made.pk}/retire/"
    said = {"retires_on_day": "1", "retires_on_month": "8", "retires_on_year": "2026", "reason": "My own words"}
    retire(world, made)
    table, form = conflict(lead.post(page, said | {"version": "1"}))
    assert "Retired: not for new contracts from 8 July 2026" in table
    assert "Nobody used it" in table
    assert "My own words</textarea>" in form
    assert lead.post(page, said | {"version": "2"}).status_code == 422


@pytest.fixture
def draft(world: World) -> Pack:
    return drafted(world, framework("ours-2027", [measure("L1")]))


def test_a_proposal_is_kept_beside_the_one_that_was_made(world: World, signed_in: SignedIn, draft: Pack) -> None:
    proposed(world, draft, shown=True)
    said = {"licence_text": "My long licence", "confirmed": "on", "shown": "no", "version": "1"}
    table, form = conflict(signed_in("lead").post(f"/frameworks/{draft.body_id}/packs/{draft.pk}/propose/", said))
    for words in ("My long licence", "Licence 2026/117 in full.", "Everybody", "Waits for somebody to publish it"):
        assert words in table
    assert "My long licence</textarea>" in form


def test_a_decision_is_kept_beside_the_one_that_was_made(world: World, signed_in: SignedIn, draft: Pack) -> None:
    pack = proposed(world, draft)
    services.pack_send_back(pack=pack, reason="Unclear", by=world.people["other director"], now=NOON)
    said = {"decision": "back", "reason": "Why it goes back, at length", "version": str(pack.version)}
    page = f"/frameworks/{pack.body_id}/packs/{pack.pk}/decide/"
    table, form = conflict(signed_in("director").post(page, said))
    assert "Sent back (Unclear)" in table
    assert "Why it goes back, at length</textarea>" in form
    assert signed_in("director").post(page, said | {"version": "3"}).status_code == 422
