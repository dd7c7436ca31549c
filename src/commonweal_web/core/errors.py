"""
What a service refuses, in words for the person who asked.

A view turns `Refused` into a form error or a page; `StaleVersion` becomes 409 with what changed, `NotPermitted` 403
with the reason. Each message says what, why and how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """The act is not possible now. `field` names the form field where there is one, `code` is stable for tests."""

    def __init__(self, message: str, *, code: str = "refused", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field


class NotPermitted(Refused):
    """The record is in scope, but this person may not do this to it; `message` says why and who may."""

    def __init__(self, message: str, *, code: str = "not_permitted") -> None:
        super().__init__(message, code=code)


class StaleVersion(Refused):
    """Somebody else changed the record since the page was opened; `changes` maps a label to (shown, now)."""

    def __init__(self, message: str, *, changes: Mapping[str, tuple[str, str]] | None = None) -> None:
        super().__init__(message, code="stale_version")
        self.changes = dict(changes or {})


class Invalid(Refused):
    """Several problems at once: `problems` maps a field (or "" for the whole) to its messages."""

    def __init__(self, problems: Mapping[str, list[str]]) -> None:
        first = next((m for messages in problems.values() for m in messages), "Nothing was saved.")
        super().__init__(first, code="problems")
        self.problems = {field: list(messages) for field, messages in problems.items()}
