"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not turn a slow example into a failure; the bench measures time, tests do not.
settings.register_profile("commonweal", deadline=None)
settings.load_profile("commonweal")
