"""A sheet that somebody opened: by its secret link while nobody keeps it, or signed in by its number."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal.crosswalk.sheet import FilledSheet
from commonweal.crosswalk.summary import Summary
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import see_other
from commonweal_web.mapping.models import Sheet
from commonweal_web.mapping.sheets import selectors, services
from commonweal_web.organisations import sign_in_log
from commonweal_web.organisations.doors import public, requires
from commonweal_web.organisations.policies import Permission

View = Callable[..., HttpResponse]
ABSENT = "There is no such sheet. Copy its link whole; if you kept the sheet, sign in and open it from your sheets."
MADE, PDFS, WITHIN = 30, 60, 3600
"""So many sheets may one address make, and so many PDFs may strangers at it, in so many seconds."""


@dataclass(frozen=True)
class Opened:
    """A sheet, who opened it, and how: `token` is the link's secret part, empty for somebody who signed in."""

    sheet: Sheet
    user: Any
    token: str = ""

    @functools.cached_property
    def filled(self) -> FilledSheet:
        return selectors.filled(self.sheet)

    @property
    def summary(self) -> Summary:
        return selectors.summary_of(self.sheet)

    @property
    def may_change(self) -> bool:
        return services.may_change(self.sheet, self.user)

    def anew(self) -> Opened:
        """Return the sheet as it is now, after somebody else changed it."""
        sheet = Sheet.objects.select_related("frozen", "organisation", "owner").get(pk=self.sheet.pk)
        return Opened(sheet, self.user, self.token)

    def url(self, name: str, *arguments: Any) -> str:
        """Return the address of a page of this sheet in the way it was opened: url("sheet_report")."""
        if self.token:
            return reverse(f"mapping:{name}", args=[self.token, *arguments])
        return reverse(f"mapping:kept_{name}", args=[self.sheet.pk, *arguments])


def by_link(view: View) -> View:
    """
    Let anybody open a sheet that nobody keeps by its link.

    A kept one is not there for them, nor for the world: who may read it is sent to where they read it signed in.
    """

    @public
    @functools.wraps(view)
    def opened(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
        sheet = selectors.by_token(token)
        if sheet is not None and sheet.owner_id is None:
            return _secret(view(request, Opened(sheet, request.user, token), **rest))
        if sheet is not None and request.method == "GET" and selectors.readable(request.user).filter(pk=sheet.pk):
            return see_other(reverse("mapping:kept_sheet", args=[sheet.pk]))
        raise Http404(ABSENT)

    return opened


def signed_in(view: View) -> View:
    """Let a person open the sheets that they keep, and those kept for their organisation."""

    @functools.wraps(view)
    def opened(request: HttpRequest, sheet: Sheet, **rest: Any) -> HttpResponse:
        return view(request, Opened(sheet, request.user), **rest)

    return requires(Permission.ACCOUNT_OWN, sheet_scope)(opened)


def sheet_scope(user: Any, _: Permission, sheet_id: int, **rest: Any) -> dict[str, Any]:
    """Replace `sheet_id` by a sheet that the person may read."""
    sheet = selectors.readable(user).filter(pk=sheet_id).first()
    if sheet is None:
        raise Http404(ABSENT)
    return {"sheet": sheet, **rest}


def token_scope(user: Any, _: Permission, token: str) -> dict[str, Any]:
    """Replace the secret part of a link by the sheet that is to be kept, or that the person keeps already."""
    sheet = selectors.by_token(token)
    if sheet is None or sheet.owner_id not in (None, user.pk):
        raise Http404(ABSENT)
    return {"sheet": sheet, "token": token}


def _secret(response: HttpResponse) -> HttpResponse:
    """Keep the address of a secret link out of caches, search engines and other sites."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"  # no-referrer would make browsers send the form as from nowhere
    response["X-Robots-Tag"] = "noindex"
    return response


def not_too_many(request: HttpRequest) -> None:
    """
    Count one more sheet that is made from an address.

    :raises Refused: after thirty within an hour
    """
    if _count(request, "sheets") > MADE:
        raise Refused(
            "Many sheets were made from here within the hour. Wait a while, or fill in one that you have.",
            code="slowed",
        )


def not_too_many_pdfs(request: HttpRequest) -> None:
    """
    Count one more PDF for a stranger's address: a long one takes a processor for seconds.

    :raises Refused: after sixty within an hour
    """
    if not request.user.is_authenticated and _count(request, "pdfs") > PDFS:
        raise Refused(
            "Many PDFs were made from here within the hour. Wait a while, sign in, or take another form.", code="slowed"
        )


def _count(request: HttpRequest, what: str) -> int:
    name = f"mapping-{what}:{sign_in_log.address_of(request)}"
    cache.add(name, 0, WITHIN)
    return int(cache.incr(name))
