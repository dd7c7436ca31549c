"""
Planted strings are looked for in everything that leaves the service: what a person may not see is in no answer, no
file, no mail and no log; a number that names a person is nowhere at all, not even in the database.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from commonweal_web.contracts.models import Kpi, KpiVersion
from commonweal_web.core.outbox import Message
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.evidence import services
from commonweal_web.evidence.models import HeldUpload
from commonweal_web.organisations.roles import Role
from commonweal_web.organisations.services import open_emergency_access
from commonweal_web.planning.gateway.services import votes
from commonweal_web.planning.listening.services.needs import PostedFields, need_post
from commonweal_web.planning.models import Meeting, Plan, PlanVersion, Sitting
from commonweal_web.planning.plans.content import content_of, sha256_of
from tests.web.delivery.returns import helpers
from tests.web.delivery.returns.test_pages import amount, kpi_page, rows
from tests.web.doors import PEOPLE
from tests.web.evidence.files import pdf, xlsx
from tests.web.frameworks.packs import publish, values
from tests.web.pages_of import addresses
from tests.web.planning.ground import measures_of, panel_of, plan_of
from tests.web.world import NOON, World

NUMBER, NAME, STREET = "AB123456C", "Zebulonia Quixworthy", "77 Canarygrass Walk"
INVOICE = "INVOICE-CANARY-5521"
DRAFT = "a draft that only its supplier reads: canary-draft-31"
RIVAL = "an account of another supplier: canary-rival-32"
AWAY = "an account in another council: canary-away-33"
IN_A_FILE = "canary-in-a-file-34"
LICENSED = "713.377331"
PACKED = "1234.987654"
VOTED = "a vote before the meeting is held: canary-vote-36"
GROUP = "canary.group.35@tollgate.example"
NOWHERE = (NUMBER, NUMBER.lower(), "AB 12 34 56 C", "AB 123456 C", NAME, NAME.split()[1], STREET, INVOICE)
"""What is typed or uploaded on its way to becoming a code, and must be kept nowhere."""
COUNCIL = frozenset(PEOPLE) - {Role.SA, Role.SDL, Role.SBW, Role.VCS, Role.PA}
FILES = frozenset({Role.SVL, Role.CM, Role.SA, Role.SDL, Role.VCS, Role.AUD})
MAY_SEE: Mapping[str, frozenset[Role]] = {
    "canary-draft-31": frozenset({Role.SA, Role.SDL}),
    "canary-rival-32": COUNCIL,
    "canary-away-33": frozenset(),
    IN_A_FILE: FILES,
    LICENSED: frozenset(),
    PACKED: frozenset(),
    "canary-vote-36": frozenset(),
    GROUP: frozenset({Role.SVL, Role.COM, Role.PRO, Role.APP, Role.CAT, Role.AUD}),
}
"""Who may see which planted string, by the permission table."""
WHOLE = ("pdf", "xlsx", "ods", "json", "html", "csv", "jsonl", "zip")

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(
    world: World,
    signed_in: Callable[[str], Client],
    settings: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: Any,
) -> World:
    """People, claims, files and values with a planted string each."""
    settings.EVIDENCE_ROOT = tmp_path / "store"
    caplog.set_level("INFO")
    _licensed_value(world)
    _other_claims(world)
    client, ret = signed_in("supplier"), helpers.first_return(world)
    person = {"initials": "zq", "outcode": "nm4", "share": "1", "identifier": NUMBER}
    assert client.post(kpi_page(ret, "NT1"), amount() | rows(person)).status_code == 303
    spend = {"supplier": "Nursery", "pounds": "31250", "outcode": "nm4", "invoice": INVOICE}
    client.post(kpi_page(ret, "NT18"), amount() | rows(spend))
    with django_capture_on_commit_callbacks(execute=True):
        _files(world, client, ret)
    helpers.fill_in(ret, world.people["supplier"])
    client.post(kpi_page(ret, "NT1"), amount(version="99") | rows(person))
    helpers.send(ret, world.people["supplier"])
    draft = world.contracts["grounds"].returns.order_by("starts")[1]
    helpers.type_in(draft, world.people["supplier"], "NT17", "3")
    draft.claims.update(account=DRAFT)
    draft.account = DRAFT
    draft.save(update_fields=["account"])
    return world


def _licensed_value(world: World) -> None:
    """A KPI whose value comes from a pack that the body licensed: it computes, and is never shown."""
    kpi = Kpi.objects.create(contract=world.contracts["grounds"], ref="LIC")
    kpi.current = KpiVersion.objects.create(
        kpi=kpi, number=1, measure="LIC", deliverable="Licensed", unit="hour", profile="even", target=Decimal(10),
        value_per_unit=Decimal(LICENSED), value_series="pack/LIC", value_source="A licensed pack", value_licensed=True,
        value_on=kpi.contract.starts, proposed_by=world.people["commissioner"], proposed_at=NOON, state="approved",
        decided_by=world.people["director"], decided_at=NOON,
    )  # fmt: skip
    kpi.save(update_fields=["current"])
    publish(world, values("canary-pack", "fx-2025.1", [("NT17", PACKED, "hour")]))
    plan = plan_of(world, value_pack="canary-pack")
    posted = PostedFields(group="Tollgate Food Pantry", email=GROUP, title="Volunteers")
    need_post(body=world.bodies["nmc"], fields=posted, arrived=NOON)
    [chosen] = measures_of(world, plan, "NT17")
    chosen.value_per_unit, chosen.value_licensed = Decimal(LICENSED), True
    chosen.save()
    said = content_of(plan)
    PlanVersion.objects.create(
        plan=plan, number=1, content=said, sha256=sha256_of(said), approved_by=world.people["director"],
        approved_at=NOON,
    )  # fmt: skip
    _vote(world, plan, said)


def _vote(world: World, plan: Plan, said: dict[str, Any]) -> None:
    """A plan before the panel, and how a member voted: before the meeting is held nobody else reads it."""
    panel = panel_of(world)
    meeting = Meeting.objects.create(panel=panel, on=NOON.date(), made_by=world.people["lead"], made_at=NOON)
    content = {"plan": said, "policy": {}, "average": None}
    sitting = Sitting.objects.create(
        meeting=meeting, plan=plan, content=content, sha256=sha256_of(content), put_by=world.people["procurement"],
        put_at=NOON,
    )  # fmt: skip
    votes.vote_cast(sitting=sitting, vote="send_back", reason=VOTED, by=world.people["second panel"], now=NOON)


def _other_claims(world: World) -> None:
    for key, typist, words in (("cleaning", "brightwell supplier", RIVAL), ("library", "calder supplier", AWAY)):
        place = world.contracts[key]
        kpi = Kpi.objects.create(contract=place, ref="K1")
        kpi.current = KpiVersion.objects.create(
            kpi=kpi, number=1, measure="NT17", deliverable="Hours", unit="hour", target=10, proposed_at=NOON,
            proposed_by=world.people["lead"], state="approved", decided_by=world.people["director"], decided_at=NOON,
        )  # fmt: skip
        kpi.save(update_fields=["current"])
        ret = Return.objects.create(
            contract=place, starts=dt.date(2026, 4, 1), ends=dt.date(2026, 6, 30), due=dt.date(2026, 7, 15),
            locks=dt.date(2026, 8, 4), account=words, state="submitted", submitted_by=world.people[typist],
            received_at=NOON, first_received_at=NOON,
        )  # fmt: skip
        Claim.objects.create(
            ret=ret, kpi=kpi, kpi_version=kpi.current, state="submitted", amount=Decimal(1), account=words
        )


def _files(world: World, client: Client, ret: Return) -> None:
    """A file that names what its readers may see, and a spreadsheet of people that is redacted on its way."""
    services.files_add(
        contract=ret.contract, files=[("minutes.pdf", [pdf(b"/Note (" + IN_A_FILE.encode() + b")")])], note="",
        period_starts=ret.starts, people="none", by=world.people["supplier"], now=NOON,
    )  # fmt: skip
    sheet = xlsx([["Name", "NI number", "Address", "Hours"], [NAME, NUMBER, STREET, 12], ["Bo Ray", NUMBER, STREET, 3]])
    add = reverse("evidence:add", args=[ret.contract_id])
    upload = SimpleUploadedFile("people.xlsx", sheet)
    assert client.post(add, {"people": "redact", "file": upload}).status_code == 303
    held = HeldUpload.objects.get()
    client.get(reverse("evidence:columns", args=[held.key]))
    client.post(reverse("evidence:columns", args=[held.key]), {f"c_0_{n}": "drop" for n in range(3)})
    client.post(reverse("evidence:keep", args=[held.key]), {"keep": "redacted"})
    assert not HeldUpload.objects.exists()


def text_of(content: bytes, kind: str) -> str:
    """Everything that can be read in an answer or a file, as text."""
    text = content.decode("utf-8", "replace")
    if content.startswith(b"%PDF"):
        return text + "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "\n".join(text_of(parts.read(name), "") for name in parts.namelist())
    return text


def found_in(text: str, *strings: str) -> list[str]:
    return [each for each in strings if each in text]


@pytest.mark.slow
@pytest.mark.parametrize("role", list(PEOPLE), ids=[role.value for role in PEOPLE])
def test_nobody_is_answered_what_they_may_not_see(
    role: Role, planted: World, signed_in: Callable[[str], Client]
) -> None:
    client, hits, opened = signed_in(PEOPLE[role]), [], 0
    hidden = [*NOWHERE, *(each for each, roles in MAY_SEE.items() if role not in roles)]
    forms = WHOLE if role in (Role.SVL, Role.SA, Role.AUD) else ("json",)
    for address in ("/", *addresses(planted, "grounds", "cleaning", "library", forms=forms, most=1)):
        answer = client.get(address)
        opened += answer.status_code == 200
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = text_of(content, answer.headers.get("Content-Type", "")) + str(dict(answer.headers))
        hits += [f"{address}: {each}" for each in found_in(text, *hidden)]
    assert opened
    assert not hits, "\n".join(hits)


@pytest.mark.slow
def test_an_emergency_access_shows_no_more_than_its_body_and_nothing_licensed(
    planted: World, signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads in an emergency sees claims of every supplier of the body; not drafts, another council, or values."""
    monkeypatch.setattr("commonweal_web.organisations.services.emergency.MOST_A_MINUTE", 10_000)
    person, body = planted.people[PEOPLE[Role.PA]], planted.bodies["nmc"]
    open_emergency_access(organisation=body, reason="A total is wrong", hours=1, by=person, now=NOON)
    client, seen = signed_in(PEOPLE[Role.PA]), ""
    for address in ("/", *addresses(planted, "grounds", "cleaning", "library", forms=WHOLE, most=1)):
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen += text_of(content, "") + str(dict(answer.headers))
    assert found_in(seen, *NOWHERE, LICENSED, PACKED, "canary-draft-31", "canary-away-33") == []
    assert set(found_in(seen, "canary-rival-32", IN_A_FILE)) == {"canary-rival-32", IN_A_FILE}


def test_a_number_that_names_a_person_is_kept_nowhere(
    planted: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in a row, not in the bytes of the database, not in the log, not among the files, and not in a mail."""
    hits = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            hits += [f"{model.__name__} {row.get('id')}: {each}" for each in found_in(str(row), *NOWHERE)]
    if connection.vendor == "sqlite":
        whole = connection.connection.serialize().decode("latin-1")
        hits += [f"database: {each}" for each in found_in(whole, *NOWHERE)]
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        hits += [f"{path.name}: {each}" for each in found_in(text_of(path.read_bytes(), ""), *NOWHERE)]
    hits += [f"log: {each}" for each in found_in(caplog.text + str([r.__dict__ for r in caplog.records]), *NOWHERE)]
    assert not hits, "\n".join(hits)


def test_no_mail_and_no_log_line_tells_what_was_planted(planted: World, caplog: pytest.LogCaptureFixture) -> None:
    mails = "\n".join(f"{mail.to_address} {mail.subject} {mail.body}" for mail in Message.objects.all())
    assert not found_in(mails, *NOWHERE, LICENSED, PACKED, IN_A_FILE, "canary-draft-31", "canary-away-33")
    lines = caplog.text + str([record.__dict__ for record in caplog.records])
    seen = found_in(lines, LICENSED, PACKED, IN_A_FILE, GROUP, "canary-draft-31", "canary-rival-32", "canary-away-33")
    assert not seen


def test_an_error_page_repeats_nothing_that_was_typed(planted: World, signed_in: Callable[[str], Client]) -> None:
    """A number in an address or a form that is refused does not come back, and is not logged."""
    client = signed_in("supplier")
    for answer in (
        client.get(f"/contracts/987654321/?identifier={NUMBER}"),
        client.get(f"/nothing/{NUMBER}/"),
        client.post("/contracts/987654321/returns/1/kpis/1/", {"rows-0-identifier": NUMBER}),
    ):
        assert not found_in(answer.content.decode(), *NOWHERE)


def test_the_planted_strings_are_where_they_may_be_seen(planted: World, signed_in: Callable[[str], Client]) -> None:
    """The search finds what is there: without this a search that reads nothing would pass."""
    seen = ""
    client = signed_in("supplier")
    for address in addresses(planted, "grounds", most=3):
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        seen += text_of(content, "")
    assert set(found_in(seen, "canary-draft-31", IN_A_FILE)) == {"canary-draft-31", IN_A_FILE}
