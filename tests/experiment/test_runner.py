"""Running: failures name the run, interrupts stop cleanly and lose little, names are checked."""

from __future__ import annotations

import signal

import pytest
from fake_engine import FAILING, FAKE, LOSING

from sim.errors import RunError, UsageError
from sim.experiment.cell import Progress
from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import experiment_of, run_experiment
from sim.experiment.interrupts import uninterrupted
from sim.experiment.pool import checked_workers
from sim.experiment.store.shards import Shards


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_run_is_named_so_that_it_can_be_replayed(experiment, tmp_path, workers) -> None:
    with pytest.raises(RunError) as caught:
        run_experiment(experiment, Design(5, 1), FAILING, workers=workers, out=tmp_path)
    for part in (
        "kayes-corridor-normal",
        "escort-48h-150",
        "seed 1",
        "world 3, chance 0",
        "the road is gone",
    ):
        assert part in str(caught.value)


def test_the_time_of_a_failure_is_named_where_the_engine_tells_it(experiment, tmp_path) -> None:
    with pytest.raises(RunError, match=r"time 86400 s: a litre is missing"):
        run_experiment(experiment, Design(1, 1), LOSING, out=tmp_path)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_keeps_finished_batches_and_the_same_command_goes_on(
    experiment, tmp_path, workers
) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_experiment(
            experiment, Design(4, 5), FAKE, workers=workers, out=tmp_path / "cut", progress=interrupt
        )
    folder = tmp_path / "cut" / experiment.folder_name
    kept = int(Shards(folder, experiment.origin).stored(Design(4, 5)).sum())
    assert 4 <= kept < 20
    told: list[Progress] = []
    resumed = run_experiment(experiment, Design(4, 5), FAKE, out=tmp_path / "cut", progress=told.append)
    whole = run_experiment(experiment, Design(4, 5), FAKE, out=tmp_path / "whole")
    assert told[0].done == kept
    assert resumed.manifest == whole.manifest


def test_progress_counts_up_to_all_runs_with_a_running_interval(experiment, tmp_path) -> None:
    told: list[Progress] = []
    found = run_experiment(experiment, Design(4, 5), FAKE, out=tmp_path, progress=told.append)
    assert [progress.done for progress in told] == list(range(21))
    last = found.summary()["shortage_days_any"]
    assert told[-1].mean == pytest.approx(last["mean"])
    assert (told[-1].low, told[-1].high) == pytest.approx((last["low"], last["high"]))
    assert told[10].high is None
    assert told[11].high is not None


def test_an_unknown_engine_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match='did you mean "reference"'):
        engine_named("refrence")


@pytest.mark.parametrize("workers", [0, -1])
def test_fewer_than_one_worker_is_refused(workers) -> None:
    with pytest.raises(UsageError, match="≥ 1"):
        checked_workers(workers)


@pytest.mark.parametrize("seed", [-1, 1 << 64])
def test_a_seed_outside_64_bits_is_refused(seed) -> None:
    with pytest.raises(UsageError, match="seed"):
        experiment_of("kayes-corridor-normal", seed=seed)


def test_without_a_strategy_the_default_one_of_the_scenario_is_taken() -> None:
    experiment = experiment_of("kayes-corridor-normal")
    assert experiment.strategy.name == experiment.scenario.model.default_strategy


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_an_uninterrupted_step_takes_effect_after_it(number) -> None:
    def interrupt(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    steps: list[str] = []

    def step() -> None:
        with uninterrupted():
            signal.raise_signal(number)
            steps.append("to its end")
        steps.append("beyond")

    before = signal.signal(number, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            step()
        assert signal.getsignal(number) is interrupt
    finally:
        signal.signal(number, before)
    assert steps == ["to its end"]
