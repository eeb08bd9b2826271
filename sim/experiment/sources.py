"""What stands behind the numbers of a run, kept beside its results: they tell their sources wherever the folder goes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import ResultsError, UsageError
from sim.language import Phrase, why
from sim.scenario.evidence import ASSUMPTION, REFERENCES, Evidence, audit, load_evidence

SOURCES = "sources.json"
STREET = "share_stations_with_petrol"
"""Measure of the targets that street surveys of stations counted."""


class Survey(NamedTuple):
    """A street survey of stations in the evidence, as its row tells it."""

    id: str
    observable: str
    first: date
    last: date


class Sources(NamedTuple):
    """Numbers and dated events with a source by what they rest on; addresses of rows that are named; surveys of the period.

    `known` is false where the evidence was not at hand when the runs were made.
    """

    known: bool
    sourced: int
    assumed: int
    addresses: Mapping[str, str]
    surveys: tuple[Survey, ...]


NOTHING_KNOWN = Sources(False, 0, 0, {}, ())


def sources_of(scenario: Mapping[str, Any], first: date, last: date) -> Sources:
    """What the evidence at hand says of a resolved scenario and of the days that are reported."""
    try:
        evidence = load_evidence()
    except UsageError:
        return NOTHING_KNOWN
    found = audit(_bare(scenario), evidence)
    named = dict.fromkeys(part.strip() for source in _sources(scenario) for part in source.split(";"))
    addresses = {name: address for name in named if (address := _address(evidence, name))}
    surveys = tuple(survey for survey in _surveys(evidence) if first <= survey.first and survey.last <= last)
    return Sources(True, len(found.sourced), len(found.assumed), addresses, surveys)


def sources_bytes(found: Sources) -> bytes:
    """Sources as the bytes of their file: equal scenarios and equal evidence give equal bytes."""
    surveys = [[one.id, one.observable, one.first.isoformat(), one.last.isoformat()] for one in found.surveys]
    record = {**found._asdict(), "addresses": dict(found.addresses), "surveys": surveys}
    return (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode()


def sources_in(folder: Path) -> Sources:
    """The sources that a result folder keeps; none are known of a folder without them.

    Raises
    ------
    ResultsError
        If they are there and cannot be read.
    """
    file = folder / SOURCES
    try:
        record = json.loads(file.read_bytes())
        surveys = tuple(Survey(i, told, date.fromisoformat(a), date.fromisoformat(b)) for i, told, a, b in record["surveys"])
        return Sources(**{**record, "surveys": surveys})
    except FileNotFoundError:
        return NOTHING_KNOWN
    except OSError as error:
        raise ResultsError(Phrase("{file}: cannot be read: {reason}", file=file, reason=why(error))) from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        message = Phrase("{file}: not readable: {error}; move it away and run the command again", file=file, error=error)
        raise ResultsError(message) from error


def _surveys(evidence: Evidence) -> Iterator[Survey]:
    for row in evidence.rows["targets"]:
        if row.get("metric") == STREET:
            yield Survey(row["id"], row["observable"], date.fromisoformat(row["date"]), date.fromisoformat(row["end_date"]))


def _sources(value: Any) -> Iterator[str]:
    """Every source stated in a resolved scenario."""
    if isinstance(value, Mapping):
        if isinstance(value.get("source"), str):
            yield value["source"]
        for inner in value.values():
            yield from _sources(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sources(inner)


def _bare(value: Any) -> Any:
    """A resolved scenario without the numbers that no file stated: they are neutral values of the model."""
    if isinstance(value, Mapping):
        if "value" in value:
            return dict(value) if value.get("source") else None
        return {key: found for key, inner in value.items() if (found := _bare(inner)) is not None}
    if isinstance(value, list):
        return [found for inner in value if (found := _bare(inner)) is not None]
    return None if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _address(evidence: Evidence, reference: str) -> str | None:
    """Address of the first row that a reference names; None for assumptions and unknown rows."""
    file, _, row = reference.partition(":")
    if ASSUMPTION.fullmatch(reference) or file not in REFERENCES:
        return None
    return next((entry["source_url"] for entry in evidence.rows[file] if REFERENCES[file](entry, row)), None)
