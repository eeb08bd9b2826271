"""Eves: strategies of one world share what lies before the start date, and leave what each leaves alone."""

from __future__ import annotations

import dataclasses
import os
from itertools import pairwise

import numpy as np
import pytest
from equality import assert_equal_records
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_worlds import scenarios, strategies
from worlds import Data, ambushes, convoys, independents, plan, world

from sim.draws import Replication
from sim.engines.batch import eves as kept_apart
from sim.engines.batch.eves import Eves
from sim.engines.batch.layout import Sizes
from sim.engines.batch.machine import Machine, machine
from sim.engines.reference import simulate
from sim.plan import Plan, make_plan
from sim.records import RunStack
from sim.scenario.load import load_scenario, load_strategy, scenario_from_data, strategy_from_data

CHANCES = [Replication(0, chance) for chance in range(4)]
GUARDED = {"escort": {"pool": {"gate": {"node": "gate", "units": 4}}}}
DATA = world({"days": 20, "warmup_days": 15}, ambushes(0.2), GUARDED)
RULES = (convoys(10, 24), independents(), convoys(25, 48), convoys(10, 24))


def same(a: RunStack, b: RunStack) -> bool:
    parts = ("by_product", "by_run", "tallies", "convoys", "convoy_ends")
    return all(np.array_equal(getattr(a, part), getattr(b, part)) for part in parts)


def plans() -> list[Plan]:
    return [plan(DATA, rules) for rules in RULES]


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scenarios(), st.lists(strategies(), min_size=2, max_size=3), st.integers(0, 2))
def test_strategies_that_share_an_eve_leave_what_the_reference_engine_leaves(
    data: Data, rules: list[Data], seed: int
) -> None:
    scenario, eves, luck = scenario_from_data(data), Eves(), Replication(0, seed)
    for one in rules:
        made = make_plan(scenario, strategy_from_data(one), seed=seed, world=0)
        (batch,) = machine().run(made, seed, [luck], eves=eves)
        assert_equal_records(simulate(made, seed, luck), batch)


@pytest.mark.parametrize("name", ["blockade-2025-customs", "hard-blockade"])
def test_strategies_of_a_shipped_world_leave_the_same_with_and_without(name: str) -> None:
    scenario, eves = load_scenario(name), Eves()
    for strategy in ("no-escort", "observed-2025", "small-frequent", "medium"):
        made = make_plan(scenario.model, load_strategy(strategy).model, seed=3, world=2)
        luck = [Replication(2, chance) for chance in range(3)]
        assert same(machine().run(made, 3, luck, eves=eves), machine().run(made, 3, luck))
    assert len(eves.kept) == 1, "what strategies decide is no part of their world"


def test_an_eve_is_used_and_not_only_kept() -> None:
    eves, (first, second, *_) = Eves(), plans()
    machine().run(first, 1, CHANCES, eves=eves)
    (kept,) = eves.kept.values()
    assert (kept.first[:-1] >= 0).all()
    kept.first[2] = kept.first[0]
    spoiled, alone = machine().run(second, 1, CHANCES, eves=eves), machine().run(second, 1, CHANCES)
    assert np.array_equal(spoiled.tallies[:2], alone.tallies[:2])
    assert not np.array_equal(spoiled.tallies[2], alone.tallies[2])


def test_other_worlds_luck_and_seeds_have_eves_of_their_own() -> None:
    eves, (first, *_) = Eves(), plans()
    other = dataclasses.replace(first, roads=dataclasses.replace(first.roads, drive_s=first.roads.drive_s + 1))
    for made, seed, luck in ((first, 1, CHANCES), (other, 1, CHANCES), (first, 2, CHANCES), (first, 1, CHANCES[:2])):
        before = len(eves.kept)
        assert same(machine().run(made, seed, luck, eves=eves), machine().run(made, seed, luck))
        assert len(eves.kept) == before + 1


def test_escorts_that_change_before_the_start_are_part_of_the_world() -> None:
    (first, *_), eves = plans(), Eves()
    units = first.escorts.units.copy()
    units[:, 5:] += 3
    changed = dataclasses.replace(first, escorts=dataclasses.replace(first.escorts, units=units))
    more = dataclasses.replace(first, escorts=dataclasses.replace(first.escorts, units=first.escorts.units + 3))
    for made, n in ((first, 1), (more, 1), (changed, 2)):
        assert same(machine().run(made, 1, CHANCES, eves=eves), machine().run(made, 1, CHANCES))
        assert len(eves.kept) == n


def test_nothing_is_kept_of_a_strategy_that_acts_before_the_start_and_beyond_the_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, *_ = plans()
    early = dataclasses.replace(first, times=dataclasses.replace(first.times, start_s=first.slots.time_s.min().item() + 1))
    assert Eves().of(early, 1, np.arange(2), np.zeros((1, 4), np.int64)).first.tolist() == [-1, -1, -1]
    monkeypatch.setattr(kept_apart, "MOST_BYTES", -1)
    eves = Eves()
    assert same(machine().run(first, 1, CHANCES, eves=eves), machine().run(first, 1, CHANCES))
    assert not eves.kept
    monkeypatch.setattr(kept_apart, "MOST_BYTES", 1 << 20)
    eves = Eves()
    machine().run(first, 1, CHANCES, eves=eves)
    (kept,) = eves.kept.values()
    monkeypatch.setattr(kept_apart, "RUN_WORDS", int(kept.first[1]) * 5 // 8)
    eves = Eves()
    machine().run(first, 1, CHANCES, eves=eves)
    (some,) = eves.kept.values()
    assert [word >= 0 for word in some.first[:-1]] == [True, True, False, False]
    assert same(machine().run(second, 1, CHANCES, eves=eves), machine().run(second, 1, CHANCES))


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") != "1", reason="every capacity is compiled anew")
def test_a_machine_with_less_room_than_an_eve_needs_begins_anew() -> None:
    eves, made = Eves(), plans()
    tiny = Sizes(batches=2, agenda=8, cohorts=2, lots=1, parts=1, queue=1, ambushes=1)
    for one, on in zip(made, (machine(), Machine(tiny), Machine(tiny), machine()), strict=True):
        assert same(on.run(one, 1, CHANCES, eves=eves), machine().run(one, 1, CHANCES))
    assert len(eves.kept) == 1
    assert all(a < b for a, b in pairwise(next(iter(eves.kept.values())).first.tolist()))
