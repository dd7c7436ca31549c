"""
What is suggested for a plan: the engine's suggestions, from needs, what like contracts used, policy and law.

The count of like contracts is over the whole body and names none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from commonweal.catalogue import Framework
from commonweal.policy.rules import Answer, MustHave, Result, labels
from commonweal.policy.themes import policy_themes
from commonweal.suggest import Asked, Because, History, Suggestion, Wanted, suggest
from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.planning.measures import selectors
from commonweal_web.planning.models import Plan, PlanMeasure
from commonweal_web.planning.policies.deciding import Decided


@dataclass(frozen=True, slots=True)
class Suggested:
    """Measures with the reasons for each, best first, and what else has to be said about them."""

    suggestions: tuple[Suggestion, ...]
    notes: tuple[str, ...]


def suggested_for(plan: Plan, decided: Decided) -> Suggested:
    """Return what is suggested for a plan; without a release that it may use, only a note that says so."""
    if not frameworks.may_use(plan.framework, body=plan.authority_id):
        return Suggested((), ("Name a framework that the body may use on the page of the plan's facts first.",))
    rows = selectors.measures_of(plan)
    needs = [Wanted(one.title, one.place, tuple(one.tags)) for one in selectors.ticked(plan)]
    found = suggest(
        frameworks.catalogue(),
        release=plan.framework,
        needs=needs,
        asked=[*_must_have(plan, rows, decided), *_of_the_model(plan, decided)],
        history=history_of(plan),
        without=frozenset(one.ref for one in rows) | not_taken(plan, decided.on),
    )
    answered = {why.about for one in found for why in one.why}
    return Suggested(found, (*_notes(plan, decided), *_unanswered(needs, answered, rows)))


def why_of(plan: Plan, decided: Decided) -> dict[str, list[dict[str, str]]]:
    """Return for each code the reasons that suggest it, as a measure of the plan keeps them."""
    return {
        one.measure.code: [{"kind": why.kind.value, "words": why.words, "about": why.about} for why in one.why]
        for one in suggested_for(plan, decided).suggestions
    }


def not_taken(plan: Plan, on: dt.date) -> frozenset[str]:
    """Return the codes of the plan's release that are not taken for new contracts."""
    return frameworks.unavailable_codes(plan.framework, body=plan.authority_id, on=on)


def history_of(plan: Plan) -> History | None:
    """Return how many contracts of the same CPV division at the body used each measure; None without a category."""
    division = cpv.division_of(plan.category)
    if not division:
        return None
    family = frameworks.framework(plan.framework).family
    releases = [one.id for one in frameworks.catalogue().frameworks if one.family == family]
    alike = Contract.objects.filter(authority=plan.authority_id, category__startswith=division, framework__in=releases)
    kpis = Kpi.objects.filter(contract__in=alike, current__isnull=False)
    rows = kpis.exclude(current__measure="").values("current__measure").annotate(n=Count("contract", distinct=True))
    used: dict[str, int] = {}
    for row in rows:
        found = frameworks.measure_or_none(plan.framework, row["current__measure"])
        if found is not None:
            used[found.code] = used.get(found.code, 0) + row["n"]
    total = kpis.values("contract").distinct().count()
    return History(f"contracts of CPV division {division} that have KPIs", total, used)


def _must_have(plan: Plan, rows: list[PlanMeasure], decided: Decided) -> Iterator[Asked]:
    """What the policy asks for and the choice does not have yet."""
    release = frameworks.framework(plan.framework)
    for must in selectors.missing_musts(plan, rows, decided):
        rule = next(one for one in decided.applying if one.rule.effect.measures and _has(one, must))
        theme = policy_themes().label(must.theme)
        version = f"{decided.version[:1].upper()}{decided.version[1:]}"
        words = f"{version} ({rule.rule.provision}) asks for at least {must.at_least} of {theme.lower()}."
        yield Asked(Because.POLICY, words, _serving(release, must.theme))


def _has(result: Result, must: MustHave) -> bool:
    measures = result.rule.effect.measures
    return measures is not None and must in measures.must_have


def _serving(release: Framework, theme: str) -> frozenset[str]:
    themes = policy_themes()
    return frozenset(one.code for one in release.measures if theme in (themes.of(one, release) or ()))


def _of_the_model(plan: Plan, decided: Decided) -> Iterator[Asked]:
    """The outcomes of a Social Value Model that must be used, where the plan takes its measures from it."""
    model = decided.model
    if model.answer is not Answer.APPLIES or plan.framework not in model.models:
        return
    release = frameworks.framework(plan.framework)
    rule = next(one for one in model.results if one.answer is Answer.APPLIES)
    for outcome in release.outcomes:
        codes = frozenset(one.code for one in release.measures if one.outcome == outcome.code)
        words = f"{rule.rule.title} ({rule.rule.provision}): it serves the outcome “{outcome.label}”."
        yield Asked(Because.LAW, words, codes)


def _notes(plan: Plan, decided: Decided) -> Iterator[str]:
    model = decided.model
    if model.answer is Answer.UNKNOWN:
        missing = f" without {labels(model.missing)}" if model.missing else f": {model.because}"
        yield f"Whether a Social Value Model must be used cannot be told{missing.rstrip('.')}."
    elif model.answer is Answer.APPLIES and plan.framework not in model.models:
        names = {one.id: one.name for one in frameworks.catalogue().frameworks}
        must = " or ".join(names.get(one, one) for one in model.models)
        yield (
            f"The law asks for {must}, and the plan takes its measures from {names[plan.framework]}. {model.because} "
            "Change the framework on the page of the plan's facts."
        )


def _unanswered(needs: list[Wanted], answered: set[str], rows: list[PlanMeasure]) -> Iterator[str]:
    """Needs that no measure of the release fits, and that no chosen one was chosen for."""
    chosen = {str(why.get("about", "")) for one in rows for why in one.why}
    for need in needs:
        if need.name not in answered | chosen:
            yield (
                f"No measure of the framework fits “{need.name}”. "
                "Write an indicator of your own, or add tags to the need."
            )
