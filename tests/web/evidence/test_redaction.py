"""A copy of a spreadsheet of people without the people, whatever the file looks like."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.workbooks.raw import read_workbook
from commonweal_web.evidence import redaction
from commonweal_web.evidence.people_columns import Tells, Treat, by_cells, by_heading
from tests.web.evidence.files import xlsx

PAYROLL: list[list[object]] = [
    ["Harbourside Gardens CIC: payroll June 2026, run by Maya Thompson"],
    [],
    ["Employee", "NI No.", "D.O.B.", "Home address", "Post code", "Mobile", "E-mail", "Job title", "Hours", "Notes"],
    [
        "Thompson, Maya",
        "QQ 12 34 56 C".replace("QQ", "AB"),
        "27/03/2001",
        "4 Abbey Row",
        "NM1 4AB",
        "07700 900123",
        "maya@harbourside.example",
        "Gardener",
        37.5,
        "Maya Thompson started in May",
    ],
    [
        "Dr Ben O'Neil-Shah",
        "AB123457D",
        "1999-12-01",
        "12 Quay Street",
        "nm12ab",
        "+44 7700 900124",
        "b.oneil@harbourside.example",
        "Team leader",
        18,
        "covers for Thompson; ring 07700 900123 or maya@harbourside.example",
    ],
    ["LI, Ann", "", "", "", "NM3", "", "", "Gardener", 10, "ann li, AB123456C, lives NM1 4AB"],
    ["Total", "", "", "", "", "", "", "", 65.5, ""],
]
CANARIES = ("thompson", "maya", "neil", "shah", "ab123456", "ab 12 34", "0012", "900123", "900124", "abbey row", "4ab")
CANARIES += ("quay street", "2ab", "@", "27/03/2001", "1999-12-01", "ann li", "li, ann")


def everything(data: bytes, name: str) -> str:
    book = read_workbook(data, name=name)
    return "\n".join([sheet.name + "\n" + "\n".join("|".join(row) for row in sheet.rows) for sheet in book.sheets])


def copied(data: bytes, name: str = "payroll.xlsx") -> redaction.Copy:
    return redaction.redact(redaction.look(data, name))


def test_payroll_keeps_initials_outward_postcode_and_the_work() -> None:
    (_, rows), *others = copied(xlsx(PAYROLL)).sheets
    assert not others
    assert rows[2] == ("Employee", "Post code", "Job title", "Hours", "Notes")
    assert rows[3][:4] == ("M.T.", "NM1", "Gardener", "37.5")
    assert rows[4][:4] == ("B.O.", "NM1", "Team leader", "18")
    assert rows[5][:4] == ("A.L.", "NM3", "Gardener", "10")
    assert (rows[6][0], rows[6][3]) == ("Total", "65.5")


@pytest.mark.parametrize("write", [redaction.write_xlsx, redaction.write_csv])
def test_no_trace_of_a_person_is_left(write: object) -> None:
    name = "copy.xlsx" if write is redaction.write_xlsx else "copy.csv"
    text = everything(write(copied(xlsx(PAYROLL))), name).lower()  # type: ignore[operator]
    assert "m.t." in text
    assert not [canary for canary in CANARIES if canary in text]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_messy_text_files_are_redacted_too(separator: str, encoding: str) -> None:
    lines = [["Naam", "x"], ["First Name", "Surname", "Postcode"], ["Élodie", "Brún", "NM2 1XX"], ["Bo", "Wynn", ""]]
    data = "\r".join(separator.join(line) for line in lines).encode(encoding, "replace")
    _, rows = copied(data, "people.csv").sheets[0]
    assert ("É.", "B.", "NM2") in rows
    assert ("B.", "W.", "") in rows


def test_hidden_sheets_stay_behind_and_sheet_names_are_masked() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        shown = book.add_worksheet("Maya Thompson")
        shown.write_row(0, 0, ["Name", "Hours"])
        shown.write_row(1, 0, ["Maya Thompson", 5])
        hidden = book.add_worksheet("Secret")
        hidden.write_row(0, 0, ["Name", "Ben Shah"])
        hidden.hide()
    found = redaction.look(out.getvalue(), "a.xlsx")
    copy = redaction.redact(found)
    assert found.left_out == 1
    assert [name for name, _ in copy.sheets] == ["M. T."]


def test_what_the_person_chooses_is_done() -> None:
    found = redaction.look(xlsx(PAYROLL), "a.xlsx")
    columns = {column.heading: column.index for column in found.sheets[0].columns}
    copy = redaction.redact(found, {(0, columns["Job title"]): Treat.DROP, (0, columns["D.O.B."]): Treat.KEEP})
    assert copy.sheets[0][1][2] == ("Employee", "D.O.B.", "Post code", "Hours", "Notes")


def test_a_copy_of_nothing_is_refused() -> None:
    found = redaction.look(xlsx([["Name"], ["Maya Thompson"]]), "a.xlsx")
    with pytest.raises(errors.BadFile, match="Nothing would be left"):
        redaction.redact(found, {(0, 0): Treat.DROP})


def test_a_table_without_people_stays_as_it_is() -> None:
    rows: list[list[object]] = [["Week", "Hours", "Site"], ["1", 12.5, "Abbey Green"], ["2", 3, "Quay Park"]]
    found = redaction.look(xlsx(rows), "a.xlsx")
    assert not found.tells_of_people
    copy = redaction.redact(found)
    assert copy.changed == 0
    assert copy.sheets[0][1][1] == ("1", "12.5", "Abbey Green")


def test_names_are_found_without_any_heading() -> None:
    rows: list[list[object]] = [["Maya Thompson", 12], ["Ben Shah", 3], ["Ann Li", 4]]
    found = redaction.look(xlsx(rows), "a.xlsx")
    assert found.sheets[0].columns[0].tells is Tells.NAME
    assert [row[0] for row in redaction.redact(found).sheets[0][1]] == ["M.T.", "B.S.", "A.L."]


def test_formulas_do_not_come_out_alive() -> None:
    data = b"Name,Note\nMaya Thompson,\"=cmd|' /C calc'!A0\"\nBen Shah,+1+1\n"
    copy = copied(data, "a.csv")
    assert b"\r\nM.T.,'=cmd" in redaction.write_csv(copy)
    assert "=cmd|' /C calc'!A0" in everything(redaction.write_xlsx(copy), "a.xlsx")

    with zipfile.ZipFile(io.BytesIO(redaction.write_xlsx(copy))) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_the_copy_tells_nothing_of_the_original_file() -> None:

    with zipfile.ZipFile(io.BytesIO(redaction.write_xlsx(copied(xlsx(PAYROLL), "maya.xlsx")))) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist()).lower()
    assert b"maya" not in whole


@pytest.mark.parametrize(
    ("heading", "tells"),
    [
        ("Name", Tells.NAME),
        ("Employee Name", Tells.NAME),
        ("FORENAME", Tells.NAME),
        ("Apprentice", Tells.NAME),
        ("Line manager", Tells.NAME),
        ("Company name", Tells.NOTHING),
        ("Event name", Tells.NOTHING),
        ("Supplier", Tells.NOTHING),
        ("NI Number", Tells.NI),
        ("NINO", Tells.NI),
        ("National Insurance", Tells.NI),
        ("Date of Birth", Tells.BORN),
        ("DOB", Tells.BORN),
        ("Age", Tells.BORN),
        ("Wage", Tells.NOTHING),
        ("Home Address Line 1", Tells.ADDRESS),
        ("Email address", Tells.EMAIL),
        ("Post Code", Tells.POSTCODE),
        ("Tel. no", Tells.PHONE),
        ("Sort code", Tells.BANK),
        ("Payroll ref", Tells.NUMBER),
        ("Ethnicity", Tells.SPECIAL),
        ("Disability?", Tells.SPECIAL),
        ("Hours", Tells.NOTHING),
        ("Start date", Tells.NOTHING),
        ("", Tells.NOTHING),
    ],
)
def test_headings_are_understood(heading: str, tells: Tells) -> None:
    assert by_heading(heading) is tells


@pytest.mark.parametrize(
    ("cells", "tells"),
    [
        (["AB 12 34 56 C", "CD123456A"], Tells.NI),
        (["a@b.example", "c@d.example", "x"], Tells.EMAIL),
        (["07700 900123", "01632 960001"], Tells.PHONE),
        (["NM1 4AB", "SW1A 1AA"], Tells.POSTCODE),
        (["4 Abbey Row, Northmere NM1 4AB", "5 Abbey Row, Northmere NM1 4AB"], Tells.ADDRESS),
        (["12-34-56", "65-43-21"], Tells.BANK),
        (["Maya Thompson", "Ben Shah"], Tells.NAME),
        (["Care Leaver", "Long Term Unemployed"], Tells.NOTHING),
        (["Grounds Maintenance", "Team Leader"], Tells.NOTHING),
        (["1", "2"], Tells.NOTHING),
        (["INV-100200", "2026-04-01"], Tells.NOTHING),
        ([], Tells.NOTHING),
    ],
)
def test_cells_are_understood(cells: list[str], tells: Tells) -> None:
    assert by_cells(cells) is tells


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Maya Thompson", "M.T."),
        ("THOMPSON, Maya", "M.T."),
        ("Mrs. Maya Thompson", "M.T."),
        ("maya", "M."),
        ("Łucja Żak", "Ł.Ż."),
        ("Jean-Luc O'Brien", "J.O."),
        ("", ""),
        ("12345", ""),
    ],
)
def test_names_become_initials(name: str, short: str) -> None:
    assert redaction.initials(name) == short


@pytest.mark.parametrize(
    ("postcode", "short"),
    [("NM1 4AB", "NM1"), ("sw1a1aa", "SW1A"), ("NM1", "NM1"), ("", ""), ("somewhere", "[removed]")],
)
def test_postcodes_become_outward(postcode: str, short: str) -> None:
    assert redaction.outward(postcode) == short


def test_common_words_that_are_also_names_stay_words() -> None:
    names = redaction.Names(["Will Hill", "Grace Long"], ["Hours"])
    assert names.masked("they will plant long rows uphill") == "they will plant long rows uphill"
    assert names.masked("will hill planted") == "W. H. planted"
    assert names.masked("Grace planted") == "G. planted"


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), min_size=1, max_size=12))
def test_any_table_goes_through_or_is_refused_in_words(rows: list[list[str]]) -> None:
    try:
        data = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
        copy = copied(data.encode("utf-8", "replace"), "x.csv")
        redaction.write_xlsx(copy)
        redaction.write_csv(copy)
    except errors.BadFile:
        return


def word(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def test_a_long_list_is_done_in_seconds() -> None:
    people = [
        [f"Name{word(n)} Family{word(n)}", f"AB{n:06}C", f"worked with Name{word(n // 2)} Family{word(n // 2)}", n]
        for n in range(5_000)
    ]
    data = ("Name,NI,Note,Hours\n" + "\n".join(",".join(map(str, row)) for row in people)).encode()
    started = time.monotonic()
    copy = copied(data, "x.csv")
    assert time.monotonic() - started < 10
    assert copy.sheets[0][1][5][:2] == ("N.F.", "worked with N. F.")
