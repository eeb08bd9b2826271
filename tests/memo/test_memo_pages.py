"""A memo takes two pages, as PDF and in Word, in both languages, for one strategy and for many with long names."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from memo_texts import in_writer, pdf_pages

from sim.report.memo.model import Memo
from sim.report.memo.typeset import as_pdf
from sim.report.memo.word import as_docx

Memos = Callable[[str, str], Memo]
CASES = [(name, lang) for name in ("run", "plain2", "plain6", "long12") for lang in ("en", "fr")]


@pytest.mark.parametrize(("name", "lang"), CASES)
def test_a_memo_is_two_pages_with_three_pictures_and_a_table(memos: Memos, name: str, lang: str) -> None:
    memo = memos(name, lang)
    assert pdf_pages(as_pdf(memo)) == 2
    assert len(memo.pictures) == 3
    assert [part.kind for part in memo.body].count("table") == 1
    assert memo.page.text_pt >= 7.5


def test_more_and_longer_names_make_pictures_lower_and_never_narrower(memos: Memos) -> None:
    few, many = memos("plain2", "fr"), memos("long12", "fr")
    assert sum(one.height_pt for one in many.pictures) < sum(one.height_pt for one in few.pictures)
    assert {one.width_pt for memo in (few, many) for one in memo.pictures} == {few.pictures[0].width_pt}


@pytest.mark.office
def test_in_writer_a_memo_is_two_pages(memos: Memos, tmp_path: Path) -> None:
    found = subprocess.run(["fc-match", "Arial"], capture_output=True, text=True, check=True).stdout
    assert "Liberation" in found or "Arial" in found, "the memo is set in Arial: install fonts-liberation, which is as wide"
    printed = in_writer({f"{name}-{lang}": as_docx(memos(name, lang))[0] for name, lang in CASES}, tmp_path)
    assert {name: pdf_pages(content) for name, content in printed.items()} == {f"{name}-{lang}": 2 for name, lang in CASES}
