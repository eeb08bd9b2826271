"""Bytes of any kind end in a model or in mistakes with their places; `loader.py` gives millions of them on request."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz.loader import FILES, held, key_paths, made

from sim.scenario.files import read
from sim.scenario.positions import positions


@pytest.mark.parametrize("seed", range(4))
def test_any_bytes_end_in_a_model_or_in_mistakes_with_their_places(seed: int, tmp_path: Path) -> None:
    rng, shipped = random.Random(seed), [path.read_bytes() for path in FILES]
    told = [held(made(rng, shipped), tmp_path) for _ in range(150)]
    assert told.count("refused") > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_key_of_a_shipped_file_has_its_place(path: Path) -> None:
    text, data = read(path)
    assert set(key_paths(data)) <= set(positions(text))
