"""A disk that fails, or a process that dies, at any step of writing: nothing half-written is seen, the same command goes on."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_engine import FAKE
from test_store import contents

from sim.errors import UsageError
from sim.experiment.design import Design
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment
from sim.experiment.results import load_results
from sim.experiment.store import parquet

SMALL, LARGE = Design(1, 1), Design(1, 2)
TABLES = ("outcomes", "daily", "daily_quantiles", "convoys")


class Killed(BaseException):
    """The process is no more: nothing that it would have done is done."""


class Disk:
    """Counts the steps of writing, and lets one of them and all later ones fail."""

    def __init__(self, patch: pytest.MonkeyPatch, error: Callable[[], BaseException], fails_at: int | None) -> None:
        self.error, self.fails_at, self.steps = error, fails_at, 0
        for name in ("replace", "fsync", "mkdir"):
            patch.setattr(os, name, self.failing(getattr(os, name)))
        if isinstance(error(), Killed):
            for name in ("unlink", "rmdir"):
                patch.setattr(os, name, self.failing(getattr(os, name)))
        patch.setattr(parquet, "_copy", self.failing(parquet._copy, self.half_a_table))
        patch.setattr(Path, "write_bytes", self.failing(Path.write_bytes, self.half_a_file))

    def failing(self, step: Callable[..., Any], half: Callable[..., Any] | None = None) -> Callable[..., Any]:
        def tried(*given: Any, **named: Any) -> Any:
            self.steps += 1
            if self.fails_at is not None and self.steps >= self.fails_at:
                if half is not None and self.steps == self.fails_at:
                    half(*given)
                raise self.error()
            return step(*given, **named)

        return tried

    @staticmethod
    def half_a_table(query: str, path: Path, options: str) -> None:
        with path.open("wb") as file:
            file.write(b"PAR1 and no more")

    @staticmethod
    def half_a_file(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])


def full() -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture(scope="module")
def small(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results with the small design."""
    return run_experiment(experiment, SMALL, FAKE, out=tmp_path_factory.mktemp("small")).folder


@pytest.fixture(scope="module")
def large(experiment: Experiment, small: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All files after the small design has grown to the large one on a good disk."""
    out = tmp_path_factory.mktemp("large")
    shutil.copytree(small, out / small.name)
    return contents(run_experiment(experiment, LARGE, FAKE, out=out).folder)


def steps(experiment: Experiment, small: Path, grown: bool, out: Path, error: Callable[[], BaseException], every: int) -> range:
    """Steps of writing the large design, counted from 1: every one of them, or each of so many."""
    if grown:
        shutil.copytree(small, out / small.name)
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch, error, None)
        run_experiment(experiment, LARGE, FAKE, out=out)
    return range(1, disk.steps + 1, every)


def broken(
    experiment: Experiment, small: Path, grown: bool, out: Path, error: Callable[[], BaseException], step: int
) -> tuple[Path, BaseException]:
    """The folder, and what was raised, when one step and all later ones fail."""
    folder = out / small.name
    if grown:
        shutil.copytree(small, folder)
    with pytest.MonkeyPatch.context() as patch:
        Disk(patch, error, step)
        with pytest.raises((Killed, UsageError)) as caught:
            run_experiment(experiment, LARGE, FAKE, out=out)
    return folder, caught.value


def whole_or_absent(folder: Path, small: Path, large: dict[str, bytes]) -> None:
    """No file under its own name is half-written, and results that are shown as finished are."""
    before = contents(small)
    for name, content in contents(folder).items():
        if not name.partition(".tmp")[1]:
            assert content in (before.get(name), large.get(name)), name
    if (folder / "manifest.json").exists():
        results = load_results(folder)
        assert all(len(getattr(results, table).columns) for table in TABLES)


some_or_all = pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
new_or_grown = pytest.mark.parametrize("grown", [False, True], ids=["new", "grown"])


@some_or_all
@new_or_grown
def test_a_full_disk_at_any_step_is_one_clear_error_and_the_same_command_goes_on(
    experiment, small, large, tmp_path, grown, every
) -> None:
    for step in steps(experiment, small, grown, tmp_path / "counted", full, every):
        folder, raised = broken(experiment, small, grown, tmp_path / str(step), full, step)
        assert isinstance(raised, UsageError)
        assert "the disk is full" in str(raised) and "--out" in str(raised)
        assert not list(folder.rglob("*.tmp"))
        whole_or_absent(folder, small, large)
        run_experiment(experiment, LARGE, FAKE, out=tmp_path / str(step))
        assert {**contents(folder), **large} == contents(folder)


@some_or_all
@new_or_grown
def test_killed_at_any_step_of_writing_the_same_command_goes_on(
    experiment, small, large, tmp_path, monkeypatch, grown, every
) -> None:
    monkeypatch.setattr("sim.experiment.store.writing._is_running", lambda pid: False)
    for step in steps(experiment, small, grown, tmp_path / "counted", Killed, every):
        folder, raised = broken(experiment, small, grown, tmp_path / str(step), Killed, step)
        assert isinstance(raised, Killed)
        if folder.exists():
            whole_or_absent(folder, small, large)
        run_experiment(experiment, LARGE, FAKE, out=tmp_path / str(step))
        assert {**contents(folder), **large} == contents(folder)
        assert not list(folder.rglob("*.tmp"))
