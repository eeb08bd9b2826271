"""Dispatch by the engine and by the second implementation agree on random yards, rules and pools."""

from __future__ import annotations

import random
from typing import Any

import pytest
import worlds
from oracles.dispatch import Batch, ConvoyRule, Yard, dispatch_at_node, slot_opens_s

from sim.draws import Luck, Replication, Stream
from sim.engines.order import Rank
from sim.engines.reference.cohorts import Batch as EngineBatch
from sim.engines.reference.environment import Occurrence
from sim.engines.reference.run import Run
from sim.plan import Plan

PRODUCTS = ("petrol", "diesel", "kerosene")
DRIVE_H = (5, 21)
PRIORITIES = {"east": 7, "west": 3}
DAY_S = 86_400
CASES = 400


def world_of_two_corridors() -> dict[str, Any]:
    """Two corridors that share gate, pool and road, with three products; the one named second is served first."""
    road = {"staging": "gate", "fleet": 500, "tanker_l": worlds.TANKER_L, "loading_capacity_day": 100, "share": 0.5}
    one: dict[str, Any] = {"need_l_day": 10 * worlds.TANKER_L}
    return worlds.world(
        {
            "product": {"fuel": None, **{p: {"title": p} for p in PRODUCTS}},
            "balance": {"fuel": None, **dict.fromkeys(PRODUCTS, one)},
            "city": {"depot": {"fuel": None, **{p: {"capacity_l": 40_000_000, "start_cover_days": 10} for p in PRODUCTS}}},
            "class": {"retail": {"share": {"fuel": None, **dict.fromkeys(PRODUCTS, 1)}}},
            "node": {"quay": {"title": "Quay"}},
            "leg": {"quay-gate": {"from": "quay", "to": "gate", "km": 50, "drive_h": 2}},
            "road": {"drive_start_h": DRIVE_H[0], "drive_end_h": DRIVE_H[1]},
            "escort": {"pool": {"gate": {"node": "gate", "units": 60}}},
            "corridor": {
                "main": None,
                "east": {"title": "East", "legs": ["port-gate", "gate-city"], "priority": PRIORITIES["east"], **road},
                "west": {"title": "West", "legs": ["quay-gate", "gate-city"], "priority": PRIORITIES["west"], **road},
            },
        }
    )


def random_rule(r: random.Random) -> tuple[ConvoyRule, dict[str, Any]]:
    """A rule as the second implementation has it, and as a strategy file states it."""
    size = r.choice([1, 10, 60, 150, r.randint(1, 300)])
    least = r.choice([1, size, r.randint(1, size)])
    name = r.choice(["none", "fixed", "per_tankers", "square_root"])
    units, each, at_100 = (
        r.randint(1, 6),
        r.choice([1, 7, 25, 50, 75]),
        r.choice([1.0, 2.0, 2.5, 0.3, round(r.uniform(0.1, 6), 2)]),
    )
    stated = {"fixed": {"units": units}, "per_tankers": {"tankers_per_unit": each}, "square_root": {"units_at_100": at_100}}
    alone, wait_h = r.choice(["wait", "unescorted"]), r.choice([0.0, 12.0, r.randint(0, 90) / 2])
    shrink = r.random() < 0.5
    rule = ConvoyRule(
        size, least, name, units, each, at_100, shrink, alone, round(3600 * wait_h)  # type: ignore[arg-type]
    )  # fmt: skip
    data = {
        "interval_h": 48, "size": size, "min_size": least, "escort": {"rule": name, **stated.get(name, {})},
        "daylight_only": r.random() < 0.3, "shrink": shrink, "when_no_unit": alone, "max_wait_h": wait_h,
    }  # fmt: skip
    return rule, data


def random_batches(r: random.Random) -> tuple[Batch, ...]:
    """Batches that wait, some with the most willing already gone, some of crews that turned back."""
    batches = []
    for _ in range(r.randint(0, 4)):
        load = {product: r.choice([0, r.randint(0, 9), r.randint(0, 60)]) for product in PRODUCTS}
        high = r.choice([1.0, 1.0, r.uniform(0.3, 1.0)])
        if sum(load.values()):
            batches.append(Batch(load, r.choice([0.0, high * r.random()]), high))
    return tuple(batches)


def counts(load: dict[str, int]) -> list[int]:
    """Tankers of a load in the order of products, none for an empty one."""
    return [load.get(product, 0) for product in PRODUCTS]


class Scene:
    """The engine's yard at one second, with what the second implementation is to be told of it."""

    def __init__(self, number: int) -> None:
        r = random.Random(number)
        rules = [random_rule(r) for _ in PRIORITIES]
        strategy = {
            "kind": "strategy",
            "title": "Random",
            "corridor": {name: data for name, (_, data) in zip(PRIORITIES, rules, strict=True)},
        }
        self.run = Run(worlds.plan(world_of_two_corridors(), strategy), Luck(1, Replication(0, 0)), None)
        self.units = r.choice([0, 1, 2, 3, 5, r.randint(0, 20)])
        edge = [3600 * DRIVE_H[0], 3600 * DRIVE_H[0] - 1, 3600 * DRIVE_H[1], 3600 * DRIVE_H[1] - 1]
        self.now = 5 * DAY_S + r.choice([*edge, 12 * 3600, 12 * 3600, r.randrange(DAY_S)])
        self.yards = [
            Yard(
                rule,
                random_batches(r),
                r.choice([1.0, 0.0, r.random()]),
                r.choice([rule.max_wait_s, rule.max_wait_s + 1, max(rule.max_wait_s - 1, 0), r.randrange(2 * DAY_S)]),
                PRIORITIES[name],
            )
            for name, (rule, _) in zip(PRIORITIES, rules, strict=True)
        ]
        self.lay()

    def lay(self) -> None:
        """Put the scene into the engine's yard."""
        run, yard = self.run, self.run.yard
        run.agenda.now = self.now
        run.escorts.free = [self.units]
        for c, scene in enumerate(self.yards):
            for batch in scene.staged:
                staged = EngineBatch(counts(batch.load), self.now - 3600, 0, batch.high)
                staged.low = batch.low
                yard.batches[c].append(staged)
            yard.staged_n[c] = sum(batch.tankers for batch in scene.staged)
            yard.open_slot[c], yard.opened_s[c] = run.tables.slot_corridor.index(c), self.now - scene.waited_s
        shares = [scene.escorted_share for scene in self.yards]
        yard.escorted_share = shares.__getitem__  # type: ignore[method-assign]

    def play(self) -> None:
        """Let the engine dispatch."""
        self.run.yard.dispatch(Occurrence(self.run.yard.dispatch, next(iter(self.run.yard.at_node))))


@pytest.mark.parametrize("block", range(4))
def test_the_engine_dispatches_as_the_pages_say(block: int) -> None:
    sent = 0
    for number in range(block * CASES // 4, (block + 1) * CASES // 4):
        scene = Scene(number)
        expected = dispatch_at_node(scene.yards, scene.units, scene.now % DAY_S, 3600 * DRIVE_H[0], 3600 * DRIVE_H[1])
        scene.play()
        found = {cohort.corridor: cohort for cohort in scene.run.recorder.convoys}
        assert sorted(found) == [c for c, convoy in enumerate(expected) if convoy], number
        for c, convoy in enumerate(expected):
            staged = convoy.staged if convoy else scene.yards[c].staged
            left = [(batch.counts, pytest.approx(batch.low, abs=1e-12), batch.high) for batch in scene.run.yard.batches[c]]
            assert [(counts(batch.load), batch.low, batch.high) for batch in staged] == left, number
            assert (scene.run.yard.open_slot[c] < 0) == (convoy is not None), number
            if convoy:
                sent += 1
                assert (found[c].counts, found[c].units) == (counts(convoy.load), convoy.units), number
        assert scene.run.escorts.free == [scene.units - sum(convoy.units for convoy in expected if convoy)], number
    assert sent > CASES // 16


def slots_of(plan: Plan) -> list[tuple[int, int]]:
    """Second and number of the first slot on a fresh agenda."""
    run = Run(plan, Luck(1, Replication(0, 0)), None)
    return [(time, event.what) for time, _, _, event in run.agenda.queue if event.callbacks == (run.yard.slot,)]


@pytest.mark.parametrize("number", range(20))
def test_slots_open_when_the_pages_say(number: int) -> None:
    r = random.Random(number)
    interval_h, first_h = r.choice([6.0, 24.0, 48.0, 12.5]), r.choice([0.0, 0.5, 6.0, 30.0])
    jitter_h = r.choice([0.0, interval_h / 2, interval_h * r.random() / 2])
    rule = worlds.convoys(10, interval_h, first_h=first_h, jitter_h=jitter_h)
    plan = worlds.plan(worlds.world(), rule, seed=1)
    entity = plan.corridors.entity[0].item()
    luck = Luck(1, Replication(0, 0))
    [(first_s, slot)] = slots_of(plan)
    assert slot == 0
    planned = plan.slots.time_s.tolist()
    assert planned[:9] == [pytest.approx(slot_opens_s(first_h, interval_h, 0.0, k, 0.5), abs=1) for k in range(9)]
    u = luck(Stream.SLOT, entity, planned[0], 0, (0,))[0] if jitter_h else 0.5
    assert first_s == pytest.approx(slot_opens_s(first_h, interval_h, jitter_h, 0, u), abs=1)
    assert Rank.SLOT < Rank.DISPATCH
