"""The outcome of one run: every metric, computed from its records."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sim.clock import DAY_S, HOUR_S
from sim.records import Daily, Ints, RunRecords

Number = int | float | None
"""A metric in one run; None where it is undefined."""


def longest_spell(days: npt.NDArray[np.bool_]) -> int:
    """Length in days of the longest unbroken row of true days, shape (n_days,)."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], days, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def ratio(part: float, whole: float) -> float | None:
    """part ÷ whole; None when the whole is zero."""
    return part / whole if whole else None


def shortage_days_any(records: RunRecords) -> int:
    """Days on which at least one product was short."""
    return int((records.daily.column("shortage") > 0).any(axis=1).sum())


def outcome(
    records: RunRecords, products: Sequence[str], retail: Sequence[str] | None = None
) -> dict[str, Number]:
    """Every metric of one run by name, in the order of `metrics_for(retail)`; None where undefined.

    `products` are those of the records, `retail` the ones among them that retail customers buy (default: all).
    """
    bought = products if retail is None else retail
    return {**_city(records, bought, [products.index(p) for p in bought]), **_road(records)}


def outcome_to(
    records: RunRecords, products: Sequence[str], retail: Sequence[str], days: int
) -> dict[str, Number]:
    """Metrics of one run over its first `days` days: those of the city, tankers lost, inflow; None where undefined."""
    daily = Daily(records.daily.by_product[:, :days], records.daily.by_run[:, :days])
    begun = dataclasses.replace(records, daily=daily)
    return {
        **_city(begun, retail, [products.index(p) for p in retail]),
        "tankers_lost": int(daily.column("tankers_lost_cum")[-1]),
        "inflow_l": int(daily.column("inflow_l").sum()),
    }


def _city(records: RunRecords, products: Sequence[str], positions: Sequence[int]) -> dict[str, Number]:
    def column(name: str) -> Ints:
        return records.daily.column(name)[:, positions]

    whole = records.daily.column
    short, queue = column("shortage") > 0, column("queue") > 0
    any_short = np.any(short, axis=1)
    consumed, need = column("consumed_l").sum(axis=0), column("need_l").sum(axis=0)
    return {
        **{f"shortage_days_{p}": int(n) for p, n in zip(products, short.sum(axis=0), strict=True)},
        "shortage_days_any": int(any_short.sum()),
        "shortage_days_both": int(short.all(axis=1).sum()),
        "queue_days_any": int(queue.any(axis=1).sum()),
        "longest_spell_any": longest_spell(any_short),
        "first_shortage_day": int(any_short.argmax()) if any_short.any() else None,
        "stations_below_half_days": _below_half(column("stations_supplied"), records.stations),
        "power_hours": float(whole("power_min").mean()) / 60 if records.power else None,
        "litres_unmet": int(whole("unmet_l").sum()),
        "litres_unmet_regions": int(whole("regions_unmet_l").sum()),
        **{f"fill_rate_{p}": ratio(int(consumed[i]), int(need[i])) for i, p in enumerate(products)},
    }


def _below_half(supplied: Ints, stations: int) -> int | None:
    """Days with under half of the stations supplied at noon with some product; None without stations."""
    return int((2 * supplied < stations).any(axis=1).sum()) if stations else None


def _road(records: RunRecords) -> dict[str, Number]:
    tallies = records.tallies
    lost = tallies["tankers_burned"] + tallies["tankers_captured"]
    escort_days = tallies["escort_unit_s"] / DAY_S
    tanker_fcfa, unit_day_fcfa = records.costs
    transit_s = ratio(tallies["transit_tanker_s"], tallies["transit_tankers"])
    wait_s = ratio(tallies["staging_wait_tanker_s"], tallies["staging_wait_tankers"])
    return {
        "tankers_delivered": tallies["tankers_delivered"],
        "tankers_lost": lost,
        "loss_rate": ratio(lost, tallies["tankers_sent_escorted"] + tallies["tankers_sent_independent"]),
        "crews_lost": tallies["crews_lost"],
        "escort_units_lost": tallies["escort_units_lost"],
        "escort_days": escort_days,
        "inflow_l": int(records.daily.column("inflow_l").sum()),
        "transit_h": None if transit_s is None else transit_s / HOUR_S,
        "staging_wait_h": None if wait_s is None else wait_s / HOUR_S,
        "payments_fcfa": tallies["payments_fcfa"],
        "cost_fcfa": lost * tanker_fcfa
        + tallies["litres_lost_cost_fcfa"]
        + escort_days * unit_day_fcfa
        + tallies["payments_fcfa"],
    }
