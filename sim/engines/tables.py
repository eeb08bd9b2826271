"""A Plan unpacked into plain lists, which Python reads faster than arrays, with what follows from it for every run."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sim.engines.order import GATE, SINK, STAGING
from sim.plan import Plan
from sim.rules.movement import stretched
from sim.rules.sharing import added


class Tables:
    """Lists of a Plan: made once, shared by all replications of a world, never written to."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._highest: dict[int, npt.NDArray[np.float64]] = {}
        roads, corridors, slots = plan.roads, plan.corridors, plan.slots
        self.products = plan.n_products
        self.legs = [row[:n] for row, n in zip(corridors.legs.tolist(), corridors.n_legs.tolist(), strict=True)]
        self.nodes = [row[: n + 1] for row, n in zip(corridors.nodes.tolist(), corridors.n_legs.tolist(), strict=True)]
        self.staging_at = corridors.staging_at.tolist()
        self.entity = corridors.entity.tolist()
        self.sink_of_node = plan.city.sink_of_node.tolist()
        self.tanker_l = corridors.tanker_l.tolist()
        self.leg_entity = roads.leg_entity.tolist()
        self.drive_s = roads.drive_s.tolist()
        self.hold_s, self.hold_cv = roads.hold_s.tolist(), roads.hold_cv.tolist()
        self.stops = [self._stops(c) for c in range(len(self.entity))]
        """What happens at each node of each corridor: a sum of SINK, STAGING and GATE, 0 for nothing."""
        self.node_open_s, self.node_close_s = roads.node_open_s.tolist(), roads.node_close_s.tolist()
        self.node_entity = roads.node_entity.tolist()
        self.slot_time_s, self.slot_corridor = slots.time_s.tolist(), slots.corridor.tolist()
        self.next_slot = [self._following(c) for c in range(len(self.entity))]
        """For each corridor, the slot after each of its slots; the first one after −1."""
        self.slot_rule = list(
            zip(
                slots.max_size.tolist(), slots.min_size.tolist(), slots.rule.tolist(), slots.amount.tolist(),
                slots.shrink.tolist(), slots.daylight.tolist(), slots.unescorted_after_s.tolist(),
                slots.regularity.tolist(), strict=True,
            )
        )  # fmt: skip
        self.closed_days = [row if any(row) else None for row in roads.leg_closed.tolist()]
        """Days on which a leg is closed by a dated closure; None if never."""
        self.chain_close, self.chain_open = roads.chain_close.tolist(), roads.chain_open.tolist()
        self.clearance_s = plan.city.clearance_mean_s.tolist()
        self.pool_node = plan.escorts.node.tolist()
        self.slot_jitter_s = slots.jitter_s.tolist()
        self.along_s = [self._cumulative(legs) for legs in self.legs]
        """Driving seconds from the source to each node of a corridor, loaded, at normal pace."""
        empty, alone = corridors.return_factor.tolist(), corridors.unit_return_factor.tolist()
        self.back_work_s = [[stretched(s, f) for s in along] for along, f in zip(self.along_s, empty, strict=True)]
        self.unit_back_s = [
            stretched(along[-1] - along[at], f)
            for along, at, f in zip(self.along_s, self.staging_at, alone, strict=True)
        ]
        self.flow = corridors.flow.tolist()
        self.daily_flow = [added(row) for row in self.flow]
        """Tankers a day in normal times on each corridor."""
        self.pause = corridors.pause.tolist()
        self.normal_need_l = plan.city.normal_need_l.sum(axis=0).tolist()
        self.capacity_l = plan.city.capacity_l.tolist()
        self.sink_fraction = plan.city.sink_fraction.tolist()
        self.intensity = plan.campaign.intensity.tolist()
        self.payment_fcfa = plan.campaign.payment_fcfa.tolist()
        self.observed_l = {
            day: row for day, row in enumerate(plan.city.observed_l.tolist()) if any(litres >= 0 for litres in row)
        }
        self.toll_fcfa = plan.campaign.toll_fcfa.tolist()
        self.independents = plan.independents.tolist()
        self.price_fcfa_l = plan.city.price_fcfa_l.tolist()

    def highest_intensity(self, days: int) -> npt.NDArray[np.float64]:
        """Highest dated intensity of (leg, day) on a day and the `days` after it."""
        if days not in self._highest:
            dated = self.plan.campaign.intensity
            later = [np.pad(dated[:, k:], ((0, 0), (0, k))) for k in range(min(days + 1, dated.shape[1]))]
            self._highest[days] = np.stack(later).max(axis=0)
        return self._highest[days]

    def _following(self, c: int) -> dict[int, int]:
        own = [slot for slot, corridor in enumerate(self.slot_corridor) if corridor == c]
        return dict(zip([-1, *own], own, strict=False))

    def _stops(self, c: int) -> list[int]:
        """What happens at each node of a corridor: a sum of SINK, STAGING and GATE, 0 for nothing."""
        stops = [SINK if self.sink_of_node[node] >= 0 else 0 for node in self.nodes[c]]
        stops[self.staging_at[c]] += STAGING
        stops[-1] += GATE
        return stops

    def _cumulative(self, legs: list[int]) -> list[int]:
        along = [0]
        for leg in legs:
            along.append(along[-1] + self.drive_s[leg])
        return along


@lru_cache(maxsize=2)
def tables_of(plan: Plan) -> Tables:
    """The tables of a Plan, kept for the last two Plans."""
    return Tables(plan)
