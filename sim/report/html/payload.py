"""Charts, tables and films as plain data for the page: numbers as differences from the one before, texts in both languages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import singledispatch
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy as np

from sim.errors import UsageError
from sim.language import Phrase, plain, said
from sim.report.charts.calendar import CLASSES, EDGES, Calendar
from sim.report.charts.chart import Cell, Chart, Table
from sim.report.charts.daily import DailyFan, Fan
from sim.report.charts.flow import Flow
from sim.report.charts.frontier import Frontier
from sim.report.charts.rows import Mark, RowsChart
from sim.report.charts.single import ShortageChart, StockChart
from sim.report.html.film import Film, Route, Town, Trip
from sim.report.words import figures_of, in_both

FIGURES = 5
"""Significant figures that the largest number of a column keeps; smaller ones have as many decimals."""

SHOWN_FIGURES = 6
"""Significant figures of a number that stands by itself."""

KINDS = ("convoy", "independents")
ENDS = ("arrived", "destroyed", "turned_back", "dropped", "on_the_road", "staged")

Data = dict[str, Any]


def text(phrase: str) -> Any:
    """A text for the page: one string where both languages have the same, else a pair."""
    english, french = (plain(said(phrase, code)) for code in ("en", "fr"))
    return english if english == french else [english, french]


def steps(numbers: Sequence[int | None]) -> list[int | None]:
    """Each number less the known one before it; unknown ones stay unknown."""
    found: list[int | None] = []
    before = 0
    for number in numbers:
        found.append(None if number is None else number - before)
        before = before if number is None else number
    return found


def runs(numbers: Sequence[int | None]) -> list[list[int | None]]:
    """Steps between numbers, equal ones behind each other as a step and how often it is made."""
    return [[step, len(list(same))] for step, same in groupby(steps(numbers))]


def table_data(table: Table, mixed: bool = False) -> Data:
    """A table by columns: dates, numbers or texts; `mixed`: numbers of a column are of different kinds and sizes."""
    columns = [_column([row[place] for row in table.rows], mixed) for place in range(len(table.headings))]
    return {"headings": [text(heading) for heading in table.headings], "columns": columns, "rows": len(table.rows)}


def _column(cells: Sequence[Cell], mixed: bool) -> Data:
    known = [cell for cell in cells if cell is not None and cell != ""]
    if known and all(isinstance(cell, str) and _is_day(cell) for cell in known) and len(known) == len(cells):
        days = [date.fromisoformat(str(cell)) for cell in cells]
        return {"days": runs([day.toordinal() - days[0].toordinal() for day in days]), "from": days[0].isoformat()}
    if any(isinstance(cell, str) for cell in known):
        return _texts(cells)
    finite = (isinstance(cell, (int, float)) and math.isfinite(cell) for cell in cells)
    values = [float(cell or 0.0) if is_known else None for cell, is_known in zip(cells, finite, strict=True)]
    return {"values": [None if value is None else _figures(value) for value in values]} if mixed else numbers_data(values)


def _figures(value: float) -> float:
    """A number with the figures that are shown of it."""
    return float(np.format_float_positional(value, SHOWN_FIGURES, unique=False, fractional=False))


def _is_day(cell: str) -> bool:
    try:
        return len(cell) == 10 and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def _texts(cells: Sequence[Cell]) -> Data:
    """Texts by place among the different ones; numbers between texts are said as texts."""
    told = [figures_of(cell) if isinstance(cell, (int, float)) else cell or "" for cell in cells]
    names = list(dict.fromkeys((plain(said(one, "en")), plain(said(one, "fr"))) for one in told))
    place = {name: n for n, name in enumerate(names)}
    return {
        "texts": [one if one == other else [one, other] for one, other in names],
        "places": runs([place[(plain(said(one, "en")), plain(said(one, "fr")))] for one in told]),
    }


def numbers_data(values: Sequence[float | None]) -> Data:
    """Numbers as whole multiples of a power of ten, with the decimals that the page shows."""
    known = [value for value in values if value is not None]
    largest = max((abs(value) for value in known), default=0.0)
    digits = FIGURES - 1 - math.floor(math.log10(largest)) if largest else 0
    if all(value == round(value) for value in known):
        digits = min(digits, 0)
    unit = 10.0**digits
    return {"numbers": steps([None if value is None else round(value * unit) for value in values]), "digits": digits}


def chart_data(chart: Chart, sources: list[Any]) -> Data:
    """A chart: its texts, its table, and what of the table is drawn how; `sources` collects the lines under charts."""
    line = [chart.about.spoken(code).source_line() for code in ("en", "fr")]
    source = [plain(one) for one in line]
    if source not in sources:
        sources.append(source)
    return {
        "name": chart.name,
        "title": text(chart.title),
        "measure": text(chart.measure),
        "notes": [text(note) for note in chart.notes],
        "alt": text(chart.alt),
        "source": sources.index(source),
        "table": table_data(chart.table),
        **drawing(chart),
    }


@singledispatch
def drawing(chart: Chart) -> Data:
    """How a chart is drawn, in terms of its table where that holds the numbers."""
    raise UsageError(Phrase("chart {name}: the report cannot draw it", name=chart.name))


@drawing.register
def _stock(chart: StockChart) -> Data:
    days = chart.stocks[0].quantiles_l.shape[0]
    panels = [
        {
            "title": text(_capital(stock.title)),
            "unit": text(Phrase("million litres")),
            "size": 1e6,
            "row": place * days,
            "level": stock.safety_l or None,
            "levelTitle": text(Phrase("safety stock")),
        }
        for place, stock in enumerate(chart.stocks)
    ]
    events = [{"day": (event.first_day - chart.start).days, "title": text(event.title)} for event in chart.events]
    shown = sorted((event for event in events if 0 <= event["day"] < days), key=lambda event: event["day"])
    return {"kind": "fan", "start": chart.start.isoformat(), "days": days, "panels": panels, "events": shown}


def _capital(title: str) -> Phrase:
    return in_both(lambda lang: (name := said(title, lang.lang))[:1].upper() + name[1:])


@drawing.register
def _daily(chart: DailyFan) -> Data:
    lengths = [chart.days + len(fan.observed) for fan in chart.fans]
    rows = accumulate(lengths[:-1], initial=0)
    panels = [_panel(fan, row, chart) for fan, row in zip(chart.fans, rows, strict=True)]
    return {"kind": "fan", "start": chart.start.isoformat(), "days": chart.days, "panels": panels, "events": []}


def _panel(fan: Fan, row: int, chart: DailyFan) -> Data:
    seen = [
        {
            "day": ((one.first - chart.start).days + (one.last - chart.start).days) / 2, "value": round(one.value, 2),
            "low": round(one.low, 2), "high": round(one.high, 2), "title": text(one.title),
        }
        for one in fan.observed
    ]  # fmt: skip
    return {
        "title": text(fan.title),
        "unit": text(fan.unit),
        "size": 1,
        "row": row,
        "top": fan.top,
        "level": fan.level,
        "levelTitle": text(fan.level_title or Phrase("")),
        "observed": seen,
    }


@drawing.register
def _calendar(chart: Calendar) -> Data:
    strips = [{"title": text(_capital(strip.title)), "column": place + 1} for place, strip in enumerate(chart.strips)]
    classes = [text(words) for _, words in CLASSES]
    days = {"start": chart.start.isoformat(), "days": chart.days}
    return {"kind": "strips", **days, "strips": strips, "edges": EDGES, "classes": classes}


@drawing.register
def _bars(chart: ShortageChart) -> Data:
    spread = chart.spread
    marks = None if spread is None else {"mean": spread.mean, "low": spread.low, "high": spread.high}
    return {"kind": "bars", "horizon": chart.horizon_days, "spread": marks, "words": [text(Phrase("mean")), text(Phrase("runs")),
            text(Phrase("shortage days"))]}  # fmt: skip


@drawing.register
def _rows(chart: RowsChart) -> Data:
    panels = [
        {
            "heading": text(panel.heading), "axis": text(panel.axis), "limits": panel.limits, "zero": panel.zero,
            "marks": [[_mark(one) for one in marks] for marks in panel.marks],
        }
        for panel in chart.panels
    ]  # fmt: skip
    key = [[_look(look), text(words)] for look, words in chart.key]
    rows = [text(row) for row in chart.rows]
    return {"kind": "rows", "rows": rows, "strong": sorted(chart.strong), "panels": panels, "key": key}


def _look(look: Any) -> list[Any]:
    """Colour as a place in the palette of the page, shape, whether filled."""
    return [look.hue.mark, look.shape, look.filled]


def _mark(one: Mark) -> Data:
    told = text(one.text) if one.text else None if one.value is None else text(_signed(one))
    ranges = [None if number is None else _figures(number) for number in (
        one.value, one.low, one.high, one.inner_low, one.inner_high)]  # fmt: skip
    return {"numbers": ranges, "look": _look(one.look), "text": told}


def _signed(one: Mark) -> Phrase:
    assert one.value is not None
    shown = figures_of(one.value)
    return Phrase("+{n}", n=shown) if one.signed and one.value > 0 else shown


@drawing.register
def _points(chart: Frontier) -> Data:
    points = [
        {"title": text(p.title), "x": p.cost, "y": p.shortage, "xRange": p.cost_range, "yRange": p.shortage_range}
        for p in chart.points
    ]
    return {"kind": "points", "points": points, "line": chart.undominated, "axes": [text(title) for title in chart.axes_titles]}


@drawing.register
def _flow(chart: Flow) -> Data:
    sides = [[text(Phrase("from")), chart.sources], [text(Phrase("to")), chart.uses]]
    streams = [
        {"side": side, "title": text(s.title), "value": round(s.million_l, 3), "share": round(s.million_l / chart.total, 4)}
        for side, of in sides
        for s in of
    ]
    return {"kind": "shares", "streams": streams, "unit": text(Phrase("million litres"))}


def roads_data(towns: Sequence[Town], routes: Sequence[Route]) -> Data:
    """Towns and corridors."""
    return {
        "towns": [[text(town.title), town.lat, town.lon, int(town.main)] for town in towns],
        "routes": [
            {"title": text(route.title), "towns": route.towns, "km": [round(km, 1) for km in route.km], "stops": route.stops}
            for route in routes
        ],
    }


def film_data(film: Film, start: date) -> Data:
    """A run, times in minutes since the first reported day."""
    return {
        "title": text(film.title),
        "run": [film.world, film.chance],
        "facts": [[text(name), text(value)] for name, value in film.facts],
        "start": start.isoformat(),
        "days": film.days,
        "trips": [_trip(trip) for trip in film.trips],
    }


def _trip(trip: Trip) -> list[Any]:
    """Route, kind, number, tankers, units; minutes of arrival and departure as steps; attacks and losses by stretch; end."""
    minutes = [second // 60 for pair in trip.stops_s for second in pair]
    times = [minutes[0], *(later - sooner for sooner, later in pairwise(minutes))]
    hits = [[place, n, lost] for place, (n, lost) in enumerate(zip(trip.attacks, trip.lost, strict=True)) if n]
    last = None if trip.last_s is None else trip.last_s // 60
    return [trip.route, KINDS.index(trip.kind), trip.number, trip.tankers, trip.units, times, hits, ENDS.index(trip.end), last]
