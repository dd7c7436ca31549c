"""
Which files are taken as evidence, and whether one is what its name says.

An allow-list decides; the name's ending and the bytes must agree; then the file is parsed in a process of its own with
9 seconds of the processor and 512 MiB. Web pages, SVG, macros, archives, programs and locked files are never taken.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import puremagic

import commonweal_web
from commonweal_web.core.errors import Refused

SECONDS = 20  # by the clock, for a machine that has much else to do; the process's own limit is 9 of the processor
MEMORY = 512 * 1024 * 1024
LONGEST_NAME = 120
SOURCE = Path(commonweal_web.__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is taken. `mime` is what a download says, whatever the browser said at the upload."""

    id: str
    label: str
    suffixes: tuple[str, ...]
    mime: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.id: kind
        for kind in (
            Kind("pdf", "PDF document", (".pdf",), "application/pdf"),
            Kind("jpeg", "JPEG picture", (".jpg", ".jpeg"), "image/jpeg"),
            Kind("png", "PNG picture", (".png",), "image/png"),
            Kind(
                "xlsx",
                "Excel spreadsheet",
                (".xlsx",),
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            Kind("ods", "OpenDocument spreadsheet", (".ods",), "application/vnd.oasis.opendocument.spreadsheet"),
            Kind("csv", "CSV table", (".csv",), "text/csv; charset=utf-8"),
            Kind(
                "docx",
                "Word document",
                (".docx",),
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            Kind("odt", "OpenDocument text", (".odt",), "application/vnd.oasis.opendocument.text"),
            Kind("txt", "Plain text", (".txt",), "text/plain; charset=utf-8"),
        )
    }
)
TABLES = frozenset({"xlsx", "ods", "csv"})
ACCEPTED_WORDS = "PDF, JPEG, PNG, xlsx, ods, CSV, docx, odt or plain text"
ACCEPT_ATTRIBUTE = ",".join(suffix for kind in KINDS.values() for suffix in kind.suffixes)
_BY_SUFFIX = {suffix: kind for kind in KINDS.values() for suffix in kind.suffixes}

INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((".heic", ".heif", ".webp", ".gif", ".tif", ".tiff", ".bmp"), "Save the picture as JPEG."),
        **dict.fromkeys((".svg", ".html", ".htm", ".xhtml", ".mht", ".xml"), "Print the page to a PDF."),
        **dict.fromkeys((".zip", ".7z", ".rar", ".gz", ".tar", ".tgz"), "Unpack it and add the files one by one."),
        **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".xlt", ".xltm"), "Save it as xlsx without macros."),
        **dict.fromkeys((".doc", ".docm", ".dot", ".dotm", ".rtf", ".pages"), "Save it as docx or PDF."),
        **dict.fromkeys((".ppt", ".pptx", ".pptm", ".odp", ".key"), "Save the slides as PDF."),
        **dict.fromkeys((".eml", ".msg", ".mbox"), "Save the message as PDF, and add its attachments one by one."),
        **dict.fromkeys((".mp4", ".mov", ".avi", ".mp3", ".wav"), "Add a few pictures, or a written account, instead."),
        **dict.fromkeys(
            (".exe", ".dll", ".msi", ".scr", ".lnk", ".bat", ".cmd", ".js", ".vbs", ".jar"), "It is a program."
        ),
        ".numbers": "Save it as xlsx.",
    }
)
"""What to do with a well-known kind of file that is not taken."""


class FileRefused(Refused):
    """A file that is not taken as evidence, with the reason and what would be taken."""

    def __init__(self, message: str, *, code: str = "file_refused") -> None:
        super().__init__(message, code=code, field="file")


def clean_name(name: str) -> str:
    """Return a file name fit to be shown and stored: no folders, no signs that cannot be seen, not too long."""
    base = re.split(r"[\\/]", name)[-1]
    seen = "".join(
        character for character in unicodedata.normalize("NFC", base) if unicodedata.category(character)[0] != "C"
    )
    text = " ".join(seen.split()).strip(" .")
    stem, dot, suffix = text.rpartition(".")
    if dot and len(text) > LONGEST_NAME:
        text = f"{stem[: LONGEST_NAME - len(suffix) - 2]}….{suffix}"
    return text[:LONGEST_NAME] or "file"


def kind_by_name(name: str) -> Kind:
    """
    Return the kind that a file's ending promises.

    :raises FileRefused: if it has no ending, or one that is not taken
    """
    suffix = Path(name).suffix.lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    told = INSTEAD.get(suffix, "Save it as PDF.") if suffix else "Give it the right ending, such as .pdf."
    what = f"files ending in {suffix}" if suffix else "files without an ending in their name"
    raise FileRefused(f"{name} was not added: {what} are not taken. {told} Taken are {ACCEPTED_WORDS}.")


def check_file(path: Path, *, name: str) -> Kind:
    """
    Return the kind of the file at `path`, called `name`, after it was parsed in a process of its own.

    :raises FileRefused: if its bytes are not what its name says, or it holds something that is not taken
    """
    kind = kind_by_name(name)
    if path.stat().st_size == 0:
        raise FileRefused(f"{name} is empty. Check that it was saved and copied whole, and add it again.")
    answer = _parsed(path, kind, name)
    if answer.get("kind") == kind.id:
        return kind
    if answer.get("refused"):
        raise FileRefused(str(answer["refused"]))
    found = KINDS.get(str(answer.get("kind", "")))
    what = f"a file of another kind ({found.label})" if found else _likely(path)
    raise FileRefused(
        f"{name} was not added: its contents are {what}, not {_article(kind.label)}. Taken are {ACCEPTED_WORDS}."
    )


def _parsed(path: Path, kind: Kind, name: str) -> dict[str, object]:
    """What the parser's process says: {"kind": ...} or {"refused": sentence}."""
    command = [sys.executable, "-s", "-P", "-m", "commonweal_web.evidence.parsing.child", str(path), kind.id, name]
    surroundings = {"PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": "0", "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(command, env=surroundings, capture_output=True, timeout=SECONDS, check=False, cwd="/")
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        answer = {"refused": _too_hard(name)}
    except ValueError:
        answer = {}
    return answer if isinstance(answer, dict) and answer else {"refused": _too_hard(name)}


def _too_hard(name: str) -> str:
    return (
        f"{name} was not added: looking through it takes more time or memory than any ordinary file. "
        f"Save it again as PDF, or as a smaller file, and add that."
    )


def _likely(path: Path) -> str:
    """What the bytes look like, in words, for a file that is none of the kinds taken."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
            suffix = "" if start.startswith(b"PK") else puremagic.from_string(start)
    except (puremagic.PureError, ValueError):
        return "of no kind that is known here"
    return f"those of a {suffix.lstrip('.').upper()} file" if suffix else "of no kind that is known here"


def _article(label: str) -> str:
    return f"an {label}" if label[0] in "AEIO" else f"a {label}"
