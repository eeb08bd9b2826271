"""Charts of made-up results: stocks that fall, shortage days that scatter, and the words on a sheet."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import sim
from sim.experiment.results import Results

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Six stored runs of the shipped blockade."""
    folder = tmp_path_factory.mktemp("stored")
    return sim.run("blockade-2025-customs", strategy="observed-2025", worlds=3, chances=2, engine="reference", out=folder)
