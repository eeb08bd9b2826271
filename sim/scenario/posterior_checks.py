"""What must hold between draws from a calibration and the scenario that they are for."""

from __future__ import annotations

from collections.abc import Iterator

from sim.language import Phrase
from sim.scenario.expected import Finding, suggestion
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.scenario.sampling import quantities


def posterior_fits(scenario: Scenario) -> Iterator[Finding]:
    """Draws have a value for every key, each within the range that the scenario gives it."""
    posterior = scenario.posterior
    if posterior is None:
        return
    if len(posterior.draws) != (len(posterior.worlds) if posterior.keys else 0):
        message = Phrase("{n:,} draws for {m:,} worlds: expected one for each", n=len(posterior.draws), m=len(posterior.worlds))
        yield Finding(("posterior", "draws"), message, parts=(("posterior", "worlds"),))
        return
    known = dict(quantities(scenario))
    for place, key in enumerate(posterior.keys):
        if key in posterior.keys[:place]:
            yield Finding(("posterior", "keys", place), Phrase("{key} is there twice", key=key))
        elif key not in known:
            hint = suggestion(key, list(known))
            yield Finding(("posterior", "keys", place), Phrase("the scenario has no quantity {key}", key=key), hint)
        elif not known[key].uncertain:
            message = Phrase("{key} has one value in this scenario, {value:g}, but draws for it", key=key, value=known[key].value)
            hint = Phrase("a draw would replace it: leave out the file or the option that sets it, or calibrate anew with it")
            yield Finding(("posterior", "keys", place), message, hint, (tuple(key.split(".")),))
    uneven = [(i, len(row)) for i, row in enumerate(posterior.draws) if len(row) != len(posterior.keys)]
    for i, n in uneven:
        message = Phrase("{n} values for {m} keys: expected one for each", n=n, m=len(posterior.keys))
        yield Finding(("posterior", "draws", i), message)
    for key in () if uneven else dict.fromkeys(posterior.keys):
        if key in known and known[key].uncertain:
            yield from _within(key, known[key], posterior.drawn(key))


def _within(key: str, quantity: Quantity, drawn: tuple[float, ...]) -> Iterator[Finding]:
    outside = [i for i, value in enumerate(drawn) if not quantity.lowest <= value <= quantity.highest]
    if outside:
        message = Phrase(
            "{value:g} for {key}: expected {low:g} to {high:g}, its range here ({n:,} of {m:,} draws lie outside)",
            value=drawn[outside[0]], key=key, low=quantity.lowest, high=quantity.highest, n=len(outside), m=len(drawn),
        )  # fmt: skip
        hint = Phrase("give it a range that holds the draws, or calibrate anew with this one")
        yield Finding(("posterior", "draws", outside[0]), message, hint, (tuple(key.split(".")),))
