"""Where the numbers come from: every number of a world names a row of the evidence or an assumption."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import UsageError
from sim.language import NOTHING, Lang, Phrase
from sim.scenario.expected import Finding
from sim.scenario.files import scenario_folders
from sim.scenario.loaded import Loaded
from sim.scenario.positions import KeyPath, dotted

EXEMPT = {
    "days": Phrase("length of the run: a choice"),
    "warmup_days": Phrase("length of the warm-up: a choice"),
    "lat": Phrase("for maps only"),
    "lon": Phrase("for maps only"),
    "window_h": Phrase("only cuts time into pieces that can be drawn alone"),
    "ceiling_per_km_h": Phrase("a bound on intensities, which have sources; results do not depend on it"),
    "priority": Phrase("an order, not a quantity"),
    "weekday": Phrase("a profile of a week, stated beside the class"),
}
"""Keys that may hold bare numbers in worlds, with the reason (dates are no numbers)."""

FILES = {
    "parameters": "parameters.csv",
    "segments": "segments.csv",
    "timeline": "timeline.csv",
    "targets": "backtest_targets.csv",
    "series": "supply_series.csv",
    "assumptions": "assumptions.csv",
}
MOST_GUESSED = 200
"""Wrong sources for which a nearest one is looked up."""
COLUMNS = {
    "parameters": "parameter value_low value_central value_high unit context source_url confidence",
    "segments": "corridor seq distance_km typical_hours notes source_url",
    "timeline": "date event_type location count_low count_high unit description source_url confidence",
    "targets": "id observable value_low value_high unit scoring_note source_url confidence",
    "series": "period_start scope litres source_url confidence note",
    "assumptions": "id value_low value_central value_high unit reason",
}
"""Columns that are read of each file."""
ASSUMPTION = re.compile(r"A\d+")
Rows = tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Evidence:
    """Rows of the evidence files and of the assumptions register, by short file name (see `FILES`)."""

    rows: Mapping[str, Rows]

    def fault(self, reference: str) -> Phrase:
        """Why one reference does not resolve; nothing if it does."""
        if ASSUMPTION.fullmatch(reference):
            known = any(row["id"] == reference for row in self.rows["assumptions"])
            return NOTHING if known else Phrase('no assumption "{name}"', name=reference)
        file, _, row = reference.partition(":")
        if file not in REFERENCES or not row:
            files = tuple(REFERENCES)
            return Phrase('"{name}" is neither an assumption id nor a row of {files}', name=reference, files=files)
        found = any(REFERENCES[file](entry, row) for entry in self.rows[file])
        return NOTHING if found else Phrase("no row for {name}", name=reference)

    def nearest(self, reference: str) -> Phrase:
        """``did you mean "parameters:tanker_l"?`` for a reference near one that resolves, else nothing."""
        file, colon, row = reference.partition(":")
        meant = {entry["id"]: entry["id"] for entry in self.rows["assumptions"]}
        for name in REFERENCES:
            rows = [NAMES[name](entry) for entry in self.rows[name]]
            if not colon:
                meant |= {one: f"{name}:{one}" for one in rows}
            elif file == name:
                meant = {f"{name}:{one}": f"{name}:{one}" for one in rows}
                break
            elif row in rows:
                meant[f"{name}:{row}"] = f"{name}:{row}"
        near = get_close_matches(reference, list(meant), n=1, cutoff=0.6)
        return Phrase('did you mean "{name}"?', name=meant[near[0]]) if near else NOTHING


def _timeline(entry: Mapping[str, str], row: str) -> bool:
    date, _, rest = row.partition(":")
    event_type, _, place = rest.partition(":")
    words = place.lower().split()
    return (
        entry["date"] == date
        and entry["event_type"] == event_type
        and all(word in entry["location"].lower() for word in words)
    )


REFERENCES: dict[str, Callable[[Mapping[str, str], str], bool]] = {
    "parameters": lambda entry, row: entry["parameter"] == row,
    "segments": lambda entry, row: f"{entry['corridor']}:{entry['seq']}" == row,
    "timeline": _timeline,
    "targets": lambda entry, row: entry["id"] == row,
    "series": lambda entry, row: f"{entry['period_start']}:{entry['scope']}" == row,
}
"""Whether a row of a file is the one that a reference names: ``parameters:<parameter>``,
``segments:<corridor>:<seq>``, ``timeline:<date>:<event_type>[:<words of the location>]``, ``targets:<id>``,
``series:<period_start>:<scope>``."""


NAMES: dict[str, Callable[[Mapping[str, str]], str]] = {
    "parameters": lambda entry: entry["parameter"],
    "segments": lambda entry: f"{entry['corridor']}:{entry['seq']}",
    "timeline": lambda entry: f"{entry['date']}:{entry['event_type']}",
    "targets": lambda entry: entry["id"],
    "series": lambda entry: f"{entry['period_start']}:{entry['scope']}",
}
"""How a row of each file is named in a reference, after the name of the file."""


def load_evidence(folder: Path | None = None) -> Evidence:
    """Evidence files of a folder; by default of the first scenario folder that has an `evidence` folder.

    Raises
    ------
    UsageError
        If a file is missing, is not UTF-8 or no CSV, or lacks a column.
    """
    if folder is None:
        folders = [f / "evidence" for f in scenario_folders() if (f / "evidence").is_dir()]
        if not folders:
            raise UsageError(Phrase("no evidence folder: run inside a checkout, or beside a scenarios/ folder that has one"))
        folder = folders[0]
    return Evidence({name: _rows(folder / file, COLUMNS[name].split()) for name, file in FILES.items()})


def _rows(path: Path, columns: list[str]) -> Rows:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            rows = tuple(reader)
    except FileNotFoundError as error:
        message = Phrase("{path} is missing: the evidence folder needs {files}", path=path, files=tuple(FILES.values()))
        raise UsageError(message) from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise UsageError(Phrase("{path} is no CSV file in UTF-8 ({error}): save it so", path=path, error=error)) from error
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(Phrase(
            "{path}: expected the columns {columns}, of which {missing} are missing",
            path=path, columns=tuple(columns), missing=tuple(missing),
        ))  # fmt: skip
    return rows


class Unsourced(NamedTuple):
    """A number without a source."""

    path: KeyPath

    def said(self, lang: Lang) -> str:
        """The sentence that says so."""
        return Phrase("{key}: has no source", key=dotted(self.path)).said(lang)

    def __str__(self) -> str:
        return self.said("en")


@dataclass(frozen=True)
class Audit:
    """Numbers and dated events of a world by backing: evidence alone, at least one assumption, or nothing.

    `wrong` are the sources that are stated and do not resolve: mistakes, at their own keys.
    """

    sourced: tuple[KeyPath, ...]
    assumed: tuple[KeyPath, ...]
    missing: tuple[Unsourced, ...]
    wrong: tuple[Finding, ...]


def audit(world: Loaded[Any] | Mapping[str, Any], evidence: Evidence | None = None) -> Audit:
    """Look up the source of every number and of every dated event in a world's merged data."""
    data = world.data if isinstance(world, Loaded) else world
    evidence = evidence or load_evidence()
    fault_of = cache(evidence.fault)
    sourced, assumed, missing = [], [], []
    wrong: list[Finding] = []
    for path, source in _stated(data, ()):
        references = [part.strip() for part in source.split(";")] if isinstance(source, str) else []
        faults = [(fault, reference) for reference in references if (fault := fault_of(reference))]
        if not references:
            missing.append(Unsourced(path))
        elif faults:
            message = Phrase("{faults:; }", faults=tuple(fault for fault, _ in faults))
            guessed = faults if len(wrong) < MOST_GUESSED else []
            hints = dict.fromkeys(hint for _, reference in guessed if (hint := evidence.nearest(reference)))
            wrong.append(Finding((*path, "source"), message, Phrase("{hints: }", hints=tuple(hints)) if hints else NOTHING))
        elif any(ASSUMPTION.fullmatch(reference) for reference in references):
            assumed.append(path)
        else:
            sourced.append(path)
    return Audit(tuple(sourced), tuple(assumed), tuple(missing), tuple(wrong))


def _stated(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    """Key path and source of each quantity, of posterior draws, of each bare number that is not exempt and each dated event."""
    if isinstance(value, Mapping):
        if "value" in value or path == ("posterior",):  # draws of a calibration have one source together
            yield path, value.get("source")
            return
        if len(path) == 2 and path[0] == "event":
            yield path, value.get("source")
        for key, inner in value.items():
            if key not in EXEMPT or isinstance(inner, Mapping):
                yield from _stated(inner, (*path, key))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _stated(inner, (*path, index))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, None
