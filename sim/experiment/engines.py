"""Engines by name, as what an experiment needs of them: a plan of a world, a run, labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.draws import Replication
    from sim.records import Labels, RunRecords
    from sim.scenario.model import Scenario
    from sim.scenario.strategy import Strategy

Uncertainty = Literal["central", "sampled"]


class MakePlan(Protocol):
    """Turns a scenario and a strategy into the Plan of one world."""

    def __call__(
        self, scenario: Scenario, strategy: Strategy, *, seed: int, world: int, uncertainty: Uncertainty
    ) -> Any: ...


@dataclass(frozen=True)
class Engine:
    """An engine: its name and three functions that can be sent to another process (defined in a module)."""

    name: str
    make_plan: MakePlan
    simulate: Callable[[Any, int, Replication], RunRecords]
    labels_of: Callable[[Scenario], Labels]


ENGINES = ("reference",)


def engine_named(name: str) -> Engine:
    """The engine of that name; ``auto`` takes the one that suits: `reference` while there is no other.

    Raises
    ------
    UsageError
        If no engine has that name.
    """
    if name not in (*ENGINES, "auto"):
        near = get_close_matches(name, ENGINES, n=1)
        meant = f'; did you mean "{near[0]}"?' if near else ""
        raise UsageError(f'engine: expected one of auto, {", ".join(ENGINES)}, got "{name}"{meant}')
    from sim.engines.reference import simulate
    from sim.plan import labels_of, make_plan

    return Engine("reference", make_plan, simulate, labels_of)
