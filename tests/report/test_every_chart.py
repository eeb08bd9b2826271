"""Every chart, with awkward numbers too: words that neither collide nor leave the sheet, no empty panel, texts as they are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from awkward_charts import HOSTILE, compared, every_chart, shown_map
from charts_by_hand import START, collisions, context, texts, words

from sim.language import said
from sim.report.charts.calendar import Strip, calendar
from sim.report.charts.units import DAYS
from sim.report.figures import charts_of_comparison
from sim.report.sheet import Sheet, files_of
from sim.report.style import SIZES

CHARTS, AGAIN = every_chart(), every_chart()
AT_FULL_WIDTH = [name for name in CHARTS if not name.endswith(("-never", "-always", "-one", "-1"))]
ON_SLIDES = [name for name in CHARTS if name.endswith(("-twelve", "-400", "-7")) or "-" not in name]


@pytest.mark.parametrize(
    ("name", "lang", "size"), [*((name, "fr", "column") for name in CHARTS), *((name, "en", "full") for name in AT_FULL_WIDTH)]
)
def test_words_do_not_collide_no_panel_is_empty_and_the_finding_is_shown(name: str, lang: str, size: str) -> None:
    sheet = CHARTS[name].draw(lang, SIZES[size])
    assert collisions(sheet) == []
    assert empty_panels(sheet) == []
    assert axes_with_one_tick(sheet) == []
    assert plain(said(CHARTS[name].title, lang)) in plain(words(sheet))


@pytest.mark.parametrize("name", ON_SLIDES)
def test_slides_are_16_by_9_and_hold_their_words(name: str) -> None:
    sheet = CHARTS[name].draw("fr", SIZES["slide"])
    assert collisions(sheet) == []
    assert sheet.width_pt / sheet.height_pt == pytest.approx(16 / 9, rel=1e-3)


def empty_panels(sheet: Sheet) -> list[str]:
    """Axes without a mark."""
    return [str(axes) for axes in sheet.figure.axes if not (axes.lines or axes.patches or axes.collections)]


def axes_with_one_tick(sheet: Sheet) -> list[tuple[str, str]]:
    """Scales with numbers or dates of which only one can be read."""
    found = []
    for axes in sheet.figure.axes:
        for name, axis, limits in (("x", axes.xaxis, axes.get_xlim()), ("y", axes.yaxis, axes.get_ylim())):
            within = [t for t in axis.get_major_ticks() if min(limits) - 1e-9 <= t.get_loc() <= max(limits) + 1e-9]
            labels = [tick.label1.get_text() for tick in within if tick.label1.get_text()]
            if axes.axison and len(labels) == 1 and tuple(limits) not in ((-0.5, 0.5), (0.0, 1.0)):
                found.append((name, labels[0]))
    return found


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_chart_has_an_alternative_text_and_a_full_table(name: str, lang: str) -> None:
    chart = CHARTS[name]
    assert said(chart.title, lang) in said(chart.alt, lang)
    headings, *rows = chart.table.spoken(lang)
    assert rows
    assert {len(row) for row in rows} == {len(headings)}


def plain(text: str) -> str:
    """Text without the kind and number of its spaces: lines break anywhere."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_untrusted_text_is_literal(lang: str) -> None:
    sheet = calendar(context(scenario=HOSTILE, strategy=HOSTILE), START, [Strip(HOSTILE, np.full(30, 0.5))], "x").draw(lang)  # type: ignore[arg-type]
    shown = plain("".join(text.get_text() for text in texts(sheet)))
    assert shown.count(plain(HOSTILE)) == 3
    root = ET.fromstring(files_of(sheet)["svg"])
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert not [node for node in root.iter() if any(key.lower().startswith("on") for key in node.attrib)]


def test_french_charts_speak_french_only() -> None:
    english = re.compile(r"\b(the|of|runs|days|million litres|per cent|baseline|tankers|mean|worlds?|seed)\b")
    for chart in [*charts_of_comparison(compared(4)), shown_map(120.0, 300.0)]:
        assert english.findall(words(chart.draw("fr"))) == [], chart.name


def test_equal_charts_are_equal_bytes_in_every_format() -> None:
    for name in ("map", "frontier-one-run"):
        first, second = (files_of(chart.draw("fr")) for chart in (CHARTS[name], AGAIN[name]))
        assert first == second


def test_a_png_has_the_pixels_of_its_size() -> None:
    from io import BytesIO

    from matplotlib.image import imread

    for size in SIZES.values():
        png = files_of(CHARTS["beliefs-one"].draw("en", size))["png"]
        assert imread(BytesIO(png)).shape[1] == pytest.approx(size.pixels, abs=1)


@pytest.mark.parametrize("name", [name for name in CHARTS if name.endswith("-one-run")])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_of_one_run_no_chart_speaks_of_averages_or_of_intervals_that_it_has_not(name: str, lang: str) -> None:
    shown = words(CHARTS[name].draw(lang, SIZES["full"]))
    assert re.findall(r"average|\bmeans?\b|with its|moyennes?\b|avec son|médiane", shown) == []


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [(0, "0 days", "0 jour"), (1, "1 day", "1 jour"), (1.2, "1.2 days", "1,2 jour"), (2, "2 days", "2 jours")],
)
def test_nouns_take_the_form_that_their_number_asks_for(value: float, english: str, french: str) -> None:
    counted = DAYS.counted(value)
    assert (said(counted, "en"), said(counted, "fr")) == (english, french)
