"""Words of verdicts: sentences in English and French, and names of strategies and variants put into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.analysis.comparison import Difference
from sim.analysis.units import CONFIDENCE
from sim.report.metric_phrases import difference_phrase
from sim.report.words import NARROW, NO_BREAK, Language

NAMED = 5
"""Strategies of a long list that are named."""

SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "lead": "{a} {does} ({sure}, {pairs} paired replications)",
        "best_worlds": "is best in {share} of worlds",
        "best_replications": "is best in {share} of replications",
        "first_worlds": "comes first in {share} of worlds",
        "first_replications": "comes first in {share} of replications",
        "next": "{a} {does}, the next best.",
        "tie": "{a} and {b} cannot be told apart: {a} {does} ({sure}{at_once}, {pairs} paired replications){settle}.",
        "tie_again": "Nor can {a} and {b}: {a} {does}{settle}.",
        "at_once": ", {n} strategies at once",
        "settle": "; at the present variance about {n} more replications would settle it",
        "settle_again": "; about {n} more replications would settle it",
        "settle_never": "; no number of replications settles a difference of nothing",
        "settle_long": "; at the present variance it would take more than a million replications to settle it",
        "tie_equal": "{a} and {b} have the same “{measure}” in each of the {pairs} paired replications.",
        "tie_others": "Nor can {names} be ruled out as the best.",
        "trade_off": "This is a trade-off, not a clear gain: {a} {does}.",
        "gains": "{a} also {does}.",
        "open": "Not settled between {a} and {b}: {measures}.",
        "same": "{names} give the same result in each of the {pairs} paired replications.",
        "no_difference": "No difference: {names} give the same result in each of the {pairs} paired replications.",
        "dominated": "{by} dominates {names}: better beyond doubt on at least one measure, worse on average on none.",
        "dominated_more": "{n} more strategies are dominated by others.",
        "others": "{n} others",
        "one_strategy": "No verdict: there is only one strategy, and nothing to compare it with.",
        "few_worlds": "No verdict: {n} worlds do not tell strategies apart; {least} or more are needed.",
        "few_replications": "No verdict: with one world, {least} replications or more are needed to tell strategies apart.",
        "undefined": "No verdict: too few replications define “{measure}” for every strategy.",
        "every": "This holds in all {n} variants",
        "only": "Only one variant was judged: whether this holds under another threat is open",
        "keeps": "keeps that lead in {variants}",
        "tied": "cannot be told from the best in {variants}",
        "loses": "loses that lead in {variant} ({to} {does})",
        "nobody": "No strategy leads alone in {first}",
        "leads": "{a} leads alone in {variants}",
        "priced_all": "In every variant that it leads, the lead is a trade-off",
        "priced": "The lead is a trade-off in {variants}",
        "unknown": "There is no verdict in {variants}",
        "regret": "Smallest regret in the worst case: {a}, which in {variant} {does}",
        "best_there": "the best strategy there",
        "quoted": "“{name}”",
        "variant": "the variant {names}",
        "variants": "the variants {names}",
        "as_it_stands": "the scenario as it stands",
    },
    "fr": {
        "lead": "{a} {does} ({sure}, {pairs} réplications appariées)",
        "best_worlds": "est la meilleure stratégie dans {share} des mondes",
        "best_replications": "est la meilleure stratégie dans {share} des réplications",
        "first_worlds": "arrive en tête dans {share} des mondes",
        "first_replications": "arrive en tête dans {share} des réplications",
        "next": "{a} {does}, deuxième du classement.",
        "tie": "Rien ne départage {a} et {b}~: {a} {does} ({sure}{at_once}, {pairs} réplications appariées){settle}.",
        "tie_again": "Ni {a} et {b}~: {a} {does}{settle}.",
        "at_once": ", {n} stratégies à la fois",
        "settle": "^; à variance égale, il faudrait encore environ {n} réplications pour trancher",
        "settle_again": "^; il faudrait encore environ {n} réplications pour trancher",
        "settle_never": "^; aucun nombre de réplications ne tranche une différence nulle",
        "settle_long": "^; à variance égale, il faudrait plus d’un million de réplications pour trancher",
        "tie_equal": "{a} et {b} ont la même valeur pour «~{measure}~» dans chacune des {pairs} réplications appariées.",
        "tie_others": "On ne peut pas non plus écarter {names}.",
        "trade_off": "C’est un arbitrage et non un gain net~: {a} {does}.",
        "gains": "De plus, {a} {does}.",
        "open": "Non tranché entre {a} et {b}~: {measures}.",
        "same": "{names} donnent le même résultat dans chacune des {pairs} réplications appariées.",
        "no_difference": "Aucune différence~: {names} donnent le même résultat dans chacune des {pairs} réplications appariées.",
        "dominated": "{by} domine {names}~: nettement meilleure sur au moins une mesure et, en moyenne, moins bonne sur aucune.",
        "dominated_more": "{n} autres stratégies sont dominées.",
        "others": "{n} autres",
        "one_strategy": "Pas de verdict~: il n’y a qu’une stratégie, donc rien à comparer.",
        "few_worlds": "Pas de verdict~: {n} mondes ne départagent pas des stratégies^; il en faut au moins {least}.",
        "few_replications": "Pas de verdict~: avec un seul monde, il faut au moins {least} réplications pour départager des "
        "stratégies.",
        "undefined": "Pas de verdict~: trop peu de réplications définissent «~{measure}~» pour toutes les stratégies.",
        "every": "Cela vaut dans les {n} variantes",
        "only": "Une seule variante a été jugée~: rien ne dit si cela vaut face à une autre menace",
        "keeps": "garde cette avance dans {variants}",
        "tied": "ne se distingue pas de la meilleure dans {variants}",
        "loses": "perd cette avance dans {variant} ({to} {does})",
        "nobody": "Aucune stratégie n’est seule en tête dans {first}",
        "leads": "{a} est seule en tête dans {variants}",
        "priced_all": "Dans toutes les variantes où elle est en tête, cette avance relève de l’arbitrage",
        "priced": "Cette avance relève de l’arbitrage dans {variants}",
        "unknown": "Il n’y a pas de verdict dans {variants}",
        "regret": "Plus petit regret dans le pire des cas~: {a}, qui, dans {variant}, {does}",
        "best_there": "la meilleure stratégie de cette variante",
        "quoted": "«~{name}~»",
        "variant": "la variante {names}",
        "variants": "les variantes {names}",
        "as_it_stands": "le scénario tel quel",
    },
}
"""Sentences by language; ~ stands for a no-break space, ^ for a narrow one."""


class Names(NamedTuple):
    """Names of strategies and variants in the language of the sentences, by id; an id stands for a missing one."""

    strategies: Mapping[str, str]
    variants: Mapping[str, str]

    def strategy(self, key: str) -> str:
        """Name of a strategy."""
        return self.strategies.get(key, key)


IDS = Names({}, {})


class Teller:
    """Says sentences in one language, with one set of names."""

    def __init__(self, lang: Language, names: Names) -> None:
        self.lang, self.names = lang, names
        self.sure = lang.share(CONFIDENCE)

    def say(self, key: str, **values: str) -> str:
        """A sentence with its values."""
        template = SENTENCES[self.lang.code][key].replace("~", NO_BREAK).replace("^", NARROW)
        return template.format(**values)

    def does(self, difference: Difference) -> str:
        """What a strategy does compared with the other."""
        other = self.names.strategy(difference.against)
        return difference_phrase(difference.metric, difference.mean, difference.half, other, self.lang)

    def strategies(self, keys: Sequence[str]) -> str:
        """Names of strategies, listed; of many, the first few and how many others."""
        named = [self.names.strategy(key) for key in keys]
        if len(named) > NAMED + 1:
            named = [*named[:NAMED], self.say("others", n=str(len(named) - NAMED))]
        return self.lang.listed(named)

    def variants(self, keys: Sequence[str]) -> str:
        """Variants as they stand behind "in": `the variants “…” and “…”`; the scenario as it stands has the key ""."""
        quoted = [self.say("quoted", name=self.names.variants.get(key, key)) for key in keys if key]
        parts = [self.say("as_it_stands")] if "" in keys else []
        if quoted:
            parts.append(self.say("variants" if len(quoted) > 1 else "variant", names=self.lang.listed(quoted)))
        return self.lang.listed(parts)
