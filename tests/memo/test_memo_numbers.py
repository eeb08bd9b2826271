"""Numbers of a memo equal the results: the documents are parsed, the numbers computed again from the stored runs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import duckdb
import numpy as np
import pandas as pd
import pytest
from memo_texts import Page, pdf_text, squeezed, word_text

from sim.report.memo.model import Memo
from sim.report.memo.typeset import as_pdf
from sim.report.memo.web import as_html
from sim.report.memo.word import as_docx
from sim.study.folder import load_study

Memos = Callable[[str, str], Memo]
Results = Callable[[str], Path]
DAYS = "shortage_days_any"


def runs(folder: Path) -> pd.DataFrame:
    return duckdb.read_parquet(str(folder / "outcomes.parquet")).order("replication").df()


def number(text: str) -> float:
    """The first number of a text."""
    found = re.search(r"[−-]?[\d ]*\d(?:[.,]\d+)?", text)
    assert found, text
    return float(found[0].replace("−", "-").replace(" ", "").replace(",", "."))


def near(text: str, value: float) -> bool:
    """Whether a number is a value, rounded to the figures that it is written with."""
    found = re.search(r"[.,](\d+)", re.split(r"[\[±]", text)[0])
    return abs(number(text) - value) <= 0.5 * 10 ** -(len(found[1]) if found else 0) + 1e-9


def table_of(memo: Memo) -> list[list[str]]:
    """The table as a Word document has it, without thousands separators of English."""
    (table,) = docx.Document(io.BytesIO(as_docx(memo)[0])).tables
    rows = [[squeezed(cell.text) for cell in row.cells] for row in table.rows]
    return [[cell.replace(",", "") if memo.lang == "en" else cell for cell in row] for row in rows]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_table_of_a_comparison_has_the_means_of_the_stored_runs(results: Results, memos: Memos, lang: str) -> None:
    study = load_study(results("plain6"))
    stored = {name: runs(one.folder) for name, one in study.cases[0].results.items()}
    base = stored[study.baseline]
    rows = table_of(memos("plain6", lang))[1:]
    assert len(rows) == len(stored) == 6
    columns = ("tankers_lost", "crews_lost", "escort_units_lost")
    for (name, table), row in zip(stored.items(), rows, strict=True):
        assert near(row[1], table[DAYS].mean()), (name, row)
        if name != study.baseline:
            assert near(row[2], (table[DAYS] - base[DAYS]).mean()), (name, row)
        for column, cell in zip(columns, row[3:6], strict=True):
            assert near(cell, table[column].mean()), (name, column, cell)
        assert near(row[6], table["litres_unmet_regions"].mean() / 1e6), (name, row)
        assert near(row[7], table["payments_fcfa"].mean() / 1e6), (name, row)


def test_intervals_of_differences_are_those_of_the_paired_runs(results: Results, memos: Memos) -> None:
    from scipy.stats import t

    study = load_study(results("plain6"))
    stored = [runs(one.folder)[DAYS].to_numpy(dtype=float) for one in study.cases[0].results.values()]
    for row, days in list(zip(table_of(memos("plain6", "en"))[1:], stored, strict=True))[1:]:
        gaps = days - stored[0]
        half = t.ppf(0.975, gaps.size - 1) * np.std(gaps, ddof=1) / np.sqrt(gaps.size)
        assert near(row[2].split("±")[1], half), row


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_title_of_a_run_has_its_mean_and_its_range(results: Results, memos: Memos, lang: str) -> None:
    days = runs(results("run"))[DAYS].to_numpy(dtype=float)
    title = squeezed(memos("run", lang).title)
    low, high = np.quantile(days, (0.05, 0.95))
    mean = f"{days.mean():.1f}".removesuffix(".0")
    for told in (mean if lang == "en" else mean.replace(".", ","), f"{low:.0f}", f"{high:.0f}"):
        assert re.search(rf"(?<!\d){re.escape(told)}(?!\d)", title), (told, title)


@pytest.mark.parametrize("name", ["run", "plain6"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_all_three_documents_say_the_same(memos: Memos, name: str, lang: str) -> None:
    memo = memos(name, lang)
    printed, word, page = pdf_text(as_pdf(memo)), word_text(as_docx(memo)[0]), Page(as_html(memo)).text
    told = [memo.title, memo.kicker, memo.byline, *memo.sources, *memo.table.headings, *(one.title for one in memo.pictures)]
    told += [cell for row in memo.table.rows for cell in row]
    told += [span.text for s in (memo.question, memo.answer, *memo.later) for paragraph in s.paragraphs for span in paragraph]
    for text in told:
        plain = squeezed(text)
        assert plain in word, plain
        assert plain in page, plain
        assert plain.replace(" ", "") in printed, plain


def test_the_lead_told_in_the_verdict_is_the_difference_of_the_table(results: Results, memos: Memos) -> None:
    study = load_study(results("plain6"))
    verdict = study.cases[0].verdict
    stored = {name: runs(one.folder)[DAYS].mean() for name, one in study.cases[0].results.items()}
    assert verdict.leader == min(stored, key=lambda name: stored[name])
    rows = table_of(memos("plain6", "en"))[1:]
    assert list(memos("plain6", "en").table.strong) == [list(stored).index(verdict.leader)]
    assert number(rows[list(stored).index(verdict.leader)][1]) == min(number(row[1]) for row in rows)


def test_the_title_of_a_picture_that_shows_few_strategies_is_true_of_all(results: Results, memos: Memos) -> None:
    study = load_study(results("long12"))
    lost = {name: runs(one.folder)["tankers_lost"].mean() for name, one in study.cases[0].results.items()}
    title = squeezed(next(one.title for one in memos("long12", "en").pictures if "tankers" in one.title))
    assert re.search(rf"(?<![\d.]){re.escape(f'{min(lost.values()):.1f}'.removesuffix('.0'))}(?![\d.]*\d)", title), (title, lost)
