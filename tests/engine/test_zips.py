"""A zip file without its times is the same bytes for the same content."""

from __future__ import annotations

import io
import zipfile

from commonweal.zips import without_time


def packed(hour: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, how in (("mimetype", zipfile.ZIP_STORED), ("content.xml", zipfile.ZIP_DEFLATED)):
            info = zipfile.ZipInfo(name, (2026, 7, 20, hour, 0, 0))
            info.compress_type = how
            book.writestr(info, name * 50)
    return out.getvalue()


def test_the_hour_is_gone_and_the_content_is_there() -> None:
    early, late = packed(9), packed(17)
    assert early != late
    assert without_time(early) == without_time(late)
    with zipfile.ZipFile(io.BytesIO(without_time(early))) as book:
        assert [(one.filename, one.compress_type) for one in book.infolist()] == [
            ("mimetype", zipfile.ZIP_STORED),
            ("content.xml", zipfile.ZIP_DEFLATED),
        ]
        assert book.read("content.xml") == b"content.xml" * 50
