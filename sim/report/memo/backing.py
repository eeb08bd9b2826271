"""What stands behind the numbers of a scenario: evidence, assumptions, and the public reports that are named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sim.errors import UsageError
from sim.scenario.evidence import ASSUMPTION, REFERENCES, Evidence, audit, load_evidence


class Report(NamedTuple):
    """A public report by its address, with the rows of the evidence that come from it and that a scenario names."""

    address: str
    rows: tuple[str, ...]

    @property
    def publisher(self) -> str:
        """The site that published it: ``afrikinfos-mali.com``."""
        return urlsplit(self.address).netloc.removeprefix("www.")


class Backing(NamedTuple):
    """Numbers and dated events with a stated source by what they rest on, and the public reports named, in order."""

    sourced: int
    assumed: int
    reports: tuple[Report, ...]

    @property
    def publishers(self) -> list[str]:
        """Sites by how many rows of the evidence come from them, most first."""
        counts: Counter[str] = Counter()
        for report in self.reports:
            counts[report.publisher] += len(report.rows)
        return [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def backing(scenario: Mapping[str, Any]) -> Backing | None:
    """What a resolved scenario rests on; None where the evidence files are not at hand."""
    try:
        evidence = load_evidence()
    except UsageError:
        return None
    found = audit(_bare(scenario), evidence)
    named = dict.fromkeys(part.strip() for source in _sources(scenario) for part in source.split(";"))
    rows: dict[str, list[str]] = {}
    for name in named:
        if address := _address(evidence, name):
            rows.setdefault(address, []).append(name)
    return Backing(len(found.sourced), len(found.assumed), tuple(Report(one, tuple(names)) for one, names in rows.items()))


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
