"""The scenario file as a frozen model: the state of the world and nothing that the authorities decide."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.city import Balance, City, DemandClass, Product
from sim.scenario.events import Event
from sim.scenario.posterior import Posterior
from sim.scenario.quantity import Day, Identifier, Model
from sim.scenario.roads import Corridor, Escort, Leg, Memory, Node, Orders, Road, Sink
from sim.scenario.threat import Aftermath, Contact, Cost, Loss, Threat


class Mechanisms(Model):
    """Switches; off means the documented neutral value.

    losses: engagements destroy and damage nothing (they are still remembered, still delay, still wear ambushes out);
    escort_wait: units are always free; slower_transit: escorted driving as fast as unescorted, no delay after engagements;
    willingness: every driver is willing (where independents are allowed they then leave before convoys form, so fewer are
    escorted); panic: the refill target never rises; allocation: pro rata to what is wanted.
    """

    losses: bool = True
    escort_wait: bool = True
    slower_transit: bool = True
    willingness: bool = True
    panic: bool = True
    allocation: bool = True


class Scenario(Model):
    """A complete scenario.

    `counting_point` is where the books count inflow: as tankers leave a staging node (the border), as they reach the city's
    clearance, or as they are released from it; drops on the way count when they are made, except at the border. `report_to`
    names days to which the metrics of the city are reported beside those of the whole horizon. Every cross-reference is
    checked in `sim.scenario.checks`, not here.
    """

    kind: Literal["scenario"]
    title: str
    title_fr: str = ""
    summary: str = ""
    books: str = ""
    counting_point: Literal["border", "arrival", "release"] = "arrival"
    report_to: tuple[Day, ...] = Field(default=(), max_length=4)
    start: Day
    days: Annotated[int, Field(ge=1, le=18_300)]
    warmup_days: Annotated[int, Field(ge=0, le=365)] = 45
    default_strategy: Identifier
    mechanisms: Mechanisms = Mechanisms()
    road: Road = Road()
    product: dict[Identifier, Product] = Field(min_length=1, max_length=20)
    balance: dict[Identifier, Balance]
    node: dict[Identifier, Node] = Field(max_length=20_000)
    leg: dict[Identifier, Leg] = Field(max_length=10_000)
    corridor: dict[Identifier, Corridor] = Field(min_length=1, max_length=1_000)
    sink: dict[Identifier, Sink] = Field(default={}, max_length=1_000)
    city: City
    demand_class: dict[Identifier, DemandClass] = Field(alias="class", min_length=1, max_length=200)
    orders: Orders = Orders()
    memory: Memory = Memory()
    escort: Escort = Escort()
    threat: Threat = Threat()
    contact: Contact = Contact()
    loss: Loss = Loss()
    aftermath: Aftermath = Aftermath()
    cost: Cost = Cost()
    event: dict[Identifier, Event] = Field(default={}, max_length=10_000)
    posterior: Posterior | None = None

    @property
    def corridors(self) -> dict[str, Corridor]:
        """The corridors that are switched on."""
        return {name: corridor for name, corridor in self.corridor.items() if corridor.enabled}
