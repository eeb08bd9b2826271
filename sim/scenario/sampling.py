"""A scenario in one world: every uncertain quantity drawn, by its dotted key, with epistemic draws only."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from sim.draws import Luck, Replication, Stream, entity_hashes
from sim.errors import UsageError
from sim.language import Phrase
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity

M = TypeVar("M", bound=BaseModel)


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
        Experiment seed and world number; the draw of a quantity depends on these and on its dotted key alone.
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
    names = [path for path, quantity in quantities(scenario) if quantity.uncertain]
    luck = Luck(seed, Replication(world, 0))
    entities = entity_hashes([f"parameter/{name}" for name in names])
    uniforms = luck.grid(Stream.PARAMETER, list(entities.values()), 0, lanes=(0,))[0].tolist()
    return _drawn(scenario, "", dict(zip(names, uniforms, strict=True)))


def _drawn(part: M, path: str, uniforms: dict[str, float]) -> M:
    """A copy of a part of a scenario with its uncertain quantities drawn; parts without any are shared."""
    changed: dict[str, Any] = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        key = field.alias or name
        drawn = _drawn_value(value, f"{path}.{key}" if path else key, uniforms)
        if drawn is not value:
            changed[name] = drawn
    return part.model_copy(update=changed) if changed else part


def _drawn_value(value: Any, path: str, uniforms: dict[str, float]) -> Any:
    if isinstance(value, Quantity):
        return Quantity.model_construct(value=value.at(uniforms[path])) if path in uniforms else value
    if isinstance(value, BaseModel):
        return _drawn(value, path, uniforms)
    if isinstance(value, dict):
        drawn = {key: _drawn_value(item, f"{path}.{key}", uniforms) for key, item in value.items()}
        return drawn if any(drawn[key] is not value[key] for key in value) else value
    return value
