"""Keeping a summary under a permanent link."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from commonweal_web.audit import services as audit
from commonweal_web.audit.models import PLATFORM
from commonweal_web.core.errors import Refused
from commonweal_web.mapping import frozen
from commonweal_web.mapping.models import Frozen
from commonweal_web.organisations import throttle


class TooMany(Refused):
    """More was kept from one address within the hour than anybody needs."""


@transaction.atomic
def freeze(*, summary: frozen.Summary, by: Any, now: dt.datetime, address: str = "") -> Frozen:
    """
    Keep a summary under the hash of its content; one that is kept already is returned as it is.

    `by` is None for somebody who is not signed in, and then `address` is counted.

    :raises TooMany: if too many new ones came from one address within the hour
    """
    text = frozen.to_text(summary)
    digest = frozen.digest(text)
    known = Frozen.objects.filter(digest=digest).first()
    if known is not None:
        return known
    if by is None:
        _count(address, now)
    try:
        with transaction.atomic():
            made = Frozen.objects.create(digest=digest, content=text, made_at=now)
    except IntegrityError:  # somebody else kept the same at this moment
        return Frozen.objects.get(digest=digest)
    targets = [release.id for release in summary.targets]
    audit.record(
        organisation_id=PLATFORM,
        by=by,
        role="visitor" if by is None else "person",
        verb="mapping.kept",
        record=made,
        now=now,
        new={"digest": digest, "source": summary.source.id, "targets": targets, "items": len(summary.lines)},
    )
    return made


def _count(address: str, now: dt.datetime) -> None:
    left = throttle.try_now(now, mapping=address)
    if left:
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        raise TooMany(
            f"Many summaries were kept from your network within the last hour. Wait {minutes} "
            f"minute{'' if minutes == 1 else 's'} and keep it again, or sign in. The summary itself stays open to you.",
            code="slowed",
        )
