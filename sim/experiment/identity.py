"""What was run: the identity of an experiment, its folder, its manifest, the code that made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import sim
from sim.analysis.metrics import metrics_for
from sim.analysis.summary import DAILY_QUANTILES
from sim.experiment.design import Design
from sim.experiment.engines import Uncertainty
from sim.experiment.store.shards import Origin
from sim.records import Labels
from sim.scenario.loaded import Loaded, resolved
from sim.scenario.model import Scenario
from sim.scenario.strategy import Strategy

RESULT_SCHEMA = 2
"""Raised whenever the meaning or the layout of a result folder changes."""

LONGEST_NAME = 100
"""Characters in the name of a result folder, at most."""

MODEL_SOURCES = ("clock.py", "draws.py", "jit.py", "records.py", "plan", "rules", "scenario", "engines")
"""Files and folders of `sim` whose code decides what a run gives."""


def canonical(data: object) -> bytes:
    """JSON bytes that are equal for equal data: keys sorted, no spaces, no NaN."""
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


@cache
def model_fingerprint() -> str:
    """Digest of the sources of the model.

    Runs made by other code are never mixed with those of this code: after a change of rules they are run
    again.
    """
    return source_digest(MODEL_SOURCES)


@cache
def outcomes_fingerprint() -> str:
    """Digest of the sources that compute outcomes and sketches from records."""
    return source_digest(("analysis",))


def source_digest(parts: Iterable[str]) -> str:
    """First 16 hexadecimal digits of the SHA-256 over files and folders of `sim`, whatever their line ends."""
    root = Path(sim.__file__).resolve().parent
    files = [file for part in parts for file in _python_files(root / part)]
    state = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.relative_to(root).as_posix()):
        state.update(file.relative_to(root).as_posix().encode() + b"\0")
        state.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return state.hexdigest()[:16]


def _python_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


@dataclass(frozen=True)
class Experiment:
    """A scenario under a strategy, with a seed: what a result folder is named after."""

    scenario: Loaded[Scenario]
    strategy: Loaded[Strategy]
    seed: int
    uncertainty: Uncertainty

    @cached_property
    def identity(self) -> str:
        """SHA-256 (hexadecimal) of resolved inputs and seed: not of how many runs, nor of engine or code."""
        identity = {
            "schema": RESULT_SCHEMA,
            "scenario": [self.scenario.name, self.scenario.digest],
            "variants": list(self.scenario.variants),
            "strategy": [self.strategy.name, self.strategy.digest],
            "seed": self.seed,
            "uncertainty": self.uncertainty,
        }
        return hashlib.sha256(canonical(identity)).hexdigest()

    @property
    def origin(self) -> Origin:
        """What all shards have in common that this experiment and this code make."""
        return Origin(self.identity, model_fingerprint(), f"outcomes-{outcomes_fingerprint()}")

    def run_days(self, design: Design) -> int:
        """Simulated days of all runs of a design, warm-ups included."""
        model = self.scenario.model
        return design.runs * (model.days + model.warmup_days)

    @property
    def folder_name(self) -> str:
        """``<scenario>[+<variant>…].<strategy>-<hash8>``, at most 100 characters: names too long are cut, the hash never."""
        digest = self.identity[:8]
        name = f"{'+'.join([self.scenario.name, *self.scenario.variants])}.{self.strategy.name}"
        return f"{name[: LONGEST_NAME - len(digest) - 1]}-{digest}"

    def manifest(self, design: Design, labels: Labels, daily_kept: bool) -> dict[str, Any]:
        """What was run, without the digests of the tables: the same for every engine, machine and day."""
        scenario, strategy = self.scenario, self.strategy
        return {
            "schema": RESULT_SCHEMA,
            "experiment": self.identity,
            "versions": {"sim": sim.__version__, "model": model_fingerprint()},
            "scenario": scenario.name,
            "variants": list(scenario.variants),
            "strategy": strategy.name,
            "titles": {"scenario": _titles(scenario.model), "strategy": _titles(strategy.model)},
            "seed": self.seed,
            "uncertainty": self.uncertainty,
            "worlds": design.worlds,
            "chances": design.chances,
            "replications": design.runs,
            "start": labels.start.isoformat(),
            "epoch": labels.epoch.isoformat(),
            "days": labels.days,
            "report_to": [until.isoformat() for until in labels.report_to],
            "products": list(labels.products),
            "corridors": list(labels.corridors),
            "daily": "kept" if daily_kept else "left out: only outcomes of runs and quantiles of days were asked for",
            "daily_quantiles": [*DAILY_QUANTILES, "mean"],
            "metrics": [
                {
                    "name": m.name,
                    "unit": m.unit,
                    "direction": m.direction,
                    "definition": m.definition,
                    "title": m.title,
                }
                for m in metrics_for(labels.retail, product_titles(scenario.model))
            ],
            "digests": {"scenario": scenario.digest, "strategy": strategy.digest},
            "inputs": {"scenario": resolved(scenario.model), "strategy": resolved(strategy.model)},
        }


def _titles(model: Scenario | Strategy) -> dict[str, str]:
    return {"en": model.title, "fr": model.title_fr or model.title}


def product_titles(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Titles of a scenario's products by id and language, in lower case as inside a sentence."""
    return {
        name: {"en": product.title.lower(), "fr": (product.title_fr or product.title).lower()}
        for name, product in scenario.product.items()
    }


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """A manifest as the bytes of its file: indented for readers, keys in the order given."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
