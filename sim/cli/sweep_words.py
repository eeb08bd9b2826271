"""What `sweep` says, in English and French."""

from __future__ import annotations

SWEEP: dict[str, dict[str, str]] = {
    "en": {
        "sweep_points": "{points:,} {points:point|points} × {strategies:,} {strategies:strategy|strategies} × {runs:,} "
        "{runs:run|runs} = {total:,} runs",
        "sweep_shared": "{cells:,} experiments: those that a point leaves as they are, are run once",
        "sweep_fixed": "At every point: {fixed}",
        "sweep_reference": "Reference point: {point}",
        "sweep_baseline": "baseline {name}",
        "sweep_from_reference": "From reference",
        "sweep_from_baseline": "From {name}",
        "sweep_map": "{metric} ({unit}), mean; {up} downwards, {across} across; {strategy}",
        "sweep_more": "… {n:,} more {n:row|rows} in {file}",
        "sweep_meaning": "All points have the same worlds and chances. Mean: over runs, with its 95 % interval over worlds. "
        "Differences are paired; each interval holds by itself, so that of {n:,} about one in twenty misses the truth.",
        "sweep_alike": "≈: the difference from the reference point may be nothing.",
        "sweep_no_interval": "No intervals: fewer than 3 worlds do not show how far worlds differ. Ask for --worlds 3 or more.",
        "sweep_no_chart": "No figure: {n:,} keys are varied, and a chart shows one or two. The tables have all points.",
        "sweep_many_maps": "No figure: {n:,} maps would be needed, and at most {most:,} are drawn. The tables have all points.",
        "left": "left",
    },
    "fr": {
        "sweep_points": "{points:,} {points:point|points} × {strategies:,} {strategies:stratégie|stratégies} × {runs:,} "
        "{runs:simulation|simulations} = {total:,} simulations",
        "sweep_shared": "{cells:,} expériences : celles qu'un point laisse telles quelles ne sont faites qu'une fois",
        "sweep_fixed": "En tout point : {fixed}",
        "sweep_reference": "Point de référence : {point}",
        "sweep_baseline": "stratégie de base {name}",
        "sweep_from_reference": "Écart à la référence",
        "sweep_from_baseline": "Écart à {name}",
        "sweep_map": "{metric} ({unit}), moyenne ; {up} vers le bas, {across} en travers ; {strategy}",
        "sweep_more": "… encore {n:,} {n:ligne|lignes} dans {file}",
        "sweep_meaning": "Tous les points ont les mêmes mondes et les mêmes hasards. Moyenne : sur les simulations, avec son "
        "intervalle à 95 % sur les mondes. Les écarts sont appariés ; chaque intervalle vaut pour lui-même : sur {n:,}, environ "
        "un sur vingt manque la vérité.",
        "sweep_alike": "≈ : l'écart au point de référence peut être nul.",
        "sweep_no_interval": "Pas d'intervalles : moins de 3 mondes ne montrent pas combien les mondes diffèrent. Demander "
        "--worlds 3 ou plus.",
        "sweep_no_chart": "Pas de figure : {n:,} clés varient, et un graphique en montre une ou deux. Les tableaux ont tous les "
        "points.",
        "sweep_many_maps": "Pas de figure : il faudrait {n:,} cartes, et {most:,} au plus sont dessinées. Les tableaux ont tous "
        "les points.",
        "left": "reste",
    },
}
