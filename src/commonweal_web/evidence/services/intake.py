"""Receive one file: write it beside the store, look into it, scan it. What becomes of it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commonweal_web.evidence import config, types
from commonweal_web.evidence.policies import VIRUS_FOUND, Scan, first_state
from commonweal_web.evidence.scanner import ScannerDown
from commonweal_web.evidence.store import Incoming
from commonweal_web.evidence.types import FileRefused, Kind


class VirusFound(FileRefused):
    """The scanner found a virus; nothing of the file was kept."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was written, looked into and, where the scanner answered, found clean."""

    incoming: Incoming
    kind: Kind
    name: str
    scan: Scan


def file_receive(*, pieces: Iterable[bytes], name: str) -> Received:
    """
    Write a file beside the store, look into it and scan it. The caller adopts it (`item_add`) or drops it.

    :raises FileRefused: if it is not what its name says, or holds a virus or anything else that is not taken
    :raises FileTooLarge, StoreUnavailable: as `Store.receive`
    """
    clean = types.clean_name(name)
    types.kind_by_name(clean)
    incoming = config.store().receive(pieces, limit=config.file_bytes())
    try:
        kind = types.check_file(incoming.path, name=clean)
        return Received(incoming, kind, clean, _scanned(incoming, clean))
    except BaseException:
        config.store().drop(incoming)
        raise


def _scanned(incoming: Incoming, name: str) -> Scan:
    scanner = config.scanner()
    if not scanner.configured:
        return first_state(scanner_configured=False)
    try:
        with incoming.path.open("rb") as stream:
            verdict = scanner.scan(stream)
    except ScannerDown:
        return Scan.PENDING
    if not verdict.clean:
        raise VirusFound(f"{name} was not added. {VIRUS_FOUND}", code="virus_found")
    return Scan.CLEAN
