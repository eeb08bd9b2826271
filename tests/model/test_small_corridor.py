"""The scenario file of the peers' benchmark plays, as nearly as it can, what the same corridor is in plain SimPy."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"
JOINED = 60 * 365
RUNS = 10
"""A year's losses spread by about 11 % of their mean, so the ratio of two means of ten years has a standard error of 5 %."""


def test_the_small_corridor_comes_out_as_in_plain_simpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(PEERS)
    columns = import_module("small_model").Outcome._fields
    ours = dict(zip(columns, import_module("ours").play_reference(RUNS, 1).T, strict=True))
    simpy = dict(zip(columns, import_module("in_simpy").play(RUNS, 1).T, strict=True))
    for found in (ours, simpy):
        assert np.all(found["convoys"] == 365)
        on_the_way = JOINED - found["delivered"] - found["lost"]
        assert np.all((on_the_way > 60) & (on_the_way <= 180))
    assert ours["delivered"].mean() == pytest.approx(simpy["delivered"].mean(), rel=0.005)
    assert ours["lost"].mean() == pytest.approx(1.07 * simpy["lost"].mean(), rel=0.15)
