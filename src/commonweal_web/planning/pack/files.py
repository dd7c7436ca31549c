"""The files of a version: each kind in its formats, with the name that it is taken away under."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from commonweal.reporting.model import Report
from commonweal.reporting.render_html import render_html
from commonweal.reporting.render_json import render_json
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal.workbooks.bid_template import write_bid_template
from commonweal.workbooks.return_template import write_return_template
from commonweal_web.planning.pack.content import Asked
from commonweal_web.planning.pack.marking import marking_scheme
from commonweal_web.planning.pack.objects import bid_terms_of, return_terms_of
from commonweal_web.planning.pack.tender import tender_pack


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a file can be taken away in."""

    words: str
    media_type: str


FORMATS: Mapping[str, Format] = {
    "pdf": Format("PDF", "application/pdf"),
    "xlsx": Format("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": Format("OpenDocument sheet", "application/vnd.oasis.opendocument.spreadsheet"),
    "html": Format("Web page that works alone", "text/html; charset=utf-8"),
    "json": Format("JSON, for commonweal explain", "application/json"),
}
RENDERERS: Mapping[str, Callable[[Report], bytes]] = {
    "pdf": render_pdf,
    "xlsx": render_xlsx,
    "ods": render_ods,
    "html": render_html,
    "json": render_json,
}
DOCUMENTS: Mapping[str, Callable[[Asked], Report]] = {
    "tender-pack": tender_pack,
    "marking-scheme": marking_scheme,
}


def _bid(asked: Asked, path: Path) -> None:
    write_bid_template(bid_terms_of(asked), path)


def _return(asked: Asked, path: Path) -> None:
    write_return_template(return_terms_of(asked), path)


WORKBOOKS: Mapping[str, Callable[[Asked, Path], None]] = {"bid-workbook": _bid, "return-template": _return}
SHEETS = ("xlsx", "ods")


def forms_of(kind: str) -> tuple[str, ...]:
    """Return the formats that there are of a kind of file; none for a kind that does not exist."""
    if kind in DOCUMENTS:
        return tuple(RENDERERS)
    return SHEETS if kind in WORKBOOKS else ()


def file_of(asked: Asked, kind: str, form: str) -> bytes:
    """Return a file of a version, the same bytes each time; KeyError for a kind or format that does not exist."""
    if form not in forms_of(kind):
        raise KeyError(kind, form)
    if kind in DOCUMENTS:
        return RENDERERS[form](DOCUMENTS[kind](asked))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.{form}"
        WORKBOOKS[kind](asked, path)
        return path.read_bytes()


def name_of(asked: Asked, kind: str, form: str) -> str:
    """Return the name under which a file is taken away: `NMC-2026-014-v1-tender-pack.pdf`."""
    safe = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in asked.reference
    )
    return f"{safe}-v{asked.number}-{kind}.{form}"
