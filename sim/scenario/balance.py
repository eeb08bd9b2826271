"""The balance: who takes which part of each product's normal need."""

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
