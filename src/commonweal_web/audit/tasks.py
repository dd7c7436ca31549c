"""The scheduled jobs of the log."""

from __future__ import annotations

import datetime as dt

import structlog
from django.conf import settings

from commonweal_web.audit.services import anchoring
from commonweal_web.core import jobs, outbox

log = structlog.get_logger(__name__)


@jobs.daily(hour=2)
def anchor_the_log(now: dt.datetime) -> None:
    """Anchor every chain, put the anchor's file in its folder, and mail it to those who keep it outside."""
    anchor = anchoring.anchor(now=now)
    day = f"{now.astimezone(dt.UTC):%Y-%m-%d}"
    for address in settings.ANCHOR_MAIL:
        outbox.queue(
            key=f"log-anchor:{day}:{address}",
            to=address,
            subject=f"Commonweal: anchor of the log, {day}",
            body=_letter(day, anchoring.file_name(now), anchoring.as_text(anchor)),
            now=now,
        )
    path = anchoring.write(anchor, settings.ANCHOR_ROOT, now)
    log.info("log_anchored", file=path.name, chains=len(anchor["heads"]))


def _letter(day: str, name: str, text: str) -> str:
    return (
        f"This is the anchor of Commonweal's log of {day}.\n\n"
        f"Keep it: save what follows the line as {name}. With it you can check that nothing written in the log up to\n"
        "that day was changed, taken out or put in since: on the page Verify the log, or with `commonweal verify`.\n\n"
        f"----\n{text}"
    )
