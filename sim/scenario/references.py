"""Checks that every name used in a scenario exists and that corridors hang together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from sim.language import Phrase, listed
from sim.scenario import events
from sim.scenario.expected import Finding, suggestion
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.roads import Corridor

NODE, LEG, CORRIDOR, POOL = Phrase("node"), Phrase("leg"), Phrase("corridor"), Phrase("escort pool")
PRODUCT, CLASS = Phrase("product"), Phrase("class")


def _known(path: KeyPath, what: Phrase, name: str, names: Iterable[str]) -> Iterator[Finding]:
    """A finding unless `name` is one of `names`."""
    if name not in names:
        hint = suggestion(name, names) or Phrase("there are: {names}", names=listed(names))
        yield Finding(path, Phrase('there is no {what} "{name}"', what=what, name=name), hint)


def leg_ends(scenario: Scenario) -> Iterator[Finding]:
    """Legs run between two different nodes that exist."""
    for name, leg in scenario.leg.items():
        yield from _known(("leg", name, "from"), NODE, leg.start, scenario.node)
        yield from _known(("leg", name, "to"), NODE, leg.end, scenario.node)
        if leg.start == leg.end:
            message = Phrase('leads back to "{node}": expected another node', node=leg.start)
            yield Finding(("leg", name, "to"), message, parts=(("leg", name, "from"),))


def corridor_legs(scenario: Scenario) -> Iterator[Finding]:
    """Corridors use legs that exist."""
    for name, corridor in scenario.corridor.items():
        for index, leg in enumerate(corridor.legs):
            yield from _known(("corridor", name, "legs", index), LEG, leg, scenario.leg)


def corridor_order(scenario: Scenario) -> Iterator[Finding]:
    """Each leg starts where the one before it ends, the last ends at the city, no node comes twice."""
    for name, corridor in _complete_corridors(scenario):
        legs = [scenario.leg[leg] for leg in corridor.legs]
        path: KeyPath = ("corridor", name, "legs")
        ends = [("leg", leg, "to") for leg in corridor.legs]
        for index, (before, after) in enumerate(pairwise(legs), 1):
            if before.end != after.start:
                name_of_leg = corridor.legs[index]
                message = Phrase(
                    '"{leg}" starts at "{start}", but the leg before ends at "{end}"',
                    leg=name_of_leg, start=after.start, end=before.end,
                )  # fmt: skip
                yield Finding((*path, index), message, parts=(ends[index - 1], ("leg", name_of_leg, "from")))
        if legs[-1].end != scenario.city.node and scenario.city.node in scenario.node:
            end, city = legs[-1].end, scenario.city.node
            message = Phrase('the last leg ends at "{end}", expected the city: "{city}"', end=end, city=city)
            yield Finding((*path, len(legs) - 1), message, parts=(ends[-1], ("city", "node")))
        passed = {legs[0].start: ("leg", corridor.legs[0], "from")}
        for index, leg in enumerate(legs):
            if leg.end in passed:
                message = Phrase('passes node "{node}" a second time', node=leg.end)
                yield Finding((*path, index), message, parts=(ends[index], passed[leg.end]))
            passed.setdefault(leg.end, ends[index])


def corridor_staging(scenario: Scenario) -> Iterator[Finding]:
    """The staging node lies on the corridor, before its end."""
    for name, corridor in _complete_corridors(scenario):
        legs = [scenario.leg[leg] for leg in corridor.legs]
        starts = [legs[0].start, *(leg.end for leg in legs[:-1])]
        path: KeyPath = ("corridor", name, "staging")
        for finding in _known(path, Phrase("node before the end of this corridor called"), corridor.staging, starts):
            yield finding._replace(parts=(("corridor", name, "legs"),))


def exposure_after_staging(scenario: Scenario) -> Iterator[Finding]:
    """Exposed legs lie after the staging node of a corridor that uses them."""
    used: dict[str, list[KeyPath]] = {}
    after: set[str] = set()
    for corridor_name, corridor in _complete_corridors(scenario):
        starts = [scenario.leg[leg].start for leg in corridor.legs]
        for leg_name in corridor.legs:
            used.setdefault(leg_name, []).append(("corridor", corridor_name, "staging"))
        if corridor.staging in starts:
            after.update(corridor.legs[starts.index(corridor.staging) :])
    for name, leg in scenario.leg.items():
        exposed = leg.exposure.value > 0 or (leg.exposure.high or 0) > 0
        if exposed and name in used and name not in after:
            message = Phrase("lies before the staging node of every corridor that uses it: expected 0 there")
            hint = Phrase("move the staging node, or leave exposure out")
            yield Finding(("leg", name, "exposure"), message, hint, tuple(used[name]))


def sink_nodes(scenario: Scenario) -> Iterator[Finding]:
    """Sinks stand at nodes that tankers pass before the city, one sink at a node."""
    at: dict[str, str] = {}
    passed = {
        node for _, c in _complete_corridors(scenario) for leg in c.legs
        for node in (scenario.leg[leg].start, scenario.leg[leg].end) if node != scenario.city.node
    }  # fmt: skip
    complete = len(list(_complete_corridors(scenario))) == len(scenario.corridor)
    for name, sink in scenario.sink.items():
        path: KeyPath = ("sink", name, "node")
        unknown = list(_known(path, NODE, sink.node, scenario.node))
        yield from unknown
        if not unknown and complete and sink.node not in passed:
            message = Phrase('no corridor passes "{node}" on its way to the city', node=sink.node)
            yield Finding(path, message, parts=(("city", "node"), *(("corridor", c, "legs") for c in scenario.corridor)))
        other = at.setdefault(sink.node, name)
        if other != name:
            message = Phrase('sink "{other}" stands at "{node}" too: expected one sink at a node', other=other, node=sink.node)
            yield Finding(path, message, parts=(("sink", other, "node"),))


def city_node(scenario: Scenario) -> Iterator[Finding]:
    """The city stands at a node."""
    yield from _known(("city", "node"), NODE, scenario.city.node, scenario.node)


def product_keys(scenario: Scenario) -> Iterator[Finding]:
    """Balance, depots, classes and sinks have one entry for each product and for nothing else."""
    tables: list[tuple[KeyPath, Iterable[str]]] = [
        (("balance",), scenario.balance),
        (("city", "depot"), scenario.city.depot),
        *((("class", name, "share"), part.share) for name, part in scenario.demand_class.items()),
        *((("sink", name, "share"), sink.share) for name, sink in scenario.sink.items()),
    ]
    for path, keys in tables:
        for key in keys:
            yield from _known((*path, key), PRODUCT, key, scenario.product)
        for product in scenario.product:
            if product not in keys:
                message = Phrase('is missing: expected an entry for product "{product}"', product=product)
                yield Finding((*path, product), message, parts=(("product", product),))


def pool_nodes(scenario: Scenario) -> Iterator[Finding]:
    """Each pool of escort units stands at a staging node, one pool at a node."""
    staging = {corridor.staging for corridor in scenario.corridor.values()}
    at: dict[str, str] = {}
    for name, pool in scenario.escort.pool.items():
        path: KeyPath = ("escort", "pool", name, "node")
        for finding in _known(path, Phrase("staging node"), pool.node, sorted(staging)):
            yield finding._replace(parts=tuple(("corridor", c, "staging") for c in scenario.corridor))
        other = at.setdefault(pool.node, name)
        if other != name:
            message = Phrase('pool "{other}" stands at "{node}" too: expected one pool at a node', other=other, node=pool.node)
            yield Finding(path, message, parts=(("escort", "pool", other, "node"),))


def event_names(scenario: Scenario) -> Iterator[Finding]:
    """Dated events name legs, corridors, classes, pools and products that exist."""
    for name, event in scenario.event.items():
        path: KeyPath = ("event", name)
        if isinstance(event, (events.Intensity, events.Closure)):
            yield from _all_known((*path, "legs"), LEG, event.legs, scenario.leg)
        if isinstance(event, events.Pause):
            yield from _all_known((*path, "corridors"), CORRIDOR, event.corridors, scenario.corridor)
        if isinstance(event, events.Need):
            yield from _all_known((*path, "classes"), CLASS, event.classes, scenario.demand_class)
        if isinstance(event, events.Reinforcement):
            yield from _known((*path, "pool"), POOL, event.pool, scenario.escort.pool)
        keyed = {events.Gift: "tankers", events.ObservedStock: "stock_l"}.get(type(event))
        if keyed:
            for product in getattr(event, keyed):
                yield from _known((*path, keyed, product), PRODUCT, product, scenario.product)


def _all_known(path: KeyPath, what: Phrase, used: tuple[str, ...], names: Iterable[str]) -> Iterator[Finding]:
    for index, name in enumerate(used):
        yield from _known((*path, index), what, name, names)


def _complete_corridors(scenario: Scenario) -> Iterator[tuple[str, Corridor]]:
    """Corridors whose legs all exist: the others are reported by `corridor_legs` alone."""
    for name, corridor in scenario.corridor.items():
        if all(leg in scenario.leg for leg in corridor.legs):
            yield name, corridor


REFERENCES: tuple[Callable[[Scenario], Iterator[Finding]], ...] = (
    leg_ends, corridor_legs, corridor_order, corridor_staging, exposure_after_staging, sink_nodes, city_node,
    product_keys, pool_nodes, event_names,
)  # fmt: skip
