"""The Plan: a scenario and a strategy in one world as arrays and integers, the only thing that engines read.

Names stay behind in `Labels`. Dated events are laid out by day, so that engines look them up and never interpret them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from sim.clock import DAY_S
from sim.draws import Luck, Replication
from sim.plan import campaign, city, roads
from sim.plan.arrays import Ints, Plan, Switches, Times
from sim.plan.context import Context, labels_of
from sim.scenario.model import Scenario
from sim.scenario.sampling import in_world
from sim.scenario.strategy import Strategy

__all__ = ["Plan", "labels_of", "make_plan", "without"]


def make_plan(
    scenario: Scenario, strategy: Strategy, *, seed: int, world: int = 0, uncertainty: str = "sampled"
) -> Plan:
    """The Plan of a scenario and a strategy in one world.

    Parameters
    ----------
    scenario, strategy
        Validated and cross-checked models.
    seed, world, uncertainty
        What decides the epistemic draws; with ``"central"`` only the regimes of a campaign are drawn.

    Raises
    ------
    PlanError
        If two entities share a hash, a node has two sinks, a sink takes more than passes, or there are too many slots.
    """
    luck = Luck(seed, Replication(world, 0))
    context = Context(in_world(scenario, seed, world, uncertainty), strategy, luck)
    s = context.scenario
    rule = context.strategy.allocation or s.city.allocation
    plan = Plan(
        times=Times(s.warmup_days * DAY_S, context.days * DAY_S, context.days, s.warmup_days),
        switches=Switches(
            losses=1, escort_wait=1, slower_transit=1, willingness=1, panic=1, by_priority=int(rule == "priority")
        ),
        roads=roads.roads(context),
        corridors=roads.corridors(context),
        ordering=city.ordering(context),
        escorts=roads.escorts(context),
        slots=roads.slots(context),
        campaign=campaign.campaign(context),
        city=city.city(context),
        independents=independents(context),
        costs=(s.cost.tanker_fcfa.value, s.cost.escort_unit_day_fcfa.value),
    )
    return without(plan, [name for name, on in s.mechanisms if not on])


def without(plan: Plan, mechanisms: Collection[str]) -> Plan:
    """The Plan with these mechanisms at their neutral value, and all else as it is."""
    off = ["by_priority" if name == "allocation" else name for name in mechanisms]
    slower = "slower_transit" not in mechanisms
    return replace(
        plan,
        switches=replace(plan.switches, **dict.fromkeys(off, 0)),
        escorts=plan.escorts if slower else replace(plan.escorts, transit_factor=1.0),
    )


def independents(context: Context) -> Ints:
    """(d): whether tankers may travel without an escort."""
    allowed = np.ones(context.days, np.int64)
    for day, rules in context.rules():
        allowed[day:] = int(bool(rules.independents))
    return allowed
