"""
datapackage.json: the CSV files described for machines (Frictionless Data Package), and the manifest of the folder.

Every file of the folder stands in it with its SHA-256, so that a folder can be checked to be whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import Flat, flats

PACKAGE = "datapackage.json"
MEDIA_TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
}

Data = dict[str, Any]


def render_datapackage(report: Report, files: Mapping[str, bytes]) -> bytes:
    """
    Return the description of `files` (content by file name) as UTF-8 JSON.

    A CSV file has its columns with their types; the words that stand in a column of numbers or dates where there is
    none ("not due", "no return") are declared as missing values, so that none of them is read as zero.
    """
    tables = {f"{flat.name}.csv": flat for flat in flats(report)}
    package = {
        "profile": "data-package",
        "name": "commonweal-report",
        "title": report.title,
        "description": f"{report.subtitle}, as at {report.as_at.isoformat()}".lstrip(", "),
        "created_with": report.made_by,
        "attributions": list(report.attributions),
        "sources": [{"title": s.name, "format": s.format, "bytes": s.size, "hash": f"sha256:{s.sha256}"}
                    for s in report.sources],
        "resources": [_csv(tables[name], name, files[name]) for name in files if name in tables],
        "files": [_file(name, data) for name, data in files.items()],
    }  # fmt: skip
    return (
        json.dumps({key: value for key, value in package.items() if value}, ensure_ascii=False, indent=1) + "\n"
    ).encode()


def _csv(flat: Flat, name: str, data: bytes) -> Data:
    return {
        "name": flat.name.lower(),
        "path": name,
        "title": flat.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": digest(data),
        "schema": {
            "fields": [{"name": head, "type": kind} for head, kind in zip(flat.headings, flat.types, strict=True)],
            "missingValues": ["", *sorted(_words_without_value(flat))],
        },
    }


def _words_without_value(flat: Flat) -> set[str]:
    return {
        value
        for row in flat.rows
        for value, kind in zip(row, flat.types, strict=True)
        if kind != "string" and isinstance(value, str)
    }


def _file(name: str, data: bytes) -> Data:
    kind = MEDIA_TYPES.get(name.rpartition(".")[2], "text/csv")
    return {"path": name, "mediatype": kind, "bytes": len(data), "hash": digest(data)}


def digest(data: bytes) -> str:
    """The SHA-256 of some bytes as the package writes it: 'sha256:' and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
