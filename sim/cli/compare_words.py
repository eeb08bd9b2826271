"""Words of `compare`."""

from __future__ import annotations

COMPARE: dict[str, dict[str, str]] = {
    "en": {
        "strategies_compared": "{n:,} strategies",
        "cases_compared": "{n:,} {n:case|cases}",
        "baseline": "baseline {name}",
        "until_precise": "until ± {half} is reached, at most {most:,} worlds",
        "mean_95": "mean [95 %]",
        "against_95": "− baseline [95 %]",
        "wins": "best in",
        "certain": "surest",
        "says": "verdict",
        "says_leads": "best",
        "says_trade-off": "trade-off",
        "says_tie": "tie",
        "says_same": "same",
        "says_dominated": "dominated",
        "price_tankers_lost": "tankers lost",
        "price_crews_lost": "crews lost",
        "price_litres_unmet_regions": "regions, m l",
        "price_escort_days": "escort-days",
        "averted": "averted/day",
        "tail": "worst 5 %",
        "regret_mean": "regret",
        "regret_worst": "worst world",
        "not_knowing": "not knowing",
        "ratio": "pairing",
        "overall_verdict": "Across all variants",
        "how_means": "[95 %]: interval of the mean, over {worlds:,} {worlds:world|worlds}. − baseline: paired difference, "
        "strategy less baseline.",
        "how_best": "best in: share of worlds in which the strategy comes first; more runs do not drive it to 0 or 100 %. "
        "surest: chance that its mean is the best, given the sampling error of means alone; more runs do.",
        "how_price": "In brackets: paired difference from the baseline. regions: unmet need, million litres.",
        "how_risk": "worst 5 %: mean of the worst 5 % of runs. regret: behind the best of each world, in {unit}, on average "
        "and in the worst world. not knowing: share of the spread that stems from what we do not know, the rest is chance. "
        "pairing: how many times more runs strategies compared in different worlds would have needed. averted/day: shortage "
        "days averted per escort-day more than the baseline takes, – where it takes no more beyond doubt.",
    },
    "fr": {
        "strategies_compared": "{n:,} stratégies",
        "cases_compared": "{n:,} cas",
        "baseline": "référence {name}",
        "until_precise": "jusqu'à ± {half}, en {most:,} mondes au plus",
        "mean_95": "moyenne [95 %]",
        "against_95": "− référence [95 %]",
        "wins": "1re dans",
        "certain": "certitude",
        "says": "verdict",
        "says_leads": "meilleure",
        "says_trade-off": "arbitrage",
        "says_tie": "ex æquo",
        "says_same": "identique",
        "says_dominated": "dominée",
        "price_tankers_lost": "citernes perdues",
        "price_crews_lost": "équipages perdus",
        "price_litres_unmet_regions": "régions, M l",
        "price_escort_days": "j d'escorte",
        "averted": "évités/j",
        "tail": "pires 5 %",
        "regret_mean": "regret",
        "regret_worst": "pire monde",
        "not_knowing": "méconnu",
        "ratio": "gain app.",
        "overall_verdict": "Toutes variantes confondues",
        "how_means": "[95 %] : intervalle de la moyenne, sur {worlds:,} {worlds:monde|mondes}. − référence : différence "
        "appariée, stratégie moins référence.",
        "how_best": "1re dans : part des mondes où la stratégie arrive en tête ; plus de simulations ne la mènent pas à 0 ou "
        "100 %. certitude : probabilité que sa moyenne soit la meilleure, vu la seule erreur d'échantillonnage des moyennes.",
        "how_price": "Entre parenthèses : différence appariée avec la référence. régions : besoin non servi, millions de "
        "litres.",
        "how_risk": "pires 5 % : moyenne des 5 % de simulations les pires. regret : écart avec la meilleure de chaque monde, "
        "en {unit}, en moyenne et dans le pire monde. méconnu : part de la dispersion due à ce que nous ne savons pas, le "
        "reste est le hasard. gain app. : combien de fois plus de simulations il aurait fallu dans des mondes différents. "
        "évités/j : jours de pénurie évités par jour d'escorte de plus que la référence, – si elle n'en prend pas nettement "
        "plus.",
    },
}
