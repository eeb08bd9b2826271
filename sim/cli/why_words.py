"""What `why` says around its numbers, in English and French."""

from __future__ import annotations

WHY: dict[str, dict[str, str]] = {
    "en": {
        "why_between": "Why “{second}” and “{first}” differ: {metric}",
        "why_causes": "What makes “{metric}” under “{first}”",
        "why_part": "Part",
        "why_shown_by": "Shows most in replication",
        "why_difference": "Difference ({second} less {first})",
        "why_all": "All mechanisms",
        "why_adding": "Parts are Shapley shares over all combinations of mechanisms on and neutral, in identical worlds with "
        "identical luck; they add up exactly and are rounded so that they do as shown. 95 % interval: of the mean, over worlds.",
        "why_few_worlds": "No intervals: fewer than 3 worlds do not show how far worlds differ.",
        "why_off": "Off in this world, so without a part: {names}.",
        "why_no_periods": "“{metric}” does not add up over periods: only the whole horizon is split.",
        "why_by_period": "By period",
        "why_replay": "See the largest part at work:",
        "why_other_model": "{folder} was made by another version of the model; what is explained here is what the present "
        "one gives.",
    },
    "fr": {
        "why_between": "Pourquoi « {second} » et « {first} » diffèrent : {metric}",
        "why_causes": "Ce qui fait « {metric} » sous « {first} »",
        "why_part": "Part",
        "why_shown_by": "Réplication qui la montre le mieux",
        "why_difference": "Différence ({second} moins {first})",
        "why_all": "Tous les mécanismes",
        "why_adding": "Parts de Shapley sur toutes les combinaisons de mécanismes actifs ou neutres, dans des mondes identiques "
        "et avec le même hasard ; leur somme est exacte, et les arrondis la conservent. Intervalle à 95 % : de la moyenne, sur "
        "les mondes.",
        "why_few_worlds": "Pas d'intervalle : moins de 3 mondes ne montrent pas combien les mondes diffèrent.",
        "why_off": "Inactifs dans ce monde, donc sans part : {names}.",
        "why_no_periods": "« {metric} » ne s'additionne pas sur les périodes : seul l'horizon entier est décomposé.",
        "why_by_period": "Par période",
        "why_replay": "Voir la plus grande part à l'œuvre :",
        "why_other_model": "{folder} vient d'une autre version du modèle ; l'explication porte sur ce que donne la version "
        "présente.",
    },
}
