"""The two charts of the city's trouble as data: stock with its safety level, and shortage days over runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from sim.language import Lang, Phrase, said
from sim.report.charts.chart import Cell, Chart, Table
from sim.report.context import ChartContext
from sim.report.distribution import shortage_distribution
from sim.report.fan import stock_fan
from sim.report.findings import QUANTILES, Floats, ProductStock, Spread, shortage_finding, stock_finding
from sim.report.marks import DatedEvent
from sim.report.sheet import Sheet
from sim.report.style import FULL, Size
from sim.report.words import in_both


class TitledEvent(NamedTuple):
    """A dated event with its title in both languages."""

    first_day: date
    title: Phrase


@dataclass(frozen=True, kw_only=True)
class StockChart(Chart):
    """Stock of each product by day; titles of `stocks` hold both languages."""

    start: date
    stocks: tuple[ProductStock, ...]
    events: tuple[TitledEvent, ...]
    safety_days: float

    @property
    def table(self) -> Table:
        """A line for each product and day: litres by percentile, and the safety stock."""
        rows: list[tuple[Cell, ...]] = [
            (stock.title, (self.start + timedelta(days=day)).isoformat(), *(float(n) for n in numbers), stock.safety_l)
            for stock in self.stocks
            for day, numbers in enumerate(stock.quantiles_l)
        ]
        headings = tuple(Phrase("{n}th percentile", n=int(name[1:])) for name in QUANTILES)
        return Table((Phrase("product"), Phrase("date"), *headings, Phrase("safety stock, litres")), tuple(rows))

    def draw(self, lang: Lang = "en", size: Size = FULL) -> Sheet:
        """The chart on a sheet of a size."""
        events = [DatedEvent(event.first_day, said(event.title, lang)) for event in self.events]
        return stock_fan(self.about.spoken(lang), self.start, _spoken(self.stocks, lang), events, self.safety_days, size)


def stock_chart(
    about: ChartContext, start: date, stocks: tuple[ProductStock, ...], events: tuple[TitledEvent, ...], safety_days: float
) -> StockChart:
    """The fan chart of stock."""
    return StockChart(
        name="stock",
        about=about,
        title=in_both(lambda lang: stock_finding(_spoken(stocks, lang.lang), start, about.runs, lang)),
        measure=Phrase(
            "Stock in the depots of {city} at the close of each day, litres, by percentile of the runs", city=about.city
        ),
        start=start,
        stocks=stocks,
        events=events,
        safety_days=safety_days,
    )


def _spoken(stocks: tuple[ProductStock, ...], lang: Lang) -> list[ProductStock]:
    return [replace(stock, title=said(stock.title, lang)) for stock in stocks]


@dataclass(frozen=True, kw_only=True)
class ShortageChart(Chart):
    """Shortage days (any fuel) of each run, and their statistics as in the table of results."""

    days: Floats
    spread: Spread | None
    horizon_days: int

    @property
    def table(self) -> Table:
        """A line for each number of days that occurs, with how many runs have it."""
        counts: dict[int, int] = {}
        for days in sorted(self.days.tolist()):
            counts[int(days)] = counts.get(int(days), 0) + 1
        return Table((Phrase("shortage days"), Phrase("runs")), tuple(counts.items()))

    def draw(self, lang: Lang = "en", size: Size = FULL) -> Sheet:
        """The chart on a sheet of a size."""
        return shortage_distribution(self.about.spoken(lang), self.days, self.spread, self.horizon_days, size)


def shortage_chart(about: ChartContext, days: Floats, spread: Spread | None, horizon_days: int) -> ShortageChart:
    """The distribution of shortage days over runs."""
    return ShortageChart(
        name="shortage-days",
        about=about,
        title=in_both(lambda lang: shortage_finding(days, spread, lang)),
        measure=Phrase("Runs by number of shortage days, any fuel, out of {n:,} days", n=horizon_days),
        days=days,
        spread=spread,
        horizon_days=horizon_days,
    )
