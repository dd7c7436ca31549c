"""The one way in which the forms of this app are shown, checked and taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from commonweal_web.core.forms import PageForm
from commonweal_web.core.http import render, see_other, status_of, with_form_errors


def data_of(request: HttpRequest) -> Any:
    """What a form is bound to: what was sent, or nothing where the page is only opened."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    form: PageForm,
    act: Callable[[dict[str, Any]], Any],
    *,
    done: str | Callable[[Any], str],
    said: str = "",
    template: str = "organisations/form.html",
    **context: Any,
) -> HttpResponse:
    """Show a form; when it is filled in, do `act` with its answers, say so, and go on to `done`."""
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            result = act(form.cleaned_data)
            if said:
                messages.success(request, said)
            return see_other(done if isinstance(done, str) else done(result))
    return render(request, template, {"form": form, **context}, status=status_of(form))
