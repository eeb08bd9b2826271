"""The figures of a result folder: what charts need, taken from results, drawn and written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.results import Results
from sim.experiment.store.writing import write_bytes
from sim.report.context import ChartContext
from sim.report.distribution import shortage_distribution
from sim.report.fan import stock_fan
from sim.report.findings import QUANTILES, ProductStock, Spread
from sim.report.marks import DatedEvent
from sim.report.sheet import Sheet, files_of
from sim.report.words import language


def draw_figures(result: Results, folder: Path, lang: str = "en") -> list[Path]:
    """Paths of the charts written into `folder` in a language, each as PNG, SVG and PDF.

    Files are named ``<chart>.<lang>.<format>`` and replace those of an earlier call; equal results give equal bytes.

    Raises
    ------
    UsageError
        If charts do not speak the language, or the results hold no day to show.
    """
    language(lang)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, sheet in sheets(result, lang).items():
        for kind, content in files_of(sheet).items():
            paths.append(folder / f"{name}.{lang}.{kind}")
            write_bytes(paths[-1], content)
    return paths


def sheets(result: Results, lang: str) -> dict[str, Sheet]:
    """Every chart of a result by name, drawn and not yet written."""
    scenario = result.manifest["inputs"]["scenario"]
    context = context_of(result, lang)
    safety_days = _value(scenario["city"]["safety_stock_days"])
    days = result.outcomes["shortage_days_any"].to_numpy(dtype=float)
    numbers = result.summary()["shortage_days_any"]
    spread = Spread(*(numbers[name] for name in Spread._fields)) if numbers["n_defined"] else None
    return {
        "stock": stock_fan(
            context, result.start, product_stocks(result, lang), dated_events(scenario, lang), safety_days
        ),
        "shortage-days": shortage_distribution(
            context, days[~np.isnan(days)], spread, int(result.manifest["days"])
        ),
    }


def context_of(result: Results, lang: str) -> ChartContext:
    """What a chart of these results says about itself."""
    manifest = result.manifest
    scenario = manifest["inputs"]["scenario"]
    return ChartContext(
        scenario=manifest["titles"]["scenario"][lang],
        strategy=manifest["titles"]["strategy"][lang],
        worlds=manifest["worlds"],
        chances=manifest["chances"],
        seed=manifest["seed"],
        uncertainty=manifest["uncertainty"],
        lang=lang,
        variants=tuple(manifest["variants"]),
        city=_title(scenario["node"][scenario["city"]["node"]], lang),
    )


def product_stocks(result: Results, lang: str) -> list[ProductStock]:
    """Daily quantiles of the depots' stock and the safety stock of each product."""
    scenario = result.manifest["inputs"]["scenario"]
    table = result.daily_quantiles
    stock = table[table["column"] == "stock_l"].sort_values("date", kind="stable")
    return [
        ProductStock(
            title=_title(scenario["product"][product], lang).lower(),
            quantiles_l=stock.loc[stock["product"] == product, list(QUANTILES)].to_numpy(dtype=float),
            safety_l=safety_stock_l(scenario, product),
        )
        for product in result.products
    ]


def safety_stock_l(scenario: Mapping[str, Any], product: str) -> float:
    """Safety stock of a product: safety_stock_days × Σ shares of the city's classes × need_l_day, central values.

    `scenario` is the resolved scenario of a manifest.
    """
    shares = sum(
        _value(entry["share"][product]) for entry in scenario["class"].values() if product in entry["share"]
    )
    need_l_day = shares * _value(scenario["balance"][product]["need_l_day"])
    return float(_value(scenario["city"]["safety_stock_days"]) * need_l_day)


def dated_events(scenario: Mapping[str, Any], lang: str) -> list[DatedEvent]:
    """First day and title of every dated event of a resolved scenario that changes something."""
    return [
        DatedEvent(date.fromisoformat(event["first_day"]), _title(event, lang))
        for event in scenario.get("event", {}).values()
        if _has_effect(event)
    ]


def _has_effect(event: Mapping[str, Any]) -> bool:
    """Whether an event changes something: a factor of 1 in every world does not, unless it costs money."""
    paid = any(_value(event[key]) for key in ("payment_fcfa", "toll_fcfa_tanker") if key in event)
    return paid or "factor" not in event or any(event["factor"].get(key, 1) != 1 for key in ("value", "low", "high"))


def _title(entry: Mapping[str, Any], lang: str) -> str:
    translated = entry.get("title_fr") if lang == "fr" else None
    return str(translated or entry["title"])


def _value(quantity: Mapping[str, Any]) -> float:
    return float(quantity["value"])
