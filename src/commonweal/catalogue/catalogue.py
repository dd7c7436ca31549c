"""The catalogue: every framework of the data package and of packs given beside it, looked up by id or code."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.loader import load_framework, load_goals, resolve_same
from commonweal.catalogue.models import Framework, Goal, GoalLink, Measure, Outcome, Target
from commonweal.catalogue.nearest import nearest
from commonweal.catalogue.root import data_root
from commonweal.catalogue.search import Hit, Index, PartHit, load_synonyms


class Catalogue:
    """Frameworks by release id, with measures looked up by full id (release/code) or by code."""

    def __init__(
        self,
        frameworks: Iterable[Framework],
        goals: Iterable[Goal] = (),
        synonyms: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        raw = {framework.id: framework for framework in frameworks}
        by_id = {measure.id: measure for framework in raw.values() for measure in framework.measures}
        self._by_id = {key: resolve_same(measure, _Finder(by_id, key)) for key, measure in by_id.items()}
        self._frameworks = {
            key: replace(framework, measures=tuple(self._by_id[m.id] for m in framework.measures))
            for key, framework in raw.items()
        }
        self._goals = {goal.code: goal for goal in goals}
        self._targets = {target.code: target for goal in self._goals.values() for target in goal.targets}
        self._synonyms = dict(synonyms or {})
        self._index: Index | None = None

    @property
    def frameworks(self) -> tuple[Framework, ...]:
        return tuple(self._frameworks.values())

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(self._by_id.values())

    @property
    def goals(self) -> tuple[Goal, ...]:
        return tuple(self._goals.values())

    def with_frameworks(self, frameworks: Iterable[Framework]) -> Catalogue:
        """
        Return a catalogue that holds these releases beside its own.

        :raises BadPack: if a release id is taken
        """
        taken = set(self._frameworks)
        more = list(frameworks)
        for framework in more:
            if framework.id in taken:
                raise errors.BadPack(f"There are two frameworks called {framework.id}. Give yours another id.")
            taken.add(framework.id)
        return Catalogue([*self.frameworks, *more], self.goals, self._synonyms)

    def framework(self, release_id: str) -> Framework:
        """
        Return the release called `release_id`, such as svm-2025.

        :raises UnknownCode: with the ids that look like it
        """
        key = _match(release_id, self._frameworks)
        if key is None:
            raise nearest("framework", release_id, self._frameworks, every=True)
        return self._frameworks[key]

    def measure(self, code_or_id: str, framework: str | None = None) -> Measure:
        """
        Return a measure by its full id ("fx-2025.1/NT1") or by its code, which must be of one release only
        unless `framework` names the release.

        :raises UnknownCode: with the codes that look like it, or with the full ids that a bare code could mean
        """
        if framework is not None:
            release = self.framework(framework)
            codes = {m.code: m for m in release.measures} | {a: m for m in release.measures for a in m.aliases}
            key = _match(code_or_id.removeprefix(f"{release.id}/"), codes)
            if key is None:
                raise nearest(f"measure of {release.id}", code_or_id, codes)
            return codes[key]
        if "/" in code_or_id:
            release_id, _, code = code_or_id.partition("/")
            return self.measure(code, framework=release_id)
        return self._bare(code_or_id)

    def goal(self, code: str) -> Goal:
        """
        Return a goal by its code, "1" to "17".

        :raises UnknownCode: if there is none
        """
        if code not in self._goals:
            raise nearest("goal", code, self._goals)
        return self._goals[code]

    def target(self, code: str) -> Target:
        """
        Return a target by its code, such as "8.10", which is not "8.1".

        :raises UnknownCode: with the codes that look like it
        """
        if code not in self._targets:
            raise nearest("target", code, self._targets)
        return self._targets[code]

    def outcome(self, measure: Measure) -> Outcome | None:
        """Return the outcome that a measure belongs to, or None where its framework names none."""
        outcomes = self.framework(measure.framework).outcomes
        return next((o for o in outcomes if o.code == measure.outcome), None)

    def goal_links(self, measure: Measure) -> tuple[GoalLink, ...]:
        """Return the measure's own links to goals, or else those of its outcome."""
        outcome = self.outcome(measure)
        return measure.goals or (outcome.goals if outcome else ())

    def search(self, words: str, *, limit: int = 20, releases: Collection[str] = ()) -> list[Hit]:
        """
        Return the measures that fit everyday words, best first; spelling is forgiven and synonyms are known.

        An empty list means that nothing fits. `releases` are the only ones looked at; none named are all.
        """
        return self._words().search(words, limit=limit, releases=releases)

    def search_parts(self, words: str, *, limit: int = 20, releases: Collection[str] = ()) -> list[PartHit]:
        """Return what stands around measures: themes, outcomes, criteria, goals and targets. Otherwise as `search`."""
        return self._words().search_parts(words, limit=limit, releases=releases)

    def _words(self) -> Index:
        if self._index is None:
            self._index = Index(self.frameworks, self._synonyms, self.goals)
        return self._index

    def _bare(self, code: str) -> Measure:
        found = [m for m in self._by_id.values() if code.casefold() in {c.casefold() for c in (m.code, *m.aliases)}]
        if not found:
            raise nearest("measure", code, {m.code: m for m in self._by_id.values()})
        if len(found) > 1:
            ids = [m.id for m in found]
            raise errors.UnknownCode(
                f"{code} is a measure of several frameworks: {', '.join(m.framework for m in found)}. "
                f"Name the one that you mean, for instance {ids[0]}.",
                ids,
            )
        return found[0]


class _Finder:
    """Looks up what a `same_as` points at, and says who pointed there when it does not exist."""

    def __init__(self, by_id: Mapping[str, Measure], asking: str) -> None:
        self._by_id = by_id
        self._asking = asking

    def __call__(self, measure_id: str) -> Measure:
        if measure_id not in self._by_id:
            raise errors.BadPack(f"{self._asking} is the same_as {measure_id}, which no pack has. Correct the id.")
        return self._by_id[measure_id]


def load_catalogue(*, extra: Sequence[Path] = ()) -> Catalogue:
    """
    Return the catalogue of the data package and of the framework files (or folders of them) in `extra`.

    :raises BadPack: naming file, line and property, or a release id that is taken
    """
    shipped = _shipped()
    if not extra:
        return shipped
    files = [file for path in extra for file in (sorted(path.rglob("framework.yaml")) if path.is_dir() else [path])]
    return shipped.with_frameworks(load_framework(file, name=file.name) for file in files)


@cache
def _shipped() -> Catalogue:
    root = data_root()
    files = sorted((root / "frameworks").rglob("framework.yaml"))
    return Catalogue(
        [load_framework(file, name=file.relative_to(root).as_posix()) for file in files],
        load_goals(root / "goals" / "sdg.yaml", name="goals/sdg.yaml"),
        load_synonyms(root / "catalogue" / "synonyms.yaml", name="catalogue/synonyms.yaml"),
    )


def _match(wanted: str, known: Iterable[str]) -> str | None:
    keys = list(known)
    if wanted in keys:
        return wanted
    folded = [key for key in keys if key.casefold() == wanted.strip().casefold()]
    return folded[0] if len(folded) == 1 else None
