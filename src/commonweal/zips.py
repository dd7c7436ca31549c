"""Zip files that are the same bytes whenever the same content is written: workbooks are such files."""

from __future__ import annotations

import io
import zipfile

FIXED = (1980, 1, 1, 0, 0, 0)


def without_time(archive: bytes) -> bytes:
    """Return the same archive without the hour at which its parts were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = zipfile.ZipInfo(info.filename, FIXED)
            part.compress_type = info.compress_type
            new.writestr(part, old.read(info))
    return out.getvalue()
