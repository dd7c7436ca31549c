"""Finds measures by everyday words: spelling is forgiven, and the data package says which words mean the same."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from commonweal.catalogue.models import Framework, Measure
from commonweal.catalogue.schema import SynonymsFile
from commonweal.catalogue.strict import load

_NOISE = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "per",
        "the",
        "their",
        "to",
        "under",
        "who",
        "with",
    ]
)
_CODE, _LABEL, _AROUND, _CARD = 100, 12, 4, 3
_EXACT, _MEANT, _GUESSED = 4, 3, 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A measure that fits; `score` only ranks, and `matched` lists the words asked for that it has."""

    measure: Measure
    score: int
    matched: tuple[str, ...]


def load_synonyms(path: Path, *, name: str = "") -> dict[str, tuple[str, ...]]:
    """Return each everyday phrase, in plain words, with the phrases that mean it in frameworks."""
    file = load(path, SynonymsFile, name=name)
    found: dict[str, tuple[str, ...]] = {}
    for group in file.groups:
        for phrase in group.words:
            others = [other for other in (*group.words, *group.means) if other != phrase]
            found[" ".join(tokens(phrase))] = tuple(" ".join(tokens(other)) for other in others)
    return found


def tokens(text: str) -> list[str]:
    """Return the words of `text` in plain small letters, without accents, plural endings and little words."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return [_singular(word) for word in re.findall(r"[a-z0-9]+(?:\.[a-z0-9]+)*", folded) if word not in _NOISE]


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Index:
    """Measures by the words of their code, label, outcome, theme and card."""

    def __init__(self, frameworks: Iterable[Framework], synonyms: Mapping[str, tuple[str, ...]]) -> None:
        self._synonyms = synonyms
        self._measures: list[Measure] = []
        self._last: list[bool] = []
        self._weights: dict[str, dict[int, int]] = defaultdict(dict)
        for framework in frameworks:
            around = {o.code: o.label for o in framework.outcomes} | {f"/{t.code}": t.label for t in framework.themes}
            for measure in framework.measures:
                self._last.append(framework.example)
                self._add(measure, around.get(measure.outcome, ""), around.get(f"/{measure.theme}", ""))
        self._known = sorted(self._weights)

    def _add(self, measure: Measure, outcome: str, theme: str) -> None:
        number = len(self._measures)
        self._measures.append(measure)
        card = f"{measure.card.counts} {measure.cohort.replace('_', ' ')} {measure.evidence}"
        parts = ((card, _CARD), (f"{outcome} {theme}", _AROUND), (measure.label, _LABEL), (measure.code, _CODE))
        for text, weight in parts:
            for word in tokens(text):
                self._weights[word][number] = max(weight, self._weights[word].get(number, 0))

    def search(self, words: str, *, limit: int) -> list[Hit]:
        """Return the best measures first: those that have the most of the words asked for, then the best places."""
        asked = self._concepts(tokens(words))
        scores: dict[int, int] = defaultdict(int)
        matched: dict[int, list[str]] = defaultdict(list)
        for concept in asked:
            for number, score in self._fits(concept).items():
                scores[number] += score
                matched[number].append(concept)
        best = max((len(found) for found in matched.values()), default=0)
        ranked = sorted(scores, key=lambda n: (-len(matched[n]), self._last[n], -scores[n], n))
        hits = [Hit(self._measures[n], scores[n], tuple(matched[n])) for n in ranked if 2 * len(matched[n]) >= best]
        return hits[:limit]

    def _concepts(self, words: list[str]) -> list[str]:
        """Join neighbouring words that the synonym list knows as one phrase; the longest phrase wins."""
        concepts: list[str] = []
        while words:
            size = next((n for n in range(min(4, len(words)), 1, -1) if " ".join(words[:n]) in self._synonyms), 1)
            concepts.append(" ".join(words[:size]))
            words = words[size:]
        return concepts

    def _fits(self, concept: str) -> dict[int, int]:
        found: dict[int, int] = defaultdict(int)
        self._keep(found, self._phrase(concept), _EXACT)
        for phrase in self._synonyms.get(concept) or self._nearest_phrases(concept):
            self._keep(found, self._phrase(phrase), _MEANT)
        if not found:
            for word in difflib.get_close_matches(concept, self._known, n=3, cutoff=0.75):
                self._keep(found, self._weights[word], _GUESSED)
        return found

    def _nearest_phrases(self, concept: str) -> tuple[str, ...]:
        """Return the phrase that a misspelt word looks like, with what it means; nothing for a word that is known."""
        near = difflib.get_close_matches(concept, self._synonyms, n=1, cutoff=0.8)
        if concept in self._weights or not near:
            return ()
        return (near[0], *self._synonyms[near[0]])

    def _phrase(self, phrase: str) -> dict[int, int]:
        """Return the measures that have every word of `phrase`, with the weakest of its places."""
        weights = [self._weights.get(word, {}) for word in phrase.split()]
        common = set.intersection(*(set(weight) for weight in weights)) if weights else set()
        return {number: min(weight[number] for weight in weights) for number in common}

    @staticmethod
    def _keep(found: dict[int, int], weights: Mapping[int, int], times: int) -> None:
        for number, weight in weights.items():
            found[number] = max(found[number], weight * times)
