"""What ``compare --json`` prints and ``comparison.json`` holds: whatever engine, workers and order, the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sim.analysis.comparison import Difference
from sim.analysis.paired import Paired
from sim.analysis.standing import Standing, finite, standings
from sim.analysis.verdict import GUARDS, Verdict
from sim.report.verdict_text import overall_text, verdict_text
from sim.report.verdict_words import Names
from sim.report.words import LANGUAGES, Language
from sim.study.folder import CaseResults, StudyResults

Standings = Mapping[int, tuple[Standing, ...]]
"""How strategies stand, by place of the case."""


def standings_of(study: StudyResults) -> Standings:
    """How every strategy stands in every case of a study."""
    more = (*study.metrics, *GUARDS)
    return {
        place: standings(
            case.comparison, study.metric, study.baseline, study.seed, next(iter(case.results.values())).manifest["days"], more
        )
        for place, case in enumerate(study.cases)
    }


def names_of(study: StudyResults, lang: Language) -> Names:
    """Names of variants and points in a language, by key; strategies are called by their ids, as in every table."""
    return Names({}, {case.key: case.variant_titles[lang.code] for case in study.cases if case.key})


def verdict_in(study: StudyResults, case: CaseResults, lang: Language) -> str:
    """The verdict of a case in sentences."""
    return verdict_text(case.verdict, lang, names_of(study, lang))


def overall_in(study: StudyResults, lang: Language) -> str:
    """Whether verdicts hold across variants, in sentences; with several scenarios, one after the other."""
    names = names_of(study, lang)
    told = []
    for scenario, overall in study.overalls.items():
        text = overall_text(overall, lang, names)
        title = next(case.titles[lang.code] for case in study.cases if case.scenario == scenario)
        told.append(text if len(study.overalls) == 1 else f"{title}{lang.colon} {text}")
    return "\n".join(told)


def object_of(study: StudyResults, found: Standings) -> dict[str, Any]:
    """The comparison as one JSON object, without NaN or infinity."""
    return {
        "study": study.name,
        "titles": dict(study.titles),
        "metric": study.metric,
        "baseline": study.baseline,
        "worlds": study.design.worlds,
        "chances": study.design.chances,
        "seed": study.seed,
        "uncertainty": study.uncertainty,
        "interval": 0.95,
        "precision": _precision(study),
        "scenarios": [_case(study, case, found[place]) for place, case in enumerate(study.cases)],
        "overall": {code: overall_in(study, lang) for code, lang in LANGUAGES.items()},
        "screened": [{"strategy": one.strategy, "worse_than": dict(one.by)} for one in study.dropped],
        "left_out": [{"variant": variant, "reason": dict(reason)} for variant, reason in study.left_out],
    }


def object_bytes(study: StudyResults, found: Standings) -> bytes:
    """The bytes of ``comparison.json``."""
    return (json.dumps(object_of(study, found), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _precision(study: StudyResults) -> dict[str, Any] | None:
    if study.precision is None:
        return None
    asked = study.precision
    return {"asked": asked.half_width, "max_worlds": asked.most, "half_width": study.half, "reached": study.precise}


def _case(study: StudyResults, case: CaseResults, found: tuple[Standing, ...]) -> dict[str, Any]:
    return {
        "name": case.scenario,
        "variant": case.variant,
        "point": dict(case.point),
        "baseline": case.baseline,
        "outcome": case.verdict.outcome,
        "leader": case.verdict.leader,
        "can_be_best": list(case.verdict.can_be_best),
        "trade_offs": [_difference(difference) for difference in case.verdict.trade_offs],
        "dominated": [{"strategy": one.name, "by": one.by} for one in case.verdict.dominated],
        "strategies": [_strategy(case, standing) for standing in found],
        "verdict": {code: verdict_in(study, case, lang) for code, lang in LANGUAGES.items()},
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "metric": difference.metric.name, "of": difference.of, "against": difference.against,
        "mean": difference.mean, "half_width": difference.half,
    }  # fmt: skip


def _strategy(case: CaseResults, standing: Standing) -> dict[str, Any]:
    units = {metric.name: metric.unit for metric in case.comparison.metrics}
    spread, regret = standing.spread, standing.regret
    return {
        "name": standing.strategy,
        "metrics": {name: {**one._asdict(), "unit": units[name]} for name, one in standing.metrics.items()},
        "difference": {name: _paired(one) for name, one in standing.differences.items()},
        "p_best_mean": standing.p_best_mean,
        "share_of_worlds_best": standing.share_best,
        "variance_ratio": {name: finite(one.variance_ratio) for name, one in standing.differences.items()},
        "regret": None if regret is None else regret._asdict(),
        "cvar95": None if standing.tail is None else standing.tail._asdict(),
        "spread": None if spread is None else spread._asdict(),
        "averted_per_escort_day": None if standing.averted is None else standing.averted._asdict(),
    }


def _paired(found: Paired) -> dict[str, Any]:
    numbers = found._asdict()
    del numbers["variance_ratio"]
    return numbers


def outcome_of(verdict: Verdict, strategy: str) -> str:
    """What a verdict says of one strategy in a word: leads, trade-off, tie, dominated, same or nothing."""
    if verdict.leader is None:
        return ""
    if verdict.outcome == "no difference" or (strategy in verdict.same):
        return "same"
    if strategy == verdict.leader:
        return {"best": "leads", "trade-off": "trade-off", "tie": "tie"}[verdict.outcome]
    if strategy in verdict.can_be_best:
        return "tie"
    return "dominated" if any(one.name == strategy for one in verdict.dominated) else ""
