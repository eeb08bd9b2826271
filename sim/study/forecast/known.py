"""What a forecaster knows at a date: the scenario and the strategy without what came later, with the stock observed then."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sim.errors import ScenarioError, UsageError
from sim.experiment.engines import Uncertainty
from sim.experiment.identity import Experiment
from sim.language import Phrase, either
from sim.scenario.events import Event, Regime
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.loaded import Loaded, digest_of
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy
from sim.scenario.strategy_checks import check_pair

STOCK_EVENT = "observed-stock-at-the-forecast"
FURTHEST_DAYS = 365
"""Days ahead, at most: far beyond what any dated rule still says something about."""


class Known(NamedTuple):
    """An experiment as of a date, and the names of dated events that begin later and are left out."""

    experiment: Experiment
    left_out: tuple[str, ...]
    still_running: tuple[str, ...]
    """Dated events under way whose end lies at or after the date: their end is taken as announced."""


def check_ahead(day: date, days: int, scenario: Scenario) -> None:
    """Refuse a date before the scenario or long after it, and horizons that are empty or absurd."""
    latest = scenario.start + timedelta(days=scenario.days + FURTHEST_DAYS)
    if not scenario.start <= day <= latest:
        raise UsageError(Phrase(
            "--from: expected a date from {start} (the scenario's start) to {latest} (a year after its end), got {got}",
            start=scenario.start, latest=latest, got=day,
        ))  # fmt: skip
    if not 1 <= days <= FURTHEST_DAYS:
        raise UsageError(Phrase("--days: expected a whole number from 1 to {most}, got {got}", most=FURTHEST_DAYS, got=days))


def check_stock(stock: Mapping[str, float], scenario: Scenario) -> None:
    """Refuse stock of what is no product, or of more than the city's depots can hold."""
    for product, litres in stock.items():
        if product not in scenario.product:
            raise UsageError(
                Phrase('--stock: no product "{got}"; expected {products}', got=product, products=either(scenario.product))
            )
        room = scenario.city.depot[product].capacity_l
        most = room.value if room.high is None else room.high
        if litres > most:
            raise UsageError(Phrase(
                "--stock: expected at most {most:,.0f} l of {product}, which is what the city's depots hold, got {got:,.0f}",
                product=product, most=most, got=litres,
            ))  # fmt: skip


def stock_of(text: str) -> dict[str, float]:
    """Litres by product from ``petrol=8000000,diesel=5e6``.

    Raises
    ------
    UsageError
        Naming the part that cannot be read.
    """
    found: dict[str, float] = {}
    for part in text.split(","):
        product, equals, amount = (word.strip() for word in part.partition("="))
        try:
            litres = float(amount)
        except ValueError:
            litres = -1.0
        if not (product and equals and 0 <= litres < 1e12) or product in found:
            raise UsageError(Phrase(
                '--stock: expected litres by product such as petrol=8000000,diesel=5000000, each once, got "{got}"', got=part
            ))  # fmt: skip
        found[product] = litres
    return found


def fitting(scenario: str, variants: Sequence[str]) -> tuple[str, ...]:
    """Those of the variants that can be laid over a scenario; "" is the scenario as it stands.

    Raises
    ------
    UsageError, ScenarioError
        If the scenario itself cannot be used.
    """
    load_scenario(scenario)
    fit = []
    for variant in variants:
        try:
            load_scenario(scenario, variants=[variant] if variant else [])
        except ScenarioError:
            continue
        fit.append(variant)
    return tuple(fit)


def known_at(
    scenario: str, strategy: str | None, variants: Sequence[str], day: date, days: int, stock: Mapping[str, float],
    *, seed: int, uncertainty: Uncertainty = "sampled",
) -> Known:  # fmt: skip
    """The experiment that ends `days` after `day` and knows nothing that begins at or after it.

    Raises
    ------
    UsageError, ScenarioError
        If a date, a horizon, a product or a stock cannot be used.
    """
    plain = load_scenario(scenario, variants=variants).model
    check_ahead(day, days, plain)
    check_stock(stock, plain)
    overrides: dict[str, Any] = {"days": (day - plain.start).days + days, "report_to": ()}
    if stock:
        event = {"kind": "observed_stock", "title": "Stock observed", "first_day": day, "stock_l": dict(stock)}
        overrides[f"event.{STOCK_EVENT}"] = event
    loaded = load_scenario(scenario, variants=variants, overrides=overrides)
    later = [name for name, event in loaded.model.event.items() if event.first_day >= day and name != STOCK_EVENT]
    still = [
        name
        for name, event in loaded.model.event.items()
        if event.first_day < day and event.last_day is not None and event.last_day >= day and not isinstance(event, Regime)
    ]
    kept = {name: _seen(event, day) for name, event in loaded.model.event.items() if name not in later}
    chosen = load_strategy(loaded.model.default_strategy if strategy is None else strategy)
    as_of = _with(loaded, loaded.model.model_copy(update={"event": kept}))
    periods = tuple(period for period in chosen.model.period if period.first_day < day)
    decided = _with(chosen, chosen.model.model_copy(update={"period": periods}))
    check_pair(as_of, decided)
    return Known(Experiment(as_of, decided, seed, uncertainty), tuple(later), tuple(still))


def _seen(event: Event, day: date) -> Event:
    """A dated event as it is known on the eve of a day: the state of a campaign is seen to that eve, no further."""
    if isinstance(event, Regime) and (event.last_day is None or event.last_day >= day):
        return event.model_copy(update={"last_day": day - timedelta(days=1)})
    return event


def _with(loaded: Any, model: Scenario | Strategy) -> Loaded[Any]:
    return dataclasses.replace(loaded, model=model, digest=digest_of(model))
