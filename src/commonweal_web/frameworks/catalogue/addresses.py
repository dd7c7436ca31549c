"""Where everything in the catalogue has its page."""

from __future__ import annotations

import re

from django.urls import reverse

from commonweal.catalogue import Framework
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.models import GOALS

PAGED = ("theme", "outcome", "criterion", "measure")


def release_url(release: str) -> str:
    """Return the page of a release; the goals are one."""
    return reverse("frameworks:goals") if release == GOALS else reverse("frameworks:release", args=[release])


def item_url(release: str, code: str) -> str:
    """Return the page of a theme, outcome, criterion or measure."""
    return reverse("frameworks:item", args=[release, code])


def goal_url(code: str) -> str:
    """Return where a goal or target stands."""
    goal, dot, _ = code.partition(".")
    page = reverse("frameworks:goal", args=[goal])
    return f"{page}#{anchor('target', code)}" if dot else page


def linked_url(release: str, item: Item) -> str:
    """Return the page of an item of a crosswalk."""
    return goal_url(item.code) if release == GOALS else item_url(release, item.code)


def anchor(kind: str, code: str) -> str:
    """Return the id of a place on a page."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9.]+', '-', code)}"


def short(framework: Framework) -> str:
    """Return what a release is called where there is little room."""
    return framework.short_name or framework.name
