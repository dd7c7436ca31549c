"""Progress of long work, on standard error, and only where a person is watching."""

from __future__ import annotations

import sys
from types import TracebackType

import click


class Progress:
    """
    A bar that moves one step for each stage that is named; call it with the stage that begins.

    Where standard error is no terminal it writes nothing. More stages than foreseen do no harm.
    """

    def __init__(self, stages: int) -> None:
        self._bar = click.progressbar(
            length=stages,
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
            show_eta=False,
            item_show_func=lambda stage: stage or "",
        )
        self._started = False

    def __enter__(self) -> Progress:
        self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._bar.update(max(0, (self._bar.length or 0) - self._bar.pos), "done")
        self._bar.__exit__(kind, error, trace)

    def __call__(self, stage: str) -> None:
        self._bar.update(1 if self._started else 0, stage)
        self._started = True
