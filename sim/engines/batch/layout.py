"""The state of a run as one record of fixed shape: a Plan packed into it, and what changes while events run.

Handlers get this record as one pointer, so that they read as the reference engine does (`s.plan.city.bays`,
`s.cohort[i].n`) and cost nothing to call. Its arrays have capacities, not sizes: one compiled engine serves every
scenario that fits in. `plan` mirrors the fields of `sim.plan.Plan`; the axes of each are in `AXES`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.engines.tables import tables_of
from sim.errors import RunError
from sim.language import Phrase
from sim.plan import Plan
from sim.plan.arrays import Shape
from sim.records import TALLIES, Convoy, EventRecord

Record = Any
"""A record of NumPy or, in compiled code, a pointer to one; fields are read as attributes."""


@dataclass(frozen=True)
class Sizes:
    """Capacities of the arrays, by axis: those of a Plan, and those of what moves and waits in a run."""

    nodes: int = 64
    legs: int = 64
    corridors: int = 8
    route: int = 32
    products: int = 4
    classes: int = 16
    sinks: int = 16
    pools: int = 8
    days: int = 520
    slots: int = 2048
    gifts: int = 32
    stations: int = 512
    agenda: int = 1024
    cohorts: int = 512
    batches: int = 2048
    ambushes: int = 8192
    lots: int = 1024
    parts: int = 2048
    queue: int = 1024
    trace: int = 8192

    def larger(self, name: str, least: int = 0) -> Sizes:
        """The same with one capacity at least doubled, and at least `least`."""
        size = getattr(self, name) * 2
        while size < least:
            size *= 2
        return dataclasses.replace(self, **{name: size})


LARGE_PAGE = 1 << 21

POISSON_STEPS, PENDING = 1_024, 512
"""Room for a distribution function, and for candidate ambushes whose places are drawn together."""

AXES = {
    "n": "roads.node_entity roads.hold_s roads.hold_cv roads.node_open_s roads.node_close_s city.sink_of_node",
    "l": "roads.leg_entity roads.leg_km roads.drive_s roads.exposure roads.chain_close roads.chain_open",
    "ld": "roads.leg_closed campaign.intensity",
    "c": "corridors.entity corridors.n_legs corridors.staging_at corridors.priority corridors.fleet corridors.tanker_l "
    "corridors.loading_cap corridors.loading corridors.repair corridors.return_factor corridors.unit_return_factor "
    "corridors.release_s corridors.replacements_day corridors.floor corridors.scale_tankers corridors.escorted_scale "
    "corridors.half_life_s escorts.pool_of",
    "cr": "corridors.legs corridors.nodes",
    "cp": "corridors.flow",
    "cd": "corridors.pause",
    "o": "escorts.node",
    "od": "escorts.units",
    "t": "slots.time_s slots.jitter_s slots.corridor slots.max_size slots.min_size slots.rule slots.amount slots.shrink "
    "slots.daylight slots.unescorted_after_s slots.regularity",
    "d": "campaign.payment_fcfa campaign.toll_fcfa city.clearance_mean_s independents",
    "p": "city.capacity_l city.start_stock_l city.price_fcfa_l city.station_start_l",
    "kp": "city.normal_need_l city.need_entity city.release_l city.private_capacity_l city.private_start_l "
    "city.private_target_l city.panic_target_l",
    "kpd": "city.need_l",
    "k": "city.noise_cv city.retail city.priority city.private city.panic_cover_days city.panic_share_open city.fill_l "
    "city.region city.cut_cover_days city.cut_factor city.power_hours city.power_dependence city.refill_per_day",
    "sp": "city.sink_fraction city.sink_need_l city.sink_start_l",
    "g": "city.gift_day city.gift_tanker_l",
    "gp": "city.gift_tankers",
    "dp": "city.observed_l",
}
AXIS = {
    "n": "nodes", "l": "legs", "c": "corridors", "r": "route", "p": "products", "k": "classes", "s": "sinks",
    "o": "pools", "d": "days", "t": "slots", "g": "gifts",
}  # fmt: skip
OF_FIELD = {name: axes for axes, names in AXES.items() for name in names.split()}

Dtype = np.dtype[Any]
SHAPE_RECORD = np.dtype((np.record, [("code", "i8"), ("mean_s", "f8"), ("cv", "f8")]))
OUTSIDE = {"costs"}
"""Fields of a Plan that no event reads."""


def record(*described: tuple[Any, ...]) -> Dtype:
    """A record type whose items give their fields as attributes."""
    clash = [name for name, *_ in described if hasattr(np.record, name)]
    if clash:
        raise RunError(Phrase("fields {names} have the names of attributes that every record has", names=tuple(clash)))
    return np.dtype((np.record, list(described)))


def integers(names: str, shape: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
    """Integer fields by name."""
    return [(name, "i8", shape) for name in names.split()]


def floats(names: str, shape: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
    """Fields of floating-point numbers by name."""
    return [(name, "f8", shape) for name in names.split()]


def plan_type(sizes: Sizes) -> Dtype:
    """Type of the packed Plan: its dataclasses as nested records, its arrays at capacity."""

    def part(cls: Any, prefix: str) -> Dtype:
        described: list[tuple[Any, ...]] = []
        for field in fields(cls):
            name, kind = prefix + field.name, str(field.type)
            if name in OUTSIDE:
                continue
            group = Plan.__dataclass_fields__[field.name].type if not prefix else None
            nested = _nested(group)
            if nested is not None:
                described.append((field.name, part(nested, f"{field.name}.")))
                continue
            shape = tuple(getattr(sizes, AXIS[axis]) for axis in OF_FIELD.get(name, ""))
            of = SHAPE_RECORD if "Shape" in kind else "f8" if "loat" in kind else "i8"
            described.append((field.name, of, shape))
        return record(*described)

    return part(Plan, "")


def _nested(kind: Any) -> Any:
    import sim.plan.arrays as arrays

    found = getattr(arrays, str(kind), None)
    return found if isinstance(found, type) and is_dataclass(found) else None


@lru_cache(maxsize=8)
def state_type(sizes: Sizes) -> Dtype:
    """Type of the state of a run: the packed Plan, what follows from it, and what events change."""
    p, c, k = sizes.products, sizes.corridors, sizes.classes
    derived = [
        *integers("products nodes legs corridors classes sinks pools slots gifts days stations retail_classes first_retail"),
        *integers("seed_low seed_high replication has_power"),
        ("stop", "i8", (c, sizes.route)),
        ("back_work_s", "i8", (c, sizes.route)),
        ("along_s", "i8", (c, sizes.route)),
        *integers("unit_back_s staging_node by_priority first_slot", (c,)),
        *floats("daily_flow", (c,)),
        ("next_slot", "i8", (sizes.slots,)),
        *integers("normal_need_l at_stations", (p,)),
        ("corridors_at", "i8", (sizes.nodes,)),
        *integers("exposed travelled shuts", (sizes.legs,)),
        *floats("candidate_mean", (sizes.legs,)),
    ]
    event = record(*integers("time_s key what"))
    cohort = record(
        *integers(
            "corridor kind step ordinal n start_n left_source_s tanker_l at leg passed work_s done_s damaged dropped "
            "units units_sent units_lost units_damaged engagements lost daylight turned_back slot departed_s arrived_s "
            "escorted ambush looking moving row seen_at seen_s ahead"
        ),
        *floats("regularity trait_high"),
        ("counts", "i8", (p,)),
    )
    batch = record(*integers("n since_s left_source_s next"), *floats("high"), ("counts", "i8", (p,)))
    ambush = record(
        *integers("start_s end_s"),
        *floats("position mark"),
        *integers("leg window ordinal encounters drawn"),
        *floats("spent strength_u rounding_u"),
    )
    lot = record(*integers("a b c d first"))
    part = record(*integers("corridor product tankers tanker_l damaged at next"))
    waiting = record(*integers("corridor tanker_l at damaged since_s"), ("counts", "i8", (p,)))
    corridor = record(
        *integers("idle returning repairing lost loaded staged_n damaged_staged open_slot opened_s remembered_s"),
        *integers("waiting delivered dropped burned captured repair_second repair_block"),
        *floats("losses escorted_losses escorted_sent replacement_carry"),
        ("carry", "f8", (p,)),
    )
    pool = record(*integers("established free out resting repairing lost"))
    leg = record(*integers("closed_until_s may_close first_ambush ambushes longest_s over"))
    product = record(
        *integers("stock_l reserved_l clearing_l inflow_l dropped_l served_power"), *floats("share_open")
    )
    scalars = [
        *integers("now key agenda_n first_taken events failed failed_at horizon_s until_s tracing notes_n convoys_n"),
        *integers("free_cohorts free_batches free_lots free_parts cohorts_top batches_top lots_top parts_top"),
        *integers("queue_n lots city_lots bays_free in_clearance"),
        *integers("berths_s away away_since_s arrived_today suppressed_at_s operations_at_s power_served power_need quiet_days"),
        *floats("suppression operations"),
    ]
    return record(
        ("plan", plan_type(sizes)),
        *derived,
        *scalars,
        ("agenda", event, (sizes.agenda,)),
        ("cohort", cohort, (sizes.cohorts,)),
        ("batch", batch, (sizes.batches,)),
        ("line", "i8", (c, sizes.batches)),
        ("low", "f8", (c, sizes.batches)),
        ("wakes", "f8", (c, sizes.batches)),
        ("ambush", ambush, (sizes.ambushes,)),
        ("lot", lot, (sizes.lots,)),
        ("part", part, (sizes.parts,)),
        ("queue", waiting, (sizes.queue,)),
        ("corridor", corridor, (c,)),
        ("pool", pool, (sizes.pools,)),
        ("leg", leg, (sizes.legs,)),
        ("closed", "i1", (sizes.legs, sizes.days)),
        ("back", "i8", (c, sizes.days)),
        ("pace_s", "i4", (sizes.days, sizes.legs, 2)),
        ("soon", "f8", (sizes.days,)),
        ("poisson", "f8", (POISSON_STEPS,)),
        ("pending", "i8", (2, PENDING)),
        ("number", "i8", (PENDING,)),
        ("chance_u", "f8", (PENDING,)),
        ("chosen", "i8", (PENDING,)),
        ("words", "i8", (4, PENDING)),
        ("product", product, (p,)),
        ("private_l", "i8", (k, p)),
        ("sink_l", "i8", (sizes.sinks, p)),
        ("sink_carry", "f8", (sizes.sinks, p)),
        ("tanks_l", "i8", (p, sizes.stations)),
        ("spare_l", "i8", (sizes.stations,)),
        *integers("need wanted asked orders given served part_l asked_of", (k,)),
        *integers("taken wanted_p", (p,)),
        *floats("cover amounts tilted", (p,)),
        ("tally", "i8", (len(TALLIES),)),
        ("convoy", "i8", (sizes.slots, len(Convoy._fields))),
        ("notes", "i8", (sizes.trace, len(EventRecord._fields))),
    )


def sizes_for(plan: Plan, sizes: Sizes) -> Sizes:
    """Capacities that hold a Plan: those given, with the ones that are too small doubled until they do."""
    for axis, least in _extents(plan).items():
        if getattr(sizes, axis) < least:
            sizes = sizes.larger(axis, least)
    return sizes


def _extents(plan: Plan) -> dict[str, int]:
    c, city = plan.corridors, plan.city
    return {
        "nodes": len(plan.roads.node_entity), "legs": len(plan.roads.leg_entity), "corridors": len(c.entity),
        "route": c.nodes.shape[1], "products": plan.n_products, "classes": len(city.retail), "sinks": len(city.sink_need_l),
        "pools": len(plan.escorts.node), "days": plan.times.days + 1, "slots": len(plan.slots.time_s),
        "gifts": len(city.gift_day), "stations": city.stations,
    }  # fmt: skip


def new_state(sizes: Sizes) -> npt.NDArray[Any]:
    """An array with one empty state, which begins with a large page of memory: NumPy asks for such where they exist."""
    kind = state_type(sizes)
    room = np.zeros(kind.itemsize + 2 * LARGE_PAGE, np.uint8)
    start = -room.__array_interface__["data"][0] % LARGE_PAGE
    return room[start : start + kind.itemsize].view(kind)


def pack(plan: Plan, state: npt.NDArray[Any]) -> None:
    """Write a Plan, and what follows from it for every run, into a state.

    Raises
    ------
    RunError
        If an array of the Plan has other axes than `AXES` says: a defect.
    """
    s = state[0]
    _pack(plan, s.plan, "")
    for axis, extent in _extents(plan).items():
        if axis in ("nodes", "legs", "corridors", "products", "classes", "sinks", "pools", "slots", "gifts", "stations"):
            s[axis] = extent
    s.days, s.horizon_s = plan.times.days, plan.times.horizon_s
    _derive(plan, s)


SWITCHED = ("switches", "escorts")
"""Parts of a Plan that mechanisms change; nothing follows from them for a run."""


def is_switched(old: Plan, new: Plan) -> bool:
    """Whether two Plans are of one world and strategy and differ in mechanisms at most: all other parts are the same."""
    return all(getattr(old, field.name) is getattr(new, field.name) for field in fields(new) if field.name not in SWITCHED)


def repack(plan: Plan, state: npt.NDArray[Any]) -> None:
    """Write what mechanisms change into a state that holds the rest of the Plan."""
    for name in SWITCHED:
        _pack(getattr(plan, name), state[0].plan[name], f"{name}.")


def _pack(part: Any, into: Any, prefix: str) -> None:
    for field in fields(part):
        name, value = prefix + field.name, getattr(part, field.name)
        if name in OUTSIDE:
            continue
        if is_dataclass(value):
            _pack(value, into[field.name], f"{field.name}.")
        elif isinstance(value, Shape):
            into[field.name].code, into[field.name].mean_s, into[field.name].cv = value
        elif isinstance(value, tuple):
            for i, shape in enumerate(value):
                into[field.name][i] = tuple(shape)
        elif isinstance(value, np.ndarray):
            if value.ndim != len(OF_FIELD.get(name, "")):
                raise RunError(Phrase(
                    'plan.{name}: {n} axes, but the batch engine knows "{known}"',
                    name=name, n=value.ndim, known=OF_FIELD.get(name, ""),
                ))  # fmt: skip
            into[field.name][tuple(slice(extent) for extent in value.shape)] = value
        else:
            into[field.name] = value


def _derive(plan: Plan, s: Record) -> None:
    tables, corridors, city = tables_of(plan), plan.corridors, plan.city
    s.corridors_at[:] = s.travelled[:] = 0
    for c, nodes in enumerate(tables.nodes):
        m = len(nodes)
        s.stop[c, :m], s.back_work_s[c, :m], s.along_s[c, :m] = tables.stops[c], tables.back_work_s[c], tables.along_s[c]
        s.unit_back_s[c], s.daily_flow[c] = tables.unit_back_s[c], tables.daily_flow[c]
        s.staging_node[c] = nodes[tables.staging_at[c]]
        s.corridors_at[s.staging_node[c]] += 1
        s.travelled[tables.legs[c][tables.staging_at[c] :]] = 1
        s.first_slot[c] = tables.next_slot[c].get(-1, -1)
        slots = np.flatnonzero(plan.slots.corridor == c)
        s.next_slot[slots] = [*slots[1:], -1][: len(slots)]
    n = len(tables.entity)
    s.by_priority[:n] = sorted(range(n), key=lambda c: (corridors.priority[c], tables.entity[c]))
    p, k = plan.n_products, len(city.retail)
    s.normal_need_l[:p] = tables.normal_need_l
    retail = [i for i in range(k) if city.retail[i]]
    s.retail_classes, s.first_retail = len(retail), retail[0] if retail else -1
    s.at_stations[:p] = [city.stations > 0 and any(city.normal_need_l[i, j] for i in retail) for j in range(p)]
    s.has_power = int((city.power_hours > 0).any())
    legs, days = plan.roads.leg_closed.shape
    s.closed[:legs, :days], s.shuts[:legs] = plan.roads.leg_closed, plan.roads.leg_closed.any(axis=1)
    s.exposed[: len(tables.drive_s)] = (plan.roads.exposure > 0) & (plan.campaign.intensity.max(axis=1) > 0)
