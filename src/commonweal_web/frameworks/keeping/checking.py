"""
Whether an uploaded pack can be taken: it is read in a process of its own, with little time and memory.

Nothing of a file reaches the database before that process said that it is sound; what it is refused for comes back
with file, line and reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import commonweal_web
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import kept, selectors
from commonweal_web.frameworks.models import Pack

SECONDS = 25  # by the clock, for a machine that has much else to do; the process's own limit is 9 of the processor
MOST_BYTES = 20 * 1024 * 1024
ENDINGS: Mapping[str, tuple[str, ...]] = {
    Pack.Kind.FRAMEWORK: (".yaml", ".yml", ".csv", ".xlsx", ".ods"),
    Pack.Kind.VALUES: (".csv", ".yaml", ".yml", ".xlsx", ".ods"),
    Pack.Kind.LINKS: (".yaml", ".yml"),
}
SOURCE = Path(commonweal_web.__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Found:
    """One problem: where it stands, what was found, and how to mend it."""

    severity: str
    file: str
    line: int
    where: str
    found: str
    mend: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read: what it would become, which is nothing where it has errors, and every problem."""

    kind: str
    file_name: str
    upload_sha256: str
    problems: tuple[Found, ...]
    errors: int
    count: int
    document: str = ""
    key: str = ""
    title: str = ""
    licence: str = ""
    prices: str = ""
    replaces: str = ""
    things: int = 0

    @property
    def sound(self) -> bool:
        """Whether it can be taken."""
        return not self.errors and bool(self.document)


def check(*, kind: str, name: str, data: bytes, head: Mapping[str, str], body: int) -> Checked:
    """
    Read an upload in a process of its own.

    :param head: what a table cannot say itself, see `reading.read`
    :param body: whose pack it becomes; it may refer to what this body sees
    :raises Refused: for an ending that is none of this kind, too many bytes, or a file that takes too much to read
    """
    _refuse_at_once(kind, name, data)
    answer = _asked(_job(kind, name, data, head, body), name)
    said = {key: str(answer.get(key, "")) for key in ("document", "key", "title", "licence", "prices", "replaces")}
    return Checked(
        kind=kind,
        file_name=name,
        upload_sha256=hashlib.sha256(data).hexdigest(),
        problems=tuple(_found(one) for one in answer["problems"]),
        errors=int(answer["errors"]),
        count=int(answer["count"]),
        things=int(answer.get("things", 0)),
        **said,
    )


def wrong_ending(kind: str, name: str) -> str:
    """Return what is wrong with the ending of a file's name for a kind of pack; nothing where it will do."""
    endings = ENDINGS[kind]
    return "" if name.lower().endswith(endings) else f"Choose a file ending in {', '.join(endings)}, not {name}."


def _refuse_at_once(kind: str, name: str, data: bytes) -> None:
    if wrong_ending(kind, name):
        raise Refused(wrong_ending(kind, name), code="ending", field="file")
    if not data:
        raise Refused(f"{name} is empty. Check that it was saved and copied whole.", code="empty", field="file")
    if len(data) > MOST_BYTES:
        raise Refused(
            f"{name} is larger than {MOST_BYTES // 2**20} MiB, the most that is read. Split it.",
            code="large",
            field="file",
        )


def _job(kind: str, name: str, data: bytes, head: Mapping[str, str], body: int) -> dict[str, Any]:
    state = kept.now()
    visible = {one.id for one in selectors.frameworks(body=body)} | {
        one.id for one in state.public_catalogue.frameworks
    }
    known = tuple(one for one in state.catalogue.frameworks if one.id in visible)
    return {
        "kind": str(kind),
        "name": name,
        "data": data,
        "head": dict(head),
        "frameworks": known,
        "goals": state.catalogue.goals,
        "links": kept.links_beside(_pair(data), body=body) if kind == Pack.Kind.LINKS else {},
    }


def _pair(data: bytes) -> str:
    """The releases that a links file says it ties, without reading it: what stands at the start of two lines."""
    ends = [re.search(rb"(?m)^" + key + rb":[ ]*[\"']?([a-z0-9.-]{1,80})", data) for key in (b"from", b"to")]
    return "__".join(end[1].decode() for end in ends if end)


def _asked(job: dict[str, Any], name: str) -> dict[str, Any]:
    command = [sys.executable, "-s", "-P", "-m", "commonweal_web.frameworks.keeping.child"]
    surroundings = {"PYTHONPATH": str(SOURCE), "PYTHONHASHSEED": "0", "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command,
            input=pickle.dumps(job),
            env=surroundings,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd="/",
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {}
    if not isinstance(answer, dict) or "problems" not in answer:
        raise Refused(
            f"{name} was not taken: reading it takes more time or memory than any ordinary pack. Split it into "
            "smaller files, or save it again without what it does not need.",
            code="too_hard",
            field="file",
        )
    return answer


def _found(told: Mapping[str, Any]) -> Found:
    words = {key: str(told.get(key, "")) for key in ("severity", "file", "where", "found", "mend")}
    return Found(line=int(told.get("line", 0)), **words)
