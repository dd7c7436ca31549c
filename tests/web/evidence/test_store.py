"""Files by their hash: written whole or not at all, and never handed out spoilt."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commonweal_web.evidence import store as module
from commonweal_web.evidence.store import FileTooLarge, SpoiltFile, Store, StoreUnavailable

DATA = b"Sixty hours were given on 4 June.\n" * 1000
HASH = hashlib.sha256(DATA).hexdigest()
LIMIT = 1024 * 1024


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "evidence")


def keep(store: Store, data: bytes = DATA) -> str:
    incoming = store.receive([data[:1000], data[1000:]], limit=LIMIT)
    store.adopt(incoming)
    return incoming.sha256


def test_a_file_lies_under_its_hash_for_this_account_only(store: Store) -> None:
    assert keep(store) == HASH
    path = store.root / HASH[:2] / HASH[2:4] / HASH
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not list(store.incoming.iterdir())
    with store.open(HASH, len(DATA)) as stream:
        assert stream.read() == DATA


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    keep(store)
    with store.open(HASH, len(DATA)) as reader:
        keep(store)
        assert reader.read() == DATA
    assert len([path for path in store.root.rglob("*") if path.is_file()]) == 1


def test_a_file_and_its_folders_are_flushed_before_it_counts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noting(handle: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{handle}"))
        steps.append("flush")
        fsync(handle)

    def moving(source: Path, target: Path) -> None:
        steps.append("move")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", noting)
    monkeypatch.setattr(os, "replace", moving)
    keep(store)
    here = store.path(HASH).parent
    assert {str(here), str(here.parent), str(store.root)} <= set(flushed)
    assert steps[-2:] == ["move", "flush"]
    assert steps.count("move") == 1


def test_a_file_over_the_limit_leaves_nothing(store: Store) -> None:
    with pytest.raises(FileTooLarge, match="larger than 1 MB"):
        store.receive([b"x" * LIMIT, b"x"], limit=LIMIT)
    assert not list(store.incoming.iterdir())


def test_a_broken_upload_leaves_nothing(store: Store) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half a "
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.receive(pieces(), limit=LIMIT)
    assert not list(store.incoming.iterdir())


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_full_or_broken_disk_is_said_in_words_and_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    keep(store, b"earlier")

    def failing(handle: int) -> None:
        raise OSError(fault, os.strerror(fault))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(StoreUnavailable, match="The file was not saved"):
            keep(store)
    assert not list(store.incoming.iterdir())
    assert not store.path(HASH).exists()
    assert not store.check(hashlib.sha256(b"earlier").hexdigest(), 7)
    assert keep(store) == HASH


def test_a_disk_that_fails_while_moving_keeps_the_received_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    incoming = store.receive([DATA], limit=LIMIT)

    def failing(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", failing)
        with pytest.raises(StoreUnavailable):
            store.adopt(incoming)
    assert incoming.path.read_bytes() == DATA
    store.adopt(incoming)
    assert not store.check(HASH, len(DATA))


def another_file(path: Path) -> None:
    path.unlink()
    path.write_bytes(bytes(len(DATA)))


def a_byte_changed(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[17] ^= 1
    path.write_bytes(bytes(data))


def a_link(path: Path) -> None:
    other = path.with_name("other")
    path.rename(other)
    path.symlink_to(other)


SPOILING: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "it is missing"),
    "cut short": (lambda path: os.truncate(path, 100), "it has 100 bytes"),
    "longer": (lambda path: path.open("ab").write(b"x"), "bytes instead of"),
    "emptied": (lambda path: path.write_bytes(b""), "it has 0 bytes"),
    "a byte changed": (a_byte_changed, "its content has changed"),
    "another file": (another_file, "its content has changed"),
    "a link": (a_link, "it cannot be read"),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), "it cannot be read|bytes instead of"),
}


@pytest.mark.parametrize("way", SPOILING)
def test_every_way_to_spoil_a_file_is_found_on_reading(store: Store, way: str) -> None:
    spoil, reason = SPOILING[way]
    keep(store)
    spoil(store.path(HASH))
    with pytest.raises(SpoiltFile, match=reason) as found:
        store.open(HASH, len(DATA))
    assert HASH[:12] in found.value.message
    assert store.check(HASH, len(DATA)) == found.value.reason


@pytest.mark.parametrize(
    "way", ["missing", "cut short", "longer", "emptied", "a byte changed", "another file", "a link"]
)
def test_handing_the_same_bytes_in_again_mends_a_spoilt_file(store: Store, way: str) -> None:
    keep(store)
    SPOILING[way][0](store.path(HASH))
    keep(store)
    assert not store.check(HASH, len(DATA))


def test_removing_is_done_once_and_bears_a_second_time(store: Store) -> None:
    keep(store)
    store.remove(HASH)
    store.remove(HASH)
    assert store.check(HASH, len(DATA)) == "it is missing"


def test_what_nobody_adopted_is_swept_away_after_a_while(store: Store) -> None:
    old, new = store.receive([b"old"], limit=LIMIT), store.receive([b"new"], limit=LIMIT)
    os.utime(old.path, (0, 0))
    assert store.sweep(older_than_seconds=3600) == 1
    assert not old.path.exists()
    assert new.path.exists()


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_hash_names_a_file(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.path(name)


def test_the_words_for_a_limit_are_in_megabytes() -> None:
    assert "25 MB" in module.too_large(25 * 1024 * 1024).message
