"""A stand-in for clamd that answers as it is told, on a port of this machine."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-" + b"FILE!$H+H*"


def honest(data: bytes) -> bytes:
    return b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"


class FakeClamd:
    """Takes INSTREAM and PING; `answer` makes the reply from the bytes that came; None hangs up."""

    def __init__(self, answer: Callable[[bytes], bytes | None] = honest, *, delay: float = 0.0) -> None:
        self.answer = answer
        self.delay = delay
        self.seen: list[bytes] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> FakeClamd:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self.server.accept()
            except OSError:
                return
            with link:
                try:
                    self._talk(link)
                except OSError:
                    continue

    def _talk(self, link: socket.socket) -> None:
        file = link.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += file.read(1)
        if command == b"zPING\0":
            link.sendall(b"PONG\0")
            return
        data = b""
        while length := struct.unpack("!I", file.read(4))[0]:
            data += file.read(length)
        self.seen.append(data)
        time.sleep(self.delay)
        reply = self.answer(data)
        if reply is not None:
            link.sendall(reply)
