"""The report as a file: one that needs nothing else, says the numbers of the results, and takes no orders from texts."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from conftest import HOSTILE, Made, read

from sim.cli import main
from sim.experiment.results import Results
from sim.experiment.store.parquet import sha256
from sim.language import plain, said
from sim.report.charts.chart import Chart
from sim.report.html import of_study as of_study_module
from sim.report.html.page import HERE, SCRIPTS, as_page
from sim.report.html.payload import numbers_data
from sim.report.html.words import WORDS
from sim.report.html.writing import report_of
from sim.report.words import figures_of
from sim.study.folder import StudyResults

ROOT = Path(__file__).parents[3]


def decoded(column: dict[str, Any], lang: int = 0) -> list[Any]:
    """A column as the script of the page reads it."""

    def sums(steps: list[int | None]) -> list[int | None]:
        known = iter(accumulate(step for step in steps if step is not None))
        return [None if step is None else next(known) for step in steps]

    def spread(runs: list[list[int]]) -> list[int]:
        return [step for step, times in runs for _ in range(times)]

    if "texts" in column:
        names = [one if isinstance(one, str) else one[lang] for one in column["texts"]]
        return [names[place] for place in sums(spread(column["places"]))]
    if "values" in column:
        return list(column["values"])
    if "days" in column:
        begin = np.datetime64(column["from"])
        return [str(begin + np.timedelta64(day, "D")) for day in sums(spread(column["days"]))]
    return [None if n is None else n / 10.0 ** column["digits"] for n in sums(column["numbers"])]


def numbers_in(text: str) -> list[float]:
    """Numbers of an English text."""
    plain_text = text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", " ")
    return [float(found.replace(",", "")) for found in re.findall(r"-?\d[\d,]*(?:\.\d+)?", plain_text)]


@pytest.mark.parametrize("which", ["of_runs", "of_study"])
def test_a_report_is_one_small_file_whose_policy_allows_its_own_parts_only(which: str, request: pytest.FixtureRequest) -> None:
    html = request.getfixturevalue(which).html
    assert len(html.encode()) <= 1_500_000
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None and policy[1].startswith("default-src 'none';")
    for kind, part in (("style", "<style>(.*?)</style>"), ("script", "<script>(.*?)</script>")):
        bodies = re.findall(part, html, re.S)
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert len(bodies) == 1 and f"{kind}-src 'sha256-{digest}';" in policy[1]
    assert not re.search(r'(?:src|href)="(?!#)', html)
    assert not re.search(r"url\((?!data:|#)|@import|\sstyle=|\son\w+=\"", html)


def test_untrusted_texts_are_literal(of_runs: Made) -> None:
    html = of_runs.html
    assert html.count("<script") == 2 and "<img" not in html and "\u202e" not in html and "\u2028" not in html
    shown = plain(HOSTILE)
    assert "[U+202E]abc" in shown
    for lang in ("en", "fr"):
        assert any(shown in text for text in read(html, lang).texts)
    assert any(shown in line[0] for line in of_runs.data["sources"])


def test_cards_and_tables_of_a_run_say_the_numbers_of_the_results(of_runs: Made, runs: Results) -> None:
    numbers = runs.summary()
    page = read(of_runs.html, "en")
    cards = {texts[1]: texts for texts in page.cards}
    assert len(cards) == len(of_runs.report.cards) == 8
    sizes = {"litres": 1e6, "FCFA": 1e6}
    for metric in runs.manifest["metrics"]:
        title = metric["title"]["en"]
        card = next((texts for label, texts in cards.items() if label == title or label.startswith(f"{title}, ")), None)
        if card is None:
            continue
        found, size = numbers[metric["name"]], next((n for unit, n in sizes.items() if unit in card[1]), 1.0)
        assert card[0] == str(figures_of(found["mean"] / size)), title
        if not found["mean"]:
            assert card[2] == "none in any run", title
            continue
        assert str(figures_of(found["low"] / size)) in card[2] and str(figures_of(found["high"] / size)) in card[2], title
    row = next(row for row in page.rows if row[0] == "Shortage days, any fuel")
    mean, low, high = numbers_in(row[1])
    days = numbers["shortage_days_any"]
    assert (mean, low, high) == pytest.approx((days["mean"], days["low"], days["high"]), abs=0.051)
    assert str(figures_of(days["mean"])) in str(of_runs.report.title)


def test_all_measures_of_a_group_are_those_of_the_results(of_study: Made, study: StudyResults) -> None:
    for group in of_study.data["groups"]:
        results = study.cases[0].results[group["key"]]
        numbers, columns = results.summary(), group["measures"]["columns"]
        means = dict(zip(decoded(columns[0]), decoded(columns[2]), strict=True))
        for metric in results.manifest["metrics"]:
            size = {"l": 1e6, "FCFA": 1e9, "share": 0.01}.get(metric["unit"], 1.0)
            size = 1e6 if metric["name"] == "payments_fcfa" else size
            mean, told = numbers[metric["name"]]["mean"], means[metric["title"]["en"]]
            assert (mean is None and told is None) or told == pytest.approx(mean / size, rel=1e-5), metric["name"]


def test_cards_of_a_comparison_say_who_leads_and_by_how_much(of_study: Made, study: StudyResults) -> None:
    verdict = study.cases[0].verdict
    leader = verdict.leader or study.baseline
    page = read(of_study.html, "en")
    assert page.cards[0][0] == str(figures_of(study.cases[0].results[leader].summary()[study.metric]["mean"]))
    if leader != study.baseline:
        difference = verdict.against(study.baseline)
        assert numbers_in(page.cards[1][0]) == pytest.approx([difference.mean, difference.half], abs=0.51)
    for name, results in study.cases[0].results.items():
        title = results.manifest["titles"]["strategy"]["en"]
        row = next(row for row in page.rows if row[0].startswith(title))
        assert numbers_in(row[1])[0] == pytest.approx(results.summary()[study.metric]["mean"], abs=0.51), name


@pytest.mark.parametrize("which", ["of_runs", "of_study"])
def test_the_data_of_every_chart_are_the_numbers_that_its_figure_draws(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    pairs = list(zip(made.report.across, made.data["across"], strict=True))
    for group, stored in zip(made.report.groups, made.data["groups"], strict=True):
        pairs += zip(group.charts, stored["charts"], strict=True)
    assert len(pairs) >= 6
    for chart, stored in pairs:
        assert_same(chart, stored)


def assert_same(chart: Chart, stored: dict[str, Any]) -> None:
    for place, lang in enumerate(("en", "fr")):
        title = stored["title"] if isinstance(stored["title"], str) else stored["title"][place]
        assert title == plain(said(chart.title, lang))
        columns = [decoded(column, place) for column in stored["table"]["columns"]]
        rows = chart.table.spoken(lang)[1:]
        assert len(rows) == stored["table"]["rows"]
        for row, found in zip(rows, zip(*columns, strict=True), strict=True):
            for cell, told in zip(row, found, strict=True):
                if isinstance(cell, (int, float)) and isinstance(told, (int, float)):
                    largest = max(abs(n) for n in columns[found.index(told)] if n is not None)
                    assert told == pytest.approx(cell, abs=0.5001e-4 * largest), chart.name
                elif isinstance(cell, str):
                    assert told == plain(cell), chart.name


def test_numbers_keep_five_figures_and_unknown_ones_stay_unknown() -> None:
    assert numbers_data([1.5, None, 2.25]) == {"numbers": [15000, None, 7500], "digits": 4}
    assert numbers_data([12_345_678.0, 0.0]) == {"numbers": [12346, -12346], "digits": -3}
    assert numbers_data([3.0, 2.0]) == {"numbers": [3, -1], "digits": 0}


def test_inputs_are_listed_with_range_source_and_confidence_and_those_without_a_source_counted(of_runs: Made) -> None:
    inputs = of_runs.report.inputs
    rows = {row[0]: row for row in inputs.table.rows}
    assert rows["road.drive_end_h"][1:6] == (18.0, 17.0, 20.0, "parameters:truck_time_dakar_bamako_normal; A39", "low")
    without = sum(said(row[4], "en") == "none stated" for row in inputs.table.rows)
    assert inputs.from_evidence + inputs.assumed + without == len(rows)
    assert inputs.unsourced >= without
    told = " ".join(read(of_runs.html, "en").texts)
    assert f"{inputs.from_evidence} numbers and dated events" in told and f"{inputs.unsourced} have no source" in told


def test_what_a_report_lacks_is_said(runs: Results, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    shutil.copytree(runs.folder, folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    outcomes = folder / "outcomes.parquet"
    table = duckdb.sql(f"SELECT * REPLACE (tankers_lost + 1 AS tankers_lost) FROM '{outcomes}'").df()
    duckdb.from_df(table).write_parquet(str(outcomes))
    days = folder / "daily_quantiles.parquet"
    duckdb.from_df(duckdb.sql(f"SELECT * EXCLUDE (mean) FROM '{days}'").df()).write_parquet(str(days))
    manifest["files"] |= {path.name: sha256(path) for path in (outcomes, days)}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    group = report_of(folder).groups[0]
    assert group.films == () and "calendar" not in [chart.name for chart in group.charts]
    told = " ".join(group.remarks)
    assert "No films" in told and "Chart calendar: needs days that these results do not keep" in told and "no stations" in told
    assert str(tmp_path) not in as_page(report_of(folder)).decode()


def test_of_very_many_strategies_the_best_and_the_baseline_are_shown_day_by_day(
    study: StudyResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_study_module, "MOST_SHOWN", 2)
    groups = report_of(study.folder).groups
    verdict = study.cases[0].verdict
    assert {group.key for group in groups} >= {study.baseline, verdict.leader or study.baseline} and len(groups) == 2
    assert all(str(group.remarks[0]).startswith("2 of 3 strategies") for group in groups)


def test_the_words_that_the_script_says_are_those_that_the_page_gives_it() -> None:
    script = "".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    said_there = set(re.findall(r'(?:word\(|data\.words\.)"?(\w+)', script)) | set(re.findall(r'"(\w+(?:Now|SoFar))"', script))
    said_there |= {f"end{n}" for n in range(6)} | set(re.findall(r'\? "(pause)" : "(play)"', script)[0])
    assert {name for name in said_there if name != "end"} - {"key", "self"} == set(WORDS)


def test_equal_results_give_equal_bytes_in_another_process(of_runs: Made, runs: Results, tmp_path: Path) -> None:
    code = "import sys; from sim.cli import main; sys.exit(main(sys.argv[1:]))"
    words = ["report", str(runs.folder), "--out", str(tmp_path / "again.html")]
    env = {**os.environ, "PYTHONHASHSEED": "77", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.html").read_bytes() == of_runs.path.read_bytes()


def test_the_command_writes_the_report_into_the_folder_and_opens_in_the_language_asked_for(
    study: StudyResults, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(study.folder), "--lang", "fr"]) == 0
    html = (study.folder / "report" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in html
    assert "report.html" in capsys.readouterr().out


def test_a_folder_without_results_is_refused_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert "manifest.json" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
