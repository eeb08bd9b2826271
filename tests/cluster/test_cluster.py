"""A real cluster of two worker processes: same bytes as one process, whoever is killed; other versions are refused."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if importlib.util.find_spec("distributed") is None:
    pytest.skip("needs the extra [cluster]", allow_module_level=True)

import counted_engine
from counted_engine import COUNTED, DESIGN, NOTES
from processes import eventually
from test_store import contents, derived_contents

from sim.cli import main
from sim.errors import RunError, UsageError
from sim.experiment import cluster as cluster_module
from sim.experiment.cell import Progress
from sim.experiment.cluster import Cluster, alike, decisive, hired
from sim.experiment.design import Design
from sim.experiment.engines import Engine, engine_named
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment
from sim.scenario.load import load_strategy
from sim.study.why import decompose

TESTS = Path(__file__).parents[1]
EXPERIMENT = counted_engine.experiment()
RUNS_OF_BATCH = DESIGN.runs // 16

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(sys.platform != "linux", reason="kills processes by what /proc tells"),
]


class Started:
    """A scheduler and two workers as processes of their own."""

    def __init__(self, folder: Path) -> None:
        path = os.pathsep.join(map(str, (TESTS.parent, TESTS, TESTS / "experiment")))
        self.environment = {**os.environ, "PYTHONPATH": path, NOTES: str(folder / "notes")}
        file = folder / "scheduler.json"
        self.scheduler = self.start("distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", str(file))
        assert eventually(lambda: file.exists() and file.read_text().endswith("}"))
        import json

        self.address = str(json.loads(file.read_text())["address"])
        self.workers = [
            self.start("distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", "1") for _ in range(2)
        ]

    def start(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", module, "--no-dashboard", "--host", "127.0.0.1", *words],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    made = Started(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Everything that one process leaves, shards included."""
    out = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(NOTES, str(out / "notes"))
        return contents(run_experiment(EXPERIMENT, DESIGN, COUNTED, out=out).folder)


@pytest.fixture
def other_model(monkeypatch) -> Iterator[None]:
    """This process has another model than the workers."""
    monkeypatch.setattr("sim.experiment.identity.model_fingerprint", lambda: "0123456789abcdef")
    decisive.cache_clear()
    yield
    decisive.cache_clear()


def with_two_workers(address: str, cluster: Cluster) -> Cluster:
    cluster.client.wait_for_workers(2, timeout=30)
    return Cluster(address, cluster.client)


def made(folder: Path) -> int:
    return len((folder / "notes").read_text().splitlines())


def test_a_local_cluster_of_two_processes_leaves_the_bytes_of_one_process(whole, tmp_path, monkeypatch) -> None:
    from distributed import LocalCluster

    monkeypatch.setenv(NOTES, str(tmp_path / "notes"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (TESTS.parent, TESTS, TESTS / "experiment"))))
    told: list[Progress] = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as local,
        hired(None, local.scheduler_address) as workers,
    ):
        results = run_experiment(EXPERIMENT, DESIGN, COUNTED, workers=workers, out=tmp_path / "out", progress=told.append)
        processes = workers.client.run(os.getpid)
    assert len(set(processes.values()) - {os.getpid()}) == 2
    assert contents(results.folder) == whole
    assert made(tmp_path) == DESIGN.runs
    assert [told[0].done, told[-1].done] == [0, DESIGN.runs]


def test_a_worker_killed_in_mid_run_costs_only_what_it_had_in_hand(whole, started: Started, tmp_path) -> None:
    def kill_one(told: Progress) -> None:
        if told.done >= DESIGN.runs // 4 and started.workers[0].poll() is None:
            started.workers[0].kill()
            started.workers[0].wait()

    with hired(None, started.address) as first:
        workers = with_two_workers(started.address, first)
        results = run_experiment(EXPERIMENT, DESIGN, COUNTED, workers=workers, out=tmp_path / "out", progress=kill_one)
    assert started.workers[0].returncode == -signal.SIGKILL
    assert contents(results.folder) == whole
    assert DESIGN.runs <= made(tmp_path) <= DESIGN.runs + 2 * RUNS_OF_BATCH


def test_a_scheduler_killed_in_mid_run_is_named_and_the_run_goes_on_from_what_is_stored(whole, started, tmp_path) -> None:
    def kill_it(told: Progress) -> None:
        if told.done >= DESIGN.runs // 4:
            started.scheduler.kill()

    with pytest.raises(RunError, match=r"scheduler at .* is gone.*the same command"), hired(None, started.address) as workers:
        run_experiment(EXPERIMENT, DESIGN, COUNTED, workers=workers, out=tmp_path / "out", progress=kill_it)
    begun = made(tmp_path)
    assert DESIGN.runs // 4 <= begun < DESIGN.runs
    stored = len(list((tmp_path / "out").rglob("shards/*/*.parquet"))) * RUNS_OF_BATCH
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(NOTES, str(tmp_path / "later"))
        results = run_experiment(EXPERIMENT, DESIGN, COUNTED, workers=2, out=tmp_path / "out")
    assert derived_contents(results.folder) == {name: whole[name] for name in whole if not name.startswith("shards/")}
    assert len((tmp_path / "later").read_text().splitlines()) == DESIGN.runs - stored


@pytest.mark.parametrize("engine", ["reference", "batch"])
def test_both_engines_run_on_a_cluster_as_here(engine: str, started: Started, tmp_path) -> None:
    chosen: Engine = engine_named(engine)
    experiment: Experiment = EXPERIMENT
    here = run_experiment(experiment, DESIGN, chosen, out=tmp_path / "here", summarised=True)
    with hired(None, started.address) as workers:
        there = run_experiment(experiment, DESIGN, chosen, workers=workers, out=tmp_path / "there", summarised=True)
    assert contents(there.folder) == contents(here.folder)


def test_explanations_run_on_a_cluster_as_here(started: Started, tmp_path) -> None:
    pair = [Experiment(EXPERIMENT.scenario, load_strategy(name), 1, "sampled") for name in ("small-frequent", "large-rare")]
    size, batch = Design(2, 1), engine_named("batch")
    here = decompose(*pair, "litres_unmet", size, batch, folder=tmp_path / "here")
    with hired(None, started.address) as workers:
        there = decompose(*pair, "litres_unmet", size, batch, folder=tmp_path / "there", workers=workers)
    assert there == here
    names = [{path.name for path in (tmp_path / place).rglob("*.parquet")} for place in ("here", "there")]
    assert names[0] == names[1] != set()


def test_workers_with_other_versions_are_refused_and_nothing_is_run(started: Started, tmp_path, other_model) -> None:
    with (
        pytest.raises(UsageError, match=r"not alike.*model .* on tcp.*0123456789abcdef here"),
        hired(None, started.address),
    ):
        pytest.fail("workers of another model were taken")
    assert not (tmp_path / "notes").exists()


def test_a_worker_that_joins_late_with_another_model_refuses_its_batch() -> None:
    assert alike(decisive(), str, 1) == "1"
    with pytest.raises(UsageError, match=r"model .* on a worker, other here"):
        alike({**decisive(), "model": "other"}, str, 1)


def test_a_scheduler_without_workers_or_no_scheduler_at_all_is_a_clear_mistake(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_S", 1.0)
    began = time.monotonic()
    words = ["kayes-corridor", "--worlds", "1", "--chances", "1", "--out", str(tmp_path / "out"), "--cluster", "tcp://127.0.0.1:1"]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert 'no Dask scheduler answers at "tcp://127.0.0.1:1"' in said and "dask scheduler" in said
    assert main([*words, "--lang", "fr"]) == 2
    assert "aucun ordonnanceur Dask" in capsys.readouterr().err
    assert time.monotonic() - began < 60
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_the_command_says_in_one_line_that_the_scheduler_is_gone_and_resumes(started: Started, tmp_path) -> None:
    words = [sys.executable, "run.py", "kayes-corridor", "--worlds", "20", "--chances", "5", "--engine", "reference"]
    words += ["--out", str(tmp_path / "out")]
    run = subprocess.Popen(
        [*words, "--cluster", started.address], cwd=TESTS.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert eventually(lambda: list((tmp_path / "out").rglob("shards/*/*.parquet")), within_s=60)
    started.scheduler.kill()
    _, said = run.communicate(timeout=60)
    assert run.returncode == 1, said
    assert "is gone; what was finished is stored" in said
    assert "Traceback" not in said
    stored = {path.name for path in (tmp_path / "out").rglob("shards/*/*.parquet")}
    done = subprocess.run(words, cwd=TESTS.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert stored < {path.name for path in (tmp_path / "out").rglob("shards/*/*.parquet")}


def test_workers_and_cluster_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="either --cluster or --workers"), hired(2, "tcp://127.0.0.1:1"):
        pytest.fail("both were taken")
