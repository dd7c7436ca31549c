"""Names that sections and tables of the report share."""

from __future__ import annotations

import hashlib

from commonweal.portfolio import Contract


def anchor(contract: Contract) -> str:
    """Return the anchor of a contract's section."""
    return f"contract-{slug(contract.ref)}"


def slug(text: str) -> str:
    """
    Return `text` fit for an id or a file name: letters, digits and hyphens.

    Where that loses anything, a short hash of the whole is added, so that two texts never share a slug.
    """
    words = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.casefold()).split())
    if words == text.casefold() and len(words) <= 40:
        return words
    return f"{words[:40]}-{hashlib.sha256(text.encode()).hexdigest()[:6]}".lstrip("-")
