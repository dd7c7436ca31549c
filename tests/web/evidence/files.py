"""Sound and hostile files for the tests, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import xlsxwriter

JPEG = (
    b"\xff\xd8"
    + b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\xff\xdb\x00\x43\x00"
    + bytes([16]) * 64
    + b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00"
    + b"\xff\xc4\x00\x14\x00\x01"
    + bytes(15)
    + b"\x00"
    + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
    + b"\x7f\xff\x00\x12"
    + b"\xff\xd9"
)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 8, height: int = 8, *, pixels: bytes | None = None, more: bytes = b"") -> bytes:
    rows = zlib.compress(pixels if pixels is not None else (b"\x00" + bytes(width)) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf(extra: bytes = b"", *, trailer: bytes = b"", after: bytes = b"\n") -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length 33 >>\nstream\nBT /F1 12 Tf 20 20 Td (Hi) Tj ET \nendstream",
    ]
    return _pdf_of(objects, trailer, after)


def _pdf_of(objects: list[bytes], trailer: bytes = b"", after: bytes = b"\n") -> bytes:
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R " % (len(objects) + 1) + trailer + b">>\n"
    return out + b"startxref\n%d\n%%%%EOF" % start + after


def pdf_with_object_stream(inside: bytes, header: bytes = b"/Filter /FlateDecode") -> bytes:
    packed = zlib.compress(inside, 9) if b"Flate" in header else inside
    stream = b"<< /Type /ObjStm /N 1 /First 4 " + header + b" /Length %d >>\nstream\n" % len(packed)
    return _pdf_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R >>",
            stream + packed + b"\nendstream",
        ]
    )


def zipped(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
        archive.comment = comment
    return out.getvalue()


TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
WORDS = (
    b'<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body><w:p><w:r>%s<w:t>Hours given in June</w:t></w:r></w:p></w:body></w:document>"
)
RELATION = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    b'Target="https://example.org/x" TargetMode="External"/></Relationships>'
)


def docx(more: dict[str, bytes] | None = None, *, run: bytes = b"", comment: bytes = b"") -> bytes:
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": WORDS % run}
    return zipped({**parts, **(more or {})}, comment=comment)


def odt(more: dict[str, bytes] | None = None, *, manifest: bytes = b"<manifest/>") -> bytes:
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": manifest,
        "content.xml": b'<?xml version="1.0"?><office><text>Hours</text></office>',
    }
    return zipped({**parts, **(more or {})})


def xlsx(rows: list[list[object]] | None = None, *, sheets: dict[str, list[list[object]]] | None = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, lines in (sheets or {"Hours": rows or [["Name", "Hours"], ["A", 2]]}).items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    return out.getvalue()


def changed(data: bytes, more: dict[str, bytes]) -> bytes:
    """The same zip with parts added or replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**parts, **more})


def ods(cells: str = "<table:table-cell office:value-type='string'><text:p>x</text:p></table:table-cell>") -> bytes:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    body = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f"<table:table table:name='S'><table:table-row>{cells}</table:table-row></table:table>"
        f"</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b"<manifest/>",
            "content.xml": body.encode(),
        }
    )
