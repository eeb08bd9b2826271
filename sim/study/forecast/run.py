"""The forecast: runs of every variant from a date on, as bands of weeks and days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.errors import UsageError
from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import run_experiment
from sim.experiment.store.derived import DAILY_MOST_RUNS
from sim.language import Phrase
from sim.scenario.sampling import in_world
from sim.study.backtest.readings import Days
from sim.study.backtest.run import PLAIN, days_of
from sim.study.backtest.targets import Target
from sim.study.forecast.known import Known, known_at
from sim.study.forecast.recent import RECENT_DAYS, Seen, effective, inside, reports_before, resampled, weights

Floats = npt.NDArray[np.float64]
Tell = Callable[[int, int], None]

WITHIN_DAYS = (14, 30)
"""Days from the date within which the probability of a shortage is told."""

QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


@dataclass(frozen=True)
class Asked:
    """What is forecast."""

    scenario: str
    strategy: str | None
    variants: tuple[str, ...]
    """Variants, each by itself; "" is the scenario as it stands."""
    day: date
    days: int
    stock: Mapping[str, float]
    design: Design
    seed: int
    workers: int
    out: Path
    reports: bool = True
    """Whether runs are weighed by reports of the days before, where the world is a calibrated one."""


@dataclass(frozen=True)
class Ahead:
    """What runs say of the days from the date on; arrays have shape (n_runs, n_days) or (n_runs, n_days, n_products).

    `stations` and `power_hours` are NaN in a world that has neither.
    """

    day: date
    products: tuple[str, ...]
    retail: tuple[str, ...]
    inflow_l: Floats
    tanker_l: Floats
    """Litres of a tanker in the world of each run, mean over corridors, shape (n_runs,)."""
    stations: Floats
    """Share of stations that have each retail product at noon."""
    stock_l: Floats
    short: npt.NDArray[np.bool_]
    lost: Floats
    power_hours: Floats

    def of(self, rows: npt.NDArray[np.int64]) -> Ahead:
        """The same of some runs, in this order."""
        return replace(self, **{name: getattr(self, name)[rows] for name in OVER_RUNS})

    def shortage_within(self, days: int) -> dict[str, float | None]:
        """Probability of at least one shortage day within so many days, by retail product; None if fewer are forecast."""
        if days > self.short.shape[1]:
            return dict.fromkeys(self.retail)
        met = self.short[:, :days].any(axis=1).mean(axis=0)
        return dict(zip(self.retail, met.tolist(), strict=True))


OVER_RUNS = ("inflow_l", "tanker_l", "stations", "stock_l", "short", "lost", "power_hours")
"""Arrays of `Ahead` that have a row a run."""


@dataclass(frozen=True)
class Forecast:
    """Days ahead by variant, and of all variants together with equal weights.

    `reports` are those that the runs of each variant were weighed by, and `effective_runs` how many runs of equal weight,
    of all variants together, say as much.
    """

    asked: Asked
    known: Known
    variants: Mapping[str, Ahead]
    pooled: Ahead
    reports: tuple[Seen, ...] = ()
    effective_runs: float | None = None


def forecast(asked: Asked, tell: Tell | None = None) -> Forecast:
    """Run what is not stored yet, variant by variant, and pool it.

    Raises
    ------
    UsageError, ScenarioError, ResultsError, RunError
        If something asked for cannot be used or run.
    """
    if asked.design.runs > DAILY_MOST_RUNS:
        raise UsageError(Phrase(
            "worlds × chances: a forecast reads daily records, which are kept of at most {most:,} runs; got {got:,}",
            most=DAILY_MOST_RUNS, got=asked.design.runs,
        ))  # fmt: skip
    known = {variant: _known(asked, variant) for variant in asked.variants}
    reports = _reports(asked, known[asked.variants[0]])
    found: dict[str, Ahead] = {}
    met, counting = [], 0.0
    for done, (variant, one) in enumerate(known.items()):
        if tell is not None:
            tell(done, len(known))
        experiment = one.experiment
        engine = engine_named("auto", experiment.run_days(asked.design))
        results = run_experiment(experiment, asked.design, engine, workers=asked.workers, out=asked.out)
        days = days_of(experiment, results)
        within = inside(days, reports)
        found[variant or PLAIN] = _ahead(asked.day, one, days).of(resampled(weights(within)))
        met.append(within.mean(axis=1))
        counting += effective(weights(within))
    seen = tuple(Seen(target, float(prob)) for target, prob in zip(reports, np.mean(met, axis=0), strict=True))
    return Forecast(asked, known[asked.variants[0]], found, _pooled(list(found.values())), seen, counting if reports else None)


def _reports(asked: Asked, known: Known) -> tuple[Target, ...]:
    """Reports to weigh runs by: none where they are not wanted, or another strategy is played than they tell of."""
    model = known.experiment.scenario.model
    played = asked.reports and asked.strategy in (None, model.default_strategy)
    return reports_before(asked.day, model) if played else ()


def _known(asked: Asked, variant: str) -> Known:
    overlay = [variant] if variant else []
    return known_at(asked.scenario, asked.strategy, overlay, asked.day, asked.days, asked.stock, seed=asked.seed)


def _ahead(day: date, known: Known, days: Days) -> Ahead:
    powered = any(of.electricity is not None for of in known.experiment.scenario.model.demand_class.values())
    here = slice((day - days.start).days, None)
    lost = days.by_run("tankers_lost_cum")
    before = lost[:, [here.start - 1]] if here.start else 0.0
    supplied = days.by_product("stations_supplied", days.retail)[:, here]
    worlds = days.table["world"].to_numpy()[:: days.by_run("power_min").shape[1] * len(days.products)]
    return Ahead(
        day, days.products, days.retail,
        inflow_l=days.by_product("inflow_l")[:, here].sum(axis=2),
        tanker_l=_tanker_l(known, worlds),
        stations=supplied / np.where(days.stations > 0, days.stations, np.nan)[:, None, None],
        stock_l=days.by_product("stock_l")[:, here],
        short=days.by_product("shortage", days.retail)[:, here] > 0,
        lost=lost[:, here] - before,
        power_hours=days.by_run("power_min")[:, here] / (60 if powered else np.nan),
    )  # fmt: skip


def _tanker_l(known: Known, worlds: npt.NDArray[np.int64]) -> Floats:
    experiment = known.experiment
    found = {}
    for world in np.unique(worlds).tolist():
        scenario = in_world(experiment.scenario.model, experiment.seed, world, experiment.uncertainty)
        corridors = scenario.corridors.values()
        weight = sum(corridor.share.value for corridor in corridors)
        found[world] = sum(corridor.share.value * corridor.tanker_l.value for corridor in corridors) / weight
    return np.array([found[world] for world in worlds.tolist()])


def _pooled(parts: list[Ahead]) -> Ahead:
    first = parts[0]
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in OVER_RUNS}
    return Ahead(first.day, first.products, first.retail, **joined)


def band(values: Floats) -> dict[str, float | None]:
    """p05, p50 and p95 over runs, shape (n_runs,); None where it is undefined."""
    if np.isnan(values).any():
        return dict.fromkeys(QUANTILES)
    found = np.quantile(values, list(QUANTILES.values()))
    return dict(zip(QUANTILES, found.tolist(), strict=True))


def weeks(ahead: Ahead) -> list[dict[str, Any]]:
    """National inflow of each whole week from the date on, in tankers and litres."""
    rows = []
    for week in range(ahead.inflow_l.shape[1] // 7):
        litres = ahead.inflow_l[:, 7 * week : 7 * week + 7].sum(axis=1)
        start = ahead.day + timedelta(days=7 * week)
        rows.append({"week_start": start.isoformat(), "tankers": band(litres / ahead.tanker_l), "litres": band(litres)})
    return rows


def daily(ahead: Ahead) -> list[dict[str, Any]]:
    """Every day from the date on; `stations_open` is the share of stations with the first retail product, petrol."""
    rows = []
    for d in range(ahead.inflow_l.shape[1]):
        rows.append({
            "date": (ahead.day + timedelta(days=d)).isoformat(),
            "stations_open": band(ahead.stations[:, d, 0]),
            "stations_with": {p: band(ahead.stations[:, d, i]) for i, p in enumerate(ahead.retail)},
            "stock_l": {p: band(ahead.stock_l[:, d, i]) for i, p in enumerate(ahead.products)},
            "shortage_prob": {p: float(ahead.short[:, d, i].mean()) for i, p in enumerate(ahead.retail)},
            "tankers_lost_cumulative": band(ahead.lost[:, d]),
            "power_hours": band(ahead.power_hours[:, d]),
        })  # fmt: skip
    return rows


def as_object(found: Forecast) -> dict[str, Any]:
    """The forecast as the object that `--json` prints: the pooled bands first, then those of each variant."""
    asked = found.asked

    def bands(ahead: Ahead) -> dict[str, Any]:
        within = {str(days): ahead.shortage_within(days) for days in WITHIN_DAYS}
        return {"weekly_inflow": weeks(ahead), "daily": daily(ahead), "shortage_within_days": within}

    return {
        **bands(found.pooled),
        "variants": {name: bands(ahead) for name, ahead in found.variants.items()},
        "weights": {name: 1 / len(found.variants) for name in found.variants},
        "scenario": asked.scenario,
        "strategy": found.known.experiment.strategy.name,
        "from": asked.day.isoformat(),
        "days": asked.days,
        "stock_l": dict(asked.stock),
        "left_out": list(found.known.left_out),
        "ends_taken_as_announced": list(found.known.still_running),
        "reports_of_days_before": RECENT_DAYS if asked.reports else 0,
        "reports": [
            {"id": seen.target.id, "observed_low": seen.target.low, "observed_high": seen.target.high,
             "inside_prob": seen.inside_prob}
            for seen in found.reports
        ],
        "effective_runs": found.effective_runs,
        "worlds": asked.design.worlds, "chances": asked.design.chances, "seed": asked.seed,
    }  # fmt: skip
