"""
Short ways to publish a pack: a framework, values or links, as a body would, without the upload.

    publish(world, framework("ours-1", [measure("L1")]))
    publish(world, values("our-values", "fx-2025.1", [("NT1", "1234.987654", "FTE-year")]))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from commonweal.catalogue.writing import framework_text
from commonweal_web.frameworks.keeping.checking import Checked
from commonweal_web.frameworks.keeping.services import Proposal, pack_draft, pack_propose, pack_publish
from commonweal_web.frameworks.models import Pack
from tests.web.world import NOON, World


def measure(code: str, **more: Any) -> dict[str, Any]:
    """A measure as a framework file has it: hours that are added up."""
    facts = {
        "label": f"Measure {code}",
        "unit": "hour",
        "kind": "quantity",
        "over_time": "sum",
        "over_contracts": "sum",
    }
    return {"code": code, **facts, **more}


def framework(key: str, measures: Iterable[Mapping[str, Any]], **head: Any) -> Checked:
    """A sound framework file; its family is the key without its number."""
    name = head.pop("name", f"Release {key}")
    text = framework_text(
        {
            "id": key,
            "family": key.rpartition("-")[0] or key,
            "name": name,
            "short_name": name[:60],
            "publisher": "Northmere City Council",
            "licence": "Our own work",
            "verified": True,
            "checked_on": dt.date(2026, 7, 8),
            **head,
            "measures": [dict(one) for one in measures],
        }
    )
    return checked(Pack.Kind.FRAMEWORK, f"{key}.yaml", text, key=key, title=name, replaces=head.get("replaces", ""))


def values(key: str, prices: str, rows: Iterable[tuple[str, str, str]], starts: str = "2025-04-01") -> Checked:
    """A sound table of values: rows of code, value and unit."""
    lines = [f"{code},{value},{unit},{starts},Our licence" for code, value, unit in rows]
    text = "\n".join(["code,value,unit,from,source", *lines]) + "\n"
    return checked(Pack.Kind.VALUES, f"{key}.csv", text, key=key, title=f"Values {key}", prices=prices)


def links(one: str, other: str, rows: str) -> Checked:
    """A sound file of links between two releases; `rows` are its rows as YAML."""
    key = f"{one}__{other}"
    text = (
        f"id: {key}\nfrom: {one}\nto: {other}\nlabel: Ours\nlicence: own-wording\nauthor: Us\nverified: false\n"
        f"checked_on: 2026-07-08\nrows:\n{rows}"
    )
    return checked(Pack.Kind.LINKS, f"{key}.yaml", text, key=key, title=f"Links from {one} to {other}")


def checked(kind: str, name: str, document: str, **said: str) -> Checked:
    """A file that was read and found sound."""
    return Checked(
        kind=str(kind),
        file_name=name,
        upload_sha256="0" * 64,
        problems=(),
        errors=0,
        count=0,
        document=document,
        **said,
    )


def drafted(world: World, found: Checked, *, body: str = "nmc", by: str = "lead", replaces: str = "") -> Pack:
    """Keep a file as a draft."""
    return pack_draft(body=world.bodies[body], checked=found, by=world.people[by], now=NOON, replaces=replaces)


def proposed(world: World, pack: Pack, *, by: str = "lead", shown: bool = False) -> Pack:
    """Propose a draft."""
    said = Proposal(licence_text="Licence 2026/117 in full.", confirmed=True, shown=shown)
    return pack_propose(pack=pack, proposal=said, by=world.people[by], now=NOON)


def publish(
    world: World, found: Checked, *, body: str = "nmc", by: str = "lead", second: str = "director",
    shown: bool = False, replaces: str = "",
) -> Pack:  # fmt: skip
    """Publish a file: drafted and proposed by one person, published by another."""
    pack = proposed(world, drafted(world, found, body=body, by=by, replaces=replaces), by=by, shown=shown)
    return pack_publish(pack=pack, by=world.people[second], now=NOON)
