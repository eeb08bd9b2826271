"""Figures of a result folder: taken from results, written in every format, the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest

from sim.errors import UsageError
from sim.experiment.results import Results
from sim.report.charts.of_run import dated_events, safety_stock_l
from sim.report.figures import context_of, draw_figures
from sim.report.findings import QUANTILES
from sim.scenario.load import load_scenario
from sim.scenario.loaded import resolved

DAYS = 30


def made_up(folder: Path) -> Results:
    """Results with the inputs of the shipped world and made-up numbers."""
    scenario = resolved(load_scenario("kayes-corridor").model)
    manifest = {
        "titles": {"scenario": {"en": "Kayes corridor", "fr": "Corridor de Kayes"}, "strategy": {"en": "None", "fr": "Aucune"}},
        "variants": [], "seed": 1, "uncertainty": "sampled", "worlds": 4, "chances": 5, "start": scenario["start"],
        "days": DAYS, "products": ["petrol", "diesel"], "inputs": {"scenario": scenario},
        "metrics": [{"name": "shortage_days_any", "unit": "days"}],
    }  # fmt: skip
    results = Results(folder, manifest)
    dates = pd.date_range(scenario["start"], periods=DAYS).astype(str)
    rows = [
        {"date": day, "product": product, "column": column} | {q: 1e6 * (i + 1) * (40 - d) / 40 for i, q in enumerate(QUANTILES)}
        for d, day in enumerate(dates)
        for product in ("diesel", "petrol")
        for column in ("stock_l", "need_l")
    ]
    runs = np.arange(20)
    results.__dict__["daily_quantiles"] = pd.DataFrame(rows).sample(frac=1, random_state=1)
    results.__dict__["outcomes"] = pd.DataFrame({"world": runs // 5, "shortage_days_any": runs % 7})
    return results


def digests(paths: list[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_each_chart_is_written_as_png_svg_and_pdf_and_says_nothing_of_when(tmp_path: Path) -> None:
    settings = dict(matplotlib.rcParams)
    paths = draw_figures(made_up(tmp_path), tmp_path / "figures", "en")
    expected = {f"{chart}.en.{kind}" for chart in ("stock", "shortage-days") for kind in ("png", "svg", "pdf")}
    assert {path.name for path in paths} == expected
    assert {path.name for path in (tmp_path / "figures").iterdir()} == expected
    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    for path in paths:
        content = path.read_bytes()
        assert content.startswith(starts[path.suffix])
        assert not any(mark in content for mark in (b"CreationDate", b"dc:date", b"Software"))
    assert dict(matplotlib.rcParams) == settings


def test_figures_are_the_same_bytes_in_another_process_with_another_hash_seed(tmp_path: Path) -> None:
    first = digests(draw_figures(made_up(tmp_path), tmp_path / "one", "fr"))
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]; import matplotlib\n"
        "matplotlib.rcParams.update({'font.size': 20, 'svg.fonttype': 'none', 'axes.grid': True})\n"
        "from test_figures import digests, draw_figures, made_up\n"
        "folder = Path(sys.argv[1]); print(sorted(digests(draw_figures(made_up(folder), folder, 'fr')).items()))"
    )
    here = Path(__file__).resolve().parent
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "two"), str(here), str(here.parent.parent)],
        env={**os.environ, "PYTHONHASHSEED": "4242"}, capture_output=True, text=True, check=True, cwd=here.parent.parent,
    )  # fmt: skip
    assert ran.stdout.strip() == str(sorted(first.items()))


def test_an_unknown_language_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='"bm"'):
        draw_figures(made_up(tmp_path), tmp_path / "figures", "bm")
    assert not (tmp_path / "figures").exists()


def test_the_safety_stock_is_days_times_what_the_city_takes_of_the_need() -> None:
    scenario = {
        "city": {"safety_stock_days": {"value": 3}},
        "balance": {"petrol": {"need_l_day": {"value": 1000}}},
        "class": {"a": {"share": {"petrol": {"value": 0.6}}}, "b": {"share": {"petrol": {"value": 0.3}, "diesel": {"value": 1}}},
                  "c": {"share": {}}},
    }  # fmt: skip
    assert safety_stock_l(scenario, "petrol") == pytest.approx(2700)


def test_events_and_titles_follow_the_language_and_events_without_effect_are_left_out(tmp_path: Path) -> None:
    event = {"first_day": "2025-10-01", "title": "Truce"}
    same = {"value": 1.0}
    for without in ({"factor": same}, {"factor": {**same, "low": 1.0, "high": 1.0}, "payment_fcfa": {"value": 0.0}}):
        assert dated_events({"event": {"x": {**event, **without}}}, "en") == []
    for effect in ({"factor": {**same, "low": 0.5}}, {"factor": {"value": 0.3}}, {"factor": same, "toll_fcfa_tanker": same}):
        assert len(dated_events({"event": {"x": {**event, **effect}}}, "en")) == 1
    assert [e.title for e in dated_events({"event": {"x": event}}, "fr")] == ["Truce"]
    assert [e.title for e in dated_events({"event": {"x": {**event, "title_fr": "Trêve"}}}, "fr")] == ["Trêve"]
    assert context_of(made_up(tmp_path), "fr").scenario == "Corridor de Kayes"
    assert context_of(made_up(tmp_path), "en").city == "Bamako"
