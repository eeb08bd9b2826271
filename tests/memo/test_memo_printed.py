"""A memo that is printed from the browser takes two pages as well."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable

import pytest
from memo_texts import squeezed
from pypdf import PdfReader

from sim.report.memo.model import Memo
from sim.report.memo.web import as_html

pytestmark = pytest.mark.browser
NAMES = ("run", "plain2", "plain6", "long12")


def test_printed_from_a_browser_a_memo_is_two_pages_with_all_that_it_says(memos: Callable[[str, str], Memo]) -> None:
    from playwright.sync_api import sync_playwright

    found = next(path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for name in NAMES:
            for lang in ("en", "fr"):
                memo = memos(name, lang)
                page = browser.new_page()
                page.set_content(as_html(memo).decode())
                pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
                page.close()
                text = squeezed(" ".join(one.extract_text() for one in pages)).replace(" ", "")
                assert len(pages) == 2, (name, lang)
                for told in (memo.title, memo.provenance, *memo.sources):
                    assert squeezed(told).replace(" ", "") in text, (name, lang, told)
        browser.close()
