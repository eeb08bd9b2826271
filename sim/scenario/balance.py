"""The balance: who takes which part of each product's normal need, and what of passing tankers is dropped for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sim.scenario.city import DemandClass
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.scenario.roads import Sink


class BalanceRow(NamedTuple):
    """Who takes which part of a product's normal need."""

    product: str
    name: str
    role: str
    """"sink" or "class"."""
    share: float
    litres_day: float


def settled(scenario: Scenario) -> Scenario:
    """The scenario with the shares of sinks and classes that give the city its part, `city.share`.

    Of all litres of normal need that are not burned for electricity the city's classes then get `city.share`; regions and sinks
    get the rest, all of them more or less by one factor, in every product. Without `city.share` shares are as written.
    """
    wanted = scenario.city.share
    if wanted is None or not any(part.outside for part in shared_parts(scenario).values()):
        return scenario
    factor = outside_factor(scenario, wanted.value)
    factor_in = {
        product: 1.0 - (factor - 1.0) * part.outside / part.inside if part.inside > 0.0 else 1.0
        for product, part in shared_parts(scenario).items()
    }

    def shared(taker: Sink | DemandClass) -> dict[str, Quantity]:
        """Shares of one taker: outside all by one factor, in the city what that leaves of each product."""
        if isinstance(taker, DemandClass) and taker.electricity:
            return taker.share
        inside = in_city(taker)
        return {
            product: Quantity.model_construct(value=share.value * (factor_in[product] if inside else factor))
            for product, share in taker.share.items()
        }

    return scenario.model_copy(update={
        "sink": {name: sink.model_copy(update={"share": shared(sink)}) for name, sink in scenario.sink.items()},
        "demand_class": {
            name: part.model_copy(update={"share": shared(part)}) for name, part in scenario.demand_class.items()
        },
        "city": scenario.city.model_copy(update={"share": None}),
    })  # fmt: skip


class Parts(NamedTuple):
    """Of one product's need, the part of the city's own classes and of regions and sinks; the rest makes electricity."""

    inside: float
    outside: float


def in_city(taker: Sink | DemandClass) -> bool:
    """Whether a taker stands in the city itself: neither a sink on the way nor a region supplied through it."""
    return isinstance(taker, DemandClass) and not taker.region


def shared_parts(scenario: Scenario) -> Mapping[str, Parts]:
    """The written parts of each product's need inside and outside the city, electricity left out."""
    takers: list[Sink | DemandClass] = [*scenario.sink.values()]
    takers += [part for part in scenario.demand_class.values() if not part.electricity]
    return {
        product: Parts(*(
            sum(taker.share[product].value for taker in takers if product in taker.share and in_city(taker) is inside)
            for inside in (True, False)
        ))
        for product in scenario.balance
    }


def outside_factor(scenario: Scenario, city_share: float) -> float:
    """By what regions and sinks get more than written, so that the city's classes get `city_share` of the need in litres."""
    need = {product: balance.need_l_day.value for product, balance in scenario.balance.items()}
    written = shared_parts(scenario)
    outside = sum(part.outside * need[p] for p, part in written.items())
    whole = outside + sum(part.inside * need[p] for p, part in written.items())
    return (1.0 - city_share) * whole / outside


def with_city_share(scenario: Scenario, city_share: float | None) -> Scenario:
    """The scenario with another value of `city.share`; None leaves it as it is."""
    if city_share is None:
        return scenario
    share = Quantity.model_construct(value=city_share)
    return scenario.model_copy(update={"city": scenario.city.model_copy(update={"share": share})})


def balance_table(scenario: Scenario) -> list[BalanceRow]:
    """Normal need in litres a day by product and taker (sinks, then classes), at central values."""
    return written_table(settled(scenario))


def written_table(scenario: Scenario) -> list[BalanceRow]:
    """The same of the shares as the file has them, before `city.share` moves them."""
    rows = []
    for product, balance in scenario.balance.items():
        takers = [("sink", name, sink.share) for name, sink in scenario.sink.items()]
        takers += [("class", name, part.share) for name, part in scenario.demand_class.items()]
        for role, name, shares in takers:
            if product in shares:
                share = shares[product].value
                rows.append(BalanceRow(product, name, role, share, share * balance.need_l_day.value))
    return rows


class Lack(NamedTuple):
    """A sink that takes more of a product than passes it in normal times: both as shares of the whole."""

    sink: str
    product: str
    share: float
    passing: float


class Drops(NamedTuple):
    """What sinks take of the tankers that pass them, by sink and product, and where more is taken than passes."""

    fractions: dict[str, dict[str, float]]
    lacking: list[Lack]


PASSING_TOLERANCE = 1e-9
"""Room for the rounding of decimal shares in binary."""


def sink_fractions(scenario: Scenario) -> Drops:
    """What a sink takes of the tankers that pass it, so that the normal flow meets every need: the farthest sink first."""
    scenario = settled(scenario)
    passing: dict[str, list[str]] = {}
    steps: dict[str, int] = {}
    left: dict[str, dict[str, float]] = {}
    for name, corridor in scenario.corridors.items():
        legs = [scenario.leg[leg] for leg in corridor.legs if leg in scenario.leg]
        nodes = [*(leg.start for leg in legs[:1]), *(leg.end for leg in legs)]
        left[name] = dict.fromkeys(scenario.product, corridor.share.value)
        for place, node in enumerate(nodes):
            passing.setdefault(node, []).append(name)
            steps[node] = max(steps.get(node, 0), len(nodes) - place)
    drops = Drops({name: {} for name in scenario.sink}, [])
    for name, sink in sorted(scenario.sink.items(), key=lambda item: -steps.get(item[1].node, 0)):
        through = passing.get(sink.node, [])
        for product in scenario.product:
            share = sink.share[product].value if product in sink.share else 0.0
            whole = sum((left[one][product] for one in through), 0.0)
            if share > whole + PASSING_TOLERANCE:
                drops.lacking.append(Lack(name, product, share, whole))
            fraction = share / max(whole, 1e-12) if whole > 0 else 0.0
            drops.fractions[name][product] = fraction
            for corridor_name in through:
                left[corridor_name][product] *= 1.0 - fraction
    return drops
