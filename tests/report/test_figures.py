"""Figures of a result folder: taken from results, written in every format, the same bytes every time."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import matplotlib
import numpy as np
import pytest
from charts_by_hand import collisions

from sim.cli.app import main
from sim.cli.figures import draw, left_out
from sim.errors import UsageError
from sim.experiment.design import Design
from sim.experiment.results import Results
from sim.experiment.store.parquet import sha256
from sim.language import said
from sim.report.charts.of_roads import replayed, road_map_of
from sim.report.charts.of_run import about_of, dated_events, safety_stocks_l
from sim.report.charts.road_use import Leg, stretches
from sim.report.figures import BY_ITSELF, OF_RUN, charts_of_run, context_of, draw_figures
from sim.report.words import figures_of
from sim.scenario.balance import with_city_share
from sim.scenario.load import load_scenario


def digests(paths: list[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_each_chart_is_written_as_png_svg_and_pdf_and_says_nothing_of_when(stored: Results, tmp_path: Path) -> None:
    settings = dict(matplotlib.rcParams)
    paths = draw_figures(stored.folder, tmp_path / "figures", "en")
    expected = {f"{chart}.en.{kind}" for chart in BY_ITSELF for kind in ("png", "svg", "pdf")}
    assert {path.name for path in paths} == expected
    assert {path.name for path in (tmp_path / "figures").iterdir()} == expected
    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    for path in paths:
        content = path.read_bytes()
        assert content.startswith(starts[path.suffix])
        assert not any(mark in content for mark in (b"CreationDate", b"dc:date", b"Software"))
    assert dict(matplotlib.rcParams) == settings


def test_figures_are_the_same_bytes_in_another_process_with_another_hash_seed(stored: Results, tmp_path: Path) -> None:
    first = digests(draw_figures(stored.folder, tmp_path / "one", "fr"))
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]; import matplotlib\n"
        "matplotlib.rcParams.update({'font.size': 20, 'svg.fonttype': 'none', 'axes.grid': True})\n"
        "from test_figures import digests, draw_figures\n"
        f"found = draw_figures(Path({str(stored.folder)!r}), Path(sys.argv[1]), 'fr')\n"
        "print(sorted(digests(found).items()))"
    )
    here = Path(__file__).resolve().parent
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "two"), str(here), str(here.parent.parent)],
        env={**os.environ, "PYTHONHASHSEED": "4242"}, capture_output=True, text=True, check=True, cwd=here.parent.parent,
    )  # fmt: skip
    assert ran.stdout.strip() == str(sorted(first.items()))


def test_a_usual_chart_that_cannot_be_drawn_is_said_and_no_older_one_is_left(stored: Results, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    shutil.copytree(stored.folder, folder, ignore=shutil.ignore_patterns("figures"))
    calendar = folder / "figures" / "calendar.en.png"
    assert calendar in draw(folder, "en") and calendar.is_file() and left_out(folder, "en") == {}
    days = folder / "daily_quantiles.parquet"
    duckdb.from_df(duckdb.sql(f"SELECT * EXCLUDE (mean) FROM '{days}'").df()).write_parquet(str(days))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][days.name] = sha256(days)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert calendar not in draw(folder, "en") and not calendar.exists()
    assert "an earlier version" in left_out(folder, "en")["calendar"]
    draw(folder, "fr")
    assert "une version antérieure" in left_out(folder, "fr")["calendar"]


def test_an_unknown_language_writes_nothing(stored: Results, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match='"bm"'):
        draw_figures(stored.folder, tmp_path / "figures", "bm")
    assert not (tmp_path / "figures").exists()


def test_the_safety_stock_is_days_times_what_the_city_takes_of_the_need() -> None:
    scenario = load_scenario("normal-2025-customs").model
    need_l_day = scenario.balance["petrol"].need_l_day.value
    assert safety_stocks_l(scenario)["petrol"] == pytest.approx(3 * (1 - 0.05 - 0.04) * need_l_day)
    half = with_city_share(scenario, 0.5)
    assert safety_stocks_l(half)["petrol"] < safety_stocks_l(scenario)["petrol"]


def test_events_and_titles_follow_the_language_and_events_without_effect_are_left_out(stored: Results) -> None:
    event = {"first_day": "2025-10-01", "title": "Truce"}
    same = {"value": 1.0}
    for without in ({"factor": same}, {"factor": {**same, "low": 1.0, "high": 1.0}, "payment_fcfa": {"value": 0.0}}):
        assert dated_events({"event": {"x": {**event, **without}}}) == ()
    for effect in ({"factor": {**same, "low": 0.5}}, {"factor": {"value": 0.3}}, {"factor": same, "toll_fcfa_tanker": same}):
        assert len(dated_events({"event": {"x": {**event, **effect}}})) == 1
    for given, expected in ((event, "Truce"), ({**event, "title_fr": "Trêve"}, "Trêve")):
        assert [said(e.title, "fr") for e in dated_events({"event": {"x": given}})] == [expected]
    assert context_of(stored, "fr").scenario == "Blocus du carburant 2025, comptes des douanes"
    assert context_of(stored, "en").city == "Bamako"


def test_every_chart_of_a_run_can_be_drawn_and_says_numbers_of_the_results(stored: Results) -> None:
    charts, left_out = charts_of_run(stored)
    assert [chart.name for chart in charts] == list(OF_RUN)
    assert left_out == []
    found = {chart.name: chart for chart in charts}
    means = stored.outcomes[["tankers_delivered", "tankers_lost", "crews_lost"]].mean()
    assert all(str(figures_of(float(mean))) in found["tankers"].title for mean in means)
    lost = stored.outcomes["litres_lost"].mean() / 1e6
    flows = {str(line[1]): line[2] for line in found["litres"].table.rows}
    assert flows["Burned or captured"] == pytest.approx(lost)
    retail = stored.daily[stored.daily["product"].isin(["petrol", "diesel"])]
    assert flows["Stations of the city"] == pytest.approx(retail["sold_l"].sum() / len(stored.outcomes) / 1e6)
    days = stored.outcomes["shortage_days_any"].mean()
    assert sum(line[1] for line in found["calendar"].table.rows) == pytest.approx(days)  # type: ignore[misc]
    for chart in charts:
        assert collisions(chart.draw("fr")) == [], chart.name


def test_the_map_has_all_losses_and_all_waiting_and_nothing_finer_than_50_km(stored: Results) -> None:
    played = replayed(stored, 2)
    shown = road_map_of(stored, about_of(stored), played)
    lost = np.mean([one.records.tallies["tankers_burned"] + one.records.tallies["tankers_captured"] for one in played])
    assert sum(road.lost for road in shown.roads) == pytest.approx(lost)
    assert min(road.km for road in shown.roads) >= 50
    waits = {str(place.title): place.waiting for place in shown.places if place.waiting}
    staged = np.mean([one.records.daily.column("tankers_staged").mean() for one in played])
    in_city = np.mean([one.records.daily.column("tankers_waiting_city").mean() for one in played])
    assert waits.pop("Bamako") == pytest.approx(in_city)
    # Daily records see the close of days, the trace every second.
    assert sum(waits.values()) == pytest.approx(staged, rel=0.08)


def test_short_legs_are_joined_and_no_loss_is_lost() -> None:
    legs = {
        "a": [Leg("1", "p", "q", 30), Leg("2", "q", "r", 30), Leg("3", "r", "s", 10)],
        "b": [Leg("4", "t", "u", 70), Leg("5", "u", "q", 20), Leg("2", "q", "r", 30)],
    }
    parts = stretches(legs, {"1": 1.0, "3": 2.0, "5": 4.0})
    assert [{leg.name for leg in part.legs} for part in parts] == [{"1", "2", "3"}, {"4", "5"}]
    assert [part.lost for part in parts] == [3.0, 4.0]


def test_charts_need_no_records_of_days_but_a_part_without_them_says_which_it_cannot_have(stored: Results) -> None:
    manifest = {**stored.manifest, "daily": "left out"}
    charts, left_out = charts_of_run(Results(stored.folder, manifest))
    assert [chart.name for chart in charts] == list(OF_RUN) and left_out == []
    part = Results(stored.folder, manifest, Design(stored.manifest["worlds"], stored.manifest["chances"]))
    charts, left_out = charts_of_run(part)
    assert {one.name for one in left_out} == {"stock", "calendar", "stations", "power", "tankers", "litres", "escort-use"}
    assert {chart.name for chart in charts} == set(OF_RUN) - {one.name for one in left_out}


def test_a_map_of_nodes_without_coordinates_is_refused_by_their_names(stored: Results) -> None:
    played = replayed(stored, 1)
    manifest = copy.deepcopy(dict(stored.manifest))
    del manifest["inputs"]["scenario"]["node"]["kayes"]["lat"]
    with pytest.raises(UsageError, match='"kayes"'):
        road_map_of(Results(stored.folder, manifest), about_of(stored), played)


def test_the_command_draws_what_is_asked_and_refuses_an_unknown_chart(
    stored: Results, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["charts", str(stored.folder), "--only", "power", "--size", "column", "--lang", "fr", "--out", str(tmp_path)]
    assert main(asked) == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"power.column.fr.{kind}" for kind in ("png", "svg", "pdf")}
    assert "heures d’électricité" in capsys.readouterr().out
    assert main(["charts", str(stored.folder), "--only", "powr", "--out", str(tmp_path / "none")]) == 2
    assert '"powr"' in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
