"""Mail about a pack on its way, queued in the transaction of the act that it tells of."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse

from commonweal_web.core import outbox
from commonweal_web.frameworks.keeping import selectors
from commonweal_web.frameworks.keeping.services.common import day_of
from commonweal_web.frameworks.models import Pack

WHAT = {
    Pack.Kind.FRAMEWORK: "a release of a framework",
    Pack.Kind.VALUES: "values in pounds",
    Pack.Kind.LINKS: "links between frameworks",
}


def tell_deciders(pack: Pack, now: dt.datetime) -> None:
    """Tell everybody who may publish a pack that it waits; a second proposal after it was sent back is told again."""
    page = settings.BASE_URL + reverse("frameworks:pack", args=[pack.body_id, pack.pk])
    for person in selectors.deciders(pack, day_of(now)):
        outbox.queue(
            key=f"pack-proposed:{pack.pk}:{pack.version}:{person.pk}",
            to=person.email,
            to_user_id=person.pk,
            subject=f"{pack.title} waits for somebody to publish it",
            body=(
                f"{pack.proposed_by} proposed {WHAT[Pack.Kind(pack.kind)]} of {pack.body}: {pack.title}.\n\n"
                "Look at what it holds and changes, then publish it or send it back. One of those who may decide is "
                f"enough.\n\n{page}"
            ),
            now=now,
            organisation_id=pack.body_id,
        )
