"""The first pages: four numbers, what needs somebody, every contract in one table, and the contracts without KPIs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from commonweal import performance
from commonweal.figures import Book
from commonweal.periods import day_in_words
from commonweal.quantities import plain
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.attention import attention_table
from commonweal.reporting.build.names import anchor, slug
from commonweal.reporting.build.returns import due_by_period, timeliness_table
from commonweal.reporting.build.standing import CLAIMED, DUE, SHORT, UNCLAIMED, Standing
from commonweal.reporting.build.tables import (
    MONEY_STATES,
    Kept,
    contract_line,
    counted,
    figure_cell,
    kept_lines,
    money_cells,
    money_columns,
    money_lines,
    money_names,
    packs,
    sum_line,
)
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import (
    Block,
    Cell,
    Chart,
    Column,
    Headline,
    Headlines,
    Prose,
    Row,
    Section,
    Show,
    State,
    Table,
)
from commonweal.timeliness import timeliness

MOST_BARS = 10
MOST_PRESSING = 12
UNDATED = ((PROMISED, "Promised"), (CLAIMED, "Claimed"), ("pending", "Pending"), ("verified", "Verified"))
BARS = ("verified", "pending", UNCLAIMED)
Colours = performance.Rag


def summary_section(assembly: Assembly) -> Section:
    """Return the first page: what was due, what is verified, what is missing, and what needs somebody."""
    book, standings = assembly.book, assembly.once
    blocks: list[Block] = []
    lines = money_lines(book, "portfolio", "All contracts", standings)
    lines[SHORT] = sum_line(
        book,
        "portfolio/short/pounds",
        "All contracts: short of what was due",
        [s.pounds.get(SHORT, "") for s in standings],
    )
    if standings:
        blocks.append(_headlines(assembly, lines))
    blocks.append(Prose(tuple(_sentences(assembly, lines))))
    if assembly.attention:
        blocks += _pressing(assembly)
    elif standings:
        blocks.append(
            Prose(("Nothing needs somebody today: no return is missing, nothing is red, disputed or waiting.",))
        )
    blocks += _bars(assembly)
    if any(lines.values()):
        blocks.append(_states(assembly, lines))
    blocks += _by_pack(book, standings)
    every = [line for returns in assembly.returns.values() for line in returns]
    if due_by_period(every, assembly.as_at):
        blocks.append(timeliness_table(book, every, assembly.as_at))
    return Section("summary", "Where things stand", tuple(blocks))


def _pressing(assembly: Assembly) -> list[Block]:
    """Return what presses most, and the way to the rest where the list is long."""
    first = attention_table(assembly.attention[:MOST_PRESSING], set(assembly.by_contract()))
    rest = len(assembly.attention) - MOST_PRESSING
    if rest <= 0:
        return [first]
    table = replace(first, note=f'{counted(range(rest), "more item")} in the chapter "Everything that needs somebody".')
    return [table]


def attention_section(assembly: Assembly) -> list[Section]:
    """Return the whole attention list as a chapter, where the first page shows only a part of it."""
    if len(assembly.attention) <= MOST_PRESSING:
        return []
    table = attention_table(assembly.attention, set(assembly.by_contract()), name="attention-all")
    return [Section("attention", "Everything that needs somebody", (table,), page_break=True)]


def _headlines(assembly: Assembly, lines: dict[str, str]) -> Headlines:
    book, standings = assembly.book, assembly.once
    if not lines.get(DUE):
        pounds = [name for name, _ in UNDATED if lines.get(name)]
        return Headlines(tuple(_undated_headlines(book, lines, standings) if pounds else _colour_headlines(standings)))
    due, verified = lines[DUE], lines.get("verified", "")
    kept = kept_lines(book, "portfolio", "All contracts", lines)
    waiting = sum(1 for s in standings if "pending" in s.quantity and s.amount("pending"))
    items = [
        Headline(
            "Due to date",
            figure_cell(book, due),
            Show.POUNDS,
            _behind(standings, DUE),
        ),
        Headline(
            "Verified",
            figure_cell(book, verified) if verified else Cell(Decimal(0)),
            Show.POUNDS,
            _kept_words(book, kept) if kept else "nothing verified yet",
            State.VERIFIED,
        ),
        Headline(
            "Pending",
            figure_cell(book, lines["pending"]) if lines.get("pending") else Cell(Decimal(0)),
            Show.POUNDS,
            f"waiting for evidence or a check, on {counted(range(waiting), 'KPI')}",
            State.PENDING,
        ),
    ]
    return Headlines((*items, _missing_headline(assembly)))


def _kept_words(book: Book, kept: Kept) -> str:
    words = f"{plain(book[kept.percent].value)} % of what was due"
    ahead = book[kept.ahead].value
    return f"{words}, and £{ahead:,.2f} ahead" if ahead else words


def _behind(standings: Sequence[Standing], name: str) -> str:
    """Say how many KPIs stand behind a number of pounds, and on how many contracts."""
    members = [s for s in standings if s.worth(name)]
    return f"{counted(members, 'KPI')} with pounds on {_contracts(members)}"


def _undated_headlines(book: Book, lines: dict[str, str], standings: Sequence[Standing]) -> list[Headline]:
    """Return the pounds of an input without dates, in which nothing can be due."""
    return [
        Headline(heading, figure_cell(book, lines[name]), Show.POUNDS, _behind(standings, name), _state(name))
        for name, heading in UNDATED
        if lines.get(name)
    ]


def _state(name: str) -> State | None:
    return State(name) if name in (State.PENDING, State.VERIFIED) else None


def _missing_headline(assembly: Assembly) -> Headline:
    every = [line for returns in assembly.returns.values() for line in returns]
    groups = due_by_period(every, assembly.as_at)
    missing = sum(1 for members in groups.values() for line in members if not line.here(assembly.as_at))
    context = "none due yet"
    if groups:
        latest = max(groups)
        timed = timeliness(returns=groups[latest], as_at=assembly.as_at)
        every_due = counted(range(sum(map(len, groups.values()))), "return")
        context = f"of {every_due} due so far; {timed.received} of {timed.expected} received for {latest.label}"
    return Headline("Missing returns", Cell(Decimal(missing)), Show.COUNT, context, State.MISSING)


def _colour_headlines(standings: Sequence[Standing]) -> list[Headline]:
    items = []
    for colour in (Colours.GREEN, Colours.AMBER, Colours.RED, Colours.NOT_DUE):
        number = sum(1 for s in standings if s.stands and s.stands.rag is colour)
        items.append(
            Headline(f"KPIs {colour.value}", Cell(Decimal(number)), Show.COUNT, f"of {counted(standings, 'KPI')}")
        )
    return items


def _sentences(assembly: Assembly, lines: dict[str, str]) -> list[str]:
    book, portfolio = assembly.book, assembly.portfolio
    without = len(portfolio.contracts) - len(assembly.by_contract())
    found = []
    if lines.get(DUE) and lines.get(SHORT):
        due, short = book[lines[DUE]].value, book[lines[SHORT]].value
        found.append(
            f"Of £{due:,.2f} that was due by {day_in_words(assembly.as_at)}, £{due - short:,.2f} is verified and "
            f"£{short:,.2f} is short.{_ahead(book, lines)}"
        )
    if not assembly.standings:
        found.append(
            f"This input holds {counted(portfolio.contracts, 'contract')} and no KPIs, so there is nothing to compare "
            f"with a promise. The contracts are listed below."
        )
    elif without:
        rest = "has no KPIs; it is listed on its own" if without == 1 else "have no KPIs; they are listed on their own"
        found.append(f"{without} of {counted(portfolio.contracts, 'contract')} {rest}.")
    if within := len(assembly.standings) - len(assembly.once):
        found.append(
            f"{counted(range(within), 'KPI')} of call-offs count within the framework agreement and are not added to "
            f"it again in any total."
        )
    if assembly.problems:
        found.append(
            f"The checks found {counted(assembly.problems, 'thing')} to look at in the input; each is listed with its "
            f"cell at the end."
        )
    return found


def _ahead(book: Book, lines: dict[str, str]) -> str:
    kept = kept_lines(book, "portfolio", "All contracts", lines)
    if not kept or not book[kept.ahead].value:
        return ""
    return (
        f" A further £{book[kept.ahead].value:,.2f} is verified ahead of what was due, or beyond it; what is ahead "
        f"on one KPI does not make good what is short on another."
    )


def _bars(assembly: Assembly) -> list[Block]:
    """Return a small table and chart of the contracts with most due: verified, pending, not yet claimed."""
    owing = [(ref, members) for ref, members in assembly.by_contract().items() if any(m.worth(DUE) for m in members)]
    if len(owing) < 2:
        return []
    book = assembly.book
    rows = []
    for ref, members in sorted(owing, key=lambda item: -sum(m.worth(DUE) or Decimal(0) for m in item[1]))[:MOST_BARS]:
        contract = members[0].contract
        cells = tuple(figure_cell(book, contract_line(book, ref, name, members)) for name in (DUE, *BARS))
        rows.append(Row((Cell(contract.title or ref), *cells), anchor=anchor(contract)))
    headings = ("Due to date", "Verified", "Pending", "Not yet claimed")
    columns = (
        Column("contract", "Contract"),
        *(Column(name, heading, Show.POUNDS, "£") for name, heading in zip((DUE, *BARS), headings, strict=True)),
    )
    caption = "The contracts with most due" if len(owing) > MOST_BARS else "What was due, by contract"
    table = Table("most-due", caption, columns, tuple(rows))
    return [Chart("most-due-chart", _bars_message(owing), "stacked", "most-due", "contract", BARS, unit="£"), table]


def _bars_message(owing: Sequence[tuple[str, Sequence[Standing]]]) -> str:
    short = {ref: sum((m.worth(SHORT) or Decimal(0) for m in members), Decimal(0)) for ref, members in owing}
    ref, most = max(short.items(), key=lambda item: item[1])
    title = next(members[0].contract.title or ref for name, members in owing if name == ref)
    return f"{title} is furthest behind: £{most:,.2f} short" if most else "No contract is behind what was due"


def _states(assembly: Assembly, lines: dict[str, str]) -> Table:
    """Return every state of promise and delivery on its own line: they are never added up in silence."""
    standings = assembly.once
    rows = []
    for name, heading in MONEY_STATES:
        count = sum(1 for s in standings if s.worth(name))
        cell = figure_cell(assembly.book, lines.get(name, ""))
        if lines.get(name) or count:
            rows.append(Row((Cell(heading), cell, Cell(Decimal(count)))))
    not_due = sum(1 for s in standings if s.stands and s.stands.rag is Colours.NOT_DUE)
    nils = sum(len(s.nils) for s in standings)
    for heading, number in (("KPIs not due yet", not_due), ("Nil declarations", nils)):
        rows.append(Row((Cell(heading), Cell(text="no pounds"), Cell(Decimal(number)))))
    columns = (
        Column("state", "State"),
        Column("pounds", "Pounds", Show.POUNDS, "£"),
        Column("kpis", "KPIs", Show.COUNT),
    )
    note = (
        "Only verified counts as delivered. No line is part of another, except that claimed is the sum "
        "of what became of it."
    )
    return Table("states", "Promise and delivery, state by state", columns, tuple(rows), note=note)


def _by_pack(book: Book, standings: Sequence[Standing]) -> list[Block]:
    """Return the totals of each release and value pack on its own, where the total above adds up more than one."""
    mixed = packs(standings)
    if len(mixed) < 2:
        return []
    names = money_names(standings)
    rows = []
    for pack in mixed:
        members = [s for s in standings if packs([s]) == [pack]]
        rows.append(
            Row((Cell(pack), *money_cells(book, money_lines(book, f"by/pack/{slug(pack)}", pack, members), names)))
        )
    columns = (Column("pack", "Framework release and values"), *money_columns(names))
    note = (
        f"The totals of this report add up pounds of {len(mixed)} releases or value packs, which price the same act "
        f"differently."
    )
    return [Table("by-pack", "Pounds by framework release and value pack", columns, tuple(rows), note=note, dense=True)]


def _contracts(standings: Sequence[Standing]) -> str:
    return counted(sorted({s.contract.ref for s in standings}), "contract")
