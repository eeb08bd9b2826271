"""Each switch of [mechanisms], off, has the neutral effect that its documentation states, and no other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import TANKER_L, Data, ambushes, convoys, day, run, world

from sim.records import RunRecords


def off(switch: str) -> Data:
    """A scenario change that turns one mechanism off."""
    return {"mechanisms": {switch: False}}


def assert_same(one: RunRecords, other: RunRecords, *but: str) -> None:
    """All daily records and tallies are equal, save the tallies named."""
    assert np.array_equal(one.daily.by_product, other.daily.by_product)
    assert np.array_equal(one.daily.by_run, other.daily.by_run)
    kept = [name for name in one.tallies if name not in (*but, "events")]
    assert [one.tallies[name] for name in kept] == [other.tallies[name] for name in kept]


def fought(*changes: Data) -> Data:
    """Two flows under attack for forty days, with escorts, damage, delay and fear."""
    return world(
        ambushes(1.5, duration_h=8),
        {
            "days": 40,
            "warmup_days": 3,
            "corridor": {"main": {"willingness": {"floor": 0.1, "scale_tankers": 10, "escorted_scale": 0.2}}},
            "escort": {
                "pool": {"gate": {"node": "gate", "units": 2}},
                "transit_factor": 2, "rest_h": 24, "loss_prob": 0.2, "damage_prob": 0.3, "repair_days": 3,
            },
            "loss": {
                "convoy_mean_tankers": 4, "convoy_cv": 1, "independents_mean_tankers": 2, "damaged_per_lost": 0.5,
                "captured_share": 0.2, "crew_loss_prob": 0.2,
            },
            "aftermath": {"delay": {"mean_h": 5}},
        },
        *changes,
    )  # fmt: skip


ESCORTED = convoys(10, 24, min_size=1, alone=True, escort={"rule": "fixed", "units": 1})
CHANCES = range(5)


@pytest.mark.parametrize("chance", CHANCES)
def test_without_losses_engagements_take_nothing(chance: int) -> None:
    tallies = run(fought(off("losses")), ESCORTED, chance=chance, check=True).tallies
    assert tallies["engagements"] > 0
    for name in ("burned", "captured", "damaged"):
        assert tallies[f"tankers_{name}"] == 0
    assert tallies["crews_lost"] == tallies["escort_units_lost"] == tallies["litres_lost"] == 0


@pytest.mark.parametrize("chance", CHANCES)
def test_with_losses_the_same_attacks_take_something(chance: int) -> None:
    tallies = run(fought(), ESCORTED, chance=chance).tallies
    assert min(tallies["tankers_burned"], tallies["tankers_damaged"], tallies["litres_lost"]) > 0


@pytest.mark.parametrize("chance", CHANCES)
def test_without_losses_attacks_are_still_remembered(chance: int) -> None:
    attacked = run(fought(off("losses")), chance=chance)
    assert attacked.tallies["engagements"] > 0
    assert attacked.daily.column("tankers_staged").max() > 2 * calm_staged(chance)


def calm_staged(chance: int) -> int:
    """Most tankers staged at the close of a day when nobody attacks."""
    calm = run(fought(off("losses"), {"threat": {"intensity_per_km_h": 0}}), chance=chance)
    return int(calm.daily.column("tankers_staged").max())


@pytest.mark.parametrize("chance", CHANCES)
def test_without_losses_an_attack_still_delays(chance: int) -> None:
    convoys_seen = [c for c in run(fought(off("losses")), ESCORTED, chance=chance).convoys if c.arrived_s >= 0]
    assert any(convoy.engagements for convoy in convoys_seen)
    for convoy in convoys_seen:
        assert convoy.arrived_s - convoy.departed_s == (16 + 5 * convoy.engagements) * 3600


def test_without_escort_wait_convoys_run_as_with_units_to_spare() -> None:
    plenty = run(fought({"escort": {"pool": {"gate": {"units": 10_000}}}}), ESCORTED)
    free = run(fought(off("escort_wait")), ESCORTED)
    scarce = run(fought(), ESCORTED)
    assert [c[:-1] for c in plenty.convoys] == [c[:-1] for c in free.convoys]
    assert np.array_equal(plenty.daily.by_product, free.daily.by_product)
    assert len(scarce.convoys) < len(free.convoys)


def test_without_escort_wait_a_pool_of_no_units_sends_its_convoys() -> None:
    empty: Data = {"escort": {"pool": {"gate": {"units": 0}}}}
    assert run(fought(off("escort_wait"), empty), ESCORTED, check=True).convoys
    assert not run(fought(empty), ESCORTED, check=True).convoys


def test_without_slower_transit_an_escort_costs_no_time() -> None:
    def hours(*changes: Data, units: bool = True) -> set[int]:
        strategy = ESCORTED if units else convoys(10, 24, min_size=1, alone=True)
        records = run(fought(*changes), strategy)
        return {c.arrived_s - c.departed_s for c in records.convoys if c.arrived_s >= 0}

    alone = hours({"threat": {"intensity_per_km_h": 0}}, units=False)
    assert alone == {8 * 3600}
    assert hours(off("slower_transit")) == alone  # neither the escort's pace nor a delay after an attack
    slow = hours()
    assert 16 * 3600 in slow and 21 * 3600 in slow and min(slow) >= 16 * 3600


def test_without_willingness_everybody_leaves_at_the_next_release() -> None:
    staged = run(fought(off("willingness"))).daily.column("tankers_staged")
    afraid = run(fought()).daily.column("tankers_staged")
    assert staged.max() <= 10  # the day's loading, which came after the release or waits for the next
    assert afraid.max() > 30


def test_willingness_changes_nothing_where_nothing_is_feared() -> None:
    calm: Data = {"threat": {"intensity_per_km_h": 0}}
    assert_same(run(fought(calm), ESCORTED), run(fought(calm, off("willingness")), ESCORTED))


def hoarding(**private: Any) -> Data:
    """A city that runs dry, whose households have room at home."""
    stop = {"kind": "pause", "title": "Stop", "first_day": day(3), "factor": 0.3}
    held = {
        "capacity_days": 14, "start_days": 4, "target_days": 4, "refill_per_day": 0.2,
        "panic_cover_days": 5, "panic_target_days": 12,
    }  # fmt: skip
    return world({"event": {"stop": stop}, "class": {"retail": {"private": held | private}}})


def test_without_panic_the_refill_target_never_rises() -> None:
    calm = run(hoarding(panic_cover_days=0))
    assert_same(calm, run(world(hoarding(), off("panic"))))
    assert_same(calm, run(hoarding(panic_target_days=4)))


def test_panic_makes_people_want_more_than_they_need() -> None:
    def most(data: Data) -> int:
        daily = run(data).daily
        return int((daily.column("wanted_l") - daily.column("need_l"))[:15].max())

    assert most(world(hoarding(), off("panic"))) == 0  # who holds what he wants buys what he uses
    assert most(hoarding()) > TANKER_L


def sharing(rule: str, *changes: Data) -> Data:
    """Two classes, half of the fuel they need, one served before the other under the rule `priority`."""
    return world(
        {
            "class": {
                "retail": {"share": {"fuel": 0.6}, "priority": 2},
                "hospitals": {"title": "Hospitals", "share": {"fuel": 0.4}, "priority": 1},
            },
            "corridor": {"main": {"loading_capacity_day": 5}},
            "city": {"allocation": rule, "depot": {"fuel": {"start_cover_days": 0}}},
        },
        *changes,
    )


def test_without_allocation_fuel_is_shared_pro_rata() -> None:
    pro_rata = run(sharing("pro_rata"))
    assert_same(pro_rata, run(sharing("priority", off("allocation"))))
    sold, need = pro_rata.daily.column("sold_l")[5:], pro_rata.daily.column("need_l")[5:]
    assert np.array_equal(2 * sold, need)  # half of all that is needed comes in, so everybody gets half


def test_with_priority_those_named_first_are_served_first() -> None:
    daily = run(sharing("priority")).daily
    # five tankers a day: four for the hospitals, one for six tankers of retail need
    assert (daily.column("sold_l")[5:] == TANKER_L).all()


def test_a_strategy_may_set_the_allocation() -> None:
    first: Data = {"kind": "strategy", "title": "First", "allocation": "priority"}
    assert_same(run(sharing("pro_rata"), first), run(sharing("priority")))
    assert_same(run(sharing("pro_rata", off("allocation")), first), run(sharing("pro_rata")))


@pytest.mark.parametrize("switch", ["losses", "escort_wait", "slower_transit", "willingness"])
def test_each_switch_matters_in_the_fought_world(switch: str) -> None:
    with pytest.raises(AssertionError):
        assert_same(run(fought(), ESCORTED), run(fought(off(switch)), ESCORTED))
