"""Engagements by the engine and by the second implementation agree: one ambush after the other meets random cohorts."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
import worlds
from oracles.engagement import Attackers, Cohort, Engagement, Luck, contact_prob, effect, engage, strength, tankers_lost, weakened
from oracles.portions import Load

from sim.draws import Luck as EngineLuck
from sim.draws import Replication, Stream
from sim.engines.order import CONVOY, INDEPENDENT
from sim.engines.reference.cohorts import Cohort as EngineCohort
from sim.engines.reference.run import Run
from sim.engines.reference.threat import Ambush

PRODUCTS = ("petrol", "diesel", "kerosene")
NEED = {"petrol": 5, "diesel": 3, "kerosene": 2}
NORMAL_FLOW = sum(NEED.values())
CASES, MEETINGS = 400, 3
HALF_LIFE_DAYS = 3
NOON_S = 5 * 86_400 + 12 * 3600
TALLIES = ("tankers_captured", "tankers_burned", "crews_lost", "tankers_damaged", "escort_units_lost", "engagements")


def random_attackers(r: random.Random) -> Attackers:
    """Numbers of contact, losses and aftermath, edges among them."""
    return Attackers(
        engage_prob=r.choice([1.0, 0.9, 0.0, r.random()]),
        reference_size=r.choice([50.0, 100.0, r.uniform(1, 200)]),
        detection_exponent=r.choice([0.0, 0.5, r.random()]),
        predictability=r.choice([0.0, r.random()]),
        deterrence=r.choice([0.0, r.random()]),
        escort_strength=r.choice(["ratio", "perimeter"]),
        law=r.choice(["capacity", "fraction"]),
        convoy_mean_tankers=r.choice([0.0, 30.0, r.uniform(0, 60)]),
        convoy_cv=r.choice([0.0, r.uniform(0, 2)]),
        convoy_median_share=r.choice([0.0, 1.0, r.random(), r.random()]),
        convoy_share_logit_sd=r.choice([0.0, r.uniform(0, 2)]),
        independents_mean_tankers=r.choice([4.0, r.uniform(0, 12)]),
        independents_cv=r.choice([0.0, r.uniform(0, 2)]),
        protection=r.choice([0.0, r.uniform(0, 3)]),
        captured_share=r.choice([0.0, 1.0, r.random()]),
        crew_loss_prob=r.choice([0.0, 1.0, r.random()]),
        damaged_per_lost=r.choice([0.0, r.uniform(0, 3)]),
        unit_loss_prob=r.choice([0.0, 1.0, r.random()]),
        unit_damage_prob=r.choice([0.0, 1.0, r.random()]),
        turn_back_prob=r.choice([0.0, 1.0, r.random()]),
        suppression=r.choice([0.0, 0.3, r.random() * 0.9]),
    )


def world_of(a: Attackers, budget: bool) -> dict[str, Any]:
    """The smallest world with three products, these attackers, and hardly an ambush of its own."""
    return worlds.world(
        worlds.ambushes(1e-9),
        {
            "product": {"fuel": None, **{p: {"title": p} for p in PRODUCTS}},
            "balance": {"fuel": None, **{p: {"need_l_day": n * worlds.TANKER_L} for p, n in NEED.items()}},
            "city": {"depot": {"fuel": None, **{p: {"capacity_l": 40_000_000, "start_cover_days": 10} for p in PRODUCTS}}},
            "class": {"retail": {"share": {"fuel": None, **dict.fromkeys(PRODUCTS, 1)}}},
            "escort": {
                "pool": {"gate": {"node": "gate", "units": 60}},
                "loss_prob": a.unit_loss_prob,
                "damage_prob": a.unit_damage_prob,
            },
            "contact": {
                "engage_prob": a.engage_prob,
                "reference_size": a.reference_size,
                "detection_exponent": a.detection_exponent,
                "predictability": a.predictability,
                "deterrence": a.deterrence,
                "escort_effect": a.escort_strength,
                "budget": "operations" if budget else "unlimited",
                "operations_per_week": 0,
                "operations_cap": 2,
            },
            "loss": {
                name: getattr(a, name)
                for name in (
                    "law", "convoy_mean_tankers", "convoy_cv", "convoy_median_share", "convoy_share_logit_sd", "captured_share",
                    "independents_mean_tankers", "independents_cv", "protection", "crew_loss_prob", "damaged_per_lost",
                )
            },
            "aftermath": {
                "turn_back_prob": a.turn_back_prob,
                "suppression": a.suppression,
                "suppression_half_life_days": HALF_LIFE_DAYS,
            },
        },
    )  # fmt: skip


def even(r: random.Random) -> float:
    """A uniform as the model draws it."""
    return (r.randrange(1 << 32) + 0.5) / (1 << 32)


def beside(r: random.Random, edge: float) -> float:
    """Half of the time a uniform a millionth beside an edge in (0, 1), where a small error shows."""
    near = edge + r.choice([-1e-6, 1e-6])
    return near if 0.0 < near < 1.0 and r.random() < 0.5 else even(r)


def to_next(amount: float) -> float:
    """The uniform from which on an amount is rounded up by chance."""
    return 1.0 - amount % 1.0


def random_luck(r: random.Random, a: Attackers, cohort: Cohort, spent: float, ambush: Luck | None) -> Luck:
    """Uniforms of an encounter, many of them beside the edge that decides; those of the ambush stay."""
    luck = ambush or Luck(*[even(r) for _ in range(9)])
    if ambush is None:
        amount = strength(a, cohort, luck.strength) * effect(a, cohort)
        luck = replace(luck, rounding=beside(r, to_next(amount)))
    lost = tankers_lost(a, cohort, luck, spent)
    return replace(
        luck,
        engaged=beside(r, contact_prob(a, cohort)),
        captured=beside(r, to_next(lost * a.captured_share)),
        crews=beside(r, to_next(lost * a.crew_loss_prob)),
        damaged=beside(r, to_next(lost * a.damaged_per_lost)),
        units_lost=beside(r, to_next(cohort.units * a.unit_loss_prob)),
        units_damaged=beside(r, to_next(cohort.units * a.unit_damage_prob)),
        turn_back=beside(r, a.turn_back_prob),
    )


class Meeting:
    """One ambush of the engine that cohorts pass, told the same luck as the second implementation."""

    def __init__(self, number: int) -> None:
        r = self.random = random.Random(number)
        self.attackers, self.budget = random_attackers(r), r.random() < 0.3
        self.interval_h = r.choice([12.0, 48.0])
        self.jitter_h = r.choice([0.0, 3.0, self.interval_h / 2])
        strategy = worlds.convoys(10, self.interval_h, jitter_h=self.jitter_h)
        self.run = Run(worlds.plan(world_of(self.attackers, self.budget), strategy), EngineLuck(1, Replication(0, 0)), None)
        self.run.agenda.now = NOON_S
        self.ambush = Ambush(1, 0, 0, 0.5, 0, 1 << 40, 0.0)
        self.luck: Luck | None = None
        self.run.luck = self.told  # type: ignore[assignment]
        self.spent, self.operations = 0.0, 2.0 if self.budget else float("inf")
        self.suppression, self.suppressed_at_s = 0.0, 0

    def told(self, stream: Stream, *_: object) -> tuple[float, float, float, float]:
        """Uniforms of a stream, as the table at the head of `sim/draws.py` places them."""
        u = self.luck
        assert u is not None
        return {
            Stream.STRENGTH: (u.strength, u.rounding, 0.5, 0.5),
            Stream.ENGAGEMENT: (u.engaged, u.crews, u.captured, 0.5),
            Stream.AFTERMATH: (0.5, u.turn_back, u.damaged, 0.5),
            Stream.UNITS: (u.units_lost, u.units_damaged, 0.5, 0.5),
        }[stream]

    def cohorts(self, step: int) -> tuple[Cohort, EngineCohort]:
        """The same random cohort for both."""
        r, run = self.random, self.run
        load: Load = {product: r.choice([0, r.randint(0, 9), r.randint(0, 80)]) for product in PRODUCTS}
        load["petrol"] += 1
        if r.random() < 0.4:
            load = {"petrol": 1 + r.randint(0, 2), "diesel": r.randint(0, 2), "kerosene": r.randint(0, 2)}
        convoy, units = r.random() < 0.7, r.choice([0, 1, 2, r.randint(0, 12)])
        sent = r.choice([0, units + r.randint(0, 2)]) if units == 0 else units + r.randint(0, 2)
        theirs = EngineCohort(0, CONVOY if convoy else INDEPENDENT, step, list(load.values()), 0, worlds.TANKER_L, 0)
        theirs.at = theirs.leg = 1
        theirs.work_s, theirs.done_s = 8 * 3600, 4 * 3600
        theirs.damaged = r.choice([0, 0, r.randint(0, theirs.n)])
        run.cohorts[theirs.place] = theirs
        if convoy:
            theirs.slot, theirs.units, theirs.units_sent = step, units, sent
            theirs.regularity = run.plan.slots.regularity[0].item()
            run.escorts.send(0, units)
        ours = Cohort(load, convoy, units if convoy else 0, theirs.damaged, self.interval_h, self.jitter_h, NORMAL_FLOW)
        return ours, theirs

    def expected(self, ours: Cohort, escorted: bool) -> Engagement | None:
        """What the second implementation says, and what it leaves behind."""
        self.luck = random_luck(self.random, self.attackers, ours, self.spent, self.luck)
        found = engage(self.attackers, ours, self.luck, self.spent, self.operations)
        if found:
            self.spent, self.operations = found.spent, self.operations - 1.0
            if escorted:
                now = self.run.agenda.now
                elapsed_s = now - self.suppressed_at_s
                self.suppression = weakened(self.suppression, elapsed_s, HALF_LIFE_DAYS * 86_400, self.attackers.suppression)
                self.suppressed_at_s = now
        return found


def test_the_engine_fights_as_the_pages_say() -> None:
    fought = passed = second = 0
    for number in range(CASES):
        scene = Meeting(number)
        run = scene.run
        for step in range(MEETINGS):
            ours, theirs = scene.cohorts(step)
            before = {name: run.recorder.tallies[name] for name in TALLIES}
            escorted, drawn_on = theirs.units_sent > 0, scene.spent > 0.0
            run.agenda.now += scene.random.randint(60, 86_400)
            expected = scene.expected(ours, escorted)
            theirs.meeting = scene.ambush
            run.roads.contact(theirs)
            change = {name: run.recorder.tallies[name] - before[name] for name in TALLIES}
            where = f"case {number}, meeting {step}"
            passed += expected is None
            if expected is None:
                assert set(change.values()) == {0} and theirs.n == ours.tankers, where
            else:
                fought += 1
                second += drawn_on
                check(ours, theirs, expected, change, where)
            assert run.threat.suppression == pytest.approx(scene.suppression, abs=1e-12), where
            assert scene.ambush.spent == pytest.approx(scene.spent, rel=1e-9, abs=1e-9), where
            if scene.budget:
                assert run.threat.operations == scene.operations, where
    assert min(fought, passed) > CASES // 2 and second > CASES // 10


def check(ours: Cohort, theirs: EngineCohort, expected: Engagement, change: dict[str, int], where: str) -> None:
    """The engine's cohort and books changed as expected."""
    lost = sum(expected.lost.values())
    assert theirs.counts == [n - k for n, k in zip(ours.load.values(), expected.lost.values(), strict=True)], where
    assert change == {
        "engagements": 1,
        "tankers_captured": expected.captured,
        "tankers_burned": lost - expected.captured,
        "crews_lost": expected.crews_lost,
        "tankers_damaged": expected.damaged,
        "escort_units_lost": expected.units_lost,
    }, where
    assert theirs.damaged == min(ours.damaged, theirs.n) + expected.damaged, where
    assert theirs.units_damaged == expected.units_damaged, where
    assert bool(theirs.turned_back) == expected.turned_back, where
