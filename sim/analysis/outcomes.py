"""The outcomes of runs: every metric of each, computed from its records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from sim.clock import DAY_S, HOUR_S
from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS, TALLIES, Ints, RunRecords, RunStack

Number = int | float | None
"""A metric in one run; None where it is undefined."""

Flags = npt.NDArray[np.bool_]
Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]
"""A metric in many runs, shape (n_runs,); NaN where it is undefined."""


def longest_spells(days: Flags) -> Ints:
    """Length in days of the longest unbroken row of true days of each run, shape (n_runs, n_days)."""
    day = np.arange(days.shape[1])
    last_false = np.maximum.accumulate(np.where(days, -1, day), axis=1)
    return np.asarray(np.where(days, day - last_false, 0).max(axis=1, initial=0), np.int64)


def shortage_days(runs: RunStack) -> Ints:
    """Days of each run on which at least one product was short, shape (n_runs,)."""
    return np.asarray((_column(runs, "shortage") > 0).any(axis=2).sum(axis=1), np.int64)


def outcomes(
    runs: RunStack, products: Sequence[str], retail: Sequence[str] | None = None
) -> dict[str, Values]:
    """Every metric of runs by name, in the order of `metrics_for(retail)`; NaN where undefined.

    `products` are those of the records, `retail` the ones among them that retail customers buy (default: all).
    """
    bought = products if retail is None else retail
    return {**_city(runs, bought, [products.index(p) for p in bought]), **_road(runs)}


def outcomes_to(runs: RunStack, products: Sequence[str], retail: Sequence[str], days: int) -> dict[str, Values]:
    """Metrics of runs over their first `days` days: those of the city, tankers lost, inflow; NaN where undefined."""
    return {
        **_city(runs, retail, [products.index(p) for p in retail], days),
        "tankers_lost": _column(runs, "tankers_lost_cum", days)[:, -1],
        "inflow_l": _column(runs, "inflow_l", days).sum(axis=(1, 2)),
    }


def outcome(records: RunRecords, products: Sequence[str], retail: Sequence[str] | None = None) -> dict[str, Number]:
    """`outcomes` of a single run; None where undefined."""
    return single(outcomes(RunStack.of([records]), products, retail))


def outcome_to(records: RunRecords, products: Sequence[str], retail: Sequence[str], days: int) -> dict[str, Number]:
    """`outcomes_to` of a single run; None where undefined."""
    return single(outcomes_to(RunStack.of([records]), products, retail, days))


def single(found: Mapping[str, Values]) -> dict[str, Number]:
    """Metrics of the only run in arrays of length one."""
    return {name: None if np.isnan(values[0]) else values[0].item() for name, values in found.items()}


def _column(runs: RunStack, name: str, days: int | None = None) -> Ints:
    """A daily column over the first `days` days: (n_runs, n_days, n_products) or (n_runs, n_days)."""
    if name in DAILY_RUN_COLUMNS:
        return runs.by_run[:, list(DAILY_RUN_COLUMNS).index(name), :days]
    return runs.by_product[:, list(DAILY_COLUMNS).index(name), :days]


def _city(
    runs: RunStack, products: Sequence[str], positions: Sequence[int], days: int | None = None
) -> dict[str, Values]:
    def column(name: str) -> Ints:
        return _column(runs, name, days)[:, :, positions]

    def whole(name: str) -> Ints:
        found = _column(runs, name, days)
        return np.asarray(found.reshape(len(found), -1).sum(axis=1), np.int64)

    short, queue = column("shortage") > 0, column("queue") > 0
    any_short: Flags = np.asarray(short.any(axis=2))
    consumed, need = column("consumed_l").sum(axis=1), column("need_l").sum(axis=1)
    by_product = short.sum(axis=1)
    power = _column(runs, "power_min", days).mean(axis=1) / 60
    return {
        **{f"shortage_days_{p}": by_product[:, i] for i, p in enumerate(products)},
        "shortage_days_any": any_short.sum(axis=1),
        "shortage_days_both": short.all(axis=2).sum(axis=1),
        "queue_days_any": queue.any(axis=2).sum(axis=1),
        "longest_spell_any": longest_spells(any_short),
        "first_shortage_day": _where(np.asarray(any_short.any(axis=1)), any_short.argmax(axis=1)),
        "stations_below_half_days": _below_half(column("stations_supplied"), runs.stations),
        "power_hours": _where(runs.power > 0, power),
        "litres_unmet": whole("unmet_l"),
        "litres_unmet_regions": whole("regions_unmet_l"),
        **{f"fill_rate_{p}": _ratio(consumed[:, i], need[:, i]) for i, p in enumerate(products)},
    }


def _below_half(supplied: Ints, stations: Ints) -> Values:
    """Days with under half of the stations supplied at noon with some product; undefined without stations."""
    return _where(stations > 0, (2 * supplied < stations[:, None, None]).any(axis=2).sum(axis=1))


def _where(defined: Flags, values: Values) -> Values:
    """Values where they are defined, else NaN."""
    return values if defined.all() else np.where(defined, values.astype(np.float64), np.nan)


def _ratio(part: Values, whole: Values) -> Values:
    """part ÷ whole; undefined where the whole is zero."""
    found = np.full(len(part), np.nan)
    np.divide(part, whole, out=found, where=whole != 0)
    return found


def _road(runs: RunStack) -> dict[str, Values]:
    tally = {name: runs.tallies[:, i] for i, name in enumerate(TALLIES)}
    lost = tally["tankers_burned"] + tally["tankers_captured"]
    escort_days = tally["escort_unit_s"] / DAY_S
    return {
        "tankers_delivered": tally["tankers_delivered"],
        "tankers_lost": lost,
        "loss_rate": _ratio(lost, tally["tankers_sent_escorted"] + tally["tankers_sent_independent"]),
        "crews_lost": tally["crews_lost"],
        "escort_units_lost": tally["escort_units_lost"],
        "escort_days": escort_days,
        "inflow_l": _column(runs, "inflow_l").sum(axis=(1, 2)),
        "transit_h": _ratio(tally["transit_tanker_s"], tally["transit_tankers"]) / HOUR_S,
        "staging_wait_h": _ratio(tally["staging_wait_tanker_s"], tally["staging_wait_tankers"]) / HOUR_S,
        "payments_fcfa": tally["payments_fcfa"],
        "cost_fcfa": lost * runs.costs[:, 0]
        + tally["litres_lost_cost_fcfa"]
        + escort_days * runs.costs[:, 1]
        + tally["payments_fcfa"],
    }
