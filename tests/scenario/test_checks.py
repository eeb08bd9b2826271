"""Each check between the values of a scenario, a strategy and the two refuses what it is there for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario.balance import balance_table
from sim.scenario.checks import SCENARIO_CHECKS
from sim.scenario.load import scenario_from_data, strategy_from_data
from sim.scenario.strategy import Rules
from sim.scenario.strategy_checks import PAIR_CHECKS, STRATEGY_CHECKS, check_pair, pair_problems, pool_units


def change(data: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted key of plain data; None takes it away."""
    *tables, last = key.split(".")
    for table in tables:
        data = data.setdefault(table, {})
    if value is None:
        del data[last]
    else:
        data[last] = value


EVENT_DAY = date(2025, 9, 5)
EVENT = {"title": "E", "first_day": EVENT_DAY}
REGIMES = {"mean_quiet_days": 9, "mean_active_days": 9, "quiet_factor": 0.5}
POOL = {"node": "border", "units": 1}

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("leg_ends", {"leg.port-border.from": "prt"}, "leg.port-border.from", 'no node "prt"'),
    ("leg_ends", {"leg.x": {"from": "port", "to": "port", "km": 1, "drive_h": 1}}, "leg.x.to", "leads back"),
    (
        "corridor_legs",
        {"corridor.west.legs": ["port-border", "boarder-town"]},
        "corridor.west.legs[1]",
        "no leg",
    ),
    (
        "corridor_order",
        {"corridor.west.legs": ["port-border", "town-city"]},
        "corridor.west.legs[1]",
        'starts at "town"',
    ),
    (
        "corridor_order",
        {"corridor.west.legs": ["port-border", "border-town"]},
        "corridor.west.legs[1]",
        "the city",
    ),
    (
        "corridor_order",
        {"leg.border-town.to": "port", "leg.town-city.from": "port", "sink.town.node": "border"},
        "corridor.west.legs[1]",
        "second",
    ),
    (
        "corridor_staging",
        {"corridor.west.staging": "city", "escort.pool": {}, "leg.border-town.exposure": 0},
        "corridor.west.staging",
        '"city"',
    ),
    (
        "exposure_after_staging",
        {"leg.port-border.exposure": 0.5},
        "leg.port-border.exposure",
        "before the staging",
    ),
    ("sink_nodes", {"sink.town.node": "twn"}, "sink.town.node", 'no node "twn"'),
    ("sink_nodes", {"sink.town.node": "city"}, "sink.town.node", "no corridor passes"),
    (
        "sink_nodes",
        {"sink.more": {"title": "M", "node": "town", "share": {"petrol": 0, "diesel": 0}}},
        "sink.more.node",
        "one sink at a node",
    ),
    ("city_node", {"city.node": "citty"}, "city.node", 'no node "citty"'),
    ("product_keys", {"balance.petrol": None}, "balance.petrol", "is missing"),
    (
        "product_keys",
        {"city.depot.gas": {"capacity_l": 1, "start_cover_days": 0}},
        "city.depot.gas",
        'no product "gas"',
    ),
    ("product_keys", {"class.retail.share.diesel": None}, "class.retail.share.diesel", "is missing"),
    ("product_keys", {"sink.town.share.gas": 0}, "sink.town.share.gas", 'no product "gas"'),
    ("pool_nodes", {"escort.pool.border.node": "town"}, "escort.pool.border.node", "no staging node"),
    ("pool_nodes", {"escort.pool.more": POOL}, "escort.pool.more.node", "one pool at a node"),
    ("event_names", {"event.attacks.legs": ["border-twn"]}, "event.attacks.legs[0]", "no leg"),
    ("event_names", {"event.e": EVENT | {"kind": "closure", "legs": ["x"]}}, "event.e.legs[0]", "no leg"),
    (
        "event_names",
        {"event.e": EVENT | {"kind": "pause", "factor": 0.5, "corridors": ["x"]}},
        "event.e.corridors[0]",
        "no corridor",
    ),
    (
        "event_names",
        {"event.e": EVENT | {"kind": "need", "factor": 0.5, "classes": ["x"]}},
        "event.e.classes[0]",
        "no class",
    ),
    (
        "event_names",
        {"event.e": EVENT | {"kind": "reinforcement", "pool": "x", "units": 1}},
        "event.e.pool",
        "no escort pool",
    ),
    (
        "event_names",
        {"event.e": EVENT | {"kind": "gift", "tankers": {"x": 1}, "tanker_l": 1}},
        "event.e.tankers.x",
        "no product",
    ),
    (
        "event_names",
        {"event.e": EVENT | {"kind": "observed_stock", "stock_l": {"x": 1}}},
        "event.e.stock_l.x",
        "no product",
    ),
    (
        "balance_adds_up",
        {"sink.town.share.petrol": 0.2},
        "balance.petrol",
        "add up to 1.1, expected 1: sink town 0.2 + class retail 0.7 + class industry 0.2",
    ),
    ("city_has_its_share", {"city.share": {"value": 0.5, "low": 0.01, "high": 0.6}}, "city.share", "need 1.19 of all diesel"),
    (
        "city_has_its_share",
        {
            "sink.town.share": {"petrol": 0, "diesel": 0},
            "class.industry.share": {"petrol": 0.3, "diesel": 0.7},
            "city.share": 0.5,
        },
        "city.share",
        "nobody has the rest",
    ),
    ("corridor_shares", {"corridor.west.share": 0.6}, "corridor", "add up to 0.6, expected 1: west 0.6"),
    ("corridor_shares", {"corridor.west.enabled": False}, "corridor", "expected 1: none"),
    (
        "intensity_below_ceiling",
        {"threat.intensity_per_km_h": 2e-4},
        "threat.intensity_per_km_h",
        "above threat.ceil",
    ),
    (
        "intensity_below_ceiling",
        {"event.attacks.intensity_per_km_h": {"value": 1e-5, "low": 0, "high": 2e-4}},
        "event.attacks.intensity_per_km_h",
        "reaches 0.0002",
    ),
    ("intensity_below_ceiling", {"event.truce.factor": 1.5}, "event.truce.factor", "expected ≤ 1"),
    ("orders_in_order", {"orders.min_factor": 1.2}, "orders.min_factor", "above max_factor = 1"),
    (
        "orders_in_order",
        {"orders.throttle_start_tankers": 800, "orders.throttle_stop_tankers": 800},
        "orders.throttle_start_tankers",
        "expected below throttle_stop_tankers",
    ),
    ("orders_in_order", {"orders.target_cover_days": 0}, "orders.target_cover_days", "expected > 0"),
    (
        "hours_in_order",
        {"road.drive_start_h": 18, "road.drive_end_h": 6},
        "road.drive_start_h",
        "expected before",
    ),
    ("hours_in_order", {"node.border.open_start_h": 24}, "node.border.open_start_h", "expected before"),
    (
        "event_dates",
        {"event.attacks.first_day": date(2025, 10, 1)},
        "event.attacks.first_day",
        "after the last day",
    ),
    (
        "event_dates",
        {"event.truce.first_day": date(2025, 8, 1), "event.truce.last_day": date(2025, 8, 31)},
        "event.truce.last_day",
        "before the first day",
    ),
    (
        "event_dates",
        {"event.e": EVENT | {"kind": "gift", "first_day": date(2025, 8, 31), "tankers": {}, "tanker_l": 1}},
        "event.e.first_day",
        "before the first day",
    ),
    (
        "one_gift_a_day",
        {
            "event.e": EVENT | {"kind": "gift", "tankers": {"petrol": 1}, "tanker_l": 1},
            "event.f": EVENT | {"kind": "gift", "tankers": {"petrol": 1}, "tanker_l": 1},
        },
        "event.f.first_day",
        "one gift a day",
    ),
    (
        "depots_hold_their_start",
        {"city.depot.petrol.capacity_l": 899_999},
        "city.depot.petrol.start_cover_days",
        "10 days · 90,000 l a day = 900,000 l",
    ),
    (
        "private_stock_levels",
        {"class.retail.private.target_days": 5.5, "class.retail.private.panic_cover_days": 0},
        "class.retail.private.target_days",
        "above capacity_days = 5",
    ),
    (
        "private_stock_levels",
        {"class.retail.private.panic_target_days": 3},
        "class.retail.private.panic_target_days",
        "panic would calm",
    ),
    ("somebody_buys_retail", {"class.retail.retail": False}, "class", "no class has retail = true"),
    (
        "stations_can_serve",
        {"city.stations": {"count": 5, "tank_l": 44_000, "drop_l": 13_000, "pump_l_day": 1_000_000}},
        "city.stations.drop_l",
        "below the normal need",
    ),
    (
        "one_power_company",
        {
            "class.retail.electricity": {"normal_hours": 19, "dependence": 0.7},
            "class.industry.electricity": {"normal_hours": 19, "dependence": 0.7},
        },
        "class.industry.electricity",
        "expected one at most",
    ),
    ("report_days_inside", {"report_to": (date(2030, 1, 1),)}, "report_to[0]", "expected a day from"),
    (
        "names_apart",
        {"node.n94618": {"title": "N"}, "node.n136854": {"title": "N"}},
        "node.n136854",
        "same 32-bit hash as node.n94618",
    ),
    ("candidates_fit", {"threat.ceiling_per_km_h": 0.3}, "threat.ceiling_per_km_h", "720 candidate ambushes"),
    (
        "candidates_fit",
        {"threat.ceiling_per_km_h": 0.2, "days": 18_300},
        "threat.ceiling_per_km_h",
        "expected at most 5,000,000",
    ),
    (
        "sinks_are_passed",
        {
            "corridor.west.share": 0.15,
            "corridor.south": {
                "title": "South", "legs": ["south"], "staging": "port", "share": 0.85,
                "fleet": 9, "tanker_l": 40_000, "loading_capacity_day": 9,
            },
            "leg.south": {"from": "port", "to": "city", "km": 700, "drive_h": 12},
        },
        "sink.town.share.diesel",
        '0.2 of all, but 0.15 of all passes "town"',
    ),
    (
        "suppression_fades",
        {"aftermath": {"suppression": 0.5, "suppression_half_life_days": 0}},
        "aftermath.suppression_half_life_days",
        "expected > 0",
    ),
    (
        "regimes_in_order",
        {"event.calm": {**EVENT, "kind": "regime", "state": "quiet"}},
        "event.calm.kind",
        "no threat.regimes",
    ),
    (
        "regimes_in_order",
        {"threat.regimes": {**REGIMES, "quiet_factor": 1.5}},
        "threat.regimes.quiet_factor",
        "reaches 1.5",
    ),
    (
        "regimes_in_order",
        {"threat.regimes": {**REGIMES, "first_day": date(2030, 1, 1)}},
        "threat.regimes.first_day",
        "2030-01-01: expected a day from",
    ),
    (
        "one_state_a_day",
        {
            "threat.regimes": REGIMES,
            "event.calm": {**EVENT, "kind": "regime", "state": "quiet"},
            "event.storm": {**EVENT, "kind": "regime", "state": "active", "first_day": EVENT_DAY + timedelta(1)},
        },
        "event.storm.first_day",
        'but "calm" says otherwise of that day',
    ),
    (
        "posterior_fits",
        {"posterior": {"seed": 1, "worlds": [3], "keys": ["loss.protection"], "draws": [[0.5]]}},
        "posterior.keys[0]",
        "has one value",
    ),
]


@pytest.mark.parametrize(("check", "changes", "key", "message"), REFUSED)
def test_a_scenario_with_one_thing_wrong_is_refused_for_that_thing_alone(
    world: dict[str, Any], check: str, changes: dict[str, Any], key: str, message: str
) -> None:
    for changed, value in changes.items():
        change(world, changed, value)
    with pytest.raises(ScenarioError) as caught:
        scenario_from_data(world)
    (problem,) = caught.value.problems
    assert problem.key == key
    assert message in problem.message


def test_every_scenario_check_has_a_failing_case() -> None:
    assert {check.__name__ for check in SCENARIO_CHECKS} == {row[0] for row in REFUSED}


@pytest.mark.parametrize(
    "changes",
    [
        {"event.truce.first_day": date(2025, 8, 1)},
        {"event.truce.last_day": date(2026, 1, 1)},
        {"city.depot.petrol.capacity_l": 900_000},
        {"threat.ceiling_per_km_h": 5e-5},
        {"class.retail.private": None},
        {"sink": {}, "class.retail.share": {"petrol": 0.8, "diesel": 0.5}},
        {"class.retail.share.petrol": 0.7 + 1e-12},
    ],
)
def test_what_lies_on_the_right_side_of_a_limit_is_accepted(
    world: dict[str, Any], changes: dict[str, Any]
) -> None:
    for changed, value in changes.items():
        change(world, changed, value)
    scenario_from_data(world)


def test_ranges_that_could_cross_in_some_world_are_refused(world: dict[str, Any]) -> None:
    change(world, "orders.min_factor", {"value": 0.5, "low": 0.1, "high": 0.95})
    change(world, "orders.max_factor", {"value": 1.0, "low": 0.9, "high": 1.1})
    with pytest.raises(ScenarioError, match=r"orders\.min_factor: reaches 0\.95, above max_factor = 0\.9"):
        scenario_from_data(world)


def test_a_leg_before_one_staging_node_may_be_exposed_if_it_lies_after_another(world: dict[str, Any]) -> None:
    change(world, "corridor.long", world["corridor"]["west"] | {"staging": "port", "enabled": False})
    change(world, "leg.port-border.exposure", 0.5)
    scenario_from_data(world)


def test_the_balance_table_shares_out_every_litre_of_need(world: dict[str, Any]) -> None:
    rows = balance_table(scenario_from_data(world))
    assert [(row.product, row.name, row.role) for row in rows[:3]] == [
        ("petrol", "town", "sink"),
        ("petrol", "retail", "class"),
        ("petrol", "industry", "class"),
    ]
    assert sum(row.litres_day for row in rows) == pytest.approx(300_000, rel=1e-12)


STRATEGY_REFUSED = [
    ("sizes_in_order", {"convoys.min_size": 101}, "convoys.min_size", "above size = 100"),
    ("jitter_within_interval", {"convoys.jitter_h": 25}, "convoys.jitter_h", "half of interval_h"),
    (
        "periods_in_order",
        {"period": ({"first_day": date(2025, 9, 9)}, {"first_day": date(2025, 9, 9)})},
        "period[1].first_day",
        "after the period before it",
    ),
]


@pytest.mark.parametrize(("check", "changes", "key", "message"), STRATEGY_REFUSED)
def test_a_strategy_with_one_thing_wrong_is_refused(
    strategy: dict[str, Any], check: str, changes: dict[str, Any], key: str, message: str
) -> None:
    for changed, value in changes.items():
        change(strategy, changed, value)
    with pytest.raises(ScenarioError) as caught:
        strategy_from_data(strategy)
    (problem,) = caught.value.problems
    assert problem.key == key
    assert message in problem.message


TWICE_A_DAY = {"interval_h": 12, "size": 10, "escort": {"rule": "none"}}

PAIR_REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("strategy_classes_exist", {"protected": ("hospitals",)}, "protected[0]", 'no class "hospitals"'),
    ("strategy_classes_exist", {"priority": ("retial",)}, "priority[0]", 'no class "retial"'),
    ("units_are_those_of_the_pools", {"units": {"border": 3}}, "units", "expected the 4 of the scenario"),
    ("units_are_those_of_the_pools", {"units": {"border": 4, "south": 0}}, "units.south", "no escort pool"),
    (
        "periods_touch_the_scenario",
        {"period": ({"first_day": date(2025, 9, 1), "convoys": TWICE_A_DAY},)},
        "period[0].first_day",
        "expected after the scenario's start",
    ),
    (
        "pools_suffice",
        {"period": ({"first_day": date(2025, 9, 9), "convoys": TWICE_A_DAY | {"escort": {"rule": "fixed", "units": 5}}},)},
        "period[0].convoys.escort",
        "needs 5 escort units",
    ),
    (
        "pools_suffice",
        {"convoys.escort.units": 5},
        "convoys.escort",
        'needs 5 escort units, but "border" has 4',
    ),
    (
        "pools_suffice",
        {"convoys.escort": {"rule": "per_tankers", "tankers_per_unit": 24}},
        "convoys.escort",
        "needs 5",
    ),
    (
        "pools_suffice",
        {"convoys.escort": {"rule": "square_root", "units_at_100": 4.1}},
        "convoys.escort",
        "needs 5",
    ),
    ("pools_suffice", {"convoys.escort.units": 5, "convoys.shrink": True}, "convoys.escort", "needs 5"),
    (
        "slots_countable",
        {"convoys.interval_h": 0.0005},
        "convoys.interval_h",
        "1,440,000 departure slots",
    ),
    (
        "strategy_corridors_exist",
        {"corridor.wst": {"interval_h": 24, "size": 10, "escort": {"rule": "none"}}},
        "corridor.wst",
        "no corridor",
    ),
]


@pytest.mark.parametrize(("check", "changes", "key", "message"), PAIR_REFUSED)
def test_a_strategy_that_this_scenario_cannot_run_is_refused(
    world: dict[str, Any],
    strategy: dict[str, Any],
    check: str,
    changes: dict[str, Any],
    key: str,
    message: str,
) -> None:
    for changed, value in changes.items():
        change(strategy, changed, value)
    with pytest.raises(ScenarioError) as caught:
        check_pair(scenario_from_data(world), strategy_from_data(strategy))
    (problem,) = caught.value.problems
    assert problem.key == key
    assert message in problem.message


def test_every_strategy_and_pair_check_has_a_failing_case() -> None:
    assert {check.__name__ for check in STRATEGY_CHECKS} == {row[0] for row in STRATEGY_REFUSED}
    assert {check.__name__ for check in PAIR_CHECKS} == {row[0] for row in PAIR_REFUSED}


@pytest.mark.parametrize(
    ("of_world", "of_strategy"),
    [
        ({}, {"convoys.escort.units": 4}),
        ({}, {"convoys.escort.units": 5, "convoys.when_no_unit": "unescorted"}),
        ({}, {"convoys.escort": {"rule": "per_tankers", "tankers_per_unit": 20}, "convoys.shrink": True}),
        ({"mechanisms.escort_wait": False}, {"convoys.escort.units": 5}),
        (
            {"event.e": EVENT | {"kind": "reinforcement", "pool": "border", "units": 1}},
            {"convoys.escort.units": 5},
        ),
        ({}, {"convoys": None, "allocation": "priority"}),
    ],
)
def test_a_strategy_that_the_pool_can_serve_or_that_may_go_without_is_accepted(
    world: dict[str, Any], strategy: dict[str, Any], of_world: dict[str, Any], of_strategy: dict[str, Any]
) -> None:
    for key, value in of_world.items():
        change(world, key, value)
    for key, value in of_strategy.items():
        change(strategy, key, value)
    assert pair_problems(scenario_from_data(world), strategy_from_data(strategy)) == []


def test_a_staging_node_without_a_pool_has_no_units(world: dict[str, Any]) -> None:
    assert pool_units(scenario_from_data(world), "port", Rules()) == 0
