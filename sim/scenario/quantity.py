"""Quantities: numbers of a scenario with their range, source and confidence; the unit stands in the key."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sim.language import Phrase
from sim.rules.shapes import split_uniform

IDENTIFIER = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]


Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
"""A date near enough that days can be added to it and taken from it."""


class Model(BaseModel):
    """Base of every part of a file: frozen, unknown keys refused, NaN and infinities refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True, strict=True, ser_json_inf_nan="null"
    )


class Quantity(Model):
    """A number that may be uncertain: a bare number, or ``{ value, low, high, source, confidence, note }``.

    `low` and `high` bound what we consider possible (both or neither); `source` is ``<file>:<row>`` of the evidence
    (``parameters:customs_clearance_hours_before``) or an assumption id (``A07``).
    """

    value: float
    low: float | None = None
    high: float | None = None
    source: str | None = None
    confidence: Literal["high", "medium", "low"] | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare_number(cls, data: Any) -> Any:
        if isinstance(data, (int, float)) and not isinstance(data, bool):
            return {"value": data}
        return data

    @model_validator(mode="after")
    def _ordered(self) -> Quantity:
        if (self.low is None) != (self.high is None):
            raise ValueError(Phrase("low and high must be given together"))
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            got = (f"{self.low:g}", f"{self.value:g}", f"{self.high:g}")
            raise ValueError(Phrase("expected low ≤ value ≤ high, got {got}", got=got))
        return self

    @property
    def uncertain(self) -> bool:
        """Whether worlds differ in it."""
        return self.low is not None and self.low != self.high

    @property
    def highest(self) -> float:
        """The most that it is in any world."""
        return self.value if self.high is None else self.high

    @property
    def lowest(self) -> float:
        """The least that it is in any world."""
        return self.value if self.low is None else self.low

    def at(self, u: float) -> float:
        """Value in the world whose uniform for this quantity is `u` in (0, 1)."""
        if self.low is None or self.high is None:
            return self.value
        return split_uniform(self.value, self.low, self.high, u)


def _bounded(low: float, high: float, above: bool, whole: bool) -> AfterValidator:
    def check(quantity: Quantity) -> Quantity:
        for number in (quantity.value, quantity.low, quantity.high):
            if number is None:
                continue
            if number < low or number > high or (above and number == low):
                limits = Phrase("> {low:g}", low=low) if above else Phrase("≥ {low:g}", low=low)
                both = Phrase("{limits} and ≤ {high:,g}", limits=limits, high=high) if high < LARGE else limits
                raise ValueError(Phrase("expected {limits}, got {got}", limits=both, got=f"{number:g}"))
            if whole and number != int(number):
                raise ValueError(Phrase("expected a whole number, got {got}", got=f"{number:g}"))
        return quantity

    return AfterValidator(check)


LARGE = 1e12
Amount = Annotated[Quantity, _bounded(0, LARGE, False, False)]
Positive = Annotated[Quantity, _bounded(0, LARGE, True, False)]
Litres = Annotated[Quantity, _bounded(1, LARGE, False, False)]
Count = Annotated[Quantity, _bounded(0, 1e6, False, True)]
Probability = Annotated[Quantity, _bounded(0, 1, False, False)]
Share = Probability
Kilometres = Annotated[Quantity, _bounded(0, 20_000, True, False)]
Hours = Annotated[Quantity, _bounded(0, 24 * 365, False, False)]
HourOfDay = Annotated[Quantity, _bounded(0, 24, False, False)]
Exponent = Annotated[Quantity, _bounded(0, 5, False, False)]
Spread = Annotated[Quantity, _bounded(0, 0.5, False, False)]
Days = Annotated[Quantity, _bounded(0, 3650, False, False)]
Period = Annotated[Quantity, _bounded(1, 3650, False, False)]
"""Days from 1 on: how long something lasts that is told by day."""
Factor = Annotated[Quantity, _bounded(0, 100, False, False)]


def exactly(value: float) -> Quantity:
    """A quantity that is known: used for defaults, which are neutral values and never facts."""
    return Quantity(value=value)


class Duration(Model):
    """A time that may vary by chance: `fixed`, `exponential` (mean) or `lognormal` (mean and coefficient of variation)."""

    shape: Literal["fixed", "exponential", "lognormal"] = "fixed"
    mean_h: Hours
    cv: Factor = exactly(0)

    @model_validator(mode="after")
    def _spread(self) -> Duration:
        if self.shape == "lognormal" and self.cv.value <= 0:
            raise ValueError(Phrase('shape "lognormal" needs cv > 0'))
        if self.shape != "lognormal" and self.cv.value != 0:
            raise ValueError(Phrase('cv belongs to shape "lognormal", not to "{shape}"', shape=self.shape))
        return self


def no_time() -> Duration:
    """A duration of zero hours, the neutral default."""
    return Duration(mean_h=exactly(0))
