"""What can be chosen, what a choice becomes, and whether something newer exists than what a link holds."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import commonweal
import commonweal_data
from commonweal import errors
from commonweal.catalogue import Catalogue, Framework
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.summary import Release, Summary
from commonweal.reporting.build.mapping_summary import GOALS_RELEASE, release_of, summarise, target_of
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping import frozen
from commonweal_web.mapping.models import Frozen

MOST_CODES = 400
MOST_TARGETS = 12
MOST_LINES = 600
LONGEST_CODE = 160
LONGEST_WORDS = 200
DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_LISTED = 200
"""Up to so many measures of a framework are listed at once; of a longer one those that are searched for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen, with what is under it; `value` names it in an address."""

    value: str
    code: str
    label: str
    kind: str
    criteria: tuple[Item, ...] = ()
    measures: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The outcomes of one theme; without a theme the label is empty."""

    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Newer:
    """
    What has changed since a summary was made, in words; `release` is the newer one where there is one.

    `reached` says whether the same can be chosen anew with it: not where nothing links the two frameworks.
    """

    words: str
    instead_of: str = ""
    release: str = ""
    reached: bool = True


def today_summary(*, source: str, codes: Sequence[str], targets: Sequence[str], on: dt.date) -> Summary:
    """
    Return what is chosen as everybody sees it on a day.

    :raises Refused: in words, for what is not known or more than one page can hold
    """
    _sized(codes, targets)
    catalogue, crosswalk = frameworks.public_catalogue(), frameworks.public_crosswalk()
    try:
        release = crosswalk.known(source)
        if release == GOALS:
            raise Refused("Start from a framework: the goals count nothing. See what serves a goal instead.")
        if release in targets:
            raise Refused(f"{_name(release)} cannot be seen in itself. Choose another framework to see it in.")
        made = summarise(
            catalogue,
            crosswalk,
            source=release,
            codes=codes,
            targets=targets,
            on=on,
            engine=commonweal.__version__,
            data=commonweal_data.__version__,
        )
    except errors.UnknownCode as error:
        raise Refused(str(error), code="unknown") from None
    if len(made.lines) > MOST_LINES:
        raise Refused(
            f"That is {len(made.lines):,} measures, and one summary holds {MOST_LINES}. Choose an outcome at a time.",
            code="too_many",
        )
    return made


def _sized(codes: Sequence[str], targets: Sequence[str]) -> None:
    if len(codes) > MOST_CODES:
        raise Refused(
            f"{len(codes):,} codes were chosen, and {MOST_CODES} are taken. Choose whole outcomes instead.",
            code="too_many",
        )
    if len(targets) > MOST_TARGETS:
        raise Refused(f"Choose {MOST_TARGETS} frameworks at most to see it in.", code="too_many")
    if any(len(text) > LONGEST_CODE for text in (*codes, *targets)):
        raise Refused(f"A code is longer than {LONGEST_CODE} letters, and so no framework has it.", code="unknown")


def kept(digest: str) -> Frozen | None:
    """Return what a permanent link holds, or None for one that there is not."""
    return Frozen.objects.filter(digest=digest).first() if DIGEST.fullmatch(digest) else None


@functools.lru_cache(maxsize=64)
def _read(digest: str, content: str) -> Summary:
    return frozen.from_text(content)


def summary_of(row: Frozen) -> Summary:
    """Return the summary of a permanent link."""
    return _read(row.digest, row.content)


def sources() -> tuple[Framework, ...]:
    """Return the releases that one can start from, invented examples last."""
    crosswalk = frameworks.public_crosswalk()
    found = [one for one in frameworks.public_catalogue().frameworks if crosswalk.items.counted(one.id)]
    return tuple(sorted(found, key=lambda one: one.example))


def release_named(release: str) -> Framework:
    """
    Return a release that one can start from.

    :raises Refused: in words
    """
    try:
        return frameworks.public_catalogue().framework(release[:LONGEST_CODE])
    except errors.UnknownCode as error:
        raise Refused(str(error), code="unknown") from None


def require_known(releases: Iterable[str]) -> None:
    """
    Say which of some releases there is not, with those that there are.

    :raises Refused: in words
    """
    crosswalk = frameworks.public_crosswalk()
    try:
        for release in releases:
            crosswalk.known(release[:LONGEST_CODE])
    except errors.UnknownCode as error:
        raise Refused(str(error), code="unknown") from None


def targets_of(release: str) -> tuple[tuple[str, str, bool], ...]:
    """Return id, name and whether it is an example of each release that a framework is linked to."""
    crosswalk = frameworks.public_crosswalk()
    found = [(one, _name(one), _is_example(one)) for one in crosswalk.releases(release)]
    return tuple(sorted(found, key=lambda one: one[2]))


def unlinked(release: str) -> tuple[str, ...]:
    """Return the names of the releases that a framework is not linked to, examples left out."""
    linked = {one for one, _, _ in targets_of(release)} | {release}
    return tuple(one.name for one in sources() if one.id not in linked and not one.example)


def _name(release: str) -> str:
    """Return the short name of a release; its id where it is no more."""
    if release == GOALS:
        return GOALS_RELEASE.name
    try:
        found = frameworks.public_catalogue().framework(release)
    except errors.UnknownCode:
        return release
    return found.short_name or found.name


def _is_example(release: str) -> bool:
    return release != GOALS and frameworks.public_catalogue().framework(release).example


def groups_of(framework: Framework) -> tuple[Group, ...]:
    """Return what can be chosen of a release: by theme its outcomes with their criteria and measures."""
    items = frameworks.public_crosswalk().items.of(framework.id).values()
    themes = {theme.code: theme.label for theme in framework.themes}
    found: dict[str, list[Choice]] = {}
    for outcome in framework.outcomes:
        criteria = tuple(item for item in items if item.kind == "criterion" and outcome.id in item.above)
        measures = tuple(item for item in items if item.kind == "measure" and outcome.id in item.above)
        choice = Choice(outcome.code, outcome.code, outcome.label, "outcome", criteria, measures)
        found.setdefault(themes.get(outcome.theme, ""), []).append(choice)
    loose = tuple(item for item in items if item.kind == "measure" and not item.above)
    groups = [Group(theme, tuple(choices)) for theme, choices in found.items()]
    if loose:
        groups.append(Group("", (Choice("", "", "", "measures", (), loose),)))
    return tuple(groups)


def is_long(framework: Framework) -> bool:
    """Whether a release has too many measures to list them all."""
    return len(framework.measures) > MOST_LISTED


def found(framework: Framework, words: str) -> tuple[Item, ...]:
    """Return the measures of a release that fit everyday words, best first; criteria where it has no measures."""
    items, catalogue = frameworks.public_crosswalk().items, frameworks.public_catalogue()
    asked, within = words[:LONGEST_WORDS], (framework.id,)
    if not framework.measures:
        counted = {one.id for one in items.counted(framework.id)}
        parts = catalogue.search_parts(asked, limit=MOST_LISTED, releases=within)
        ids = (getattr(hit.part, "id", "") for hit in parts)
        return tuple(items[one] for one in ids if one in counted)
    hits = catalogue.search(asked, limit=MOST_LISTED, releases=within)
    return tuple(items[hit.measure.id] for hit in hits)


def items_named(release: str, codes: Iterable[str]) -> tuple[Item, ...]:
    """Return the items with these codes or ids; what is not known is left out."""
    items = frameworks.public_crosswalk().items.of(release).values()
    by_code = {key: item for item in items for key in (item.id.casefold(), item.code.casefold())}
    wanted = [by_code.get(code.strip().casefold()) for code in codes]
    return tuple(dict.fromkeys(item for item in wanted if item is not None))


def newer(summary: Summary) -> tuple[Newer, ...]:
    """Return in words what has changed since a summary was made; nothing where it would be made the same today."""
    catalogue = frameworks.public_catalogue()
    notes = [note for release in summary.releases for note in _newer_release(catalogue, summary, release)]
    if not notes:
        notes = [note for release in summary.targets for note in _newer_links(summary, release)]
    return tuple(notes)


def _newer_release(catalogue: Catalogue, summary: Summary, release: Release) -> Iterable[Newer]:
    now = _current(catalogue, release.id)
    if now is None:
        gone = f"{release.name} is no longer in the catalogue. This page keeps what was in it."
        yield Newer(gone, release.id, reached=False)
        return
    if now.sha256 != release.sha256:
        yield Newer(f"The catalogue says something else of {release.name} now than it did then.", release.id)
    latest = _latest(catalogue, release.id)
    if latest != release.id:
        yield _newer_with_links(summary, release, latest)


def _newer_with_links(summary: Summary, release: Release, latest: str) -> Newer:
    """Return the note on a newer release of the source or of a target, which says so where nothing leads to it."""
    source = summary.source
    if release.id == source.id:
        linked = bool(linked_among(latest, (one.id for one in summary.targets)))
        missing = f"nothing links it to {' or '.join(one.short_name for one in summary.targets)} yet"
    else:
        linked = bool(linked_among(source.id, (latest,)))
        missing = f"nothing links {source.short_name} to it yet"
    if linked or latest == source.id:
        words = f"There is a newer release of {release.short_name}: {_name(latest)}. Contracts stay on theirs."
    else:
        words = f"{_name(latest)} is newer; {missing}."
    return Newer(words, release.id, latest, reached=linked)


def linked_among(source: str, releases: Iterable[str]) -> tuple[str, ...]:
    """Return those of some releases that a framework is linked to, each once."""
    linked = frameworks.public_crosswalk().releases(source)
    return tuple(dict.fromkeys(one for one in releases if one in linked))


def _current(catalogue: Catalogue, release: str) -> Release | None:
    try:
        return release_of(catalogue, release)
    except errors.UnknownCode:
        return None


def _latest(catalogue: Catalogue, release: str) -> str:
    """Return the last release in the row that begins here: what replaces it, and what replaces that."""
    seen = [release]
    while True:
        found = [one.id for one in catalogue.frameworks if one.replaces == seen[-1] and one.id not in seen]
        if not found:
            return seen[-1]
        seen.append(found[0])


def _newer_links(summary: Summary, release: Release) -> Iterable[Newer]:
    now = target_of(frameworks.public_catalogue(), frameworks.public_crosswalk(), summary.source.id, release.id)
    if now.links_sha256 != release.links_sha256:
        yield Newer(
            f"The links from {summary.source.short_name} to {release.short_name} have changed since.", release.id
        )


@dataclass(frozen=True, slots=True)
class Serving:
    """What serves one goal or target: the item, with why."""

    release: str
    release_name: str
    item: Item
    reason: str


@dataclass(frozen=True, slots=True)
class GoalServed:
    """A goal, or a target of one, with all that is linked to it."""

    code: str
    name: str
    serving: tuple[Serving, ...]


def serving(goal: str) -> tuple[GoalServed, ...]:
    """
    Return a goal and its targets with what every framework links to them; those that nothing serves are left out.

    :raises Refused: for a goal that there is not
    """
    items = frameworks.public_crosswalk().items
    wanted = f"{GOALS}/{goal}"
    if wanted not in items:
        raise Refused("There are 17 goals. Choose one of them.", code="unknown")
    ends = [one for one in items.of(GOALS).values() if one.id == wanted or wanted in one.above]
    return tuple(one for one in (_served(end) for end in ends) if one.serving)


def _served(end: Item) -> GoalServed:
    crosswalk = frameworks.public_crosswalk()
    links = [link for link in crosswalk.links if link.target == end.id]
    rows = [
        Serving(link.source_release, _name(link.source_release), crosswalk.items[link.source], link.reason)
        for link in links
    ]
    return GoalServed(end.code, end.label, tuple(rows))


def goals() -> tuple[tuple[str, str], ...]:
    """Return number and name of every goal."""
    return tuple((goal.code, goal.name) for goal in frameworks.public_catalogue().goals)
