"""What a study folder says of itself: ``study.json``, from which everything that was compared is found again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.analysis.across import Overall, across
from sim.analysis.comparison import Comparison
from sim.analysis.verdict import Verdict, judge
from sim.errors import ResultsError, UsageError
from sim.experiment.design import Design
from sim.experiment.identity import Experiment
from sim.experiment.results import Results, load_results
from sim.language import Phrase, why
from sim.records import Metric
from sim.study.cells import CELLS
from sim.study.design import STUDY_SCHEMA, Case, Point, Precision, Study

RECORD = "study.json"

Titles = Mapping[str, str]


@dataclass(frozen=True)
class LeftOut:
    """A variant that was asked for and not compared, and why."""

    variant: str
    reason: Phrase


@dataclass(frozen=True)
class Screened:
    """A strategy that the pilot dropped: in each case (by key) the strategy that is better on the metric beyond doubt."""

    strategy: str
    by: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CaseResults:
    """The strategies of one case and their runs, all in the same replications.

    `results` by strategy in the order of every table; `piloted` those of strategies that were dropped; `asked`: how many
    strategies there were before.
    """

    key: str
    scenario: str
    variant: str
    point: Point
    titles: Titles
    variant_titles: Titles
    baseline: str
    metric: str
    results: Mapping[str, Results]
    piloted: Mapping[str, Results]

    @cached_property
    def comparison(self) -> Comparison:
        """All metrics of all strategies, paired."""
        return compared(self.results)

    @cached_property
    def pilot(self) -> Comparison | None:
        """The baseline and the strategies that were dropped, in the replications of the pilot; None if none were."""
        if not self.piloted:
            return None
        manifest = next(iter(self.piloted.values())).manifest
        design = Design(manifest["worlds"], manifest["chances"])
        return compared({self.baseline: self.results[self.baseline].part(design), **self.piloted})

    @cached_property
    def verdict(self) -> Verdict:
        """Which strategy does best here; intervals hold for all strategies that were asked for, the dropped ones too."""
        comparisons = len(self.results) + len(self.piloted) - 1
        return judge(self.comparison, self.metric, self.baseline, self.key, comparisons=comparisons)


@dataclass(frozen=True)
class StudyResults:
    """Strategies compared in identical replications, read from the folder of a study.

    `half`: largest half-width (95 %) of a difference from the baseline in the key metric, None where unknown; `precision` the
    one asked for, with the most worlds.
    """

    folder: Path
    name: str
    titles: Titles
    questions: Titles
    baseline: str
    metric: str
    metrics: tuple[str, ...]
    seed: int
    uncertainty: str
    design: Design
    pilot: Design | None
    precision: Precision | None
    half: float | None
    cases: tuple[CaseResults, ...]
    dropped: tuple[Screened, ...]
    left_out: tuple[tuple[str, Titles], ...]

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies compared, in the order of every table."""
        return tuple(self.cases[0].results)

    @property
    def precise(self) -> bool | None:
        """Whether the precision asked for was reached; None if none was asked for."""
        return None if self.precision is None else self.half is not None and self.half <= self.precision.half_width

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the scenarios, in order."""
        return tuple(dict.fromkeys(case.scenario for case in self.cases))

    @cached_property
    def overalls(self) -> dict[str, Overall]:
        """By scenario: whether its first verdict holds in its other variants and points."""
        return {name: across([case.verdict for case in self.cases if case.scenario == name]) for name in self.scenarios}

    def with_first(self, scenario: str) -> StudyResults:
        """The same with the cases of a scenario before all others.

        Raises
        ------
        UsageError
            If the study has no such scenario.
        """
        if scenario not in self.scenarios:
            raise UsageError(Phrase(
                'scenario: expected one of {names}, got "{name}"', names=self.scenarios, name=scenario
            ))  # fmt: skip
        return replace(self, cases=tuple(sorted(self.cases, key=lambda case: case.scenario != scenario)))

    def case(self, scenario: str, variant: str = "") -> CaseResults:
        """The first case of a scenario with these variants."""
        for case in self.cases:
            if (case.scenario, case.variant) == (scenario, variant):
                return case
        raise UsageError(Phrase(
            'study: no case of scenario "{scenario}", variant "{variant}"', scenario=scenario, variant=variant
        ))  # fmt: skip


def case_key(case: Case) -> str:
    """What a case is called within its scenario: variants and point, "" for the scenario as it stands."""
    point = ", ".join(f"{key}={value}" for key, value in case.point)
    return " ".join(part for part in (case.variant, point) if part)


def compared(results: Mapping[str, Results]) -> Comparison:
    """Runs of strategies in the same replications, paired.

    Raises
    ------
    ResultsError
        If they are not of the same replications.
    """
    names = tuple(results)
    tables = [results[name].outcomes.sort_values(["world", "chance"]) for name in names]
    worlds, chances = (tables[0][key].to_numpy(dtype=np.int64) for key in ("world", "chance"))
    for name, table in zip(names, tables, strict=True):
        if not (np.array_equal(table["world"], worlds) and np.array_equal(table["chance"], chances)):
            raise ResultsError(Phrase(
                "{folder}: not the replications of the other strategies; run the same command again", folder=results[name].folder
            ))  # fmt: skip
    metrics = tuple(
        Metric(m["name"], m["unit"], m["direction"], m["definition"], m["title"]) for m in results[names[0]].manifest["metrics"]
    )
    values = {m.name: np.stack([table[m.name].to_numpy(dtype=np.float64) for table in tables]) for m in metrics}
    return Comparison(names, metrics, values, worlds, chances)


def record_of(
    study: Study, design: Design, kept: Sequence[str], dropped: Sequence[Screened], pilot: Design | None, half: float | None,
    left_out: Sequence[LeftOut],
) -> bytes:  # fmt: skip
    """What was asked and where its runs are, as the bytes of ``study.json``: the same for every engine and machine."""
    asked = study.design
    record = {
        "schema": STUDY_SCHEMA,
        "name": study.name,
        "titles": dict(study.titles),
        "questions": dict(study.questions),
        "baseline": study.baseline,
        "metric": study.metric,
        "metrics": list(study.metrics),
        "seed": study.seed,
        "uncertainty": study.uncertainty,
        "worlds": design.worlds,
        "chances": design.chances,
        "precision": {"half_width": asked.half_width, "max_worlds": asked.most} if isinstance(asked, Precision) else None,
        "half_width": half,
        "strategies": list(kept),
        "pilot": None if pilot is None else {"worlds": pilot.worlds, "chances": pilot.chances},
        "dropped": [{"strategy": one.strategy, "by": dict(one.by)} for one in dropped],
        "left_out": [{"variant": one.variant, "reason": _said(one.reason)} for one in left_out],
        "cases": [_case(study, case) for case in study.cases],
    }
    return (json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _said(phrase: Phrase) -> dict[str, str]:
    return {"en": phrase.said("en"), "fr": phrase.said("fr")}


def _case(study: Study, case: Case) -> dict[str, Any]:
    model = case.scenario.model
    return {
        "key": case_key(case),
        "scenario": case.scenario.name,
        "variant": case.variant,
        "point": [list(pair) for pair in case.point],
        "titles": {"en": model.title, "fr": model.title_fr or model.title},
        "variant_titles": _variant_titles(case),
        "cells": {
            strategy.name: f"{CELLS}/{Experiment(case.scenario, strategy, study.seed, study.uncertainty).folder_name}"
            for strategy in case.strategies
        },
    }


def _variant_titles(case: Case) -> dict[str, str]:
    """Titles of the variants of a case, then its point, by language."""
    laid = [document.data for document in case.scenario.merged.documents if document.data.get("kind") == "variant"]
    point = [f"{key} = {value}" for key, value in case.point]
    en = [str(data.get("title", "")) for data in laid]
    fr = [str(data.get("title_fr") or data.get("title", "")) for data in laid]
    return {"en": "; ".join([*en, *point]), "fr": "\N{NARROW NO-BREAK SPACE}; ".join([*fr, *point])}


def replaced_by(study: Study, folder: Path) -> tuple[str, ...]:
    """Strategies of the comparison that a folder holds, if the study would leave out some of its strategies or cases.

    Empty if the folder holds none, or one of which the study keeps everything.
    """
    try:
        record = _record(folder / RECORD)
        strategies = (*record["strategies"], *(one["strategy"] for one in record["dropped"]))
        cases = {case["key"] for case in record["cases"]}
    except (ResultsError, LookupError, TypeError):
        return ()
    kept = set(strategies) <= set(study.strategies) and cases <= {case_key(case) for case in study.cases}
    return () if kept else strategies


def load_study(folder: str | Path) -> StudyResults:
    """The results of a study from its folder alone.

    Raises
    ------
    ResultsError
        If the folder holds no readable ``study.json``, or a cell is missing.
    """
    path = Path(folder)
    record = _record(path / RECORD)
    try:
        return _study(path, record)
    except (LookupError, TypeError, AttributeError) as error:
        raise ResultsError(Phrase(
            "{file}: not readable: {error}; run `compare` again to write it anew", file=path / RECORD, error=error
        )) from error  # fmt: skip


def _record(file: Path) -> dict[str, Any]:
    try:
        record = json.loads(file.read_bytes())
    except OSError as error:
        raise ResultsError(Phrase("{file}: cannot be read: {reason}", file=file, reason=why(error))) from error
    except (ValueError, RecursionError) as error:
        message = Phrase("{file}: not readable: {error}; run `compare` again to write it anew", file=file, error=error)
        raise ResultsError(message) from error
    layout = record.get("schema") if isinstance(record, dict) else None
    if not isinstance(record, dict) or layout != STUDY_SCHEMA:
        raise ResultsError(Phrase(
            "{file}: expected layout {layout} of a study, got {got}; run `compare` again to write it anew",
            file=file, layout=STUDY_SCHEMA, got=layout or Phrase("none"),
        ))  # fmt: skip
    return record


def _study(folder: Path, record: Mapping[str, Any]) -> StudyResults:
    design = Design(record["worlds"], record["chances"])
    pilot = None if record["pilot"] is None else Design(record["pilot"]["worlds"], record["pilot"]["chances"])
    asked = record["precision"]
    bare = StudyResults(
        folder=folder,
        name=record["name"],
        titles=record["titles"],
        questions=record["questions"],
        baseline=record["baseline"],
        metric=record["metric"],
        metrics=tuple(record["metrics"]),
        seed=record["seed"],
        uncertainty=record["uncertainty"],
        design=design,
        pilot=pilot,
        precision=None if asked is None else Precision(asked["half_width"], design.chances, asked["max_worlds"]),
        half=record["half_width"],
        cases=(),
        dropped=tuple(Screened(one["strategy"], tuple(one["by"].items())) for one in record["dropped"]),
        left_out=tuple((one["variant"], one["reason"]) for one in record["left_out"]),
    )
    return replace(bare, cases=tuple(_case_results(bare, case, record["strategies"]) for case in record["cases"]))


def _case_results(study: StudyResults, case: Mapping[str, Any], kept: Sequence[str]) -> CaseResults:
    cells = {name: study.folder / place for name, place in case["cells"].items()}
    results = {name: load_results(cells[name]).part(study.design) for name in kept}
    piloted = {}
    if study.pilot is not None:
        piloted = {one.strategy: load_results(cells[one.strategy]).part(study.pilot) for one in study.dropped}
    return CaseResults(
        case["key"], case["scenario"], case["variant"], tuple((key, value) for key, value in case["point"]),
        case["titles"], case["variant_titles"], study.baseline, study.metric, results, piloted,
    )  # fmt: skip
