"""Where compiled code is kept: a folder named by everything that decides it, so that it can never be stale."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

from sim.jit import OPTIONS

F = TypeVar("F", bound=Callable[..., Any])

NAME = "fuel-blockade-sim"
SOURCES = ("clock.py", "draws.py", "jit.py", "records.py", "plan", "rules", "engines")
"""Files and folders of the package that machine code is made from."""

KEPT = 4
"""Folders of other versions that are left; the oldest are removed."""


def entry(function: F) -> F:
    """A function of the compiled engine that Python calls; its machine code is kept in `cache_folder`."""
    from numba import config, njit

    config.CACHE_DIR = str(cache_folder())
    return cast(F, njit(**OPTIONS, cache=True)(function))


@cache
def source_digest() -> str:
    """Digest of the sources that machine code is made from, of Python and the compiler's versions, and of checks switched on."""
    root = Path(__file__).resolve().parents[2]
    state = hashlib.sha256()
    for path in sorted(path for part in SOURCES for path in _python_files(root / part)):
        state.update(path.relative_to(root).as_posix().encode())
        state.update(path.read_bytes())
    state.update(repr([sys.version, *(version(name) for name in ("numba", "llvmlite", "numpy"))]).encode())
    state.update(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    return state.hexdigest()[:16]


def _python_files(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))


@cache
def cache_folder() -> Path:
    """The folder for this version: below the user's cache folder, or a temporary one where that cannot be written."""
    for base in _bases():
        folder = base / NAME / source_digest()
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if _is_ours(folder) and os.access(folder, os.W_OK | os.X_OK):
                _drop_old(folder)
                return folder
    return Path(tempfile.mkdtemp(prefix=f"{NAME}-"))


def is_compiled() -> bool:
    """Whether machine code of this version is kept already."""
    return any(cache_folder().rglob("*.nbc"))


def _bases() -> list[Path]:
    given = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    bases = [Path(given)] if given else []
    with suppress(RuntimeError):
        bases.append(Path.home() / ".cache")
    user = os.getuid() if hasattr(os, "getuid") else "user"
    return [*bases, Path(tempfile.gettempdir()) / f"{NAME}-{user}"]


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can have put code there that would be run."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _drop_old(folder: Path) -> None:
    with suppress(OSError):
        others = [path for path in folder.parent.iterdir() if path != folder]
        for path in sorted(others, key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(path, ignore_errors=True)
