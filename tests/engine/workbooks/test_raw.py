"""One door for tables: every cell as the text that a person sees."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.workbooks import cfb, delimited, findings, guard, raw, xlsx_guard
from commonweal.workbooks.archive import open_archive
from commonweal.workbooks.limits import DEFAULT_LIMITS, MIB, Limits
from commonweal.workbooks.raw import read_workbook
from tests.engine.workbooks import hostile

GOOD = [hostile.good_xlsx(), hostile.good_xls()]


def cells(data: bytes, name: str = "") -> list[list[str]]:
    return [list(row) for row in read_workbook(data, name=name).sheets[0].rows]


def made(*rows: list[object], name: str = "Sheet", **more: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    for title, lines in more.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_are_the_text_that_a_person_sees() -> None:
    data = made(
        ["007", 9442333, 0.1 + 0.2, 875.6899999999999, True, 1.0],
        [
            dt.datetime.fromisoformat("2025-04-01T01:00:00"),
            dt.date(2025, 4, 1),
            dt.time(9, 30),
            dt.timedelta(hours=30),
            False,
            1e22,
        ],
        [None, 12345678901234567, 1e-7, -0.5, 0, "x"],
    )
    book = read_workbook(data, name="a.xlsx")
    assert cells(data) == [
        ["007", "9442333", "0.3", "875.69", "TRUE", "1"],
        ["2025-04-01T01:00:00", "2025-04-01", "09:30:00", "30:00:00", "FALSE", "10000000000000000000000"],
        ["", "12345678901234600", "0.0000001", "-0.5", "0", "x"],
    ]
    assert book.source.format == "xlsx"
    assert len(book.source.sha256) == 64


def test_rows_and_columns_keep_their_places() -> None:
    book = openpyxl.Workbook()
    book.active["C4"] = "here"
    out = io.BytesIO()
    book.save(out)
    rows = read_workbook(out.getvalue()).sheets[0].rows
    assert rows[3][2] == "here"
    assert not any(any(row) for row in rows[:3])


def test_error_values_are_kept_and_reported() -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "#VALUE!"
    book.active["B2"].data_type = "e"
    book.active["A1"] = "x"
    out = io.BytesIO()
    book.save(out)
    read = read_workbook(out.getvalue(), name="e.xlsx")
    assert read.sheets[0].rows[1][1] == "#VALUE!"
    (problem,) = read.problems
    assert (problem.code, str(problem.where)) == ("error_value", "e.xlsx, Sheet, B2")


def test_an_error_beyond_the_other_cells_is_kept() -> None:
    data = hostile.xlsx(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    assert cells(data) == [["1", "", ""], ["", "", ""], ["", "", "#DIV/0!"]]


def test_formulas_without_a_result_are_reported() -> None:
    data = made(["x", "=1+1"])
    assert [problem.code for problem in read_workbook(data).problems] == ["formula_without_result"]


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_unusual_ways_of_writing_cells_are_parsed(prefix: str) -> None:
    space = f'xmlns{":x" if prefix else ""}="{hostile.MAIN}"'
    p = prefix
    whole = (
        f"<{p}worksheet {space}><{p}sheetData><{p}row><{p}c><{p}v>1</{p}v></{p}c><{p}c t='e'><{p}v>#N/A</{p}v></{p}c>"
        f"<{p}c><{p}f>1+1</{p}f></{p}c></{p}row><{p}row r='3'><{p}c r='B3' t='str'><{p}v>z</{p}v></{p}c></{p}row>"
        f"</{p}sheetData></{p}worksheet>"
    )
    archive = open_archive(hostile.xlsx(whole=whole), "a.xlsx", DEFAULT_LIMITS)
    extent = xlsx_guard.scan(archive)["Sheet1"]
    assert (extent.rows, extent.columns) == (3, 3)
    assert extent.errors == {(0, 1): "#N/A"}
    assert extent.unsaved_formulas == 1


@pytest.mark.parametrize(
    "data",
    [
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        f'<row r="{"9" * 5000}"><c><v>1</v></c></row>',
        '<row r="1"><c  r="A1"><v>1</v></row>',
    ],
)
def test_a_sheet_that_is_not_well_formed_is_refused(data: str) -> None:
    with pytest.raises(errors.BadFile, match="damaged"):
        read_workbook(hostile.xlsx(data))


def test_far_but_empty_formatted_cells_are_harmless() -> None:
    data = hostile.xlsx('<row r="1"><c r="A1"><v>5</v></c></row><row r="9000000"><c r="XFD9000000" s="1"/></row>')
    archive = open_archive(data, "a.xlsx", DEFAULT_LIMITS)
    assert xlsx_guard.scan(archive)["Sheet1"].rows == 1


def test_a_far_cell_written_in_an_unusual_way_is_found() -> None:
    data = hostile.xlsx('<row r="1"><c r="A1"><v>5</v></c></row><row><c\n r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(errors.BadFile, match="XFD1048576"):
        read_workbook(data)


def test_a_very_long_row_or_text_is_cut_safely() -> None:
    cells = "".join(f'<c r="{findings.column_letters(at)}1"><v>{"1" * 9000}</v></c>' for at in range(1000))
    data = hostile.xlsx(f'<row r="1">{cells}</row>')
    assert guard.inspect(data, "a.xlsx", DEFAULT_LIMITS).extents["Sheet1"].columns == 1000
    long = hostile.xlsx(f'<row r="1"><c r="A1" t="str"><v>{"a" * (12 * MIB)}</v></c></row>')
    assert guard.inspect(long, "a.xlsx", DEFAULT_LIMITS).extents["Sheet1"].columns == 1


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"xl/worksheets/SHEET1.xml": b"<x/>"}, "two parts of one name"),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "macros"),
        ({"xl/odd.xml": b"<\x00a\x00/"}, "UTF-8"),
    ],
)
def test_odd_parts_are_refused(extra: dict[str, bytes], words: str) -> None:
    with pytest.raises(errors.BadFile, match=words):
        read_workbook(hostile.xlsx(extra=extra))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"xl/workbook.bin": b""}, "xlsb"),
        ({"word/document.xml": b""}, "document or a slide show"),
        ({"a.txt": b""}, "no xlsx or ods"),
        ({"xl/workbook.xml": b"<x/>"}, "damaged"),
        ({"xl/workbook.xml": b"<x", "xl/_rels/workbook.xml.rels": b"<x/>"}, "damaged"),
        ({"mimetype": hostile.ODS_TYPE.encode()}, "damaged"),
        ({"mimetype": hostile.ODS_TYPE.encode(), "content.xml": b"<x"}, "damaged"),
    ],
)
def test_zip_files_that_are_no_workbooks_are_refused(parts: dict[str, bytes], words: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(errors.BadFile, match=words):
        read_workbook(out.getvalue())


def test_locked_oddly_packed_and_overfull_zips_are_refused() -> None:
    data = hostile.good_xlsx()
    flagged = bytearray(data)
    at = flagged.rfind(b"PK\x01\x02")
    flagged[at + 8] |= 1
    with pytest.raises(errors.BadFile, match="password"):
        read_workbook(bytes(flagged))
    packed = bytearray(data)
    packed[packed.rfind(b"PK\x01\x02") + 10] = 12
    with pytest.raises(errors.BadFile, match="compressed in a way"):
        read_workbook(bytes(packed))
    with pytest.raises(errors.BadFile, match="parts inside"):
        read_workbook(data, limits=Limits(parts=2))
    with pytest.raises(errors.BadFile, match="unpacks to more than"):
        read_workbook(data, limits=Limits(unpacked_bytes=1000))
    with pytest.raises(errors.BadFile, match="no ordinary spreadsheet"):
        open_archive(data, "a", DEFAULT_LIMITS).read("xl/workbook.xml", most=1)


@pytest.mark.parametrize("limits", [Limits(rows=10), Limits(columns=2), Limits(cells=20)])
def test_more_than_the_limits_is_refused(limits: Limits) -> None:
    for data in (hostile.good_xlsx(), hostile.good_xls(), b"a,b,c\n" * 50):
        with pytest.raises(errors.BadFile, match="At most"):
            read_workbook(data, limits=limits)


def test_too_many_sheets_or_cells_over_all_sheets_are_refused() -> None:
    data = made(["a"], Two=[["b"]], Three=[["c"]])
    with pytest.raises(errors.BadFile, match="sheets; at most 2"):
        read_workbook(data, limits=Limits(sheets=2))
    with pytest.raises(errors.BadFile, match="over all its sheets"):
        read_workbook(data, limits=Limits(cells=2))


def test_a_file_over_the_size_limit_is_refused() -> None:
    with pytest.raises(errors.BadFile, match="larger than 1 MiB"):
        read_workbook(b"a" * (MIB + 1), limits=Limits(file_bytes=MIB))


def test_xls_is_read_with_its_sheet_names_and_long_texts() -> None:
    book = read_workbook(hostile.good_xls(), name="a.xls")
    first, second = book.sheets
    assert (first.name, second.name) == ("Spend £", "Zwei\u0142")
    assert list(first.rows[399]) == ["Firm 399 é Ltd " * 30, "99.75", "007"]
    assert second.rows[2][3] == "x"


def test_an_older_office_file_without_a_workbook_is_refused() -> None:
    with pytest.raises(errors.BadFile, match="no spreadsheet"):
        read_workbook(hostile.compound({"WordDocument": b"x"}))


@pytest.mark.parametrize("at", [30, 48, 76])
def test_damaged_containers_are_refused(at: int) -> None:
    data = bytearray(hostile.good_xls())
    data[at : at + 4] = b"\x77\x77\x77\x00"
    with pytest.raises(errors.BadFile, match="damaged"):
        read_workbook(bytes(data))


def test_a_container_that_goes_in_circles_ends() -> None:
    data = hostile.compound({"Workbook": b"x" * 9000})
    opened = cfb.open_compound(data, "a.xls")
    opened.table[0] = 0
    with pytest.raises(errors.BadFile, match="damaged"):
        opened.read(opened.entries[1])


@pytest.mark.parametrize("cut", range(20))
def test_no_cut_xls_does_more_than_say_so(cut: int) -> None:
    data = hostile.good_xls()
    with pytest.raises(errors.BadFile):
        read_workbook(data[: max(9, len(data) * cut // 20 - 7)])


@given(st.data())
def test_no_changed_byte_makes_reading_raise_anything_else(chance: st.DataObject) -> None:
    data = bytearray(chance.draw(st.sampled_from(GOOD)))
    for _ in range(3):
        data[chance.draw(st.integers(0, len(data) - 1))] = chance.draw(st.integers(0, 255))
    with contextlib.suppress(errors.BadFile):
        assert read_workbook(bytes(data)).sheets is not None


def test_ods_is_read_with_ordinary_trailing_repeats() -> None:
    row = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/>'
    )
    data = hostile.ods(
        '<table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>007</text:p>'
        '</table:table-cell><table:table-cell office:value-type="string" calcext:value-type="error">'
        "<text:p>#VALUE!</text:p></table:table-cell>"
        '<table:table-cell table:formula="of:=1+1"/></table:table-row>'
        f"{row}</table:table-row></table:table>",
        extra={"META-INF/manifest.xml": b"<m/>", "styles.xml": b"<s/>"},
    )
    book = read_workbook(data, name="a.ods")
    assert list(book.sheets[0].rows[0][:2]) == ["007", "#VALUE!"]
    assert {problem.code for problem in book.problems} == {"error_value", "formula_without_result"}


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;£\n".encode("cp1252"), [["a", "b"], ["1,5", "£"]]),
        (b"a\tb\n1\t2\n", [["a", "b"], ["1", "2"]]),
        (b"a,b\r1,2\r3,4\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
        ("a,b\n".encode("utf-16"), [["a", "b"]]),
        (b"sep=;\na;b,c\n", [["a", "b,c"]]),
        (b"only\nnames\n", [["only"], ["names"]]),
        (b'"a ""b""\nc",d\n', [['a "b"\nc', "d"]]),
        (b"a,b\n1,2\n\x1a", [["a", "b"], ["1", "2"]]),
    ],
)
def test_text_is_read_by_rule(data: bytes, rows: list[list[str]]) -> None:
    assert cells(data, "a.csv") == rows


def test_the_pound_sign_of_an_old_code_page_is_mended_and_the_letter_is_not() -> None:
    text, encoding, remarks = delimited.decode(b"Amount(\x9c),c\x9cur,\x9c5\n\xa3", "a.csv")
    assert text == "Amount(£),cœur,£5\n£"
    assert encoding == "cp1252"
    assert "2 places" in remarks[0]


def test_control_characters_are_left_out_with_a_remark() -> None:
    book = read_workbook(b"a,b\x0b\x1f\n" + b"some text,more text\n" * 200, name="a.csv")
    assert book.sheets[0].rows[0] == ["a", "b\x0b"]
    assert book.problems[0].code == "text_mended"


@pytest.mark.parametrize(
    "data", [b"a\x81b", b"\x01\x02\x03", b"\xff\xfea", b'a,"' + b"x" * 200_000, b"a\x00b", b"\x1f\x8bzip"]
)
def test_what_is_no_text_table_is_refused(data: bytes) -> None:
    with pytest.raises(errors.BadFile):
        read_workbook(data, name="a.csv")


def test_a_folder_of_csv_files_is_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "contracts.csv").write_text("Ref\nC1\n")
    (tmp_path / "kpis.csv").write_text("Ref\nK1\n")
    (tmp_path / "notes.txt").write_text("not read")
    book = read_workbook(tmp_path)
    assert [sheet.name for sheet in book.sheets] == ["contracts", "kpis"]
    assert book.sheet(" KPIs ") == book.sheets[1]
    assert book.sheet("other") is None
    assert (book.source.format, len(book.sources)) == ("folder", 2)


def test_a_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(errors.BadFile, match="Permission denied"):
        raw.load(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(errors.BadFile, match="is a folder"):
        raw.load(tmp_path)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (type("PanicException", (BaseException,), {})(), errors.BadFile),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (raw.calamine.PasswordError(), errors.BadFile),
        (raw.calamine.CalamineError(), errors.BadFile),
    ],
)
def test_faults_of_the_reader_become_bad_files(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, expected: type[BaseException]
) -> None:
    class Broken:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise raised

    monkeypatch.setattr(raw.calamine, "CalamineWorkbook", Broken)
    with pytest.raises(expected):
        read_workbook(hostile.good_xlsx())


def test_the_collector_is_left_as_it_was() -> None:
    raw.gc.disable()
    try:
        with raw.unhurried_collector():
            pass
        assert not raw.gc.isenabled()
    finally:
        raw.gc.enable()


def test_hidden_sheets_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Shown").write(0, 0, "a")
        book.add_worksheet("Hidden").hide()
    assert [sheet.hidden for sheet in read_workbook(path).sheets] == [False, True]


def test_columns_have_letters_both_ways() -> None:
    for number, letters in ((0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16383, "XFD")):
        assert findings.column_letters(number) == letters
        assert findings.column_number(letters.lower()) == number
