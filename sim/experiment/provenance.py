"""How and where it was run: everything that may differ between two makings of the same results."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("simpy", "numpy", "pandas", "duckdb", "pydantic", "scipy", "matplotlib")


def provenance(engine: str, workers: int, runs_made: int, wall_s: float) -> dict[str, Any]:
    """One entry for ``provenance.json``: when, where, with what code, how many runs in what time."""
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "host": platform.node(),
        "platform": platform.platform(),
        "commit": _commit(),
        "engine": engine,
        "python": sys.version.split()[0],
        "packages": {name: _version(name) for name in PACKAGES},
        "workers": workers,
        "runs_made": runs_made,
        "wall_s": round(wall_s, 3),
    }


def as_bytes(entries: list[dict[str, Any]]) -> bytes:
    """The entries, oldest first, as the bytes of ``provenance.json``."""
    return (json.dumps(entries, indent=2, ensure_ascii=False) + "\n").encode()


def entries_of(path: Path) -> list[dict[str, Any]]:
    """The entries of an earlier ``provenance.json``; none when there is no such file."""
    if not path.is_file():
        return []
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """Commit of the source checkout, with ``+`` when files differ from it; None outside a checkout."""
    root = Path(__file__).resolve().parents[2]
    try:
        head = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return head + "+" if changed else head


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, timeout=5, check=True
    )
    return done.stdout.strip()
