"""What the pages of the catalogue show, put together for their templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from commonweal.catalogue import Catalogue, Framework, Goal, Measure
from commonweal.catalogue.words import DEFINITION, OUTLINE, WORDING, counted, in_force, mark, trust
from commonweal.crosswalk.compare import Change, Comparison
from commonweal.reporting import wording
from commonweal.reporting.build.catalogue import credit
from commonweal.reporting.build.mapping_summary import GOALS_RELEASE
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.catalogue import cards, comparing, files, links, outline, searching, values
from commonweal_web.frameworks.catalogue import goals as serving
from commonweal_web.frameworks.catalogue import parts as of_parts
from commonweal_web.frameworks.catalogue.addresses import release_url, short

Context = dict[str, Any]
EXAMPLES = "Invented for trying things out. They belong to no published framework."
TRY = ("apprentice", "living wage", "care leavers", "local firms", "carbon", "volunteering")


def families(known: Catalogue, today: dt.date) -> Context:
    """Return the releases by family, the families of one release together, and the examples last."""
    return {
        "title": "Catalogue of measurement frameworks",
        "families": [group for group in _families(known, today) if group["releases"]],
        "try": TRY,
        "goals": len(known.goals),
        "targets": sum(len(goal.targets) for goal in known.goals),
    }


def _families(known: Catalogue, today: dt.date) -> Iterator[Context]:
    found: dict[str, list[Framework]] = {}
    for framework in sorted(known.frameworks, key=_age, reverse=True):
        found.setdefault("" if framework.example else framework.family, []).append(framework)
    examples = found.pop("", [])
    for releases in found.values():
        if len(releases) > 1:
            name = releases[0].name.partition(" (")[0]
            yield {"name": name, "releases": [_shown(one, today) for one in releases]}
    single = sorted((releases[0] for releases in found.values() if len(releases) == 1), key=lambda one: one.name)
    yield {"name": "Frameworks of one release", "releases": [_shown(one, today) for one in single]}
    yield {"name": "Examples", "note": EXAMPLES, "releases": [_shown(one, today) for one in examples]}


def _age(framework: Framework) -> tuple[dt.date, str]:
    return framework.applies_from or dt.date.min, framework.id


def _shown(framework: Framework, today: dt.date) -> Context:
    return {
        "framework": framework,
        "href": release_url(framework.id),
        "state": _state(framework, today),
        "released": _day(framework.released),
        "counts": _counts(framework),
        "doubtful": mark(OUTLINE, framework.verified),
        "trust": trust(OUTLINE, framework.verified),
        "credit": credit(framework.licence, framework.publisher),
    }


def _state(framework: Framework, today: dt.date) -> str:
    """Return when a release applies, and whether that is now."""
    since, until = framework.applies_from, framework.applies_until
    if until and until < today:
        return f"No longer in force: {in_force(framework)}"
    if since and since > today:
        return f"Not yet in force: {in_force(framework)}"
    return f"In force {in_force(framework)}" if since or until else ""


def _day(text: str) -> str:
    """Return a day in words where the text is one, and the text as it stands where it is a name."""
    try:
        return f"released {wording.day(dt.date.fromisoformat(text))}"
    except ValueError:
        return f"edition {text}" if text else ""


def _counts(framework: Framework) -> str:
    words = [f"{number} {noun}" for number, noun in counted(framework)]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def release(
    known: Catalogue, framework: Framework, measures: Sequence[Measure], *, whole: bool, today: dt.date
) -> Context:
    """Return a release with the measures of one page of it."""
    shown = _shown(framework, today)
    ids = {one.id: one for one in known.frameworks}
    marks = [marked for one in framework.measures if (marked := mark(DEFINITION, one.verified))]
    whole = whole and len(measures) == len(framework.measures)
    return shown | {
        "title": framework.name,
        "caption": framework.publisher,
        "replaces": ids.get(framework.replaces),
        "superseded_by": ids.get(framework.superseded_by),
        "chapters": outline.outline(framework, measures, whole=whole),
        "doubtful_count": len(marks),
        "marks": list(dict.fromkeys(marks)),
        "dimensions": [(name.replace("_", " "), values) for name, values in framework.dimensions.items()],
        "facts": [(name.replace("_", " "), text) for name, text in framework.facts.items()],
        "rules": [(rule, mark(WORDING, rule.verified)) for rule in framework.rules],
        "formats": [
            (format.words, reverse("frameworks:release_file", args=[framework.id, form]))
            for form, format in files.FORMATS.items()
        ],
        "comparisons": _comparisons(known, framework),
    }


def _comparisons(known: Catalogue, framework: Framework) -> list[tuple[str, str]]:
    """Return the other releases of a family, each with the address of the comparison, the older one first."""
    others = [one for one in known.frameworks if one.family == framework.family and one.id != framework.id]
    pairs = [(other, sorted((framework, other), key=_age)) for other in others]
    return [(short(other), compare_url(pair[0].id, pair[1].id)) for other, pair in pairs]


def compare_url(one: str, other: str) -> str:
    """Return the page that lays two releases side by side."""
    return f"{reverse('frameworks:compare')}?{urlencode({'one': one, 'other': other})}"


def measure(known: Catalogue, framework: Framework, found: Measure, *, today: dt.date) -> Context:
    """Return a measure's definition card with its value, links, goals and history."""
    walk = selectors.public_crosswalk()
    item = walk.items[found.id]
    return {
        "title": found.label,
        "caption": f"{found.code}, {short(framework)}",
        "framework": framework,
        "release_url": release_url(framework.id),
        "measure": found,
        "above": of_parts.above(framework, found),
        "counts": cards.points(found.card.counts),
        "does_not_count": cards.points(found.card.does_not_count),
        "rows": cards.card_rows(known, found),
        "worth": values.worth(known, found, today=today),
        "values_url": reverse("frameworks:values_file", args=[framework.id, found.code]),
        "out": links.out_of(known, walk, item, framework.id),
        "into": links.into(known, walk, item),
        "goals": links.goals_of(walk, item, known.goal_links(found)),
        "history": cards.history_rows(known, found),
        **_trusted(framework, found),
    }


def part(known: Catalogue, framework: Framework, found: of_parts.Part) -> Context:
    """Return a theme, outcome or criterion with what stands above and below it."""
    walk = selectors.public_crosswalk()
    item = walk.items[found.id]
    return {
        "title": found.label,
        "caption": f"{of_parts.WORDS[type(found)]} {found.code}, {short(framework)}",
        "framework": framework,
        "release_url": release_url(framework.id),
        "part": found,
        "above": of_parts.above(framework, found),
        "below": of_parts.below(framework, found),
        "measures": of_parts.measures(framework, found),
        "out": links.out_of(known, walk, item, framework.id),
        "into": links.into(known, walk, item),
        "goals": links.goals_of(walk, item, getattr(found, "goals", ())),
        **_trusted(framework, found),
    }


def _trusted(framework: Framework, found: Measure | of_parts.Part) -> Context:
    what = DEFINITION if isinstance(found, Measure) else WORDING
    return {
        "doubtful": mark(what, found.verified),
        "trust": trust(what, found.verified),
        "sources": list(cards.sources_of(framework, found.sources)),
        "credit": credit(framework.licence, framework.publisher),
    }


def search(known: Catalogue, words: str, within: str) -> Context:
    """Return what a search found; nothing asked finds nothing."""
    asked = bool(words.strip())
    framework = next((one for one in known.frameworks if one.id == within), None)
    found = searching.measures(known, words, within) if asked else []
    parts = searching.parts(known, words, within) if asked else []
    return {
        "title": f"Search for “{words.strip()}”" if asked else "Search the catalogue",
        "asked": words.strip(),
        "within": framework,
        "measures": found,
        "parts": parts,
        "parts_first": searching.parts_first(found, parts),
        "most": searching.MOST,
        "try": TRY,
        "everywhere": f"{reverse('frameworks:search')}?{urlencode({'q': words})}",
    }


def comparison(one: Framework, other: Framework) -> Comparison:
    """Return two releases side by side."""
    return comparing.comparison(one, other)


def compared(one: Framework, other: Framework, today: dt.date) -> Context:
    """Return two releases side by side, with counts on top."""
    found = comparison(one, other)
    counts = found.counts()
    named = (Change.ADDED, Change.REMOVED, Change.UNIT, Change.MEANING, Change.VALUE, Change.WORDING)
    query = urlencode({"one": one.id, "other": other.id})
    return {
        "title": f"{short(one)} and {short(other)} side by side",
        "found": found,
        "numbers": [{"label": change.value.capitalize(), "value": counts[change]} for change in named],
        "same": counts[Change.NONE],
        "changes": comparing.shown(found),
        "file": f"{reverse('frameworks:compare_file')}?{query}",
        "turned": compare_url(other.id, one.id),
        "sides": [_shown(one, today), _shown(other, today)],
        "credits": list(dict.fromkeys(credit(each.licence, each.publisher) for each in (one, other))),
    }


def successors(known: Catalogue) -> list[tuple[str, str]]:
    """Return each release that replaces another, with the address of their comparison."""
    ids = {one.id: one for one in known.frameworks}
    return [
        (f"{short(ids[new.replaces])} and {short(new)}", compare_url(new.replaces, new.id))
        for new in known.frameworks
        if new.replaces in ids
    ]


def goals(known: Catalogue) -> Context:
    """Return the goals with how much serves each."""
    return {
        "title": "Sustainable Development Goals",
        "table": serving.all_goals(known, selectors.public_crosswalk()),
        "attribution": GOALS_RELEASE.attribution,
        "credit": credit(GOALS_RELEASE.licence),
    }


def goal(known: Catalogue, found: Goal) -> Context:
    """Return a goal with its targets and what serves each."""
    aims = serving.aims(known, selectors.public_crosswalk(), found)
    return {
        "title": f"Goal {found.code}: {found.name}",
        "caption": "Sustainable Development Goals",
        "goal": found,
        "aims": aims,
        "served": [aim for aim in aims if aim.table.rows],
        "near": [one for one in known.goals if abs(int(one.code) - int(found.code)) == 1],
        "attribution": GOALS_RELEASE.attribution,
        "credit": credit(GOALS_RELEASE.licence),
    }
