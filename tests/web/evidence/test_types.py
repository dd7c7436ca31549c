"""Which files are taken: sound ones of every kind, and none of a corpus of hostile ones."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from commonweal_web.evidence import types
from tests.web.evidence import files
from tests.web.evidence.files import changed, docx, ods, odt, pdf, pdf_with_object_stream, png, xlsx, zipped

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
LOCKED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)
FIELD = b"<w:instrText>DD</w:instrText><w:instrText>EAUTO c:\\\\cmd</w:instrText>"

SOUND = {
    "report.pdf": pdf(),
    "packed.pdf": pdf_with_object_stream(b"5 0 << /Title (x) >>"),
    "photo.jpg": files.JPEG,
    "photo with a film.JPEG": files.JPEG + b"\x00\x00\x00\x18ftypmp42" + bytes(40),
    "plan.png": png(),
    "hours.xlsx": xlsx(),
    "hours.ods": ods(),
    "hours.csv": "Name,Hours,Change,Phone\nÉlodie,12.5,-3.50,+44 20 7946 0018\nBen,£1;200,+4 %,@riverside\n".encode(),
    "old.csv": "Name;Pounds\nAnn;£5\n".encode("cp1252"),
    "letter.docx": docx({"word/_rels/document.xml.rels": files.RELATION % b"hyperlink"}),
    "letter.odt": odt(),
    "note.txt": b"Sixty hours were given on 4 June.\n",
}

HOSTILE = {
    "page.svg": SVG,
    "page.html": HTML,
    "archive.zip": zipped({"a.txt": b"x"}),
    "program.exe": b"MZ" + bytes(200),
    "no ending": b"text",
    "payroll.pdf.exe": pdf(),
    "message.eml": b"Received: from x\n",
    "iphone.heic": b"\x00\x00\x00\x18ftypheic" + bytes(40),
    "macros.xlsm": xlsx(),
    "older.xls": LOCKED_OFFICE,
    "empty.pdf": b"",
    "svg called.png": SVG,
    "html called.pdf": HTML,
    "html called.txt": b"\n\n  " + HTML,
    "html called.csv": b"a,b\n1,<ScRiPt>alert(1)</script>\n",
    "program called.pdf": b"MZ" + bytes(200),
    "program called.txt": b"MZ\x90\x00" + bytes(200),
    "script called.txt": b"#!/bin/sh\nrm x\n",
    "mail called.txt": b"Received: from x\nMIME-Version: 1.0\n\nhello",
    "zip called.pdf": zipped({"a.txt": b"x"}),
    "zip called.docx": zipped({"a.txt": b"x"}),
    "gzip called.csv": b"\x1f\x8b\x08\x00" + bytes(20),
    "slides called.docx": zipped({"[Content_Types].xml": files.TYPES, "ppt/presentation.xml": b"<p/>"}),
    "words called.xlsx": docx(),
    "png called.jpg": png(),
    "pdf and zip.pdf": pdf(after=b"\n" + zipped({"a.txt": b"x"})),
    "jpeg and zip.jpg": files.JPEG + zipped({"a.txt": b"x"}),
    "jpeg and page.jpg": files.JPEG + HTML,
    "png and page.png": png() + HTML,
    "text and zip.txt": b"hello\n" + zipped({"a": b"x"}, method=zipfile.ZIP_STORED),
    "before the zip.docx": b"MZ" + docx(),
    "comment after.docx": docx(comment=HTML),
    "cut.pdf": pdf()[:-60],
    "no pages.pdf": b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\nxref\n0 1\nstartxref\n33\n%%EOF\n",
    "program.pdf": pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
    "spelt otherwise.pdf": pdf(b"/OpenAction << /S /J#61vaScr#69pt /JS (x) >>"),
    "packed program.pdf": pdf_with_object_stream(b"5 0 << /S /JavaScript /JS (x) >>"),
    "packed unusually.pdf": pdf_with_object_stream(b"5 0 <<>>", b"/Filter /ASCII85Decode"),
    "launch.pdf": pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
    "inside.pdf": pdf(b"/Names << /EmbeddedFiles << >> >>"),
    "locked.pdf": pdf(trailer=b"/Encrypt 9 0 R "),
    "bomb.pdf": pdf_with_object_stream(bytes(90 * 1024 * 1024)),
    "cut.png": png()[:-20],
    "spoilt.png": png().replace(b"IDAT", b"IDAX"),
    "bomb.png": png(8, 8, pixels=bytes(80 * 1024 * 1024)),
    "huge.png": png(100_000, 100_000, pixels=b"\x00"),
    "cut.jpg": files.JPEG[:-2],
    "no picture.jpg": b"\xff\xd8\xff\xd9",
    "huge.jpg": files.JPEG.replace(b"\x08\x00\x08\x00\x08\x01", b"\x08\xff\xff\xff\xff\x01"),
    "macros.docx": docx({"word/vbaProject.bin": b"x"}),
    "macro type.docx": docx(
        {"[Content_Types].xml": files.TYPES.replace(b"/>", b'><a b="x.macroEnabled.main"/></Types>')}
    ),
    "template.docx": docx({"word/_rels/settings.xml.rels": files.RELATION % b"attachedTemplate"}),
    "picture from elsewhere.docx": docx({"word/_rels/document.xml.rels": files.RELATION % b"image"}),
    "object.docx": docx({"word/embeddings/oleObject1.bin": b"x"}),
    "program inside.docx": docx({"word/media/run.exe": b"MZ"}),
    "dde.docx": docx(run=FIELD),
    "entities.docx": docx({"word/document.xml": ENTITIES}),
    "path.docx": docx({"../../etc/passwd": b"x"}),
    "broken.docx": docx({"word/document.xml": b"<w:document>"}),
    "bomb.docx": docx({"word/media/a.bmp": bytes(80 * 1024 * 1024)}),
    "locked.docx": LOCKED_OFFICE,
    "macros.odt": odt({"Basic/Standard/Module1.xml": b"<x/>"}),
    "script.odt": odt({"content.xml": b'<a x="vnd.sun.star.script:x"/>'}),
    "locked.odt": odt(manifest=b"<manifest:encryption-data/>"),
    "macros.xlsx": changed(xlsx(), {"xl/vbaProject.bin": b"x"}),
    "dde.xlsx": changed(
        xlsx(), {"xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink a="x"/></externalLink>'}
    ),
    "entities.xlsx": changed(xlsx(), {"xl/sharedStrings.xml": ENTITIES}),
    "repeats.ods": ods(
        "<table:table-cell table:number-columns-repeated='16000' office:value-type='string'><text:p>x</text:p>"
        "</table:table-cell></table:table-row><table:table-row table:number-rows-repeated='1000000'>"
        "<table:table-cell table:number-columns-repeated='900' office:value-type='float' office:value='1'/>"
    ),
    "formula.csv": b"a,b\n=cmd|' /C calc'!A0,1\n",
    "formula after a space.csv": b'a,b\n  \t=HYPERLINK("x"),1\n',
    "wide formula.csv": "a,b\n＝1+1,1\n".encode(),
    "plus formula.csv": b"a,b\n+cmd|' /C calc'!A0,1\n",
    "at formula.csv": b"a,b\n@SUM(1),1\n",
    "bytes.csv": b"a,b\n\x00\x01\x02,1\n",
    "noise.txt": bytes(range(1, 32)) * 40,
}


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / "incoming"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", SOUND)
def test_sound_files_of_every_kind_are_taken(name: str, tmp_path: Path) -> None:
    kind = types.check_file(put(tmp_path, name, SOUND[name]), name=name)
    assert Path(name).suffix.lower() in kind.suffixes


def test_every_kind_has_a_sound_example() -> None:
    assert {types.kind_by_name(name).id for name in SOUND} == set(types.KINDS)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_file_is_taken(name: str, tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(types.FileRefused) as refused:
        types.check_file(put(tmp_path, name, HOSTILE[name]), name=name)
    assert time.monotonic() - started <= 10
    assert name in refused.value.message
    assert refused.value.field == "file"
    for word in ("Traceback", "invalid", "lease"):
        assert word not in refused.value.message


ASK_EACH = """
import resource, sys
from pathlib import Path
from commonweal_web.evidence import types
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        types.check_file(path, name=path.name)
    except types.FileRefused:
        pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small process: one that is forked from a large one is charged with the memory of that one."""


def test_the_corpus_is_large_and_its_parsers_stay_small(tmp_path: Path) -> None:
    assert len(HOSTILE) >= 30
    for name, data in HOSTILE.items():
        (tmp_path / name).write_bytes(data)
    asked = subprocess.run([sys.executable, "-c", ASK_EACH, str(tmp_path)], capture_output=True, text=True, check=True)
    assert 10 * 1024 < int(asked.stdout) <= 512 * 1024  # KiB, the largest of all


def test_a_parser_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(types, "SECONDS", 0.01)
    with pytest.raises(types.FileRefused, match="more time or memory"):
        types.check_file(put(tmp_path, "a.pdf", pdf()), name="a.pdf")


def test_the_parser_sees_no_secret_of_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def run(command: list[str], **options: object) -> object:
        seen.update(options)
        raise ValueError

    monkeypatch.setenv("COMMONWEAL_SECRET_KEY", "canary")
    monkeypatch.setattr(types.subprocess, "run", run)
    with pytest.raises(types.FileRefused):
        types.check_file(put(tmp_path, "a.pdf", pdf()), name="a.pdf")
    assert "canary" not in str(seen["env"])


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("hours.pdf", "hours.pdf"),
        ("C:\\Users\\x\\hours.pdf", "hours.pdf"),
        ("../../etc/hours.pdf", "hours.pdf"),
        ("hours\u202efdp.exe", "hoursfdp.exe"),
        ("a\x00b\n c.pdf", "ab c.pdf"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 115 + "….pdf"),
    ],
)
def test_names_are_made_fit_to_be_shown(given: str, clean: str) -> None:
    assert types.clean_name(given) == clean


def test_what_is_not_taken_is_told_with_what_to_do_instead() -> None:
    with pytest.raises(types.FileRefused, match="Save the picture as JPEG"):
        types.kind_by_name("x.HEIC")
    with pytest.raises(types.FileRefused, match="Save it as PDF"):
        types.kind_by_name("x.dwg")
