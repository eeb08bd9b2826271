"""`why`: a difference between two strategies, or the shortage of one, split over the mechanisms."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from cyclopts import Parameter

from sim.cli.options import AMOUNT, CHOICE, OUTPUT, ClusterAddress, Json, Language, whole
from sim.cli.words import Lang
from sim.errors import UsageError
from sim.experiment.interrupts import uninterrupted
from sim.language import Phrase

if TYPE_CHECKING:
    from sim.experiment.cluster import Workers
    from sim.experiment.design import Design
    from sim.experiment.engines import Engine
    from sim.experiment.identity import Experiment
    from sim.study.asked import Source
    from sim.study.why import Explanation


def why(
    results: Path,
    first: str | None = None,
    second: str | None = None,
    /,
    *,
    metric: Annotated[str, Parameter(group=CHOICE)] = "shortage_days_any",
    variant: Annotated[str | None, Parameter(group=CHOICE)] = None,
    worlds: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    chances: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    replications: Annotated[int | None, Parameter(name=["-n", "--replications"], group=AMOUNT, converter=whole)] = None,
    engine: Annotated[str, Parameter(group=AMOUNT)] = "auto",
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    cluster: ClusterAddress = None,
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Split the difference between two strategies, or the shortage under one, over the mechanisms of the model.

    Parameters
    ----------
    results
        A result folder, as `run` names it at its end, or the folder of a comparison.
    first
        Name or path of a strategy; by default the one of the folder.
    second
        Name or path of another strategy: the metric under it less the metric under the first is split. Without it the
        shortage under the first strategy is, by period.
    metric
        Name of the metric; every run must have a value.
    variant
        Which variant of a comparison; by default the scenario as it stands.
    worlds
        Draws of what we do not know (20).
    chances
        Draws of luck in each world (10).
    replications
        N worlds with one chance each, in place of worlds and chances.
    engine
        `reference`, `batch` (compiled; the same results), or `auto`: the one that is done first.
    workers
        Processes or threads; by default one per processor. Results do not depend on it.
    cluster
        Address of a Dask scheduler whose workers run everything, in place of this machine's.
    out
        Folder for the explanation and its runs; by default `why` in the result folder.
    json
        Print one JSON object instead of a table.
    lang
        Language of tables, figures and messages.
    """
    if replications is not None and (worlds is not None or chances is not None):
        raise UsageError(Phrase("-n: give either -n N or --worlds W and --chances C, not both"))
    if first is not None and first == second:
        raise UsageError(Phrase('why: "{name}" twice; name two strategies, or one alone', name=first))
    # An interrupt while models are built would come out as an error of theirs.
    with uninterrupted():
        from sim.experiment.cluster import hired
        from sim.experiment.design import design_of
        from sim.experiment.engines import engine_named
        from sim.report.why_figures import written
        from sim.scenario.files import shown
        from sim.study.asked import source_of
        from sim.study.coalitions import MECHANISMS
    from sim.cli.why_table import print_explanation
    from sim.cli.words import word

    asked = design_of(replications or worlds or 20, 1 if replications is not None else chances or 10)
    source = source_of(results, [name for name in (first, second) if name is not None], variant, out)
    one, other = source.experiment(first), None if second is None else source.experiment(second)
    run_days = one.run_days(asked) * 2 ** len(MECHANISMS) * (1 if other is None else 2)
    engine_used = engine_named(engine, run_days)
    with hired(workers, cluster) as hands:
        told = _explained(source, one, other, metric, asked, engine_used, hands, lang, shows=not json)
    paths = written(source.why, told.explanation, lang)
    if json:
        sys.stdout.write(json_text.dumps(object_of(told.explanation), ensure_ascii=False, allow_nan=False) + "\n")
        return 0
    notes = [word(lang, "why_other_model", folder=shown(source.folder))] if source.is_of_another_model else []
    print_explanation(told.explanation, told.replays, paths, notes, lang)
    return 0


class _Told(NamedTuple):
    """An explanation and the folders whose runs show it, if they are asked for."""

    explanation: Explanation
    replays: list[Path]


def _explained(
    source: Source, one: Experiment, other: Experiment | None, metric: str, design: Design, engine: Engine,
    workers: Workers, lang: Lang, *, shows: bool,
) -> _Told:  # fmt: skip
    """The explanation, and results from which its replications can be played again; progress while something is run."""
    from rich.console import Console

    from sim.cli.progress import reporting
    from sim.cli.words import word
    from sim.experiment.engines import COMPILING_S, is_compiled
    from sim.scenario.files import shown
    from sim.study.why import causes, decompose

    notices = Console(stderr=True, highlight=False)

    def waiting(folder: Path) -> None:
        notices.print(word(lang, "waiting", folder=shown(folder)), soft_wrap=True)

    if engine.name == "batch" and not is_compiled():
        notices.print(word(lang, "compiling", seconds=COMPILING_S), soft_wrap=True)
    with reporting(notices, lang) as report:
        if other is None:
            found = causes(one, metric, design, engine, folder=source.why, workers=workers, report=report, waiting=waiting)
        else:
            found = decompose(
                one, other, metric, design, engine, folder=source.why, workers=workers, report=report, waiting=waiting
            )
    asked = [experiment for experiment in (one, other) if experiment is not None and shows]
    return _Told(found, [source.playable(experiment, design, engine, workers).folder for experiment in asked])


def object_of(found: Explanation) -> dict[str, Any]:
    """The object that `--json` prints: amounts rounded to nine decimals at most, so that parts add up as they stand there."""
    from sim.report.why_figures import decimal_parts

    values, difference = decimal_parts(found)
    return {
        "metric": found.metric.name,
        "difference": difference,
        "parts": [
            {"name": part.name, "value": value, "low": part.low, "high": part.high}
            for part, value in zip(found.parts, values, strict=True)
        ],
        "shown_by": [
            {"name": part.name, "replication": part.shown_by.number} for part in found.parts if part.shown_by is not None
        ],
    }
