"""Units as charts show them: litres in millions, francs in billions, the rest as it is."""

from __future__ import annotations

from typing import NamedTuple

from sim.language import Phrase, said
from sim.records import Metric
from sim.report.words import Bilingual, Language, in_both, rounded_figures


class Unit(NamedTuple):
    """A unit shown: how much of the metric's own unit it is, and its name in the plural and in the singular."""

    size: float
    name: Phrase
    one: Phrase | None = None

    def counted(self, value: float) -> Bilingual:
        """A number as charts write it with the unit in the form that it takes: `1 day`, `0 jour`."""
        shown, digits = rounded_figures(value)

        def told(lang: Language) -> str:
            single = self.one is not None and lang.takes_singular(shown)
            return f"{lang.number(value, digits)} {said(self.one if single else self.name, lang.lang)}"

        return in_both(told)


DAYS = Unit(1.0, Phrase("days"), Phrase("day"))
TANKERS = Unit(1.0, Phrase("tankers"), Phrase("tanker"))
DELIVERED = Unit(1.0, Phrase("tankers delivered"), Phrase("tanker delivered"))
LOST = Unit(1.0, Bilingual("lost", "perdues"), Bilingual("lost", "perdue"))
CREWS = Unit(1.0, Phrase("crews"), Phrase("crew"))
UNITS = Unit(1.0, Phrase("units"), Phrase("unit"))
UNIT_DAYS = Unit(1.0, Phrase("unit-days"), Phrase("unit-day"))


def unit_of(metric: Metric) -> Unit:
    """The unit in which a metric is shown."""
    units = {
        "days": DAYS,
        "day": DAYS,
        "h": Unit(1.0, Phrase("hours"), Phrase("hour")),
        "l": Unit(1e6, Phrase("million litres"), Bilingual("million litres", "million de litres")),
        "share": Unit(0.01, Phrase("per cent")),
        "tankers": TANKERS,
        "crews": CREWS,
        "units": UNITS,
        "unit-days": UNIT_DAYS,
        "FCFA": Unit(1e9, Phrase("billion FCFA"), Bilingual("billion FCFA", "milliard de FCFA")),
    }
    return units[metric.unit]


def title_of(metric: Metric) -> Bilingual:
    """Title of a metric in both languages."""
    return Bilingual(metric.title["en"], metric.title["fr"])
