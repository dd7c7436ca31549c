"""
Ask clamd whether a file holds a virus, over its INSTREAM command.

Only the answer "stream: OK" counts as clean. No answer, a late answer, or one that is not understood means "not known
yet": the file stays pending and is asked about again. Nothing fails open.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO

PIECE = 64 * 1024
LONGEST_ANSWER = 4096
ASK = b"zINSTREAM\0"
PING = b"zPING\0"
CLEAN_ANSWER = "stream: OK"
FOUND_START, FOUND_END = "stream: ", " FOUND"


class ScannerDown(Exception):
    """The scanner did not answer, or not in words that are understood. The file stays pending."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A plain answer of the scanner: clean, or the name of what it found."""

    clean: bool
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Scanner:
    """clamd at `address`, host:port or the path of a socket; empty where none is configured."""

    address: str
    timeout: float = 30.0

    @property
    def configured(self) -> bool:
        return bool(self.address)

    def scan(self, stream: BinaryIO) -> Verdict:
        """
        Send a file and return what the scanner says of it.

        :raises ScannerDown: if there is no plain answer, for whatever reason
        """
        try:
            with self._connect() as link:
                link.sendall(ASK)
                while piece := stream.read(PIECE):
                    link.sendall(struct.pack("!I", len(piece)) + piece)
                link.sendall(struct.pack("!I", 0))
                return understood(_answer(link))
        except OSError as error:
            raise ScannerDown(f"The scanner did not answer: {error}") from None

    def ping(self) -> bool:
        """Return whether the scanner answers."""
        try:
            with self._connect() as link:
                link.sendall(PING)
                return _answer(link) == "PONG"
        except (OSError, ScannerDown):
            return False

    def _connect(self) -> socket.socket:
        host, colon, port = self.address.rpartition(":")
        if colon and port.isdigit() and "/" not in self.address:
            return socket.create_connection((host.strip("[]"), int(port)), timeout=self.timeout)
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(self.timeout)
        try:
            link.connect(self.address)
        except OSError:
            link.close()
            raise
        return link


def understood(answer: str) -> Verdict:
    """
    Return what an answer means.

    :raises ScannerDown: if it is neither the one for clean nor the one for found
    """
    if answer == CLEAN_ANSWER:
        return Verdict(clean=True)
    if answer.startswith(FOUND_START) and answer.endswith(FOUND_END) and answer.isprintable():
        return Verdict(clean=False, signature=answer[len(FOUND_START) : -len(FOUND_END)][:200])
    raise ScannerDown("The scanner gave no plain answer.")


def _answer(link: socket.socket) -> str:
    data = b""
    while not data.endswith(b"\0"):
        piece = link.recv(LONGEST_ANSWER)
        data += piece
        if not piece or len(data) > LONGEST_ANSWER:
            raise ScannerDown("The scanner's answer broke off.")
    return data[:-1].decode("utf-8", "replace").strip()
