"""What stands on a page, for tests that read it: its text without marks, and where its links lead."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from django.test import Client


def text(content: str) -> str:
    """Return the words of a page's main part, one space between them."""
    main = content[content.index("<main") : content.index("</main>")]
    words = re.sub(r"<[^>]+>", " ", main)
    return re.sub(r"\s+([.,:;])", r"\1", " ".join(html.unescape(words).split()))


def page(address: str, status: int = 200) -> str:
    """Return the words of a page as anybody sees it."""
    return text(opened(address, status))


def opened(address: str, status: int = 200) -> str:
    """Return a page as anybody sees it."""
    answer = Client().get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def links(content: str) -> list[str]:
    """Return the addresses of this service that a page links to, without the places on them."""
    found = (html.unescape(href).partition("#")[0] for href in re.findall(r'href="(/[^"]*)"', content))
    return list(dict.fromkeys(href for href in found if href))


def crawled(starts: Iterable[str], *, below: str) -> dict[str, bytes]:
    """Open pages and all that they link to below an address, and return what each answers."""
    client, waiting, found = Client(), list(starts), {}
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        found[address] = answer.content
        if answer.headers["Content-Type"].startswith("text/html"):
            waiting += [href for href in links(answer.content.decode()) if href.startswith(below)]
    return found
