"""What a consultation is about, in words: the draft of a framework, or questions to the market."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from commonweal_web.frameworks.models import Comment, Consultation

Outcome = Comment.Outcome


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one sort of consultation; `outcomes` are those that a comment can have."""

    caption: str = "Consultation by"
    thing: str = "draft"
    row: str = "row"
    whole: str = "The draft as a whole"
    whole_hint: str = (
        "For what belongs to no single row: what is missing, how rows fit together, how it will work in practice."
    )
    rows: str = "The draft, row by row"
    find_hint: str = "Words or a code, such as apprentice or NT10"
    fates: str = "accepted, accepted in part, not accepted, or noted, with the reason"
    outcomes: Mapping[str, str] = field(default_factory=lambda: {one.value: str(one.label) for one in Outcome})

    def outcome(self, comment: Comment) -> str:
        """Return what became of a comment."""
        return self.outcomes.get(comment.outcome, "")


DRAFT = Wording()
QUESTIONS = Wording(
    caption="Market sounding by",
    thing="questions",
    row="question",
    whole="All questions together",
    whole_hint="For what belongs to no single question: what is missing, what would keep you from a bid.",
    rows="The questions",
    find_hint="Words of a question, such as apprentices",
    fates="whether something changed because of it, wholly or in part, or not, with the reason",
    outcomes={
        Outcome.ACCEPTED.value: "changed",
        Outcome.PARTLY.value: "changed in part",
        Outcome.DECLINED.value: "not changed",
        Outcome.NOTED.value: "noted",
    },
)


def wording_of(consultation: Consultation) -> Wording:
    """Return the words for a consultation: one without a draft asks questions."""
    return DRAFT if consultation.pack_id is not None else QUESTIONS
