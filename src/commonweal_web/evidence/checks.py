"""What Django's `check` and the start of the service say about evidence."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, register


@register()
def scanner_is_configured(**_: Any) -> list[CheckMessage]:
    """Say that files are not scanned where no scanner is set; every page about a file says so too."""
    if settings.CLAMD or settings.MODE != "deployment":
        return []
    return [
        Info(
            "No virus scanner is set: every file is marked “not scanned”, on each page about it.",
            hint="Set COMMONWEAL_CLAMD to clamd's host:port, or to the path of its socket.",
            id="commonweal.I001",
        )
    ]
