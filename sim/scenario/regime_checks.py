"""What must hold between the periods of a campaign, the days on which they are known, and the days of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sim.language import Phrase
from sim.scenario.events import Regime
from sim.scenario.expected import Finding
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath


def regimes_in_order(scenario: Scenario) -> Iterator[Finding]:
    """Known states have a process to go on with, quiet days are no worse than active ones, and the process begins on a day."""
    known = {name: event for name, event in scenario.event.items() if isinstance(event, Regime)}
    regimes = scenario.threat.regimes
    if regimes is None:
        for name in known:
            message = Phrase("says of which days the state is known, but the scenario has no threat.regimes")
            hint = Phrase("give it [threat.regimes] with mean_quiet_days, mean_active_days and quiet_factor")
            yield Finding(("event", name, "kind"), message, hint)
        return
    path: KeyPath = ("threat", "regimes")
    if regimes.quiet_factor.highest > 1:
        message = Phrase("reaches {n:g}: expected ≤ 1, because quiet days are calmer", n=regimes.quiet_factor.highest)
        yield Finding((*path, "quiet_factor"), message)
    last = scenario.start + timedelta(days=scenario.days - 1)
    if regimes.first_day is not None and not scenario.start <= regimes.first_day <= last:
        message = Phrase("{day}: expected a day from {start} to {last}", day=regimes.first_day, start=scenario.start, last=last)
        yield Finding((*path, "first_day"), message, parts=(("start",), ("days",)))


def one_state_a_day(scenario: Scenario) -> Iterator[Finding]:
    """No day is known to be active and quiet."""
    known = sorted(
        (event.first_day, name, event) for name, event in scenario.event.items() if isinstance(event, Regime)
    )
    until: dict[str, tuple[date, str]] = {}
    for first, name, event in known:
        other = until.get("quiet" if event.state == "active" else "active")
        if other is not None and first <= other[0]:
            message = Phrase(
                '{state} from {day} on, but "{other}" says otherwise of that day: expected one state a day',
                state=event.state, day=first, other=other[1],
            )  # fmt: skip
            hint = Phrase("end the one before the other begins")
            parts = (("event", other[1], "first_day"), ("event", other[1], "last_day"))
            yield Finding(("event", name, "first_day"), message, hint, parts)
        until[event.state] = max(until.get(event.state, (date.min, "")), (event.last_day or date.max, name))
