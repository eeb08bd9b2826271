"""A result folder never mixes: what belongs to another experiment, or is broken, is refused by name or has no effect."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_engine import FAKE
from test_store import contents

from sim.errors import ResultsError
from sim.experiment.design import Design
from sim.experiment.experiment import run_experiment
from sim.experiment.identity import Experiment
from sim.experiment.results import MANIFEST, PROVENANCE, load_results
from sim.experiment.store.derived import TABLES
from sim.experiment.store.parquet import Column, sha256, write_table
from sim.experiment.store.shards import Origin, Shards, write_shard
from sim.records import RunStack
from sim.scenario.load import load_scenario

SMALL, LARGE = Design(2, 3), Design(4, 5)


@pytest.fixture(scope="module")
def whole(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All files of the large design, made in one go."""
    return contents(run_experiment(experiment, LARGE, FAKE, out=tmp_path_factory.mktemp("whole")).folder)


@pytest.fixture
def folder(experiment: Experiment, tmp_path: Path) -> Path:
    """A result folder with the small design."""
    return run_experiment(experiment, SMALL, FAKE, out=tmp_path / "out").folder


def first_shard(folder: Path) -> Path:
    return min((folder / "shards").rglob("*.parquet"))


def shard_of_another_scenario(experiment: Experiment, folder: Path, aside: Path) -> Path:
    other = dataclasses.replace(experiment, scenario=load_scenario("kayes-corridor", overrides={"days": 20}))
    return first_shard(run_experiment(other, LARGE, FAKE, out=aside).folder)


def shard_of_another_seed(experiment: Experiment, folder: Path, aside: Path) -> Path:
    return first_shard(run_experiment(dataclasses.replace(experiment, seed=2), LARGE, FAKE, out=aside).folder)


def shard_of_another_model(experiment: Experiment, folder: Path, aside: Path) -> Path:
    plan = FAKE.make_plan(experiment.scenario.model, experiment.strategy.model, seed=1, world=3, uncertainty="sampled")
    runs = [FAKE.simulate(plan, 1, replication) for replication in LARGE.replications if replication.world == 3]
    return write_shard(aside, Origin(experiment.identity, "0123456789abcdef", "outcomes-0"), RunStack.of(runs))


def table_named_like_a_shard(experiment: Experiment, folder: Path, aside: Path) -> Path:
    return write_table(lambda digest: aside / f"{digest[:16]}.parquet", {"world": Column("INTEGER", np.arange(9))})


def text_named_like_a_shard(experiment: Experiment, folder: Path, aside: Path) -> Path:
    aside.mkdir()
    (aside / "note").write_text("not a table")
    return shutil.copy(aside / "note", aside / f"{sha256(aside / 'note')[:16]}.parquet")


def truncated_shard(experiment: Experiment, folder: Path, aside: Path) -> Path:
    aside.mkdir()
    shard = aside / first_shard(folder).name
    shard.write_bytes(first_shard(folder).read_bytes()[:-100])
    return shard


def renamed_shard(experiment: Experiment, folder: Path, aside: Path) -> Path:
    aside.mkdir()
    return shutil.copy(first_shard(folder), aside / "0123456789abcdef.parquet")


def folder_named_like_a_shard(experiment: Experiment, folder: Path, aside: Path) -> Path:
    shard = aside / "0123456789abcdef.parquet"
    shard.mkdir(parents=True)
    return shard


Bring = Callable[[Experiment, Path, Path], Path]


@pytest.mark.parametrize(
    ("bring", "reason"),
    [
        (shard_of_another_scenario, "made by another experiment"),
        (shard_of_another_seed, "made by another experiment"),
        (shard_of_another_model, "made by another version of the model, 0123456789abcdef"),
        (table_named_like_a_shard, "no shard"),
        (text_named_like_a_shard, "no Parquet file"),
        (truncated_shard, "does not match its name"),
        (renamed_shard, "does not match its name"),
        (folder_named_like_a_shard, "no file"),
    ],
)
def test_what_is_no_shard_of_the_experiment_is_refused_by_name_and_its_removal_mends_all(
    experiment, folder, whole, tmp_path, bring: Bring, reason
) -> None:
    brought = bring(experiment, folder, tmp_path / "aside")
    place = first_shard(folder).parent / brought.name
    original = place.read_bytes() if place.is_file() else None
    shutil.copytree(brought, place) if brought.is_dir() else shutil.copy(brought, place)
    before = contents(folder)
    with pytest.raises(ResultsError, match=rf"no shards of this experiment: {brought.name}: .*{reason}"):
        run_experiment(experiment, LARGE, FAKE, out=folder.parent)
    assert contents(folder) == before
    assert load_results(folder).manifest["replications"] == SMALL.runs
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    found = run_experiment(experiment, LARGE, FAKE, out=folder.parent)
    tables = {name: content for name, content in contents(found.folder).items() if not name.startswith("shards/")}
    assert tables == {name: content for name, content in whole.items() if not name.startswith("shards/")}
    assert original is None or place.read_bytes() == original


def test_all_strangers_among_the_shards_are_named_at_once(experiment, folder) -> None:
    for i in range(7):
        (first_shard(folder).parent / f"{i:016x}.parquet").touch()
    with pytest.raises(ResultsError, match=r"0000000000000000\.parquet: .*; 0000000000000004\.parquet: .*; and 2 more"):
        Shards(folder, experiment.origin)


@pytest.mark.parametrize("name", ["extra.parquet", "shards/README.txt", "shards/0123456789abcdef/x.parquet", "notes/a.txt"])
def test_other_files_have_no_effect_and_are_left_alone(experiment, folder, whole, name) -> None:
    stranger = folder / name
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"mine")
    found = contents(run_experiment(experiment, LARGE, FAKE, out=folder.parent).folder)
    assert found.pop(name) == b"mine"
    assert {name: content for name, content in found.items() if "/" not in name} == {
        name: content for name, content in whole.items() if "/" not in name
    }


def test_a_manifest_of_another_experiment_is_refused(experiment, folder, tmp_path) -> None:
    other = run_experiment(dataclasses.replace(experiment, seed=2), SMALL, FAKE, out=tmp_path / "other").folder
    shutil.copy(other / "manifest.json", folder / "manifest.json")
    before = contents(folder)
    with pytest.raises(ResultsError, match=r"made by another experiment \(scenario .*, seed 2\); move this folder away"):
        run_experiment(experiment, LARGE, FAKE, out=folder.parent)
    with pytest.raises(ResultsError, match="not the table that manifest"):
        load_results(folder).outcomes  # noqa: B018
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"schema": 1}', "expected layout 2 of a result folder, got 1"),
        (b"[]", "expected layout 2 of a result folder, got none"),
        (b"null", "expected layout 2"),
        (b'{"schema": 2', "not readable"),
        (b"\xff\xfe", "not readable"),
        (b"[" * 100_000, "not readable"),
        (b'{"schema": 2, "experiment": 1}', "experiment: expected a text"),
        (b'{"schema": 2, "experiment": "e", "versions": []}', "versions: expected a table"),
    ],
)
def test_a_manifest_of_another_layout_or_none_at_all_is_refused_and_kept(experiment, folder, content, reason) -> None:
    (folder / "manifest.json").write_bytes(content)
    for use in (lambda: load_results(folder), lambda: run_experiment(experiment, LARGE, FAKE, out=folder.parent)):
        with pytest.raises(ResultsError, match=reason):
            use()
    assert (folder / "manifest.json").read_bytes() == content


@pytest.mark.parametrize("content", [b"{}", b"[1]", b"[", b"\xff"])
def test_a_provenance_that_is_none_is_refused_before_anything_runs(experiment, folder, content) -> None:
    (folder / "provenance.json").write_bytes(content)
    before = contents(folder)
    with pytest.raises(ResultsError, match=r"provenance.json: .*move it away"):
        run_experiment(experiment, LARGE, FAKE, out=folder.parent)
    assert contents(folder) == before


@pytest.mark.parametrize("name", [MANIFEST, PROVENANCE, *TABLES])
def test_a_folder_in_place_of_a_file_is_refused(experiment, folder, name) -> None:
    (folder / name).unlink()
    (folder / name / "inside").mkdir(parents=True)
    with pytest.raises(ResultsError, match=rf"{name}: expected a file, got a folder"):
        run_experiment(experiment, LARGE, FAKE, out=folder.parent)
    assert (folder / name / "inside").is_dir()


def test_a_file_in_place_of_the_shards_is_refused(experiment, folder) -> None:
    shutil.rmtree(folder / "shards")
    (folder / "shards").write_bytes(b"mine")
    with pytest.raises(ResultsError, match="shards: expected a folder, got a file"):
        run_experiment(experiment, LARGE, FAKE, out=folder.parent)
    assert (folder / "shards").read_bytes() == b"mine"


def test_a_table_of_another_experiment_is_refused_when_read_and_mended_by_the_same_command(experiment, folder, tmp_path) -> None:
    good = contents(folder)
    other = run_experiment(dataclasses.replace(experiment, seed=2), SMALL, FAKE, out=tmp_path / "other").folder
    shutil.copy(other / "daily.parquet", folder / "daily.parquet")
    with pytest.raises(ResultsError, match="not the table that manifest"):
        load_results(folder).daily  # noqa: B018
    run_experiment(experiment, SMALL, FAKE, out=folder.parent)
    assert contents(folder) == good
