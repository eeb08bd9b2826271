"""Dated events: what happened or was decided outside the model, each with its source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.language import Phrase
from sim.scenario.quantity import Amount, Count, Day, Factor, Hours, Identifier, Litres, Model, exactly


class Dated(Model):
    """Common part: from the midnight that opens `first_day` to the end of `last_day` (default: the horizon)."""

    title: str
    title_fr: str = ""
    first_day: Day
    last_day: Day | None = None
    source: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Dated:
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError(Phrase("last_day {last} lies before first_day {first}", last=self.last_day, first=self.first_day))
        return self


class Intensity(Dated):
    """Sets the intensity of ambush offers, on all exposed legs or on `legs`."""

    kind: Literal["intensity"]
    intensity_per_km_h: Amount
    legs: tuple[Identifier, ...] = ()


class Truce(Dated):
    """Multiplies the intensity; payments to the blockader are booked: a sum at the first day, a toll per tanker sent."""

    kind: Literal["truce"]
    factor: Factor
    payment_fcfa: Amount = exactly(0)
    toll_fcfa_tanker: Amount = exactly(0)


class Regime(Dated):
    """Says whether the campaign was active or quiet on these days; `threat.regimes` goes on from the last of them."""

    kind: Literal["regime"]
    state: Literal["active", "quiet"]


class Pause(Dated):
    """Hauliers pause: multiplies the tankers loaded a day, on all corridors or on `corridors`."""

    kind: Literal["pause"]
    factor: Factor
    corridors: tuple[Identifier, ...] = ()


class Clearance(Dated):
    """Sets the mean clearance time in the city."""

    kind: Literal["clearance"]
    mean_h: Hours


class Need(Dated):
    """Multiplies consumption need (school closure, announced measures), of all classes or of `classes`."""

    kind: Literal["need"]
    factor: Factor
    classes: tuple[Identifier, ...] = ()


class Closure(Dated):
    """Closes `legs` to traffic; cohorts wait at the node before them."""

    kind: Literal["closure"]
    legs: tuple[Identifier, ...] = Field(min_length=1)


class Reinforcement(Dated):
    """Adds escort units to a pool at the first day; they leave (as they become free) after the last day."""

    kind: Literal["reinforcement"]
    pool: Identifier
    units: Count


class Gift(Dated):
    """Donated tankers of each product that reach the city's clearance on the first day and leave the world empty."""

    kind: Literal["gift"]
    tankers: dict[Identifier, Count]
    tanker_l: Litres


class ObservedStock(Dated):
    """Sets the depot stock at the midnight that opens the first day; the difference is booked as `adjustment`."""

    kind: Literal["observed_stock"]
    stock_l: dict[Identifier, Amount]


Event = Annotated[
    Intensity | Truce | Regime | Pause | Clearance | Need | Closure | Reinforcement | Gift | ObservedStock,
    Field(discriminator="kind"),
]
