"""What is lost on the way from an item to its counterpart, in a sentence."""

from __future__ import annotations

from commonweal.crosswalk.crosswalk import Way
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.models import Likeness, Link
from commonweal.quantities import ONE, plain

RELATIONS = {
    Likeness.SAME: "is the same as",
    Likeness.CLOSE: "is close to",
    Likeness.NARROWER: "is narrower than",
    Likeness.BROADER: "is broader than",
    Likeness.RELATED: "is related to",
}
KEPT = {
    Likeness.SAME: "Nothing is lost.",
    Likeness.CLOSE: "All of it is counted there, under a definition that is not quite the same.",
    Likeness.NARROWER: "All of it is counted there, among other things: what was special about it is no longer seen.",
}
LEFT = {
    Likeness.SAME: "The same is meant, but the units differ: no quantity can be carried over.",
    Likeness.CLOSE: "Nearly the same is meant, but it is counted otherwise: no quantity can be carried over.",
    Likeness.NARROWER: "All of it belongs there, but it is counted otherwise: no quantity can be carried over.",
    Likeness.BROADER: "Only a part of it belongs there, and nothing says which: no quantity can be carried over.",
    Likeness.RELATED: "Something else is counted there: no quantity can be carried over.",
}


def lost(way: Way, item: Item, target: Item, *, by: str = "") -> str:
    """
    Return what is lost when `item` is told as `target`, and what must be known to tell it.

    `by` names the criterion or outcome whose link it is, where it is not the item's own; without it stands its id.
    """
    if way.inherited:
        return f"The link is one of {by or way.by} above it, which counts nothing: no quantity can be carried over."
    if not way.converts:
        if item.kind != "measure" or target.kind != "measure":
            return "Nothing is counted at this level, so there is no quantity to carry over."
        return LEFT[way.link.relation]
    return f"{KEPT[way.link.relation]}{_multiplied(way.link)}"


def _multiplied(link: Link) -> str:
    parts = []
    if link.factor not in (None, ONE):
        parts.append(f"Each counts as {plain(link.factor or ONE)}.")
    if link.datum:
        verb = "divided" if link.datum.divide else "multiplied"
        parts.append(f"It is {verb} by {link.datum.label}: without that number nothing is carried over.")
    return "".join(f" {part}" for part in parts)
