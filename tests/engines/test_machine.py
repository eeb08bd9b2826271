"""The compiled engine from outside: its cache, its limits, and life without it."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from equality import assert_equal_records
from hypothesis import example, given
from hypothesis import strategies as st
from worlds import ambushes, convoys, delayed_into_a_new_rule, plan, world

from sim.draws import Replication
from sim.engines.batch import cache
from sim.engines.batch.machine import machine, simulate
from sim.engines.batch.staging import wakes
from sim.engines.reference import simulate as simulate_reference
from sim.errors import DrawError, RunError
from sim.records import EventRecord, Room
from sim.rules.willingness import willing_count

ROOT = Path(__file__).resolve().parents[2]
BOTH = """
from worlds import convoys, plan, world
from sim.draws import Replication
from sim.engines.batch.machine import simulate as batch
from sim.engines.reference import simulate as reference
made = plan(world({"days": 3}), convoys(10, 24))
a, b = (engine(made, 1, Replication(0, 0)).daily.column("need_l").sum() for engine in (reference, batch))
assert a == b
print(a)
"""


def copy_of(folder: Path, *left_out: str) -> Path:
    """A copy of the package and of its scenarios."""
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__", *left_out))
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    shutil.copy(ROOT / "run.py", folder)
    return folder


def python(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python in a copy, which finds that copy and no other."""
    path = os.pathsep.join([str(folder), str(ROOT / "tests")])
    around = {**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(folder / "cache"), **environment}
    return subprocess.run([sys.executable, *words], cwd=folder, env=around, capture_output=True, text=True, check=False)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("source", ["rules/consumption.py", "draws.py", "engines/batch/roads.py", "plan/arrays.py"])
def test_machine_code_of_other_sources_has_another_folder(tmp_path: Path, source: str) -> None:
    folder = copy_of(tmp_path)
    ask = ("-c", "from sim.engines.batch.cache import cache_folder; print(cache_folder())")
    before = python(folder, *ask).stdout
    assert str(folder) in before
    with (folder / "sim" / source).open("a", encoding="utf-8") as file:
        file.write("# another\n")
    after = python(folder, *ask).stdout
    assert after != before
    assert python(folder, *ask, NUMBA_BOUNDSCHECK="1").stdout not in (before, after)


@pytest.mark.slow
def test_an_edited_rule_changes_the_next_result_of_both_engines(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    before = python(folder, "-c", BOTH)
    assert python(folder, "-c", BOTH).stdout == before.stdout != "", before.stderr
    edit(folder / "sim" / "rules" / "shapes.py", "return 1.0 + (u - 0.5)", "return 2.0 + (u - 0.5)")
    edit(folder / "sim" / "engines" / "batch" / "consumers.py", "if cv > 0.0:", "if cv >= 0.0:")
    edit(folder / "sim" / "engines" / "reference" / "consumers.py", "if cv > 0.0]", "if cv >= 0.0]")
    after = python(folder, "-c", BOTH)
    assert after.returncode == 0, after.stderr
    assert int(after.stdout) == 2 * int(before.stdout)


def test_where_no_folder_can_be_written_machine_code_goes_to_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setenv("HOME", str(blocked))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cache.cache_folder.cache_clear()
    try:
        assert cache.cache_folder().is_relative_to(tmp_path)
    finally:
        cache.cache_folder.cache_clear()


def test_a_working_project_is_left_without_the_folder_of_the_engine(tmp_path: Path) -> None:
    folder = copy_of(tmp_path, "batch")
    done = python(folder, "run.py", "kayes-corridor", "-n", "2", "--out", "out", "--workers", "1")
    assert done.returncode == 0, done.stderr
    refused = python(folder, "run.py", "kayes-corridor", "-n", "2", "--out", "out", "--engine", "batch")
    assert refused.returncode == 2 and "Numba" in refused.stderr


def test_every_number_of_a_day_is_written_whatever_stood_in_its_place() -> None:
    made, luck, room = plan(world({"days": 12, "warmup_days": 3}, ambushes(0.5)), convoys(5, 24)), Replication(0, 0), Room(3)
    for array in room.part(3, 12, 1):
        array.fill(-7)
    stack = machine().run(made, 1, [luck], room=room.empty(2))
    assert np.shares_memory(stack.by_product, next(iter(room.arrays.values())))
    assert_equal_records(simulate_reference(made, 1, luck), next(iter(stack)))


def test_slots_that_luck_delays_beyond_those_of_a_new_rule_open_alike() -> None:
    made = plan(world({"days": 4}), delayed_into_a_new_rule())
    for chance in range(20):
        assert_equal_records(simulate_reference(made, 1, luck := Replication(0, chance)), simulate(made, 1, luck))


def test_what_the_reference_engine_refuses_is_refused_in_its_words() -> None:
    made = plan(world(ambushes(1.0)), convoys(10, 24))
    campaign = dataclasses.replace(made.campaign, ceiling=1.0, intensity=np.ones_like(made.campaign.intensity))
    crowded = dataclasses.replace(made, campaign=campaign)
    with pytest.raises(RunError) as expected:
        simulate_reference(crowded, 1, Replication(0, 0))
    with pytest.raises(RunError) as found:
        simulate(crowded, 1, Replication(0, 0))
    assert "candidate ambushes" in str(found.value) and str(found.value) == str(expected.value)


@given(tankers=st.integers(1, 5_000), low=st.floats(0.0, 1.0), high=st.floats(0.0, 1.0), part=st.floats(0.0, 1.0))
@example(tankers=3, low=0.25, high=0.25, part=1.0)
@example(tankers=4_999, low=1.0 - 2**-53, high=1.0, part=1.0)
def test_of_a_batch_that_is_passed_over_nobody_is_willing(tankers: int, low: float, high: float, part: float) -> None:
    low, high = min(low, high), max(low, high)
    share = part * getattr(wakes, "py_func", wakes)(tankers, low, high)
    assert share <= low or willing_count(tankers, low, high, share) == 0


def test_a_seed_out_of_range_and_a_trace_of_two_runs_are_refused() -> None:
    made = plan(world({"days": 2}), convoys(10, 24))
    with pytest.raises(DrawError, match="out of range"):
        simulate(made, 1 << 64, Replication(0, 0))
    rows: list[EventRecord] = []
    with pytest.raises(RunError, match="one replication"):
        machine().run(made, 1, [Replication(0, 0), Replication(0, 1)], rows)
