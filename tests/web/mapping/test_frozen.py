"""A permanent link: made once, the same for ever, from what it holds alone; and its files and print views."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from commonweal.catalogue import Catalogue
from commonweal.crosswalk.crosswalk import Crosswalk
from commonweal_web.audit.models import PLATFORM, Event
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping import frozen, layout, selectors, services
from commonweal_web.mapping.models import Frozen
from commonweal_web.organisations import throttle
from tests.web.frameworks.packs import framework, links, measure, publish
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
JOURNEY = {"from": "fx-svm-2025", "to": "fx-2025.1"}
FORMATS = ("csv", "xlsx", "ods", "json", "pdf")
AUDIENCES = ("procurement", "bidders", "organisation")


def keep(client: Client | None = None, **choice: object) -> str:
    """Keep a summary and return the address of its permanent link."""
    answer = (client or Client()).post("/mapping/keep/", choice or JOURNEY)
    assert answer.status_code == 303
    return str(answer["Location"])


def taken(address: str) -> dict[str, bytes]:
    """Every file of a permanent link for every audience."""
    client = Client()
    return {
        f"{form} {audience}": client.get(f"{address}kpis.{form}?for={audience}").content
        for form in FORMATS
        for audience in AUDIENCES
    }


def text(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_it_is_kept_once_under_the_hash_of_its_content() -> None:
    address = keep()
    row = Frozen.objects.get()
    assert address == f"/mapping/l/{row.digest}/"
    assert frozen.digest(row.content) == row.digest
    assert keep() == address
    assert Frozen.objects.count() == 1
    (event,) = Event.objects.filter(verb="mapping.kept")
    assert (event.chain, event.actor_id, event.role) == (PLATFORM, None, "visitor")
    assert event.new == {"digest": row.digest, "source": "fx-svm-2025", "targets": ["fx-2025.1"], "items": 8}


def test_somebody_who_is_signed_in_is_named_in_the_log(signed_in: Callable[[str], Client], world: World) -> None:
    keep(signed_in("lead"))
    assert Event.objects.get(verb="mapping.kept").actor_id == world.people["lead"].pk


def test_the_page_shows_what_is_kept_and_the_ways_on() -> None:
    address = keep()
    said = text(address)
    assert "6 of 8 can be converted (75.0 %), 7 of 8 related (87.5 %)" in said
    assert f"http://testserver{address}" in said
    page = Client().get(address).content.decode()
    for audience in AUDIENCES:
        assert f"{address}print/?for={audience}" in page
        for form in ("pdf", "xlsx", "ods", "csv"):
            assert f"{address}kpis.{form}?for={audience}" in page
    assert "Fill in a mapping sheet" in said


def test_the_database_refuses_to_change_or_remove_it() -> None:
    keep()
    for act in (lambda: Frozen.objects.update(content="{}"), lambda: Frozen.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_every_file_is_the_same_after_the_catalogue_and_the_links_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    address = keep()
    before = taken(address)
    shipped, crosswalk = frameworks.public_catalogue(), frameworks.public_crosswalk()
    changed = [
        replace(
            one,
            name=f"{one.name}, changed",
            measures=tuple(replace(m, label="Something else", unit="hour") for m in one.measures),
        )
        for one in shipped.frameworks
    ]
    later = Catalogue(changed, shipped.goals)
    fewer = Crosswalk(crosswalk.items, [link for link in crosswalk.links if link.source_release != "fx-svm-2025"])
    monkeypatch.setattr(frameworks, "public_catalogue", lambda: later)
    monkeypatch.setattr(frameworks, "public_crosswalk", lambda: fewer)
    assert taken(address) == before
    said = text(address)
    assert "6 of 8 can be converted (75.0 %)" in said
    assert "The catalogue says something else of Example framework FX-2025.1 now than it did then." in said


def test_the_csv_is_the_same_after_a_body_published_a_new_release(world: World) -> None:
    publish(world, framework("ours-1", [measure("L1"), measure("L2")]), shown=True)
    publish(world, links("ours-1", "fx-2025.1", LINK.format("ours-1")), shown=True)
    address = keep(None, **{"from": "ours-1", "to": "fx-2025.1"})
    before = taken(address)
    assert "There is a newer release of Release ours-1" not in text(address)
    new = framework("ours-2", [measure("L1", label="Said anew"), measure("L3")], family="ours", replaces="ours-1")
    publish(world, new, shown=True)
    publish(world, links("ours-2", "fx-2025.1", LINK.format("ours-2")), shown=True)
    assert taken(address) == before
    assert b"Measure L1" in before["csv organisation"]
    said = text(address)
    assert "There is a newer release of Release ours-1: Release ours-2. Contracts stay on theirs." in said
    assert "This page shows what stood on 8 July 2026." in said
    page = Client().get(address).content.decode()
    assert "/mapping/select/?from=ours-2&amp;to=fx-2025.1" in page


def test_a_newer_target_that_nothing_leads_to_is_named_without_a_way() -> None:
    page = Client().get(keep()).content.decode()
    assert "FX-2026.1 is newer; nothing links FX-SVM-2025 to it yet." in page
    assert "to=fx-2026.1" not in page
    assert "Make it with what there is now" not in page
    assert "/mapping/select/?from=fx-svm-2025&amp;to=fx-2025.1" in page, "the old target stays"


def test_a_newer_target_is_named_with_the_way_to_it(world: World) -> None:
    publish(world, framework("ours-1", [measure("L1")]), shown=True)
    publish(world, framework("there-1", [measure("L1")]), shown=True)
    publish(world, links("ours-1", "there-1", OURS.format("there-1")), shown=True)
    publish(world, links("ours-1", "fx-2025.1", LINK.format("ours-1")), shown=True)
    address = keep(None, **{"from": "ours-1", "to": ["there-1", "fx-2025.1"]})
    publish(world, framework("there-2", [measure("L1")], family="there", replaces="there-1"), shown=True)
    assert "Release there-2 is newer; nothing links Release ours-1 to it yet." in text(address)
    publish(world, links("ours-1", "there-2", OURS.format("there-2")), shown=True)
    assert "There is a newer release of Release there-1: Release there-2." in text(address)
    page = Client().get(address).content.decode()
    assert "/mapping/select/?from=ours-1&amp;to=there-2&amp;to=fx-2025.1" in page, "the other target stays"


def test_a_newer_source_that_leads_nowhere_has_no_way(world: World) -> None:
    publish(world, framework("ours-1", [measure("L1")]), shown=True)
    publish(world, links("ours-1", "fx-2025.1", LINK.format("ours-1")), shown=True)
    address = keep(None, **{"from": "ours-1", "to": "fx-2025.1"})
    publish(world, framework("ours-2", [measure("L1")], family="ours", replaces="ours-1"), shown=True)
    assert "Release ours-2 is newer; nothing links it to FX-2025.1 yet." in text(address)
    assert "from=ours-2" not in Client().get(address).content.decode()


def test_other_links_are_told_of_when_nothing_else_is_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    address = keep()
    shipped, crosswalk = frameworks.public_catalogue(), frameworks.public_crosswalk()
    alone = Catalogue([one for one in shipped.frameworks if one.id != "fx-2026.1"], shipped.goals)
    monkeypatch.setattr(frameworks, "public_catalogue", lambda: alone)
    assert selectors.newer(selectors.summary_of(Frozen.objects.get())) == ()
    assert "Newer since" not in text(address)
    fewer = Crosswalk(crosswalk.items, [link for link in crosswalk.links if link.source != "fx-svm-2025/SV8"])
    monkeypatch.setattr(frameworks, "public_crosswalk", lambda: fewer)
    assert "The links from FX-SVM-2025 to FX-2025.1 have changed since." in text(address)
    assert "/mapping/summary/?from=fx-svm-2025&amp;to=fx-2025.1" in Client().get(address).content.decode()


def test_a_release_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    address = keep()
    shipped = frameworks.public_catalogue()
    left = Catalogue([one for one in shipped.frameworks if one.family != "fixture"], shipped.goals)
    monkeypatch.setattr(frameworks, "public_catalogue", lambda: left)
    said = text(address)
    assert "Example framework FX-2025.1 is no longer in the catalogue. This page keeps what was in it." in said


def test_the_json_is_the_content_and_its_hash_is_the_link() -> None:
    address = keep()
    answer = Client().get(f"{address}kpis.json")
    assert frozen.digest(answer.content.decode()) in address
    assert hashlib.sha256(answer.content).digest()
    data = json.loads(answer.content)
    assert data["format"] == "mapping/1"
    assert data["coverage"][0]["convertible_percent"] == "75.0 %"
    assert all(release["attribution"] for release in [data["source"], *data["targets"]])


def test_every_file_has_its_kind_its_name_and_its_licence() -> None:
    address = keep(None, **{"from": "svm-2020", "code": "PO2", "to": "svm-2025"})
    kinds = {"csv": "text/csv", "pdf": "application/pdf", "json": "application/json"}
    for form in FORMATS:
        answer = Client().get(f"{address}kpis.{form}")
        assert answer["Content-Type"].startswith(kinds.get(form, "application/vnd."))
        assert answer["Content-Disposition"] == f'attachment; filename="svm-2020-organisation-2026-07-08.{form}"'
    lines = Client().get(f"{address}kpis.csv").content.decode("utf-8-sig")
    assert lines.count("Open Government Licence v3.0") >= lines.count("\r\n") - 1
    assert b"/StructTreeRoot" in Client().get(f"{address}kpis.pdf?for=bidders").content


@pytest.mark.parametrize(
    ("audience", "there", "not_there"),
    [
        ("procurement", ("Deliverable", "Evidence", "Weight", "____"), ("Your target", "Counterparts")),
        ("bidders", ("What is asked", "What does not count", "Your target", "____"), ("Counterparts", "Weight")),
        ("organisation", ("Counterparts", "Goals it serves", "7 of 8 related (87.5 %)"), ("____",)),
    ],
)
def test_the_print_view_has_its_columns_and_no_controls(
    audience: str, there: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    address = keep()
    answer = Client().get(f"{address}print/?for={audience}").content.decode()
    said = text(f"{address}print/?for={audience}")
    assert all(one in said for one in there)
    assert not any(one in said for one in not_there)
    assert not re.search(r"<(form|input|nav|header|footer)\b", answer)
    assert f"http://testserver{address}" in said
    assert "Invented test data" in said


def test_what_is_not_there_is_not_found_and_odd_wishes_get_words() -> None:
    address = keep()
    client = Client()
    for wrong in (f"/mapping/l/{'x' * 43}/", f"/mapping/l/{'x' * 43}/kpis.csv", f"/mapping/l/{'x' * 43}/print/"):
        assert client.get(wrong).status_code == 404
    assert client.get("/mapping/l/%00/").status_code == 404
    assert client.get(f"{address}kpis.exe").status_code == 404
    for where in (f"{address}kpis.csv?for=nobody", f"{address}print/?for=nobody"):
        answer = client.get(where)
        assert answer.status_code == 409
        assert "There are lists for procurement, bidders, organisation" in answer.content.decode()
    assert client.get("/mapping/keep/").status_code == 405


def test_keeping_what_cannot_be_summed_up_keeps_nothing() -> None:
    answer = Client().post("/mapping/keep/", {"from": "svm-2020", "to": "nothing"})
    assert answer.status_code == 409
    assert not Frozen.objects.exists()


def test_too_many_from_one_address_have_to_wait_and_signed_in_people_do_not(
    monkeypatch: pytest.MonkeyPatch, signed_in: Callable[[str], Client]
) -> None:
    monkeypatch.setitem(throttle.FREE, "mapping", 2)
    keep(None, **{"from": "fx-svm-2025", "code": "SV1", "to": "fx-2025.1"})
    keep(None, **{"from": "fx-svm-2025", "code": "SV2", "to": "fx-2025.1"})
    answer = Client().post("/mapping/keep/", JOURNEY)
    assert answer.status_code == 429
    assert "Wait 1 minute and keep it again, or sign in." in answer.content.decode()
    assert Frozen.objects.count() == 2
    assert Event.objects.filter(verb="mapping.kept").count() == 2
    keep(None, **{"from": "fx-svm-2025", "code": "SV2", "to": "fx-2025.1"})
    keep(signed_in("lead"))


def test_two_at_the_same_moment_keep_one(monkeypatch: pytest.MonkeyPatch) -> None:
    summary = selectors.today_summary(source="fx-svm-2025", codes=(), targets=("fx-2025.1",), on=NOON.date())
    first = services.freeze(summary=summary, by=None, now=NOON)
    seen = Frozen.objects.filter
    answers = iter([Frozen.objects.none()])
    monkeypatch.setattr(Frozen.objects, "filter", lambda **named: next(answers, seen(**named)))
    assert services.freeze(summary=summary, by=None, now=NOON) == first
    assert Event.objects.filter(verb="mapping.kept").count() == 1


def test_a_group_line_stands_at_the_head_of_its_outcome() -> None:
    summary = selectors.today_summary(source="svm-2025", codes=("O2",), targets=("svm-2020",), on=NOON.date())
    (beside,) = layout.beside(summary)
    assert beside.tables[0].rows[0][0].text == "O2 as a whole"


LINK = '  - {{from: {0}/L1, to: fx-2025.1/NT17, relation: close, reason: alike, factor: "1"}}\n'
OURS = '  - {{from: ours-1/L1, to: {0}/L1, relation: close, reason: alike, factor: "1"}}\n'
