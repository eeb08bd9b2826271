"""The metrics: name, unit, direction, definition and title of every number that a run is judged by."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from sim.language import Phrase
from sim.records import Direction, Metric

Titles = Mapping[str, Mapping[str, str]]
"""Titles of products by id and language: ``{"petrol": {"en": "petrol", "fr": "essence"}}``."""

WHOLE_UNITS = frozenset({"days", "day", "l", "tankers", "crews", "units"})
"""Units that are counted: metrics in them are whole numbers in every run."""


def _metric(name: str, unit: str, direction: Direction, en: str, fr: str, definition: Phrase) -> Metric:
    return Metric(name, unit, direction, definition, {"en": en, "fr": fr})


_ANY_PRODUCT = (
    _metric("shortage_days_any", "days", "lower", "Shortage days, any fuel", "Jours avec une pénurie",
            Phrase("days on which at least one product was short: sold < 90 % of min(wanted, need)")),
    _metric("shortage_days_both", "days", "lower", "Shortage days, all fuels", "Jours de pénurie totale",
            Phrase("days on which every product was short")),
    _metric("queue_days_any", "days", "lower", "Queue days, any fuel", "Jours avec une file",
            Phrase("days on which at least one product was sold for less than 90 % of what was wanted")),
    _metric("longest_spell_any", "days", "lower", "Longest shortage", "Plus longue pénurie",
            Phrase("longest unbroken row of days with at least one product short")),
    _metric("first_shortage_day", "day", "higher", "First shortage day", "Premier jour de pénurie",
            Phrase("days from the start date (0) to the first with a product short; undefined in runs without one")),
    _metric("stations_below_half_days", "days", "lower", "Under half of stations supplied", "Moins de la moitié des stations",
            Phrase("days with under half of the stations supplied at noon with some product; undefined without stations")),
    _metric("power_hours", "h", "higher", "Power, hours a day", "Électricité, heures par jour",
            Phrase("mean hours of power a day; undefined where nobody makes electricity")),
    _metric("litres_unmet", "l", "lower", "Need not met, city", "Besoin non servi, ville",
            Phrase("consumption of all classes of the city that did not take place, all products")),
    _metric("litres_unmet_regions", "l", "lower", "Need not met, regions", "Besoin non servi, régions",
            Phrase("need of the places served on the way and of the regions supplied through the city that was not met")),
)  # fmt: skip

_ROAD = (
    _metric("tankers_delivered", "tankers", "higher", "Tankers delivered", "Citernes livrées",
            Phrase("tankers unloaded in the city")),
    _metric("tankers_lost", "tankers", "lower", "Tankers lost", "Citernes perdues",
            Phrase("tankers burned or captured, with an escort or without")),
    _metric("loss_rate", "share", "lower", "Tankers lost per tanker sent", "Citernes perdues par citerne partie",
            Phrase("tankers lost ÷ tankers that left the staging node or the source, with an escort or without; undefined in "
            "runs where none left")),
    _metric("crews_lost", "crews", "lower", "Crews lost", "Équipages perdus",
            Phrase("crews killed with their tanker; crews of captured tankers that survive are not counted")),
    _metric("escort_units_lost", "units", "lower", "Escort units lost", "Unités d'escorte perdues",
            Phrase("escort units destroyed in engagements")),
    _metric("escort_days", "unit-days", "lower", "Escort effort", "Effort d'escorte",
            Phrase("time of escort units away from their node, in unit-days of 24 hours")),
    _metric("inflow_l", "l", "higher", "Fuel counted in", "Carburant entré",
            Phrase("fuel that passed the books' counting point, all products")),
    _metric("transit_h", "h", "lower", "Time on the road", "Temps de trajet",
            Phrase("mean time from the source to the city of the tankers that arrived; undefined in runs where none did")),
    _metric("staging_wait_h", "h", "lower", "Wait at staging", "Attente au regroupement",
            Phrase("mean wait of a tanker at the staging node, those still waiting counted up to the horizon; "
            "undefined in runs where none was staged")),
    _metric("payments_fcfa", "FCFA", "lower", "Payments to the blockader", "Paiements au blocus",
            Phrase("sums and tolls paid under deals and truces")),
    _metric("cost_fcfa", "FCFA", "lower", "Cost", "Coût",
            Phrase("lost tankers and fuel, escort unit-days and payments, at the prices of the run's world")),
)  # fmt: skip

PRODUCT_TITLES: Titles = {
    "petrol": {"en": "petrol", "fr": "essence"},
    "diesel": {"en": "diesel", "fr": "gazole"},
}

PRODUCT_NAMES = {"petrol": Phrase("petrol"), "diesel": Phrase("diesel")}
"""What sentences call the usual products."""


def _of_product(product: str, titles: Titles) -> tuple[Metric, Metric]:
    title = titles.get(product, PRODUCT_TITLES.get(product, {}))
    en, fr = title.get("en") or product, title.get("fr") or product
    name = PRODUCT_NAMES.get(product, product)
    short = _metric(
        f"shortage_days_{product}", "days", "lower", f"Shortage days, {en}", f"Jours de pénurie, {fr}",
        Phrase("days on which less than 90 % of min(wanted, need) of {product} was sold", product=name),
    )  # fmt: skip
    fill = _metric(
        f"fill_rate_{product}", "share", "higher", f"Need met, {en}", f"Besoin servi, {fr}",
        Phrase("retail consumption of {product} ÷ need over all days, in litres; undefined when none was needed", product=name),
    )  # fmt: skip
    return short, fill


def metrics_for(products: Sequence[str], titles: Titles | None = None) -> tuple[Metric, ...]:
    """All metrics of a world with these products, in the order of every table.

    Parameters
    ----------
    products
        Product ids in the order of the records.
    titles
        Titles of products in place of the usual words; a missing language falls back to the id.
    """
    pairs = [_of_product(product, titles or PRODUCT_TITLES) for product in products]
    return (*(short for short, _ in pairs), *_ANY_PRODUCT, *(fill for _, fill in pairs), *_ROAD)


def bounds_of(name: str, unit: str, days: int) -> tuple[float, float]:
    """Smallest and largest value that a metric can have in a run of so many days, in its unit.

    Every metric is a count, a share, a time or a sum of money, none of them negative. `loss_rate` may pass 1: tankers
    that left before the start date can be lost after it.
    """
    if name == "power_hours":
        return 0.0, 24.0
    if name == "loss_rate":
        return 0.0, math.inf
    return 0.0, {"days": float(days), "day": days - 1.0, "share": 1.0}.get(unit, math.inf)


def is_whole(metric: Metric) -> bool:
    """Whether the metric is a whole number in every run (its mean need not be)."""
    return metric.unit in WHOLE_UNITS
