"""Uploads: bad ones are refused with file, line and reason by a process with little time and memory; good ones kept."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from commonweal.catalogue.loader import parse_framework
from commonweal_web.audit.models import Event
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.keeping import checking, reading
from commonweal_web.frameworks.models import Pack
from tests.web.frameworks.packs import framework, links, measure, publish
from tests.web.world import World

FRAMEWORK = framework("ours-2027", [measure("L1"), measure("L2")]).document
PORTAL = (
    "Measure code,Description,Unit,Proxy value,Target quantity,Target value,Delivered quantity,Delivered value,"
    "Project,Industry,Postcode district,Contract value\n"
    'A1,Hours in parks,hrs,"£1,234.987654",10,,5,,Park,x,NM1,100\n'
    'A1,Hours in parks,hrs,"£1,234.987654",20,,5,,School,x,NM2,100\n'
    "A2,Trees planted,FTE,,20,,5,,School,x,NM2,100\n"
)
VALUES = "code,value,unit,from,source\nNT17,1234.987654,hour,2025-04-01,Our licence\n"
TABLE = {"key": "our-values-1", "title": "Our values", "licence": "Licence 2026/117", "prices": "fx-2025.1"}


def line(text: str, of: str) -> int:
    return next(at for at, row in enumerate(text.splitlines(), 1) if of in row)


def _asked_here(job: dict[str, Any], name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(json.dumps(reading.read(**pickle.loads(pickle.dumps(job)))))
    return answer


@pytest.fixture
def own_process() -> None:
    """Start the process as the service does."""


@pytest.fixture(autouse=True)
def _read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process what is not about the process of its own: starting one takes a second each time."""
    if "own_process" not in request.fixturenames:
        monkeypatch.setattr(checking, "_asked", _asked_here)


@pytest.fixture
def send(world: World, signed_in: Callable[[str], Client]) -> Callable[..., HttpResponse]:
    """Upload a file as the social value lead: send("values", "x.csv", text, key="...")."""
    client = signed_in("lead")

    def call(kind: str, name: str, content: str | bytes, **more: str) -> HttpResponse:
        data = content.encode() if isinstance(content, str) else content
        form = {"file": SimpleUploadedFile(name, data), **more}
        return client.post(f"/frameworks/{world.bodies['nmc'].pk}/import/{kind}/", form)

    return call


def refused(answer: HttpResponse) -> str:
    """Return the words of a refusal; nothing was kept."""
    assert answer.status_code == 422
    assert not Pack.objects.exists()
    assert not Event.objects.filter(verb="pack_drafted").exists()
    return " ".join(answer.content.decode().split())


@pytest.mark.usefixtures("own_process")
def test_a_framework_as_yaml_becomes_a_draft_as_it_came(send: Callable[..., HttpResponse]) -> None:
    answer = send("framework", "ours.yaml", FRAMEWORK)
    pack = Pack.objects.get()
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"/packs/{pack.pk}/")
    assert (pack.document, pack.key, pack.kind, pack.state) == (FRAMEWORK, "ours-2027", "framework", "draft")


@pytest.mark.parametrize(
    ("old", "new", "at", "say"),
    [
        ("unit: hour", "unit: hrs", "unit: hrs", "not known"),
        ("code: L2", "code: L2\n  outcome: NOPE", "NOPE", "there is no outcome"),
        ("code: L2", "code: L1", "code: L1", "stands twice"),
        ("label: Measure L1", "label: =HYPERLINK(1)", "HYPERLINK", "formula"),
        ("code: L2", "code: &a L2\n  note: *a", "note: *a", "alias"),
    ],
)
def test_a_bad_framework_is_refused_with_its_line(
    send: Callable[..., HttpResponse], old: str, new: str, at: str, say: str
) -> None:
    text = FRAMEWORK.replace(old, new)
    words = refused(send("framework", "ours.yaml", text))
    assert f"Line {line(text, at)}<" in words.replace("</span>", "<")
    assert "ours.yaml" in words
    assert say in words.casefold()


def many(ending: str) -> bytes:
    """A list of 30,000 measures whose units nobody knows, which take long to suggest; as YAML with what it needs."""
    if ending == "yaml":
        row = "- {code: M%d, label: l, unit: hour, kind: quantity, over_time: sum, over_contracts: sum}\n"
        text = FRAMEWORK.split("measures:")[0] + "measures:\n" + "".join(row % at for at in range(30_000))
        return text.encode()
    rows = [PORTAL.splitlines()[0].split(","), *([f"M{at}", "Hours", f"hrz{at}"] for at in range(30_000))]
    if ending == "csv":
        return "\n".join(map(",".join, rows)).encode()
    return as_ods(rows) if ending == "ods" else as_xlsx(rows)


def as_xlsx(rows: list[list[str]]) -> bytes:
    import xlsxwriter

    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return held.getvalue()


def as_ods(rows: list[list[str]]) -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows)
    names = "".join(
        f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    body = f'<office:spreadsheet><table:table table:name="List">{lines}</table:table></office:spreadsheet>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", "<manifest/>")
        content = f"<office:document-content{names}><office:body>{body}</office:body></office:document-content>"
        parts.writestr("content.xml", content)
    return held.getvalue()


@pytest.mark.usefixtures("own_process")
@pytest.mark.parametrize(("ending", "at"), [("csv", 5_002), ("xlsx", 5_002), ("ods", 5_002), ("yaml", 0)])
def test_thirty_thousand_measures_are_refused_by_their_number_and_the_line(
    send: Callable[..., HttpResponse], ending: str, at: int
) -> None:
    """By the process with its time and memory: they are counted before anything is read that takes long."""
    data = many(ending)
    said = {"key": "list-1", "title": "Our list", "licence": "OGL", "source": "Export of June 2026"}
    words = refused(send("framework", f"many.{ending}", data, **said))
    at = at or line(data.decode(), "code: M5000,")
    assert "30,000 measures; at most 5,000 are taken." in words
    assert f"Line {at:,}<" in words.replace("</span>", "<") or f"Line {at}<" in words.replace("</span>", "<")
    assert f"many.{ending}" in words


@pytest.mark.usefixtures("own_process")
def test_an_alias_bomb_is_refused_with_its_line(send: Callable[..., HttpResponse]) -> None:
    bomb = "a: &a [x, x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in pairwise("abcdefghijklmnop"))
    words = refused(send("framework", "bomb.yaml", bomb))
    assert "Line 2" in words
    assert "alias" in words


@pytest.mark.usefixtures("own_process")
def test_a_bomb_that_only_the_process_meets(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever makes the process end without an answer is a refusal in words, and so is one that takes too long."""
    said = {"kind": "framework", "name": "x.yaml", "data": b"a: b", "head": {}, "body": world.bodies["nmc"].pk}
    monkeypatch.setattr(checking, "SECONDS", 0.01)
    with pytest.raises(Refused, match="takes more time or memory than any ordinary pack"):
        checking.check(**said)


@pytest.mark.parametrize(
    ("row", "say"),
    [
        ("NT17,5,hour,2025-04-01,", "no source"),
        ("NT17,5,week,2025-04-01,s", "counts hour"),
        ("NT17,5,hour,2025-04-01,=cmd|'/c calc'!A0", "formula"),
        ("+NT17,5,hour,2025-04-01,s", "formula"),
        ("NT17,5,hour,2025-04-01,s\nNT17,6,hour,2025-04-01,s", "two values"),
        ("NT17,much,hour,2025-04-01,s", "no amount in pounds"),
    ],
)
def test_bad_values_are_refused_with_their_line(send: Callable[..., HttpResponse], row: str, say: str) -> None:
    words = refused(send("values", "v.csv", "code,value,unit,from,source\n" + row + "\n", **TABLE))
    assert say in words
    assert "Line 2" in words or "Line 3" in words
    assert "v.csv" in words


def test_values_as_csv_yaml_and_a_portal_list_become_packs(world: World, send: Callable[..., HttpResponse]) -> None:
    assert send("values", "v.csv", VALUES, **TABLE).status_code == 303
    yaml = (
        "id: our-values-2\ntitle: Ours\nlicence: Licence 1\nframework: fx-2025.1\nentries:\n"
        '  - {code: NT17, value: "5.5", unit: hour, from: 2025-04-01, source: page 3}\n'
    )
    assert send("values", "v.yaml", yaml).status_code == 303
    publish(world, framework("list-1", [measure("A1"), measure("A2", unit="FTE")]))
    more = TABLE | {"key": "our-values-3", "prices": "list-1", "source": "List of June"}
    started = {"starts_day": "1", "starts_month": "4", "starts_year": "2025"}
    assert send("values", "list.csv", PORTAL, **more, **started).status_code == 303
    found = {pack.key: pack.document for pack in Pack.objects.filter(kind="values")}
    assert set(found) == {"our-values-1", "our-values-2", "our-values-3"}
    assert found["our-values-3"].splitlines()[1:] == ["A1,1234.987654,hour,2025-04-01,,,,List of June"]


def test_remarks_on_a_sound_file_are_told(send: Callable[..., HttpResponse]) -> None:
    answer = send("values", "v.csv", VALUES + "NT999,5,hour,2025-04-01,s\n", **TABLE)
    told = " ".join(str(one) for one in get_messages(answer.wsgi_request))
    assert "kept as a draft" in told
    assert "Line 3: fx-2025.1 has no measure 'NT999' here." in told


def test_a_portal_list_without_a_day_or_source_is_no_value_pack(
    world: World, send: Callable[..., HttpResponse]
) -> None:
    publish(world, framework("list-1", [measure("A1"), measure("A2", unit="FTE")]))
    Pack.objects.filter(state="draft").delete()
    before = Pack.objects.count()
    answer = send("values", "list.csv", PORTAL, **TABLE | {"prices": "list-1"})
    words = answer.content.decode()
    assert (answer.status_code, Pack.objects.count()) == (422, before)
    assert "no source" in words
    assert "no from" in words


def test_a_portal_list_becomes_a_framework_that_is_marked_as_unverified(send: Callable[..., HttpResponse]) -> None:
    said = {"key": "list-1", "title": "Our list", "licence": "OGL", "source": "Export of June 2026"}
    assert send("framework", "list.csv", PORTAL, **said).status_code == 303
    found = parse_framework(Pack.objects.get().document, name="x")
    assert [(one.code, one.unit, str(one.verified)) for one in found.measures] == [
        ("A1", "hour", "false"),
        ("A2", "FTE", "false"),
    ]
    assert "1234" not in Pack.objects.get().document


def test_a_spreadsheet_is_taken_as_a_table(send: Callable[..., HttpResponse]) -> None:
    rows = [row.split(",") for row in VALUES.splitlines()]
    assert send("values", "v.xlsx", as_xlsx(rows), **TABLE).status_code == 303
    assert Pack.objects.get().document == VALUES


def test_a_table_needs_what_it_cannot_say(send: Callable[..., HttpResponse]) -> None:
    words = refused(send("values", "v.csv", VALUES))
    for say in ("Enter a key", "Enter a name", "Enter the licence", "Choose the release"):
        assert say in words
    assert "Enter a key" in refused(send("framework", "list.csv", PORTAL))
    assert "key must be small letters" in refused(send("values", "v.csv", VALUES, **TABLE | {"key": "Our Key"}))


@pytest.mark.parametrize(
    ("kind", "name", "content", "say"),
    [
        ("framework", "x.pdf", b"%PDF-", "Choose a file ending in"),
        ("links", "x.csv", b"a,b", "Choose a file ending in"),
        ("framework", "x.yaml", b"\xff\xfe\x00", "line 1"),
        ("values", "x.xlsx", b"PK\x03\x04nothing", "x.xlsx"),
        ("links", "x.yaml", b"id: 1\n", "Line 1"),
    ],
)
def test_files_of_another_kind(
    send: Callable[..., HttpResponse], kind: str, name: str, content: bytes, say: str
) -> None:
    more = TABLE if kind == "values" else {}
    assert say.casefold() in refused(send(kind, name, content, **more)).casefold()


def test_links_are_checked_with_those_that_exist(world: World, send: Callable[..., HttpResponse]) -> None:
    row = '  - {from: ours-2027/L1, to: fx-2025.1/%s, relation: close, reason: alike, factor: "1"}\n'
    words = refused(send("links", "l.yaml", links("ours-2027", "fx-2025.1", row % "NT17").document))
    assert "there is no release" in words.casefold()
    publish(world, framework("ours-2027", [measure("L1")]))
    wrong = links("ours-2027", "fx-2025.1", row % "NT999").document
    assert b"NT999" in send("links", "l.yaml", wrong).content
    assert send("links", "l.yaml", links("ours-2027", "fx-2025.1", row % "NT17").document).status_code == 303
    assert Pack.objects.get(kind="links").key == "ours-2027__fx-2025.1"


def test_a_form_sent_twice_makes_one_draft(send: Callable[..., HttpResponse]) -> None:
    one, two = (send("framework", "ours.yaml", FRAMEWORK, form_key="k" * 20) for _ in range(2))
    assert one["Location"] == two["Location"]
    assert Pack.objects.count() == Event.objects.filter(verb="pack_drafted").count() == 1


def test_another_bodys_release_is_not_told(world: World, send: Callable[..., HttpResponse]) -> None:
    """A pack that refers to what another body keeps to itself is refused as if that did not exist."""
    text = framework("ours-2027", [measure("L1", same_as="fx-2025.1/NT17"), measure("L2", same_as="theirs-1/E1")])
    words = refused(send("framework", "ours.yaml", text.document))
    assert "there is no measure" in words.casefold()
    assert selectors.measure_or_none("theirs-1", "E1") is None
