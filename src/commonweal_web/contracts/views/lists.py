"""Lists: contracts with a filter, contracts without KPIs, proposals that wait for a decision."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.forms.contracts import ListFilter
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.selectors import contracts as selectors
from commonweal_web.contracts.selectors import kpis as kpi_selectors
from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day as day_words
from commonweal_web.core.templatetags.worth import pounds_short
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission

PAGE = 50
COLUMNS = (
    Column("Contract"),
    Column("Supplier"),
    Column("Directorate"),
    Column("Value", numeric=True),
    Column("Last day"),
    Column("Owner"),
    Column("KPIs", numeric=True),
    Column("State"),
)


@requires(Permission.KPI_READ)
def contract_list(request: HttpRequest) -> HttpResponse:
    form = ListFilter(request.GET or None, directorates=selectors.own_directorates(request.user))
    answers = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = selectors.listing(request.user, day=clock.today(), **answers)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    owners = selectors.owners_of(page, clock.today())
    nameless = set(selectors.without_owner(request.user, clock.today()).values_list("pk", flat=True))
    empty = "No contract fits this filter. Clear it to see all." if answers else "You are on no contract yet."
    context = {
        "title": "Contracts",
        "filter": form,
        "clear_url": request.path,
        "table": Table(
            f"{page.paginator.count} contract{'' if page.paginator.count == 1 else 's'}",
            COLUMNS,
            [_cells(one, _owner(one, owners, nameless)) for one in page],
            empty=empty,
            dense=True,
        ),
        "page": page,
        "may_create": bool(organisations.roles_of(request.user, Permission.CONTRACT_CREATE)),
    }
    return render(request, "contracts/list.html", context)


def _owner(contract: Contract, owners: dict[int, str], nameless: set[int]) -> Cell:
    """The owner's name, or that there is none, with the way to name one for who may."""
    if contract.pk in nameless:
        return Cell("No owner: name one", href=reverse("contracts:assign", args=[contract.pk]))
    return Cell(owners.get(contract.pk, "No owner"))


def _cells(contract: Contract, owner: Cell) -> list[Cell]:
    count = contract.kpi_count  # type: ignore[attr-defined]  # annotated by the selector
    return [
        Cell(contract.title, href=front_page(contract), hint=contract.reference),
        Cell(selectors.suppliers_in_words(contract) or "None named"),
        Cell(str(contract.directorate or "–")),
        Cell(pounds_short(contract.value_pence)),
        Cell(day_words(contract.ends)),
        owner,
        Cell(str(count)),
        Cell(contract.get_status_display().capitalize()),
    ]


def front_page(contract: Contract) -> str:
    """Return a contract's front page, which belongs to the reports above this app; its facts while it is a draft."""
    if contract.status == "draft":
        return reverse("contracts:detail", args=[contract.pk])
    return f"/contracts/{contract.pk}/"


@requires(Permission.KPI_READ)
def without_kpis(request: HttpRequest) -> HttpResponse:
    found = selectors.without_kpis(request.user, day=clock.today())
    columns = (
        Column("Contract"),
        Column("Why there are no KPIs"),
        Column("Spend a year", numeric=True),
        Column("Owner"),
        Column("Next opportunity"),
    )
    rows = [_without_cells(row) for row in found.rows]
    context = {
        "title": "Contracts without KPIs",
        "found": found,
        "share": found.spend_pence * 100 / found.all_spend_pence if found.all_spend_pence else None,
        "alert_months": selectors.ALERT_MONTHS,
        "table": Table(
            "Nearest break point first", columns, rows, dense=True, empty="Every running contract has an agreed KPI."
        ),
    }
    return render(request, "contracts/without_kpis.html", context)


def _without_cells(row: selectors.WithoutKpis) -> list[Cell]:
    passed = "; ".join(f"{day_words(point.on)}: {point.outcome or 'passed without change'}" for point in row.passed)
    point = row.next_point
    when = "None: ask for an extension clause" if point is None else f"{day_words(point.on)}, {point.kind}"
    left = "" if point is None else f"{point.months} months left" + (": prepare now" if point.alert else "")
    return [
        Cell(row.contract.title, href=reverse("contracts:detail", args=[row.contract.pk]), hint=row.contract.reference),
        Cell(
            row.reason or "No reason recorded: add it on the contract's facts",
            hint=f"Passed: {passed}" if passed else "",
        ),
        Cell(pounds_short(row.yearly_pence)),
        Cell(row.owner or "No owner"),
        Cell(when, hint=left),
    ]


@requires(Permission.KPI_READ)
def proposals(request: HttpRequest) -> HttpResponse:
    waiting = kpi_selectors.waiting_for(request.user, day=clock.today())
    return render(request, "contracts/proposals.html", {"title": "Waiting for your approval", "waiting": waiting})
