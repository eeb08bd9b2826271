"""Stored results made a second time, from their folder alone, and held against what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

from sim.errors import ResultsError
from sim.experiment.cell import Report
from sim.experiment.design import design_of
from sim.experiment.engines import engine_named
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import manifest_bytes
from sim.experiment.pool import checked_workers
from sim.experiment.provenance import circumstances, entries_of
from sim.experiment.results import MANIFEST, PROVENANCE, Results, load_results
from sim.experiment.store.derived import TABLES
from sim.experiment.store.differences import Difference, Differences, table_differences
from sim.experiment.store.parquet import sha256
from sim.experiment.stored import experiment_in
from sim.language import Phrase

Verdict = Literal["identical", "other bytes", "differs", "missing", "added"]

VERSIONS = "versions"
"""What in a manifest says who made it: it is explained, and not compared."""

CIRCUMSTANCES = ("model", "sim", "python", "packages", "os", "libc", "cpu")
"""What may explain a difference, most likely first."""


@dataclass(frozen=True)
class Compared:
    """One file of the result folder beside that of the second making."""

    name: str
    verdict: Verdict
    stored_sha256: str | None
    made_sha256: str | None
    changed_since: bool
    """Whether the stored table is no longer the one that the manifest describes."""
    differences: Differences


class Change(NamedTuple):
    """A circumstance that is another one now: its name, what it was when results were made (perhaps several), what it is."""

    what: str
    stored: tuple[str | None, ...]
    now: str | None


@dataclass(frozen=True)
class Reproduction:
    """Stored results and what a second making gave."""

    results: Results
    files: tuple[Compared, ...]
    changes: tuple[Change, ...]
    provenance_known: bool

    @property
    def identical(self) -> bool:
        """Whether every table and the manifest, its versions aside, came out byte for byte."""
        return all(file.verdict == "identical" and not file.changed_since for file in self.files)


def reproduce(
    results: str | Path, workers: int | None = 1, engine: str = "reference", progress: Report | None = None
) -> Reproduction:
    """Make the results of a folder again in a temporary folder and compare; nothing is written to the folder itself.

    Raises
    ------
    ResultsError
        If the folder holds no results that this version can read, or was written to meanwhile.
    """
    stored = load_results(results)
    before = (stored.folder / MANIFEST).read_bytes()
    experiment, chosen, count = experiment_in(stored), engine_named(engine), checked_workers(workers)
    design = design_of(stored.manifest["worlds"], stored.manifest["chances"])
    with TemporaryDirectory(prefix="reproduce-") as place:
        made = run_experiment(
            experiment, design, chosen, workers=count, out=Path(place), progress=progress,
            summarised=stored.manifest["daily"] != "kept",
        )  # fmt: skip
        files = (*_tables(stored, made), _manifest(stored, made))
    if load_results(stored.folder).manifest != stored.manifest or (stored.folder / MANIFEST).read_bytes() != before:
        message = Phrase("{folder}: another run has written there meanwhile; once it has ended, try again", folder=stored.folder)
        raise ResultsError(message)
    known, changes = _changes(stored)
    return Reproduction(stored, files, changes, known)


def _tables(stored: Results, made: Results) -> Iterator[Compared]:
    described, new = stored.manifest["files"], made.manifest["files"]
    for name in [name for name in TABLES if name in {**described, **new}]:
        path = stored.folder / name
        digest = sha256(path) if path.is_file() else None
        changed = digest != described.get(name)
        if name not in new:
            yield Compared(name, "added", digest, None, changed, Differences())
        elif digest is None:
            yield Compared(name, "missing", None, new[name], changed, Differences())
        elif digest == new[name]:
            yield Compared(name, "identical", digest, digest, changed, Differences())
        else:
            found = table_differences(path, made.folder / name)
            yield Compared(name, "differs" if found else "other bytes", digest, new[name], changed, found)


def _manifest(stored: Results, made: Results) -> Compared:
    """The manifests beside each other, but for what is compared or explained by itself: tables and versions."""
    old, new = stored.manifest, made.manifest
    aside = {VERSIONS: old[VERSIONS], "files": old["files"]}
    found = [Difference({}, key, a, b) for key, a, b in _different("", old, {**new, **aside})]
    path = stored.folder / MANIFEST
    verdict: Verdict = "differs"
    if not found:
        verdict = "identical" if path.read_bytes() == manifest_bytes({**new, **aside}) else "other bytes"
    digests = sha256(path), sha256(made.folder / MANIFEST)
    return Compared(MANIFEST, verdict, *digests, False, Differences(len(found), found[0] if found else None))


def _different(path: str, stored: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Dotted key and both values of whatever is not equal."""
    if isinstance(stored, dict) and isinstance(now, dict):
        for key in {**stored, **now}:
            yield from _different(f"{path}.{key}" if path else key, stored.get(key), now.get(key))
    elif stored != now:
        yield path, stored, now


def _changes(stored: Results) -> tuple[bool, tuple[Change, ...]]:
    """Whether it is known how the results were made, and what was otherwise then."""
    try:
        entries = entries_of(stored.folder / PROVENANCE)
    except ResultsError:
        entries = []
    made = [entry for entry in entries if entry.get("runs_made") != 0]
    now = _flat(circumstances())
    before = [_flat(entry) for entry in made]
    before.append({name: str(value) for name, value in stored.manifest[VERSIONS].items()})
    return bool(made), tuple(_changed(before, now))


def _changed(before: Sequence[Mapping[str, str | None]], now: Mapping[str, str | None]) -> Iterator[Change]:
    for what, present in now.items():
        values = tuple(dict.fromkeys(entry[what] for entry in before if what in entry))
        if any(value != present for value in values):
            yield Change(what, values, present)


def _flat(entry: Mapping[str, Any]) -> dict[str, str | None]:
    """Circumstances by name, packages by their own."""
    flat: dict[str, str | None] = {}
    for name in CIRCUMSTANCES:
        if name == "packages" and isinstance(entry.get(name), dict):
            flat |= entry[name]
        elif name in entry:
            flat[name] = entry[name]
    return flat
