"""Which strategies in which world a result folder is asked about: an ordinary folder, or one of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.errors import UsageError
from sim.experiment.cluster import Workers
from sim.experiment.design import Design
from sim.experiment.engines import Engine
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment, model_fingerprint
from sim.experiment.results import MANIFEST, Results, load_results
from sim.experiment.stored import experiment_in
from sim.language import Phrase, listed
from sim.scenario.load import load_strategy
from sim.scenario.strategy_checks import check_pair
from sim.study.why import CELLS

WHY = "why"
"""Folder for explanations inside a result folder."""


@dataclass(frozen=True)
class Source:
    """A result folder and, of one world in it, the stored results of each strategy."""

    folder: Path
    results: tuple[Results, ...]
    why: Path
    """Where explanations and their runs are stored."""

    @property
    def is_of_another_model(self) -> bool:
        """Whether stored results were made by another version of the model than the one at hand."""
        return any(result.manifest["versions"]["model"] != model_fingerprint() for result in self.results)

    def experiment(self, strategy: str | None) -> Experiment:
        """The experiment of a strategy: as it is stored, else of the file of that name, with all else the same.

        Raises
        ------
        UsageError
            If no strategy is named and the folder holds several, or there is none of that name.
        ScenarioError
            If the strategy cannot be run in the scenario.
        """
        if strategy is None and len(self.results) > 1:
            names = listed(result.manifest["strategy"] for result in self.results)
            raise UsageError(Phrase(
                "{folder}: holds strategies {names}; name one of them, or two to compare them", folder=self.folder, names=names
            ))  # fmt: skip
        stored = next((r for r in self.results if strategy in (None, r.manifest["strategy"])), None)
        if stored is not None:
            return experiment_in(stored)
        like = experiment_in(self.results[0])
        chosen = load_strategy(str(strategy))
        check_pair(like.scenario, chosen)
        return Experiment(like.scenario, chosen, like.seed, like.uncertainty)

    def playable(self, experiment: Experiment, design: Design, engine: Engine, workers: Workers) -> Results:
        """Ordinary results of an experiment from which its runs can be played again: those stored, or made for it."""
        for result in self.results:
            m = result.manifest
            here = m["experiment"] == experiment.identity and m["versions"]["model"] == model_fingerprint()
            if here and Design(m["worlds"], m["chances"]).covers(design):
                return result
        return run_experiment(experiment, design, engine, workers=workers, out=self.why / CELLS, summarised=True)


def source_of(folder: Path, strategies: Sequence[str], variant: str | None, out: Path | None = None) -> Source:
    """What a folder holds of the world that is asked about.

    Parameters
    ----------
    folder
        A result folder, as `run` names it, or the folder of a comparison.
    strategies
        The strategies asked about; a world that has all of them comes first.
    variant
        Names of variants joined by "+" (``""``: the scenario as it stands); None for whatever there is, or for the scenario as
        it stands where there are several.
    out
        Where explanations are stored; by default in the folder itself.

    Raises
    ------
    ResultsError, UsageError
        If it is no result folder, or does not say which world is meant.
    """
    if (folder / MANIFEST).is_file() or not (folder / CELLS).is_dir():
        found = [load_results(folder)]
    else:
        found = [load_results(path.parent) for path in sorted((folder / CELLS).glob(f"*/{MANIFEST}"))]
    worlds: dict[tuple[str, str], list[Results]] = {}
    for result in found:
        worlds.setdefault(("+".join(result.manifest["variants"]), _world(result)), []).append(result)
    names = sorted({name for name, _ in worlds})
    asked = variant if variant is not None else "" if len(names) > 1 and "" in names else None
    fitting = [results for (name, _), results in worlds.items() if asked in (None, name)]
    if len(fitting) > 1:
        holding = [results for results in fitting if {r.manifest["strategy"] for r in results} >= set(strategies)]
        fitting = holding if holding else fitting
    if len(fitting) != 1:
        raise UsageError(Phrase(
            "{folder}: does not say which world is meant: its variants are {names}, and {n} {n:world fits|worlds fit}; name one "
            'with --variant ("" is the scenario as it stands), or give one of the folders in {cells}',
            folder=folder, names=listed(names), n=len(fitting), cells=folder / CELLS,
        ))  # fmt: skip
    return Source(folder, tuple(fitting[0]), folder / WHY if out is None else out)


def _world(result: Results) -> str:
    """What replications of two strategies must share to be the same worlds."""
    m = result.manifest
    return f"{m['digests']['scenario']} {m['seed']} {m['uncertainty']}"
