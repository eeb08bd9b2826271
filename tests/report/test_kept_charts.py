"""Folders without runs keep their charts: drawn again they are the same pictures, in both languages."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from awkward_charts import HOSTILE, every_chart
from charts_by_hand import START, context
from test_forecast_chart import forecast_of
from test_sweep_chart import DAYS, scale, slope

from sim.cli.app import main
from sim.errors import ResultsError, UsageError
from sim.language import NOTHING
from sim.report.charts.chart import Chart
from sim.report.charts.daily import Fan, daily_fan
from sim.report.charts.kept import FILE, keep_charts, kept_charts
from sim.report.charts.of_forecast import charts_of_forecast
from sim.report.figures import charts_of
from sim.report.forecast_figures import folder_of
from sim.report.sheet import files_of
from sim.report.style import COLUMN, house_style
from sim.report.sweep_chart import heat_map


def as_png(chart: Chart, lang: str) -> bytes:
    """The picture alone, in few pixels."""
    stream = BytesIO()
    with house_style():
        chart.draw("fr" if lang == "fr" else "en").figure.savefig(stream, dpi=100)
    return stream.getvalue()


def test_kept_charts_are_the_same_pictures_and_tables(tmp_path: Path) -> None:
    known = every_chart()
    means = slope(3, 3)
    shades = heat_map(context(), DAYS, scale(3), scale(3), means, means > 55, (0, 1), NOTHING)
    charts = [known["strategies-one-run"], known["daily-7"], known["beliefs"], shades]
    keep_charts(charts, tmp_path)
    for before, after in zip(charts, kept_charts(tmp_path), strict=True):
        assert as_png(before, "fr") == as_png(after, "fr")
        assert before.table.spoken("en") == after.table.spoken("en")


def test_a_forecast_is_drawn_again_from_its_folder_in_the_other_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = forecast_of(20, 20, 7, out=tmp_path)
    folder = folder_of(found)
    keep_charts(charts_of_forecast(found), folder)
    assert main(["charts", str(folder), "--lang", "fr", "--only", "forecast-losses", "--size", "column"]) == 0
    assert "citernes perdues" in capsys.readouterr().out
    drawn = (folder / "figures" / "forecast-losses.column.fr.svg").read_bytes()
    expected = next(chart for chart in charts_of_forecast(found) if chart.name == "forecast-losses")
    assert drawn == files_of(expected.draw("fr", COLUMN))["svg"]
    with pytest.raises(UsageError, match=r'"forecast-loses".*"forecast-losses"'):
        charts_of(folder, ["forecast-loses"])


@pytest.mark.parametrize(
    ("file", "command"), [("forecast.json", "forecast"), ("posterior.json", "calibrate"), ("why.json", "why")]
)
def test_a_folder_that_keeps_no_charts_names_the_command_that_draws_them(file: str, command: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text("{}")
    with pytest.raises(UsageError, match=rf"run\.py {command}"):
        charts_of(tmp_path)


def test_unknown_numbers_and_foreign_words_are_kept_as_they_are(tmp_path: Path) -> None:
    numbers = np.full((3, 7), np.nan)
    numbers[0] = np.arange(7.0)
    fan = Fan(HOSTILE, NOTHING, numbers)  # type: ignore[arg-type]
    chart = daily_fan(context(scenario=HOSTILE), START, (fan,), name="stations", title=NOTHING, measure=NOTHING)
    keep_charts([chart], tmp_path)
    (again,) = kept_charts(tmp_path)
    assert again.table == chart.table
    assert again.about == chart.about


@pytest.mark.parametrize("text", ["", "[]", '{"charts": [{"kind": "Path", "a": 1}]}', '{"charts": [{"kind": "Hue"}]}',
                                  '{"charts": [{"odd": 1}]}', '{"charts": [1]}'])  # fmt: skip
def test_a_file_that_is_no_chart_is_refused_by_its_name(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ResultsError, match=FILE):
        kept_charts(tmp_path)


def test_the_file_is_plain_json_with_both_languages(tmp_path: Path) -> None:
    keep_charts([every_chart()["beliefs"]], tmp_path)
    (kept,) = json.loads((tmp_path / FILE).read_text())["charts"]
    assert kept["kind"] == "RowsChart"
    assert set(kept["title"]) == {"en", "fr"}
