"""Explanations: parts sum exactly, mechanisms that are off or without effect have nothing, runs are those of the switches."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from short_blockade import experiment

from sim.analysis.shapley import exact, shapley
from sim.draws import Replication
from sim.engines.batch.machine import Machine
from sim.errors import UsageError
from sim.experiment.cell import Progress
from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment
from sim.plan import make_plan, without
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.model import Mechanisms
from sim.study import why as why_module
from sim.study.coalitions import MECHANISMS, Coalitions, periods_of, run_coalitions
from sim.study.why import REMAINDER, Explanation, causes, decompose

DESIGN = Design(3, 2)
BATCH = engine_named("batch")
SUBSETS = [frozenset(names) for n in range(7) for names in combinations(MECHANISMS, n)]


def split(folder: Path, metric: str = "litres_unmet", **overrides: object) -> Explanation:
    pair = experiment("small-frequent", **overrides), experiment("large-rare", **overrides)
    return decompose(*pair, metric, DESIGN, BATCH, folder=folder)


def same(one: object, other: object) -> bool:
    """Whether two Plans hold the same numbers."""
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in dataclasses.fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))  # type: ignore[arg-type]
    return bool(np.array_equal(one, other))  # type: ignore[arg-type]


def mean_of(found: Experiment, metric: str, out: Path) -> Fraction:
    table = run_experiment(found, DESIGN, BATCH, out=out, summarised=True).outcomes
    return Fraction(sum(exact(table[metric].to_numpy()).tolist()), DESIGN.runs)


@pytest.mark.parametrize("metric", ["litres_unmet", "shortage_days_any", "tankers_lost", "cost_fcfa", "escort_days"])
def test_parts_sum_exactly_to_the_difference_of_ordinary_runs(metric: str, tmp_path: Path) -> None:
    found = split(tmp_path / "why", metric)
    assert sum((part.value for part in found.parts), Fraction(0)) == found.difference
    means = [mean_of(experiment(name), metric, tmp_path / "runs") for name in ("small-frequent", "large-rare")]
    assert found.difference == means[1] - means[0]
    assert found.difference != 0
    assert [part.name for part in found.parts] == [*MECHANISMS, REMAINDER]


def test_the_remainder_is_the_difference_with_every_mechanism_switched_off(tmp_path: Path) -> None:
    found = split(tmp_path / "why")
    off = {f"mechanisms__{name}": False for name in MECHANISMS}
    means = [mean_of(experiment(name, **off), "litres_unmet", tmp_path / "runs") for name in ("small-frequent", "large-rare")]
    assert found.parts[-1].value == found.neutral == means[1] - means[0]


def test_a_mechanism_that_is_off_in_the_world_has_no_part(tmp_path: Path) -> None:
    found = split(tmp_path, mechanisms__panic=False, mechanisms__losses=False)
    by_name = {part.name: part for part in found.parts}
    for name in ("panic", "losses"):
        assert by_name[name] == (name, 0, 0.0, 0.0, None)
    assert sum((part.value for part in found.parts), Fraction(0)) == found.difference != 0


def test_the_only_mechanism_that_is_on_has_everything_but_the_remainder(tmp_path: Path) -> None:
    others = {f"mechanisms__{name}": False for name in MECHANISMS if name != "escort_wait"}
    found = split(tmp_path, **others)
    by_name = {part.name: part.value for part in found.parts}
    assert by_name["escort_wait"] == found.difference - found.neutral != 0
    assert {name for name, value in by_name.items() if value} <= {"escort_wait", REMAINDER}


def test_a_mechanism_without_effect_in_this_world_has_no_part(tmp_path: Path) -> None:
    # Depots share pro rata anyway, so that the switch of allocation changes nothing.
    found = split(tmp_path, city__allocation="pro_rata")
    assert {part.name: part.value for part in found.parts}["allocation"] == 0


def test_a_part_is_the_mean_of_marginal_contributions_over_runs_of_switched_scenarios(tmp_path: Path) -> None:
    # Three mechanisms on: 8 scenarios with switches in the file, run in the ordinary way.
    players = ("losses", "willingness", "panic")
    rest = {f"mechanisms__{name}": False for name in MECHANISMS if name not in players}
    found = split(tmp_path / "why", **rest)
    worth = []
    for coalition in range(8):
        off = {f"mechanisms__{name}": False for i, name in enumerate(players) if not coalition >> i & 1}
        asked = [experiment(name, **rest, **off) for name in ("small-frequent", "large-rare")]
        means = [mean_of(one, "litres_unmet", tmp_path / "runs") for one in asked]
        worth.append([means[1] - means[0]])
    values = {part.name: part.value for part in found.parts}
    assert [values[name] for name in players] == shapley(np.array(worth, dtype=object))[:, 0].tolist()
    assert sum(value != 0 for value in values.values()) > 1


@pytest.mark.parametrize("off", SUBSETS, ids=lambda names: "-".join(sorted(names)) or "none")
def test_switching_a_plan_is_planning_the_switched_scenario(off: frozenset[str]) -> None:
    world, strategy = load_scenario("kayes-corridor"), load_strategy("units-per-80").model
    model = world.model.model_copy(update={"mechanisms": Mechanisms(**dict.fromkeys(off, False))})
    whole = make_plan(world.model, strategy, seed=3, world=2)
    assert same(without(whole, off), make_plan(model, strategy, seed=3, world=2))


def test_a_machine_that_held_another_coalition_gives_the_same_records() -> None:
    plan = make_plan(load_scenario("kayes-corridor").model, load_strategy("large-rare").model, seed=1, world=0)
    used, chances = Machine(), [Replication(0, c) for c in range(2)]
    for off in (("losses", "slower_transit"), (), MECHANISMS, ("willingness",)):
        switched = without(plan, off)
        kept, fresh = used.run(switched, 1, chances), Machine().run(switched, 1, chances)
        assert np.array_equal(kept.by_product, fresh.by_product) and np.array_equal(kept.tallies, fresh.tallies)


def test_both_engines_and_any_number_of_workers_explain_alike(tmp_path: Path) -> None:
    pair = experiment("small-frequent", days=12), experiment("large-rare", days=12)
    design = Design(3, 1)
    told: list[tuple[Explanation, dict[str, bytes]]] = []
    for name, engine, workers in (("a", BATCH, 1), ("b", BATCH, 2), ("c", engine_named("reference"), 2)):
        found = decompose(*pair, "litres_unmet", design, engine, folder=tmp_path / name, workers=workers)
        told.append(found)
    assert told[0] == told[1] == told[2]
    shards = [sorted(path.name for path in (tmp_path / name).rglob("*.parquet")) for name in "ab"]
    assert shards[0] == shards[1] != []


def test_what_is_stored_is_not_run_again_and_an_interrupted_explanation_goes_on(tmp_path: Path) -> None:
    asked = [Coalitions(experiment(name), BATCH, tmp_path / name) for name in ("small-frequent", "large-rare")]

    def stop(told: Progress) -> None:
        if told.done:
            raise KeyboardInterrupt

    many = Design(30, 1)
    with pytest.raises(KeyboardInterrupt):
        run_coalitions(asked, many, 1, stop)
    stored = many.runs - len(asked[0].missing(many))
    assert 0 < stored < many.runs
    told: list[Progress] = []
    run_coalitions(asked, many, 1, told.append)
    assert told[0].done == stored * 64
    assert told[-1].done == told[-1].total == many.runs * 64 * 2
    told.clear()
    run_coalitions(asked, many, 1, told.append)
    assert told == []


def test_causes_add_up_over_mechanisms_and_periods(tmp_path: Path) -> None:
    found = causes(experiment("large-rare", days=75), "shortage_days_any", DESIGN, BATCH, folder=tmp_path)
    assert sum((part.value for part in found.parts), Fraction(0)) == found.difference > 0
    periods = ["2025-09-01/2025-09-30", "2025-10-01/2025-10-31", "2025-11-01/2025-11-14"]
    assert [str(within.period) for within in found.within] == periods
    assert sum((within.difference for within in found.within), Fraction(0)) == found.difference
    for within in found.within:
        assert sum(within.values, Fraction(0)) == within.difference
    totals = [sum(values, Fraction(0)) for values in zip(*(within.values for within in found.within), strict=True)]
    assert totals == [part.value for part in found.parts]


def test_many_months_are_taken_together() -> None:
    labels = BATCH.labels_of(experiment("large-rare", days=500).scenario.model)
    found = periods_of(labels)
    assert len(found) <= 8
    assert found[0].first == labels.start
    assert sum((period.last - period.first).days + 1 for period in found) == 500


def test_the_replication_that_shows_a_part_has_most_of_it() -> None:
    worth = np.array([[0, 0, 0, 0], [1, -5, -9, -9], [0, 0, 0, 0], [1, -5, -9, -9]])
    rows = shapley(exact(worth))
    assert why_module._most(rows[0], Design(2, 2)) == Replication(1, 0)
    assert why_module._most(rows[1], Design(2, 2)) is None


def test_a_metric_that_some_run_lacks_and_one_that_is_unknown_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"first_shortage_day is undefined in [\d,]+ of 384 runs"):
        split(tmp_path, "first_shortage_day", days=5)
    with pytest.raises(UsageError, match='no "shortage_day_any"; did you mean "shortage_days_any"'):
        split(tmp_path / "new", "shortage_day_any")
    assert not (tmp_path / "new").exists()


def test_strategies_in_different_worlds_are_refused(tmp_path: Path) -> None:
    pair = experiment("small-frequent"), experiment("large-rare", days=31)
    with pytest.raises(UsageError, match=r"not run in the same worlds .scenario differ"):
        decompose(*pair, "litres_unmet", DESIGN, BATCH, folder=tmp_path)


def test_with_one_world_and_few_chances_there_are_no_intervals(tmp_path: Path) -> None:
    pair = experiment("small-frequent"), experiment("large-rare")
    found = decompose(*pair, "litres_unmet", Design(2, 1), BATCH, folder=tmp_path)
    assert {(part.low, part.high) for part in found.parts} == {(None, None)}
    wide = decompose(*pair, "litres_unmet", Design(3, 2), BATCH, folder=tmp_path)
    assert all(part.low is not None and part.low <= part.value <= part.high for part in wide.parts)


