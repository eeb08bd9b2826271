"""The space–time diagram and the log of a replay: complete, true, in both languages, never one word over another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from charts_by_hand import LAYOUTS, collisions, texts, words
from matplotlib.lines import Line2D
from replays import DAYTIME, SECOND, attacked, played
from worlds import START, convoys, world

from sim.clock import DAY_S
from sim.errors import UsageError
from sim.experiment.journeys import journeys
from sim.experiment.replay import Replay
from sim.language import said
from sim.report.replay_log import replay_log
from sim.report.sheet import Sheet, files_of
from sim.report.space_time import LARGEST_PT, SMALLEST_PT, diameter_pt, space_time
from sim.report.space_time_text import Window, window_of, worst_of
from sim.report.style import SIZES

CLOSE = {
    "node": {name: {"title": title} for name, title in [("near", "A place with a very long name"), ("nearer", "Suburb")]},
    "leg": {
        "gate-city": None,
        "gate-near": {"from": "gate", "to": "near", "km": 190, "drive_h": 7, "exposure": 1},
        "near-nearer": {"from": "near", "to": "nearer", "km": 2, "drive_h": 0.5, "exposure": 1},
        "nearer-city": {"from": "nearer", "to": "city", "km": 8, "drive_h": 0.5, "exposure": 1},
    },
    "corridor": {"main": {"legs": ["port-gate", "gate-near", "near-nearer", "nearer-city"]}},
}  # fmt: skip
"""Two places near the end of the road."""


@pytest.fixture(scope="module")
def replay() -> Replay:
    return played(attacked(DAYTIME))


def lines(sheet: Sheet) -> list[Line2D]:
    return [line for axes in sheet.figure.axes for line in axes.get_lines()]


@pytest.mark.parametrize(
    ("days", "change"), [(1, ()), (30, (SECOND,)), (30, (CLOSE,))], ids=["one", "two-corridors", "close-places"]
)
def test_no_words_of_the_diagram_collide(days: int, change: tuple) -> None:  # type: ignore[type-arg]
    run = played(attacked(DAYTIME, *change))
    chart = space_time(run, window_of(run, days=days))
    for lang, size in LAYOUTS:
        assert collisions(chart.draw("fr" if lang == "fr" else "en", SIZES[size])) == [], size


@pytest.mark.parametrize("before", [0, 29])
def test_the_worst_attack_is_named_within_its_panel_at_the_edges_too(replay: Replay, before: int) -> None:
    worst = worst_of(journeys(replay), replay.plan.times.start_s)
    assert worst is not None
    first = START + timedelta(days=(worst.time_s - replay.plan.times.start_s) // DAY_S - before)
    sheet = space_time(replay, Window(first, 30)).draw("fr", SIZES["column"])
    assert collisions(sheet) == []
    (named,) = [text for text in texts(sheet) if " sur " in text.get_text().replace("\xa0", " ") and text.axes is not None]
    box, panel = named.get_window_extent(), named.axes.get_window_extent()
    assert panel.x0 - 1 <= box.x0 and box.x1 <= panel.x1 + 1


def test_the_title_counts_the_convoys_that_leave_in_the_window(replay: Replay) -> None:
    convoys_found = [j for j in journeys(replay) if j.kind == "convoy"]
    hit = sum(bool(j.engagements) for j in convoys_found)
    worst = worst_of(journeys(replay), 0)
    assert worst is not None
    title = space_time(replay, Window(START, 30)).draw("en").title.replace("\xa0", " ")
    assert title.startswith(f"{hit} of {len(convoys_found)} convoys are attacked on the way; the worst attack, on ")
    part = "all of" if worst.lost == worst.tankers else f"{worst.lost} of"
    assert f" {part} " in title and title.endswith(f" {worst.tankers} tankers")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "None of the 15 convoys is attacked"), ("fr", "Aucun des 15 convois n’est attaqué")]
)
def test_a_calm_run_says_so(lang: str, said: str) -> None:
    calm = played(world(), convoys(20, 48))
    assert len(calm.records.convoys) == 15
    sheet = space_time(calm, window_of(calm)).draw(lang)
    assert sheet.title == said
    assert collisions(sheet) == []


def test_a_run_without_convoys_still_shows_its_independents() -> None:
    alone = played(world(), {"kind": "strategy", "title": "Alone"})
    sheet = space_time(alone, window_of(alone)).draw("en")
    assert sheet.title == "No convoy leaves in these 30 days"
    assert len([line for line in lines(sheet) if len(line.get_xdata()) > 1]) > 30


def test_every_attack_in_the_window_is_marked_and_no_other(replay: Replay) -> None:
    window = Window(START + timedelta(days=10), 8)
    sheet = space_time(replay, window).draw("en")
    from_s, to_s = 10 * 86_400, 18 * 86_400
    attacks = [e for j in journeys(replay) for e in j.engagements if from_s <= e.time_s < to_s]
    panel = sheet.figure.axes[1]
    marks = [line for line in panel.get_lines() if line.get_marker() == "o"]
    assert len(attacks) > 0
    assert sorted(mark.get_xdata()[0] for mark in marks) == sorted((e.time_s - from_s) / 86_400 for e in attacks)


def test_the_area_of_a_mark_grows_with_the_tankers_lost() -> None:
    assert diameter_pt(0, 50) == SMALLEST_PT
    assert diameter_pt(50, 50) == LARGEST_PT
    assert diameter_pt(40, 50) ** 2 == pytest.approx(2 * diameter_pt(20, 50) ** 2)


def test_the_window_is_around_the_worst_attack_and_within_the_run(replay: Replay) -> None:
    worst = worst_of(journeys(replay), 0)
    assert worst is not None
    window = window_of(replay, days=6)
    first = (window.first - START).days * 86_400
    assert first <= worst.time_s < first + 6 * 86_400
    assert window_of(replay, days=500) == Window(START, 30)
    assert window_of(replay, START + timedelta(days=25), 30) == Window(START + timedelta(days=25), 5)


@pytest.mark.parametrize(("first", "days"), [(date(2025, 8, 31), 5), (date(2026, 1, 1), 5), (None, 0)])
def test_a_window_outside_the_run_is_refused(replay: Replay, first: date | None, days: int) -> None:
    with pytest.raises(UsageError, match=r"--from: expected a date from 2025-09-01 to 2025-09-30|--days"):
        window_of(replay, first, days)


def test_the_diagram_is_the_same_bytes_every_time(replay: Replay) -> None:
    window = Window(START, 10)
    assert files_of(space_time(replay, window).draw("fr")) == files_of(space_time(replay, window).draw("fr"))


def test_french_diagrams_have_french_words(replay: Replay) -> None:
    shown = words(space_time(replay, Window(START, 30)).draw("fr"))
    for part in ("convoi", "isolés", "vers le regroupement", "citernes perdues", "sept.", "Une seule simulation est"):
        assert part in shown.replace("\n", " ")
    assert "convoy" not in shown


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_log_tells_every_departure_attack_arrival_and_day_in_order(replay: Replay, lang: str) -> None:
    told = replay_log(replay, lang)
    body = told[2:]
    found = [j for j in journeys(replay) if j.kind != "approach"]
    attacks = {"en": " attacked between ", "fr": "\N{NO-BREAK SPACE}: attaque entre "}[lang]
    leaves = {"en": (" leaves Gate", " leave Gate"), "fr": (" quitte Gate", " quittent Gate")}[lang]
    arrives = {"en": " in City with ", "fr": " à City avec "}[lang]
    closes = {"en": "Close of ", "fr": "Fin du "}[lang]
    assert [line[:19] for line in body] == sorted(line[:19] for line in body)
    assert sum(attacks in line for line in body) == sum(len(j.engagements) for j in found)
    assert sum(any(leave in line for leave in leaves) for line in body) == len(found)
    assert sum(arrives in line for line in body) == sum(j.end == "arrived" for j in found)
    assert sum(closes in line for line in body) == 30


def test_the_log_names_places_and_never_indexes(replay: Replay) -> None:
    told = "\n".join(replay_log(replay, "en")[2:])
    assert "attacked between Gate and City" in told
    assert "fuel " in told


def test_corridors_are_named_only_where_there_are_several(replay: Replay) -> None:
    several = "\n".join(replay_log(played(attacked(DAYTIME, SECOND)), "en"))
    assert " on South: " in several and " on Main: " in several
    assert " on Main" not in "\n".join(replay_log(replay, "en"))


def test_the_table_has_every_journey_of_the_window_and_the_alternative_text_its_finding(replay: Replay) -> None:
    chart = space_time(replay, Window(START, 30))
    assert sum(line[5] for line in chart.table.rows) == sum(j.lost for j in chart.found)  # type: ignore[misc]
    assert len(chart.table.rows) == len(chart.found) > 0
    for lang in ("en", "fr"):
        assert said(chart.title, lang) in said(chart.alt, lang)  # type: ignore[arg-type]
