"""Hypothesis strategies for small whole scenarios with every mechanism, and for every strategy rule.

Values come from short lists with zeros, ties and extremes, because defects of bookkeeping live there.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from worlds import START, Data, day

SHARED, JOINING = "shared", "joining"
"""Two corridors from one staging node on one road, or from two staging nodes on roads that join."""


def one_of(*values: Any) -> SearchStrategy[Any]:
    """One of a few values."""
    return st.sampled_from(values)


def mostly(usual: Any, *others: Any) -> SearchStrategy[Any]:
    """The usual value four times in five, else an extreme one: most worlds must live, or nothing is tested."""
    return st.sampled_from((usual,) * (4 * len(others)) + others)


def uncertain(draw: DrawFn, value: float) -> Any:
    """The value, or the value with a range from half to twice of it."""
    return {"value": value, "low": value / 2, "high": value * 2} if value and draw(st.booleans()) else value


def duration(draw: DrawFn, *means_h: float) -> Data:
    """A fixed, exponential or lognormal duration with one of the means."""
    shape = draw(one_of("fixed", "exponential", "lognormal"))
    made: Data = {"shape": shape, "mean_h": draw(one_of(*means_h))}
    return made | ({"cv": draw(one_of(0.5, 2.0))} if shape == "lognormal" else {})


def shares(draw: DrawFn, takers: int) -> list[float]:
    """Shares of some takers, zeros and ties included, that add up to 1."""
    weights = draw(st.lists(st.integers(0, 3), min_size=takers, max_size=takers).filter(any))
    return [weight / sum(weights) for weight in weights]


def roads(draw: DrawFn, corridors: list[str], layout: str) -> Data:
    """Nodes and legs: a port, a staging node (or one for all) and a common last stretch for the corridors."""
    gates = {name: "gate" if layout == SHARED else f"gate-{name}" for name in corridors}
    legs: Data = {}

    def leg(start: str, end: str, exposure: float) -> None:
        legs[f"{start}-{end}"] = {
            "from": start, "to": end, "km": draw(mostly(200, 1, 60)), "drive_h": draw(one_of(0, 0.1, 3, 9)),
            "exposure": exposure,
        }  # fmt: skip
        if draw(one_of(False, False, True)):
            legs[f"{start}-{end}"]["chain"] = {
                "close_prob": draw(mostly(0.2, 0, 1)),
                "open_prob": draw(one_of(0.5, 1)),
            }

    for name in corridors:
        leg(f"port-{name}", gates[name], 0)
        if f"{gates[name]}-mid" not in legs:
            leg(gates[name], "mid", draw(mostly(1, 0)))
    leg("mid", "city", draw(mostly(1, 0, 0.5)))
    ends = {end for made in legs.values() for end in (made["from"], made["to"])}
    nodes: Data = {name: {"title": name} for name in sorted(ends)}
    for node in nodes.values():
        if draw(one_of(False, False, True)):
            node |= {
                "hold_h": draw(one_of(0, 1, 8)),
                "hold_cv": draw(one_of(0, 0.3)),
                "open_start_h": 8,
                "open_end_h": 18,
            }
    return {"node": nodes, "leg": legs}


def corridor(draw: DrawFn, name: str, gate: str, share: float) -> Data:
    """A corridor with its fleet, loading and drivers."""
    at_port = draw(one_of(False, False, True)) and gate != "gate"
    willingness = {
        "floor": draw(one_of(0, 0.3, 1)), "scale_tankers": draw(one_of(1, 10)),
        "escorted_scale": draw(one_of(0.05, 1)), "half_life_days": draw(one_of(0.5, 14)),
    }  # fmt: skip
    return {
        "title": name,
        "legs": [f"port-{name}-{gate}", f"{gate}-mid", "mid-city"],
        "staging": f"port-{name}" if at_port else gate,
        "share": share,
        "fleet": draw(mostly({"value": 60, "low": 10, "high": 200}, 0, 1, 7)),
        "tanker_l": uncertain(draw, draw(mostly(40_000, 2, 30_000))),
        "loading_capacity_day": draw(mostly(40, 0, 1, 8)),
        "loading": duration(draw, 0, 5, 30),
        "return_factor": draw(one_of(0, 0.9)),
        "release_h": draw(one_of(0, 6, 24)),
        "repair": duration(draw, 0, 48),
        "replacements_day": draw(one_of(0, 0.3, 5)),
        "priority": draw(one_of(0, 1)),
        "willingness": willingness,
    }


def consumer(draw: DrawFn, index: int, share: Data) -> Data:
    """A class of consumers; the first is retail."""
    made: Data = {
        "title": f"Class {index}", "share": share, "retail": index == 0 or draw(st.booleans()),
        "priority": draw(one_of(0, 1)), "noise_cv": draw(one_of(0, 0.3)), "release_factor": draw(mostly(1.5, 0, 100)),
        "cut_cover_days": draw(mostly(0, 4)), "cut_factor": draw(one_of(0, 0.3)),
        "weekday": [draw(mostly(1.0, 0.0, 1.5)) for _ in range(7)],
    }  # fmt: skip
    if draw(st.booleans()):
        capacity = draw(one_of(0, 4, 14))
        made["private"] = {
            "capacity_days": capacity, "start_days": draw(one_of(0, 1)) * capacity,
            "target_days": capacity / 2, "refill_per_day": draw(one_of(0, 0.3, 1)),
            "panic_cover_days": draw(one_of(0, 5)), "panic_target_days": capacity,
            "panic_share_open": draw(one_of(0, 0.85)), "fill_l": draw(one_of(1, 20)),
        }  # fmt: skip
    return made


def threat(draw: DrawFn) -> Data:
    """Threat, contact, losses and aftermath."""
    ceiling = draw(mostly(2e-3, 0.0, 2e-4))
    return {
        "threat": {
            "intensity_per_km_h": ceiling * draw(mostly(1, 0, 0.3)), "ceiling_per_km_h": ceiling,
            "window_h": draw(one_of(1, 24, 168)), "duration": duration(draw, 0, 2, 12, 12),
        },
        "contact": {
            "engage_prob": draw(mostly(1, 0, 0.5)), "reference_size": 20, "detection_exponent": draw(one_of(0, 0.7)),
            "predictability": draw(one_of(0, 1)), "escort_effect": draw(one_of("ratio", "perimeter")),
            "deterrence": draw(one_of(0, 0.4)), "budget": draw(mostly("unlimited", "operations")),
            "operations_per_week": draw(one_of(0, 3)), "operations_cap": draw(one_of(0, 2)),
        },
        "loss": {
            "law": draw(one_of("capacity", "fraction")), "convoy_mean_tankers": draw(one_of(0, 3, 3, 40)),
            "convoy_cv": draw(one_of(0, 1.5)), "convoy_median_share": draw(one_of(0, 0.3, 1)),
            "convoy_share_logit_sd": draw(one_of(0, 1.2)), "independents_mean_tankers": draw(mostly(2, 0)),
            "independents_cv": draw(one_of(0, 0.7)), "protection": draw(one_of(0, 0.2)),
            "captured_share": draw(one_of(0, 0.3, 1)), "crew_loss_prob": draw(one_of(0, 0.2, 1)),
            "damaged_per_lost": draw(one_of(0, 0.5, 3)),
        },
        "aftermath": {
            "delay": duration(draw, 0, 12), "closure_h": draw(one_of(0, 12)), "turn_back_prob": draw(one_of(0, 0.5, 1)),
            "suppression": draw(one_of(0, 0.2, 1)), "suppression_half_life_days": draw(one_of(1, 7)),
        },
    }  # fmt: skip


def dated(draw: DrawFn, kind: str, data: Data) -> Data:
    """A dated event of a kind within the days of a scenario."""
    first = draw(st.integers(0, data["days"] - 1))
    made: Data = {"kind": kind, "title": kind, "first_day": day(first)}
    if draw(st.booleans()):
        made["last_day"] = day(first + draw(one_of(0, 3)))
    product, ceiling = sorted(data["product"])[0], data["threat"]["ceiling_per_km_h"]
    values: Data = {
        "intensity": lambda: {"intensity_per_km_h": ceiling * draw(one_of(0, 1))},
        "truce": lambda: {
            "factor": draw(one_of(0, 0.5)),
            "payment_fcfa": 1000,
            "toll_fcfa_tanker": draw(one_of(0, 7)),
        },
        "regime": dict,
        "pause": lambda: {"factor": draw(one_of(0, 0.35, 1, 2))},
        "clearance": lambda: {"mean_h": draw(one_of(0, 24))},
        "need": lambda: {"factor": draw(one_of(0, 0.9, 3))},
        "closure": lambda: {"legs": [draw(one_of(*sorted(data["leg"])))]},
        "reinforcement": lambda: {
            "pool": draw(one_of(*sorted(data["escort"]["pool"]))),
            "units": draw(one_of(0, 2)),
        },
        "gift": lambda: {"tankers": {product: draw(one_of(0, 1, 40))}, "tanker_l": draw(one_of(1, 40_000))},
        "observed_stock": lambda: {"stock_l": {product: draw(one_of(0, 1_000_000))}},
    }
    made |= values[kind]()
    return made


@st.composite
def scenarios(draw: DrawFn) -> Data:
    """A whole small scenario: 1–2 corridors, 1–3 products, 1–3 classes, 0–2 sinks, at most 25 days."""
    products = [f"p{i}" for i in range(draw(st.integers(1, 3)))]
    names = ["a", "b"][: draw(st.integers(1, 2))]
    layout = draw(one_of(SHARED, JOINING))
    classes, sinks = draw(st.integers(1, 3)), draw(st.integers(0, 2 if layout == SHARED else 1))
    parts = {p: shares(draw, classes + sinks) for p in products}
    of_corridor = shares(draw, len(names))
    gates = {name: "gate" if layout == SHARED else f"gate-{name}" for name in names}
    data: Data = {
        "kind": "scenario", "title": "Random", "start": START, "default_strategy": "none",
        "days": draw(mostly(20, 1, 2, 5, 10)), "warmup_days": draw(st.integers(0, 5)),
        "mechanisms": {
            switch: draw(mostly(True, False))
            for switch in ("losses", "escort_wait", "slower_transit", "willingness", "panic", "allocation")
        },
        "road": {
            "control_min_100km": draw(one_of(0, 29)), "drive_start_h": draw(one_of(0, 6)),
            "drive_end_h": draw(one_of(18, 24)), "pace_cv": draw(one_of(0, 0.1)),
        },
        "product": {p: {"title": p, "price_fcfa_l": draw(one_of(0, 775))} for p in products},
        "balance": {p: {"need_l_day": uncertain(draw, draw(mostly(500_000, 1, 40_000)))} for p in products},
        "corridor": {n: corridor(draw, n, gates[n], of_corridor[i]) for i, n in enumerate(names)},
        "class": {
            f"class-{k}": consumer(draw, k, {p: parts[p][k] for p in products}) for k in range(classes)
        },
        "sink": {
            f"sink-{k}": {
                "title": f"Sink {k}", "node": ["mid", "gate"][k], "start_cover_days": draw(one_of(0, 3)),
                "share": {p: parts[p][classes + k] for p in products},
            }
            for k in range(sinks)
        },
        "city": {
            "node": "city", "clearance": duration(draw, 0, 24), "bays": draw(mostly(40, 0, 1, 3)),
            "unload": duration(draw, 0, 4), "allocation": draw(one_of("pro_rata", "priority")),
            "depot": {p: {"capacity_l": draw(mostly(1e9, 1, 2_000_000)), "start_cover_days": 0} for p in products},
        },
        "orders": {
            "rule": draw(one_of("proportional", "order_up_to")), "flow": draw(one_of("slots", "poisson")),
            "gain": draw(one_of(0, 0.5)), "min_factor": draw(one_of(0, 0.5)), "max_factor": draw(one_of(1, 5)),
            "target_cover_days": draw(one_of(1, 13)), "tilt": draw(one_of(0, 0.5, 1)),
            "throttle_start_tankers": draw(mostly(30, 0)), "throttle_stop_tankers": draw(one_of(31, 60)),
        },
        "memory": {"leak": draw(one_of(0, 0.5))},
        "escort": {
            "pool": {
                f"pool-{node}": {"node": node, "units": draw(mostly(4, 0, 1))}
                for node in sorted({gates[n] for n in names}) if draw(one_of(True, True, False))
            },
            "transit_factor": draw(one_of(1, 2)), "return_factor": draw(one_of(0, 0.5)),
            "return_with_empties": draw(st.booleans()), "rest_h": draw(one_of(0, 24)),
            "loss_prob": draw(one_of(0, 0.3, 1)), "damage_prob": draw(one_of(0, 0.3, 1)), "repair_days": draw(one_of(0, 2)),
        },
    }  # fmt: skip
    staging = {made["staging"] for made in data["corridor"].values()}
    data["escort"]["pool"] = {n: p for n, p in data["escort"]["pool"].items() if p["node"] in staging}
    for p in products:
        if data["city"]["depot"][p]["capacity_l"] == 1e9:
            data["city"]["depot"][p]["start_cover_days"] = draw(one_of(0, 0.5, 10))
    data |= roads(draw, names, layout) | threat(draw)
    kinds = ["intensity", "truce", "pause", "clearance", "need", "closure", "gift", "observed_stock"]
    if draw(st.booleans()):
        data["threat"]["regimes"] = {
            "mean_quiet_days": draw(one_of(1, 4)), "mean_active_days": draw(one_of(1, 5)),
            "quiet_factor": draw(one_of(0, 0.4, 1)), "start": draw(one_of("active", "quiet")),
        }  # fmt: skip
        kinds += ["regime"]
    kinds += ["reinforcement"] if data["escort"]["pool"] else []
    chosen = draw(st.lists(st.sampled_from(kinds), max_size=4))
    data["event"] = {f"event-{i}": dated(draw, kind, data) for i, kind in enumerate(chosen)}
    gifts = {event["first_day"]: name for name, event in data["event"].items() if event["kind"] == "gift"}
    data["event"] = {n: e for n, e in data["event"].items() if e["kind"] != "gift" or gifts[e["first_day"]] == n}
    state = draw(one_of("active", "quiet"))  # one for all: no day may be known as both
    data["event"] = {n: e | {"state": state} if e["kind"] == "regime" else e for n, e in data["event"].items()}
    if draw(st.booleans()):
        count, tank_l = draw(one_of((60, 44_000), (1, 2_000_000), (7, 300_001)))
        data["city"]["stations"] = {
            "count": count, "tank_l": tank_l, "drop_l": draw(one_of(tank_l / 2, tank_l / 3)),
            "pump_l_day": draw(one_of(tank_l / 3, tank_l)), "start_fill": draw(one_of(0, 0.5, 1)),
        }  # fmt: skip
        data["city"]["market"] = {"base_wait_h": 0.1, "wait_h": draw(one_of(0, 24)), "markup": draw(one_of(0, 2))}
    if draw(st.booleans()):
        data["class"]["class-0"]["electricity"] = {"normal_hours": 19, "dependence": draw(one_of(0, 0.7, 1))}
    return data


@st.composite
def rules(draw: DrawFn) -> Data:
    """A convoy rule, any of them."""
    escort = draw(
        one_of(
            {"rule": "none"}, {"rule": "fixed", "units": 1}, {"rule": "fixed", "units": 3},
            {"rule": "per_tankers", "tankers_per_unit": 5}, {"rule": "square_root", "units_at_100": 4.0},
        )
    )  # fmt: skip
    interval, size = draw(one_of(3, 7.3, 24, 48)), draw(mostly(40, 1, 6))
    return {
        "interval_h": interval, "first_h": draw(one_of(0, 6, 30)), "jitter_h": interval / 2 * draw(one_of(0, 0, 1)),
        "size": size, "min_size": draw(mostly(1, size)), "escort": escort, "daylight_only": draw(st.booleans()),
        "when_no_unit": draw(one_of("wait", "unescorted")), "max_wait_h": draw(one_of(0, 5, 24)),
        "shrink": draw(st.booleans()),
    }  # fmt: skip


@st.composite
def strategies(draw: DrawFn) -> Data:
    """A strategy, any of them."""
    made: Data = {"kind": "strategy", "title": "Random", "independents": draw(st.booleans())}
    if draw(one_of(True, True, False)):
        made["convoys"] = draw(rules())
    if draw(one_of(False, False, True)):
        made["corridor"] = {"a": draw(rules())}
    if draw(st.booleans()):
        made["allocation"] = draw(one_of("pro_rata", "priority"))
        made["priority"], made["protected"] = draw(one_of((), ("class-0",))), draw(one_of((), ("class-0",)))
    if draw(one_of(False, False, True)):
        made["ration_l_fill"] = draw(one_of(0.5, 13))
    if draw(one_of(False, False, True)):
        made["period"] = ({"first_day": day(draw(one_of(1, 3))), "convoys": draw(rules())},)
        made["period"][0]["independents"] = draw(st.booleans())
    return made
