"""From what is asked on a command line or in Python to the study: a scenario with strategies, or an experiment file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, SimError, UsageError
from sim.experiment.design import Design, design_of
from sim.experiment.engines import Uncertainty
from sim.language import Phrase, listed
from sim.scenario.files import available, head
from sim.scenario.load import load_scenario
from sim.study.design import Precision, Study
from sim.study.files import DEFAULT_WORLDS, load_experiment_file, study_from_data
from sim.study.folder import LeftOut

ALL = "all"
"""In place of variants: every shipped one that fits, alone."""

MOST_WORLDS = 400
"""Worlds at most towards a precision, unless told otherwise."""

DEFAULT_CHANCES = 10


@dataclass(frozen=True)
class Question:
    """What a comparison was asked for; None: as the experiment file says, or the default.

    `strategies` and `variants` name files; with an experiment file they choose among its own. An entry of `variants` is a
    variant, or several laid together and joined by "+".
    """

    what: str | Path
    strategies: tuple[str, ...] = ()
    baseline: str | None = None
    variants: tuple[str, ...] = ()
    metric: str | None = None
    worlds: int | None = None
    chances: int | None = None
    precision: float | None = None
    max_worlds: int | None = None
    seed: int | None = None
    uncertainty: Uncertainty | None = None


def is_experiment(what: str | Path) -> bool:
    """Whether a name or path is that of an experiment file."""
    if str(what) in available("scenario"):
        return False
    if str(what) in available("experiment"):
        return True
    try:
        return Path(what).suffix == ".toml" and head(Path(what)).get("kind") == "experiment"
    except (SimError, OSError):
        return False


def study_asked(question: Question) -> tuple[Study, tuple[LeftOut, ...]]:
    """The study of a question, loaded and checked, and the variants that do not fit its scenario.

    Raises
    ------
    ScenarioError
        With all mistakes of the files.
    UsageError
        If an option cannot be used.
    """
    if question.precision is None and question.max_worlds is not None:
        raise UsageError(Phrase("max-worlds: goes with --precision; give that too, or --worlds"))
    if question.precision is not None and question.worlds is not None:
        raise UsageError(Phrase("precision: give either --precision X (with --max-worlds N) or --worlds N, not both"))
    if is_experiment(question.what):
        return _of_file(question), ()
    return _of_scenario(question)


def _of_file(question: Question) -> Study:
    study = load_experiment_file(question.what)
    strategies = tuple(Path(name).name.removesuffix(".toml") for name in question.strategies) or study.strategies
    _among(strategies, study.strategies, "strategies")
    variants = [case.variant for case in study.cases]
    wanted = variants if question.variants in ((), (ALL,)) else ["", *question.variants]
    _among([name for name in wanted if name], variants, "variants")
    cases = tuple(
        replace(case, strategies=tuple(next(s for s in case.strategies if s.name == name) for name in strategies))
        for case in study.cases if case.variant in wanted
    )  # fmt: skip
    baseline = study.baseline if question.baseline is None and study.baseline in strategies else strategies[0]
    return replace(
        study,
        cases=cases,
        baseline=question.baseline or baseline,
        metric=question.metric or study.metric,
        seed=study.seed if question.seed is None else question.seed,
        uncertainty=question.uncertainty or study.uncertainty,
        design=_design(question, study.design),
    )


def _among(got: Sequence[str], known: Sequence[str], what: str) -> None:
    for name in got:
        if name not in known:
            raise UsageError(Phrase(
                '{what}: the experiment has no "{got}"; there are: {names}',
                what=what, got=name, names=listed(dict.fromkeys(known)),
            ))  # fmt: skip


def _design(question: Question, stated: Design | Precision) -> Design | Precision:
    """The replications asked for, where the experiment file's own are not."""
    chances = stated.chances if question.chances is None else question.chances
    if question.precision is not None:
        most = stated.most if isinstance(stated, Precision) else MOST_WORLDS
        return Precision(question.precision, chances, most if question.max_worlds is None else question.max_worlds)
    if question.worlds is not None or isinstance(stated, Design):
        worlds = stated.worlds if isinstance(stated, Design) else DEFAULT_WORLDS
        return design_of(worlds if question.worlds is None else question.worlds, chances)
    return replace(stated, chances=chances)


def _of_scenario(question: Question) -> tuple[Study, tuple[LeftOut, ...]]:
    base = load_scenario(question.what)
    if len(question.strategies) < 2:
        raise UsageError(Phrase(
            "strategies: expected two or more, got {got}; name those to compare with --strategies A B",
            got=listed(question.strategies),
        ))  # fmt: skip
    left_out: tuple[LeftOut, ...] = ()
    variants = [tuple(name.split("+")) for name in question.variants]
    if question.variants == (ALL,):
        variants, left_out = _fitting(question.what, base.digest)
    data: dict[str, Any] = {
        "title": base.model.title,
        "title_fr": base.model.title_fr or base.model.title,
        "scenarios": (str(question.what),),
        "variants": ((), *variants),
        "strategies": question.strategies,
        "uncertainty": question.uncertainty or "sampled",
    }
    data |= {key: value for key in ("baseline", "metric", "seed") if (value := getattr(question, key)) is not None}
    if question.baseline is not None and question.baseline not in question.strategies:
        raise UsageError(Phrase(
            'baseline: "{got}" is not among the strategies compared: {names}', got=question.baseline,
            names=listed(question.strategies),
        ))  # fmt: skip
    study = study_from_data(base.name, data, "compare")
    return replace(study, design=_design(question, Design(DEFAULT_WORLDS, DEFAULT_CHANCES))), left_out


def _fitting(scenario: str | Path, digest: str) -> tuple[list[tuple[str, ...]], tuple[LeftOut, ...]]:
    """Every variant that can be laid over a scenario and changes it, alone; and the others with the reason."""
    fitting: list[tuple[str, ...]] = []
    left_out = []
    for name in available("variant"):
        try:
            changed = load_scenario(scenario, variants=(name,)).digest != digest
        except ScenarioError as error:
            first = error.problems[0]
            left_out.append(LeftOut(name, Phrase("cannot be laid over it: {key}: {fault}", key=first.key, fault=first.message)))
            continue
        if changed:
            fitting.append((name,))
        else:
            left_out.append(LeftOut(name, Phrase("changes nothing: the scenario is so already")))
    return fitting, tuple(left_out)
