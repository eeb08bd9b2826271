"""The balance: who takes which part of each product's normal need, and what of passing tankers is dropped for it."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.model import Scenario


class BalanceRow(NamedTuple):
    """Who takes which part of a product's normal need."""

    product: str
    name: str
    role: str
    """"sink" or "class"."""
    share: float
    litres_day: float


def balance_table(scenario: Scenario) -> list[BalanceRow]:
    """Normal need in litres a day by product and taker (sinks, then classes), at central values."""
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
