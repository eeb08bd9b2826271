"""A calibration whose process is killed half-way goes on from what it had stored, and leaves the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from processes import eventually, group_ends

from sim.study.calibrate.run import Asked, calibrate
from sim.study.calibrate.world_file import text_of

ROOT = Path(__file__).parents[3]
WORLD = "blockade-2025-customs-regimes"
PROGRAM = """\
import sys
from pathlib import Path
from sim.study.calibrate import run
run.FEWEST_WORLDS = 10
run.calibrate(run.Asked({world!r}, (), "observed-2025", "customs", 60, 0, 1, 1, Path(sys.argv[1])))
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by what POSIX offers")


def asked(out: Path) -> Asked:
    return Asked(WORLD, (), "observed-2025", "customs", worlds=60, trials=0, seed=1, workers=1, out=out)


def shards(out: Path) -> list[Path]:
    return [path for path in out.rglob("*.parquet") if "shards" in path.relative_to(out).parts]


def test_killed_and_started_again_it_leaves_the_same_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.study.calibrate.run.FEWEST_WORLDS", 10)
    out = tmp_path / "killed"
    killed = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(world=WORLD), str(out)], env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert eventually(lambda: shards(out) or killed.poll() is not None)
    killed.kill()
    killed.wait(timeout=60)
    assert group_ends(killed.pid)
    assert killed.returncode < 0, "killed before it had come to its end"
    before = {path: path.read_bytes() for path in shards(out)}
    told: list[int] = []
    again = calibrate(asked(out), lambda done, total: told.append(done))
    whole: list[int] = []
    straight = calibrate(asked(tmp_path / "whole"), lambda done, total: whole.append(done))
    assert before and all(path.read_bytes() == content for path, content in before.items())
    assert told and told[0] > whole[0], "what was stored before the kill is not run again"
    assert text_of(again, tmp_path) == text_of(straight, tmp_path)
