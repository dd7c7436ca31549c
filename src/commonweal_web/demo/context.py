"""What the banner of every page of the demo shows."""

from __future__ import annotations

from django.http import HttpRequest

from commonweal_web.core import clock


def banner(request: HttpRequest) -> dict[str, object]:
    """Return the banner's template and the day of the demo."""
    return {"banner_template": "demo/banner.html", "demo_day": clock.today()}
