"""The workbook of a sheet goes down with what is filled in and comes back whole or not at all."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonweal.crosswalk.sheet import Filled, kpis
from commonweal.workbooks.mapping_sheet import SheetRead
from commonweal.workbooks.raw import read_workbook
from commonweal_web.audit.models import Event
from commonweal_web.mapping.models import Entry, Sheet
from commonweal_web.mapping.sheets import conflicts, selectors
from tests.engine.workbooks import hostile
from tests.web.mapping.sheet_makers import SV2, SV4, sheet_of, two_ways, with_starts

pytestmark = pytest.mark.django_db
Cells = dict[str, list[list[str]]]


def url(name: str, *arguments: object) -> str:
    return reverse(f"mapping:{name}", args=arguments)


@pytest.fixture
def made() -> tuple[Sheet, str]:
    sheet, token = sheet_of()
    return with_starts(sheet, weeks="78"), token


def changed(client: Client, token: str, tmp_path: Path, change: Callable[[Cells], object]) -> bytes:
    """Download the workbook, and return it with its cells changed as a person would."""
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(client.get(url("sheet_workbook", token, "xlsx")).content)
    cells = {one.name: [list(row) for row in one.rows] for one in read_workbook(path).sheets}
    change(cells)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in cells.items():
            page = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    page.write_string(r, c, cell)
    return made.getvalue()


def typed(code: str, column: str, text: str) -> Callable[[Cells], None]:
    def change(cells: Cells) -> None:
        rows = cells["Sheet"]
        headings = next(row for row in rows if row and row[0].startswith("KPI"))
        next(row for row in rows if row and row[0] == code)[headings.index(column)] = text

    return change


def send(client: Client, token: str, content: bytes, *, version: int, name: str = "sheet.xlsx") -> object:
    return client.post(url("sheet_upload", token), {"version": version, "file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_down_and_up_again_changes_nothing(client: Client, made: tuple[Sheet, str], form: str) -> None:
    sheet, token = made
    before = list(Entry.objects.values_list("row", "region", "target", "delivered"))
    content = client.get(url("sheet_workbook", token, form)).content
    answer = send(client, token, content, version=sheet.version, name=f"sheet.{form}")
    assert (answer.status_code, answer["Location"]) == (303, url("sheet", token))
    assert list(Entry.objects.values_list("row", "region", "target", "delivered")) == before
    sheet.refresh_from_db()
    assert sheet.data == {SV2: {"weeks_per_apprentice": "78"}}
    assert Event.objects.latest("pk").verb == "sheet.filled"


def test_what_was_typed_is_taken_over_and_what_was_cleared_is_gone(
    client: Client, made: tuple[Sheet, str], tmp_path: Path
) -> None:
    def change(cells: Cells) -> None:
        typed("SV6", "London target", "1200.5")(cells)
        typed("SV2", "West Midlands delivered", "")(cells)

    content = changed(client, made[1], tmp_path, change)
    assert send(client, made[1], content, version=made[0].version).status_code == 303
    assert Entry.objects.get(row="fx-svm-2025/SV6").target * 10 == 12005
    assert not Entry.objects.filter(row=SV2, region="TLG").exists()


def test_one_bad_cell_and_nothing_is_taken_over(client: Client, made: tuple[Sheet, str], tmp_path: Path) -> None:
    def change(cells: Cells) -> None:
        typed("SV6", "London target", "12,5")(cells)
        typed("SV7", "London target", "7")(cells)

    content = changed(client, made[1], tmp_path, change)
    answer = send(client, made[1], content, version=made[0].version)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was taken over: 1 cells must be mended first." in body
    assert "Sheet K15" in body
    assert "Write a number such as 12.5, without words." in body
    assert Entry.objects.count() == 5


def test_a_workbook_that_was_made_before_somebody_else_saved(
    client: Client, made: tuple[Sheet, str], tmp_path: Path
) -> None:
    content = changed(client, made[1], tmp_path, typed("SV6", "London target", "1"))
    version = made[0].version
    with_starts(made[0])
    answer = send(client, made[1], content, version=version)
    assert answer.status_code == 409
    assert not Entry.objects.filter(row="fx-svm-2025/SV6").exists()
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    assert "What your workbook says, and what it says now" in shown
    assert "SV6, target, London 1 – " in shown
    assert "SV2, weeks planned for each apprentice 78 – " in shown
    newest = re.search(r'name="version"[^>]*value="(\d+)"', answer.content.decode())
    assert newest is not None
    assert send(client, made[1], content, version=int(newest[1])).status_code == 303
    assert Entry.objects.get(row="fx-svm-2025/SV6", region="TLI").target == 1


def test_a_long_list_of_differences_is_cut_and_counted() -> None:
    sheet, _ = sheet_of()
    filled = selectors.filled(sheet)
    amounts = {
        thing.id: {code: Filled(Decimal(1), Decimal(2)) for code, _ in filled.places} for thing in kpis(filled.summary)
    }
    table = conflicts.of_workbook(filled, SheetRead(amounts=amounts)).table
    whole = 2 * sum(map(len, amounts.values()))
    assert len(table.rows) == min(whole, conflicts.MOST) + (whole > conflicts.MOST)
    ratio = conflicts.of_workbook(
        filled, SheetRead(amounts={SV4: {"TLG": Filled(Decimal(9), None, Decimal(10))}})
    ).table
    assert [cell.text for cell in ratio.rows[0]] == ["SV4, target, West Midlands", "9 of 10", "–"]


def test_the_workbook_of_another_summary_is_refused(client: Client, made: tuple[Sheet, str], tmp_path: Path) -> None:
    _, other = sheet_of("fx-svm-2025", ("fx-2025.1",), ("SV2", "SV6"))
    content = changed(client, other, tmp_path, lambda _: None)
    answer = send(client, made[1], content, version=made[0].version)
    assert answer.status_code == 422
    assert "was made from version" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("sheet.xlsx", b"not a workbook", "sheet.xlsx"),
        ("sheet.ods", b"PK\x03\x04broken", "sheet.ods"),
        ("sheet.exe", b"MZ", "Choose the workbook of this sheet"),
        ("sheet.csv", b"a,b", "Choose the workbook of this sheet"),
    ],
)
def test_what_is_no_such_workbook_is_refused(
    client: Client, made: tuple[Sheet, str], name: str, content: bytes, says: str
) -> None:
    answer = send(client, made[1], content, version=made[0].version, name=name)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Entry.objects.count() == 5


@pytest.mark.parametrize("bomb", [hostile.nested_bomb, hostile.entity_xlsx, hostile.far_cell_xlsx, hostile.locked_xlsx])
def test_a_hostile_workbook_is_refused_by_the_guards_of_every_upload(
    client: Client, made: tuple[Sheet, str], bomb: Callable[[], bytes]
) -> None:
    assert send(client, made[1], bomb(), version=made[0].version).status_code == 422
    assert Entry.objects.count() == 5


SV6 = "fx-svm-2025/SV6"
CHOSEN = {SV6: {"fx-2025.1/NT17": "60", "fx-2025.1/NT17b": "40"}}


@pytest.fixture
def shared(client: Client) -> tuple[Sheet, str]:
    """A sheet with a percentage and with hours that are shared, both filled in on screen."""
    sheet, token = sheet_of(summary=two_ways())
    parts = {"version": "1", "delivered_TLG": "24", "delivered_of_TLG": "25"}
    assert client.post(url("sheet_kpi", token, 4), parts).status_code == 303
    shares = {"version": "2", "target_TLG": "10", "share_fx-2025.1/NT17": "60", "share_fx-2025.1/NT17b": "40"}
    assert client.post(url("sheet_kpi", token, 6), shares).status_code == 303
    sheet.refresh_from_db()
    assert sheet.choices == CHOSEN
    return sheet, token


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_shares_and_wholes_go_down_and_up(client: Client, shared: tuple[Sheet, str], form: str) -> None:
    sheet, token = shared
    content = client.get(url("sheet_workbook", token, form)).content
    Sheet.objects.filter(pk=sheet.pk).update(choices={})
    Entry.objects.all().delete()
    assert send(client, token, content, version=sheet.version, name=f"sheet.{form}").status_code == 303
    sheet.refresh_from_db()
    assert sheet.choices == CHOSEN
    entry = Entry.objects.get(row=SV4)
    assert (entry.region, entry.target, entry.delivered, entry.delivered_of) == ("TLG", None, 24, 25)


def test_shares_that_do_not_make_100_change_nothing(client: Client, shared: tuple[Sheet, str], tmp_path: Path) -> None:
    def change(cells: Cells) -> None:
        next(row for row in cells["Shares"] if "fx-2025.1/NT17" in row)[4] = "50"

    answer = send(client, shared[1], changed(client, shared[1], tmp_path, change), version=shared[0].version)
    assert answer.status_code == 422
    assert "Shares E6" in answer.content.decode()
    assert "make 90 per cent" in answer.content.decode()
    shared[0].refresh_from_db()
    assert shared[0].choices == CHOSEN


def test_shares_that_were_cleared_are_chosen_no_more(client: Client, shared: tuple[Sheet, str], tmp_path: Path) -> None:
    def change(cells: Cells) -> None:
        for row in cells["Shares"]:
            if len(row) > 4 and row[2].startswith("fx-2025.1/"):
                row[4] = ""

    content = changed(client, shared[1], tmp_path, change)
    assert send(client, shared[1], content, version=shared[0].version).status_code == 303
    shared[0].refresh_from_db()
    assert shared[0].choices == {}
