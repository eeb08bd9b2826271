"""Comparisons from a question to the folder: what must hold whatever the machine, and what verdicts must say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from short_corridor import written

import sim
from sim.analysis.paired import variance_ratio
from sim.errors import ResultsError, ScenarioError, UsageError
from sim.experiment import experiment as experiments
from sim.report.comparison_object import object_of, standings_of
from sim.study.folder import StudyResults, load_study
from sim.study.running import Told

ESCORTS = ("escort-48h-150", "no-escort")
FEW = {"worlds": 3, "chances": 2}
MADE = ("study.json", "comparison.json", "tables/comparison.csv", "tables/ranking.csv", "verdict.en.md", "verdict.fr.md")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(written(tmp_path))
    return tmp_path


def compared(*strategies: str, **asked) -> StudyResults:
    return sim.compare("short.toml", strategies or ESCORTS, **{**FEW, "engine": "reference", **asked})


def bytes_of(results: StudyResults) -> dict[str, bytes]:
    return {name: (results.folder / name).read_bytes() for name in MADE}


@pytest.fixture
def runs_made(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many runs were made since the last call."""
    made = [0]
    inner = experiments.run_jobs

    def noted(jobs):
        for job in jobs:
            made[0] += len(job.batches.pairs)
            yield job

    monkeypatch.setattr(experiments, "run_jobs", lambda jobs, *rest, **how: inner(noted(jobs), *rest, **how))

    def since() -> int:
        count, made[0] = made[0], 0
        return count

    return since


def test_one_strategy_under_two_names_differs_in_no_replication_and_the_verdict_says_so() -> None:
    results = compared("escort-48h-150", "twin.toml", worlds=4)
    case = results.cases[0]
    for name, rows in case.comparison.values.items():
        assert np.array_equal(rows[0], rows[1], equal_nan=True), name
    assert case.verdict.outcome == "no difference"
    told = object_of(results, standings_of(results))["scenarios"][0]
    assert told["verdict"]["en"].startswith("No difference: escort-48h-150 and twin")
    assert told["verdict"]["fr"].startswith("Aucune différence")
    gap = told["strategies"][1]["difference"]["shortage_days_any"]
    assert (gap["mean"], gap["low"], gap["high"], gap["same"]) == (0.0, 0.0, 0.0, True)


def test_tables_are_the_same_for_any_number_of_workers_and_order_of_making() -> None:
    at_once = bytes_of(compared(out="a", variants=["detection"], worlds=4))
    compared("no-escort", "medium", out="b", variants=["detection"])
    compared(out="b", worlds=4, workers=2)
    assert bytes_of(compared(out="b", variants=["detection"], worlds=4, workers=2)) == at_once


@pytest.mark.slow
def test_both_engines_give_the_same_tables() -> None:
    assert bytes_of(compared(out="a")) == bytes_of(compared(out="b", engine="batch"))


def test_another_strategy_variant_or_replication_makes_only_what_is_missing(runs_made) -> None:
    compared()
    assert runs_made() == 2 * 6
    compared()
    assert runs_made() == 0
    compared("escort-48h-150", "no-escort", "medium")
    assert runs_made() == 6
    compared(variants=["detection"])
    assert runs_made() == 2 * 6
    compared(worlds=4)
    assert runs_made() == 2 * 2


def test_an_interrupted_comparison_goes_on_and_ends_like_one_that_was_not() -> None:
    def interrupt(told: Told) -> None:
        if told.done >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compared(out="a", progress=interrupt)
    assert not list(Path("a").glob("*/comparison.json"))
    assert bytes_of(compared(out="a")) == bytes_of(compared(out="b"))


def test_a_study_is_read_from_its_folder_alone(folder: Path) -> None:
    made = compared(variants=["detection"])
    moved = folder / "elsewhere"
    made.folder.rename(moved)
    read = load_study(moved)
    assert object_of(read, standings_of(read)) == json.loads((moved / "comparison.json").read_text(encoding="utf-8"))
    assert [case.key for case in read.cases] == ["", "detection"]
    assert read.overalls["short"].verdicts == tuple(case.verdict for case in read.cases)


def test_means_of_a_comparison_are_those_of_the_same_experiment_run_alone() -> None:
    results = compared()
    alone = sim.run("short.toml", "no-escort", **FEW, out="alone")
    told = object_of(results, standings_of(results))["scenarios"][0]["strategies"][1]["metrics"]
    assert told == alone.summary()


def test_json_has_the_promised_keys_and_no_number_without_end() -> None:
    results = compared("escort-48h-150", "twin.toml", "no-escort")
    text = (results.folder / "comparison.json").read_text(encoding="utf-8")
    found = json.loads(text, parse_constant=lambda word: pytest.fail(word))
    assert found["metric"] == "shortage_days_any"
    assert set(found["overall"]) == {"en", "fr"}
    (case,) = found["scenarios"]
    assert {"name", "variant", "baseline", "strategies", "verdict"} <= set(case)
    for strategy in case["strategies"]:
        keys = {"name", "metrics", "difference", "p_best_mean", "share_of_worlds_best", "variance_ratio"}
        assert keys <= set(strategy)
    twin = case["strategies"][1]
    assert twin["variance_ratio"]["tankers_lost"] is None, "the difference has no variance: the ratio is without end"
    assert twin["difference"]["payments_fcfa"]["mean"] == 0
    assert case["strategies"][2]["variance_ratio"]["payments_fcfa"] is None, "neither has a variance"
    assert sum(one["p_best_mean"] for one in case["strategies"]) == pytest.approx(1)
    assert sum(one["share_of_worlds_best"] for one in case["strategies"]) == pytest.approx(1)


def test_tables_open_in_a_spreadsheet_as_they_are_meant() -> None:
    results = compared()
    content = (results.folder / "tables" / "comparison.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "Excel takes a file without this mark for another encoding"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 2 * len(results.cases[0].comparison.metrics)
    row = next(row for row in rows if (row["strategy"], row["metric"]) == ("no-escort", "shortage_days_any"))
    case = results.cases[0].comparison
    assert float(row["mean"]) == case.values["shortage_days_any"][1].mean()
    assert float(row["difference"]) == pytest.approx(np.diff(case.values["shortage_days_any"].mean(axis=1))[0])


def test_all_variants_that_fit_are_compared_alone_and_the_others_are_named_with_the_reason(folder: Path) -> None:
    (folder / "scenarios" / "variants").mkdir(parents=True)
    (folder / "scenarios" / "variants" / "as-is.toml").write_text('kind = "variant"\ntitle = "x"\ndays = 45\n', encoding="utf-8")
    bad = 'kind = "variant"\ntitle = "x"\n[corridor.nowhere]\nshare = 0.1\n'
    (folder / "scenarios" / "variants" / "bad.toml").write_text(bad, encoding="utf-8")
    results = compared(variants=["all"], worlds=1, chances=1)
    keys = [case.key for case in results.cases]
    assert keys[0] == ""
    assert {"budget", "detection", "loss-fraction", "lull-truce"} <= set(keys)
    assert not {"as-is", "bad"} & set(keys)
    reasons = dict(results.left_out)
    assert reasons["as-is"]["en"] == "changes nothing: the scenario is so already"
    assert reasons["bad"]["fr"].startswith("ne s’y applique pas")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"strategies": ("escort-48h-150",)}, "expected two or more"),
        ({"baseline": "medium"}, '"medium" is not among'),
        ({"precision": -1.0}, "above 0"),
        ({"precision": 1.0, "worlds": 5}, "not both"),
        ({"max_worlds": 5}, "goes with --precision"),
        ({"worlds": 0}, "whole number from 1"),
        ({"workers": 0}, "workers"),
        ({"engine": "fast"}, "engine"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_nothing_is_written(asked, part: str) -> None:
    given = {**FEW, **asked}
    if "precision" in asked and "worlds" not in asked:
        del given["worlds"]
    strategies = given.pop("strategies", ESCORTS)
    if "max_worlds" in asked:
        del given["worlds"]
    with pytest.raises(UsageError, match=part):
        sim.compare("short.toml", strategies, **given)
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"strategies": ("escort-48h-150", "escort-48")}, 'did you mean "escort-48h-150"'),
        ({"metric": "shortage_day_any"}, "shortage_days_any"),
        ({"variants": ["detection+budget"]}, "exclude each other"),
        ({"strategies": ("no-escort", "no-escort")}, "strategies[1]: stands in this list already"),
    ],
)
def test_names_that_do_not_fit_are_told_all_at_once_and_nothing_is_written(asked, part: str) -> None:
    strategies = asked.pop("strategies", ESCORTS)
    with pytest.raises((ScenarioError, UsageError)) as raised:
        sim.compare("short.toml", strategies, **FEW, **asked)
    told = str(raised.value)
    hints = [str(problem.hint) for problem in getattr(raised.value, "problems", [])]
    assert part in told + " ".join(hints)
    assert not Path("results").exists()


def test_a_damaged_study_folder_says_what_to_do() -> None:
    results = compared()
    (results.folder / "study.json").write_text("{")
    with pytest.raises(ResultsError, match="run `compare` again"):
        load_study(results.folder)
    (results.folder / "study.json").write_text('{"schema": 1}')
    with pytest.raises(ResultsError, match="run `compare` again"):
        load_study(results.folder)
    assert load_study(compared().folder).strategies == ESCORTS


def test_progress_counts_all_cells_and_tells_the_key_difference_with_its_interval() -> None:
    told: list[Told] = []
    compared(progress=told.append)
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert told[-1].done == told[-1].total == 12
    last = told[-1].difference
    assert last is not None
    assert (last.of, last.against, last.pairs) == ("no-escort", "escort-48h-150", 6)
    assert last.half is not None


POOLS = """\
kind = "experiment"
title = "One escort unit more"
scenarios = ["kayes-corridor"]
strategies = [{strategies}]
uncertainty = "central"
worlds = {worlds}
chances = 1

[grid]
"scenario.escort.pool.kayes.units" = [4, 5]
"""


def ratios_of_a_unit_more(folder: Path, worlds: int, *strategies: str, **asked) -> dict[str, float]:
    """Variance ratio of tankers lost by strategy: the shipped pool of four units against one of five."""
    names = ", ".join(f'"{name}"' for name in strategies)
    (folder / "pools.toml").write_text(POOLS.format(strategies=names, worlds=worlds), encoding="utf-8")
    results = sim.compare("pools.toml", **asked)
    assert [dict(case.point) for case in results.cases] == [{"scenario.escort.pool.kayes.units": units} for units in (4, 5)]
    four, five = (case.comparison.values["tankers_lost"] for case in results.cases)
    found = {name: variance_ratio(four[i], five[i]) for i, name in enumerate(results.strategies)}
    return {name: ratio for name, ratio in found.items() if ratio is not None}


def test_with_central_values_a_unit_more_leaves_most_luck_as_it_was(folder: Path) -> None:
    found = ratios_of_a_unit_more(folder, 25, "square-root", "medium", engine="reference")
    assert set(found) == {"square-root", "medium"}
    assert min(found.values()) > 2


@pytest.mark.slow
def test_with_central_values_a_unit_more_leaves_most_luck_as_it_was_under_every_rule_of_escort(folder: Path) -> None:
    names = ("escort-48h-150", "medium", "small-frequent", "units-per-40", "square-root", "escorted-only", "large-rare")
    found = ratios_of_a_unit_more(folder, 300, *names, engine="batch", screen=False)
    assert set(found) == set(names)
    assert min(found.values()) > 2
