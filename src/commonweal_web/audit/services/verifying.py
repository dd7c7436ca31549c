"""
Computing every chain again, row by row, and comparing it with its head and with an anchor kept outside.

What each comparison finds: the hash of a row shows an edit; the row's link to the one before shows a row swapped, put
in or taken out; the head shows a cut end; the anchor shows all of these when somebody wrote rows, links and heads anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from commonweal_web.audit.canonical import GENESIS
from commonweal_web.audit.models import PLATFORM, ChainHead, Event
from commonweal_web.audit.services.anchoring import VERB

CHUNK = 2000
LATEST = 100
"""How many events the end of a chain is, for `verify_end`."""
MOST = 1000
"""No more rows than this are named after the end of chains."""
Known = dict[int, dict[int, str]]
"""Hashes known from anchors: chain -> number of the event -> hash."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the log is not what was written. `code` is stable: edited, link, cut, anchor, extra."""

    chain: int
    seq: int
    code: str
    message: str

    def __str__(self) -> str:
        name = "the platform's chain" if self.chain == PLATFORM else f"the chain of organisation {self.chain}"
        return f"Event {self.seq} of {name}: {self.message}"


@dataclass(slots=True)
class Walk:
    """How far the reading of one chain has come, and the hashes that anchors know of it."""

    chain: int
    seq: int = 0
    hash: str = GENESIS
    known: dict[int, str] = field(default_factory=dict)


def verify(anchor: Mapping[str, Any] | None = None) -> list[Finding]:
    """
    Read the whole log and return everything that is not as it was written; an empty list means the log holds.

    `anchor` is the content of an anchor file from outside. Without it the log is compared with the anchors inside
    it, which whoever rewrites the database can rewrite too.
    """
    heads = dict(ChainHead.objects.order_by("chain").values_list("chain", "seq"))
    outside = _known(anchor["heads"] if anchor else ())
    findings = list(_walk_all(heads, outside))
    findings += [
        Finding(chain, max(known), "cut", "an anchor knows it, but the chain is gone.")
        for chain, known in outside.items()
        if chain not in heads
    ]
    findings += _extra()
    return sorted(findings, key=lambda found: (found.chain, found.seq, found.code))


def verify_end(chain: int, *, count: int = LATEST) -> list[Finding]:
    """
    Read only the latest events of a chain, its head and the newest anchor inside the log: quick enough for a page.

    An empty list means that its end holds; older events are read by `verify` alone.
    """
    head = ChainHead.objects.filter(chain=chain).first()
    if head is None:
        return []
    events = list(Event.objects.filter(chain=chain, seq__lte=head.seq).order_by("-seq")[: count + 1])[::-1]
    anchored = Event.objects.filter(chain=PLATFORM, verb=VERB).order_by("-seq").first()
    known = _learned(anchored.new) if anchored else {}
    walk = Walk(chain, known=dict([known[chain]] if chain in known else []))
    if events and events[0].seq > 1:
        walk.seq, walk.hash = events[0].seq, events[0].hash
        events = events[1:]
    return [*(found for event in events for found in _step(walk, event)), *_end(walk, head.seq)]


def _walk_all(heads: dict[int, int], outside: Known) -> Iterator[Finding]:
    inside: dict[int, tuple[int, str]] = {}
    for chain, last in heads.items():  # the platform's chain comes first: it holds the anchors of the others
        walk = Walk(chain, known=dict([inside[chain]] if chain in inside else []) | outside.get(chain, {}))
        for event in Event.objects.filter(chain=chain, seq__lte=last).order_by("seq").iterator(chunk_size=CHUNK):
            yield from _step(walk, event)
            if chain == PLATFORM and event.verb == VERB:
                inside.update(_learned(event.new))
        yield from _end(walk, last)


def _step(walk: Walk, event: Event) -> Iterator[Finding]:
    expected = walk.seq + 1
    if event.seq != expected:
        yield Finding(walk.chain, expected, "link", f"missing; the next event has the number {event.seq}.")
    if event.previous_hash != walk.hash:
        yield Finding(walk.chain, event.seq, "link", "it does not follow the event before it.")
    if not _is_itself(event):
        yield Finding(walk.chain, event.seq, "edited", "its content is not what was written.")
    if walk.known.get(event.seq, event.hash) != event.hash:
        yield Finding(walk.chain, event.seq, "anchor", "an anchor knows it with another content.")
    walk.seq, walk.hash = event.seq, event.hash


def _is_itself(event: Event) -> bool:
    if event.salt:
        names = event.computed_names_hash() == event.names_hash
    else:
        names = not event.actor_name and not event.record_label
    return names and event.computed_hash() == event.hash


def _end(walk: Walk, last: int) -> Iterator[Finding]:
    head = ChainHead.objects.filter(chain=walk.chain).values_list("seq", "hash").first()
    if walk.seq < last:
        yield Finding(walk.chain, walk.seq + 1, "cut", f"missing, and so are all to number {last}.")
    elif head is not None and head[0] == last and head[1] != walk.hash:
        yield Finding(walk.chain, last, "link", "the head of the chain names another hash.")
    beyond = [seq for seq in walk.known if seq > walk.seq]
    if beyond and walk.seq >= last:
        yield Finding(walk.chain, walk.seq + 1, "cut", f"missing; an anchor knows this chain to number {max(beyond)}.")


def _extra() -> list[Finding]:
    head = Subquery(ChainHead.objects.filter(chain=OuterRef("chain")).values("seq"))
    rows = Event.objects.annotate(head=head).filter(Q(head=None) | Q(seq__gt=F("head")))
    places = rows.order_by("chain", "seq").values_list("chain", "seq")[:MOST]
    return [Finding(chain, seq, "extra", "it stands after the end of its chain.") for chain, seq in places]


def _known(heads: Any) -> Known:
    known: Known = {}
    for head in heads:
        known.setdefault(head["chain"], {})[head["seq"]] = head["hash"]
    return known


def _learned(new: Any) -> dict[int, tuple[int, str]]:
    """Return the heads that an anchor inside the log names; the newest is enough, since each hash covers all before."""
    try:
        return {head["chain"]: (head["seq"], head["hash"]) for head in new["heads"] if head["chain"] != PLATFORM}
    except (KeyError, TypeError):  # its content was changed, which its hash shows
        return {}
