"""The test that no fit has seen: worlds played on into December as they were known on the first of it, against reports.

What authorities decided in December is given, as in the back-test; what attackers did is not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import experiment_of, run_experiment
from sim.experiment.identity import Experiment
from sim.scenario.load import load_scenario
from sim.scenario.loaded import digest_of
from sim.study.backtest.run import STRATEGY, Total, days_of, read, total_of
from sim.study.backtest.scores import Scored, scored
from sim.study.backtest.targets import Role, load_targets
from sim.study.calibrate.table import KNOWN_ON

LAST_DAY = date(2025, 12, 31)
SEED = 2
"""Another seed than that of the calibration: the luck of these runs is new."""

Tell = Callable[[int, int], None]
PARTS: tuple[tuple[str, Role | None], ...] = (("all", None), ("fitted", "fitted"), ("held_out", "held_out"))


@dataclass(frozen=True)
class Played:
    """Scores of one world on every target of its books."""

    name: str
    rows: tuple[Scored, ...]

    def total(self, role: Role | None = None) -> Total:
        """Scores added up over the targets of a role, or all."""
        return total_of([row for row in self.rows if role in (None, row.target.role)])


class World(NamedTuple):
    """A scenario with variants; `blind`: dated events from `KNOWN_ON` on are left out of it."""

    scenario: str | Path
    variants: tuple[str, ...] = ()
    blind: bool = True


def played_on(
    books: str, worlds: Mapping[str, World], design: Design, workers: int, out: Path, tell: Tell | None = None
) -> tuple[Played, ...]:
    """Scores of worlds by name.

    Raises
    ------
    UsageError, ScenarioError, ResultsError, RunError
        If a world cannot be used or run.
    """
    targets = load_targets(books)
    found = []
    for place, (name, world) in enumerate(worlds.items()):
        if tell is not None:
            tell(place, len(worlds))
        experiment = _to_the_end_of_december(world)
        engine = engine_named("auto", experiment.run_days(design))
        results = run_experiment(experiment, design, engine, workers=workers, out=out)
        days = days_of(experiment, results)
        rows = tuple(scored(target, books, name, read(days, target), design.runs) for target in targets)
        found.append(Played(name, rows))
    return tuple(found)


def _to_the_end_of_december(world: World) -> Experiment:
    plain = experiment_of(world.scenario, STRATEGY, seed=SEED, variants=world.variants)
    start = plain.scenario.model.start
    overrides = {"days": (LAST_DAY - start).days + 1, "report_to": ()}
    loaded = load_scenario(world.scenario, variants=world.variants, overrides=overrides)
    if world.blind:
        kept = {name: event for name, event in loaded.model.event.items() if event.first_day < KNOWN_ON}
        model = loaded.model.model_copy(update={"event": kept})
        loaded = dataclasses.replace(loaded, model=model, digest=digest_of(model))
    return Experiment(loaded, plain.strategy, SEED, "sampled")


def as_object(found: tuple[Played, ...]) -> dict[str, Any]:
    """The test as part of the object that `--json` prints: totals by world and role, and every target."""
    return {
        "worlds": {one.name: {part: one.total(role) for part, role in PARTS} for one in found},
        "targets": [
            {"id": row.target.id, "world": one.name, "role": row.target.role, "inside_prob": row.inside_prob,
             "log_score": row.log_score, "p05": row.p05, "p50": row.p50, "p95": row.p95, "inside_90": row.inside_90}
            for one in found
            for row in one.rows
        ],
    }  # fmt: skip
