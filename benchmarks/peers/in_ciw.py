"""The small corridor in Ciw: convoys are customers of the road, leg after leg, then of the bays; the rest acts as they arrive.

Ciw has no clock without customers and no unit held from node to node. So joining tankers and sales are arrivals of no
customer, and a convoy is not let onto the road while as many are there as there are escort units.
"""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import ciw

from small_model import (
    ATTACK_PROB, BAYS, DEMAND_L_DAY, ESCORT_UNITS, FASTEST, HORIZON_H, JOIN_EVERY_H, JOIN_FIRST_H, JOINING_TANKERS,
    LEAST_DEMAND, LEAST_TANKERS, LEG_KM, MEAN_LOSS_TANKERS, MOST_DEMAND, MOST_TANKERS, SALE_EVERY_H, SALE_FIRST_H, SHORT_SHARE,
    SLOT_EVERY_H, SLOT_FIRST_H, SLOWEST, SPEED_KMH, TANKER_L, UNLOAD_H, Outcome, Outcomes, table_of,
)  # fmt: skip


class Corridor(ciw.Simulation):  # type: ignore[misc]
    """One replication."""

    def __init__(self) -> None:
        self.yard = self.convoys = self.delivered = self.lost = self.shortage_days = self.events = 0
        self.stock_l = 0.0
        self.formed: deque[int] = deque()
        super().__init__(network())


class Every(ciw.dists.Sequential):  # type: ignore[misc]
    """Times between arrivals: one to the first, then always the same."""

    def __init__(self, first_h: float, every_h: float) -> None:
        super().__init__([first_h] + [every_h] * int(HORIZON_H / every_h))


class Joining(ciw.dists.Distribution):  # type: ignore[misc]
    """Tankers join the yard."""

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """No customer: tankers are none before they form a convoy."""
        self.simulation.events += 1
        self.simulation.yard += JOINING_TANKERS
        return 0


class Slot(ciw.dists.Distribution):  # type: ignore[misc]
    """Convoys leave the yard."""

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """One customer if enough tankers wait and a unit is free, else none."""
        here = self.simulation
        here.events += 1
        if here.yard < LEAST_TANKERS or here.transitive_nodes[0].number_of_individuals >= ESCORT_UNITS:
            return 0
        here.formed.append(min(here.yard, MOST_TANKERS))
        here.yard -= here.formed[-1]
        here.convoys += 1
        return 1


class Leg(ciw.dists.Distribution):  # type: ignore[misc]
    """Driving time on a convoy's next leg."""

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        """Hours to the end of the leg."""
        if not hasattr(ind, "leg"):
            ind.leg, ind.tankers = 0, self.simulation.formed.popleft()
        return LEG_KM[ind.leg] / (SPEED_KMH * random.uniform(SLOWEST, FASTEST))


class Road(ciw.routing.NodeRouting):  # type: ignore[misc]
    """What attackers burn on a leg, and where the convoy goes."""

    def next_node(self, ind: Any) -> Any:
        """The road again for the next leg, then the bays, or out if nothing is left."""
        self.simulation.events += 1
        if random.random() < ATTACK_PROB[ind.leg]:
            burned = min(ind.tankers, round(random.expovariate(1 / MEAN_LOSS_TANKERS)))
            ind.tankers -= burned
            self.simulation.lost += burned
        ind.leg += 1
        _, road, bays, out = self.simulation.nodes
        return road if ind.leg < len(LEG_KM) else bays if ind.tankers else out


class Bays(ciw.routing.NodeRouting):  # type: ignore[misc]
    """A wave is unloaded."""

    def next_node(self, ind: Any) -> Any:
        """The bays again while tankers are left."""
        here = self.simulation
        here.events += 1
        wave = min(ind.tankers, BAYS)
        ind.tankers -= wave
        here.delivered += wave
        here.stock_l += wave * TANKER_L
        _, _, bays, out = here.nodes
        return bays if ind.tankers else out


class Sale(ciw.dists.Distribution):  # type: ignore[misc]
    """The city sells."""

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        """No customer."""
        here = self.simulation
        here.events += 1
        demand_l = DEMAND_L_DAY * random.uniform(LEAST_DEMAND, MOST_DEMAND)
        sold_l = min(demand_l, here.stock_l)
        here.stock_l -= sold_l
        here.shortage_days += sold_l < SHORT_SHARE * demand_l
        return 0


def network() -> Any:
    """A road with room for all, and bays that serve one convoy at a time."""
    arrivals = {
        "convoy": (Every(SLOT_FIRST_H, SLOT_EVERY_H), Slot()),
        "joining": (Every(JOIN_FIRST_H, JOIN_EVERY_H), Joining()),
        "sale": (Every(SALE_FIRST_H, SALE_EVERY_H), Sale()),
    }
    one = ciw.dists.Deterministic(1)
    return ciw.create_network(
        arrival_distributions={name: [every, None] for name, (every, _) in arrivals.items()},
        batching_distributions={name: [size, one] for name, (_, size) in arrivals.items()},
        service_distributions={name: [Leg(), ciw.dists.Deterministic(UNLOAD_H)] for name in arrivals},
        number_of_servers=[float("inf"), 1],
        routing={name: ciw.routing.NetworkRouting([Road(), Bays()]) for name in arrivals},
    )


def outcome(seed: int) -> Outcome:
    """One replication, played to the horizon."""
    ciw.seed(seed)
    corridor = Corridor()
    corridor.simulate_until_max_time(HORIZON_H)
    return Outcome(corridor.convoys, corridor.delivered, corridor.lost, corridor.shortage_days, corridor.events)


def play(replications: int, seed: int) -> Outcomes:
    """Outcomes of replications."""
    return table_of([outcome(seed + r) for r in range(replications)])
