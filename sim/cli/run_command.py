"""`run`: from a request to results on the disk, on the screen or as JSON."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from rich.console import Console
from rich.text import Text

from sim.cli.progress import reporting
from sim.cli.summary_table import print_summary
from sim.cli.words import Lang, counted, duration, filled, number, word
from sim.experiment.interrupts import uninterrupted
from sim.scenario.files import available, shown

if TYPE_CHECKING:
    from sim.experiment.cell import Progress, Report
    from sim.experiment.cluster import Workers
    from sim.experiment.design import Design
    from sim.experiment.engines import Engine
    from sim.experiment.identity import Experiment
    from sim.experiment.results import Results


@dataclass(frozen=True)
class Request:
    """What was asked for on the command line."""

    scenario: str
    strategy: str | None
    variants: tuple[str, ...]
    worlds: int
    chances: int
    seed: int
    engine: str
    workers: int | None
    cluster: str | None
    uncertainty: Literal["central", "sampled"]
    out: Path


@dataclass
class _Counted:
    """Passes progress on and counts the runs made since the first report."""

    report: Report
    stored: int | None = None
    made: int = 0
    total: int = 0

    def __call__(self, told: Progress) -> None:
        if self.stored is None:
            self.stored = told.done
        self.made, self.total = told.done - self.stored, told.total
        self.report(told)


def run_scenario(request: Request, *, as_json: bool, lang: Lang) -> int:
    """Run what was asked for, write results and figures, show them."""
    # An interrupt while models are built would come out as an error of theirs.
    with uninterrupted():
        from sim.experiment.cluster import hired
        from sim.experiment.design import design_of
        from sim.experiment.engines import engine_named, has_batch
        from sim.experiment.experiment import check_out, experiment_of
        from sim.experiment.pool import checked_workers

    design = design_of(request.worlds, request.chances)
    here = checked_workers(request.workers)
    experiment = experiment_of(
        request.scenario,
        request.strategy,
        seed=request.seed,
        uncertainty=request.uncertainty,
        variants=request.variants,
    )
    engine = engine_named(request.engine, experiment.run_days(design))
    check_out(experiment, design, request.out)
    screen, notices = Console(highlight=False), Console(stderr=True, highlight=False)
    if not has_batch():
        notices.print(word(lang, "no_numba"), soft_wrap=True)
    posterior = experiment.scenario.model.posterior
    if posterior is not None and request.uncertainty == "sampled" and design.worlds > len(posterior.worlds):
        told = word(lang, "draws_repeat", draws=len(posterior.worlds), worlds=design.worlds)
        notices.print(Text(told, "yellow"), soft_wrap=True)
    if not as_json:
        screen.print(_header(experiment, request, here, screen.width, lang))
    shown_run = _stored(experiment, design, engine, request.out, lang)
    if shown_run is None:
        with hired(request.workers, request.cluster) as workers:
            shown_run = _made(experiment, design, engine, workers, request.out, notices, lang)
    results, summary = shown_run.results, shown_run.summary
    if as_json:
        found = _object(results, engine.name, summary)
        sys.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n")
        return 0
    screen.print(Text(shown_run.effort, "dim"))
    if results.stored is not None:
        screen.print(Text(_part(results, results.stored, lang), "dim"))
    for until in results.manifest["report_to"]:
        print_summary(screen, results.manifest, results.summary(until), lang, date.fromisoformat(until))
    print_summary(screen, results.manifest, summary, lang)
    _print_paths(screen, results, shown_run.figures, lang)
    command = next_command(request, experiment.strategy.name, lang)
    screen.print(Text.assemble((word(lang, "next") + " ", "bold"), command), soft_wrap=True)
    return 0


class _Shown(NamedTuple):
    """What there is to show: results with their numbers, figures, and what it took to make them."""

    results: Results
    summary: Mapping[str, Any]
    figures: list[Path]
    effort: str


def _stored(experiment: Experiment, design: Design, engine: Engine, out: Path, lang: Lang) -> _Shown | None:
    """What is stored, if nothing has to be run or drawn."""
    from sim.cli.figures import current_figures
    from sim.experiment.experiment import stored_results

    results = stored_results(experiment, design, engine, out)
    figures = None if results is None else current_figures(results.folder, lang)
    if results is None or figures is None:
        return None
    return _Shown(results, results.summary(), figures, word(lang, "stored"))


def _made(
    experiment: Experiment, design: Design, engine: Engine, workers: Workers, out: Path, notices: Console, lang: Lang
) -> _Shown:
    """Run and draw what is missing."""
    from sim.cli.figures import drawn
    from sim.experiment.engines import COMPILING_S, is_compiled
    from sim.experiment.experiment import run_experiment
    from sim.experiment.store.writing import alone_in

    def waiting(folder: Path) -> None:
        notices.print(word(lang, "waiting", folder=shown(folder)), soft_wrap=True)

    if engine.name == "batch" and not is_compiled():
        notices.print(word(lang, "compiling", seconds=COMPILING_S), soft_wrap=True)
    began = time.perf_counter()
    # Held until numbers and figures are there: a larger run that waits would replace the tables under them.
    with alone_in(out / experiment.folder_name, waiting):
        with reporting(notices, lang) as report:
            counted = _Counted(report)
            results = run_experiment(experiment, design, engine, workers=workers, out=out, progress=counted)
        effort = _effort(counted.made, counted.total, time.perf_counter() - began, lang)
        return _Shown(results, results.summary(), drawn(results.folder, notices, lang), effort)


def _header(experiment: Experiment, request: Request, workers: int, width: int, lang: Lang) -> Text:
    scenario, strategy = experiment.scenario, experiment.strategy
    title = scenario.model.title_fr if lang == "fr" and scenario.model.title_fr else scenario.model.title
    size = (
        f"{counted(lang, request.worlds, 'world')} × {counted(lang, request.chances, 'chance')} = "
        f"{counted(lang, request.worlds * request.chances, 'run')}"
    )
    parts = [
        f"{word(lang, 'scenario')} {scenario.name}",
        *(f"{word(lang, 'variant')} {name}" for name in scenario.variants),
        f"{word(lang, 'strategy')} {strategy.name}",
        size,
        f"{word(lang, 'seed')} {request.seed}",
        word(lang, request.uncertainty),
        counted(lang, workers, "worker") if request.cluster is None else f"{word(lang, 'cluster')} {request.cluster}",
    ]
    return Text.assemble((title, "bold"), "\n", filled(parts, width))


def _effort(made: int, runs: int, wall_s: float, lang: Lang) -> str:
    if made == 0:
        return word(lang, "stored")
    key = "made_all" if made == runs else "made"
    return word(lang, key, made=made, runs=counted(lang, runs, "run"), wall=duration(wall_s, lang))


def _part(results: Results, stored: Design, lang: Lang) -> str:
    sizes = [
        f"{number(worlds, 0, lang)} × {number(chances, 0, lang)}"
        for worlds, chances in (stored, (results.manifest["worlds"], results.manifest["chances"]))
    ]
    return word(lang, "part", stored=sizes[0], asked=sizes[1])


def _object(results: Results, engine: str, summary: Mapping[str, Any]) -> dict[str, Any]:
    manifest = results.manifest
    return {
        "scenario": manifest["scenario"],
        "strategy": manifest["strategy"],
        "variants": manifest["variants"],
        "replications": manifest["replications"],
        "worlds": manifest["worlds"],
        "chances": manifest["chances"],
        "seed": manifest["seed"],
        "uncertainty": manifest["uncertainty"],
        "engine": engine,
        "results": str(results.folder),
        "metrics": summary,
        "metrics_to": {until: results.summary(until) for until in results.manifest["report_to"]},
    }


def _print_paths(screen: Console, results: Results, figures: list[Path], lang: Lang) -> None:
    folder = shown(results.folder)
    names = [path.name for path in sorted(figures) if path.suffix == ".png"]
    screen.print()
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), f"{folder}/"), soft_wrap=True)
    tables = [*sorted(results.manifest["files"]), "manifest.json"]
    for key, files in (("tables", tables), ("figures", [f"figures/{name}" for name in names])):
        if files:
            lines = filled(files, screen.width, "    ")
            screen.print(Text.assemble((f"  {word(lang, key)}\n", "dim"), lines))


def program() -> str:
    """How this program was called, as a reader would type it again: ``.venv/bin/python run.py``."""
    script = sys.argv[0]
    words = [sys.executable, script] if script.endswith(".py") else [script]
    return shlex.join(_typed(word) for word in words)


def _typed(path: str) -> str:
    """A program or script as short as it can be typed here: a name on the search path, else a relative path.

    Links are not followed: the `python` of a virtual environment is one.
    """
    whole = os.path.abspath(path)
    name = os.path.basename(path)
    if shutil.which(name) == whole:
        return name
    here = os.path.join(os.getcwd(), "")
    return whole.removeprefix(here) if os.path.isabs(path) else path


def next_command(request: Request, strategy: str, lang: Lang) -> str:
    """The next command worth trying: this strategy compared with another in the same worlds."""
    names = list(available("strategy"))
    others = [name for name in names if name != strategy]
    if not others:
        return f"{program()} list"
    after = [name for name in others if name > strategy]
    words = ["compare", request.scenario, "--strategies", request.strategy or strategy, (after or others)[0]]
    if request.variants:
        words += ["--variants", "+".join(request.variants)]
    if (request.worlds, request.chances) != (20, 10):
        words += ["--worlds", str(request.worlds), "--chances", str(request.chances)]
    if request.seed != 1:
        words += ["--seed", str(request.seed)]
    if request.uncertainty != "sampled":
        words += ["--uncertainty", request.uncertainty]
    if request.out != Path("results"):
        words += ["--out", str(request.out)]
    if lang != "en":
        words += ["--lang", lang]
    return f"{program()} {shlex.join(words)}"
