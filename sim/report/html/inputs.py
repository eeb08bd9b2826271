"""The numbers that went into results: value, range, source, confidence and note of each, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.language import Phrase
from sim.report.charts.chart import Cell, Table
from sim.report.html.model import Inputs
from sim.report.words import Bilingual
from sim.scenario.evidence import ASSUMPTION

CONFIDENCE = {"high": Bilingual("high", "élevée"), "medium": Bilingual("medium", "moyenne"), "low": Bilingual("low", "faible")}


def inputs_of(scenario: Mapping[str, Any]) -> Inputs:
    """All quantities and dated events that the files of a scenario state, and how many of these and of the rest have a source.

    A quantity without source that no file states is a neutral value of the model; it is counted and not listed.
    """
    rows: list[tuple[Cell, ...]] = []
    counts = {"evidence": 0, "assumed": 0, "unsourced": 0}
    for path, entry in _quantities(scenario, ""):
        source = str(entry.get("source") or "")
        references = [part.strip() for part in source.split(";") if part.strip()]
        assumed = any(ASSUMPTION.fullmatch(reference) for reference in references)
        counts["unsourced" if not references else "assumed" if assumed else "evidence"] += 1
        if not references and not _told(entry):
            continue
        confidence = str(entry.get("confidence") or "")
        rows.append((
            path, *(_number(entry.get(key)) for key in ("value", "low", "high")), source or Phrase("none stated"),
            CONFIDENCE.get(confidence, confidence), str(entry.get("note") or ""),
        ))  # fmt: skip
    headings = (
        Phrase("number"), Phrase("value"), Phrase("low"), Phrase("high"), Phrase("source"), Phrase("confidence"), Phrase("note"),
    )  # fmt: skip
    return Inputs(Table(headings, tuple(rows)), counts["evidence"], counts["assumed"], counts["unsourced"])


def _told(entry: Mapping[str, Any]) -> bool:
    """Whether a quantity without source says more than one neutral value."""
    return any(entry.get(key) is not None for key in ("low", "high", "note")) or entry.get("value") not in (0.0, 1.0, 24.0)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _quantities(value: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every quantity with its dotted path, and every dated event with a source, which has no value."""
    if isinstance(value, Mapping):
        if "value" in value:
            yield path, value
            return
        if isinstance(value.get("source"), str):
            yield path, {key: value[key] for key in ("source", "confidence", "note") if key in value}
        for key, inner in value.items():
            yield from _quantities(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _quantities(inner, f"{path}[{place}]")
