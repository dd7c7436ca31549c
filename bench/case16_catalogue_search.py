"""
Case 16: search over 2,000 measures through the service, on its default database.

Forty questions, half of them misspelt, each about a measure that is planted among labels of the shipped frameworks with
the names of places. The product is the whole answer: request, search, page. Peers are bare searches without a page: a
scan that compares every word of every measure by difflib, and SQLite's full-text index of trigrams. An answer is which
of the planted measures stand among the first fifty.
"""

from __future__ import annotations

import difflib
import re
import sqlite3
from dataclasses import replace
from functools import cache

from bench import service
from bench.harness import Bar, Candidate, Case
from commonweal.catalogue import Catalogue, Framework, load_catalogue
from commonweal.catalogue.search import tokens
from commonweal.places import Gazetteer

MEASURES, FIRST, MOST_MS = 2_000, 50, 100
PLANTED = {
    "beekeeping": "beekeping", "allotments": "alotments", "choirs": "choiers", "bicycles": "bycicles",
    "defibrillators": "defibrilators", "hedgehogs": "hedgehoggs", "libraries": "libaries", "swimming": "swiming",
    "carpentry": "carpantry", "telescopes": "telescops", "orchards": "orchads", "lighthouses": "lighthuses",
    "pottery": "potery", "wheelchairs": "wheelchiars", "museums": "musuems", "gymnastics": "gymnastiks",
    "rehearsals": "rehersals", "umbrellas": "umbrelas", "pharmacies": "farmacies", "kayaks": "kayacks",
}  # fmt: skip
"""A word that no framework has, and how somebody might write it."""
QUESTIONS = [*PLANTED, *PLANTED.values()]
Answer = tuple[bool, ...]


@cache
def framework() -> Framework:
    """Return one release of 2,000 measures."""
    old = load_catalogue().framework("svm-2020")
    labels = [measure.label for measure in load_catalogue().measures]
    places = [place.name for place in Gazetteer()]
    texts = [f"Hours of {word} given to residents" for word in PLANTED]
    texts += [f"{labels[n % len(labels)]} in {places[n % len(places)]}" for n in range(MEASURES - len(texts))]
    made = tuple(
        replace(old.measures[0], id=f"svm-2020/B{n}", code=f"B{n}", label=text, cohort="", criteria=())
        for n, text in enumerate(texts)
    )
    return replace(old, measures=made)


@cache
def catalogue() -> Catalogue:
    """Return a catalogue with that release and the synonyms of the data package."""
    shipped = load_catalogue()
    return Catalogue([framework()], shipped.goals, shipped._synonyms)


@cache
def _client():  # type: ignore[no-untyped-def]  # Django is there only once the service is set up
    from django.test import Client

    from commonweal_web.frameworks import selectors

    selectors.public_catalogue = catalogue
    return Client(headers={"host": "localhost"})


def through_the_service() -> Answer:
    """Ask each question of the page, and read the codes of the measures that it shows."""
    found = []
    for number, question in enumerate(QUESTIONS):
        page = _client().get("/catalogue/search/", {"q": question}).content.decode()
        codes = re.findall(r'href="/catalogue/svm-2020/B(\d+)/"', page)
        found.append(str(number % len(PLANTED)) in codes)
    return tuple(found)


@cache
def _words() -> list[list[str]]:
    return [tokens(measure.label) for measure in framework().measures]


def by_scan() -> Answer:
    """Compare every word of every measure with the question."""
    found = []
    for number, question in enumerate(QUESTIONS):
        [asked] = tokens(question)
        likeness = [max(difflib.SequenceMatcher(None, word, asked).ratio() for word in words) for words in _words()]
        best = sorted(range(MEASURES), key=lambda n: -likeness[n])[:FIRST]
        found.append(number % len(PLANTED) in best and likeness[number % len(PLANTED)] >= 0.7)
    return tuple(found)


@cache
def _index() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE measures USING fts5(label, tokenize='trigram')")
    database.executemany(
        "INSERT INTO measures (rowid, label) VALUES (?, ?)", enumerate(m.label for m in framework().measures)
    )
    return database


def by_trigrams() -> Answer:
    """Ask the full-text index for any trigram of the question, best first."""
    found = []
    for number, question in enumerate(QUESTIONS):
        parts = " OR ".join(f'"{question[at : at + 3]}"' for at in range(len(question) - 2))
        rows = _index().execute(
            "SELECT rowid FROM measures WHERE measures MATCH ? ORDER BY rank LIMIT ?", (parts, FIRST)
        )
        found.append(number % len(PLANTED) in {rowid for (rowid,) in rows})
    return tuple(found)


def cases() -> list[Case]:
    kind = service.set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return [
        Case(
            number="16",
            title=f"search over {MEASURES:,} measures through the service on {kind}",
            items=len(QUESTIONS),
            unit="question",
            product=Candidate("page of the service", through_the_service),
            peers=(Candidate("difflib scan", by_scan), Candidate("SQLite FTS5 trigrams", by_trigrams)),
            bars=(Bar("difflib scan", 0.1),),
            rounds=3,
            on_the_wall=True,
            most_ms=MOST_MS * len(QUESTIONS),
            note=f"At most {MOST_MS} ms of server time for a question; the product's time includes the page.",
        )
    ]
