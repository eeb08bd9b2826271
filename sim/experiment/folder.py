"""What a result folder holds, against what is asked of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sim.errors import ResultsError, UsageError
from sim.experiment.design import Design
from sim.experiment.identity import Experiment, manifest_bytes, model_fingerprint
from sim.experiment.results import MANIFEST, PROVENANCE, Results, load_results, manifest_in
from sim.experiment.sources import SOURCES, sources_bytes, sources_of
from sim.experiment.store.derived import DAILY, DAILY_MOST_RUNS, TABLES, write_derived
from sim.experiment.store.parquet import sha256
from sim.experiment.store.shards import SHARDS, Shards
from sim.experiment.store.writing import check_writable, swap, temporary, write_bytes
from sim.language import Phrase
from sim.records import Labels
from sim.scenario.files import shown


def keeps_daily(design: Design, *, summarised: bool = False) -> bool:
    """Whether daily records of the runs of a design are kept, or only their outcomes and the quantiles of days."""
    return design.runs <= DAILY_MOST_RUNS and not summarised


def manifest_of(experiment: Experiment, design: Design, labels: Labels, *, daily_kept: bool) -> dict[str, Any]:
    """The manifest of a design, without the digests of its tables."""
    return experiment.manifest(design, labels, daily_kept)


def check_folder(folder: Path, experiment: Experiment) -> None:
    """Refuse a folder that holds something else in place of this experiment.

    Raises
    ------
    ResultsError
        Naming the manifest of another experiment or layout, or what is a folder instead of a file.
    """
    for name in (MANIFEST, PROVENANCE, SOURCES, *TABLES):
        if (folder / name).is_dir():
            message = Phrase("{path}: expected a file, got a folder; move it away and run again", path=folder / name)
            raise ResultsError(message)
    if (folder / SHARDS).exists() and not (folder / SHARDS).is_dir():
        message = Phrase("{path}: expected a folder, got a file; move it away and run again", path=folder / SHARDS)
        raise ResultsError(message)
    manifest = manifest_in(folder)
    if manifest is not None and manifest.get("experiment") != experiment.identity:
        raise ResultsError(Phrase(
            "{file}: made by another experiment (scenario {scenario}, strategy {strategy}, seed {seed}); move this folder away, "
            "or name another --out",
            file=folder / MANIFEST, scenario=manifest.get("scenario"), strategy=manifest.get("strategy"),
            seed=manifest.get("seed"),
        ))  # fmt: skip


def kept_design(folder: Path, experiment: Experiment, asked: Design) -> Design:
    """The design whose tables the folder keeps: the larger one of what is stored and what is asked for.

    Raises
    ------
    ResultsError
        If the folder holds something else.
    UsageError
        If each of the two has runs that the other one lacks; or if what is stored is larger and was made by other
        code, so that it can neither answer for this one nor be kept beside it.
    """
    check_folder(folder, experiment)
    manifest = manifest_in(folder)
    if manifest is None:
        return asked
    stored = Design(manifest["worlds"], manifest["chances"])
    if asked.covers(stored):
        return asked
    if manifest["versions"]["model"] != model_fingerprint():
        raise UsageError(Phrase(
            "worlds × chances: {folder} holds {stored: × } runs made by another version of the model, and {asked: × } new "
            "ones would take their place; ask for as many (--worlds {worlds} --chances {chances}), name another --out, or "
            "delete the folder",
            folder=shown(folder), stored=(stored.worlds, stored.chances), asked=(asked.worlds, asked.chances),
            worlds=max(asked.worlds, stored.worlds), chances=max(asked.chances, stored.chances),
        ))  # fmt: skip
    if stored.covers(asked):
        return stored
    hull = Design(max(asked.worlds, stored.worlds), max(asked.chances, stored.chances))
    raise UsageError(Phrase(
        "worlds × chances: {folder} holds {stored: × } runs, and {asked: × } would drop some of them; ask for "
        "--worlds {worlds} --chances {chances}, which has both (stored runs are not made again), or for another --out",
        folder=shown(folder), stored=(stored.worlds, stored.chances), asked=(asked.worlds, asked.chances),
        worlds=hull.worlds, chances=hull.chances,
    ))  # fmt: skip


def stored_part(
    folder: Path, experiment: Experiment, asked: Design, labels: Labels, *, summarised: bool = False
) -> Results | None:
    """The runs asked for, if the folder holds them in tables that are whole and made by this model; else None.

    Raises
    ------
    ResultsError, UsageError
        As `kept_design`.
    """
    design = kept_design(folder, experiment, asked)
    manifest = manifest_in(folder)
    if manifest is None:
        return None
    files = manifest.get("files", {})
    described = {key: value for key, value in manifest.items() if key != "files"}
    kept = keeps_daily(design, summarised=summarised and DAILY not in files)
    if described != manifest_of(experiment, design, labels, daily_kept=kept) or not files or not (folder / SOURCES).is_file():
        return None
    if not all((folder / name).is_file() and sha256(folder / name) == digest for name, digest in files.items()):
        return None
    return load_results(folder).part(asked)


def derive(
    folder: Path, experiment: Experiment, design: Design, labels: Labels, shards: Shards, *, daily_kept: bool
) -> None:
    """Make all tables, the sources and the manifest anew from the shards.

    They are written aside and take the place of the old ones together. The manifest goes first and comes last: while
    it is missing the tables may belong to another design.
    """
    check_writable(folder)
    with temporary(folder) as aside:
        files = write_derived(aside, shards, design, labels, experiment.strategy.name, daily_kept)
        manifest = manifest_of(experiment, design, labels, daily_kept=daily_kept)
        last = labels.start + timedelta(days=labels.days - 1)
        write_bytes(aside / SOURCES, sources_bytes(sources_of(manifest["inputs"]["scenario"], labels.start, last)))
        write_bytes(aside / MANIFEST, manifest_bytes({**manifest, "files": files}))
        swap(aside, folder, (*TABLES, SOURCES), last=MANIFEST)
