"""The files of a comparison, and comparing from a question to its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.standing import Standing, finite
from sim.experiment.engines import Uncertainty
from sim.experiment.store.writing import write_bytes
from sim.report.comparison_object import Standings, object_bytes, outcome_of, overall_in, standings_of, verdict_in
from sim.report.words import LANGUAGES, Language
from sim.study.folder import CaseResults, StudyResults, load_study
from sim.study.spreadsheet import Cell, csv_bytes

if TYPE_CHECKING:
    from sim.study.running import Report

OBJECT = "comparison.json"
METRICS, RANKS, SCREENED = "tables/comparison.csv", "tables/ranking.csv", "tables/screened.csv"

WORDS = {
    "en": {
        "heading": "Comparison of {strategies}",
        "made": "{worlds} worlds × {chances} chances in each case, seed {seed}, {uncertainty} values, baseline {baseline}. "
        "Numbers after ± are half-widths of 95 % intervals over worlds; all strategies meet the same replications.",
        "as_it_stands": "As it stands",
        "overall": "Across all variants",
        "screened": "Dropped after a pilot of {worlds} × {chances}: {strategies}.",
        "reached": "Precision: every difference from the baseline is known to ± {half} (asked: ± {asked}).",
        "missed": "Precision: not reached. With the most worlds allowed ({most}), differences from the baseline are known to "
        "± {half} (asked: ± {asked}).",
        "left_out": "Not compared: variant {variant}, {reason}.",
        "central": "central", "sampled": "sampled", "unknown": "nothing",
    },
    "fr": {
        "heading": "Comparaison de {strategies}",
        "made": "{worlds} mondes × {chances} hasards dans chaque cas, graine {seed}, valeurs {uncertainty}, référence "
        "{baseline}. Les nombres après ± sont les demi-largeurs d’intervalles à 95 % sur les mondes^; toutes les stratégies "
        "rencontrent les mêmes réplications.",
        "as_it_stands": "Tel quel",
        "overall": "Toutes variantes confondues",
        "screened": "Écartées après un essai de {worlds} × {chances}~: {strategies}.",
        "reached": "Précision~: chaque différence avec la référence est connue à ± {half} (demandé~: ± {asked}).",
        "missed": "Précision~: non atteinte. Avec le plus de mondes permis ({most}), les différences avec la référence sont "
        "connues à ± {half} (demandé~: ± {asked}).",
        "left_out": "Non comparée~: variante {variant}, {reason}.",
        "central": "centrales", "sampled": "tirées", "unknown": "rien",
    },
}  # fmt: skip


def say(lang: Language, key: str, **values: object) -> str:
    """A sentence of a comparison in a language; ~ and ^ stand for French no-break spaces."""
    text = WORDS[lang.code][key].replace("~", "\N{NO-BREAK SPACE}").replace("^", "\N{NARROW NO-BREAK SPACE}")
    return text.format(**values)


def remarks(study: StudyResults, lang: Language) -> list[str]:
    """What happened on the way: strategies dropped, a precision reached or not, variants left out."""
    told = []
    if study.dropped and study.pilot is not None:
        names = lang.listed([one.strategy for one in study.dropped])
        told.append(say(lang, "screened", worlds=study.pilot.worlds, chances=study.pilot.chances, strategies=names))
    if study.precision is not None:
        half = say(lang, "unknown") if study.half is None else lang.number(study.half, 2)
        asked = lang.number(study.precision.half_width, 2)
        told.append(say(lang, "reached" if study.precise else "missed", half=half, asked=asked, most=study.precision.most))
    told += [say(lang, "left_out", variant=variant, reason=reason[lang.code]) for variant, reason in study.left_out]
    return told


def case_title(study: StudyResults, case: CaseResults, lang: Language) -> str:
    """What a case is called in headings: its variant, behind the scenario where there are several."""
    own = case.variant_titles[lang.code] or say(lang, "as_it_stands")
    return own if len(study.scenarios) == 1 else f"{case.titles[lang.code]}{lang.colon} {own}"


def verdict_page(study: StudyResults, lang: Language) -> str:
    """``verdict.en.md``: what was compared, the verdict of every case, whether it holds."""
    title = study.titles.get(lang.code) or say(lang, "heading", strategies=lang.listed(list(study.strategies)))
    made = say(
        lang, "made", worlds=lang.number(study.design.worlds), chances=lang.number(study.design.chances), seed=study.seed,
        uncertainty=say(lang, study.uncertainty), baseline=study.baseline,
    )  # fmt: skip
    parts = [f"# {title}", *([study.questions[lang.code]] if study.questions.get(lang.code) else []), made, *remarks(study, lang)]
    for case in study.cases:
        parts += [f"## {case_title(study, case, lang)}", verdict_in(study, case, lang)]
    parts += [f"## {say(lang, 'overall')}", overall_in(study, lang)]
    return "\n\n".join(parts) + "\n"


def write_comparison(study: StudyResults, found: Standings) -> list[Path]:
    """Write the files of a comparison into its folder; the paths written."""
    contents = {
        OBJECT: object_bytes(study, found),
        METRICS: csv_bytes(_METRIC_COLUMNS, _metric_rows(study, found)),
        RANKS: csv_bytes(_RANK_COLUMNS, _rank_rows(study, found)),
        SCREENED: csv_bytes(_SCREENED_COLUMNS, _screened_rows(study)),
        **{f"verdict.{code}.md": verdict_page(study, lang).encode() for code, lang in LANGUAGES.items()},
    }
    if not study.dropped:
        del contents[SCREENED]
        (study.folder / SCREENED).unlink(missing_ok=True)
    for name, content in contents.items():
        write_bytes(study.folder / name, content)
    return [study.folder / name for name in contents]


_CASE_COLUMNS = ("scenario", "variant", "point", "strategy", "baseline")
_METRIC_COLUMNS = (
    *_CASE_COLUMNS, "metric", "unit", "mean", "low", "high", "p05", "p50", "p95", "n_defined", "difference", "difference_low",
    "difference_high", "bootstrap_low", "bootstrap_high", "win_share", "tie_share", "variance_ratio", "pairs",
)  # fmt: skip
_RANK_COLUMNS = (
    *_CASE_COLUMNS, "metric", "verdict", "p_best_mean", "share_of_worlds_best", "regret_mean", "regret_p95", "regret_worst",
    "regret_worst_world", "cvar95", "cvar95_low", "cvar95_high", "variance_not_knowing", "variance_chance", "share_not_knowing",
    "averted_per_escort_day", "averted_low", "averted_high",
)  # fmt: skip
_SCREENED_COLUMNS = (
    "scenario", "variant", "point", "strategy", "worse_than", "metric", "worlds", "chances", "difference_from_baseline",
)  # fmt: skip


def _named(case: CaseResults, strategy: str) -> list[Cell]:
    point = ", ".join(f"{key}={value}" for key, value in case.point)
    return [case.scenario, case.variant, point, strategy]


def _metric_rows(study: StudyResults, found: Standings) -> Iterator[Sequence[Cell]]:
    for place, case in enumerate(study.cases):
        for standing in found[place]:
            for metric in case.comparison.metrics:
                yield [*_named(case, standing.strategy), study.baseline, metric.name, metric.unit,
                       *standing.metrics[metric.name], *_paired(standing, metric.name)]  # fmt: skip


def _paired(standing: Standing, metric: str) -> list[Cell]:
    if metric not in standing.differences:
        return [None] * 9
    d = standing.differences[metric]
    return [d.mean, d.low, d.high, d.bootstrap_low, d.bootstrap_high, d.win_share, d.tie_share, finite(d.variance_ratio), d.pairs]


def _rank_rows(study: StudyResults, found: Standings) -> Iterator[Sequence[Cell]]:
    for place, case in enumerate(study.cases):
        for one in found[place]:
            r = one.regret
            regret = [None] * 4 if r is None else [r.mean, r.p95, r.worst, r.worst_world]
            tail = [None] * 3 if one.tail is None else list(one.tail[:3])
            spread = [None] * 3 if one.spread is None else list(one.spread[:3])
            averted = [None] * 3 if one.averted is None else list(one.averted[:3])
            yield [*_named(case, one.strategy), study.baseline, study.metric, outcome_of(case.verdict, one.strategy),
                   one.p_best_mean, one.share_best, *regret, *tail, *spread, *averted]  # fmt: skip


def _screened_rows(study: StudyResults) -> Iterator[Sequence[Cell]]:
    for case in study.cases:
        pilot = case.pilot
        if pilot is None or study.pilot is None:
            continue
        for one in study.dropped:
            rows = pilot.values[study.metric]
            difference = float((rows[pilot.place(one.strategy)] - rows[0]).mean())
            yield [*_named(case, one.strategy), dict(one.by).get(case.key), study.metric, study.pilot.worlds, study.pilot.chances,
                   finite(difference)]  # fmt: skip


def compare(
    what: str | Path,
    strategies: Sequence[str] = (),
    *,
    baseline: str | None = None,
    variants: Sequence[str] = (),
    metric: str | None = None,
    worlds: int | None = None,
    chances: int | None = None,
    precision: float | None = None,
    max_worlds: int | None = None,
    seed: int | None = None,
    engine: str = "auto",
    workers: int | None = 1,
    uncertainty: Uncertainty | None = None,
    screen: bool | None = None,
    out: str | Path = "results",
    progress: Report | None = None,
) -> StudyResults:
    """Strategies compared in identical replications of a scenario, or as an experiment file says.

    Parameters
    ----------
    what
        Name or file of a scenario or of an experiment.
    strategies
        Names or files; two or more for a scenario.
    baseline
        The one that the others are compared with; the first unless told otherwise.
    variants
        Readings of the world beside the scenario as it stands: names, several laid together joined by "+", or ``["all"]``.
    metric
        The one that verdicts judge, by default ``shortage_days_any``.
    worlds, chances
        Replications, 20 × 10 by default; or `precision`, the half-width of differences from the baseline in the metric's
        unit, in at most `max_worlds` worlds.
    screen
        Whether a pilot drops the clearly worse strategies first; by default with five or more.

    Raises
    ------
    ScenarioError
        With all mistakes of the files.
    UsageError
        If something given cannot be used.
    """
    from sim.experiment.pool import checked_workers
    from sim.study.asking import Question, study_asked
    from sim.study.running import run_study

    question = Question(
        what, tuple(strategies), baseline, tuple(variants), metric, worlds, chances, precision, max_worlds, seed, uncertainty
    )
    count = checked_workers(workers)
    study, left_out = study_asked(question)
    folder = run_study(
        study, engine=engine, workers=count, out=Path(out), screen=screen, left_out=left_out, progress=progress
    )
    found = load_study(folder)
    write_comparison(found, standings_of(found))
    return found
