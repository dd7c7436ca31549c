"""
The packs that bodies published, read once and kept: catalogues and links that hold them beside the shipped ones.

What is published never changes, so the list of published rows is a stamp: while it is the same, what was read is too.
The list is asked for once a request (`KeptMiddleware`), or at each call outside one. A pack that this version of the
engine refuses is left out and named in `refused`: the service goes on without it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import structlog
from django.http import HttpRequest, HttpResponse

from commonweal import errors
from commonweal.catalogue import Catalogue, Framework, load_catalogue
from commonweal.catalogue.loader import parse_framework
from commonweal.checks.problem import Problem
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.series import ValueSeries
from commonweal.valuepack import Pack as ValuePack
from commonweal.valuepack import PackFile, parse_pack
from commonweal_web.frameworks.models import Pack

log = structlog.get_logger(__name__)
STATES_KEPT = 4
"""So many states of the published list are kept in memory: the one in use, and those that tests and races need."""

BODIES_KEPT = 16


@dataclass(frozen=True, slots=True)
class Row:
    """One published pack without its document."""

    pk: int
    kind: str
    key: str
    sha256: str
    body: int
    shown: bool
    replaces: str


@dataclass(slots=True)
class _Held:
    """What one request asked for, once it asked."""

    stamp: tuple[Row, ...] | None = None


_held: ContextVar[_Held | None] = ContextVar("published_packs", default=None)


def stamp() -> tuple[Row, ...]:
    """Return the published packs; one small query, or none where the request asked before."""
    held = _held.get()
    if held is not None and held.stamp is not None:
        return held.stamp
    names = ("pk", "kind", "key", "sha256", "body_id", "shown", "replaces")
    rows = Pack.objects.filter(state=Pack.State.PUBLISHED).order_by("published_at", "pk").values_list(*names)
    found = tuple(Row(*row) for row in rows)
    if held is not None:
        held.stamp = found
    return found


@contextlib.contextmanager
def holding() -> Iterator[None]:
    """Ask for the published packs once inside the block, and see one state of them throughout."""
    token = _held.set(_Held())
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Ask again from now on: something was published."""
    held = _held.get()
    if held is not None:
        held.stamp = None


class KeptMiddleware:
    """Let a request see one state of the published packs, and ask for it once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with holding():
            return self.get_response(request)


def now() -> State:
    """Return what is published now, read and joined with what is shipped."""
    return _state(stamp())


def seen_by(body: int) -> State:
    """
    Return what people of a body may meet: what is shipped, published for everybody, or published by the body itself.

    What another body keeps to itself is in no figure, page or refusal of this one, so its links are not among them.
    """
    return _seen(tuple(row for row in stamp() if row.kind != Pack.Kind.VALUES and (row.shown or row.body == body)))


@lru_cache(maxsize=BODIES_KEPT)
def _seen(rows: tuple[Row, ...]) -> State:
    return State(rows)


@lru_cache(maxsize=STATES_KEPT)
def _state(rows: tuple[Row, ...]) -> State:
    return State(rows)


@dataclass(frozen=True)
class State:
    """All packs of one stamp. What a caller does not ask for is not read."""

    rows: tuple[Row, ...]
    refused: dict[int, str] = field(default_factory=dict)
    """Why a pack was left out, by its key in the database; of values only that they could not be read."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """The shipped releases and all published ones."""
        return self._catalogue(self.rows)

    @cached_property
    def public_catalogue(self) -> Catalogue:
        """The shipped releases and those published for everybody."""
        return self._catalogue([row for row in self.rows if row.shown])

    @cached_property
    def crosswalk(self) -> Crosswalk:
        """The shipped links and those of `rows`; of all bodies together they are asked for by nobody: see `seen_by`."""
        return self._crosswalk(self.rows, self.catalogue)

    @cached_property
    def public_crosswalk(self) -> Crosswalk:
        """The shipped links and those published for everybody."""
        return self._crosswalk([row for row in self.rows if row.shown], self.public_catalogue)

    def visible(self, body: int) -> frozenset[str]:
        """Return the ids of the published releases that people of a body may use: its own, and those for everybody."""
        rows = (row for row in self.rows if row.kind == Pack.Kind.FRAMEWORK)
        return frozenset(row.key for row in rows if row.shown or row.body == body)

    def hidden(self) -> frozenset[str]:
        """Return the ids of the published releases that are not for everybody."""
        return frozenset(row.key for row in self.rows if row.kind == Pack.Kind.FRAMEWORK and not row.shown)

    def values(self, body: int) -> tuple[ValuePack, ...]:
        """Return the value packs of one body; nobody else computes with what it licensed."""
        rows = [row for row in self.rows if row.kind == Pack.Kind.VALUES and row.body == body]
        return tuple(pack for pack in map(self._value_pack, rows) if pack is not None)

    def series(self, body: int, *, newest: bool) -> tuple[ValueSeries, ...]:
        """Return the value series of one body's packs; with `newest`, of those that no later pack replaces."""
        left = {row.replaces for row in self.rows if row.body == body and row.kind == Pack.Kind.VALUES}
        packs = (pack for pack in self.values(body) if not newest or pack.id not in left)
        return tuple(series for pack in packs for series in pack.series.values())

    def _catalogue(self, rows: tuple[Row, ...] | list[Row]) -> Catalogue:
        shipped = load_catalogue()
        found = shipped
        taken: list[Framework] = []
        for row in rows:
            release = self._framework(row) if row.kind == Pack.Kind.FRAMEWORK else None
            if release is None:
                continue
            try:
                found = shipped.with_frameworks([*taken, release])
            except errors.CommonwealError as error:
                self._leave_out(row, str(error))
                continue
            taken.append(release)
        return found

    def _crosswalk(self, rows: tuple[Row, ...] | list[Row], catalogue: Catalogue) -> Crosswalk:
        texts: dict[str, str] = {}
        found = load_crosswalk(catalogue=catalogue) if catalogue is not load_catalogue() else load_crosswalk()
        replaced = {row.replaces for row in rows if row.kind == Pack.Kind.LINKS}
        for row in rows:
            if row.kind != Pack.Kind.LINKS or row.key in replaced:
                continue
            more = texts | {f"{row.key}.yaml": _document(row)}
            try:
                found = load_crosswalk(catalogue=catalogue, texts=more)
            except errors.CommonwealError as error:
                self._leave_out(row, str(error))
                continue
            texts = more
        return found

    def _framework(self, row: Row) -> Framework | None:
        try:
            return _read_framework(row)
        except errors.CommonwealError as error:
            self._leave_out(row, str(error))
            return None

    def _value_pack(self, row: Row) -> ValuePack | None:
        pack = _read_values(row, self.catalogue)
        if pack is None:
            self._leave_out(row, "Its values cannot be read by this version. Import the pack again.")
        return pack

    def _leave_out(self, row: Row, why: str) -> None:
        if row.pk not in self.refused:
            self.refused[row.pk] = why
            log.error("pack_left_out", pack=row.pk, key=row.key)  # not why: it could quote what is licensed


@lru_cache(maxsize=256)
def _read_framework(row: Row) -> Framework:
    return parse_framework(_document(row), name=f"{row.key}.yaml")


@lru_cache(maxsize=64)
def _read_values(row: Row, catalogue: Catalogue) -> ValuePack | None:
    pack = Pack.objects.get(pk=row.pk)
    return value_pack(pack, catalogue)[0]


def value_pack(pack: Pack, catalogue: Catalogue) -> tuple[ValuePack | None, list[Problem]]:
    """Return the values that a row holds, and what is wrong or doubtful about them."""
    return parse_pack(pack.document, name=pack.file_name, head=head_of(pack), catalogue=catalogue)


def head_of(pack: Pack) -> PackFile | None:
    """Return the head of a pack whose document is a bare table; a YAML document carries its own."""
    if is_yaml(pack.file_name):
        return None
    return PackFile(id=pack.key, title=pack.title, licence=pack.licence or "not stated", framework=pack.prices)


def is_yaml(name: str) -> bool:
    """Return whether a file is YAML by its name; values come as tables too."""
    return name.lower().endswith((".yaml", ".yml"))


def links_beside(pair: str, *, body: int) -> dict[str, str]:
    """Return the links seen by a body that its new pack for a pair of releases stands beside, by file name."""
    rows = [row for row in seen_by(body).rows if row.kind == Pack.Kind.LINKS]
    gone = {row.replaces for row in rows} | {row.key for row in rows if row.body == body and pair_of(row.key) == pair}
    return {f"{row.key}.yaml": _document(row) for row in rows if row.key not in gone}


def pair_of(key: str) -> str:
    """Return the pair of releases that a key of links names; a later pack for the same pair has a number behind it."""
    return key.split("@", 1)[0]


def _document(row: Row) -> str:
    return Pack.objects.values_list("document", flat=True).get(pk=row.pk)
