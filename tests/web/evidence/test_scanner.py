"""The virus scanner: only a plain "OK" is clean; whatever else happens, nothing fails open."""

from __future__ import annotations

import io
import socket
import struct
import threading
from pathlib import Path

import pytest

from commonweal_web.evidence.policies import Scan, first_state, may_be_opened, why_not
from commonweal_web.evidence.scanner import Scanner, ScannerDown, understood
from tests.web.evidence.clamd import EICAR, FakeClamd


def test_a_clean_file_is_clean_and_was_sent_whole() -> None:
    data = bytes(range(256)) * 1000
    with FakeClamd() as clamd:
        assert Scanner(clamd.address).scan(io.BytesIO(data)).clean
    assert clamd.seen == [data]


def test_the_standard_test_virus_is_found() -> None:
    with FakeClamd() as clamd:
        verdict = Scanner(clamd.address).scan(io.BytesIO(b"before" + EICAR))
    assert not verdict.clean
    assert verdict.signature == "Eicar-Signature"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"stream: ok\0",
        b"OK\0",
        b"stream: OK \0x",
        b"stream: OK\nstream: x FOUND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: broken ERROR\0",
        b"\xff\xfe\xff\0",
        b"x" * 10_000,
        None,
    ],
)
def test_any_other_answer_leaves_the_file_pending(answer: bytes | None) -> None:
    with FakeClamd(lambda _: answer) as clamd, pytest.raises(ScannerDown):
        Scanner(clamd.address, timeout=2).scan(io.BytesIO(b"x"))


def test_a_slow_scanner_is_given_up() -> None:
    with FakeClamd(delay=1.0) as clamd, pytest.raises(ScannerDown):
        Scanner(clamd.address, timeout=0.1).scan(io.BytesIO(b"x"))


def test_a_scanner_that_is_down_is_said_to_be_down(tmp_path: Path) -> None:
    with FakeClamd() as clamd:
        address = clamd.address
    for down in (address, str(tmp_path / "clamd.sock"), "nonsense"):
        with pytest.raises(ScannerDown):
            Scanner(down, timeout=1).scan(io.BytesIO(b"x"))
        assert not Scanner(down, timeout=1).ping()


def test_a_scanner_answers_on_a_socket_of_this_machine_too(tmp_path: Path) -> None:
    path = tmp_path / "clamd.sock"
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    server.listen()

    def serve() -> None:
        link, _ = server.accept()
        with link, link.makefile("rb") as file:
            file.read(len(b"zINSTREAM\0"))
            while length := struct.unpack("!I", file.read(4))[0]:
                file.read(length)
            link.sendall(b"stream: OK\0")

    threading.Thread(target=serve, daemon=True).start()
    assert Scanner(str(path)).scan(io.BytesIO(b"hello")).clean
    server.close()


def test_a_running_scanner_answers_a_ping() -> None:
    with FakeClamd() as clamd:
        assert Scanner(clamd.address).ping()


def test_a_scanner_is_configured_by_its_address() -> None:
    assert Scanner("clamd:3310").configured
    assert not Scanner("").configured


def test_only_a_clean_file_may_be_opened_where_there_is_a_scanner() -> None:
    assert {scan for scan in Scan if may_be_opened(scan, scanner_configured=True)} == {Scan.CLEAN}
    assert {scan for scan in Scan if may_be_opened(scan, scanner_configured=False)} == {Scan.CLEAN, Scan.NONE}
    assert first_state(scanner_configured=True) == Scan.PENDING
    assert first_state(scanner_configured=False) == Scan.NONE


def test_what_cannot_be_opened_says_why() -> None:
    assert "A virus was found" in why_not(Scan.INFECTED)
    assert "waiting for the virus check" in why_not(Scan.PENDING)


def test_the_name_of_a_virus_may_hold_anything() -> None:
    assert understood("stream: Win.Test FOUND FOUND").signature == "Win.Test FOUND"
