"""A memo of several scenarios says which one it shows, tells the verdict of all, and shows another one when asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from memo_texts import pdf_pages, squeezed

from sim.cli import main
from sim.errors import UsageError
from sim.report.html.page import as_page
from sim.report.html.writing import report_of
from sim.report.memo.layout import laid_out
from sim.report.memo.model import Memo, text_of
from sim.report.memo.writing import draft_of, memo_of
from sim.study.folder import load_study

FIRST, OTHER = "Route de Kayes, first weeks", "Route de Kayes, other books"


@pytest.fixture(scope="module")
def folder(results: Callable[[str], Path]) -> Path:
    """Three strategies in two scenarios of two readings each."""
    return results("both3")


def shown(folder: Path, scenario: str | None) -> Memo:
    """The memo that shows a scenario."""
    return laid_out(draft_of(folder, "en", True, scenario))


@pytest.mark.parametrize(("scenario", "title"), [(None, FIRST), ("world", FIRST), ("other", OTHER)])
def test_the_scenario_shown_is_named_and_its_numbers_stand_in_the_table(folder: Path, scenario: str | None, title: str) -> None:
    memo = shown(folder, scenario)
    assert title in memo.kicker and "one of 2 scenarios" in memo.kicker
    assert title in memo.table.title
    assert any("--scenario" in note for note in memo.table.notes)
    case = load_study(folder).case(scenario or "world")
    for (name, one), row in zip(case.results.items(), memo.table.rows, strict=True):
        mean = one.outcomes["shortage_days_any"].mean()
        told = re.match(r"[\d.]+", squeezed(row[1]))
        assert told and float(told[0]) == pytest.approx(mean, abs=0.051 if mean < 100 else 0.51), name


def test_the_verdict_tells_every_scenario_and_the_annex_has_the_tables_of_the_others(folder: Path) -> None:
    memo = shown(folder, None)
    told = [text_of(paragraph) for paragraph in memo.answer.paragraphs]
    assert [text.partition(":")[0] for text in told] == [FIRST, OTHER]
    assert OTHER in memo.annex[0].title and len(memo.annex[0].rows) == 3
    readings = [row[0] for row in memo.annex[1].rows]
    assert len(readings) == 4 and sum(OTHER in one for one in readings) == 2
    aims = next(row[2] for table in memo.annex for row in table.rows if row[0] == "1.3")
    assert FIRST in aims and OTHER in aims and "4 readings" in aims


def test_it_still_takes_two_pages(folder: Path) -> None:
    for lang in ("en", "fr"):
        assert pdf_pages(memo_of(folder, "pdf", lang).content) == 2  # type: ignore[arg-type]


def test_a_title_says_where_another_scenario_says_otherwise(folder: Path) -> None:
    study = load_study(folder)
    same = len({(case.verdict.leader, case.verdict.outcome) for case in (study.case("world"), study.case("other"))}) == 1
    assert ("another scenario says otherwise" in shown(folder, None).title) != same


def test_the_report_shows_the_scenario_asked_for_and_the_table_of_the_other(folder: Path) -> None:
    html = as_page(report_of(folder, "en", "other")).decode()
    kicker = re.search(r'class="kicker">(.*?)</p>', html)
    assert kicker and OTHER in kicker[1]
    captions = re.findall(r"<caption>(.*?)</caption>", html)
    assert [title in text for title, text in zip((OTHER, FIRST), captions[:2], strict=True)] == [True, True]


@pytest.mark.parametrize("name", ["both3", "run"])
def test_a_scenario_that_there_is_not_is_refused_with_the_names_of_those_that_there_are(
    results: Callable[[str], Path], name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match=r'expected one of .*world.*, got "elsewhere"'):
        memo_of(results(name), "pdf", scenario="elsewhere")
    out = tmp_path / "report.html"
    assert main(["report", str(results(name)), "--scenario", "elsewhere", "--out", str(out)]) == 2
    assert "world" in capsys.readouterr().err and not out.exists()
