"""What a strategy does in a metric, compared with another, as people say it: English and French."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from sim.records import Metric
from sim.report.words import NO_BREAK, Language

VOWELS = "aàâeéèêiîïoôuùyœæ"

# In a phrase, {n} is the amount; <less|more> the way the difference goes; [one|many] a noun in singular and plural; {b} and
# {que_b} the other strategy, in French behind "que" with its elision.
_PHRASES: dict[str, dict[str, str]] = {
    "shortage_days_any": {
        "en": "leaves {n} <fewer|more> shortage [day|days] than {b}",
        "fr": "laisse {n} [jour|jours] de pénurie de <moins|plus> {que_b}",
    },
    "shortage_days_both": {
        "en": "leaves {n} <fewer|more> [day|days] with every fuel short than {b}",
        "fr": "laisse {n} [jour|jours] de pénurie totale de <moins|plus> {que_b}",
    },
    "queue_days_any": {
        "en": "leaves {n} <fewer|more> [day|days] with queues than {b}",
        "fr": "laisse {n} [jour|jours] de file d’attente de <moins|plus> {que_b}",
    },
    "longest_spell_any": {
        "en": "leaves a longest shortage {n} [day|days] <shorter|longer> than {b}",
        "fr": "<raccourcit|allonge> la plus longue pénurie de {n} [jour|jours] par rapport à {b}",
    },
    "first_shortage_day": {
        "en": "meets its first shortage {n} [day|days] <earlier|later> than {b}",
        "fr": "connaît sa première pénurie {n} [jour|jours] plus <tôt|tard> {que_b}",
    },
    "stations_below_half_days": {
        "en": "leaves {n} <fewer|more> [day|days] with under half of the stations supplied than {b}",
        "fr": "laisse {n} [jour|jours] de <moins|plus> avec moins de la moitié des stations approvisionnées {que_b}",
    },
    "power_hours": {
        "en": "gives {n} <fewer|more> [hour|hours] of power a day than {b}",
        "fr": "donne {n} [heure|heures] d’électricité par jour de <moins|plus> {que_b}",
    },
    "litres_unmet": {
        "en": "leaves {n} [litre|litres] <less|more> of the city’s need unmet than {b}",
        "fr": "laisse {n} [litre|litres] de besoin non servi de <moins|plus> en ville {que_b}",
    },
    "litres_unmet_regions": {
        "en": "leaves {n} [litre|litres] <less|more> of the regions’ need unmet than {b}",
        "fr": "laisse {n} [litre|litres] de besoin non servi de <moins|plus> dans les régions {que_b}",
    },
    "tankers_delivered": {
        "en": "delivers {n} <fewer|more> [tanker|tankers] than {b}",
        "fr": "livre {n} [citerne|citernes] de <moins|plus> {que_b}",
    },
    "tankers_lost": {
        "en": "loses {n} <fewer|more> [tanker|tankers] than {b}",
        "fr": "perd {n} [citerne|citernes] de <moins|plus> {que_b}",
    },
    "loss_rate": {
        "en": "loses {n} [point|points] <less|more> of the tankers sent than {b}",
        "fr": "perd {n} [point|points] de <moins|plus> des citernes parties {que_b}",
    },
    "crews_lost": {
        "en": "loses {n} <fewer|more> [crew|crews] than {b}",
        "fr": "perd {n} [équipage|équipages] de <moins|plus> {que_b}",
    },
    "escort_units_lost": {
        "en": "loses {n} <fewer|more> escort [unit|units] than {b}",
        "fr": "perd {n} [unité|unités] d’escorte de <moins|plus> {que_b}",
    },
    "escort_days": {
        "en": "takes {n} <fewer|more> unit-[day|days] of escort than {b}",
        "fr": "mobilise {n} [jour|jours] d’unité d’escorte de <moins|plus> {que_b}",
    },
    "inflow_l": {
        "en": "brings in {n} [litre|litres] <less|more> than {b}",
        "fr": "fait entrer {n} [litre|litres] de <moins|plus> {que_b}",
    },
    "transit_h": {
        "en": "takes {n} [hour|hours] <less|more> on the road than {b}",
        "fr": "met {n} [heure|heures] de <moins|plus> en route {que_b}",
    },
    "staging_wait_h": {
        "en": "keeps tankers waiting {n} [hour|hours] <less|more> at staging than {b}",
        "fr": "fait attendre les citernes {n} [heure|heures] de <moins|plus> au regroupement {que_b}",
    },
    "payments_fcfa": {
        "en": "pays the blockader {n} FCFA <less|more> than {b}",
        "fr": "verse {n} FCFA de <moins|plus> aux auteurs du blocus {que_b}",
    },
    "cost_fcfa": {
        "en": "costs {n} FCFA <less|more> than {b}",
        "fr": "coûte {n} FCFA de <moins|plus> {que_b}",
    },
}  # fmt: skip

_OF_PRODUCT: dict[str, dict[str, str]] = {
    "shortage_days_": {
        "en": "leaves {n} <fewer|more> shortage [day|days] of {product} than {b}",
        "fr": "laisse {n} [jour|jours] de pénurie {of_product} de <moins|plus> {que_b}",
    },
    "fill_rate_": {
        "en": "meets {n} [point|points] <less|more> of the need for {product} than {b}",
        "fr": "couvre {n} [point|points] de <moins|plus> du besoin {of_product} {que_b}",
    },
}

_ANY = {
    "en": "has {n} {unit} <less|more> in “{title}” than {b}",
    "fr": "a {n} {unit} de <moins|plus> pour «\u00a0{title}\u00a0» {que_b}",
}

_MILLIONS = frozenset({"l", "FCFA"})


class Amount(NamedTuple):
    """An amount as it is written, and whether its noun stands in the plural."""

    text: str
    plural: bool


def amount(metric: Metric, mean: float, half: float | None, lang: Language) -> Amount:
    """Size of a difference with its half-width, to two figures of the half-width: `11.3 ± 1.9`; the size alone if that is 0.

    Shares are given in points of per cent, litres and money in millions where they are.
    """
    scale = 100.0 if metric.unit == "share" else 1.0
    size, width = abs(mean) * scale, (half or 0.0) * scale
    if width <= 1e-9 * size:
        width = 0.0
    large = metric.unit in _MILLIONS and max(size, width) >= 1e6
    if large:
        size, width = size / 1e6, width / 1e6
    if metric.unit in _MILLIONS and not large:
        size, width = _two_figures(size, width or size), _two_figures(width, width)
    digits = _digits(width) if width else 0 if size == round(size) else max(_digits(size), 1)
    text = lang.number(size, digits)
    if width:
        text = f"{text}{NO_BREAK}±{NO_BREAK}{lang.number(width, digits)}"
    shown = round(size, digits)
    plural = (shown != 1 or digits > 0 or width > 0) if lang.code == "en" else shown >= 2
    if large:
        word = "million" if lang.code == "en" else f"{'millions' if plural else 'million'} de"
        return Amount(f"{text} {word}", True)
    return Amount(text, plural)


def _two_figures(value: float, of: float) -> float:
    """A value rounded to two figures of another one, to whole units at the finest."""
    unit = 10.0 ** max(math.floor(math.log10(of)) - 1, 0) if of else 1.0
    return round(value / unit) * unit


def _digits(value: float) -> int:
    """Decimals that leave two figures of a value above 0, four at most."""
    return min(max(1 - math.floor(math.log10(value)), 0), 4)


def than(name: str, lang: Language) -> str:
    """`than B`; in French with elision: `que B`, `qu’escorte`."""
    if lang.code == "en":
        return f"than {name}"
    return f"qu’{name}" if len(name) > 1 and name[0].lower() in VOWELS else f"que {name}"


def difference_phrase(metric: Metric, mean: float, half: float | None, against: str, lang: Language) -> str:
    """What a strategy does compared with `against`: `leaves 11.3 ± 1.9 fewer shortage days than A`."""
    size = amount(metric, mean, half, lang)
    template = re.sub(r"<(.*?)\|(.*?)>", r"\1" if mean < 0 else r"\2", _template(metric, lang))
    template = re.sub(r"\[(.*?)\|(.*?)\]", r"\2" if size.plural else r"\1", template)
    product = _product(metric, lang)
    return template.format(
        n=size.text, b=against, que_b=than(against, lang), product=product, of_product=lang.of(product),
        unit=metric.unit, title=title(metric, lang),
    )  # fmt: skip


def title(metric: Metric, lang: Language) -> str:
    """A metric's title as it stands in a list within a sentence."""
    text = metric.title.get(lang.code, metric.name)
    return text[:1].lower() + text[1:]


def _template(metric: Metric, lang: Language) -> str:
    if metric.name in _PHRASES:
        return _PHRASES[metric.name][lang.code]
    for prefix, phrases in _OF_PRODUCT.items():
        if metric.name.startswith(prefix):
            return phrases[lang.code]
    return _ANY[lang.code]


def _product(metric: Metric, lang: Language) -> str:
    """The product of a metric of one product, from its title: `Shortage days, petrol`."""
    return metric.title.get(lang.code, metric.name).rpartition(", ")[2]
