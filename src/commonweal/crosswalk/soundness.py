"""Finds links that stand twice for the same days, and weights of one source that do not make a whole."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from commonweal.crosswalk.models import GOALS, WHOLE, Link


def doubled(links: Iterable[Link]) -> Iterator[tuple[Link, str]]:
    """Yield each link that stands again, in this file or another, for days on which the first still counts."""
    before: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links:
        for other in before[(link.source, link.target)]:
            if other.overlaps(link):
                where = f"{other.origin.file} line {other.origin.row}"
                yield link, f"{link.source} to {link.target} stands in {where} for the same days. Keep one of them."
        before[(link.source, link.target)].append(link)


def unweighed(links: Iterable[Link]) -> Iterator[tuple[Link, str]]:
    """Yield the first link of each source whose weights towards one release do not make 10,000 on every day."""
    by_source: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links:
        by_source[(link.source, link.target_release)].append(link)
    for rows in by_source.values():
        wrong = next((day for day in _turns(rows) if not _whole(rows, day)), None)
        if wrong is not None:
            yield _first(rows, wrong), _said(rows, wrong)


def _whole(rows: list[Link], day: dt.date) -> bool:
    """Return whether the weights that count on a day make a whole, and nothing that could take a share has none."""
    now = [link for link in rows if link.in_force(day)]
    weighed = [link.weight for link in now if link.weight is not None]
    return not weighed or (sum(weighed) == WHOLE and not _bare(now))


def _bare(links: Iterable[Link]) -> list[Link]:
    return [link for link in links if link.weight is None and (link.converts or link.target_release == GOALS)]


def _first(rows: list[Link], day: dt.date) -> Link:
    return next(link for link in rows if link.in_force(day) and link.weight is not None)


def _said(rows: list[Link], day: dt.date) -> str:
    now = [link for link in rows if link.in_force(day)]
    whole = sum(link.weight or 0 for link in now)
    bare = len(_bare(now))
    since = f" from {day}" if day > dt.date.min else ""
    more = f", and {bare} more {'row has' if bare == 1 else 'rows have'} none" if bare else ""
    return (
        f"the weights of {now[0].source} towards {now[0].target_release} make {whole:,}{since}{more}. "
        f"Let the weights of one source add up to 10000."
    )


def _turns(links: Iterable[Link]) -> list[dt.date]:
    """Return the days on which the links that count may change, the beginning of time included."""
    days = {dt.date.min}
    for link in links:
        if link.applies_from:
            days.add(link.applies_from)
        if link.applies_until and link.applies_until < dt.date.max:
            days.add(link.applies_until + dt.timedelta(days=1))
    return sorted(days)
