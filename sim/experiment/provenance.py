"""How and where it was run: everything that may differ between two makings of the same results."""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import sim
from sim.errors import ResultsError
from sim.experiment.design import Design
from sim.experiment.identity import model_fingerprint
from sim.language import Phrase

PACKAGES = (
    "cyclopts", "duckdb", "filelock", "hypothesis", "llvmlite", "matplotlib", "numba", "numpy", "pandas", "pydantic",
    "pydantic-core", "python-docx", "rich", "scipy", "simpy", "typst",
)  # fmt: skip
"""Packages that the project depends on, and those that do the work of one of them."""


@cache
def circumstances() -> dict[str, Any]:
    """The code and the machine at hand: what may explain that two makings differ."""
    libc = " ".join(platform.libc_ver())
    return {
        "sim": sim.__version__,
        "model": model_fingerprint(),
        "commit": _commit(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: _version(name) for name in PACKAGES},
        "os": platform.platform(),
        "libc": libc.strip() or None,
        "cpu": _cpu(),
        "cpus": os.cpu_count(),
    }


@dataclass(frozen=True)
class Making:
    """One making of results, from its first run to its last table."""

    engine: str
    workers: int
    design: Design
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    timer_s: float = field(default_factory=time.perf_counter)

    def entry(self, runs_made: int | None = None) -> dict[str, Any]:
        """The entry for ``provenance.json``; what is not known before the end is null."""
        ended = runs_made is not None
        return {
            "command": shlex.join(sys.argv),
            "began": self.began.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds") if ended else None,
            "wall_s": round(time.perf_counter() - self.timer_s, 3) if ended else None,
            "worlds": self.design.worlds,
            "chances": self.design.chances,
            "runs_made": runs_made,
            "engine": self.engine,
            "workers": self.workers,
            "host": platform.node(),
            **circumstances(),
        }


def as_bytes(entries: list[dict[str, Any]]) -> bytes:
    """The entries, oldest first, as the bytes of ``provenance.json``."""
    return (json.dumps(entries, indent=2, ensure_ascii=False) + "\n").encode()


def entries_of(path: Path) -> list[dict[str, Any]]:
    """The entries of an earlier ``provenance.json``; none when there is no such file.

    Raises
    ------
    ResultsError
        If the file is none that a run has written.
    """
    try:
        entries = json.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        message = Phrase("{file}: not readable: {error}; move it away and run the command again", file=path, error=error)
        raise ResultsError(message) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        message = Phrase("{file}: expected a list of entries, one a run; move it away and run the command again", file=path)
        raise ResultsError(message)
    return entries


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cpu() -> str | None:
    """Name of the processor as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine() or None


def _commit() -> str | None:
    """Commit of the source checkout, with ``+`` when files differ from it; None outside a checkout."""
    root = Path(__file__).resolve().parents[2]
    try:
        top = _git(root, "rev-parse", "--show-toplevel")
        head = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    if Path(top).resolve() != root:
        return None
    return head + "+" if changed else head


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, timeout=5, check=True
    )
    return done.stdout.strip()
