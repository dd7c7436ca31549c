"""The row of places below the header: at most six, each an address of the service that this person may open."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

MOST = 6


def row(request: HttpRequest, names: Sequence[tuple[str, str]]) -> list[dict[str, object]]:
    """
    Return (words, name of the address) pairs as the places of `base.html`, the one that holds this page marked.

    An address that does not exist yet is left out. "/" holds only itself; any other place holds what stands below it.
    """
    places: list[dict[str, object]] = []
    for text, name in names:
        try:
            places.append({"text": text, "href": reverse(name)})
        except NoReverseMatch:
            continue
    held = [place for place in places[:MOST] if _holds(str(place["href"]), request.path)]
    if held:
        nearest = max(held, key=lambda place: len(str(place["href"])))
        nearest["current" if nearest["href"] == request.path else "active"] = True
    return places[:MOST]


def _holds(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))
