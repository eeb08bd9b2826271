"""Killed at any moment, in any part: the same command goes on, nothing finished is made twice, nothing stays behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import counted_engine
import numpy as np
import pytest
from counted_engine import COUNTED, DESIGN, NOTES
from processes import eventually, group_ends, workers_of
from test_store import derived_contents

from sim.experiment.experiment import run_experiment
from sim.experiment.store.shards import Shards

HERE = Path(__file__).parent
EXPERIMENT = counted_engine.experiment()
WINDOW = 2 * 2
"""Batches under way with two workers."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills processes by what /proc tells")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Tables and manifest of the experiment, made in one go."""
    out = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(NOTES, str(out / "notes"))
        return derived_contents(run_experiment(EXPERIMENT, DESIGN, COUNTED, out=out).folder)


def start(out: Path, notes: Path) -> subprocess.Popen[str]:
    """The experiment with two workers, in a group of its own."""
    path = os.pathsep.join([str(HERE.parents[1]), str(HERE)])
    return subprocess.Popen(
        [sys.executable, str(HERE / "counted_engine.py"), str(out)],
        env={**os.environ, "PYTHONPATH": path, NOTES: str(notes)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def stored(folder: Path) -> set[tuple[int, int]]:
    pairs = np.argwhere(Shards(folder, EXPERIMENT.origin).stored(DESIGN))
    return {(int(world), int(chance)) for world, chance in pairs}


def made(notes: Path) -> list[tuple[int, int]]:
    lines = notes.read_text().splitlines() if notes.exists() else []
    return [(int(world), int(chance)) for world, chance in (line.split() for line in lines)]


def kill(run: subprocess.Popen[str], victim: str) -> None:
    if victim == "group":
        os.killpg(run.pid, signal.SIGKILL)
    elif victim == "worker" and (workers := workers_of(run.pid)):
        os.kill(workers[0], signal.SIGKILL)
    else:
        run.kill()


def session(out: Path, folder: Path, notes: Path, moment_s: float | None, victim: str) -> None:
    """One run of the program, killed after a time unless it ends before; what was stored is not made again."""
    before = stored(folder)
    notes.unlink(missing_ok=True)
    run = start(out, notes)
    if moment_s is not None:
        time.sleep(moment_s)
        kill(run, victim)
    _, said = run.communicate(timeout=60)
    assert group_ends(run.pid), f"processes left after {victim} was killed at {moment_s} s"
    if moment_s is None:
        assert run.returncode == 0, said
    again = made(notes)
    assert not before & set(again)
    assert len(again) == len(set(again))
    size = -(-DESIGN.runs // 16)
    assert len(set(again) - stored(folder)) <= WINDOW * size


def kill_often(times: int, seed: int, tmp_path: Path, whole: dict[str, bytes]) -> int:
    """Kill at random moments, in fresh folders as they get full; how often it hit a run under way."""
    chosen = random.Random(seed)
    hits, out = 0, tmp_path / "0"
    for i in range(times):
        folder = out / EXPERIMENT.folder_name
        session(out, folder, tmp_path / "notes", chosen.uniform(0.3, 3.0), chosen.choice(["main", "group", "worker"]))
        if (folder / "manifest.json").exists():
            assert derived_contents(folder) == whole
            out = tmp_path / str(i + 1)
        else:
            hits += 1
    session(out, out / EXPERIMENT.folder_name, tmp_path / "notes", None, "")
    found = out / EXPERIMENT.folder_name
    assert derived_contents(found) == whole
    assert not list(found.rglob("*.tmp"))
    return hits


def test_killed_three_times_at_random_the_same_command_makes_the_same_bytes(tmp_path, whole) -> None:
    assert kill_often(3, 3, tmp_path, whole) > 0


@pytest.mark.slow
def test_killed_twenty_times_at_random_the_same_command_makes_the_same_bytes(tmp_path, whole) -> None:
    assert kill_often(20, 20, tmp_path, whole) >= 5


@pytest.mark.parametrize("victim", ["main", "group", "worker"])
def test_whatever_is_killed_while_runs_are_made_no_process_is_left(tmp_path, victim) -> None:
    notes = tmp_path / "notes"
    run = start(tmp_path / "out", notes)
    folder = tmp_path / "out" / EXPERIMENT.folder_name
    assert eventually(lambda: next(folder.glob("shards/*/*.parquet"), None))
    kill(run, victim)
    _, said = run.communicate(timeout=60)
    assert group_ends(run.pid)
    assert 0 < len(stored(folder)) < DESIGN.runs
    if victim == "worker":
        assert run.returncode == 1 and "a worker process ended" in said
