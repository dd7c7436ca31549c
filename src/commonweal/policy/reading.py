"""Turns conditions of a file into conditions that can be judged, and reports what cannot be asked of a fact."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.catalogue.policy_schema import ConditionFile
from commonweal.catalogue.strict import Document, Loc
from commonweal.policy.conditions import WORDS, All, AnyOf, Compare, Condition, Literal, Not
from commonweal.policy.facts import FIELDS, Field, Sort

GIVEN = {Sort.MONEY: "amount", Sort.DATE: "date", Sort.CHOICE: "value", Sort.YES_NO: "value"}
"""Under which property the other side of a comparison stands, by the sort of the fact."""


def read_condition(document: Document, file: ConditionFile | None, loc: Loc) -> Condition:
    """Return the condition at `loc`; no condition always holds. What is wrong is added to the document's problems."""
    if file is None:
        return All(())
    forms = [name for name in ("all", "any", "not_", "field") if getattr(file, name)]
    if len(forms) != 1:
        found = f"a condition has {len(forms)} of all, any, not and field."
        document.report("bad_condition", loc, found, "Give exactly one of them.")
        return All(())
    if file.not_ is not None:
        return Not(read_condition(document, file.not_, (*loc, "not")))
    if file.all or file.any:
        name = "all" if file.all else "any"
        parts = tuple(read_condition(document, one, (*loc, name, at)) for at, one in enumerate(file.all or file.any))
        return All(parts) if file.all else AnyOf(parts)
    return _compare(document, file, loc) or All(())


def _compare(document: Document, file: ConditionFile, loc: Loc) -> Condition | None:
    if file.field not in FIELDS:
        mend = f"Choose from {', '.join(FIELDS)}."
        document.report("unknown_field", (*loc, "field"), f'there is no fact called "{file.field}".', mend)
        return None
    known = FIELDS[file.field]
    suits = [name for name, words in WORDS.items() if known.sort.value in words]
    if file.comparator not in suits:
        found = f'"{file.comparator}" cannot be asked of {known.id}, which is {known.sort.value}.'
        document.report("unknown_comparator", (*loc, "comparator"), found, f"Choose from {', '.join(suits)}.")
        return None
    value = _literal(document, file, known, loc)
    return None if value is None else Compare(known.id, file.comparator, value)


def _literal(document: Document, file: ConditionFile, known: Field, loc: Loc) -> Literal | None:
    wanted = "values" if file.comparator == "in" else GIVEN[known.sort]
    given = [name for name in ("amount", "date", "value", "values") if getattr(file, name) not in (None, ())]
    if given != [wanted]:
        found = f"{known.id} is compared with {' and '.join(given) or 'nothing'}."
        document.report("bad_condition", loc, found, f"Give {wanted}, and nothing else.")
        return None
    value: Decimal | dt.date | bool | str | tuple[str, ...] = getattr(file, wanted)
    if isinstance(value, Decimal | dt.date):
        return value
    if isinstance(value, bool):
        words: tuple[str, ...] = ("yes" if value else "no",)
    else:
        words = (value,) if isinstance(value, str) else value
    for word in words:
        if word not in known.choices or isinstance(value, bool) != (known.sort is Sort.YES_NO):
            choices = "true, false" if known.sort is Sort.YES_NO else ", ".join(known.choices)
            found = f'{known.id} is never "{str(value).lower() if isinstance(value, bool) else word}".'
            document.report("unknown_value", (*loc, wanted), found, f"Choose from {choices}.")
            return None
    return frozenset(words)
