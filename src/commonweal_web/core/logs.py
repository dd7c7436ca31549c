"""Structured logs: one JSON object a line, with the request's id, and with nothing that names or opens anything."""

from __future__ import annotations

import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

E_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
QUERY = re.compile(r"(?<=[\w/])\?[^\s\"']*")
SECRET_IN_PATH = re.compile(r"(?<=/)(?=[\w:.\-~=]{20,})(?=[^/\s]*[\d:])[\w:.\-~=]+")
"""A part of an address that is long and holds a digit: a signed link, a key, a token."""
DETAIL = re.compile(r"^DETAIL:.*$", re.MULTILINE)
"""PostgreSQL repeats the values of the row in this line of an error."""


def clean(text: str) -> str:
    """Take e-mail addresses, query strings, tokens in addresses and the values of rows out of `text`."""
    for pattern, instead in ((DETAIL, "DETAIL: left out"), (QUERY, "?..."), (E_MAIL, "[e-mail]")):
        text = pattern.sub(instead, text)
    return text


def address(path: str) -> str:
    """Return the path of a request as it may be logged."""
    return SECRET_IN_PATH.sub("[token]", path.partition("?")[0])


def clean_all(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Clean every text of a log line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = clean(value)
    return event


def set_up(*, level: str, quiet: bool = False) -> None:
    """Send structlog and the standard library's logs the same way, to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=not quiet,
    )
    last: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        clean_all,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
    ]
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "processors": last, "foreign_pre_chain": shared}
    handler = {"class": "logging.NullHandler" if quiet else "logging.StreamHandler", "formatter": "json"}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"lines": handler},
            "root": {"handlers": ["lines"], "level": level},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "django.request": {"level": "CRITICAL"},  # the middleware logs every answer, and the fault with it
                "django.security": {"level": "WARNING"},
            },
        }
    )
