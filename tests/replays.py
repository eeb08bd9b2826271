"""Replays of minimal worlds for tests: a run with its trace, and the manifest that charts ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from worlds import Data, ambushes, convoys, world

from sim.draws import Replication
from sim.engines.reference import simulate
from sim.experiment.replay import Replay
from sim.experiment.results import Results
from sim.plan import labels_of, make_plan
from sim.records import EventRecord
from sim.scenario.load import scenario_from_data, strategy_from_data
from sim.scenario.loaded import resolved

SECOND = {
    "node": {"quay": {"title": "Quay"}, "ford": {"title": "Ford"}},
    "leg": {
        "quay-ford": {"from": "quay", "to": "ford", "km": 300, "drive_h": 9},
        "ford-city": {"from": "ford", "to": "city", "km": 150, "drive_h": 20, "exposure": 1},
    },
    "corridor": {
        "main": {"share": 0.5},
        "south": {
            "title": "South", "legs": ["quay-ford", "ford-city"], "staging": "ford", "share": 0.5, "fleet": 300,
            "tanker_l": 40_000, "loading_capacity_day": 50,
        },
    },
}  # fmt: skip
"""A second corridor to the same city."""

DAYTIME = {"road": {"drive_start_h": 6, "drive_end_h": 18}}
"""Loaded tankers drive by day."""


def attacked(*changes: Data) -> Data:
    """A world in which convoys and independents meet about one ambush a passage, losing four tankers on average."""
    losses = {"loss": {"convoy_mean_tankers": 4, "convoy_cv": 1.0, "independents_mean_tankers": 2, "independents_cv": 0.7}}
    after = {"aftermath": {"delay": {"mean_h": 10}, "closure_h": 5, "turn_back_prob": 0.3}}
    return world(ambushes(1.0), losses, after, *changes)


def played(data: Data, strategy: Data | None = None, *, seed: int = 1, chance: int = 0) -> Replay:
    """One run of plain data, replayed; without a strategy, convoys of up to 20 beside independents."""
    scenario = scenario_from_data(data)
    decided = strategy_from_data(strategy or convoys(20, 48, alone=True, min_size=4))
    plan = make_plan(scenario, decided, seed=seed, uncertainty="central")
    trace: list[EventRecord] = []
    records = simulate(plan, seed, Replication(0, chance), trace=trace)
    titles = {"scenario": {"en": "Test world", "fr": "Monde d’essai"}, "strategy": {"en": "Convoys", "fr": "Convois"}}
    manifest: dict[str, Any] = {
        "titles": titles, "worlds": 1, "chances": 1, "seed": seed, "uncertainty": "central", "variants": [],
        "strategy": "convoys", "inputs": {"scenario": resolved(scenario)}, "versions": {"model": "test"},
    }  # fmt: skip
    results = Results(Path("nowhere"), manifest)
    return Replay(results, Replication(0, chance), scenario, plan, labels_of(scenario), records, tuple(trace))
