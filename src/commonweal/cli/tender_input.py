"""A tender as the commands work on it: read, completed from frameworks and values, with the bids beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commonweal import errors, packs
from commonweal.catalogue import load_catalogue, units
from commonweal.checks.problem import Severity
from commonweal.cli.options import Values, load_values
from commonweal.scoring.models import Lot, Tender
from commonweal.workbooks.complete import series_lookup
from commonweal.workbooks.tender import read_tender
from commonweal.workbooks.tender_complete import add_bids, complete_tender


@dataclass(frozen=True, slots=True)
class TenderInput:
    """A tender without an error, and the values that it was completed from."""

    tender: Tender
    values: Values

    def attributions(self) -> list[str]:
        """Return the attribution of every licence under which a value or framework is used, each once."""
        known, catalogue = set(self.values.ids()), load_catalogue()
        found = list(packs.attributions({one: self.values.get(one) for one in self._used() if one in known}))
        releases = {lot.framework for lot in self.tender.lots}
        for framework in catalogue.frameworks:
            if framework.id in releases and framework.licence in packs.licences():
                found.append(packs.licence(framework.licence).attribution)
        return [text for text in dict.fromkeys(found) if text]

    def licence_notes(self) -> list[str]:
        """Return a warning for each pack whose values are used and may not be passed on."""
        return [
            f"This evaluation was worked out with values of the pack {pack.id} ({pack.licence}). "
            f"They are for use under your own licence: do not publish it or pass it on."
            for pack in self.values.packs
            if not pack.may_export and self._used() & {series.id for series in pack.series.values()}
        ]

    def _used(self) -> set[str]:
        return {m.value_series for lot in self.tender.lots for m in lot.measures if m.value_series}


def load_tender(source: Path, *, value_packs: Sequence[Path] = (), with_bids: bool = True) -> TenderInput:
    """
    Read a tender, fill its measures from frameworks and values, and read the bid workbooks that it names.

    :raises BadFile, BadPack: if a file or pack is refused
    :raises RefusedInput: with every error, for nothing may be left out of a bid in silence
    """
    values, catalogue = load_values(value_packs), load_catalogue()
    tender = complete_tender(
        read_tender(source),
        catalogue=catalogue,
        series=series_lookup(load=packs.load_series, imported=values.own),
        units=units(),
    )
    if with_bids:
        tender = add_bids(tender, source if source.is_dir() else source.parent, catalogue=catalogue)
    wrong = [problem for problem in tender.problems if problem.severity is Severity.ERROR]
    if wrong:
        raise errors.RefusedInput(f"{source} cannot be used until {len(wrong)} errors are mended.", wrong)
    return TenderInput(tender, values)


def lot_called(tender: Tender, wanted: str | None) -> Lot:
    """
    Return the lot called `wanted`, or the only one.

    :raises UnknownCode: if there is no such lot, or none was named and there are several
    """
    refs = [lot.ref for lot in tender.lots]
    if wanted is None and len(refs) > 1:
        raise errors.UnknownCode(f"The tender has the lots {', '.join(refs)}. Name one with --lot.", refs)
    found = next((lot for lot in tender.lots if wanted is None or lot.ref == wanted), None)
    if found is None:
        raise errors.UnknownCode(f"The tender has no lot {wanted}. Its lots are {', '.join(refs)}.", refs)
    return found
