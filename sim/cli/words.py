"""Words and numbers for people, in English and French."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Lang = Literal["en", "fr"]

THIN_SPACE = "\u202f"
MINUS = "\u2212"
EN_DASH = "\u2013"

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "scenario": "scenario",
        "variant": "variant",
        "strategy": "strategy",
        "seed": "seed",
        "central": "central values",
        "sampled": "sampled values",
        "stored": "All runs were stored already: nothing was run.",
        "made": "{made} of {runs} made in {wall}; the others were stored.",
        "made_all": "{runs} in {wall}.",
        "running": "runs",
        "so_far": "shortage days",
        "drawing": "Drawing figures",
        "metric": "Metric",
        "mean": "Mean",
        "interval": "95 % interval",
        "range": "p5–p95",
        "unit": "Unit",
        "shortage": "Shortage",
        "fuel": "Fuel",
        "road": "Road and crews",
        "escort": "Escort",
        "money": "Money",
        "over_worlds": "95 % interval: of the mean, over the {worlds} worlds (runs of one world are not "
        "independent).",
        "over_runs": "95 % interval: of the mean, over luck in this one world; what we do not know is "
        "not in it.",
        "no_interval": "One run: no interval can be given.",
        "over_range": "p5–p95: nine runs in ten lie between.",
        "defined": "{mark} Defined in {n} of {runs} runs; the numbers are over those.",
        "written": "Written to",
        "next": "Next:",
        "tables": "tables",
        "figures": "figures",
        "scenarios": "Scenarios",
        "variants": "Variants",
        "strategies": "Strategies",
        "none": "none",
        "good": "no mistakes",
        "balance": "Normal need, litres a day",
        "share": "Share",
        "total": "total",
        "product": "Product",
        "taker": "Goes to",
        "sink": "dropped on the way",
        "class": "city",
        "sources": "Numbers: {sourced} from evidence, {assumed} from stated assumptions, {missing} "
        "without a source",
        "mistakes": "{n}; nothing was written.",
        "interrupted": "Interrupted. What was run is stored; the same command goes on from there.",
        "error": "Error:",
        "unreadable": "cannot be read: `check` says why",
    },
    "fr": {
        "scenario": "scénario",
        "variant": "variante",
        "strategy": "stratégie",
        "seed": "graine",
        "central": "valeurs centrales",
        "sampled": "valeurs tirées",
        "stored": "Toutes les simulations étaient déjà enregistrées : rien n'a été relancé.",
        "made": "{made} sur {runs} en {wall} ; le reste était enregistré.",
        "made_all": "{runs} en {wall}.",
        "running": "simulations",
        "so_far": "jours de pénurie",
        "drawing": "Tracé des figures",
        "metric": "Mesure",
        "mean": "Moyenne",
        "interval": "Intervalle 95 %",
        "range": "p5–p95",
        "unit": "Unité",
        "shortage": "Pénurie",
        "fuel": "Carburant",
        "road": "Route et équipages",
        "escort": "Escorte",
        "money": "Coûts",
        "over_worlds": "Intervalle à 95 % : de la moyenne, sur les {worlds} mondes (les simulations d'un "
        "même monde ne sont pas indépendantes).",
        "over_runs": "Intervalle à 95 % : de la moyenne, sur le hasard dans ce seul monde ; ce que "
        "l'on ignore n'y est pas.",
        "no_interval": "Une seule simulation : pas d'intervalle.",
        "over_range": "p5–p95 : neuf simulations sur dix se trouvent entre ces bornes.",
        "defined": "{mark} Définie dans {n} simulations sur {runs} ; les chiffres portent sur celles-ci.",
        "written": "Écrit dans",
        "next": "Ensuite :",
        "tables": "tableaux",
        "figures": "figures",
        "scenarios": "Scénarios",
        "variants": "Variantes",
        "strategies": "Stratégies",
        "none": "aucune",
        "good": "aucune faute",
        "balance": "Besoin normal, litres par jour",
        "share": "Part",
        "total": "total",
        "product": "Produit",
        "taker": "Va à",
        "sink": "livré en route",
        "class": "ville",
        "sources": "Nombres : {sourced} tirés de sources, {assumed} d'hypothèses énoncées, {missing} "
        "sans source",
        "mistakes": "{n} ; rien n'a été écrit.",
        "interrupted": "Interrompu. Les simulations faites sont enregistrées ; la même commande reprend là.",
        "error": "Erreur :",
        "unreadable": "illisible : `check` dit pourquoi",
    },
}

NOUNS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "world": ("world", "worlds"), "chance": ("chance", "chances"), "run": ("run", "runs"),
        "worker": ("worker", "workers"), "mistake": ("mistake", "mistakes"),
    },
    "fr": {
        "world": ("monde", "mondes"), "chance": ("hasard", "hasards"), "run": ("simulation", "simulations"),
        "worker": ("processus", "processus"), "mistake": ("faute", "fautes"),
    },
}  # fmt: skip

UNITS: dict[str, dict[str, str]] = {
    "en": {"day": "day", "unit-days": "unit-days", "share": "%"},
    "fr": {
        "days": "jours", "day": "jour", "tankers": "citernes", "crews": "équipages", "units": "unités",
        "unit-days": "j·unités", "share": "%",
    },
}  # fmt: skip

SCALES: dict[str, tuple[tuple[float, dict[str, str]], ...]] = {
    "l": ((1e6, {"en": "Ml", "fr": "Ml"}), (1e3, {"en": "m³", "fr": "m³"}), (1, {"en": "l", "fr": "l"})),
    "FCFA": (
        (1e9, {"en": "bn FCFA", "fr": "Md FCFA"}),
        (1e6, {"en": "m FCFA", "fr": "M FCFA"}),
        (1, {"en": "FCFA", "fr": "FCFA"}),
    ),
}


def word(lang: Lang, key: str, **values: object) -> str:
    """A word or sentence in a language, with its values filled in; whole numbers are grouped by thousands."""
    shown = {k: number(v, 0, lang) if isinstance(v, int) else v for k, v in values.items()}
    return WORDS[lang][key].format(**shown)


def counted(lang: Lang, count: int, noun: str) -> str:
    """A count with its noun: ``1 world``, ``20 worlds``."""
    one, many = NOUNS[lang][noun]
    plural = count != 1 if lang == "en" else count > 1
    return f"{number(count, 0, lang)} {many if plural else one}"


def filled(parts: Sequence[str], width: int, indent: str = "") -> str:
    """Parts joined by middle dots, in lines of at most `width` characters that never break inside a part."""
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]} · {part}" if lines[-1] else indent + part
        if lines[-1] and len(joined) > width:
            lines.append(indent + part)
        else:
            lines[-1] = joined
    return "\n".join(lines)


def number(value: float, decimals: int, lang: Lang) -> str:
    """A number as people write it: thousands apart, a decimal comma in French, a true minus."""
    text = f"{abs(value):,.{decimals}f}"
    if lang == "fr":
        text = text.replace(",", THIN_SPACE).replace(".", ",")
    return f"{MINUS}{text}" if value < 0 and any(c in "123456789" for c in text) else text


def decimals_for(value: float, most: int = 2) -> int:
    """Decimals that leave about three figures, and no more than `most`."""
    return min(most, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)


def scale_of(unit: str, largest: float, lang: Lang) -> tuple[float, str]:
    """Divisor and name of the unit in which numbers up to `largest` are easy to read (``l`` → ``Ml``)."""
    if unit == "share":
        return 0.01, UNITS[lang]["share"]
    for divisor, names in SCALES.get(unit, ()):
        if abs(largest) >= divisor:
            return divisor, names[lang]
    smallest = SCALES[unit][-1][1][lang] if unit in SCALES else UNITS[lang].get(unit, unit)
    return 1.0, smallest


def duration(seconds: float, lang: Lang) -> str:
    """A wall time: ``4.2 s``, ``3 min 05 s``."""
    if seconds < 60:
        return f"{number(seconds, 1, lang)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
