"""Charts hold their words: complete, in the language asked for, and never one over the other."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pytest
from charts_by_hand import START, collisions, context, distribution, falling, level, texts, words
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from sim.errors import UsageError
from sim.report.distribution import bars_of
from sim.report.fan import stock_fan
from sim.report.findings import ProductStock
from sim.report.marks import DatedEvent, place_label, place_markers
from sim.report.sheet import Sheet, nice_step
from sim.report.style import HUES, INK, PAPER, SECONDARY, balanced, house_style, width_pt, wrap
from sim.report.words import date_ticks, language

LONG = "Très longue stratégie d’escorte à cadence élevée – répartition équitable, réserve stratégique préservée jusqu’à l’été"
LONG_PRODUCT = "supercarburant sans plomb réservé à l’hôpital"
EVENTS = [
    DatedEvent(START + timedelta(days=day), title)
    for day, title in [
        (0, "Before"),
        (2, "Blockade declared"),
        (4, "Pause"),
        (30, "Attacks move"),
        (55, "Truce"),
        (56, "Schools"),
        (56, "Gift"),
    ]
]


def fan(days: int, products: list[str], lang: str = "en", events: list[DatedEvent] | None = None, **changes: object) -> Sheet:
    stocks = [falling(title, days, a_day_l=-8e4 / (1 + place)) for place, title in enumerate(products)]
    return stock_fan(context(lang, **changes), START, stocks, events or [], 3.0)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("days", [1, 31, 122, 400])
@pytest.mark.parametrize("products", [["petrol"], [LONG_PRODUCT, "gasoil", "kérosène"]], ids=len)
def test_no_words_of_the_fan_collide(lang: str, days: int, products: list[str]) -> None:
    sheet = fan(days, products, lang, EVENTS, strategy=LONG, scenario=LONG, variants=("budget", "loss-fraction"))
    assert collisions(sheet) == []


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    "days",
    [[0] * 200, [38] * 200, [122] * 200, [38], [0], [], [0] * 150 + [9] * 50, list(range(100, 120)) * 10, [0, 400], [5, 6]],
    ids=["none", "same", "every-day", "one-run", "one-run-none", "undefined", "mostly-none", "late", "far-apart", "two-runs"],
)
def test_no_words_of_the_distribution_collide(lang: str, days: list[float]) -> None:
    worlds = 1 if len(days) < 2 else 2
    sheet = distribution(days, lang, strategy=LONG, worlds=worlds, chances=max(1, len(days) // worlds))
    assert collisions(sheet) == []


@pytest.mark.parametrize("make", [lambda **k: fan(30, ["petrol"], **k), lambda **k: distribution([3, 5] * 100, **k)])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_chart_says_where_its_numbers_come_from(make, lang: str) -> None:  # type: ignore[no-untyped-def]
    shown = words(make(lang=lang, variants=("budget",))).replace("\n", " ")
    for part in ("Kayes corridor, autumn 2025", "Escort every 48 h, 150 tankers", "budget", "20 ", "× 10 ", "= 200 ", "90 %"):
        assert part in shown
    assert ("seed 7" if lang == "en" else "graine 7") in shown


def test_the_title_of_a_fan_is_its_finding() -> None:
    sheet = stock_fan(context(), START, [level("petrol", [3e6, 1e6, 4e6], 2e6)], [], 3.0)
    assert sheet.title.replace("\xa0", " ").endswith("fall below the safety stock of petrol by 2 September")


def test_french_charts_have_french_words_and_decimal_commas_only() -> None:
    shown = words(fan(122, ["essence"], "fr", scenario="Corridor", strategy="Escorte"))
    assert "Stock de sécurité : 3 jours de besoins = 2,0" in shown
    assert "31 déc. : " in shown
    assert not re.search(r"\d\.\d|\b(the|of|runs|Dec|seed|world)\b", shown)


def test_the_safety_stock_stands_at_its_level_and_bands_are_nested() -> None:
    stock = falling("petrol", 60)
    sheet = stock_fan(context(), START, [stock], [], 3.0)
    axes = sheet.figure.axes[0]
    heights = [line.get_ydata()[0] for line in axes.lines if isinstance(line, Line2D) and line.is_dashed()]
    assert heights == [2.0]
    spans = [band.get_paths()[0].get_extents().y0 for band in axes.collections]
    assert spans == sorted(spans)
    assert len(spans) == 3
    median = next(line for line in axes.lines if len(line.get_xdata()) == 60)
    np.testing.assert_allclose(median.get_ydata(), stock.quantiles_l[:, 3] / 1e6)


def test_without_a_safety_stock_there_is_no_line() -> None:
    sheet = stock_fan(context(), START, [level("petrol", [3e6] * 20, 0.0)], [], 0.0)
    assert "Safety stock" not in words(sheet)


def test_products_of_very_different_stocks_have_their_own_scales_and_the_subtitle_says_so() -> None:
    alike = stock_fan(context(), START, [level("a", [9e6] * 20, 2e6), level("b", [5e6] * 20, 1e6)], [], 3.0)
    unlike = stock_fan(context(), START, [level("a", [9e6] * 20, 2e6), level("b", [5e5] * 20, 1e5)], [], 3.0)
    tops = [[axes.get_ylim()[1] for axes in sheet.figure.axes] for sheet in (alike, unlike)]
    assert tops[0][0] == tops[0][1]
    assert tops[1][0] > 4 * tops[1][1]
    assert "scales differ" not in words(alike)
    assert "scales differ" in words(unlike)


@pytest.mark.parametrize(("lang", "unit"), [("en", "million\nlitres"), ("fr", "millions\nde litres")])
def test_the_top_tick_carries_the_unit(lang: str, unit: str) -> None:
    sheet = fan(60, ["petrol", "diesel"], lang)
    labels = [text for text in texts(sheet) if text.get_text().replace("\xa0", " ") == unit]
    assert len(labels) == 2
    for axes, label in zip(sheet.figure.axes, labels, strict=True):
        assert label.xy[1] == axes.get_yticks()[-1]  # type: ignore[attr-defined]


def test_the_label_of_the_safety_stock_hides_nothing() -> None:
    label = next(text for text in texts(fan(60, ["petrol"])) if "Safety" in text.get_text())
    assert label.get_bbox_patch() is None


def test_a_label_crosses_no_event_where_there_is_room() -> None:
    low = np.full(100, 60.0)
    band = np.stack([low, low + 5, low + 10], axis=1)
    found = place_label(band, 300.0, 30.0, 100.0, 100.0, [20.0, 50.0, 110.0])
    assert found is not None
    assert found[0] > 110


def level_between(title: str, low: float, high: float, safety_l: float) -> ProductStock:
    """A stock that is anywhere between two limits on every day."""
    return ProductStock(title, np.tile(np.linspace(low, high, 7), (60, 1)), safety_l)


def test_events_within_the_days_are_numbered_and_named_others_are_not() -> None:
    shown = words(fan(40, ["petrol"], events=EVENTS)).replace("\n", " ")
    assert "[1] 3 Sept, Blockade declared; [2] 5 Sept, Pause; [3] 1 Oct, Attacks move." in shown
    assert "Before" not in shown
    assert "Truce" not in shown


def test_events_of_one_day_share_a_marker_and_near_ones_stand_above_each_other() -> None:
    with house_style():
        markers = place_markers([2, 4, 30, 30], (0.0, 121.0), 330.0)
    assert [marker.text for marker in markers] == ["1", "2", "3,4"]
    assert [marker.row for marker in markers] == [0, 1, 0]


def test_a_label_avoids_band_and_median_where_there_is_room() -> None:
    low = np.r_[np.full(50, 30.0), np.full(50, 80.0)]
    found = place_label(np.stack([low, low + 5, low + 10], axis=1), 300.0, 35.0, 100.0, 100.0)
    assert found is not None
    assert found[0] > 140
    assert found[1] > 35


def test_a_label_without_a_free_place_stands_above_the_panel() -> None:
    everywhere = np.tile([0.0, 50.0, 100.0], (60, 1))
    assert place_label(everywhere, 300.0, 35.0, 100.0, 100.0) is None
    assert place_label(np.tile([80.0, 90.0, 100.0], (60, 1)), 300.0, 35.0, 100.0, 100.0, np.arange(0.0, 300.0, 90.0)) is None
    sheet = stock_fan(context(), START, [level_between("petrol", 0.0, 4e6, 2e6)], [], 3.0)
    label = next(text for text in texts(sheet) if "Safety" in text.get_text())
    panel = sheet.figure.axes[0]
    assert label.get_text() == "Safety stock: 3 days of need = 2.0"
    assert label.get_window_extent().y0 >= panel.get_window_extent().y1


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("most", [2, 3, 5, 9])
def test_a_date_axis_has_at_least_two_ticks_and_no_more_than_there_is_room_for(lang: str, most: int) -> None:
    for days in (*range(2, 130), *range(130, 900, 13)):
        ticks = date_ticks(date(2025, 9, 2), days, language(lang), most)
        assert 2 <= len(ticks) <= most, days
        assert 0 <= ticks[0].day < ticks[-1].day < days
        assert ticks[0].label.endswith("2025")


def test_stocks_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(UsageError, match="n_days"):
        stock_fan(context(), START, [], [], 3.0)
    with pytest.raises(UsageError, match="n_days"):
        stock_fan(context(), START, [level("a", [1.0], 0), level("b", [1.0, 2.0], 0)], [], 3.0)
    with pytest.raises(UsageError, match="n_days"):
        stock_fan(context(), START, [ProductStock("a", np.ones((3, 5)), 0)], [], 3.0)


@pytest.mark.parametrize("days", [[0], [38] * 9, [0, 25], [0, 26], [100, 120], [0, 400], [3000]])
def test_bars_hold_every_run_once(days: list[int]) -> None:
    bars = bars_of(np.array(days, dtype=float))
    assert bars.shares.sum() == pytest.approx(1.0)
    assert np.count_nonzero(bars.shares) <= 26
    place = np.repeat(np.arange(bars.shares.size), np.rint(bars.shares * len(days)).astype(int))
    assert [-(-day // bars.width) for day in sorted(days)] == place.tolist()
    assert bars.end >= max(days)


def test_runs_without_a_shortage_day_have_a_bar_of_their_own() -> None:
    bars = bars_of(np.array([0.0] * 3 + [1.0] + [60.0] * 4))
    assert bars.width > 1
    assert bars.shares[:2].tolist() == [3 / 8, 1 / 8]
    axes = distribution([0.0] * 3 + [1.0] + [60.0] * 4, worlds=4, chances=2).figure.axes[0]
    first, second = axes.patches[0], axes.patches[1]
    assert (first.get_height(), second.get_height()) == (37.5, 12.5)
    assert first.get_width() == second.get_width()
    assert first.get_x() < axes.get_xticks()[0] < second.get_x()


def test_the_distribution_repeats_the_numbers_of_the_table() -> None:
    shown = words(distribution([10.0, 20.0, 30.0, 41.0], worlds=4, chances=1))
    assert "mean 25.2 (95 % interval: 4.1–46.4)" in shown
    assert "all 4 runs: 10–41" in shown
    shown = words(distribution([float(day) for day in range(40)], worlds=20, chances=2))
    assert "90 % of the runs: 2–37" in shown


@pytest.mark.parametrize(
    ("top", "most", "step"),
    [(12, 6, 2), (105, 5, 20), (104, 2, 50), (0.3, 5, 0.1), (7, 1, 5), (4.5, 1, 2), (4.5, 2, 2), (1, 5, 0.2), (100, 5, 20)],
)
def test_steps_are_round_and_few(top: float, most: int, step: float) -> None:
    assert nice_step(top, most) == pytest.approx(step)


@pytest.mark.parametrize("color", [hue.text for hue in HUES] + [INK, SECONDARY])
def test_coloured_text_can_be_read_on_white(color: str) -> None:
    assert (_luminance(PAPER) + 0.05) / (_luminance(color) + 0.05) >= 4.5


def _luminance(color: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_wrapping_loses_nothing_and_keeps_to_the_width() -> None:
    text = f"{LONG} {'x' * 80}"
    with house_style():
        for lines in (wrap(text, 120, 9), balanced(text, 120, 9)):
            assert "".join(lines).replace(" ", "") == text.replace(" ", "")
            assert max(width_pt(line, 9) for line in lines) <= 120


def test_balanced_lines_are_as_few_as_wrapped_ones() -> None:
    with house_style():
        assert len(balanced(LONG, 200, 9)) == len(wrap(LONG, 200, 9))


def test_characters_of_the_region_and_signs_are_all_in_the_fonts() -> None:
    # A missing character is a warning of matplotlib, and warnings are errors in this test run.
    sheet = stock_fan(context(scenario="Ségou ≥ 3 → ɛ ɔ ŋ Œuvre $5 to $6"), date(2025, 9, 1), [level("a", [1e6], 1e5)], [], 3.0)
    assert any("$5 to $6" in text.get_text() for text in texts(sheet))
