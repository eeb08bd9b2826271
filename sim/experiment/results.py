"""Results of an experiment, read from its folder when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import ResultsError, UsageError
from sim.language import Phrase, why
from sim.scenario.files import shown

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.experiment.design import Design

MANIFEST = "manifest.json"
PROVENANCE = "provenance.json"
OUTCOMES = "outcomes.parquet"

SHAPE: Mapping[str, Any] = {
    "experiment": str,
    "versions": {"sim": str, "model": str},
    "scenario": str,
    "variants": list,
    "strategy": str,
    "titles": {"scenario": {"en": str, "fr": str}, "strategy": {"en": str, "fr": str}},
    "seed": int,
    "uncertainty": str,
    "worlds": int,
    "chances": int,
    "replications": int,
    "start": str,
    "days": int,
    "report_to": list,
    "products": list,
    "daily": str,
    "metrics": list,
    "digests": {"scenario": str, "strategy": str},
    "inputs": {"scenario": dict, "strategy": dict},
    "files": dict,
}
"""What programs rely on in a manifest: its keys, and what each holds."""

NOUNS = {str: Phrase("a text"), int: Phrase("a whole number"), list: Phrase("a list"), dict: Phrase("a table")}


@dataclass(frozen=True, repr=False)
class Results:
    """Runs of one scenario under one strategy.

    `manifest` holds what was run: `titles` by language, `inputs` with the resolved scenario and strategy. Where
    `stored` is given, these are only a part of the runs in the folder (the first worlds, and the first chances of
    each): the manifest speaks of the part, `stored` of all.
    """

    folder: Path
    manifest: Mapping[str, Any]
    stored: Design | None = None

    def __repr__(self) -> str:
        m = self.manifest
        names = "+".join([m["scenario"], *m["variants"]])
        return (
            f"<Results {names}, {m['strategy']}: {m['worlds']} worlds × {m['chances']} chances, seed {m['seed']}, "
            f"in {shown(self.folder)}>"
        )

    @property
    def name(self) -> str:
        """Name of the result folder."""
        return self.folder.name

    @property
    def start(self) -> date:
        """First reported day."""
        return date.fromisoformat(self.manifest["start"])

    @property
    def products(self) -> tuple[str, ...]:
        """Product ids in the order of the records."""
        return tuple(self.manifest["products"])

    @cached_property
    def outcomes(self) -> DataFrame:
        """One row a run: world, chance, replication, strategy, tallies and metrics (NaN where undefined)."""
        return self._part(self._table(OUTCOMES))

    @cached_property
    def daily(self) -> DataFrame:
        """One row per run, date and product.

        Raises
        ------
        ResultsError
            When it was left out because of the number of runs; `daily_quantiles` always exists.
        """
        if self.manifest["daily"] != "kept":
            message = Phrase(
                "{folder}: daily.parquet was left out: more runs than it holds; use daily_quantiles", folder=self.folder
            )
            raise ResultsError(message)
        return self._part(self._table("daily.parquet"))

    @cached_property
    def daily_quantiles(self) -> DataFrame:
        """One row per date, product and column, with q05 q20 q35 q50 q65 q80 q95 and mean over runs.

        Columns of the whole run (tankers, units, `shortage_any`) have the empty product. Those of a part are computed from
        `daily`.
        """
        if self.stored is not None:
            from sim.experiment.store.derived import quantiles_of

            return quantiles_of(self.daily, self.products)
        return self._table("daily_quantiles.parquet")

    @property
    def knows_days(self) -> bool:
        """Whether `daily_quantiles` can be had: not of a part of runs whose records of days were left out."""
        return self.stored is None or self.manifest["daily"] == "kept"

    @cached_property
    def convoys(self) -> DataFrame:
        """One row a convoy that left a staging node."""
        return self._part(self._table("convoys.parquet"))

    def summary(self, until: str | None = None) -> dict[str, dict[str, Any]]:
        """Statistics of every metric by name: mean, low, high, p05, p50, p95, unit, n_defined.

        With `until`, one of the dates of the scenario's `report_to` (``"2025-12-31"``), those of the city, of tankers lost
        and of inflow up to the end of that day. `low` and `high` bound the mean (95 %, over worlds; None with fewer than
        three of them); the quantiles are over runs; None where unknown.
        """
        from sim.analysis.metrics import bounds_of
        from sim.analysis.summary import statistic

        columns = self._outcome_numbers
        worlds = columns["world"]
        found = {}
        ending = "" if until is None else f"@{until}"
        for metric in self.manifest["metrics"]:
            if metric["name"] + ending not in columns:
                continue
            bounds = bounds_of(metric["name"], metric["unit"], self.manifest["days"])
            numbers = statistic(columns[metric["name"] + ending], worlds, bounds)._asdict()
            n_defined = numbers.pop("n_defined")
            found[metric["name"]] = {**numbers, "unit": metric["unit"], "n_defined": n_defined}
        return found

    @cached_property
    def _outcome_numbers(self) -> dict[str, Any]:
        """Columns of numbers of `outcomes` as arrays by name; it alone spares a run the import of pandas."""
        from sim.experiment.store.parquet import read_numbers

        columns = read_numbers(self.folder / OUTCOMES, self.manifest["files"].get(OUTCOMES))
        if self.stored is None:
            return columns
        inside = (columns["world"] < self.manifest["worlds"]) & (columns["chance"] < self.manifest["chances"])
        return {name: values[inside] for name, values in columns.items()}

    def part(self, design: Design) -> Results:
        """The runs of a design that these cover; these themselves if it asks for all of them."""
        from sim.experiment.design import Design

        m = self.manifest
        whole = Design(m["worlds"], m["chances"])
        if design == whole:
            return self
        if not whole.covers(design):
            raise UsageError(Phrase(
                "{folder}: {asked: × } (worlds × chances) asked for, but these results have {stored: × }; run the experiment "
                "with more",
                folder=self.folder, asked=(design.worlds, design.chances), stored=(whole.worlds, whole.chances),
            ))  # fmt: skip
        size = {"worlds": design.worlds, "chances": design.chances, "replications": design.runs}
        return Results(self.folder, {**m, **size}, self.stored or whole)

    def _part(self, table: DataFrame) -> DataFrame:
        if self.stored is None:
            return table
        inside = (table["world"] < self.manifest["worlds"]) & (table["chance"] < self.manifest["chances"])
        return table[inside].reset_index(drop=True)

    def _table(self, file: str) -> DataFrame:
        from sim.experiment.store.parquet import read_table

        return read_table(self.folder / file, self.manifest["files"].get(file))


def manifest_in(folder: Path) -> dict[str, Any] | None:
    """The manifest of a result folder; None while it has none.

    Raises
    ------
    ResultsError
        If it cannot be read, or describes another layout.
    """
    from sim.experiment.identity import RESULT_SCHEMA

    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_bytes())
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None
    except OSError as error:
        raise ResultsError(Phrase("{file}: cannot be read: {reason}", file=file, reason=why(error))) from error
    except (ValueError, RecursionError) as error:
        message = Phrase("{file}: not readable: {error}; move it away and run the command again", file=file, error=error)
        raise ResultsError(message) from error
    layout = manifest.get("schema") if isinstance(manifest, dict) else None
    if not isinstance(manifest, dict) or layout != RESULT_SCHEMA:
        raise ResultsError(Phrase(
            "{file}: expected layout {layout} of a result folder, got {got}; move this folder away, or name another --out, and "
            "run the command again",
            file=file, layout=RESULT_SCHEMA, got=layout or Phrase("none"),
        ))  # fmt: skip
    misshapen = next(_misshapen("", manifest, SHAPE), None)
    if misshapen is not None:
        raise ResultsError(Phrase("{file}: {fault}; move it away and run the command again", file=file, fault=misshapen))
    return manifest


def _misshapen(path: str, data: Mapping[str, Any], shape: Mapping[str, Any]) -> Iterator[Phrase]:
    """What is not as a shape says: ``worlds: expected a whole number``."""
    for key, expected in shape.items():
        here = f"{path}.{key}" if path else key
        kind = dict if isinstance(expected, Mapping) else expected
        if not isinstance(data.get(key), kind):
            yield Phrase("{key}: expected {expected}", key=here, expected=NOUNS[kind])
        elif isinstance(expected, Mapping):
            yield from _misshapen(here, data[key], expected)


OTHER_RECORDS = {
    "forecast.json": Phrase("a forecast"),
    "sweep.json": Phrase("a sweep"),
    "study.json": Phrase("a comparison"),
    "why.json": Phrase("an explanation"),
}
"""Files by which folders of other commands are known, which hold no runs of their own."""


def load_results(path: str | Path) -> Results:
    """Results of a folder written by `sim.run` or by the command line.

    Raises
    ------
    ResultsError
        If the folder holds no readable manifest, or one of another layout.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise ResultsError(Phrase("{folder}: no such folder; results are written by `run.py SCENARIO`", folder=folder))
    manifest = manifest_in(folder)
    if manifest is None:
        kind = next((kind for name, kind in OTHER_RECORDS.items() if (folder / name).is_file()), None)
        if kind is not None and (folder / "cells").is_dir():
            raise ResultsError(Phrase(
                "{folder}: no {file}: this is the folder of {kind}; its runs have a folder each in cells/",
                folder=folder, file=MANIFEST, kind=kind,
            ))  # fmt: skip
        if kind is not None:
            raise ResultsError(Phrase(
                "{folder}: no {file}: this is the folder of {kind}; give a folder that run or compare names at its end",
                folder=folder, file=MANIFEST, kind=kind,
            ))  # fmt: skip
        message = Phrase(
            "{folder}: no {file}: the experiment was not finished; the command that began it goes on from there",
            folder=folder, file=MANIFEST,
        )  # fmt: skip
        raise ResultsError(message)
    return Results(folder, manifest)
