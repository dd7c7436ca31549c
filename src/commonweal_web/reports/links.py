"""Addresses of pages, by name; an address that the service does not have gives none, and its link is left out."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def link(name: str, *args: object, **query: object) -> str:
    """Return the address of a page, with `query` behind it; empty if there is no such page."""
    try:
        found = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{found}?{urlencode(query)}" if query else found
