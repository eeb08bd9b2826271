"""Charts of one result folder: what each needs, taken from the results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.errors import ResultsError, UsageError
from sim.experiment.results import Results
from sim.experiment.sources import sources_in
from sim.language import NOTHING, Phrase
from sim.report.charts.calendar import Calendar, Strip, calendar
from sim.report.charts.daily import DailyFan, Fan, Observation, daily_fan
from sim.report.charts.flow import Flow, Stream, flow
from sim.report.charts.marks import GREY, SERIES, Look
from sim.report.charts.single import ShortageChart, StockChart, TitledEvent, shortage_chart, stock_chart
from sim.report.charts.surveys import observations
from sim.report.charts.units import CREWS, DELIVERED, LOST
from sim.report.context import ChartContext
from sim.report.findings import QUANTILES, Floats, ProductStock, Spread
from sim.report.words import Bilingual, day_of, figures_of, share_of
from sim.scenario.balance import balance_table
from sim.scenario.loaded import from_resolved
from sim.scenario.model import Scenario

HALF = 0.5


def about_of(results: Results) -> ChartContext:
    """What a chart of these results says about itself, in both languages."""
    manifest = results.manifest
    scenario = manifest["inputs"]["scenario"]
    titles = {kind: Bilingual(text["en"], text["fr"]) for kind, text in manifest["titles"].items()}
    return ChartContext(
        scenario=titles["scenario"],
        strategy=titles["strategy"],
        worlds=manifest["worlds"],
        chances=manifest["chances"],
        seed=manifest["seed"],
        uncertainty=manifest["uncertainty"],
        lang="en",
        variants=tuple(manifest["variants"]),
        city=title_of(scenario["node"][scenario["city"]["node"]]),
    )


def stock(results: Results, about: ChartContext) -> StockChart:
    """Stock of each product in the city's depots, with its safety stock and the dated events."""
    scenario = results.manifest["inputs"]["scenario"]
    safe_l = safety_stocks_l(from_resolved(Scenario, scenario))
    stocks = tuple(
        ProductStock(product_title(results, product), quantiles(results, "stock_l", product), safe_l[product])
        for product in results.products
    )
    return stock_chart(
        about, results.start, stocks, dated_events(scenario), float(scenario["city"]["safety_stock_days"]["value"])
    )


def safety_stocks_l(scenario: Scenario) -> dict[str, float]:
    """Safety stock of each product in litres: safety_stock_days × normal need of the city's classes, at central values."""
    needs = dict.fromkeys(scenario.balance, 0.0)
    for row in balance_table(scenario):
        needs[row.product] += row.litres_day if row.role == "class" else 0.0
    return {product: scenario.city.safety_stock_days.value * need for product, need in needs.items()}


def dated_events(scenario: Mapping[str, Any]) -> tuple[TitledEvent, ...]:
    """First day and title of every dated event of a resolved scenario that changes something."""
    return tuple(
        TitledEvent(date.fromisoformat(event["first_day"]), title_of(event))
        for event in scenario.get("event", {}).values()
        if _has_effect(event)
    )


def _has_effect(event: Mapping[str, Any]) -> bool:
    """Whether an event changes something: a factor of 1 in every world does not, unless it costs money."""
    paid = any(float(event[key]["value"]) for key in ("payment_fcfa", "toll_fcfa_tanker") if key in event)
    return paid or "factor" not in event or any(event["factor"].get(key, 1) != 1 for key in ("value", "low", "high"))


def shortage_days(results: Results, about: ChartContext) -> ShortageChart:
    """Shortage days of any fuel over runs; the numbers are those of the table of results."""
    days = results.outcomes["shortage_days_any"].to_numpy(dtype=float)
    numbers = results.summary()["shortage_days_any"]
    spread = Spread(*(numbers[name] for name in Spread._fields)) if numbers["n_defined"] else None
    return shortage_chart(about, days[~np.isnan(days)], spread, int(results.manifest["days"]))


def retail_products(results: Results) -> list[str]:
    """Products that stations sell, in the order of the records."""
    classes = results.manifest["inputs"]["scenario"]["class"].values()
    sold = {
        product for entry in classes if entry.get("retail")
        for product, share in entry["share"].items() if share["value"] > 0
    }  # fmt: skip
    return [product for product in results.products if product in sold]


def title_of(entry: Mapping[str, Any]) -> Bilingual:
    """Title of a table of the scenario in both languages."""
    return Bilingual(str(entry["title"]), str(entry.get("title_fr") or entry["title"]))


def product_title(results: Results, product: str) -> Bilingual:
    """A product as it stands in a sentence."""
    title = title_of(results.manifest["inputs"]["scenario"]["product"][product])
    return Bilingual(str(title).lower(), title.french.lower())


def quantiles(results: Results, column: str, product: str = "") -> Floats:
    """Daily quantiles of a column, shape (n_days, 7)."""
    table = results.daily_quantiles
    rows = table[(table["column"] == column) & (table["product"] == product)].sort_values("date", kind="stable")
    return np.asarray(rows[list(QUANTILES)].to_numpy(dtype=float))


def tanker_days(results: Results, about: ChartContext) -> DailyFan:
    """Tankers that arrive a day, and those lost so far."""
    summary = results.summary()
    numbers = [summary[name]["mean"] for name in ("tankers_delivered", "tankers_lost", "crews_lost")]
    tankers = Phrase("tankers")
    fans = (
        Fan(Phrase("Reaching the city each day"), tankers, quantiles(results, "tankers_arrived")),
        Fan(Phrase("Lost since the first day"), tankers, quantiles(results, "tankers_lost_cum")),
    )
    title = Phrase(
        "{delivered}, {lost} with {crews}{average}", delivered=DELIVERED.counted(numbers[0]), lost=LOST.counted(numbers[1]),
        crews=CREWS.counted(numbers[2]), average=about.average,
    )  # fmt: skip
    return daily_fan(
        about,
        results.start,
        fans,
        name="tankers",
        title=title,
        measure=Phrase("Tankers that arrive and tankers lost, day by day"),
    )


def _in_half(about: ChartContext) -> Phrase:
    """What medians of runs say of days; of one run they say all."""
    return Phrase(", in at least half of the runs") if about.runs > 1 else NOTHING


def escort_days(results: Results, about: ChartContext) -> DailyFan:
    """Escort units free at their nodes, against the pool."""
    pools = results.manifest["inputs"]["scenario"]["escort"]["pool"].values()
    pool = float(sum(entry["units"]["value"] for entry in pools))
    free = quantiles(results, "units_free")
    none = int((free[:, 3] == 0).sum())
    days = free.shape[0]
    if none:
        title = Phrase(
            "On {none:,} of {days:,} {days:day|days} no escort unit is free{half}", none=none, days=days, half=_in_half(about)
        )
    else:
        low = float(free[:, 3].min())
        title = Phrase(
            "On every day {n} of {pool} escort units or more are free{half}", n=figures_of(low), pool=figures_of(pool),
            half=_in_half(about),
        )  # fmt: skip
    fan = Fan(
        Phrase("Escort units free at the close of the day"), Phrase("units"), free, top=1.12 * max(pool, float(free.max()), 1.0),
        level=pool, level_title=Phrase("all units of the pools: {n}", n=figures_of(pool)),
    )  # fmt: skip
    measure = Phrase("Escort units that are not on the road, resting or in repair")
    return daily_fan(about, results.start, (fan,), name="escort-use", title=title, measure=measure)


def station_days(results: Results, about: ChartContext) -> DailyFan:
    """Share of the stations that have each retail product at noon, with the street surveys.

    Raises
    ------
    UsageError
        If the scenario has no stations.
    """
    stations = results.manifest["inputs"]["scenario"]["city"].get("stations")
    if not stations:
        raise UsageError(Phrase("chart of stations: the scenario has no stations"))
    count = float(stations["count"]["value"])
    seen = observations(sources_in(results.folder).surveys)
    products = retail_products(results)
    fans = []
    for place, product in enumerate(products):
        share = quantiles(results, "stations_supplied", product) / count
        seen_here = tuple(_in_per_cent(one) for one in seen) if place == 0 else ()
        name = title_of(results.manifest["inputs"]["scenario"]["product"][product])
        fans.append(Fan(name, Phrase("per cent of the stations"), 100 * share, top=104.0, observed=seen_here))
    below = [int((fan.quantiles[:, 3] < 100 * HALF).sum()) for fan in fans]
    worst = int(np.argmax(below))
    title = Phrase("On every day half of the stations or more have each fuel{half}", half=_in_half(about))
    if below[worst]:
        title = Phrase(
            "On {n:,} of {days:,} {days:day|days} under half of the stations have {product}{half}", n=below[worst],
            days=fans[0].quantiles.shape[0], product=product_title(results, products[worst]), half=_in_half(about),
        )  # fmt: skip
    note = [Phrase(
        "Diamonds: street surveys of {city} in 2025 with their 95 % binomial range; they saw what happened then, not what this "
        "strategy would have done.", city=about.city,
    )] if seen else []  # fmt: skip
    return daily_fan(
        about,
        results.start,
        fans,
        name="stations",
        title=title,
        measure=Phrase("Stations that have the fuel at noon"),
        notes=note,
    )


def _in_per_cent(one: Observation) -> Observation:
    return one._replace(value=100 * one.value, low=100 * one.low, high=100 * one.high)


def power_days(results: Results, about: ChartContext) -> DailyFan:
    """Hours of power a day, against those of before.

    Raises
    ------
    UsageError
        If nobody makes electricity in the scenario.
    """
    classes = results.manifest["inputs"]["scenario"]["class"].values()
    makers = [entry["electricity"] for entry in classes if entry.get("electricity")]
    if not makers:
        raise UsageError(Phrase("chart of power: no class of the scenario makes electricity"))
    normal = float(makers[0]["normal_hours"]["value"])
    hours = quantiles(results, "power_min") / 60
    worst = int(hours[:, 3].argmin())
    told = Phrase("Median hours of power") if about.runs > 1 else Phrase("Hours of power")
    title = Phrase(
        "{hours} fall to {low} on {day}, from {normal} in normal times",
        hours=told, low=figures_of(float(hours[worst, 3])), day=day_of(results.start + timedelta(days=worst), year=True),
        normal=figures_of(normal),
    )  # fmt: skip
    if hours[worst, 3] >= normal:
        title = Phrase("{hours} stay at {n} on every day", hours=told, n=figures_of(normal))
    fan = Fan(
        Phrase("Hours of power a day"), Phrase("hours"), hours, top=max(24.0, float(hours.max())), level=normal,
        level_title=Phrase("normal: {n} hours", n=figures_of(normal)),
    )  # fmt: skip
    return daily_fan(about, results.start, (fan,), name="power", title=title, measure=Phrase("Hours of electricity, day by day"))


def shortage_calendar(results: Results, about: ChartContext) -> Calendar:
    """Share of the runs with a shortage of each retail product, and of any, by day."""
    products = retail_products(results)
    shares = {product: shortage_by_day(results, product) for product in products}
    strips = [Strip(product_title(results, product), share) for product, share in shares.items()]
    if len(products) > 1:
        strips.insert(0, Strip(Phrase("any fuel"), shortage_by_day(results)))
    return calendar(about, results.start, strips, Phrase("fuel"))


def daily_means(results: Results, column: str, product: str = "") -> Floats:
    """Mean over runs of a column by day, shape (n_days,).

    Raises
    ------
    ResultsError
        If it was not kept: for a part of runs without records of days, or by an earlier version.
    """
    table = results.daily_quantiles
    rows = table[(table["column"] == column) & (table["product"] == product)].sort_values("date", kind="stable")
    if rows.empty or "mean" not in rows:
        raise ResultsError(Phrase(
            "{folder}: made by an earlier version, without the means of days; the same command again makes its tables anew",
            folder=results.folder,
        ))  # fmt: skip
    return np.asarray(rows["mean"].to_numpy(dtype=float))


def shortage_by_day(results: Results, product: str = "") -> Floats:
    """Share of the runs in which a product (by default any) is short, by day."""
    return daily_means(results, "shortage" if product else "shortage_any", product)


def litres(results: Results, about: ChartContext) -> Flow:
    """Where the litres of all fuels went, mean of the runs.

    Stocks close the balance: what came in less what was used is what they hold more (or less), tankers in the city included.
    """
    came, dropped, served = (
        sum(float(daily_means(results, name, product).sum()) for product in results.products) / 1e6
        for name in ("inflow_l", "dropped_l", "served_l")
    )
    sold = sum(float(daily_means(results, "sold_l", product).sum()) for product in retail_products(results)) / 1e6
    lost = float(results.outcomes["litres_lost"].mean()) / 1e6
    at_border = results.manifest["inputs"]["scenario"]["counting_point"] == "border"
    sent = came if at_border else came + lost
    kept = sent - lost - dropped - served
    sources = [
        Stream(Phrase("Brought by tanker"), sent, SERIES[0]),
        Stream(Phrase("Taken from stocks"), max(0.0, -kept), Look(GREY)),
    ]
    uses = [
        Stream(Phrase("Burned or captured"), lost, SERIES[1]),
        Stream(Phrase("Towns and mines on the way"), dropped, SERIES[2]),
        Stream(Phrase("Stations of the city"), sold, SERIES[0]),
        Stream(Phrase("Power, industry, essential services, regions"), served - sold, SERIES[4]),
        Stream(Phrase("Added to stocks"), max(0.0, kept), Look(GREY)),
    ]
    title = Phrase(
        "Of {sent} million litres sent, {share} is burned or captured; stations of the city sell {sold}",
        sent=figures_of(sent), share=share_of(lost / sent if sent else 0.0), sold=figures_of(sold),
    )  # fmt: skip
    note = Phrase("Stocks include fuel in tankers that wait in the city; tankers still on the road are in no stream.")
    return flow(about, sources, uses, title, (note,))
