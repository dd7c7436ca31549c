"""
Look through a zip file without trusting it: names, sizes, compression, all counted while unpacking.

The sizes written in a zip's own list may be lies, so every part is unpacked in small pieces and counted.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from commonweal import errors
from commonweal.workbooks.limits import MIB, Limits

PIECE = 1 * MIB
SLICE = 64 * 1024
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
LOCKED = 0x1


@dataclass(slots=True)
class Archive:
    """
    An opened zip with its parts by name; `spent` counts the bytes unpacked so far.

    What was looked at is copied, unpacked, into `checked`: the reader proper gets that copy and nothing else, so that
    two ways of reading a zip cannot be played off against each other.
    """

    name: str
    data: bytes
    limits: Limits
    parts: dict[str, zipfile.ZipInfo]
    spent: int = 0
    checked: io.BytesIO = field(default_factory=io.BytesIO)
    copy: zipfile.ZipFile | None = None

    def keep(self, part: str) -> Iterator[bytes]:
        """Yield a part's bytes as `pieces` does, and put them into the checked copy under the same name."""
        if self.copy is None:
            self.copy = zipfile.ZipFile(self.checked, "w", zipfile.ZIP_STORED)
        with self.copy.open(zipfile.ZipInfo(self.parts[part].filename.replace("\\", "/")), "w") as out:
            for piece in self.pieces(part):
                out.write(piece)
                yield piece

    def finish(self) -> io.BytesIO:
        """Return the checked copy, ready to be read."""
        if self.copy is not None:
            self.copy.close()
        self.checked.seek(0)
        return self.checked

    def pieces(self, part: str) -> Iterator[bytes]:
        """
        Yield a part's bytes in pieces of at most one mebibyte.

        :raises BadFile: if it is damaged, larger than it says, or over the limit for the whole file
        """
        info = self.parts[part]
        total = 0
        for piece in _inflate(self._packed(info), info.compress_type, self.name):
            total += len(piece)
            self.spent += len(piece)
            if self.spent > self.limits.unpacked_bytes:
                raise too_large(self.name, self.limits)
            if total > info.file_size:
                raise lies(self.name, part)
            yield piece

    def read(self, part: str, most: int = 16 * MIB) -> bytes:
        """
        Return a whole small part.

        :raises BadFile: as for `pieces`, or if the part has more than `most` bytes
        """
        if self.parts[part].file_size > most:
            raise too_large(self.name, self.limits)
        return b"".join(self.pieces(part))

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        header = self.data[info.header_offset : info.header_offset + LOCAL_HEADER.size]
        if len(header) < LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise damaged(self.name)
        *_, name_length, extra_length = LOCAL_HEADER.unpack(header)
        start = info.header_offset + LOCAL_HEADER.size + name_length + extra_length
        packed = self.data[start : start + info.compress_size]
        if len(packed) < info.compress_size:
            raise damaged(self.name)
        return packed


def open_archive(data: bytes, name: str, limits: Limits) -> Archive:
    """
    Open the zip in `data` and check its list of parts; nothing is unpacked yet.

    :raises BadFile: if it is damaged or locked, has too many parts, two of one name, or says it is too large
    """
    try:
        infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise damaged(name) from None
    if len(infos) > limits.parts:
        raise errors.BadFile(
            f"{name} has {len(infos):,} parts inside; at most {limits.parts:,} are read. "
            f"Save it again from a spreadsheet program, without pictures and attachments."
        )
    parts = {info.filename.replace("\\", "/").lower(): info for info in infos}
    if len(parts) < len(infos):
        raise errors.BadFile(f"{name} holds two parts of one name, so it could be read in two ways. Save it again.")
    _check_parts(infos, name, limits)
    return Archive(name, data, limits, parts)


def _check_parts(infos: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    if any(info.flag_bits & LOCKED for info in infos):
        raise locked(name)
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise errors.BadFile(f"{name} is compressed in a way that spreadsheets do not use. Save it again as xlsx.")
    if sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise too_large(name, limits)


def _inflate(packed: bytes, method: int, name: str) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        yield from (packed[at : at + PIECE] for at in range(0, len(packed), PIECE))
        return
    engine = zlib.decompressobj(-15)
    try:
        for at in range(0, len(packed), SLICE):
            piece = engine.decompress(packed[at : at + SLICE], PIECE)
            while piece:
                yield piece
                piece = engine.decompress(engine.unconsumed_tail, PIECE)
    except zlib.error:
        raise damaged(name) from None
    if not engine.eof:
        raise damaged(name)


def damaged(name: str) -> errors.BadFile:
    """The error for a zip that is cut short or broken."""
    return errors.BadFile(
        f"{name} is damaged or cut short: its contents cannot be unpacked. Ask the sender for a new copy, or open it "
        f"in a spreadsheet program, repair it and save it again."
    )


def locked(name: str) -> errors.BadFile:
    """The error for a file that asks for a password."""
    return errors.BadFile(
        f"{name} is protected with a password, so it cannot be read. Open it with the password, remove the protection "
        f"and save it again."
    )


def too_large(name: str, limits: Limits) -> errors.BadFile:
    """The error for a file that grows beyond the limit when it is unpacked."""
    return errors.BadFile(
        f"{name} unpacks to more than {limits.unpacked_bytes // MIB:,} MiB, which no ordinary spreadsheet does. "
        f"Keep only the sheets that are needed and save it again, or split it."
    )


def lies(name: str, part: str) -> errors.BadFile:
    """The error for a part that is larger than the zip's own list says."""
    return errors.BadFile(
        f"{name} is not what it says it is: the part {part} unpacks to more than its stated size. "
        f"Do not open it; ask the sender for a new copy."
    )
