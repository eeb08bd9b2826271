"""How much a scenario may hold together: what no single key can tell, and what names must not share."""

from __future__ import annotations

from collections.abc import Iterator

from sim.draws import entity_hash
from sim.language import Phrase
from sim.rules.ambush import CANDIDATES_MEAN, candidate_mean
from sim.scenario.expected import Finding
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath, dotted
from sim.scenario.sampling import quantities

CANDIDATES = 5_000_000
"""Most candidate ambushes that are expected in a run: above it a run would need more memory than a desk computer has."""
HOURS_A_DAY = 24


def entities(scenario: Scenario) -> dict[str, KeyPath]:
    """Full name of everything in a scenario that draws are keyed by, and where it is set."""
    named: dict[str, KeyPath] = {f"node/{name}": ("node", name) for name in scenario.node}
    named |= {f"leg/{name}": ("leg", name) for name in scenario.leg}
    named |= {f"corridor/{name}": ("corridor", name) for name in scenario.corridors}
    for name in scenario.demand_class:
        named |= {f"need/{name}/{product}": ("class", name, "share", product) for product in scenario.product}
    return named


def names_apart(scenario: Scenario) -> Iterator[Finding]:
    """No two names have one hash: they would share their luck."""
    uncertain = [key for key, quantity in quantities(scenario) if quantity.uncertain]
    parameters: dict[str, KeyPath] = {f"parameter/{key}": tuple(key.split(".")) for key in uncertain}
    for group in (entities(scenario), parameters):
        seen: dict[int, KeyPath] = {}
        for name, path in group.items():
            other = seen.setdefault(entity_hash(name), path)
            if other != path:
                message = Phrase(
                    "has the same 32-bit hash as {other}, and would share its luck: rename one of them", other=dotted(other)
                )
                yield Finding(path, message, parts=(other,))


def candidates_fit(scenario: Scenario) -> Iterator[Finding]:
    """Candidate ambushes, at the highest exposure and length, stay countable in each window and in the whole run."""
    threat, total = scenario.threat, 0.0
    for name, leg in scenario.leg.items():
        km, exposure = leg.km.highest, leg.exposure.highest
        mean = candidate_mean(threat.ceiling_per_km_h, exposure, km, threat.window_h)
        total += candidate_mean(threat.ceiling_per_km_h, exposure, km, HOURS_A_DAY * (scenario.days + scenario.warmup_days))
        if mean > CANDIDATES_MEAN:
            parts: tuple[KeyPath, ...] = (("threat", "window_h"), ("leg", name, "km"), ("leg", name, "exposure"))
            message = Phrase(
                '{n:,.0f} candidate ambushes are expected on "{leg}" in a window: expected at most {most:,}',
                n=mean, leg=name, most=CANDIDATES_MEAN,
            )  # fmt: skip
            yield Finding(("threat", "ceiling_per_km_h"), message, Phrase("lower the ceiling, or window_h"), parts)
            return
    if total > CANDIDATES:
        message = Phrase("{n:,.0f} candidate ambushes are expected in a run: expected at most {most:,}", n=total, most=CANDIDATES)
        yield Finding(("threat", "ceiling_per_km_h"), message, Phrase("lower the ceiling, or days"), (("days",),))
