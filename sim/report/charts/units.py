"""Units as charts show them: litres in millions, francs in billions, the rest as it is."""

from __future__ import annotations

from typing import NamedTuple

from sim.language import Phrase
from sim.records import Metric
from sim.report.words import Bilingual


class Unit(NamedTuple):
    """A unit shown: how much of the metric's own unit it is, and its name behind a number."""

    size: float
    name: Phrase


def unit_of(metric: Metric) -> Unit:
    """The unit in which a metric is shown."""
    units = {
        "days": Unit(1.0, Phrase("days")),
        "day": Unit(1.0, Phrase("days")),
        "h": Unit(1.0, Phrase("hours")),
        "l": Unit(1e6, Phrase("million litres")),
        "share": Unit(0.01, Phrase("per cent")),
        "tankers": Unit(1.0, Phrase("tankers")),
        "crews": Unit(1.0, Phrase("crews")),
        "units": Unit(1.0, Phrase("units")),
        "unit-days": Unit(1.0, Phrase("unit-days")),
        "FCFA": Unit(1e9, Phrase("billion FCFA")),
    }
    return units[metric.unit]


def title_of(metric: Metric) -> Bilingual:
    """Title of a metric in both languages."""
    return Bilingual(metric.title["en"], metric.title["fr"])
