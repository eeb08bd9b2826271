"""What must hold between draws from a calibration and the scenario that they are for."""

from __future__ import annotations

from collections.abc import Iterator

from sim.language import Phrase
from sim.scenario.expected import Finding, suggestion
from sim.scenario.model import Scenario
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
    ranges = [(key, known[key].low, known[key].high) if key in known else (key, None, None) for key in posterior.keys]
    for i, row in enumerate(posterior.draws):
        if len(row) != len(posterior.keys):
            message = Phrase("{n} values for {m} keys: expected one for each", n=len(row), m=len(posterior.keys))
            yield Finding(("posterior", "draws", i), message)
            continue
        for (key, low, high), value in zip(ranges, row, strict=True):
            if low is not None and high is not None and not low <= value <= high:
                message = Phrase(
                    "{value:g} for {key}: expected {low:g} to {high:g}, its range here", value=value, key=key, low=low, high=high
                )
                yield Finding(("posterior", "draws", i), message, parts=(tuple(key.split(".")),))
