"""Strategies: what the authorities decide. Numbers here are decisions, not facts, and need no source."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.quantity import Day, Identifier, Model

Whole = Annotated[int, Field(ge=1, le=10_000)]


class NoEscort(Model):
    """Convoys without escort units."""

    rule: Literal["none"]


class FixedEscort(Model):
    """The same number of units for every convoy."""

    rule: Literal["fixed"]
    units: Whole


class PerTankers(Model):
    """One unit for every `tankers_per_unit` tankers, rounded up."""

    rule: Literal["per_tankers"]
    tankers_per_unit: Whole


class SquareRoot(Model):
    """`units_at_100` units at 100 tankers, growing with the square root of the size, rounded up."""

    rule: Literal["square_root"]
    units_at_100: Annotated[float, Field(gt=0, le=1000)]


EscortRule = Annotated[NoEscort | FixedEscort | PerTankers | SquareRoot, Field(discriminator="rule")]


class Convoys(Model):
    """Departure slots and the rule applied at each.

    A slot opens every `interval_h` from `first_h` hours after the start date's midnight (moved by up to ± `jitter_h`, drawn)
    and stays open until the next. A convoy leaves when at least `min_size` willing tankers are staged and units are free;
    it takes at most `size`. When no unit is free it waits; with `when_no_unit = "unescorted"` it leaves without after
    `max_wait_h`. `shrink` lets it leave smaller (not under `min_size`) with the units that are free.
    """

    interval_h: Annotated[float, Field(gt=0, le=8760)]
    first_h: Annotated[float, Field(ge=0, le=8760)] = 6.0
    jitter_h: Annotated[float, Field(ge=0, le=168)] = 0.0
    size: Whole
    min_size: Whole = 1
    escort: EscortRule
    daylight_only: bool = False
    when_no_unit: Literal["wait", "unescorted"] = "wait"
    max_wait_h: Annotated[float, Field(ge=0, le=8760)] = 0.0
    shrink: bool = False


class Rules(Model):
    """Decisions about the road, which may change on dates.

    `convoys` runs on every corridor unless `corridor` says otherwise; `units` stations the escort units of the scenario's
    pools anew (their sum stays that of the scenario; given for all pools or for none).
    """

    independents: bool | None = None
    convoys: Convoys | None = None
    corridor: dict[Identifier, Convoys] = Field(default={}, max_length=1_000)
    units: dict[Identifier, Annotated[int, Field(ge=0, le=10_000)]] = Field(default={}, max_length=1_000)


class Period(Rules):
    """Rules from the midnight that opens `first_day` on; what it does not state stays as it was before."""

    first_day: Day


class Strategy(Rules):
    """A strategy file: may independents travel, how convoys run, how the city shares out its fuel.

    It applies from the start date; in the warm-up everybody travels without escort. `priority` lists classes that are
    served first, in order, when `allocation` is "priority"; `protected` classes are never cut at low cover; `ration_l_fill`
    caps what a customer may buy at once.
    """

    kind: Literal["strategy"]
    title: str
    title_fr: str = ""
    summary: str = ""
    independents: bool = True
    allocation: Literal["pro_rata", "priority"] | None = None
    priority: tuple[Identifier, ...] = ()
    protected: tuple[Identifier, ...] = ()
    ration_l_fill: Annotated[float, Field(gt=0, le=10_000)] | None = None
    period: tuple[Period, ...] = Field(default=(), max_length=1_000)

    def spans(self, start: date) -> list[tuple[date, Rules]]:
        """The rules in force from each date on, the first from the start date; later statements replace earlier ones."""
        now = Rules(
            independents=self.independents, convoys=self.convoys, corridor=self.corridor, units=self.units
        )
        found = [(start, now)]
        for period in sorted(self.period, key=lambda p: p.first_day):
            now = Rules(
                independents=now.independents if period.independents is None else period.independents,
                convoys=period.convoys or now.convoys,
                corridor={**({} if period.convoys else now.corridor), **period.corridor},
                units=period.units or now.units,
            )
            found.append((period.first_day, now))
        return found
