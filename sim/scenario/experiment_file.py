"""The experiment file as a frozen model: which strategies are compared, in which worlds, how often, over which grid."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.draws import CHANCES_PER_WORLD, WORLDS
from sim.language import Phrase
from sim.scenario.quantity import Model

Value = str | int | float | bool
"""What a grid may lay at a key."""

EVERY_SCENARIO, EVERY_STRATEGY = "scenario", "strategy"
"""First parts of grid keys that lay a value over every scenario, and over every strategy."""

MOST_VALUES = 1_000
"""Values of one key of a grid, at most."""

SIGNIFICANT = 12
"""Figures to which the values of a range are rounded: 0.1 + 0.2 is 0.3."""


def _together(entry: Any) -> Any:
    """An entry of `variants` as the names that are laid together: "" for none, a name for that one."""
    if isinstance(entry, str):
        return (entry,) if entry else ()
    if isinstance(entry, tuple):
        return entry
    raise ValueError(Phrase('expected the name of a variant in quotes ("" for none), or an array of names laid together'))


Together = Annotated[
    tuple[str, ...], BeforeValidator(_together, json_schema_input_type=str | tuple[str, ...]), Field(max_length=20)
]


class Axis(Model):
    """Values that a grid gives to one key: an array of them, or a range in equal steps.

    `from` and `to` are the first and the last value, `steps` how many there are with both: `{ from = 20, to = 200, steps = 10 }`
    is 20, 40, …, 200. Values of a range are whole where all of them are.
    """

    values: Annotated[tuple[Any, ...], Field(max_length=MOST_VALUES)] | None = None
    first: float | None = Field(default=None, alias="from")
    last: float | None = Field(default=None, alias="to")
    steps: Annotated[int, Field(ge=2, le=MOST_VALUES)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_array(cls, data: Any) -> Any:
        if isinstance(data, tuple):
            return {"values": data}
        if isinstance(data, dict):
            return data
        raise ValueError(Phrase("expected an array of values, or a range { from = …, to = …, steps = … }"))

    @model_validator(mode="after")
    def _array_or_range(self) -> Axis:
        stated = [part is not None for part in (self.first, self.last, self.steps)]
        if any(stated) == (self.values is not None) or any(stated) != all(stated):
            raise ValueError(Phrase("expected an array of values, or a range { from = …, to = …, steps = … }"))
        if self.first is not None and self.first == self.last:
            raise ValueError(Phrase("a range from {first:g} to {last:g} has one value only", first=self.first, last=self.last))
        return self

    @property
    def points(self) -> tuple[Value, ...]:
        """The values in their order."""
        if self.values is not None:
            return self.values
        assert self.first is not None and self.last is not None and self.steps is not None
        step = (self.last - self.first) / (self.steps - 1)
        found = [float(f"{self.first + i * step:.{SIGNIFICANT}g}") for i in range(self.steps)]
        return tuple(int(value) for value in found) if all(value.is_integer() for value in found) else tuple(found)


class ExperimentFile(Model):
    """An experiment: scenarios × variants × strategies × points of a grid, all in the same replications.

    `scenarios`, `strategies` and `variants` are names, or paths from the folder of this file. Each entry of `variants` is one
    reading of the world: a name, or names laid together; "" or an empty array is the scenario as it stands (so it is without
    `variants`). `baseline` is the strategy that the others are compared with, by default the first one. `metric` is the one that
    verdicts judge, `metrics` are further ones that tables show.

    How many runs: `worlds` × `chances`, or `precision`, the half-width (95 %, in the metric's unit) to which the key difference
    shall be known, in at most `max_worlds` worlds. `grid` lays values at keys: `"scenario.KEY"` in every scenario,
    `"strategy.KEY"` in every strategy, `"NAME.KEY"` in the strategy of that name; a number laid so is certain. `reference` is the
    point of the grid that the others are compared with: a value for some of its keys, the first one of every other key.
    """

    kind: Literal["experiment"]
    title: str
    title_fr: str = ""
    question: str = ""
    question_fr: str = ""
    scenarios: tuple[str, ...] = Field(min_length=1, max_length=100)
    variants: tuple[Together, ...] = Field(default=((),), min_length=1, max_length=100)
    strategies: tuple[str, ...] = Field(min_length=1, max_length=100)
    baseline: str | None = None
    metric: str = "shortage_days_any"
    metrics: tuple[str, ...] = Field(default=(), max_length=100)
    worlds: Annotated[int, Field(ge=1, le=WORLDS)] | None = None
    chances: Annotated[int, Field(ge=1, le=CHANCES_PER_WORLD)] = 10
    precision: Annotated[float, Field(gt=0)] | None = None
    max_worlds: Annotated[int, Field(ge=1, le=WORLDS)] | None = None
    seed: Annotated[int, Field(ge=0, le=(1 << 63) - 1)] = 1
    uncertainty: Literal["central", "sampled"] = "sampled"
    grid: dict[str, Axis] = Field(default={}, max_length=20)
    reference: dict[str, Any] = Field(default={}, max_length=20)
