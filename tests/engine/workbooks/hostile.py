"""Hostile files, each made here: nothing of the kind is kept in the repository."""

from __future__ import annotations

import io
import os
import random
import struct
import zipfile
import zlib
from pathlib import Path

import openpyxl
import xlwt

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:body><office:spreadsheet>"
)
ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def sheet_xml(data: str, *, head: str = "") -> str:
    """A worksheet part with these rows."""
    start = f'<?xml version="1.0" encoding="UTF-8"?>{head}<worksheet xmlns="{MAIN}">'
    return f"{start}<sheetData>{data}</sheetData></worksheet>"


def xlsx(data: str = "", *, whole: str | bytes = "", extra: dict[str, bytes] | None = None, texts: str = "") -> bytes:
    """A smallest xlsx with one sheet, from its rows or the whole sheet part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", LINKS)
        archive.writestr("xl/worksheets/sheet1.xml", whole or sheet_xml(data))
        if texts:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{texts}</sst>')
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def ods(tables: str, *, extra: dict[str, bytes] | None = None, head: str = ODS_HEAD) -> bytes:
    """A smallest ods with these tables."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("content.xml", f"{head}{tables}{ODS_TAIL}")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def good_xlsx() -> bytes:
    """An ordinary workbook."""
    book = openpyxl.Workbook()
    book.active.append(["Supplier name", "Payment date", "Amount"])
    for number in range(50):
        book.active.append([f"Firm {number} Ltd", "2026-04-01", number * 1.5])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def good_xls(*, formula: bool = False) -> bytes:
    """An ordinary workbook of the older kind."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Spend £")
    for number in range(400):
        sheet.write(number, 0, f"Firm {number} é Ltd " * 30)
        sheet.write(number, 1, number / 4)
        sheet.write(number, 2, "007")
    book.add_sheet("Zwei\u0142").write(2, 3, "x")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def far_cell_xlsx() -> bytes:
    """Two cells, the second at the last place that there is: 17,179,869,184 cells between them."""
    return xlsx('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def far_cell_ods() -> bytes:
    """A value repeated over every cell of a sheet."""
    return ods(
        '<table:table table:name="S"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )


def far_cell_xls() -> bytes:
    """Cells at both corners of the largest sheet, 16,777,216 cells apart."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, 1)
    sheet.write(65535, 255, 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def far_dimensions_xls() -> bytes:
    """A sheet that says it has four thousand million rows, so that a reader reserves memory for them."""
    data = bytearray(good_xls())
    at = data.find(struct.pack("<HH", 0x200, 14))
    data[at + 4 : at + 12] = struct.pack("<II", 0, 0xFFFFFFFF)
    return bytes(data)


def zip_bomb(*, lie: bool = False, size: int = 256 << 20) -> bytes:
    """A worksheet of blanks that unpacks to `size`; with `lie`, the zip says that it has 100 bytes."""
    whole = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b" " * (1 << 20)
    packed = b"".join([whole.compress(block) for _ in range(size >> 20)]) + whole.flush()
    data = bytearray(xlsx(whole="<worksheet/>"))
    archive = zipfile.ZipFile(io.BytesIO(bytes(data)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for info in archive.infolist():
            content = packed if info.filename.endswith("sheet1.xml") else archive.read(info)
            made.writestr(info.filename, content)
    return _as_deflated(out.getvalue(), "xl/worksheets/sheet1.xml", 100 if lie else min(size, 0xFFFFFFFE))


def _as_deflated(data: bytes, name: str, size: int) -> bytes:
    """Mark one stored part as compressed, with this size unpacked, in both places where a zip says it."""
    raw = bytearray(data)
    info = zipfile.ZipFile(io.BytesIO(data)).getinfo(name)
    raw[info.header_offset + 8 : info.header_offset + 10] = struct.pack("<H", 8)
    raw[info.header_offset + 22 : info.header_offset + 26] = struct.pack("<I", size)
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(name.encode()))
    raw[at + 10 : at + 12] = struct.pack("<H", 8)
    raw[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(raw)


def nested_bomb() -> bytes:
    """A zip in a zip in a zip."""
    content = b" " * (1 << 24)
    for level in range(3):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{level}-{number}.zip", content)
        content = out.getvalue()
    return content


def text_bomb_xlsx() -> bytes:
    """One text of 32,000 letters that 10,000 cells show: 320 million letters in memory."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 10_001))
    return xlsx(cells, texts=f"<si><t>{'a' * 32_000}</t></si>")


def text_bomb_xls() -> bytes:
    """The same in the older format."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row in range(10_000):
        sheet.write(row, 0, "a" * 32_000)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def entity_xlsx() -> bytes:
    """Entities that grow a thousand million fold."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE x [<!ENTITY l0 "lol">{levels}]>'
    return xlsx(whole=sheet_xml('<row r="1"><c r="A1" t="str"><v>&l9;</v></c></row>', head=head))


def locked_xlsx() -> bytes:
    """A container with the streams that a workbook locked with a password has."""
    return compound({"EncryptionInfo": b"\x04\x00\x04\x00" * 20, "EncryptedPackage": os.urandom(6000)})


def compound(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file with these streams, each padded to at least 4,096 bytes."""
    sectors: list[bytes] = []
    table: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        first, count = len(sectors), len(padded) // 512
        sectors += [padded[at : at + 512] for at in range(0, len(padded), 512)]
        table += [*range(first + 1, first + count), 0xFFFFFFFE]
        entries.append(_entry(name, 2, first, len(padded)))
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    first_directory = len(sectors)
    count = len(directory) // 512
    sectors += [directory[at : at + 512] for at in range(0, len(directory), 512)]
    table += [*range(first_directory + 1, first_directory + count), 0xFFFFFFFE]
    blocks = -(-(len(table) + 1) // 128)
    first_block = len(sectors)
    table += [0xFFFFFFFD] * blocks
    packed = struct.pack(f"<{len(table)}I", *table).ljust(blocks * 512, b"\xff")
    sectors += [packed[at : at + 512] for at in range(0, len(packed), 512)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, blocks, first_directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    blocks_list = [*range(first_block, first_block + blocks)]
    header += struct.pack("<109I", *blocks_list, *[0xFFFFFFFF] * (109 - len(blocks_list)))
    return header + b"".join(sectors)


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    raw = name.encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBB", len(raw) + 2, kind, 1)
        + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def random_bytes(seed: int = 7, size: int = 20_000) -> bytes:
    """Noise."""
    return random.Random(seed).randbytes(size)


def hundred_megabytes(path: Path) -> Path:
    """A CSV file of 100 MB."""
    line = b"Supplier name,2026-04-01,123.45\n"
    with path.open("wb") as out:
        for _ in range(100):
            out.write(line * (1_000_000 // len(line) + 1))
    return path


HOSTILE = {
    "random.xlsx": random_bytes,
    "random.csv": lambda: random_bytes(9, 3_000),
    "truncated.xlsx": lambda: good_xlsx()[: len(good_xlsx()) // 2],
    "truncated.xls": lambda: good_xls()[: len(good_xls()) // 2],
    "truncated.ods": lambda: far_cell_ods()[:300],
    "locked.xlsx": locked_xlsx,
    "locked.ods": lambda: ods(
        "", extra={"META-INF/manifest.xml": b'<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>'}
    ),
    "macros.xlsm": lambda: xlsx("", extra={"xl/vbaProject.bin": b"\0" * 100}),
    "macros.ods": lambda: ods("", extra={"Basic/Standard/Module1.xml": b"<script/>"}),
    "macros.xls": lambda: compound({"Workbook": b"", "_VBA_PROJECT": b""}),
    "far.xlsx": far_cell_xlsx,
    "far.ods": far_cell_ods,
    "far.xls": far_cell_xls,
    "dimensions.xls": far_dimensions_xls,
    "bomb.xlsx": zip_bomb,
    "lying-bomb.xlsx": lambda: zip_bomb(lie=True),
    "nested.zip": nested_bomb,
    "texts.xlsx": text_bomb_xlsx,
    "texts.xls": text_bomb_xls,
    "entities.xlsx": entity_xlsx,
    "entities.ods": lambda: ods("", head=ODS_HEAD.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>')),
    "empty.csv": lambda: b"",
    "page.csv": lambda: b"<!DOCTYPE html><html></html>",
    "paper.xlsx": lambda: b"%PDF-1.7 ...",
}
