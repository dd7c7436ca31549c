"""
Suggests measures of one release for a tender: those that fit a need, that like contracts used, or that a rule asks for.

A suggestion without a reason is none. They are ranked by how many needs they answer, then by whether a policy or a law
asks for them, then by how many like contracts used them, then by how well they fit, then by the fewest minutes per
return. No number stands for "how good" a measure is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from commonweal.catalogue.catalogue import Catalogue
from commonweal.catalogue.models import Measure
from commonweal.catalogue.search import Hit, How
from commonweal.suggest.burden import Burden, burden_of


class Because(StrEnum):
    """Why a measure is suggested."""

    NEED = "need"
    POLICY = "policy"
    LAW = "law"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need of a place: its title, and the words by which measures are looked for."""

    title: str
    place: str = ""
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The title with the place."""
        return f"{self.title} ({self.place})" if self.place else self.title

    @property
    def asked(self) -> tuple[str, ...]:
        """The words to look for: the tags, or the title where there are none."""
        return self.tags or (self.title,)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule asks for: measures with these codes, in these words. `kind` is policy or law."""

    kind: Because
    words: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class History:
    """Of how many like `contracts` there are; `used` counts for each code those that have the measure."""

    of: str
    contracts: int
    used: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Why:
    """One reason in words; `about` names the need that it answers."""

    kind: Because
    words: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A measure with the reasons for it and the minutes that it costs."""

    measure: Measure
    why: tuple[Why, ...]
    burden: Burden


@dataclass(slots=True)
class _Found:
    needs: list[Why] = field(default_factory=list)
    rules: list[Why] = field(default_factory=list)
    fit: int = 0


def suggest(
    catalogue: Catalogue,
    *,
    release: str,
    needs: Iterable[Wanted] = (),
    asked: Iterable[Asked] = (),
    history: History | None = None,
    without: frozenset[str] = frozenset(),
) -> tuple[Suggestion, ...]:
    """
    Return the measures of a release for which there is a reason, best first.

    :param without: codes that are not suggested: chosen already, or not taken for new contracts
    :raises UnknownCode: if there is no such release
    """
    measures = [one for one in catalogue.framework(release).measures if one.code not in without]
    found = {one.code: _Found() for one in measures}
    for need in needs:
        _add_need(found, catalogue, release, need)
    for rule in asked:
        for code in rule.codes & found.keys():
            found[code].rules.append(Why(rule.kind, rule.words))
    past = history or History("", 0)
    made = [_suggestion(one, found[one.code], past) for one in measures]
    with_reason = [one for one in made if one.why]
    return tuple(sorted(with_reason, key=lambda one: _rank(one, found[one.measure.code], past)))


def _add_need(found: Mapping[str, _Found], catalogue: Catalogue, release: str, need: Wanted) -> None:
    """Note the best fit of a need on each measure: a measure answers a need once, by whichever word fits best."""
    best: dict[str, Hit] = {}
    for words in need.asked:
        for hit in _fitting(catalogue.search(words, limit=500, releases={release})):
            code = hit.measure.code
            if code in found and (code not in best or best[code].score < hit.score):
                best[code] = hit
    for code, hit in best.items():
        found[code].needs.append(Why(Because.NEED, _told(need, hit), need.name))
        found[code].fit = max(found[code].fit, hit.score)


def _fitting(hits: Sequence[Hit]) -> list[Hit]:
    """Leave out what only looks alike in spelling, and what fits less than half as well as the best."""
    sure = [hit for hit in hits if any(reason.how is not How.GUESSED for reason in hit.why)]
    most = max((hit.score for hit in sure), default=0)
    return [hit for hit in sure if 2 * hit.score >= most]


def _told(need: Wanted, hit: Hit) -> str:
    said = [
        f"“{one.found}”, which means “{one.asked}”" if one.how is How.MEANT else f"“{one.found}”" for one in hit.why
    ]
    places = " and ".join(dict.fromkeys(one.place.value for one in hit.why))
    return f"{need.name}: its {places} has {' and '.join(dict.fromkeys(said))}."


def _suggestion(measure: Measure, found: _Found, past: History) -> Suggestion:
    used = past.used.get(measure.code, 0)
    told = (Why(Because.HISTORY, f"{used} of {past.contracts} {past.of} used it."),) if used else ()
    minutes = burden_of(
        evidence=measure.evidence, unit=measure.unit, kind=measure.kind.value, sensitive=measure.sensitive
    )
    return Suggestion(measure, (*found.needs, *found.rules, *told), minutes)


def _rank(one: Suggestion, found: _Found, past: History) -> tuple[int, int, Fraction, int, int]:
    share = Fraction(past.used.get(one.measure.code, 0), max(past.contracts, 1))
    return -len(found.needs), -len(found.rules), -share, -found.fit, one.burden.per_return
