"""What an explanation leaves in its folder: the chart, its numbers as JSON, its sentences."""

from __future__ import annotations

import hashlib
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

from sim.analysis.shapley import rounded
from sim.experiment.identity import canonical, model_fingerprint
from sim.experiment.store.writing import check_writable, write_bytes
from sim.report.context import ChartContext
from sim.report.sheet import files_of
from sim.report.why_chart import why_chart
from sim.report.why_text import sentences
from sim.report.words import in_both, language
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy
from sim.study.why import Explanation

FINEST, COARSEST = 9, 4
"""Decimals of the numbers that programs read."""


def decimal_parts(found: Explanation) -> tuple[list[float], float]:
    """Parts and difference as decimal numbers that add up: exactly as decimals, and wherever possible as floats too."""
    values = [part.value for part in found.parts]
    size = max(1, math.ceil(math.log10(1 + max(abs(v) for v in (*values, found.difference)))))
    finest = min(FINEST, 15 - size)
    tries = range(finest, min(COARSEST, finest) - 1, -1)
    told = [_floats(*rounded(values, decimals)) for decimals in tries]
    return next(((parts, whole) for parts, whole in told if sum(parts) == whole), told[0])


def _floats(parts: list[Fraction], whole: Fraction) -> tuple[list[float], float]:
    return [float(part) for part in parts], float(whole)


def content_of(found: Explanation) -> dict[str, Any]:
    """Everything about an explanation: what was asked in which world, exact fractions as texts, intervals, periods."""
    one, other = found.first, found.second
    return {
        "scenario": one.scenario.name,
        "variants": list(one.scenario.variants),
        "first": one.strategy.name,
        "second": None if other is None else other.strategy.name,
        "experiments": [experiment.identity for experiment in (one, other) if experiment is not None],
        "model": model_fingerprint(),
        "seed": one.seed,
        "uncertainty": one.uncertainty,
        "worlds": found.design.worlds,
        "chances": found.design.chances,
        "metric": found.metric.name,
        "unit": found.metric.unit,
        "difference": _number(found.difference, found.low, found.high),
        "neutral": str(found.neutral),
        "parts": [
            {"name": part.name, **_number(part.value, part.low, part.high),
             "shown_by": None if part.shown_by is None else part.shown_by.number}
            for part in found.parts
        ],
        "periods": [
            {"first": within.period.first.isoformat(), "last": within.period.last.isoformat(),
             "difference": str(within.difference), "parts": [str(value) for value in within.values]}
            for within in found.within
        ],
    }  # fmt: skip


def _number(value: Fraction, low: float | None, high: float | None) -> dict[str, Any]:
    return {"exact": str(value), "mean": float(value), "low": low, "high": high}


def folder_name(found: Explanation) -> str:
    """``<first>[-<second>].<metric>-<hash8>``: another world, design or model has another folder."""
    content = content_of(found)
    asked = {key: content[key] for key in ("experiments", "model", "worlds", "chances", "metric")}
    names = "-".join(name for name in (content["first"], content["second"]) if name is not None)
    return f"{names[:80]}.{found.metric.name}-{hashlib.sha256(canonical(asked)).hexdigest()[:8]}"


def written(why: Path, found: Explanation, lang: str) -> list[Path]:
    """Write chart, sentences and numbers of an explanation and return their paths; equal explanations give equal bytes."""
    folder = why / folder_name(found)
    check_writable(folder)
    spoken, chart = language(lang), why_chart(about_of(found), found)
    contents = {f"why.{lang}.{kind}": content for kind, content in files_of(chart.draw(spoken.lang)).items()}
    contents[f"why.{lang}.txt"] = "".join(f"{text}\n" for text in sentences(found, spoken)).encode()
    contents["why.json"] = (json.dumps(content_of(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
    for name, content in contents.items():
        write_bytes(folder / name, content)
    return [folder / name for name in contents]


def about_of(found: Explanation) -> ChartContext:
    """What the chart of an explanation says about itself, in both languages."""
    scenario = found.first.scenario.model
    models = [one.strategy.model for one in (found.first, found.second) if one is not None]
    return ChartContext(
        scenario=in_both(lambda lang: titled(scenario, lang.lang)),
        strategy=in_both(lambda lang: " / ".join(titled(model, lang.lang) for model in models)),
        worlds=found.design.worlds,
        chances=found.design.chances,
        seed=found.first.seed,
        uncertainty=found.first.uncertainty,
        lang="en",
        variants=found.first.scenario.variants,
        city=scenario.node[scenario.city.node].title,
    )


def titled(model: Scenario | Strategy, lang: str) -> str:
    """Title of a scenario or strategy in a language."""
    return model.title_fr if lang == "fr" and model.title_fr else model.title
