"""
The bytes of evidence, each file under the SHA-256 of its content.

A file is written beside its place, flushed to the disk and moved into place in one step, and the folder is flushed
too: after `adopt` returned, a power cut loses nothing, and half a file is never seen. Each read compares the bytes
with the name first, so a spoilt file is never handed out. Nothing here knows who may read; `selectors` does.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from commonweal_web.core.errors import Refused

PIECE = 1024 * 1024
NAME = re.compile(r"[0-9a-f]{64}")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS)


class FileTooLarge(Refused):
    """More bytes than one file may have; nothing of it was kept."""


class StoreUnavailable(Refused):
    """The disk is full or does not answer; nothing of the file was kept, and reading goes on."""


class SpoiltFile(Refused):
    """The stored bytes are not those that were handed in; `reason` is a short word for the log."""

    def __init__(self, sha256: str, reason: str) -> None:
        super().__init__(
            "This file cannot be opened: its stored copy no longer matches what was handed in "
            f"({reason}). The people who look after the service restore it from the backup; "
            f"give them its fingerprint, {sha256[:12]}.",
            code="spoilt_file",
        )
        self.sha256 = sha256
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was received and flushed to the disk, but is not evidence yet."""

    path: Path
    sha256: str
    size: int


class Store:
    """Files in two levels of folders below `root`: ab/cd/abcd..."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"

    def path(self, sha256: str) -> Path:
        """Return where the file of this hash lies; ValueError if it is no hash."""
        if not NAME.fullmatch(sha256):
            raise ValueError("not a SHA-256 in small letters")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def receive(self, pieces: Iterable[bytes], *, limit: int, name: str = "") -> Incoming:
        """
        Write a file beside its place, hashing as it comes, and flush it.

        :param name: of the file in the folder of incoming files; a random one if empty
        :raises FileTooLarge: as soon as it has more than `limit` bytes
        :raises StoreUnavailable: if the disk takes no more
        """
        path = self.incoming / (name or secrets.token_hex(16))
        digest, size = hashlib.sha256(), 0
        try:
            _make(self.incoming)
            with open(path, "xb", opener=_private) as out:
                for piece in pieces:
                    size += len(piece)
                    if size > limit:
                        raise too_large(limit)
                    digest.update(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            flush_folder(self.incoming)
        except BaseException as error:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            if isinstance(error, OSError) and error.errno in FULL:
                raise unavailable() from error
            raise
        return Incoming(path, digest.hexdigest(), size)

    def adopt(self, incoming: Incoming) -> None:
        """
        Move a received file to the place of its hash. It takes the place of whatever lies there: the same bytes, or
        spoilt ones.

        :raises StoreUnavailable: if the disk takes no more; the received file stays
        """
        target = self.path(incoming.sha256)
        try:
            _make(target.parent)
            os.replace(incoming.path, target)
            flush_folder(target.parent)
        except OSError as error:
            if error.errno in FULL:
                raise unavailable() from error
            raise

    def drop(self, incoming: Incoming) -> None:
        """Take away a received file that is not kept."""
        incoming.path.unlink(missing_ok=True)

    def open(self, sha256: str, size: int) -> BinaryIO:
        """
        Return the file, open at its start, after its bytes were compared with the hash.

        :raises SpoiltFile: if it is missing, or is not the file that was handed in
        """
        try:
            stream = os.fdopen(os.open(self.path(sha256), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except FileNotFoundError:
            raise SpoiltFile(sha256, "it is missing") from None
        except OSError as error:
            raise SpoiltFile(sha256, f"it cannot be read: {os.strerror(error.errno or 0).lower()}") from None
        try:
            reason = _difference(stream, sha256, size)
        except OSError as error:
            reason = f"it cannot be read: {os.strerror(error.errno or 0).lower()}"
        if reason:
            stream.close()
            raise SpoiltFile(sha256, reason)
        return stream

    def check(self, sha256: str, size: int) -> str:
        """Return what is wrong with the stored file, empty if nothing is."""
        try:
            self.open(sha256, size).close()
        except SpoiltFile as spoilt:
            return spoilt.reason
        return ""

    def remove(self, sha256: str) -> None:
        """Delete the bytes of a file; it is no fault if they are gone already."""
        target = self.path(sha256)
        target.unlink(missing_ok=True)
        if target.parent.is_dir():
            flush_folder(target.parent)

    def sweep(self, *, older_than_seconds: float) -> int:
        """Delete received files that nobody adopted for so long, and return how many."""
        edge = time.time() - older_than_seconds  # a file's age on this disk, not a moment of the records
        old = [path for path in self._received() if path.stat().st_mtime < edge]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def stored(self, *, older_than_seconds: float) -> Iterator[str]:
        """Yield the hash of every stored file that was put in place so long ago."""
        edge = time.time() - older_than_seconds
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if NAME.fullmatch(path.name) and path.lstat().st_mtime < edge:
                yield path.name

    def _received(self) -> list[Path]:
        return list(self.incoming.iterdir()) if self.incoming.is_dir() else []


def _difference(stream: BinaryIO, sha256: str, size: int) -> str:
    """What tells the open file from the one handed in; the stream is back at its start afterwards."""
    stored = os.fstat(stream.fileno()).st_size
    if stored != size:
        return f"it has {stored:,} bytes instead of {size:,}"
    digest = hashlib.sha256()
    while piece := stream.read(PIECE):
        digest.update(piece)
    stream.seek(0)
    return "" if digest.hexdigest() == sha256 else "its content has changed"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _make(folder: Path) -> None:
    """Make a folder and its parents for this account only, and flush each parent that got a new one."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        flush_folder(each.parent)


def flush_folder(folder: Path) -> None:
    """Have the disk keep what is listed in a folder."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def too_large(limit: int) -> FileTooLarge:
    """The refusal of a file with too many bytes."""
    return FileTooLarge(
        f"The file is larger than {limit // PIECE} MB, the most that one file may have. "
        f"Save it smaller, or split it and add the parts one by one.",
        code="file_too_large",
        field="file",
    )


def unavailable() -> StoreUnavailable:
    """The refusal when the disk takes nothing more."""
    return StoreUnavailable(
        "The file was not saved: the service cannot store files at the moment. Nothing else is affected. "
        "Keep the file and add it again later; whoever looks after the service needs to make room on its disk.",
        code="store_unavailable",
        field="file",
    )
