"""Download the return workbook, and take it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from commonweal.errors import OtherVersion
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, with_form_errors
from commonweal_web.delivery.models import Return
from commonweal_web.delivery.returns import workbook
from commonweal_web.delivery.returns.acting import require_open
from commonweal_web.delivery.returns.canonical import reference
from commonweal_web.delivery.returns.forms import WorkbookForm
from commonweal_web.delivery.returns.scopes import return_scope
from commonweal_web.delivery.returns.views.common import context_of, url
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


@requires(Permission.RETURN_SUBMIT, return_scope)
def return_workbook(request: HttpRequest, ret: Return, ending: str) -> HttpResponse:
    """The workbook, filled in as far as the page is."""
    answer = HttpResponse(workbook.workbook_bytes(ret, f".{ending}"), content_type=TYPES[ending])
    name = reference(ret).replace("/", "-")
    answer["Content-Disposition"] = f'attachment; filename="return-{name}.{ending}"'
    answer["Cache-Control"] = "no-store"
    return answer


@requires(Permission.RETURN_SUBMIT, return_scope)
def return_upload(request: HttpRequest, ret: Return) -> HttpResponse:
    """Take a filled workbook, all of it or nothing, with one line for each problem."""
    now = clock.now()
    require_open(ret, now)
    form = WorkbookForm(request.POST or None, request.FILES or None, initial={"version": ret.version})
    taken = None
    differences: Sequence[str] = ()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        with with_form_errors(form):
            try:
                taken = workbook.workbook_take(
                    ret=ret, name=upload.name, pieces=upload.chunks(), version=None, by=request.user, now=now
                )
            except OtherVersion as other:
                differences = other.differences
                words = "This workbook is of another contract, period or version. Nothing was taken over."
                form.add_error("file", words)
        if taken is not None and not taken.problems:
            messages.success(request, f"{taken.answers} answers were taken over. Check them before you send.")
            return see_other(url("return_check", ret))
        if taken is not None:
            form.add_error("file", f"Nothing was taken over: {len(taken.problems)} cells need your attention.")
    page = context_of(ret, "Use the workbook", form=form, taken=taken, differences=differences)
    return render(request, "delivery/returns/workbook.html", page, status=422 if form.errors else 200)
