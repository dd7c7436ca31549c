"""The clock of the demo: it starts at a chosen moment, goes on with real time, and can be moved forward only."""

from __future__ import annotations

import datetime as dt

from django.db import models, transaction
from django.utils import timezone

from commonweal_web.core.errors import Refused


class DemoClock(models.Model):
    """At the real moment `set_at` the demo's clock showed `demo_moment`; there is one row or none."""

    demo_moment = models.DateTimeField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_demo_clock"),)

    def at(self, real: dt.datetime) -> dt.datetime:
        """Return what the demo's clock shows at the real moment `real`."""
        return self.demo_moment + max(real - self.set_at, dt.timedelta())


def demo_now() -> dt.datetime | None:
    """Return the demo's moment, or nothing while its clock was never set."""
    clock = DemoClock.objects.filter(pk=1).first()
    return clock.at(timezone.now()) if clock else None


@transaction.atomic
def move_demo_clock(*, to: dt.datetime) -> None:
    """
    Let the demo's clock show `to` from now on.

    :raises Refused: if `to` is before what it shows: facts already recorded would lie in the future
    """
    real = timezone.now()
    clock = DemoClock.objects.select_for_update().filter(pk=1).first()
    if clock and to < clock.at(real):
        raise Refused(
            f"The demo's clock shows {clock.at(real):%-d %B %Y} and can be moved forward only. Choose a later day.",
            code="clock_backwards",
            field="day",
        )
    DemoClock.objects.update_or_create(pk=1, defaults={"demo_moment": to, "set_at": real})
