"""An experiment taken from its result folder alone: nothing else has to be there any more."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from sim.errors import ResultsError, message_of
from sim.experiment.identity import Experiment, canonical, model_fingerprint
from sim.experiment.results import MANIFEST, Results
from sim.language import Phrase
from sim.scenario.loaded import Loaded, digest_of
from sim.scenario.model import Scenario
from sim.scenario.quantity import Model
from sim.scenario.strategy import Strategy

M = TypeVar("M", bound=Model)


def experiment_in(results: Results) -> Experiment:
    """The experiment that made stored results.

    Raises
    ------
    ResultsError
        If the inputs in the manifest were changed, or do not fit the present model.
    """
    manifest = results.manifest
    scenario = _model(results, "scenario", Scenario)
    strategy = _model(results, "strategy", Strategy)
    inputs, variants = manifest["inputs"], tuple(manifest["variants"])
    return Experiment(
        Loaded(manifest["scenario"], "scenario", scenario, inputs["scenario"], (), digest_of(scenario), variants),
        Loaded(manifest["strategy"], "strategy", strategy, inputs["strategy"], (), digest_of(strategy)),
        manifest["seed"],
        manifest["uncertainty"],
    )


def _model(results: Results, kind: str, model: type[M]) -> M:
    data: Mapping[str, Any] = results.manifest["inputs"][kind]
    if hashlib.sha256(canonical(data)).hexdigest() != results.manifest["digests"][kind]:
        raise ResultsError(Phrase(
            "{file}: inputs.{kind} was changed after the run: it does not have the digest that stands beside it; take the folder "
            "from where it was made, or run the command again",
            file=results.folder / MANIFEST, kind=kind,
        ))  # fmt: skip
    try:
        return model.model_validate_json(json.dumps(data))
    except ValueError as error:
        raise ResultsError(Phrase(
            "{folder}: the inputs in manifest.json do not fit the present model ({models}): {error}; run the command again, or "
            "use the model that made the results",
            folder=results.folder, models=fingerprints(results), error=message_of(error),
        )) from error  # fmt: skip


def fingerprints(results: Results) -> Phrase:
    """The model that made the results and the present one, in words."""
    stored, now = results.manifest["versions"]["model"], model_fingerprint()
    if stored == now:
        return Phrase("made by this very model, {model}", model=now)
    return Phrase("made by model {stored}, this is model {now}", stored=stored, now=now)
