"""The look inside a file before it is read, corner by corner."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.workbooks import archive, cfb, guard, ods_guard, xls_guard, xlsx_guard
from commonweal.workbooks.limits import DEFAULT_LIMITS
from commonweal.workbooks.raw import read_workbook
from tests.engine.workbooks import hostile


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def sheet_record(position: int, name: str = "S", *, kind: int = 0, wide: bool = False, old: bool = False) -> bytes:
    letters = name.encode("utf-16-le" if wide else "latin-1")
    flag = b"" if old else bytes([wide])
    return record(0x85, struct.pack("<IBBB", position, 0, kind, len(name)) + flag + letters)


def workbook(*cells: bytes, texts: bytes = b"", **more: object) -> bytes:
    """A stream of records: the book with one sheet named in it, then the sheet."""
    first = record(0x809, bytes(16)) + texts
    head = first + sheet_record(0, **more) + record(0x0A)  # type: ignore[arg-type]
    start = len(head)
    head = first + sheet_record(start, **more) + record(0x0A)  # type: ignore[arg-type]
    return head + record(0x809, bytes(16)) + b"".join(cells) + record(0x0A)


def scan(stream: bytes) -> dict[str, xls_guard.Extent]:
    data = hostile.compound({"Workbook": stream.ljust(4096, b"\0")})
    return xls_guard.scan(cfb.open_compound(data, "a.xls"))


def cell(kind: int, row: int, column: int, rest: bytes = b"") -> bytes:
    return record(kind, struct.pack("<HHH", row, column, 0) + rest)


def test_records_of_cells_make_the_extent() -> None:
    found = scan(
        workbook(
            record(0x200, struct.pack("<IIHHH", 0, 9, 0, 9, 0)),
            record(0x200, bytes(4)),
            cell(0x203, 4, 2, bytes(8)),
            cell(0xBD, 6, 1, bytes(12) + struct.pack("<H", 7)),
            cell(0x205, 1, 1, b"\x0f\x01"),
            cell(0x205, 2, 1, b"\x01\x00"),
            cell(0x06, 3, 1, b"\x02\x00\x07\x00\x00\x00\xff\xff" + bytes(6)),
            cell(0x06, 3, 2, bytes(14)),
            name="Žluť",
            wide=True,
        )
    )["Žluť"]
    assert (found.rows, found.columns) == (7, 8)
    assert found.errors == {(1, 1): "#VALUE!", (3, 1): "#DIV/0!"}


def test_names_of_sheets_before_1997_have_no_flag() -> None:
    assert list(scan(workbook(cell(0x203, 0, 0, bytes(8)), name="Old", old=True))) == ["Old"]


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        (record(0x2F, bytes(6)), "password"),
        (record(0x409, bytes(6)), "older than 1995"),
        (workbook(kind=1), "macros"),
        (record(0x809, b"x" * 8000)[:4100], "damaged"),
        (b"\0" * 4092 + b"\x03\x02\x04\x00", "damaged"),
        (b"\x06\x02\xff\xff" * 1100, "damaged"),
    ],
)
def test_streams_that_are_refused(stream: bytes, words: str) -> None:
    with pytest.raises(errors.BadFile, match=words):
        scan(stream)


def texts(*items: bytes, count: int | None = None) -> bytes:
    return struct.pack("<II", 9, len(items) if count is None else count) + b"".join(items)


def item(text: str, *, wide: bool = False, runs: int = 0, extra: int = 0) -> bytes:
    flags = wide | (8 if runs else 0) | (4 if extra else 0)
    head = struct.pack("<HB", len(text), flags) + (struct.pack("<H", runs) if runs else b"")
    head += struct.pack("<I", extra) if extra else b""
    return head + text.encode("utf-16-le" if wide else "latin-1") + bytes(4 * runs + extra)


def shown(*numbers: int) -> tuple[bytes, ...]:
    return tuple(cell(0xFD, row, 0, struct.pack("<I", number)) for row, number in enumerate(numbers))


def test_shared_texts_are_measured_over_several_records() -> None:
    whole = texts(item("abc"), item("žluť", wide=True), item("rich", runs=2, extra=5), item("last"))
    for cut in (8, 14, len(whole) - 20, len(whole) - 9, len(whole) - 7):
        run = record(0xFC, whole[:cut]) + record(0x3C, whole[cut:])
        found = scan(workbook(*shown(0, 0, 3, 99), texts=run))["S"]
        if cut in (14, len(whole) - 7):  # between two texts: nothing needs to be repeated
            assert found.text == 3 + 3 + 4
    split = texts(item("abcdef"))
    run = record(0xFC, split[:-3]) + record(0x3C, b"\x01" + "def".encode("utf-16-le"))
    assert scan(workbook(*shown(0), texts=run))["S"].text == 6


@pytest.mark.parametrize("whole", [texts(count=5), texts(item("abc")[:-2]), texts(item("abc", runs=9)[:-30])])
def test_shared_texts_that_are_cut_short_end(whole: bytes) -> None:
    assert "S" in scan(workbook(texts=record(0xFC, whole)))


def test_texts_run_to_the_end_of_a_stream() -> None:
    stream = record(0x809, bytes(16)) + record(0xFC, texts(item("a"), count=2))
    assert next(xls_guard._run(stream, 20))[0] == 24
    assert xls_guard._text_lengths(stream, 20) == [1]


def test_short_streams_of_a_container_are_read() -> None:
    stream = hostile.good_xls()
    opened = cfb.open_compound(stream, "a.xls")
    book = opened.find("workbook")
    assert book is not None
    small = cfb.Entry("small", 2, 0, 100)
    opened.short_stream, opened.short_table = bytes(range(200)), [1, 2, 0xFFFFFFFE]
    assert opened.read(small) == bytes(range(100))
    with pytest.raises(errors.BadFile, match="damaged"):
        opened.read(cfb.Entry("cut", 2, 0, 4000))
    assert opened.find("nothing") is None


def test_a_container_without_the_mark_is_refused() -> None:
    with pytest.raises(errors.BadFile, match="damaged"):
        cfb.open_compound(b"x" * 600, "a.xls")


def test_long_allocation_lists_are_followed() -> None:
    data = bytearray(hostile.compound({"Workbook": b"x" * 4096}))
    extra = len(data) // 512 - 1
    data += struct.pack("<128I", *[0xFFFFFFFF] * 127, 0xFFFFFFFE)
    struct.pack_into("<I", data, 68, extra)
    assert cfb.open_compound(bytes(data), "a.xls").find("Workbook")
    struct.pack_into("<I", data, 68, extra + 5)
    with pytest.raises(errors.BadFile, match="damaged"):
        cfb.open_compound(bytes(data), "a.xls")


def opened(data: bytes) -> archive.Archive:
    return archive.open_archive(data, "a.zip", DEFAULT_LIMITS)


def test_a_part_that_is_not_where_the_list_says_is_refused() -> None:
    data = bytearray(hostile.good_xlsx())
    data[0:2] = b"XX"
    found = archive.open_archive(bytes(data), "a.xlsx", DEFAULT_LIMITS)
    first = min(found.parts, key=lambda part: found.parts[part].header_offset)
    with pytest.raises(errors.BadFile, match="damaged"):
        found.read(first)


def test_a_part_that_is_cut_or_broken_is_refused() -> None:
    data = hostile.xlsx("")
    part = "xl/worksheets/sheet1.xml"
    found = opened(data)
    found.parts[part].compress_size = len(data) * 2
    with pytest.raises(errors.BadFile, match="damaged"):
        found.read(part)
    found.parts[part].compress_size = 5
    with pytest.raises(errors.BadFile, match="damaged"):
        found.read(part)
    broken = opened(data)
    at = broken.parts[part].header_offset + 30 + len(part)
    broken.data = data[:at] + b"\xff" * 20 + data[at + 20 :]
    with pytest.raises(errors.BadFile, match="damaged"):
        broken.read(part)


def test_what_is_unpacked_counts_over_all_parts() -> None:
    found = opened(hostile.xlsx(""))
    found.spent = DEFAULT_LIMITS.unpacked_bytes
    with pytest.raises(errors.BadFile, match="unpacks to more than"):
        found.read("xl/workbook.xml")


def test_a_checked_copy_of_nothing_is_empty() -> None:
    assert opened(hostile.xlsx("")).finish().getvalue() == b""


@pytest.mark.parametrize(
    ("links", "book", "tabs"),
    [
        (hostile.LINKS.replace('Target="w', 'Target="/xl/w'), hostile.BOOK, ["Sheet1"]),
        (hostile.LINKS, hostile.BOOK.replace('"rId1"', '"rId9"'), ["xl/worksheets/sheet1.xml"]),
        (hostile.LINKS, hostile.BOOK.replace(' r:id="rId1"', ""), ["xl/worksheets/sheet1.xml"]),
    ],
)
def test_tabs_are_found_by_their_links(monkeypatch: pytest.MonkeyPatch, links: str, book: str, tabs: list[str]) -> None:
    monkeypatch.setattr(hostile, "LINKS", links)
    monkeypatch.setattr(hostile, "BOOK", book)
    data = hostile.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert list(xlsx_guard.scan(opened(data))) == tabs


@pytest.mark.parametrize("name", sorted(set(hostile.HOSTILE) - {"bomb.xlsx", "lying-bomb.xlsx", "nested.zip"}))
def test_hostile_files_are_refused_in_process_too(name: str) -> None:
    with pytest.raises(errors.BadFile, match=name):
        read_workbook(hostile.HOSTILE[name](), name=name)


def test_missing_files_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.BadFile, match="not found"):
        read_workbook(tmp_path / "nowhere.csv")
    with pytest.raises(errors.BadFile, match="without any CSV"):
        read_workbook(tmp_path)


def test_stored_parts_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(hostile.good_xlsx())) as packed, zipfile.ZipFile(out, "w") as stored:
        for name in packed.namelist():
            stored.writestr(name, packed.read(name))
    assert len(read_workbook(out.getvalue()).sheets[0].rows) == 51


def test_a_lying_list_of_parts_is_refused() -> None:
    found = opened(hostile.good_xlsx())
    part = "xl/workbook.xml"
    found.parts[part].file_size = 10
    with pytest.raises(errors.BadFile, match="more than its stated size"):
        found.read(part)


def test_a_sheet_that_no_link_names_is_looked_at_too() -> None:
    stray = hostile.sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>').encode()
    with pytest.raises(errors.BadFile, match="XFD1048576"):
        read_workbook(hostile.xlsx("", extra={"xl/worksheets/stray.xml": stray}))


def test_late_document_types_are_refused() -> None:
    padded = f"<!--{'x' * 5000}-->"
    whole = hostile.sheet_xml("<row><x:c/></row>", head=f'{padded}<!DOCTYPE x [<!ENTITY a "b">]>')
    with pytest.raises(errors.BadFile, match="entities"):
        read_workbook(hostile.xlsx(whole=whole.replace("<worksheet ", '<worksheet xmlns:x="x" ')))
    content = hostile.ODS_HEAD.replace("?>", f"?>{padded}<!DOCTYPE x>")
    with pytest.raises(errors.BadFile, match="entities"):
        read_workbook(hostile.ods("", head=content))


def test_ods_parts_that_are_tricky_or_odd_are_refused() -> None:
    with pytest.raises(errors.BadFile, match="entities"):
        read_workbook(hostile.ods("", extra={"styles.xml": b"<!DOCTYPE x><x/>"}))
    huge = f'<table:table table:name="S"><table:table-row table:number-rows-repeated="{"9" * 5000}"/></table:table>'
    with pytest.raises(errors.BadFile, match="damaged"):
        read_workbook(hostile.ods(huge))


def test_ods_cells_that_are_covered_or_without_a_name() -> None:
    data = hostile.ods(
        '<table:table><office:event-listeners/><table:table-row><table:table-cell office:value-type="float"/>'
        '<table:covered-table-cell table:number-columns-repeated="2"/></table:table-row></table:table>',
        extra={"Pictures/a.png": b"\x89PNG"},
    )
    (extent,) = ods_guard.scan(opened(data)).values()
    assert (extent.rows, extent.columns) == (1, 1)


def test_repeated_texts_are_counted_exactly_before_they_are_refused() -> None:
    long = f"<si><t>{'a' * 32_000}</t></si><si><t>b</t></si>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(1, 4000))
    extents = guard.inspect(hostile.xlsx(cells, texts=long), "a.xlsx", DEFAULT_LIMITS).extents
    assert extents["Sheet1"].text < 100_000


def test_shared_texts_with_tricks_are_refused() -> None:
    data = hostile.xlsx("", extra={"xl/sharedStrings.xml": b"<!DOCTYPE x><sst/>"})
    with pytest.raises(errors.BadFile, match="entities"):
        read_workbook(data)


def test_a_container_without_entries_is_refused() -> None:
    data = bytearray(hostile.compound({"Workbook": b"x" * 4096}))
    directory = struct.unpack_from("<I", data, 48)[0]
    for at in range(4):
        data[512 * (directory + 1) + 128 * at + 66] = 0
    with pytest.raises(errors.BadFile, match="damaged"):
        cfb.open_compound(bytes(data), "a.xls")


def test_a_cell_in_a_cell_does_not_hide_the_repeats_of_the_outer_one() -> None:
    data = hostile.ods(
        '<table:table table:name="S"><table:table-row><table:table-cell table:number-columns-repeated="9000" '
        'office:value-type="float"><table:table-cell/></table:table-cell></table:table-row></table:table>'
    )
    assert ods_guard.scan(opened(data))["S"].columns == 9000


@pytest.mark.parametrize(
    "cell", ['<x:c r="XFD1048576"><v>1</v></x:c>', "<c r='XFD1048576'><v>1</v></c>", '<c\tr="XFD1048576"><v>1</v></c>']
)
def test_a_far_cell_cannot_hide_behind_its_writing(cell: str) -> None:
    start = f'<worksheet xmlns="{hostile.MAIN}" xmlns:x="{hostile.MAIN}"><sheetData><row r="1">'
    whole = f'{start}<c r="A1"><v>1</v></c>{cell}</row></sheetData></worksheet>'
    with pytest.raises(errors.BadFile, match="XFD1048576"):
        read_workbook(hostile.xlsx(whole=whole))


def test_pictures_and_texts_outside_cells_are_passed_over() -> None:
    data = hostile.xlsx('<row r="1"><c r="A1"><v>1</v></c></row>', extra={"xl/media/a.png": b"\x89PNG"})
    assert read_workbook(data).sheets[0].rows == [["1"]]
    table = '<table:table table:name="S"><text:p>outside</text:p><table:table-row/></table:table>'
    assert ods_guard.scan(opened(hostile.ods(table)))["S"].rows == 0
