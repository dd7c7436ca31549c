"""
What somebody typed comes back as text: no page takes it for markup, and no spreadsheet takes it for a formula.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, models, transaction
from django.test import Client

from commonweal_web.audit.services import record
from commonweal_web.contracts.models import Change, Contact, Contract, KpiVersion
from commonweal_web.delivery.models import Claim, Return, SampleDraw
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.organisations.models import Directorate, Organisation, User
from commonweal_web.performance.models import Action
from tests.web.door_records import records_of
from tests.web.pages_of import Reader, addresses
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
MARK = "cwx"
"""An element or attribute of this name on a page was typed by somebody."""
TAGS = (
    "script",
    "img src=x onerror=alert(1)",
    "svg onload=alert(1)",
    "iframe src=javascript:alert(1)",
    "body onload=x()",
)
TAGS += ("a href=javascript:alert(1)", "details open ontoggle=alert(1)", "input autofocus onfocus=alert(1)", "style")
TAGS += (
    "object data=javascript:alert(1)",
    "math",
    "form action=javascript:alert(1)",
    "meta http-equiv=refresh",
    "base",
)
BEFORE = ("", '">', "'>", "</textarea>", "</title>", "</script>", "-->", "</option></select>", "]]>", "<!--", '\\">')
LOOSE = (
    '" cwx onmouseover=alert(1) x="', "' cwx onmouseover=alert(1) x='", "javascript:alert(1)//cwx", "` cwx onx=`",
    "{{ 7|cwx }}", "{% cwx %}", "%3Cimg cwx src=x onerror=alert(1)%3E", "&lt;img cwx src=x&gt;",
    "\\u003cscript cwx\\u003e",
    "<scr<script cwx>ipt>", "<IMG CWX SRC=x ONERROR=alert(1)>", "<img/cwx/src=x/onerror=alert(1)>", "<\x00script cwx>",
    "＜script cwx＞", "<script cwx>alert(String.fromCharCode(88))</script>", "data:text/html,<script cwx>x</script>",
)  # fmt: skip
STRINGS = [f"{before}<{MARK}><{tag} {MARK}>" for before, tag in zip(itertools.cycle(BEFORE), TAGS * 2, strict=False)]
STRINGS += list(LOOSE)
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u00a0=", "\u200b=", "%", "|")
FORMULAS = [
    f"{sign}{rest}" for sign in SIGNS for rest in ('HYPERLINK("http://e.example","x")', "cmd|' /C calc'!A0", "1+1")
]
FIELDS: tuple[tuple[type[models.Model], str], ...] = (
    (Contract, "title"), (Contract, "category"), (Contract, "place"), (Contract, "remedy_terms"),
    (Contract, "no_kpi_reason"),
    (Organisation, "name"), (Organisation, "short_name"), (Directorate, "name"), (User, "name"), (Contact, "name"),
    (Return, "account"), (Claim, "account"), (Claim, "nil_reason"), (Claim, "place"), (Claim, "cohort"),
    (EvidenceItem, "name"), (EvidenceItem, "note"), (Change, "title"), (Change, "reason"), (Action, "text"),
    (Action, "owner"), (KpiVersion, "deliverable"), (KpiVersion, "evidence_rule"), (SampleDraw, "title"),
)  # fmt: skip
ROLES = ("lead", "supplier", "auditor", "administrator")


def plant(strings: list[str]) -> int:
    """Put the strings into every text field whose rows may be changed, each as long as it may be; say how many took."""
    ring, done = itertools.cycle(strings), 0
    for model, name in FIELDS:
        most = model._meta.get_field(name).max_length or 3000
        for row in model._default_manager.order_by("pk"):
            text = next(ring)[:most]
            while len(text) + 40 < most and len(text) < 900:
                text += " " + next(ring)[: most - len(text) - 1]
            try:
                with transaction.atomic():
                    model._default_manager.filter(pk=row.pk).update(**{name: text[:most].replace("\x00", "")})
                    done += 1
            except DatabaseError:
                continue  # a row that the database keeps as it was
    return done


@pytest.fixture
def typed(world: World) -> World:
    records_of(world)
    assert len(STRINGS) >= 40
    assert plant(STRINGS) > 80
    return world


@pytest.mark.slow
@pytest.mark.parametrize("key", ROLES)
def test_no_page_takes_text_for_markup(key: str, typed: World, signed_in: Callable[[str], Client]) -> None:
    client, faults, shown = signed_in(key), [], 0
    for address in ("/", *addresses(typed, "grounds", forms=("html",), most=1)):
        answer = client.get(address)
        if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.streaming:
            continue
        shown += answer.content.decode().lower().count(MARK)
        faults += [f"{address}: <{tag} {given}>" for tag, given in Reader.of(answer).tags if is_live(tag, given)]
    assert shown > 10
    assert not faults, "\n".join(faults[:20])


def is_live(tag: str, given: dict[str, str | None]) -> bool:
    """Whether something typed became an element, an attribute or an address that runs."""
    goes = [(given.get(name) or "").strip().lower() for name in ("href", "src", "action", "formaction", "data")]
    runs = any(where.startswith(("javascript:", "data:text", "vbscript:")) for where in goes)
    return tag == MARK or MARK in given or runs or any(name.startswith("on") for name in given)


def live(cell: str) -> bool:
    """Whether a spreadsheet program could take a cell of a CSV file for a formula."""
    bare = re.sub(r"^[\s\u00a0\u200b\ufeff\x00-\x1f]+", "", cell)
    if re.fullmatch(r"[+-]?[\d,.]+%?", bare):
        return False
    return bare[:1] in tuple("=+-@＝＋－＠") or cell[:1] in ("\t", "\r", "\n")


def csv_cells(answer: Any) -> Iterator[str]:
    for row in csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))):
        yield from row


@pytest.fixture
def formulas(world: World) -> World:
    records_of(world)
    assert plant(FORMULAS) > 80
    return world


def _write_the_log(world: World) -> None:
    place, by = world.contracts["grounds"], world.people["lead"]
    for text in FORMULAS:
        record(
            organisation_id=place.authority_id, by=by, role="SVL", verb="contract.edited", record=place, now=NOON,
            new={"title": text}, reason=text,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "form"), [("auditor", "csv"), ("lead", "permissions"), ("lead", "sample"), ("auditor", "sample")]
)
def test_no_cell_of_a_csv_file_is_a_formula(
    key: str, form: str, formulas: World, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in(key)
    draw = SampleDraw.objects.order_by("pk").first()
    address = {"csv": "/log/export.csv", "permissions": "/permissions.csv", "sample": f"/samples/{draw.pk}/sample.csv"}
    if form == "csv":
        _write_the_log(formulas)
    answer = client.get(address[form])
    assert answer.status_code == 200
    cells = list(csv_cells(answer))
    assert len(cells) > 5
    assert not [cell for cell in cells if live(cell)]


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("supplier", "/contracts/{id}/returns/{ret}/workbook.xlsx"),
        ("commissioner", "/contracts/{id}/kpis/workbook.xlsx"),
        ("lead", "/contracts/{id}/one-page.xlsx"),
        ("lead", "/portfolio/{body}/report.xlsx"),
    ],
)
def test_no_cell_of_a_workbook_is_a_formula_that_was_typed(
    key: str, address: str, formulas: World, signed_in: Callable[[str], Client]
) -> None:
    place = formulas.contracts["grounds"]
    Return.objects.filter(contract=place).update(state="draft")
    ret = place.returns.first()
    answer = signed_in(key).get(address.format(id=place.pk, ret=ret.pk, body=place.authority_id))
    assert answer.status_code == 200, answer.content[:500]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not [cell.value for cell in found if re.search(r"HYPERLINK|calc|cmd|1\+1|e\.example", str(cell.value))]
    links = [cell.hyperlink.target for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert not [link for link in links if link and "e.example" in link]
