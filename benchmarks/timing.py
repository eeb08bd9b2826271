"""What the benchmarks share: a clock, a loop that tells how fast the machine is, spreads over rounds, tables in a page."""

from __future__ import annotations

import heapq
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def timed(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> tuple[float, T]:
    """Processor seconds of this process (of all its threads) that a call takes, and what it returns.

    What other processes do on the same machine is not in it, except through shared caches and clock rates.
    """
    begun = time.process_time()
    found = work(*args, **options)
    return time.process_time() - begun, found


def calibration() -> int:
    """A fixed piece of pure Python: 100,000 events of a bare next-event loop with 64 of them pending."""
    pending = [(i * 7919 % 1009, i) for i in range(64)]
    heapq.heapify(pending)
    state = 1
    for _ in range(100_000):
        now, entity = pending[0]
        state = (state * 1_103_515_245 + 12_345) & 0x7FFFFFFF
        heapq.heapreplace(pending, (now + 1 + state % 1000, entity))
    return pending[0][0]


def spread(values: Sequence[float], digits: int = 3) -> str:
    """Median (min – max) in so many significant digits."""
    if len(set(values)) == 1:
        return significant(values[0], digits)
    low, middle, high = (significant(v, digits) for v in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low}–{high})"


def significant(value: float, digits: int = 3) -> str:
    """A number in so many significant digits, without exponent."""
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    if abs(value) >= 1 or value == 0:
        return f"{value:,.{max(digits - whole, 0)}f}"
    return f"{float(f'{value:.{digits}g}'):.10f}".rstrip("0")


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; all columns but the first are aligned to the right."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine() -> str:
    """Processor, Python and system, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{processor}, {platform.system()}, Python {'.'.join(map(str, sys.version_info[:3]))}"


def into_page(part: str, text: str) -> None:
    """Put a text between the marks of a part of the page of benchmarks.

    Raises
    ------
    ValueError
        If the page has no such part.
    """
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- begin {part} -->", f"<!-- end {part} -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise ValueError(f"{PAGE}: expected {begin} and {end} once each; put both lines where the tables belong")
    before, rest = page.split(begin)
    PAGE.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end)[1]}", encoding="utf-8")
