"""
The anchor: the heads of all chains on one day, kept where nobody of this system can write.

A chain shows a change inside it, but whoever can write the database can also write a whole chain anew, or cut its
end. A copy of the heads outside settles it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from pathlib import Path
from typing import Any

from django.db import transaction

from commonweal_web.audit.canonical import digest, instant
from commonweal_web.audit.models import PLATFORM, ChainHead
from commonweal_web.audit.services.recording import record
from commonweal_web.core.errors import Refused

FORMAT = "commonweal-anchor/1"
VERB = "anchored"
HASH = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def anchor(*, now: dt.datetime) -> dict[str, Any]:
    """Write the heads of all chains into the platform's chain, and return them as the content of an anchor file."""
    heads = _heads()
    event = record(
        organisation_id=PLATFORM,
        by=None,
        role="system",
        verb=VERB,
        record=("audit.chainhead", PLATFORM, f"{len(heads)} chains"),
        now=now,
        new={"heads": heads},
    )
    heads = [head for head in heads if head["chain"] != PLATFORM]
    heads.insert(0, {"chain": PLATFORM, "seq": event.seq, "hash": event.hash})
    return {"format": FORMAT, "at": instant(now), "heads": heads}


def _heads() -> list[dict[str, Any]]:
    rows = ChainHead.objects.filter(seq__gt=0).order_by("chain").values("chain", "seq", "hash")
    return [dict(row) for row in rows]


def as_text(anchor: dict[str, Any]) -> str:
    """Return the anchor as the text of its file, one chain a line."""
    lines = ",\n  ".join(json.dumps(head) for head in anchor["heads"])
    rest = {name: anchor[name] for name in ("format", "at")}
    return json.dumps(rest)[:-1] + f', "digest": "{digest(anchor["heads"])}", "heads": [\n  {lines}\n]}}\n'


def read(text: str | bytes) -> dict[str, Any]:
    """
    Return the anchor that a file holds.

    :raises Refused: if it is no anchor file, or was not copied whole
    """
    try:
        anchor = json.loads(text)
        heads = anchor["heads"]
        whole = anchor["format"] == FORMAT and digest(heads) == anchor["digest"] and all(map(_is_head, heads))
    except (ValueError, KeyError, TypeError, RecursionError):
        whole = False
    if not whole:
        raise Refused(
            "This is not an anchor file of the log, or it was not copied whole. "
            "Choose a file named like log-anchor-2026-11-22.json, as it was sent to you.",
            code="anchor",
            field="anchor",
        )
    return {"format": FORMAT, "at": str(anchor["at"]), "heads": heads}


def _is_head(head: Any) -> bool:
    numbers = isinstance(head["chain"], int) and isinstance(head["seq"], int)
    return numbers and isinstance(head["hash"], str) and HASH.fullmatch(head["hash"]) is not None


def file_name(now: dt.datetime) -> str:
    """Return the name of the anchor's file for this day."""
    return f"log-anchor-{now.astimezone(dt.UTC):%Y-%m-%d}.json"


def write(anchor: dict[str, Any], folder: Path, now: dt.datetime) -> Path:
    """Put the anchor's file in the folder, whole or not at all, and never over another one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(now)
    if path.exists():
        path = folder / f"log-anchor-{now.astimezone(dt.UTC):%Y-%m-%dT%H%M%S}.json"
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(as_text(anchor))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path
