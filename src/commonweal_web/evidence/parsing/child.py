"""
The process that parses one file: limits itself first, then looks, then writes one line of JSON and ends.

It is started by `types.check_file` with nothing of the service in its surroundings: no settings, no keys, no database.
"""

from __future__ import annotations

import contextlib
import json
import sys
import zipfile
from pathlib import Path

CPU_SECONDS = 9
MEMORY = 512 * 1024 * 1024


def limit_self() -> None:
    """Give this process little time and memory, and no right to write a file."""
    try:
        import resource
    except ImportError:  # no limits on this system; the parent's clock still ends the process
        return
    for what, most in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def look(data: bytes, kind: str, name: str) -> dict[str, str]:
    """Return {"kind": the kind of the bytes} once they are found sound, or {"refused": a sentence}."""
    from commonweal.errors import CommonwealError

    try:
        found = kind_of_bytes(data, kind, name)
        if found == kind:
            _check(data, kind, name)
        return {"kind": found}
    except CommonwealError as error:
        return {"refused": error.message}


def kind_of_bytes(data: bytes, kind: str, name: str) -> str:
    """Return the kind that the first bytes say; text is of the kind that its name says; empty for other kinds."""
    from commonweal_web.evidence.parsing.documents import kind_of_zip
    from commonweal_web.evidence.parsing.pictures import PNG_START

    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(PNG_START):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"PK"):
        return kind_of_zip(data, name, limits())
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _older_office(name)
    return kind if kind in ("csv", "txt") else ""


def _older_office(name: str) -> str:
    from commonweal.errors import BadFile

    raise BadFile(
        f"{name} was not added: it is locked with a password or comes from an older Office program. Remove the "
        f"password, save it as docx or xlsx, or print it to a PDF, and add that file."
    )


def _check(data: bytes, kind: str, name: str) -> None:
    from commonweal_web.evidence.parsing import documents, pdf, pictures, text

    if kind in documents.MAIN:
        documents.check_document(data, kind, name, limits())
        return
    _refuse_zip_inside(data, name)
    if kind == "pdf":
        pdf.check_pdf(data, name)
    elif kind == "png":
        pictures.check_png(data, name)
    elif kind == "jpeg":
        pictures.check_jpeg(data, name)
    elif kind == "csv":
        text.check_csv(data, name, limits())
    else:
        text.check_text(data, name)


def _refuse_zip_inside(data: bytes, name: str) -> None:
    import io

    from commonweal.errors import BadFile

    if b"PK\x05\x06" in data[-66_000:] and zipfile.is_zipfile(io.BytesIO(data)):
        raise BadFile(f"{name} is an archive (zip) at the same time. Save it again and add the new file.")


def limits():  # type: ignore[no-untyped-def]  # imported late, after the limits of this process hold
    """Return how much of a spreadsheet or document is read."""
    from commonweal.workbooks.limits import MIB, Limits

    return Limits(file_bytes=50 * MIB, unpacked_bytes=64 * MIB, cells=400_000, text=32 * MIB)


def main() -> int:
    """Look at the file named on the command line."""
    path, kind, name = sys.argv[1:4]
    limit_self()
    try:
        answer = look(Path(path).read_bytes(), kind, name)
    except (MemoryError, RecursionError):
        return 3
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
