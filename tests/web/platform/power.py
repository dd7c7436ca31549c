"""
A power cut, replayed: the writes and flushes of a real run are recorded by strace and played back up to any point.

What a disk may do at a cut: all that was flushed (fsync, fdatasync) is there; each write since the last flush of its
file is there, is not there, or is there up to a sector, each by chance. The names of files are taken as safe.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
TRACE = ["strace", "-f", "-y", "-xx", "-s", "70000", "-e", "trace=pwrite64,write,fsync,fdatasync,ftruncate"]
LINE = re.compile(r'(\w+)\(\d+<([^>]+)>(?:, "((?:\\x[0-9a-f]{2})*)", \d+)?(?:, (\d+))?\)\s+= (\d+)')


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the system: `call` on `file`, with the bytes written at `at`."""

    call: str
    file: str
    data: bytes
    at: int


def steps(trace: Path, wanted: Sequence[str]) -> Iterator[Step]:
    """Read the calls on the files whose names end like one of `wanted`."""
    for line in trace.read_text().splitlines():
        found = LINE.search(line)
        if found is None:
            continue
        call, path, data, at, _ = found.groups()
        name = bytes.fromhex(path.replace("\\x", "")).decode() if "\\x" in path else path
        name = Path(name).name
        if name in wanted:
            yield Step(call, name, bytes.fromhex((data or "").replace("\\x", "")), int(at or 0))


@dataclass(slots=True)
class Disk:
    """What is on the disk for certain, and what was written since the last flush of each file."""

    kept: dict[str, bytearray]
    loose: dict[str, list[Step]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Let one more call happen."""
        if step.call in ("fsync", "fdatasync"):
            for earlier in self.loose.pop(step.file, []):
                put(self.kept.setdefault(step.file, bytearray()), earlier, len(earlier.data))
        else:
            self.loose.setdefault(step.file, []).append(step)

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return the files as they may be found after a power cut now."""
        found = {name: bytearray(content) for name, content in self.kept.items()}
        for name, written in self.loose.items():
            content = found.setdefault(name, bytearray())
            for step in written:
                fate = chance.random()
                if fate < 0.4:
                    put(content, step, len(step.data))
                elif fate < 0.6:
                    put(content, step, chance.randrange(0, len(step.data) + 1, SECTOR))
        return {name: bytes(content) for name, content in found.items()}


def put(content: bytearray, step: Step, length: int) -> None:
    """Bring the first `length` bytes of a write into the file, or cut the file to its new length."""
    if step.call == "ftruncate":
        del content[step.at :]
        return
    if len(content) < step.at:
        content.extend(bytes(step.at - len(content)))
    content[step.at : step.at + length] = step.data[:length]
