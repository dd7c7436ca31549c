"""`explain`: the working of one figure of a stored report, or of all of them, worked out again."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import click

from commonweal import errors
from commonweal.cli.base import Command
from commonweal.cli.show import columns, say, write_json
from commonweal.cli.status import Status
from commonweal.figures import RULES, Book, Fact, Figure
from commonweal.reporting import stored, wording
from commonweal.reporting.output import missing_or_altered

MOST_LINES = 200
NEAREST = 5


@click.command(
    cls=Command,
    examples=[
        "commonweal explain report/report.json                         the lines, with their numbers",
        'commonweal explain report/report.json --find "verified NT1"   the lines with these words',
        "commonweal explain report/report.json portfolio/due/pounds    how this number came about",
        "commonweal explain report/report.json --all                   every figure, worked out again",
    ],
    statuses={
        Status.FINE: "every figure asked for agrees with its stored inputs",
        Status.LOOK: "a figure differs, or no line has the words of --find",
        Status.REFUSED: "the report is incomplete, or has no such line",
    },
)
@click.argument("report", type=click.Path(path_type=Path))
@click.argument("line", required=False)
@click.option("--all", "every", is_flag=True, help="Work out every figure again and say how many agree.")
@click.option("--find", metavar="WORDS", help="List the lines that have all of these words.")
@click.pass_context
def explain(ctx: click.Context, report: Path, line: str | None, every: bool, find: str | None, as_json: bool) -> None:
    """
    Show how one figure of a report was worked out, down to the cells and values that it rests on.

    REPORT is a report.json or the folder that holds one. LINE is the name of a line, as the report's tables and CSV
    files give it. The figure is worked out again from the stored inputs alone; the report's own results are not
    trusted.
    """
    if sum(map(bool, (line, every, find))) > 1:
        raise click.UsageError("Give one of LINE, --all and --find.")
    meta, book = stored.load_report(report)
    if every:
        agree = _every(report, meta, book, as_json=as_json)
    elif line is not None:
        agree = _one(book, _known(book, line), as_json=as_json)
    else:
        agree = _list(meta, book, find or "", as_json=as_json)
    ctx.exit(int(Status.FINE if agree else Status.LOOK))


def _known(book: Book, line: str) -> str:
    """
    Return `line` if the book has it.

    :raises UnknownCode: with the lines that look like it
    """
    if line in book:
        return line
    ids = {entry.id.casefold(): entry.id for entry in book}
    near = [ids[key] for key in difflib.get_close_matches(line.casefold(), ids, n=NEAREST, cutoff=0.4)]
    words = [entry.id for entry in _having(book, line)][:NEAREST]
    found = list(dict.fromkeys([*near, *words]))[:NEAREST]
    hint = f"Nearest: {', '.join(found)}." if found else "List the lines with --find WORDS."
    raise errors.UnknownCode(f"There is no line {line!r} in this report. {hint}", found)


def _one(book: Book, line: str, *, as_json: bool) -> bool:
    entry, again = book[line], book.recompute(line)
    if as_json:
        write_json({"agrees": again == entry.value, "worked_out_again": again, "line": _tree(book, line)})
    else:
        say(*stored.explain(book, line))
    return again == entry.value


def _tree(book: Book, line: str) -> dict[str, Any]:
    """Return every line that `line` rests on, each once, by its name; inputs are names."""
    found: dict[str, Any] = {}
    waiting = [line]
    while waiting:
        entry = book[waiting.pop()]
        if entry.id in found:
            continue
        if isinstance(entry, Figure):
            sentence = RULES[entry.rule][1] if entry.rule in RULES else ""
            details = {"rule": entry.rule, "sentence": sentence, "inputs": entry.inputs, "note": entry.note}
            waiting.extend(entry.inputs)
        else:
            details = {"origin": entry.origin, "source": entry.source}
        found[entry.id] = {"label": entry.label, "value": entry.value, "unit": entry.unit, **details}
    return {"id": line, "rests_on": found}


WRONG = {
    "differing": "These differ; see how with `commonweal explain REPORT LINE`:",
    "shown_differently": "A table of the report shows another number than the stored one for:",
    "altered": "These files are not as they were written, or are gone:",
}


def _every(report: Path, meta: dict[str, Any], book: Book, *, as_json: bool) -> bool:
    """Work out every figure, compare the tables with them and, for a folder, every file with its stored hash."""
    found = {
        "differing": stored.differences(book),
        "shown_differently": stored.shown_differently(report, book),
        "altered": missing_or_altered(report) if report.is_dir() else [],
    }
    figures = sum(isinstance(entry, Figure) for entry in book)
    facts, agree = len(book) - figures, figures - len(found["differing"])
    if as_json:
        write_json({"title": meta["title"], "figures": figures, "facts": facts, **found})
    else:
        say(f"{meta['title']}, {meta['subtitle']}")
        say(f"{agree:,} of {figures:,} figures agree with their {facts:,} stored inputs.")
        for name, lines in found.items():
            if lines:
                say("", WRONG[name], *(f"  {line}" for line in lines))
    return not any(found.values())


def _list(meta: dict[str, Any], book: Book, words: str, *, as_json: bool) -> bool:
    found = _having(book, words)
    if as_json:
        lines = [{"id": e.id, "label": e.label, "value": e.value, "unit": e.unit} for e in found]
        write_json({"title": meta["title"], "as_at": meta["as_at"], "lines": lines})
        return bool(found)
    if not found:
        say(f"No line of this report has the words {words!r}.")
        return False
    shown = found[:MOST_LINES]
    rows = [("Line", "What it is", "Number")]
    rows += [(entry.id, entry.label, wording.amount(entry.value, entry.unit)) for entry in shown]
    say(columns(rows, right=[2]))
    if len(found) > len(shown):
        say("", f"... and {len(found) - len(shown):,} more lines. Narrow them down with --find WORDS.")
    return True


def _having(book: Book, words: str) -> list[Fact | Figure]:
    """Return the lines that have all of `words` in their name or label, figures first."""
    asked = words.casefold().split()
    found = [entry for entry in book if all(word in f"{entry.id} {entry.label}".casefold() for word in asked)]
    return sorted(found, key=lambda entry: isinstance(entry, Fact))
