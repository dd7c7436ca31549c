"""
The version of a form: what it was made from, carried inside it, so that another version is refused with the reasons.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from commonweal import errors

VERSION_SHEET = "Version"
SHORT = 16
TEMPLATE = "1"

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What a form was made from: facts about the whole, and for each KPI or measure by reference its own facts.

    Two forms with equal terms have the same version, whoever makes them and whenever.
    """

    about: Facts
    items: tuple[tuple[str, Facts], ...]

    @property
    def version(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the terms, in their order."""
        text = json.dumps([TEMPLATE, self.about, self.items], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:SHORT]

    def rows(self) -> list[list[str]]:
        """Return the terms as the cells of the version sheet."""
        rows = [["Version", self.version, ""], ["Item", "Fact", "Text"]]
        rows += [["", name, text] for name, text in self.about]
        rows += [[ref, name, text] for ref, facts in self.items for name, text in facts]
        return rows


def terms_of(rows: Sequence[Sequence[str]], *, name: str) -> Terms:
    """
    Return the terms that a version sheet holds.

    :raises OtherVersion: if the sheet was changed by hand, so that its version is not that of its rows
    """
    about: list[tuple[str, str]] = []
    items: dict[str, list[tuple[str, str]]] = {}
    for row in rows[2:]:
        ref, fact, text = [*row, "", "", ""][:3]
        if ref:
            items.setdefault(ref, []).append((fact, text))
        elif fact:
            about.append((fact, text))
    terms = Terms(tuple(about), tuple((ref, tuple(facts)) for ref, facts in items.items()))
    stated = rows[0][1] if rows and len(rows[0]) > 1 else ""
    if stated != terms.version:
        raise errors.OtherVersion(
            f"The sheet {VERSION_SHEET} of {name} was changed by hand, so nobody can tell which form it is. "
            f"Get a fresh form and copy your answers into it.",
            [f"The sheet says version {stated or 'nothing'}; its rows make version {terms.version}."],
        )
    return terms


def refuse_other(made_from: Terms, now: Terms, *, name: str) -> None:
    """
    Do nothing if both are one version.

    :raises OtherVersion: with every difference in words
    """
    found = differences(made_from, now)
    if found:
        raise errors.OtherVersion(
            f"{name} was made from version {made_from.version}, but version {now.version} is in force. "
            f"What changed: {' '.join(found)} Get the new form and copy the answers that still fit.",
            found,
        )


def differences(old: Terms, new: Terms) -> list[str]:
    """Return in words what is different in `new`: added, taken out, changed, moved."""
    found = _changed("", old.about, new.about)
    before, after = dict(old.items), dict(new.items)
    found += [f"{ref} was taken out." for ref in before if ref not in after]
    found += [f"{ref} was added." for ref in after if ref not in before]
    for ref, facts in before.items():
        if ref in after:
            found += _changed(f"{ref}: ", facts, after[ref])
    if not found and old != new:
        found.append("The order was changed.")
    return found


def _changed(of: str, old: Facts, new: Facts) -> list[str]:
    before, after = dict(old), dict(new)
    names = [*before, *(name for name in after if name not in before)]
    return [
        f"{of}{name} was “{before.get(name, '')}” and is now “{after.get(name, '')}”."
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]
