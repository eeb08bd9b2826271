"""Words and numbers for people, in English and French."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sim.cli.compare_words import COMPARE
from sim.cli.reproduce_words import REPRODUCE
from sim.cli.sweep_words import SWEEP
from sim.cli.why_words import WHY
from sim.language import Lang as Lang
from sim.language import fill, typographic
from sim.language import number as number

EN_DASH = "\u2013"

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "scenario": "scenario",
        "variant": "variant",
        "strategy": "strategy",
        "world_part": "part of scenarios",
        "seed": "seed",
        "cluster": "cluster",
        "central": "central values",
        "sampled": "sampled values",
        "stored": "All runs were stored already: nothing was run.",
        "part": "The folder holds {stored} runs; the table is over the {asked} asked for, figures and files over all.",
        "takes_place": "{folder} holds a comparison of {strategies}. This one takes its place; its runs are kept, "
        "and its report and memo are to be made anew. Another --out keeps both.",
        "waiting": "Another run is writing to {folder}: waiting until it has ended.",
        "made": "{made:,} of {runs} made in {wall}; the others were stored.",
        "made_all": "{runs} in {wall}.",
        "running": "runs",
        "so_far": "shortage days",
        "drawing": "Drawing figures",
        "no_figures": "No figures: the library {name} is not installed.",
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
        "over_worlds": "95 % interval: of the mean, over the {worlds:,} worlds (runs of one world are not "
        "independent).",
        "few_worlds": "No interval of the mean: fewer than 3 worlds do not show how far worlds differ. Ask for "
        "--worlds 3 or more.",
        "no_interval": "One run: no interval can be given.",
        "over_range": "p5–p95: nine runs in ten lie between.",
        "few_range": "p5–p95: with fewer than 20 runs hardly more than the lowest and the highest run.",
        "defined": "{mark} Defined in {n:,} of {runs:,} {runs:run|runs}; the numbers are over those.",
        "written": "Written to",
        "next": "Next:",
        "compiling": "The batch engine is compiled for this machine: about {seconds} s, once.",
        "no_numba": "Numba is not installed: the reference engine does all runs (pip install numba for a faster one).",
        "draws_repeat": (
            "{worlds:,} worlds of {draws:,} calibrated draws: draws repeat, and intervals of means are too narrow. "
            "Ask for {draws:,} worlds at most."
        ),
        "until": "To {date}",
        "tables": "tables",
        "figures": "figures",
        "scenarios": "Scenarios",
        "variants": "Variants",
        "strategies": "Strategies",
        "experiment": "experiment",
        "experiments": "Experiments",
        "none": "none",
        "good": "no mistakes",
        "balance": "Normal need, litres a day",
        "share": "Share",
        "total": "total",
        "product": "Product",
        "taker": "Goes to",
        "sink": "dropped on the way",
        "class": "city",
        "sources": "Numbers: {sourced:,} from evidence, {assumed:,} from stated assumptions, {missing:,} "
        "without a source",
        "mistakes": "{n}; nothing was written.",
        "more_mistakes": "… and {n:,} more {n:mistake|mistakes}: mend these first, or see all of them with --json.",
        "interrupted": "Interrupted. What was run is stored; the same command goes on from there.",
        "error": "Error:",
        "unreadable": "cannot be read: `check` says why",
        "replayed": "World {world:,}, chance {chance:,} (replication {replication}): played again, equal to what is stored "
        "to the last bit.",
        "replay_convoys_sent": "Convoys sent",
        "replay_engagements": "Attacks",
        "replay_tankers_lost": "Tankers lost",
        "replay_crews_lost": "Crews lost",
        "replay_shortage_days_any": "Shortage days, any fuel",
        "more_lines": "… {n:,} more {n:line|lines} in {file}",
        "is_metric": "metric of a run",
        "is_column": "column of daily.parquet",
        "is_word": "word",
        "better_lower": "less is better",
        "better_higher": "more is better",
        "better_none": "neither more nor less is better",
        "keys_below": "Keys below",
        "note": "Note: {text}",
        "in_unit": "Unit: {unit}",
        "set_in": "Set in",
        "model_default": "no file: the model's own neutral value",
        "in_force": "in force",
        "replaced": "replaced",
        "comes_from": "Comes from",
        "confidence_high": "high confidence",
        "confidence_medium": "medium confidence",
        "confidence_low": "low confidence",
        "no_source": "no source is stated",
        "backing_evidence": "evidence",
        "backing_derived": "evidence file, but no sourced fact",
        "backing_assumption": "assumption",
        "backing_unknown": "names no row",
        "new_what": "Takes everything from {parent}; what is written here replaces the value there.",
        "new_how": "Take away the # before a key and change its value; `explain KEY` says what stands behind it.",
        "new_range": "A number with low and high is drawn anew in each world; a bare number is certain.",
        "often_days": "How many days are played",
        "often_strategy": "The strategy that runs when none is asked for",
        "often_units": "Escort units that there are",
        "often_fleet": "Tankers of each corridor",
        "often_floor": "Share of drivers who leave alone whatever has happened",
        "often_need": "Normal need of each product",
        "often_cover": "Stock in the depots at the start",
        "often_clearance": "Customs on arrival",
        "often_intensity": "How often ambushes wait, by period",
        "often_escort": "What escorts deter, and what an attack on a convoy costs",
        **REPRODUCE["en"],
        **WHY["en"],
        **COMPARE["en"],
        **SWEEP["en"],
    },
    "fr": {
        "scenario": "scénario",
        "variant": "variante",
        "strategy": "stratégie",
        "world_part": "partie de scénarios",
        "seed": "graine",
        "cluster": "grappe",
        "central": "valeurs centrales",
        "sampled": "valeurs tirées",
        "stored": "Toutes les simulations étaient déjà enregistrées : rien n'a été relancé.",
        "part": "Le dossier contient {stored} simulations ; le tableau porte sur les {asked} demandées, figures et "
        "fichiers sur toutes.",
        "takes_place": "{folder} contient une comparaison de {strategies}. Celle-ci la remplace ; ses simulations restent, "
        "son rapport et sa note sont à refaire. Un autre --out garde les deux.",
        "waiting": "Une autre exécution écrit dans {folder} : attente de sa fin.",
        "made": "{made:,} sur {runs} en {wall} ; le reste était enregistré.",
        "made_all": "{runs} en {wall}.",
        "running": "simulations",
        "so_far": "jours de pénurie",
        "drawing": "Tracé des figures",
        "no_figures": "Pas de figures : la bibliothèque {name} n'est pas installée.",
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
        "over_worlds": "Intervalle à 95 % : de la moyenne, sur les {worlds:,} mondes (les simulations d'un "
        "même monde ne sont pas indépendantes).",
        "few_worlds": "Pas d'intervalle de la moyenne : moins de 3 mondes ne montrent pas combien ils diffèrent. "
        "Demander --worlds 3 ou plus.",
        "no_interval": "Une seule simulation : pas d'intervalle.",
        "over_range": "p5–p95 : neuf simulations sur dix se trouvent entre ces bornes.",
        "few_range": "p5–p95 : avec moins de 20 simulations, à peu près la plus basse et la plus haute.",
        "defined": "{mark} Définie dans {n:,} {n:simulation|simulations} sur {runs:,} ; les chiffres portent sur celles-ci.",
        "written": "Écrit dans",
        "next": "Ensuite :",
        "compiling": "Le moteur rapide se compile pour cette machine : environ {seconds} s, une seule fois.",
        "no_numba": "Numba n’est pas installé : le moteur de référence fait tous les calculs (plus vite : pip install numba).",
        "draws_repeat": (
            "{worlds:,} mondes pour {draws:,} tirages calibrés : des tirages se répètent, et les intervalles des moyennes sont "
            "trop étroits. Demander {draws:,} mondes au plus."
        ),
        "until": "Jusqu’au {date}",
        "tables": "tableaux",
        "figures": "figures",
        "scenarios": "Scénarios",
        "variants": "Variantes",
        "strategies": "Stratégies",
        "experiment": "expérience",
        "experiments": "Expériences",
        "none": "aucune",
        "good": "aucune erreur",
        "balance": "Besoin normal, litres par jour",
        "share": "Part",
        "total": "total",
        "product": "Produit",
        "taker": "Va à",
        "sink": "livré en route",
        "class": "ville",
        "sources": "Nombres : {sourced:,} {sourced:tiré|tirés} de sources, {assumed:,} d'hypothèses énoncées, {missing:,} "
        "sans source",
        "mistakes": "{n} ; rien n'a été écrit.",
        "more_mistakes": "… et {n:,} {n:autre erreur|autres erreurs} : corriger celles-ci d'abord, ou les voir toutes avec "
        "--json.",
        "interrupted": "Interrompu. Les simulations faites sont enregistrées ; la même commande reprend là.",
        "error": "Erreur :",
        "unreadable": "illisible : `check` dit pourquoi",
        "replayed": "Monde {world:,}, hasard {chance:,} (réplication {replication}) : rejoué, identique à ce qui est enregistré, "
        "au dernier bit.",
        "replay_convoys_sent": "Convois partis",
        "replay_engagements": "Attaques",
        "replay_tankers_lost": "Citernes perdues",
        "replay_crews_lost": "Équipages perdus",
        "replay_shortage_days_any": "Jours avec une pénurie",
        "more_lines": "… {n:,} {n:autre ligne|autres lignes} dans {file}",
        "is_metric": "mesure d'une simulation",
        "is_column": "colonne de daily.parquet",
        "is_word": "mot",
        "better_lower": "moins vaut mieux",
        "better_higher": "plus vaut mieux",
        "better_none": "ni plus ni moins ne vaut mieux",
        "keys_below": "Clés en dessous",
        "note": "Note : {text}",
        "in_unit": "Unité : {unit}",
        "set_in": "Fixé dans",
        "model_default": "aucun fichier : valeur neutre du modèle",
        "in_force": "en vigueur",
        "replaced": "remplacé",
        "comes_from": "Provient de",
        "confidence_high": "confiance élevée",
        "confidence_medium": "confiance moyenne",
        "confidence_low": "confiance faible",
        "no_source": "aucune source indiquée",
        "backing_evidence": "source",
        "backing_derived": "fichier des sources, mais sans source publiée",
        "backing_assumption": "hypothèse",
        "backing_unknown": "ne désigne aucune ligne",
        "new_what": "Reprend tout de {parent} ; ce qui est écrit ici y remplace la valeur.",
        "new_how": "Enlever le # devant une clé et changer sa valeur ; `explain CLÉ` dit ce qu'il y a derrière.",
        "new_range": "Un nombre avec low et high est tiré à chaque monde ; un nombre seul est certain.",
        "often_days": "Nombre de jours simulés",
        "often_strategy": "Stratégie prise quand aucune n'est demandée",
        "often_units": "Unités d'escorte disponibles",
        "often_fleet": "Citernes de chaque corridor",
        "often_floor": "Part des chauffeurs qui partent seuls quoi qu'il arrive",
        "often_need": "Besoin normal de chaque produit",
        "often_cover": "Stock des dépôts au début",
        "often_clearance": "Dédouanement à l'arrivée",
        "often_intensity": "Fréquence des embuscades, par période",
        "often_escort": "Effet dissuasif des escortes, et coût d'une attaque contre un convoi",
        **REPRODUCE["fr"],
        **WHY["fr"],
        **COMPARE["fr"],
        **SWEEP["fr"],
    },
}

NOUNS: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "world": ("world", "worlds"), "chance": ("chance", "chances"), "run": ("run", "runs"),
        "worker": ("worker", "workers"), "mistake": ("mistake", "mistakes"),
        "value": ("value", "values"),
    },
    "fr": {
        "world": ("monde", "mondes"), "chance": ("hasard", "hasards"), "run": ("simulation", "simulations"),
        "worker": ("processus", "processus"), "mistake": ("erreur", "erreurs"),
        "value": ("valeur", "valeurs"),
    },
}  # fmt: skip

UNITS: dict[str, dict[str, str]] = {
    "en": {},
    "fr": {
        "days": "jours", "day": "jour", "tankers": "citernes", "crews": "équipages", "units": "unités",
        "unit-days": "j·unités", "share": "part",
    },
}  # fmt: skip

SCALES: dict[str, tuple[float, dict[str, str]]] = {
    "l": (1e6, {"en": "million l", "fr": "millions l"}),
    "FCFA": (1e6, {"en": "m FCFA", "fr": "M FCFA"}),
    "share": (0.01, {"en": "%", "fr": "%"}),
}
"""Units that tables show in larger or smaller ones, by the unit of the metric: the same in every row."""


def word(lang: Lang, key: str, **values: object) -> str:
    """A word or sentence in a language, with its values filled in."""
    return fill(_printed(lang)[key], values, lang)


@cache
def _printed(lang: Lang) -> dict[str, str]:
    """Words of a language as they are printed."""
    return {key: typographic(text) if lang == "fr" else text for key, text in WORDS[lang].items()}


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


def decimals_for(value: float, most: int = 2) -> int:
    """Decimals that leave about three figures, and no more than `most`."""
    return min(most, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)


def scale_of(unit: str, lang: Lang) -> tuple[float, str]:
    """Divisor and name of the unit in which tables show a metric (``l`` → ``million l``)."""
    if unit in SCALES:
        divisor, names = SCALES[unit]
        return divisor, names[lang]
    return 1.0, UNITS[lang].get(unit, unit)


def duration(seconds: float, lang: Lang) -> str:
    """A wall time: ``4.2 s``, ``3 min 05 s``."""
    if seconds < 60:
        return f"{number(seconds, 1, lang)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
