"""A choice as an address: read from a request, and written so that it can be kept as a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

LONGEST_ADDRESS = 7500
"""Letters of an address that every server and browser takes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The framework that is started from, the codes that are chosen of it, and the frameworks to see them in."""

    source: str = ""
    codes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    words: str = ""

    @property
    def query(self) -> str:
        pairs = [("from", self.source), *(("code", code) for code in self.codes), *(("to", to) for to in self.targets)]
        return urlencode([*pairs, *([("q", self.words)] if self.words else [])])

    @property
    def select_url(self) -> str:
        return f"{reverse('mapping:select')}?{self.query}"

    @property
    def summary_url(self) -> str:
        return f"{reverse('mapping:summary')}?{replace(self, words='').query}"


def asked(request: HttpRequest) -> Asked:
    """Return what a request asks for, in a form as well as in an address; each code once."""
    data: QueryDict = request.POST if request.method == "POST" else request.GET
    return Asked(
        source=_clean(data.get("from", "")),
        codes=_each(data.getlist("code")),
        targets=_each(data.getlist("to")),
        words=_clean(data.get("q", "")),
    )


def _each(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_clean, values))))


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()
