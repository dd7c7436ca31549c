"""
The bid workbook: for each measure a quantity, what it is and how it will be done, with helpers inside.

It knows the version of the measures that it was made from. Another version is refused with every difference, and can
be moved over with the answers that the change does not touch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from commonweal.catalogue import Measure
from commonweal.checks.problem import Problem
from commonweal.quantities import plain
from commonweal.scoring.models import Offer
from commonweal.workbooks.bid_helpers import attribution_helper, fte_helper, helped, sum_formula, years_table
from commonweal.workbooks.bid_reading import Reading, offer_of
from commonweal.workbooks.bid_terms import ASKS, GIVEN, LAYOUT, TYPED, Bid, BidTerms
from commonweal.workbooks.forms import (
    Form,
    Helper,
    card_lines,
    check_given,
    read_any_version,
    read_form,
    with_facts,
    write_form,
)
from commonweal.workbooks.layout import Column
from commonweal.workbooks.promises import most_of
from commonweal.workbooks.versions import differences

__all__ = ["Bid", "BidRead", "BidTerms", "Migration", "migrate_bid_workbook", "read_bid_workbook", "write_bid_template"]


@dataclass(frozen=True, slots=True)
class BidRead:
    """A bid workbook that came back, and all that was wrong with it; rows with an error are left out of `bid`."""

    bid: Bid
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class Migration:
    """What moving a bid to another version did: answers `kept`, those `dropped` with the reason, what changed."""

    kept: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    differences: tuple[str, ...]


def write_bid_template(asked: BidTerms, path: Path, *, bid: Bid | None = None) -> None:
    """
    Write the bid workbook, .xlsx with live helpers or .ods without formulas, empty or with a `bid` filled in.

    :raises BadFile: for any other ending
    """
    write_form(_form(asked, bid or Bid()), path)


def read_bid_workbook(path: Path, expected: BidTerms) -> BidRead:
    """
    Return the offers that were filled in; a row with nothing typed and nothing from a helper is none.

    What helpers add up to is worked out here, by the engine; the results in the sheet are not trusted.

    :raises BadFile: if the file cannot be read or is not this form
    :raises OtherVersion: if it was made from another version, with every difference
    """
    form = _form(expected, Bid())
    read = read_form(path, form)
    work = Reading(expected, read, [*read.problems, *check_given(read, form, "measure")])
    return BidRead(work.bid(), work.problems)


def migrate_bid_workbook(old: Path, expected: BidTerms, new: Path) -> Migration:
    """
    Write `new`, of the version `expected`, with every answer of `old` whose measure is the same in both.

    An answer under a measure that was taken out or changed is dropped and named, with its helper rows; so is a row
    that cannot be read, or that lies outside the new term.

    :raises BadFile: if `old` cannot be read or is no bid workbook
    :raises OtherVersion: if its version sheet was changed by hand
    """
    form = _form(expected, Bid())
    read, made_from = read_any_version(old, form)
    before, now = dict(made_from.items), dict(expected.terms.items)
    same = {code for code, facts in now.items() if before.get(code) == facts}
    problems = list(read.problems)
    work = Reading(expected, read, problems)
    typed = [line for line in read.lines if any(name in line.values for name in TYPED)]
    answered = dict.fromkeys(
        [
            *(str(line.values["measure"]) for line in typed),
            *(row.measure for row in work.inputs),
            *(row.measure for row in work.posts),
        ]
    )
    lines = [line for line in typed if line.values["measure"] in same]
    bid = Bid(
        str(read.answers.get("bidder", "")),
        tuple(offer_of(line, "") for line in lines),
        {str(line.values["measure"]): line.values["people"] for line in lines if "people" in line.values},
        tuple(row for row in work.inputs if row.measure in same),
        tuple(row for row in work.posts if row.measure in same),
    )
    write_bid_template(expected, new, bid=bid)
    dropped = [
        (code, "it was taken out" if code not in now else "it was changed") for code in answered if code not in same
    ]
    # The name above the table may still be blank: that is no answer that was lost.
    above = {(LAYOUT.name, row) for row in range(form.first_row + 1)}
    dropped += [(str(p.where), p.found) for p in problems if (p.where.sheet, p.where.row) not in above]
    return Migration(
        tuple(code for code in answered if code in same), tuple(dropped), tuple(differences(made_from, expected.terms))
    )


def _form(asked: BidTerms, bid: Bid) -> Form:
    made = {offer.measure: offer for offer in bid.offers}
    codes = [measure.code for measure in asked.measures]
    return Form(
        layout=LAYOUT,
        title=f"Bid for {asked.title} ({asked.lot})",
        terms=asked.terms,
        asks=ASKS,
        given=GIVEN,
        rows=tuple(_row(asked, bid, measure, made.get(measure.code)) for measure in asked.measures),
        rules={(index, "quantity"): _rule(asked, measure) for index, measure in enumerate(asked.measures)},
        guide=tuple((f"{m.code} {m.label}", _card(asked, m)) for m in asked.measures),
        answers={"bidder": bid.bidder},
        formulas={"helped": sum_formula("A{row}")},
        helpers=_helpers(asked, bid, codes),
        tables=(years_table(asked.term),),
    )


def _helpers(asked: BidTerms, bid: Bid, codes: list[str]) -> tuple[Helper, ...]:
    return (attribution_helper(codes, bid.inputs), fte_helper(codes, bid.posts, asked.term))


def _row(asked: BidTerms, bid: Bid, measure: Measure, offer: Offer | None) -> dict[str, object]:
    row: dict[str, object] = {
        "measure": measure.code,
        "label": measure.label,
        "unit": measure.unit,
        "card": _card(asked, measure),
        "people": bid.people.get(measure.code),
        "helped": helped(measure.code, bid.inputs, bid.posts, asked.term),
    }
    if offer is not None:
        row |= {"quantity": offer.quantity, "description": offer.description, "plan": offer.plan}
    return row


def _card(asked: BidTerms, measure: Measure) -> str:
    return with_facts(card_lines(measure.card, measure.evidence), asked.said.get(measure.code, ()))


def _rule(asked: BidTerms, measure: Measure) -> Column:
    column, most, cap = LAYOUT.column("quantity"), most_of(measure), asked.caps.get(measure.code)
    limit = f" Not more than {plain(most)}." if most is not None else ""
    counts = f" No more than {plain(cap)} counts." if cap is not None else ""
    return replace(column, high=most or column.high, help=f"In {measure.unit}.{limit}{counts}")
