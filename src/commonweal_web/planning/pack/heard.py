"""What was heard from the market, for the content that is frozen: summaries that an officer lets go with the tender."""

from __future__ import annotations

from collections import Counter
from typing import Any

from commonweal_web.frameworks.consulting.selectors import shown
from commonweal_web.frameworks.consulting.wording import QUESTIONS
from commonweal_web.planning.listening import selectors as listening
from commonweal_web.planning.models import Plan, Sounding


def heard_of(plan: Plan) -> dict[str, Any]:
    """Return the published soundings that go with the tender, as they stand now."""
    return {"soundings": [_sounding(one) for one in listening.published_soundings(plan)]}


def _sounding(sounding: Sounding) -> dict[str, Any]:
    asked = sounding.consultation
    became = Counter(shown(asked).values_list("outcome", flat=True))
    return {
        "title": asked.title,
        "opens": asked.opens,
        "closes": asked.closes,
        "published_at": asked.summary_at,
        "who": listening.who_answered(sounding),
        "summary": asked.summary,
        "became": [
            {"words": words, "comments": became[one]} for one, words in QUESTIONS.outcomes.items() if became[one]
        ],
    }
