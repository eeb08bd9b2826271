"""Limiting scenarios as plain data shaped like a file: the smallest world, changed table by table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sim.draws import CHANCES_PER_WORLD, Replication
from sim.experiment.engines import engine_named, has_batch
from sim.plan import Plan, make_plan
from sim.records import Convoy, Ints, RunStack
from sim.scenario.load import scenario_from_data, strategy_from_data

START = date(2025, 9, 1)
TANKER_L = 40_000
NEED_TANKERS_DAY = 10

Data = dict[str, Any]


def world(*changes: Mapping[str, Any]) -> Data:
    """A port, a gate where convoys form, a city; one product, one class, nothing varies, nothing threatens.

    Ten tankers a day are needed and ordered; the road takes 2 h before and 8 h after the gate. Each of `changes`
    is laid over it, table by table.
    """
    data: Data = {
        "kind": "scenario",
        "title": "Limiting case",
        "start": START,
        "days": 30,
        "warmup_days": 0,
        "default_strategy": "none",
        "product": {"fuel": {"title": "Fuel"}},
        "balance": {"fuel": {"need_l_day": NEED_TANKERS_DAY * TANKER_L}},
        "node": {"port": {"title": "Port"}, "gate": {"title": "Gate"}, "city": {"title": "City"}},
        "leg": {
            "port-gate": {"from": "port", "to": "gate", "km": 50, "drive_h": 2},
            "gate-city": {"from": "gate", "to": "city", "km": 200, "drive_h": 8, "exposure": 1},
        },
        "corridor": {
            "main": {
                "title": "Main",
                "legs": ["port-gate", "gate-city"],
                "staging": "gate",
                "fleet": 500,
                "tanker_l": TANKER_L,
                "loading_capacity_day": 100,
            }
        },
        "city": {
            "node": "city",
            "bays": 50,
            "unload": {"mean_h": 1},
            "depot": {"fuel": {"capacity_l": 40_000_000, "start_cover_days": 10}},
        },
        "class": {"retail": {"title": "Retail", "retail": True, "share": {"fuel": 1}}},
    }
    for change in changes:
        lay(data, change)
    return data


def lay(data: Data, change: Mapping[str, Any]) -> None:
    """Lay tables over tables; other values replace what was there, None removes it."""
    for key, value in change.items():
        if value is None:
            data.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(data.get(key), dict):
            lay(data[key], value)
        elif isinstance(value, Mapping):
            data[key] = {}
            lay(data[key], value)
        else:
            data[key] = value


def independents() -> Data:
    """The strategy under which everybody travels alone."""
    return {"kind": "strategy", "title": "Alone"}


def convoys(size: int, interval_h: float, *, alone: bool = False, **rule: Any) -> Data:
    """Convoys of exactly `size` tankers every `interval_h` hours without escort, unless `rule` says otherwise."""
    slots = {"interval_h": interval_h, "size": size, "min_size": size, "escort": {"rule": "none"}, **rule}
    return {"kind": "strategy", "title": "Convoys", "independents": alone, "convoys": slots}


def ambushes(per_passage: float, *, engage_prob: float = 1.0, duration_h: float = 6, km: float = 200) -> Data:
    """A threat that offers a passage of `km` exposed kilometres `per_passage` active ambushes on average.

    Ambushes last `duration_h` exactly, so the intensity is per_passage ÷ (duration · km).
    """
    intensity = per_passage / (duration_h * km)
    return {
        "threat": {
            "intensity_per_km_h": intensity,
            "ceiling_per_km_h": intensity,
            "duration": {"mean_h": duration_h},
        },
        "contact": {"engage_prob": engage_prob},
    }


def plan(data: Data, strategy: Data | None = None, *, seed: int = 1, uncertainty: str = "central") -> Plan:
    """The Plan of plain data, through the schema; without a strategy everybody travels alone."""
    scenario = scenario_from_data(data)
    return make_plan(scenario, strategy_from_data(strategy or independents()), seed=seed, uncertainty=uncertainty)


CHUNK = 200
"""Runs whose records are in memory at once."""


def stacks(data: Data, strategy: Data | None, runs: int, *, seed: int = 1) -> Iterator[RunStack]:
    """Records of `runs` runs of plain data at central values, by the batch engine where there is one: the two give the same."""
    engine = engine_named("batch" if has_batch() else "reference")
    made = plan(data, strategy, seed=seed)
    for first in range(0, runs, CHUNK):
        chances = [Replication(*divmod(run, CHANCES_PER_WORLD)) for run in range(first, min(first + CHUNK, runs))]
        if engine.simulate_many is None:
            yield RunStack.of([engine.simulate(made, seed, chance) for chance in chances])
        else:
            yield engine.simulate_many(made, seed, chances)


def convoy_rows(data: Data, strategy: Data, runs: int, field: str, *, seed: int = 1) -> list[Ints]:
    """One number of every convoy that left, as an array for each run."""
    column = Convoy._fields.index(field)
    found: list[Ints] = []
    for stack in stacks(data, strategy, runs, seed=seed):
        ends = stack.convoy_ends.tolist()
        found += [stack.convoys[a:b, column] for a, b in itertools.pairwise(ends)]
    return found
