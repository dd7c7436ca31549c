"""Sheets and who may see them, what they hold as the engine takes it, and what may be shown of its worth."""

from __future__ import annotations

import functools
import hashlib
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from commonweal import errors
from commonweal.crosswalk.express import Price
from commonweal.crosswalk.shares import Choices
from commonweal.crosswalk.sheet import Filled, FilledSheet
from commonweal.crosswalk.summary import Summary
from commonweal.places import Gazetteer
from commonweal.quantities import plain
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping import frozen
from commonweal_web.mapping.models import Sheet
from commonweal_web.organisations import selectors as organisations

BASIS = 100
"""Basis points of one per cent."""


def token_hash(token: str) -> str:
    """Return what is kept of a link's secret part."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(token: str) -> Sheet | None:
    """Return the sheet of a link, kept or not."""
    return Sheet.objects.select_related("frozen").filter(token_hash=token_hash(token)).first()


def readable(user: Any) -> QuerySet[Sheet]:
    """Return the kept sheets that a person may read: their own, and those kept for an organisation of theirs."""
    bodies = organisations.memberships(user).values("organisation")
    kept = Sheet.objects.select_related("frozen", "organisation", "owner").filter(owner__isnull=False)
    return kept.filter(Q(owner_id=user.pk) | Q(organisation__in=bodies))


def own(user: Any) -> QuerySet[Sheet]:
    """Return the sheets that a person keeps."""
    return readable(user).filter(owner_id=user.pk)


@functools.cache
def regions() -> tuple[tuple[str, str], ...]:
    """Return code (such as TLG) and name of the twelve regions and nations, in the order of their codes."""
    return tuple((f"TL{place.nuts1[2:]}", place.name) for place in Gazetteer().regions)


def summary_of(sheet: Sheet) -> Summary:
    """Return the summary that a sheet was made from."""
    return _summary(sheet.frozen.digest, sheet.frozen.content)


@functools.lru_cache(maxsize=64)
def _summary(digest: str, content: str) -> Summary:  # the digest keeps the key short to compare
    return frozen.from_text(content)


def filled(sheet: Sheet) -> FilledSheet:
    """Return a sheet with all that is in it."""
    summary = summary_of(sheet)
    amounts: dict[str, dict[str, Filled]] = {}
    for entry in sheet.entries.all():
        said = (entry.target, entry.delivered, entry.target_of, entry.delivered_of)
        amounts.setdefault(entry.row, {})[entry.region] = Filled(*map(_tidy, said))
    return FilledSheet(
        summary=summary,
        regions=regions(),
        amounts=amounts,
        data={row: {name: Decimal(text) for name, text in known.items()} for row, known in sheet.data.items()},
        choices=choices_of(summary, sheet.choices),
        prices=prices(summary),
        title=sheet.title,
    )


def _tidy(amount: Decimal | None) -> Decimal | None:
    """Return an amount without the noughts that the database adds."""
    return None if amount is None else Decimal(plain(amount))


def choices_of(summary: Summary, stored: dict[str, dict[str, str]]) -> Choices:
    """Return the shares of a sheet as the engine takes them: in basis points, by item and release."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for line in summary.lines:
        shares = stored.get(line.item.id, {})
        for way in line.ways:
            if way.target.id in shares:
                points = int(Decimal(shares[way.target.id]) * BASIS)
                found.setdefault((line.item.id, way.to), {})[way.target.id] = points
    return found


def prices(summary: Summary) -> dict[str, Price]:
    """Return what a unit of each measure was worth on the summary's day, where everybody may see it."""
    things = {line.item.id: line.item for line in summary.lines}
    things |= {way.target.id: way.target for line in summary.lines for way in line.ways}
    found = {item: _price(item, summary) for item, thing in things.items() if thing.unit}
    return {item: price for item, price in found.items() if price is not None}


def _price(item_id: str, summary: Summary) -> Price | None:
    try:
        measure = frameworks.public_catalogue().measure(item_id)
        series = frameworks.shown_series(measure)
        if series is None or series.unit != f"GBP/{measure.unit}":
            return None
        entry = series.on(summary.made_on).entry
    except (errors.UnknownCode, errors.NoValueForDate, errors.NoValueForPlace):
        return None
    title = str(series.sources.get(entry.source, {}).get("title", entry.source))
    return Price(entry.value, f"{series.id}, {title}, as on {summary.made_on}")
