"""
A licensed value that a body published: it prices, and stands in nothing that leaves.

The planted value is looked for in every page that anybody may open, in what each role may open about the contract it
prices, in files, errors, the log and mails.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Contract, KpiVersion
from commonweal_web.core.outbox import Message
from commonweal_web.frameworks.keeping import checking
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.roles import Role
from tests.web.contracts.makers import draft, draft_contract
from tests.web.doors import PEOPLE, routes
from tests.web.frameworks.keeping.test_imports import _asked_here
from tests.web.frameworks.packs import drafted, framework, links, measure, proposed, publish, values
from tests.web.pages_of import addresses
from tests.web.test_canaries import MAY_SEE, PACKED, text_of
from tests.web.world import NOON, World

VALUE, ROUNDED = "1234.987654", "1,234.99"
CANARIES = (VALUE, "1,234.987654", ROUNDED, "1234.99", "987654")
OURS = "northmere-local-2027.1"
MOST_PAGES = 400
LINK = re.compile(r'href="(/[^"#]*)"')
PUBLIC_PARTS = ("/catalogue/", "/mapping/", "/consultations/")


@pytest.fixture
def priced(world: World) -> Contract:
    """A contract on a public release whose measure is priced by a licensed pack, and a newer pack as a draft."""
    publish(world, framework(OURS, [measure("L1", label="Hours in parks", monetised=True)]), shown=True)
    publish(world, values("licensed-1", OURS, [("L1", VALUE, "hour")]))
    row = f'  - {{from: {OURS}/L1, to: fx-2025.1/NT17, relation: close, reason: alike, factor: "1"}}\n'
    publish(world, links(OURS, "fx-2025.1", row), shown=True)
    drafted(world, values("licensed-2", OURS, [("L1", VALUE, "hour")]), replaces="licensed-1")
    contract = draft_contract(world, framework=OURS)
    version = draft(world, contract, "L1")
    assert (version.value_per_unit, version.value_licensed) == (Decimal(VALUE), True)
    return contract


def found(answer: object) -> list[str]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    text = text_of(content, answer.headers.get("Content-Type", ""))  # type: ignore[attr-defined]
    return [one for one in CANARIES if one in text]


def crawl(client: Client, *starts: str) -> Iterator[tuple[str, object]]:
    """Open what can be reached from these addresses without leaving the public parts."""
    waiting, seen = list(starts), set(starts)
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        answer = client.get(address)
        yield address, answer
        if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content[:300]:
            for link in LINK.findall(answer.content.decode()):
                link = link.replace("&amp;", "&")
                if link.startswith(PUBLIC_PARTS) and link not in seen and _worth(link):
                    seen.add(link)
                    waiting.append(link)


def _worth(link: str) -> bool:
    """The shipped releases hold no licensed value: only what names ours is followed, and the starts of each part."""
    return OURS in link or link.count("/") <= 2


def test_no_public_page_or_file_tells_it(priced: Contract) -> None:
    starts = [
        reverse(one.name)
        for one in routes()
        if one.is_public and not one.arguments and f"/{one.pattern}".startswith(PUBLIC_PARTS)
    ]
    starts += ["/catalogue/search/?words=parks", f"/catalogue/{OURS}/", f"/catalogue/{OURS}/L1/"]
    opened, hits = 0, []
    for address, answer in crawl(Client(), *starts):
        opened += answer.status_code == 200  # type: ignore[attr-defined]
        hits += [f"{address}: {one}" for one in found(answer)]
    assert opened > 5
    assert not hits, "\n".join(hits)


def keeping_pages(world: World) -> list[str]:
    """Every address of the keeping of Northmere's packs, of each pack of values and each measure that there is."""
    body = world.bodies["nmc"]
    choices = {
        "organisation_id": [body.pk],
        "pack_id": [pack.pk for pack in Pack.objects.filter(body=body, kind="values")],
        "local_id": [one.pk for one in LocalMeasure.objects.filter(body=body)],
    }
    found = []
    for route in routes():
        if f"/{route.pattern}".startswith("/frameworks/") and set(route.arguments) <= choices.keys():
            for values in itertools.product(*(choices[name] for name in route.arguments)):
                found.append(reverse(route.name, args=values))
    return found


def test_none_of_the_seventeen_roles_is_shown_it_where_packs_are_kept(
    priced: Contract, world: World, signed_in: Callable[[str], Client]
) -> None:
    """
    Who is excepted stands in `MAY_SEE[PACKED]`, and it is nobody: not who drafted the pack, publishes it or audits.
    Values under a licence compute and are never shown.
    """
    proposed(world, drafted(world, values("licensed-3", OURS, [("L1", VALUE, "hour")]), replaces="licensed-1"))
    LocalMeasure.objects.create(
        body=world.bodies["nmc"], code="L1", label="Hours in parks", unit="hour", owner=world.people["lead"],
        review_on=NOON.date(), created_by=world.people["lead"], created_at=NOON,
    )  # fmt: skip
    pages, hits, opened = keeping_pages(world), [], {}
    for role in set(Role) - MAY_SEE[PACKED]:
        client = signed_in(PEOPLE[role]) if role in PEOPLE else Client()
        answers = {address: client.get(address) for address in pages}
        opened[role] = sum(answer.status_code == 200 for answer in answers.values())
        hits += [f"{role}: {address}: {one}" for address, answer in answers.items() for one in found(answer)]
    assert not hits, "\n".join(hits)
    assert len(opened) == 17
    assert opened[Role.SVL] > opened[Role.APP] > opened[Role.AUD] > opened[Role.SDL] >= opened[Role.PUB] == 0


YAML = "id: v-9\ntitle: V\nlicence: L\nframework: {0}\nentries:\n- {{code: L9, value: '{1}', unit: hour}}\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.csv", f"code,value,unit,from,source\nL1,{VALUE},week,2025-04-01,s\n"),
        ("v.yaml", YAML.format(OURS, VALUE)),
    ],
)
def test_a_refused_file_does_not_repeat_it(
    name: str, content: str, priced: Contract, world: World, signed_in: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(checking, "_asked", _asked_here)
    said = {
        "key": "v-9",
        "title": "V",
        "licence": "L",
        "prices": OURS,
        "file": SimpleUploadedFile(name, content.encode()),
    }
    answer = signed_in("lead").post(f"/frameworks/{world.bodies['nmc'].pk}/import/values/", said)
    assert answer.status_code == 422
    assert not found(answer)


@pytest.mark.parametrize("key", ["lead", "supplier"])
def test_it_is_not_shown_on_the_contract_that_it_prices(
    key: str, priced: Contract, world: World, signed_in: Callable[[str], Client]
) -> None:
    world.contracts["priced"] = priced
    client, hits = signed_in(key), []
    for address in addresses(world, "priced", forms=("json",), most=1):
        hits += [f"{address}: {one}" for one in found(client.get(address))]
    assert not hits, "\n".join(hits)


def test_no_refusal_log_or_mail_tells_it(
    priced: Contract, world: World, signed_in: Callable[[str], Client], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client = signed_in("lead")
    home = f"/frameworks/{world.bodies['nmc'].pk}/packs/"
    for pack in Pack.objects.all():
        for end, said in (("leave/", {}), ("decide/", {"decision": "publish"}), ("propose/", {"confirmed": "on"})):
            assert not found(client.post(f"{home}{pack.pk}/{end}", said))
    kept = "\n".join(f"{one.old} {one.new} {one.reason} {one.record_label}" for one in Event.objects.all())
    mails = "\n".join(f"{one.subject} {one.body}" for one in Message.objects.all())
    lines = caplog.text + str([record.__dict__ for record in caplog.records])
    for text in (kept, mails, lines):
        assert not [one for one in CANARIES if one in text]


def test_it_is_there_to_be_found(priced: Contract) -> None:
    """Without this a search that looks at nothing would pass."""
    assert VALUE in Pack.objects.get(key="licensed-1").document
    assert KpiVersion.objects.get(kpi__contract=priced).value_per_unit == Decimal(VALUE)
