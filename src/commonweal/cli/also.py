"""Options that say in which other frameworks a report tells the same delivery, and how measures are divided there."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import click

from commonweal import errors
from commonweal.catalogue.nearest import nearest
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.models import WHOLE
from commonweal.reporting.build.other_words import OtherWords

NONE = "none"

Division = tuple[str, dict[str, int]]


class Split(click.ParamType[Division, Any]):
    """A measure, and after an equals sign what it is counted as, each with its per cent after a colon."""

    name = "split"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Division:
        source, equals, rest = value.partition("=")
        shares: dict[str, int] = {}
        for part in rest.split(","):
            target, colon, share = part.strip().partition(":")
            shares[target] = self._share(share, param, ctx) if colon else WHOLE
        if not equals or "" in (source, *shares) or len({target.partition("/")[0] for target in shares}) != 1:
            self.fail(f"{value!r} is no split. Write it like a/M1=b/M2:60,b/M3:40, or a/M1=b/M2.", param, ctx)
        return source, shares

    def _share(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            share = Decimal(text.strip().removesuffix("%")) * 100
        except ArithmeticError:
            share = Decimal("0.5")
        if not share.is_finite() or share != share.to_integral_value():
            self.fail(f"{text!r} is no percentage with at most two decimals.", param, ctx)
        return int(share)


also_option = click.option(
    "--also",
    metavar="FRAMEWORK",
    multiple=True,
    help="Tell the same delivery in this framework too; may be repeated. Without it: for the goals (sdg). Or none.",
)
split_option = click.option(
    "--split",
    "splits",
    metavar="MEASURE=TARGET:PERCENT,...",
    multiple=True,
    type=Split(),
    help="What a measure with several counterparts is counted as; may be repeated.",
)


def other_words(also: Sequence[str], splits: Sequence[Division]) -> OtherWords:
    """
    Return what the options ask for.

    :raises UnknownCode: for a framework or a measure that is not known
    """
    crosswalk = load_crosswalk()
    for source, shares in splits:
        for code in (source, *shares):
            if code not in crosswalk.items:
                raise nearest("measure", code, crosswalk.items.ids)
    choices = {(source, next(iter(shares)).partition("/")[0]): shares for source, shares in splits}
    wanted = tuple(crosswalk.known(one) for one in also if one != NONE)
    if NONE in also and wanted:
        raise errors.BadSplit("--also none stands alone: with it no other framework is told.")
    return OtherWords(also=wanted if also else None, choices=choices)
