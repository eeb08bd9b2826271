"""Both engines agree on every shipped world under every variant and strategy."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from equality import assert_engines_agree, assert_equal_records

from sim.draws import Replication
from sim.engines.batch.machine import machine
from sim.engines.reference import simulate
from sim.errors import ScenarioError
from sim.plan import make_plan
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.strategy_checks import check_pair

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def names(kind: str) -> list[str]:
    return sorted(path.stem for path in (SCENARIOS / kind).glob("*.toml"))


TRIPLES = list(product(names("worlds"), [None, *names("variants")], names("strategies")))


def agree(world: str, variant: str | None, strategy: str, replications: int) -> None:
    """Replications over five worlds of not-knowing, the first of each with its trace."""
    chosen = load_strategy(strategy)
    try:
        scenario = load_scenario(world, variants=[variant] if variant else [])
        check_pair(scenario, chosen)
    except ScenarioError as error:
        pytest.skip(f"refused: {error}")
    for w in range(min(replications, 5)):
        plan = make_plan(scenario.model, chosen.model, seed=7, world=w)
        chances = [Replication(w, c) for c in range(max(replications // 5, 1))]
        assert_engines_agree(plan, 7, chances[0])
        for batch in machine().run(plan, 7, chances[1:]):
            assert_equal_records(simulate(plan, 7, batch.replication), batch)


@pytest.mark.parametrize(("world", "variant", "strategy"), TRIPLES[::53])
def test_both_engines_agree(world: str, variant: str | None, strategy: str) -> None:
    agree(world, variant, strategy, 1)


@pytest.mark.slow
@pytest.mark.parametrize(("world", "variant", "strategy"), TRIPLES)
def test_both_engines_agree_fifty_times(world: str, variant: str | None, strategy: str) -> None:
    agree(world, variant, strategy, 50)
