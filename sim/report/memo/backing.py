"""What stands behind the numbers of results: evidence, assumptions, and the public reports that are named."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple
from urllib.parse import urlsplit

from sim.experiment.results import Results
from sim.experiment.sources import sources_in


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


def backing(results: Results) -> Backing | None:
    """What results rest on, as their folder keeps it; None where it keeps nothing."""
    found = sources_in(results.folder)
    if not found.known:
        return None
    rows: dict[str, list[str]] = {}
    for name, address in found.addresses.items():
        rows.setdefault(address, []).append(name)
    return Backing(found.sourced, found.assumed, tuple(Report(one, tuple(names)) for one, names in rows.items()))
