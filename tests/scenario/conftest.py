"""A tiny valid world and strategy as text, in a working directory of their own."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_files import STRATEGY, WORLD

from sim.scenario.files import FOLDERS, Kind


@pytest.fixture
def world_text() -> str:
    """The tiny world as a file would hold it."""
    return WORLD


@pytest.fixture
def strategy_text() -> str:
    """The tiny strategy as a file would hold it."""
    return STRATEGY


@pytest.fixture
def world() -> dict[str, Any]:
    """Plain data of the tiny world, for a test to spoil."""
    return tomllib.loads(WORLD)


@pytest.fixture
def strategy() -> dict[str, Any]:
    """Plain data of the tiny strategy."""
    return tomllib.loads(STRATEGY)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Kind, str, str], Path]:
    """Write a file of a kind by name in a new working directory, which already has the tiny two."""
    monkeypatch.chdir(tmp_path)

    def writes(kind: Kind, name: str, text: str) -> Path:
        path = tmp_path / "scenarios" / FOLDERS[kind] / f"{name}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    writes("scenario", "tiny", WORLD)
    writes("strategy", "tiny", STRATEGY)
    return writes
