"""A scenario in one world: every uncertain quantity drawn, by its dotted key, with epistemic draws only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from sim.draws import Luck, Replication, Stream, entity_hashes
from sim.errors import UsageError
from sim.language import Phrase
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

WORLDS_KEPT = 64
"""Sampled scenarios that are kept, so that strategies which meet the same worlds share them."""


class Same(Generic[T]):
    """A thing as a key of a cache: equal to itself alone, and kept as long as the key is."""

    __slots__ = ("thing",)

    def __init__(self, thing: T) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing


def quantities(part: Any, path: str = "") -> list[tuple[str, Quantity]]:
    """All quantities below a part of a scenario with their dotted keys, such as ``corridor.kayes.fleet``."""
    if isinstance(part, Quantity):
        return [(path, part)]
    if isinstance(part, BaseModel):
        named = [(field.alias or name, getattr(part, name)) for name, field in type(part).model_fields.items()]
    elif isinstance(part, dict):
        named = list(part.items())
    else:
        return []
    return [found for key, value in named for found in quantities(value, f"{path}.{key}" if path else key)]


def in_world(scenario: Scenario, seed: int, world: int, uncertainty: str) -> Scenario:
    """The scenario as it is in a world: its uncertain quantities replaced by the world's draws.

    Parameters
    ----------
    scenario
        A validated scenario.
    seed, world
        Experiment seed and world number; the draw of a quantity depends on these and on its dotted key alone, or on
        a row of `posterior`, which the world number chooses.
    uncertainty
        ``"sampled"`` draws, ``"central"`` leaves every `value`.

    Raises
    ------
    UsageError
        If `uncertainty` is neither.
    """
    if uncertainty == "central":
        return scenario
    if uncertainty != "sampled":
        raise UsageError(Phrase('uncertainty "{given}" is unknown: use "central" or "sampled"', given=uncertainty))
    return _sampled(Same(scenario), seed, world)


@lru_cache(maxsize=WORLDS_KEPT)
def _sampled(of: Same[Scenario], seed: int, world: int) -> Scenario:
    scenario = of.thing
    uncertain = {path: quantity for path, quantity in quantities(scenario) if quantity.uncertain}
    calibrated: Mapping[str, float] = {}
    if scenario.posterior is not None:
        seed, (world, calibrated) = scenario.posterior.seed, scenario.posterior.row(world)
    luck = Luck(seed, Replication(world, 0))
    entities = entity_hashes([f"parameter/{path}" for path in uncertain])
    uniforms = luck.grid(Stream.PARAMETER, list(entities.values()), 0, lanes=(0,))[0].tolist()
    drawn = {path: quantity.at(u) for (path, quantity), u in zip(uncertain.items(), uniforms, strict=True)}
    return with_values(scenario, {**drawn, **calibrated})


def with_values(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with known values in place of the quantities of these dotted keys, all else as it is."""
    return _drawn(scenario, "", values)


def _drawn(part: M, path: str, values: Mapping[str, float]) -> M:
    """A copy of a part of a scenario with its values in place; parts without any are shared."""
    changed: dict[str, Any] = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        key = field.alias or name
        drawn = _drawn_value(value, f"{path}.{key}" if path else key, values)
        if drawn is not value:
            changed[name] = drawn
    return part.model_copy(update=changed) if changed else part


def _drawn_value(value: Any, path: str, values: Mapping[str, float]) -> Any:
    if isinstance(value, Quantity):
        return Quantity.model_construct(value=values[path]) if path in values else value
    if isinstance(value, BaseModel):
        return _drawn(value, path, values)
    if isinstance(value, dict):
        drawn = {key: _drawn_value(item, f"{path}.{key}", values) for key, item in value.items()}
        return drawn if any(drawn[key] is not value[key] for key in value) else value
    return value
