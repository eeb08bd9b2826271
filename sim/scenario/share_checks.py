"""Checks of shares: of sinks and classes in each product, of corridors in all of it, of the city in what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from sim.language import Phrase
from sim.scenario.balance import (
    BalanceRow,
    outside_factor,
    shared_parts,
    sink_fractions,
    with_city_share,
    written_table,
)
from sim.scenario.expected import Finding
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.references import REFERENCES

SUM_TOLERANCE = 1e-9
"""Room for the rounding of decimal shares in binary; never for a missing share."""

TAKERS = {"sink": Phrase("sink"), "class": Phrase("class")}
"""What messages call those who take a share."""


def share_key(row: BalanceRow) -> KeyPath:
    """Key of the share in a row of the balance."""
    return (row.role, row.name, "share", row.product)


def balance_adds_up(scenario: Scenario) -> Iterator[Finding]:
    """Shares of sinks and classes of each product add up to 1."""
    rows = written_table(scenario)
    for product in scenario.balance:
        parts = [row for row in rows if row.product == product]
        total = sum(row.share for row in parts)
        complete = len(parts) == len(scenario.sink) + len(scenario.demand_class)
        if complete and abs(total - 1) > SUM_TOLERANCE:
            taken = [Phrase("{taker} {name} {share:g}", taker=TAKERS[row.role], name=row.name, share=row.share) for row in parts]
            message = Phrase(
                "shares of sinks and classes add up to {total:.10g}, expected 1: {parts: + }", total=total, parts=tuple(taken)
            )
            yield Finding(("balance", product), message, parts=tuple(share_key(row) for row in parts))


def city_has_its_share(scenario: Scenario) -> Iterator[Finding]:
    """The city's own classes can have `city.share` of the need in every world: somebody else has the rest, of every product."""
    share = scenario.city.share
    if share is None:
        return
    parts = tuple(share_key(row) for row in written_table(scenario))
    if not sum(part.outside for part in shared_parts(scenario).values()) > 0:
        message = Phrase("nobody has the rest: no sink and no region has a share")
        yield Finding(("city", "share"), message, Phrase("leave it out, or give a sink or a region a share"), parts)
        return
    for product, part in shared_parts(scenario).items():
        left = part.inside - (outside_factor(scenario, share.lowest) - 1.0) * part.outside
        if left < -SUM_TOLERANCE or (part.inside <= 0 and abs(left) > SUM_TOLERANCE):
            message = Phrase(
                "at {share:g} regions and sinks would need {wanted:.3g} of all {product}; with the city they have {most:.3g}",
                share=share.lowest, wanted=part.inside + part.outside - left, product=product, most=part.inside + part.outside,
            )  # fmt: skip
            yield Finding(("city", "share"), message, Phrase("raise it, or its low"), parts)


def corridor_shares(scenario: Scenario) -> Iterator[Finding]:
    """Shares of the enabled corridors add up to 1."""
    total = sum(corridor.share.value for corridor in scenario.corridors.values())
    if abs(total - 1) > SUM_TOLERANCE:
        shares = tuple(Phrase("{name} {share:g}", name=name, share=c.share.value) for name, c in scenario.corridors.items())
        message = Phrase(
            "shares of enabled corridors add up to {total:.10g}, expected 1: {parts: + }",
            total=total, parts=shares or (Phrase("none"),),
        )  # fmt: skip
        keys = tuple(("corridor", name, key) for name in scenario.corridor for key in ("share", "enabled"))
        yield Finding(("corridor",), message, parts=keys)


def sinks_are_passed(scenario: Scenario) -> Iterator[Finding]:
    """As much fuel passes each sink in normal times as it takes in any world; judged once roads and shares are right."""
    if any(True for check in (*REFERENCES, corridor_shares, city_has_its_share) for _ in check(scenario)):
        return
    least = scenario.city.share.lowest if scenario.city.share else None
    for sink, product, share, passing in sink_fractions(with_city_share(scenario, least)).lacking:
        message = Phrase(
            '{share:g} of all, but {passing:g} of all passes "{node}" in normal times',
            share=share, passing=passing, node=scenario.sink[sink].node,
        )  # fmt: skip
        parts = tuple(("corridor", name, key) for name in scenario.corridor for key in ("share", "enabled"))
        hint = Phrase("lower it, or send more along that road")
        yield Finding(("sink", sink, "share", product), message, hint, parts)
