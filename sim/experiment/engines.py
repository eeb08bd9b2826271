"""Engines by name, as what an experiment needs of them: a plan of a world, its runs, labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sim.errors import UsageError
from sim.language import NOTHING, Phrase, either

if TYPE_CHECKING:
    from sim.draws import Replication
    from sim.records import Labels, Room, RunRecords, RunStack
    from sim.scenario.model import Scenario
    from sim.scenario.strategy import Strategy

Uncertainty = Literal["central", "sampled"]

BREAK_EVEN_RUN_DAYS = 1_000
"""Simulated days from which the batch engine is done first when its machine code is at hand (docs/engines.md)."""

BREAK_EVEN_COMPILING_RUN_DAYS = 50_000
"""The same where it has to be compiled first."""

COMPILING_S = 12
"""Seconds that compiling takes, about."""


class MakePlan(Protocol):
    """Turns a scenario and a strategy into the Plan of one world."""

    def __call__(
        self, scenario: Scenario, strategy: Strategy, *, seed: int, world: int, uncertainty: Uncertainty
    ) -> Any: ...


class SimulateMany(Protocol):
    """Runs replications of the world of a Plan, with the daily records in a room if one is given.

    `shared` is what `Engine.shared` made for a study in which strategies follow each other in the same replications.
    """

    def __call__(
        self, plan: Any, seed: int, replications: Sequence[Replication], room: Room | None = None, shared: Any = None
    ) -> RunStack: ...


@dataclass(frozen=True)
class Engine:
    """An engine: its name and functions that can be sent to another process (defined in a module)."""

    name: str
    make_plan: MakePlan
    simulate: Callable[[Any, int, Replication], RunRecords]
    labels_of: Callable[[Scenario], Labels]
    simulate_many: SimulateMany | None = None
    """Runs of one Plan at once, in threads without the lock of the interpreter; None where processes are needed."""
    prepare: Callable[[], None] | None = None
    """What has to be done once before the first run, and can be interrupted."""
    shared: Callable[[], Any] | None = None
    """Makes what runs of several strategies can share while a study lasts; it never changes results."""

    @property
    def pace(self) -> int:
        """How many times larger batches may be than those of the reference engine."""
        return 1 if self.simulate_many is None else 120


ENGINES = ("reference", "batch")


def engine_named(name: str, run_days: int = 0) -> Engine:
    """The engine of that name; ``auto`` takes the one that is done first with so many simulated days.

    Raises
    ------
    UsageError
        If no engine has that name, or the batch engine is asked for where Numba is not installed.
    """
    if name not in (*ENGINES, "auto"):
        near = get_close_matches(name, ENGINES, n=1)
        meant = Phrase("; did you mean {names}?", names=either(near)) if near else NOTHING
        raise UsageError(
            Phrase('engine: expected one of {engines}, got "{got}"{meant}', engines=("auto", *ENGINES), got=name, meant=meant)
        )
    if name == "batch" and not has_batch():
        raise UsageError(Phrase('engine: "batch" needs Numba, which is not installed: pip install numba, or ask for auto'))
    if name == "auto":
        name = "batch" if has_batch() and run_days >= _break_even() else "reference"
    from sim.plan import labels_of, make_plan

    if name == "batch":
        from sim.engines.batch import machine
        from sim.engines.batch.eves import Eves

        return Engine("batch", make_plan, machine.simulate, labels_of, machine.simulate_many, machine.prepare, Eves)
    from sim.engines.reference import simulate

    return Engine("reference", make_plan, simulate, labels_of)


def has_batch() -> bool:
    """Whether the batch engine can be used."""
    try:
        return find_spec("numba") is not None and find_spec("sim.engines.batch") is not None
    except ImportError:
        return False


def is_compiled() -> bool:
    """Whether the batch engine need not be compiled first."""
    from sim.engines.batch.cache import is_compiled

    return is_compiled()


def _break_even() -> int:
    return BREAK_EVEN_RUN_DAYS if is_compiled() else BREAK_EVEN_COMPILING_RUN_DAYS
