"""
Read the streams of an OLE compound file: the container of xls, and of a workbook locked with a password.

Only what is needed to look inside before anything else does: header, allocation tables, directory, one stream.
Layout after Microsoft's published description, [MS-CFB] "Compound File Binary File Format".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from commonweal import errors

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END = 0xFFFFFFFA  # this value and all above it are marks, not sector numbers
HEADER_TABLES = 109
STREAM = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One storage or stream of the directory; `size` in bytes."""

    name: str
    kind: int
    first: int
    size: int


@dataclass(slots=True)
class Compound:
    """An opened container. Every chain is followed at most once round, so a looped file ends instead of hanging."""

    data: bytes
    name: str
    sector: int = 512
    short: int = 64
    cutoff: int = 4096
    table: list[int] = field(default_factory=list)
    short_table: list[int] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    short_stream: bytes = b""

    def find(self, *names: str) -> Entry | None:
        """Return the first entry with one of these names, letter case apart, or None."""
        wanted = {name.lower() for name in names}
        return next((entry for entry in self.entries if entry.name.lower() in wanted), None)

    def read(self, entry: Entry) -> bytes:
        """
        Return the bytes of a stream.

        :raises BadFile: if the file ends before the stream does
        """
        if entry.size < self.cutoff:
            raw = self._chain(self.short_stream, self.short_table, entry.first, self.short, 0)
        else:
            raw = self._chain(self.data, self.table, entry.first, self.sector, self.sector)
        if len(raw) < entry.size:
            raise broken(self.name)
        return raw[: entry.size]

    def _chain(self, data: bytes, table: list[int], first: int, size: int, offset: int) -> bytes:
        parts: list[bytes] = []
        at = first
        while at < END:
            if at >= len(table) or len(parts) > len(table):
                raise broken(self.name)
            parts.append(data[offset + at * size : offset + (at + 1) * size])
            at = table[at]
        return b"".join(parts)


def broken(name: str) -> errors.BadFile:
    """The error for a container that is cut short or contradicts itself."""
    return errors.BadFile(
        f"{name} is damaged: it looks like an older Excel file, but it is cut short or its parts do not fit together. "
        f"Open it in a spreadsheet program and save it again as xlsx, or ask the sender for a new copy."
    )


def open_compound(data: bytes, name: str) -> Compound:
    """
    Open the container held in `data`.

    :raises BadFile: if it is not one, or is damaged
    """
    try:
        return _open(data, name)
    except (struct.error, UnicodeDecodeError):
        raise broken(name) from None


def _open(data: bytes, name: str) -> Compound:
    sector_shift, short_shift = struct.unpack_from("<HH", data, 30)
    if not data.startswith(MAGIC) or sector_shift not in (9, 12) or short_shift != 6:
        raise broken(name)
    directory, cutoff, short_first = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))
    compound = Compound(data, name, sector=1 << sector_shift, short=1 << short_shift, cutoff=cutoff)
    compound.table = _allocation(compound)
    whole = compound._chain(data, compound.table, directory, compound.sector, compound.sector)
    compound.entries = [_entry(whole, at) for at in range(0, len(whole) - 127, 128) if whole[at + 66]]
    short = compound._chain(data, compound.table, short_first, compound.sector, compound.sector)
    compound.short_table = _numbers(short)
    if not compound.entries:
        raise broken(name)
    root = compound.entries[0].first
    compound.short_stream = compound._chain(data, compound.table, root, compound.sector, compound.sector)
    return compound


def _allocation(compound: Compound) -> list[int]:
    data, size = compound.data, compound.sector
    blocks = list(struct.unpack_from(f"<{HEADER_TABLES}I", data, 76))
    at = struct.unpack_from("<I", data, 68)[0]
    seen = 0
    while at < END and seen * size < len(data):
        extra = _numbers(data[size + at * size : size + (at + 1) * size])
        if not extra:
            raise broken(compound.name)
        blocks += extra[:-1]
        at = extra[-1]
        seen += 1
    sectors = (data[size + block * size : size + (block + 1) * size] for block in blocks if block < END)
    return [number for sector in sectors for number in _numbers(sector)]


def _numbers(raw: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _entry(raw: bytes, at: int) -> Entry:
    length = struct.unpack_from("<H", raw, at + 64)[0]
    name = raw[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le")
    first, size = struct.unpack_from("<II", raw, at + 116)
    return Entry(name, raw[at + 66], first, size)
