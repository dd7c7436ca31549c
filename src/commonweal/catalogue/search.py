"""Finds measures by everyday words: spelling is forgiven, and the data package says which words mean the same."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from commonweal.catalogue.models import Criterion, Framework, Goal, Measure, Outcome, Target, Theme
from commonweal.catalogue.schema import SynonymsFile
from commonweal.catalogue.spelling import Spelling
from commonweal.catalogue.strict import load

_NOISE = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "have", "how", "in", "into", "is",
    "its", "of", "on", "or", "our", "per", "such", "than", "that", "the", "their", "these", "this", "those", "to",
    "under", "was", "were", "what", "when", "where", "which", "who", "whose", "with", "your",
))  # fmt: skip
MOST_WORDS = 16
"""Words of a question that are looked at; nobody means more."""

Part = Theme | Outcome | Criterion | Goal | Target


class Place(StrEnum):
    """Where a word stands in what was found."""

    CODE = "code"
    LABEL = "label"
    AROUND = "outcome or theme"
    CARD = "definition"


class How(StrEnum):
    """How what was asked for hangs together with what was found."""

    SAME = "has the words"
    MEANT = "means the same"
    GUESSED = "is spelt like it"


_WEIGHTS = {Place.CODE: 100, Place.LABEL: 12, Place.AROUND: 4, Place.CARD: 3}
_PLACES = {weight: place for place, weight in _WEIGHTS.items()}
_SAME, _MEANT, _GUESSED, _MEANT_BY_GUESS, _LESS_LIKELY = 5, 4, 3, 2, 1


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was found: `asked`, taken for `read` if it was misspelt, stands as `found` at `place`."""

    asked: str
    read: str
    found: str
    how: How
    place: Place


@dataclass(frozen=True, slots=True)
class Hit:
    """
    A measure that fits; `score` only ranks, `matched` lists the words asked for that it has, `why` says how.

    `exact` says that its code or its whole label was asked for.
    """

    measure: Measure
    score: int
    matched: tuple[str, ...]
    why: tuple[Reason, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class PartHit:
    """A theme, outcome, criterion, goal or target that fits; `release` is where it stands. Otherwise as `Hit`."""

    part: Part
    release: str
    score: int
    matched: tuple[str, ...]
    why: tuple[Reason, ...] = ()
    exact: bool = False


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


def _squeezed(words: Iterable[str]) -> str:
    """Return words without what parts them, so that a code is known however it is spaced."""
    return "".join(words)


@dataclass(frozen=True, slots=True)
class _Concept:
    """One thing asked for: `asked` as it was written, `phrases` that may be meant, `guessed` from a misspelling."""

    asked: str
    phrases: tuple[str, ...]
    guessed: bool


@dataclass(frozen=True, slots=True)
class _Found:
    number: int
    score: int
    why: tuple[Reason, ...]
    exact: bool

    @property
    def matched(self) -> tuple[str, ...]:
        return tuple(reason.asked for reason in self.why)


class WordIndex:
    """Numbered texts by their words; each text has a release, and those of examples come after the others."""

    def __init__(self, synonyms: Mapping[str, tuple[str, ...]]) -> None:
        self._synonyms = synonyms
        self._releases: list[str] = []
        self._last: list[bool] = []
        self._weights: dict[str, dict[int, int]] = defaultdict(dict)
        self._codes: dict[str, dict[int, int]] = defaultdict(dict)
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._whole_codes: dict[str, list[str]] = {}
        self._spelling: Spelling | None = None

    def add(self, parts: Mapping[Place, str], *, release: str, last: bool = False) -> None:
        """Add a text, whose number is how many there were before; a word counts at the best of its places."""
        number = len(self._releases)
        self._releases.append(release)
        self._last.append(last)
        self._spelling = None
        for place, text in parts.items():
            weights = self._codes if place is Place.CODE else self._weights
            for word in tokens(text):
                weights[word][number] = max(_WEIGHTS[place], weights[word].get(number, 0))
        for place in (Place.CODE, Place.LABEL):
            self._exact[_squeezed(tokens(parts.get(place, "")))].add(number)
        code = tokens(parts.get(Place.CODE, ""))
        self._whole_codes.setdefault(_squeezed(code), code)

    def code(self, words: str) -> list[str]:
        """Return the words of the code that is asked for, which may be written without spaces; nothing for others."""
        return self._whole_codes.get(_squeezed(tokens(words)), [])

    def find(
        self, asked: Sequence[str], *, limit: int, releases: Collection[str] = (), all_of_it: bool = False
    ) -> list[_Found]:
        """
        Return the best first: what is called so or has the code, then what has the most words, in the best places.

        With `all_of_it` what has only some of the words is left out, since a code means one thing.
        """
        why: dict[int, dict[str, tuple[int, Reason]]] = defaultdict(dict)
        concepts = self._concepts(asked[:MOST_WORDS])
        for concept in concepts:
            for number, found in self._fits(concept).items():
                if not releases or self._releases[number] in releases:
                    why[number].setdefault(concept.asked, found)
        best = max(map(len, why.values()), default=0)
        least = len(concepts) if all_of_it else (best + 1) // 2
        exact = self._exact.get(_squeezed(asked), set())
        scores = {number: sum(score for score, _ in found.values()) for number, found in why.items()}
        ranked = sorted(why, key=lambda n: (n not in exact, -len(why[n]), self._last[n], -scores[n], n))
        hits = [
            _Found(n, scores[n], tuple(reason for _, reason in why[n].values()), n in exact)
            for n in ranked
            if len(why[n]) >= least
        ]
        return hits[:limit]

    def _concepts(self, asked: Sequence[str]) -> list[_Concept]:
        """Join neighbouring words that the synonym list knows as one phrase; the longest phrase wins."""
        meant = [self._spelt(word) for word in asked]
        found: list[_Concept] = []
        at = 0
        while at < len(asked):
            phrases = {n: " ".join(one[0] for one in meant[at : at + n]) for n in range(min(4, len(asked) - at), 1, -1)}
            size = next((n for n, phrase in phrases.items() if phrase in self._synonyms), 1)
            written = " ".join(asked[at : at + size])
            choices = (phrases[size],) if size > 1 else meant[at]
            found.append(_Concept(written, choices, guessed=written not in choices))
            at += size
        return found

    def _spelt(self, word: str) -> tuple[str, ...]:
        """Return a word that is known, or known ones that look like it, or else itself; a code is never guessed."""
        if self._spelling is None:
            known = {part for phrase in self._synonyms for part in phrase.split()}
            self._spelling = Spelling([*self._weights, *self._codes, *known])
        known_as_it_is = word in self._weights or word in self._codes or word in self._synonyms
        if known_as_it_is or any(letter.isdigit() for letter in word):
            return (word,)
        return tuple(self._spelling.near(word)) or (word,)

    def _fits(self, concept: _Concept) -> dict[int, tuple[int, Reason]]:
        found: dict[int, tuple[int, Reason]] = {}
        best, *others = concept.phrases
        same, times, by_meaning = How.SAME, _SAME, _MEANT
        if concept.guessed:
            same, times, by_meaning = How.GUESSED, _GUESSED, _MEANT_BY_GUESS
        self._keep(found, concept, best, same, times)
        for phrase in self._synonyms.get(best, ()):
            self._keep(found, concept, phrase, How.MEANT, by_meaning)
        for phrase in others:
            self._keep(found, concept, phrase, same, _LESS_LIKELY)
        return found

    def _keep(self, found: dict[int, tuple[int, Reason]], concept: _Concept, phrase: str, how: How, times: int) -> None:
        """Note every text that has all words of `phrase`, with the weakest of their places, unless it fits better."""
        weights = [self._weights.get(word, {}) | self._code(word, how) for word in phrase.split()]
        for number in set.intersection(*(set(weight) for weight in weights)):
            weight = min(each[number] for each in weights)
            if number not in found or found[number][0] < weight * times:
                found[number] = (
                    weight * times,
                    Reason(concept.asked, concept.phrases[0], phrase, how, _PLACES[weight]),
                )

    def _code(self, word: str, how: How) -> dict[int, int]:
        """Return the texts with a word in their code: a code is asked for as it is, and never meant by another word."""
        return {} if how is How.MEANT else self._codes.get(word, {})


class Index:
    """Measures by the words of their code, label, outcome, theme and card; outcomes, criteria and goals beside them."""

    def __init__(
        self, frameworks: Iterable[Framework], synonyms: Mapping[str, tuple[str, ...]], goals: Iterable[Goal] = ()
    ) -> None:
        self._measures: list[Measure] = []
        self._parts: list[tuple[Part, str]] = []
        self._of_measures, self._of_parts = WordIndex(synonyms), WordIndex(synonyms)
        for framework in frameworks:
            self._add_framework(framework)
        for goal in goals:
            self._add_part(goal, goal.name, goal.label, "sdg")
            for target in goal.targets:
                self._add_part(target, target.label, goal.name, "sdg")

    def _add_framework(self, framework: Framework) -> None:
        last = framework.example
        themes = {theme.code: theme.label for theme in framework.themes}
        outcomes = {outcome.code: outcome.label for outcome in framework.outcomes}
        for theme in framework.themes:
            self._add_part(theme, theme.label, "", framework.id, last=last)
        for outcome in framework.outcomes:
            self._add_part(outcome, outcome.label, themes.get(outcome.theme, ""), framework.id, last=last)
        for criterion in framework.criteria:
            around = f"{outcomes.get(criterion.outcome, '')} {' '.join(criterion.parts)}"
            self._add_part(criterion, criterion.label, around, framework.id, last=last)
        for measure in framework.measures:
            around = f"{outcomes.get(measure.outcome, '')} {themes.get(measure.theme, '')}"
            card = f"{measure.card.counts} {measure.cohort.replace('_', ' ')} {measure.evidence}"
            texts = {Place.CARD: card, Place.AROUND: around, Place.LABEL: measure.label, Place.CODE: measure.code}
            self._measures.append(measure)
            self._of_measures.add(texts, release=framework.id, last=last)

    def _add_part(self, part: Part, label: str, around: str, release: str, *, last: bool = False) -> None:
        self._parts.append((part, release))
        texts = {Place.AROUND: around, Place.LABEL: label, Place.CODE: part.code}
        self._of_parts.add(texts, release=release, last=last)

    def search(self, words: str, *, limit: int, releases: Collection[str] = ()) -> list[Hit]:
        """Return the measures that fit best first, of all releases or of those named."""
        asked, all_of_it = self._asked(words)
        found = self._of_measures.find(asked, limit=limit, releases=releases, all_of_it=all_of_it)
        return [Hit(self._measures[one.number], one.score, one.matched, one.why, one.exact) for one in found]

    def search_parts(self, words: str, *, limit: int, releases: Collection[str] = ()) -> list[PartHit]:
        """Return the themes, outcomes, criteria, goals and targets that fit best first; the release of goals is sdg."""
        asked, all_of_it = self._asked(words)
        found = self._of_parts.find(asked, limit=limit, releases=releases, all_of_it=all_of_it)
        return [PartHit(*self._parts[one.number], one.score, one.matched, one.why, one.exact) for one in found]

    def _asked(self, words: str) -> tuple[list[str], bool]:
        """Return the words that are asked for, and whether they are the code of something."""
        code = self._of_measures.code(words) or self._of_parts.code(words)
        return code or tokens(words), bool(code)
