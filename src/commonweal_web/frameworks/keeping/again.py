"""A kept document looked at again before it is published: what it refers to may have changed since it was read."""

from __future__ import annotations

from commonweal import errors, packs
from commonweal.catalogue import units
from commonweal.catalogue.outside import read_framework
from commonweal.checks.problem import Problem, Severity
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal_web.frameworks import kept
from commonweal_web.frameworks.models import Pack


def problems(pack: Pack) -> list[str]:
    """Return what stands against publishing a pack now, in sentences; its document was within bounds when it came."""
    catalogue = kept.now().catalogue
    if pack.kind == Pack.Kind.FRAMEWORK:
        _, found = read_framework(
            pack.document, name=_name(pack), catalogue=catalogue, units=units(), load=packs.load_series
        )
        return _sentences(found)
    if pack.kind == Pack.Kind.VALUES:
        return _sentences(kept.value_pack(pack, catalogue)[1])
    texts = kept.links_beside(kept.pair_of(pack.key), body=pack.body_id)
    try:
        load_crosswalk(catalogue=catalogue, texts={**texts, f"{pack.key}.yaml": pack.document})
    except errors.CommonwealError as error:
        return str(error).splitlines()
    return []


def _name(pack: Pack) -> str:
    return f"{pack.key}.yaml"


def _sentences(found: list[Problem]) -> list[str]:
    wrong = [one for one in found if one.severity is Severity.ERROR]
    return [f"{one.where.file} line {one.where.row}: {one.found} {one.mend}" for one in wrong[:20]]
