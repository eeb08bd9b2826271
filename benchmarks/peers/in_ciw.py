"""The small corridor in Ciw: convoys are customers of the road, leg after leg, then of the bays; the rest acts as they arrive.

Ciw has no clock without customers and no unit held from node to node. So joining tankers and sales are arrivals of no
customer, and a convoy is not let onto the road while as many are there as there are escort units.
"""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import ciw
import small_model as small
from small_model import Outcome, Outcomes, table_of


class Corridor(ciw.Simulation):
    """One replication."""

    def __init__(self) -> None:
        self.yard = self.convoys = self.delivered = self.lost = self.shortage_days = self.events = 0
        self.stock_l = 0.0
        self.formed: deque[int] = deque()
        super().__init__(network())


class Every(ciw.dists.Sequential):
    """Times between arrivals: one to the first, then always the same."""

    def __init__(self, first_h: float, every_h: float) -> None:
        super().__init__([first_h] + [every_h] * int(small.HORIZON_H / every_h))


class Joining(ciw.dists.Distribution):
    """Tankers join the yard."""

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """No customer: tankers are none before they form a convoy."""
        self.simulation.events += 1
        self.simulation.yard += small.JOINING_TANKERS
        return 0


class Slot(ciw.dists.Distribution):
    """Convoys leave the yard."""

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """One customer if enough tankers wait and a unit is free, else none."""
        here = self.simulation
        here.events += 1
        if here.yard < small.LEAST_TANKERS or here.transitive_nodes[0].number_of_individuals >= small.ESCORT_UNITS:
            return 0
        here.formed.append(min(here.yard, small.MOST_TANKERS))
        here.yard -= here.formed[-1]
        here.convoys += 1
        return 1


class Leg(ciw.dists.Distribution):
    """Driving time on a convoy's next leg."""

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """Hours to the end of the leg."""
        if not hasattr(ind, "leg"):
            ind.leg, ind.tankers = 0, self.simulation.formed.popleft()
        return small.LEG_KM[ind.leg] / (small.SPEED_KMH * random.uniform(small.SLOWEST, small.FASTEST))


class Road(ciw.routing.NodeRouting):
    """What attackers burn on a leg, and where the convoy goes."""

    def next_node(self, ind: Any) -> Any:
        """The road again for the next leg, then the bays, or out if nothing is left."""
        self.simulation.events += 1
        if random.random() < small.ATTACK_PROB[ind.leg]:
            burned = min(ind.tankers, round(random.expovariate(1 / small.MEAN_LOSS_TANKERS)))
            ind.tankers -= burned
            self.simulation.lost += burned
        ind.leg += 1
        _, road, bays, out = self.simulation.nodes
        return road if ind.leg < len(small.LEG_KM) else bays if ind.tankers else out


class Bays(ciw.routing.NodeRouting):
    """A wave is unloaded."""

    def next_node(self, ind: Any) -> Any:
        """The bays again while tankers are left."""
        here = self.simulation
        here.events += 1
        wave = min(ind.tankers, small.BAYS)
        ind.tankers -= wave
        here.delivered += wave
        here.stock_l += wave * small.TANKER_L
        _, _, bays, out = here.nodes
        return bays if ind.tankers else out


class Sale(ciw.dists.Distribution):
    """The city sells."""

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """No customer."""
        here = self.simulation
        here.events += 1
        demand_l = small.DEMAND_L_DAY * random.uniform(small.LEAST_DEMAND, small.MOST_DEMAND)
        sold_l = min(demand_l, here.stock_l)
        here.stock_l -= sold_l
        here.shortage_days += sold_l < small.SHORT_SHARE * demand_l
        return 0


def network() -> Any:
    """A road with room for all, and bays that serve one convoy at a time."""
    arrivals = {
        "convoy": (Every(small.SLOT_FIRST_H, small.SLOT_EVERY_H), Slot()),
        "joining": (Every(small.JOIN_FIRST_H, small.JOIN_EVERY_H), Joining()),
        "sale": (Every(small.SALE_FIRST_H, small.SALE_EVERY_H), Sale()),
    }
    one = ciw.dists.Deterministic(1)
    return ciw.create_network(
        arrival_distributions={name: [every, None] for name, (every, _) in arrivals.items()},
        batching_distributions={name: [size, one] for name, (_, size) in arrivals.items()},
        service_distributions={name: [Leg(), ciw.dists.Deterministic(small.UNLOAD_H)] for name in arrivals},
        number_of_servers=[float("inf"), 1],
        routing={name: ciw.routing.NetworkRouting([Road(), Bays()]) for name in arrivals},
    )


def outcome(seed: int) -> Outcome:
    """One replication, played to the horizon."""
    ciw.seed(seed)
    corridor = Corridor()
    corridor.simulate_until_max_time(small.HORIZON_H)
    return Outcome(corridor.convoys, corridor.delivered, corridor.lost, corridor.shortage_days, corridor.events)


def play(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications."""
    return table_of([outcome(seed + r) for r in range(replications)])
