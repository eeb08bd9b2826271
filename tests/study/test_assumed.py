"""How much an assumption matters is the paired difference of runs that differ in that number alone."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.outcomes import outcome
from sim.draws import Replication
from sim.engines.reference import simulate
from sim.experiment.engines import engine_named
from sim.plan import labels_of, make_plan
from sim.scenario.evidence import audit
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.loaded import digest_of
from sim.scenario.sampling import quantities, with_values
from sim.study.register import METRICS, assumed_values, effects

WORLD, KEY = "kayes-corridor", "event.threat-october.intensity_per_km_h"
CHANCES = 4


def by_file(value: float | None) -> dict[str, list[float]]:
    """Metrics of runs of the world with the number written over it, as a user's own file would."""
    scenario = load_scenario(WORLD, overrides={} if value is None else {KEY: value}).model
    plan = make_plan(scenario, load_strategy(scenario.default_strategy).model, seed=1, uncertainty="central")
    labels = labels_of(scenario)
    runs = [outcome(simulate(plan, 1, Replication(0, c)), labels.products, labels.retail) for c in range(CHANCES)]
    return {metric: [float(run[metric] or 0) for run in runs] for metric in METRICS}


def test_an_effect_is_the_mean_difference_from_a_world_with_that_number_written_over() -> None:
    number = dict(quantities(load_scenario(WORLD).model))[KEY]
    centre, (found,) = effects(WORLD, [KEY], engine_named("reference"), seed=1, chances=CHANCES, told=lambda *_: None)
    middle = by_file(None)
    assert centre == {metric: pytest.approx(np.mean(values)) for metric, values in middle.items()}
    for end, changes in ((number.low, found.at_low), (number.high, found.at_high)):
        moved = by_file(end)
        for metric, change in zip(METRICS, changes, strict=True):
            assert change.mean == pytest.approx(np.mean(moved[metric]) - np.mean(middle[metric]))
            assert change.low <= change.mean <= change.high
    assert found.at_high[1].mean > found.at_low[1].mean  # more ambushes on offer burn more tankers


def test_a_known_value_in_place_changes_that_number_and_no_other() -> None:
    scenario = load_scenario(WORLD).model
    before, after = dict(quantities(scenario)), dict(quantities(with_values(scenario, {KEY: 1e-3})))
    assert after[KEY].value == 1e-3 and not after[KEY].uncertain
    assert {key for key in before if before[key] is not after[key]} == {KEY}
    assert digest_of(with_values(scenario, {})) == digest_of(scenario)


def test_a_number_is_listed_once_for_each_form_that_worlds_give_it() -> None:
    worlds = ("blockade-2025-customs", "blockade-2025-minister", "kayes-corridor")
    found = assumed_values(worlds)
    for world in worlds:
        keys = [one.key for one in found if world in one.worlds]
        assert sorted(keys) == sorted(".".join(map(str, path)) for path in audit(load_scenario(world)).assumed)
    forms = {(one.value, one.source): one.worlds for one in found if one.key == "corridor.kayes.willingness.scale_tankers"}
    assert forms == {
        ("12", "A148"): ("blockade-2025-customs",),
        ("20", "A148"): ("blockade-2025-minister",),
        ("20", "A49"): ("kayes-corridor",),
    }


def test_a_dated_event_is_listed_with_its_days() -> None:
    (pause,) = [one for one in assumed_values([WORLD]) if one.key == "event.hauliers-pause"]
    assert pause.value == "2025-09-05 to 2025-09-30" and not pause.low
