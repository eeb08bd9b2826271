"""The report in a real browser, without a network: it draws, speaks, moves, fits, and can be used from the keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import Made

from sim.language import said
from sim.report.html.film import Trip

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (390, 1440)


@dataclass
class Seen:
    """A page that is open, and what it complained about or asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    found = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


def opened(browser: Browser, made: Made, *, width: int = 1440, **options: Any) -> Seen:
    """The report of a file, opened without a network."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
    seen = Seen(context.new_page())
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.goto(made.path.as_uri())
    return seen


@pytest.fixture(params=["of_runs", "of_study"])
def each(request: pytest.FixtureRequest) -> Made:
    """The report of runs, then that of a comparison."""
    made: Made = request.getfixturevalue(request.param)
    return made


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_nothing_is_asked_from_outside_nothing_fails_and_nothing_overflows(
    browser: Browser, each: Made, width: int, lang: str
) -> None:
    seen = opened(browser, each, width=width)
    seen.page.click(f"[data-lang={lang}]")
    seen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    seen.page.wait_for_selector("#inputs-table tbody tr")
    assert seen.page.locator("figure svg").count() >= 7
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    cut = """[...document.querySelectorAll('main svg text')].filter((text) => {
        const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
        return inner.left < outer.left - 2 || inner.right > outer.right + 2 || inner.bottom > outer.bottom + 2;
    }).map((text) => text.textContent)"""
    assert seen.page.evaluate(cut) == []
    assert seen.complaints == []
    assert all(url.startswith(("file:", "data:")) for url in seen.requests)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_checker_of_accessibility_finds_nothing(browser: Browser, each: Made, scheme: str) -> None:
    seen = opened(browser, each, color_scheme=scheme, bypass_csp=True)
    seen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    seen.page.wait_for_selector("#inputs-table tbody tr")
    seen.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = seen.page.evaluate("axe.run().then((found) => found.violations)")
    assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == []


def test_the_page_speaks_one_language_at_a_time(browser: Browser, each: Made) -> None:
    page = opened(browser, each).page
    for lang in ("fr", "en"):
        page.click(f"[data-lang={lang}]")
        assert page.title() == page.evaluate(f"document.querySelector('title').dataset.{lang}")
        assert page.locator("html").get_attribute("lang") == lang
        titles = page.locator("#group-charts figcaption h3").all_text_contents()
        charts = each.report.groups[0].charts
        assert titles == [said(chart.title, "fr" if lang == "fr" else "en") for chart in charts]
        other = "en" if lang == "fr" else "fr"
        assert page.locator(f"main span[lang={other}]:visible").count() == 0


def test_the_theme_follows_the_system_until_it_is_switched(browser: Browser, of_runs: Made) -> None:
    page = opened(browser, of_runs, color_scheme="dark").page
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    assert page.locator("#theme").get_attribute("aria-pressed") == "true"
    page.click("#theme")
    assert page.evaluate(paper) == "rgb(255, 255, 255)" != dark
    assert page.locator("#theme").get_attribute("aria-pressed") == "false"


def test_values_are_read_by_pointing_and_by_arrow_keys_and_charts_of_days_follow_each_other(
    browser: Browser, of_runs: Made
) -> None:
    page = opened(browser, of_runs).page
    stock = page.locator("[data-chart=stock] svg[role=slider]")
    stock.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    told = stock.get_attribute("aria-valuetext") or ""
    chart = of_runs.report.groups[0].charts[0]
    median = next(row for row in chart.table.rows if row[1] == "2025-09-04")[5]
    assert isinstance(median, float)
    assert told.startswith("4\u00a0Sept\u00a02025") and f"median {median / 1e6:.1f}".removesuffix(".0") in told
    assert page.locator("[data-chart=tankers] .readout").text_content().startswith("4\u00a0Sept\u00a02025")  # type: ignore[union-attr]
    stock.hover(position={"x": 300, "y": 150})
    assert stock.get_attribute("aria-valuetext") != told
    assert page.locator("[data-chart=stock] .readout").text_content() == stock.get_attribute("aria-valuetext")
    page.keyboard.press("End")
    assert stock.get_attribute("aria-valuenow") == "69"


def test_a_table_behind_every_chart_has_a_line_for_each_of_its_numbers(browser: Browser, each: Made) -> None:
    page = opened(browser, each).page
    for chart in each.report.groups[0].charts:
        box = page.locator(f"#group-charts [data-chart={chart.name}] details")
        box.locator("summary").click()
        box.locator("table").wait_for()
        assert box.locator("tbody tr").count() == len(chart.table.rows)


def km_at(trip: Trip, km: list[float], second: float) -> float | None:
    """Kilometre of a cohort at a second, from its passages alone, where it is between two of them."""
    for place, (arrived, left) in enumerate(trip.stops_s):
        if arrived <= second <= left:
            return km[place]
    for place, ((_, left), (arrived, _)) in enumerate(pairwise(trip.stops_s)):
        if left < second < arrived:
            return km[place] + (second - left) / (arrived - left) * (km[place + 1] - km[place])
    return None


def test_convoys_stand_where_the_trace_has_them_at_three_times(browser: Browser, of_runs: Made) -> None:
    page = opened(browser, of_runs).page
    film, route = of_runs.report.groups[0].films[0], of_runs.report.routes[0]
    km = [route.km[stop] for stop in route.stops]
    convoys = [trip for trip in film.trips if trip.kind == "convoy" and len(trip.stops_s) > 3]
    for trip in (convoys[0], convoys[len(convoys) // 2], convoys[-2]):
        second = (trip.stops_s[1][1] + trip.stops_s[2][0]) // 2 // 3600 * 3600
        page.locator("#time").fill(str(second // 60))
        disc = page.locator(f"#map circle[data-kind='0'][data-number='{trip.number}']")
        expected = km_at(trip, km, second)
        assert expected is not None
        assert float(disc.get_attribute("data-km") or "nan") == pytest.approx(expected, abs=1.0)
        shown = {page.locator("#map circle[data-kind='0']").nth(n).get_attribute("data-number") for n in range(
            page.locator("#map circle[data-kind='0']").count())}  # fmt: skip
        on_the_road = {
            str(one.number)
            for one in film.trips
            if one.kind == "convoy" and one.stops_s[0][0] <= second <= (one.last_s or one.stops_s[-1][1])
        }
        assert shown == on_the_road


def wait_beyond(page: Page, minute: float) -> None:
    """Wait until the film is beyond a minute; the policy of the page forbids the waiting of the browser's driver."""
    for _ in range(200):
        if float(page.locator("#time").input_value()) > minute:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"the film does not come to minute {minute}")


def test_the_film_plays_pauses_and_is_moved_by_the_keyboard(browser: Browser, of_runs: Made) -> None:
    page = opened(browser, of_runs).page
    time = page.locator("#time")
    before = float(time.input_value())
    page.locator("#play").press("Enter")
    wait_beyond(page, before + 300)
    page.locator("#play").press("Enter")
    assert page.locator("#play").text_content() == "Play"
    held = float(time.input_value())
    time.focus()
    page.keyboard.press("ArrowRight")
    assert float(time.input_value()) > held
    page.locator("[data-run='2']").click()
    assert page.locator("[data-run='2']").get_attribute("aria-pressed") == "true"
    assert f"world {of_runs.report.groups[0].films[2].world}" in (page.locator("#film-facts").text_content() or "")


def test_with_reduced_motion_time_moves_in_steps_of_a_day(browser: Browser, of_runs: Made) -> None:
    page = opened(browser, of_runs, reduced_motion="reduce").page
    page.locator("#time").fill("0")
    page.click("#play")
    wait_beyond(page, 0)
    page.click("#play")
    assert float(page.locator("#time").input_value()) % 1440 == 0


def test_another_strategy_brings_its_own_charts(browser: Browser, of_study: Made) -> None:
    page = opened(browser, of_study).page
    for place, group in enumerate(of_study.report.groups):
        page.locator("#strategy").select_option(str(place))
        titles = page.locator("#group-charts figcaption h3").all_text_contents()
        assert titles == [said(chart.title, "en") for chart in group.charts]


def test_numbers_that_went_in_can_be_searched(browser: Browser, of_runs: Made) -> None:
    page = opened(browser, of_runs).page
    page.locator("#inputs-table summary").click()
    page.locator("#search").fill("drive_end")
    assert page.locator("#inputs-table tbody tr").count() == 1


def test_on_paper_controls_are_left_out_and_charts_stay(browser: Browser, of_runs: Made) -> None:
    page = opened(browser, of_runs, color_scheme="dark").page
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible() and not page.locator(".player").is_visible()
    assert page.locator("[data-chart=stock] svg").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
