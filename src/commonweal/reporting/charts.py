"""
Charts as Vega-Lite specs, drawn to SVG beside their tables.

Each bar carries its numbers in words, so that no legend is needed; colour and order of the states are the same
everywhere. Numbers go into the specs as text and are parsed by the drawing library: the engine holds no floats.
"""

from __future__ import annotations

import functools
import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import vl_convert

from commonweal.quantities import plain
from commonweal.reporting import wording
from commonweal.reporting.model import Cell, Chart, Column, Report, Row, Show, Table

FONT = "Arial, sans-serif"
INK, QUIET, TEAL, PALE, BARE = "#1d2b2a", "#4f5b5a", "#0a4f4c", "#d5e3e1", "#c3cecc"
COLOURS = {
    "not-due": "#8a9694",
    "nil-declared": "#5f6b6a",
    "missing": "#8a5a00",
    "pending": "#4a9a94",
    "verified": TEAL,
    "rejected": "#a8341f",
    "disputed": "#6b3fa0",
    "withdrawn": "#6b6b6b",
    "relieved": "#2f6690",
    "transferred": "#1d4f91",
    "written-off": "#3d3d3d",
}
UNCLAIMED = {"not yet claimed", "not claimed", "short"}
SPARE = (TEAL, QUIET, "#2f6690", "#8a5a00")
WIDTH, NARROW, MOST_WIDE = 720, 340, 40
BOLD_LETTER, LETTER, GAP = 8, 7, 24
SEPARATOR = " · "

Spec = dict[str, Any]


def table_of(report: Report, chart: Chart) -> Table:
    """The table that `chart` draws."""
    return next(table for table in report.tables() if table.name == chart.table)


def widths(report: Report, chart: Chart) -> tuple[int, ...]:
    """
    A wide and a narrow drawing, or the narrow one alone where there are very many charts.

    Those of the first section are always drawn in both widths.
    """
    count = sum(isinstance(block, Chart) for section in report.sections for block in section.blocks)
    both = count <= MOST_WIDE or chart in report.sections[0].blocks
    return (WIDTH, NARROW) if both else (NARROW,)


def svg(chart: Chart, table: Table, *, width: int = WIDTH) -> str:
    """Return the drawing as an SVG element of `width` points; the same spec is drawn once."""
    return _drawn(json.dumps(_clean(spec(chart, table, width=width)), sort_keys=True, ensure_ascii=False))


def _clean(value: Any) -> Any:
    """`value` without control characters in its texts: the drawing library ends the process at one."""
    if isinstance(value, str):
        return wording.clean(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value


@functools.lru_cache(maxsize=512)
def _drawn(text: str) -> str:
    return vl_convert.vegalite_to_svg(text, vl_version="5.21")


def spec(chart: Chart, table: Table, *, width: int = WIDTH) -> Spec:
    """Return the Vega-Lite spec of `chart`: kind "stacked", "bullet", "regions" or "line"; total rows are left out."""
    rows = [row for row in table.rows if not row.emphasis]
    make = {"stacked": _stacked, "bullet": _bullet, "regions": _regions, "line": _line}[chart.kind]
    body = make(chart, table, rows, width)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "padding": {"left": 2, "right": 2, "top": 4, "bottom": 4},
        "background": None,
        "config": {"font": FONT, "view": {"stroke": None}, "text": {"font": FONT, "fontSize": 14, "fill": INK}},
        **body,
    }


def described(chart: Chart, table: Table) -> str:
    """The chart in words: its `alt`, or its title with every row's numbers."""
    if chart.alt:
        return chart.alt
    rows = [row for row in table.rows if not row.emphasis]
    said = "; ".join(f"{_label(chart, table, row)}: {_said(chart, table, row, SEPARATOR)}" for row in rows)
    return f"{chart.title}. {said}"


def _index(table: Table, key: str) -> int:
    return next(i for i, column in enumerate(table.columns) if column.key == key)


def _cell(table: Table, row: Row, key: str) -> Cell:
    return row.cells[_index(table, key)]


def _amount(table: Table, row: Row, key: str) -> Decimal:
    value = _cell(table, row, key).value
    return value if isinstance(value, Decimal) else Decimal(0)


def _label(chart: Chart, table: Table, row: Row) -> str:
    return wording.words(_cell(table, row, chart.category), Column("", "")).text


def _column(table: Table, key: str) -> Column:
    return table.columns[_index(table, key)]


def _written(chart: Chart, value: Decimal, unit: str) -> str:
    return wording.amount(value, unit or chart.unit)


def _said(chart: Chart, table: Table, row: Row, separator: str) -> str:
    parts = []
    for key in chart.series:
        value, cell = _amount(table, row, key), _cell(table, row, key)
        if value:
            unit = cell.unit or ("£" if _column(table, key).show is Show.POUNDS else "")
            parts.append(f"{_written(chart, value, unit)} {_column(table, key).heading.lower()}")
    return separator.join(parts) or "nothing"


def _colour(table: Table, key: str, position: int) -> str:
    state = wording.state_called(_column(table, key).heading) or wording.state_called(key)
    if state:
        return COLOURS[wording.tone(state)]
    return BARE if _column(table, key).heading.lower() in UNCLAIMED else SPARE[position % len(SPARE)]


def _text_over_bar(data: Spec, field: str, *, align: str, quiet: bool, at: str, lift: int) -> Spec:
    mark = {
        "type": "text",
        "align": align,
        "baseline": "bottom",
        "dy": -lift,
        "fontWeight": "normal" if quiet else "bold",
    }
    mark["fill"] = QUIET if quiet else INK
    place: Spec = {"value": 0} if at == "left" else {"value": {"expr": "width"}}
    return {
        "data": data,
        "mark": mark,
        "encoding": {"y": _band(len(data["values"])), "x": place, "text": {"field": field}},
    }


def _band(rows: int) -> Spec:
    scale: Spec = {"domain": list(range(rows)), "paddingInner": 0, "paddingOuter": 0}
    return {"field": "row", "type": "nominal", "axis": None, "scale": scale}


def _over_bars(chart: Chart, table: Table, rows: list[Row], width: int, said: list[str]) -> tuple[list[Spec], int]:
    """The two texts of each bar: on one line where every bar has room for both, on two otherwise."""
    labels = [_label(chart, table, row) for row in rows]
    narrow = width < WIDTH or any(_meet(*texts, width) for texts in zip(labels, said, strict=True))
    values = [
        {"row": n, "label": _cut(label, width), "said": text}
        for n, (label, text) in enumerate(zip(labels, said, strict=True))
    ]
    data = {"values": values}
    first = _text_over_bar(data, "label", align="left", quiet=False, at="left", lift=29 if narrow else 11)
    second = _text_over_bar(
        data, "said", align="left" if narrow else "right", quiet=True, at="left" if narrow else "right", lift=11
    )
    return [first, second], 70 if narrow else 52


def _meet(label: str, said: str, width: int) -> bool:
    """Whether a bold label from the left and its numbers from the right would meet on one line."""
    return len(label) * BOLD_LETTER + len(said) * LETTER + GAP > width


def _cut(text: str, width: int) -> str:
    most = width // BOLD_LETTER
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _stacked(chart: Chart, table: Table, rows: list[Row], width: int) -> Spec:
    values = [
        {"row": n, "place": place, "colour": _colour(table, key, place), "v": str(_amount(table, row, key))}
        for n, row in enumerate(rows)
        for place, key in enumerate(chart.series)
        if _amount(table, row, key) > 0
    ]
    texts, step = _over_bars(chart, table, rows, width, [_said(chart, table, row, SEPARATOR) for row in rows])
    bars = {
        "data": {"values": values, "format": {"parse": {"v": "number"}}},
        "mark": {"type": "bar", "height": 16, "yOffset": 6, "stroke": "#ffffff", "strokeWidth": 1},
        "encoding": {
            "y": _band(len(rows)),
            "x": {"field": "v", "type": "quantitative", "axis": None, "stack": "zero"},
            "color": {"field": "colour", "type": "nominal", "scale": None, "legend": None},
            "order": {"field": "place", "type": "quantitative"},
        },
    }
    return {"height": {"step": step}, "layer": [bars, *texts]}


def _bullet(chart: Chart, table: Table, rows: list[Row], width: int) -> Spec:
    done, due = chart.series
    values = [_bullet_row(n, _amount(table, row, done), _amount(table, row, due)) for n, row in enumerate(rows)]
    return _done_and_due(chart, table, rows, width, values)


def _regions(chart: Chart, table: Table, rows: list[Row], width: int) -> Spec:
    """Return a bullet for each row, all to one scale, since their rows count the same thing."""
    done, due = chart.series
    values = [
        {"row": n, "due": plain(_amount(table, row, due)), "done": plain(_amount(table, row, done))}
        for n, row in enumerate(rows)
    ]
    return _done_and_due(chart, table, rows, width, values)


def _done_and_due(chart: Chart, table: Table, rows: list[Row], width: int, values: list[Spec]) -> Spec:
    said = [_done_of_due(chart, table, row) for row in rows]
    texts, step = _over_bars(chart, table, rows, width, said)
    data = {"values": values, "format": {"parse": {"due": "number", "done": "number"}}}
    length: Spec = {"type": "quantitative", "axis": None, "scale": {"domainMin": 0}}

    def bar(field: str, height: int, fill: str) -> Spec:
        mark = {"type": "bar", "height": height, "yOffset": 6, "fill": fill}
        return {"data": data, "mark": mark, "encoding": {"y": _band(len(rows)), "x": {"field": field, **length}}}

    tick = {
        "data": data,
        "transform": [{"filter": "datum.due > 0"}],
        "mark": {"type": "tick", "orient": "vertical", "size": 24, "thickness": 3, "yOffset": 6, "color": INK},
        "encoding": {"y": _band(len(rows)), "x": {"field": "due", **length}},
    }
    return {"height": {"step": step}, "layer": [bar("due", 16, PALE), bar("done", 8, TEAL), tick, *texts]}


def _bullet_row(n: int, done: Decimal, due: Decimal) -> Spec:
    """Each row has its own scale, as rows count different things: what was due is 100, a surplus stops at 150."""
    if not due:
        return {"row": n, "due": "0", "done": "100" if done else "0"}
    share = min(Decimal(150), done * 100 / due).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {"row": n, "due": "100", "done": plain(share)}


def _done_of_due(chart: Chart, table: Table, row: Row) -> str:
    done, due = chart.series
    cell = _cell(table, row, due)
    unit = cell.unit or _cell(table, row, done).unit or chart.unit or _column(table, due).unit
    verb = _column(table, done).heading.lower()
    if not isinstance(cell.value, Decimal):
        why = f"no {_column(table, due).heading.lower()}" if cell.text == wording.NOTHING else cell.text or "nothing"
        return f"{wording.amount(_amount(table, row, done), unit)} {verb}, {why}"
    value = wording.number(_amount(table, row, done))
    if _cell(table, row, done).text == wording.NOTHING:
        value = wording.NOTHING
    elif unit in wording.POUNDS:
        value = wording.amount(_amount(table, row, done), unit)
    return f"{value} of {wording.amount(cell.value, unit)} {verb}"


def _line(chart: Chart, table: Table, rows: list[Row], width: int) -> Spec:
    values = [
        {
            "place": n,
            "category": _label(chart, table, row),
            "series": _column(table, key).heading,
            "colour": _colour(table, key, position),
            "v": str(_cell(table, row, key).value),
            "said": _point(chart, table, row, key, last=n == len(rows) - 1),
        }
        for n, row in enumerate(rows)
        for position, key in enumerate(chart.series)
        if isinstance(_cell(table, row, key).value, Decimal)
    ]
    x = {
        "field": "category",
        "type": "ordinal",
        "sort": None,
        "axis": _axis(width),
        "scale": {"type": "point", "padding": 0.5},
    }
    y = {"field": "v", "type": "quantitative", "axis": None, "scale": {"zero": True}}
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    common: Spec = {"x": x, "y": y, "color": colour}
    texts = {"type": "text", "dy": -13, "fontSize": 14}
    return {
        "data": {"values": values, "format": {"parse": {"v": "number"}}},
        "height": 200,
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": {**common, "detail": {"field": "series"}}},
            {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "encoding": common},
            {"mark": texts, "encoding": {**common, "text": {"field": "said"}}},
        ],
    }


def _axis(width: int) -> Spec:
    room = width // 5
    return {
        "title": None, "labelAngle": 0, "labelFontSize": 13, "labelColor": QUIET, "labelLimit": room,
        "domainColor": "#b1bbb9", "ticks": False, "labelPadding": 8, "labelExpr": "split(datum.label, ' to ')",
    }  # fmt: skip


def _point(chart: Chart, table: Table, row: Row, key: str, *, last: bool) -> str:
    text = wording.number(_amount(table, row, key))
    return f"{text} {_column(table, key).heading.lower()}" if last else text
