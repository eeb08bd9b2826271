"""Small results and their reports, whose texts are meant to do harm."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.experiment.results import Results
from sim.report.html.model import Report
from sim.report.html.page import as_page
from sim.report.html.writing import report_of
from sim.study.folder import StudyResults

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> #import =cmd() $x^2$ \u202eabc \u2028 end"
WORLD = f"""\
kind = "scenario"
extends = "kayes-corridor"
title = {json.dumps(HOSTILE)}
title_fr = {json.dumps(HOSTILE + " fr")}
days = 70
warmup_days = 20
"""


@dataclass(frozen=True)
class Made:
    """A report and its page, read back."""

    report: Report
    html: str
    path: Path
    data: dict[str, Any]


def made(folder: Path, path: Path) -> Made:
    """The report of a folder, written to a file."""
    report = report_of(folder)
    path.write_bytes(as_page(report))
    html = path.read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html)
    assert found is not None
    return Made(report, html, path, json.loads(found[1]))


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Eight runs of a world with a hostile title."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "hostile.toml").write_text(WORLD, encoding="utf-8")
    return sim.run(folder / "hostile.toml", worlds=4, chances=2, engine="reference", out=folder)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyResults:
    """Three strategies in two readings."""
    folder = tmp_path_factory.mktemp("study")
    strategies = ["escort-48h-150", "no-escort", "large-rare"]
    return sim.compare(
        "kayes-corridor", strategies, worlds=4, chances=1, variants=["detection"], engine="reference", screen=False, out=folder
    )


@pytest.fixture(scope="session")
def of_runs(runs: Results, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The report of the runs."""
    return made(runs.folder, tmp_path_factory.mktemp("page") / "runs.html")


@pytest.fixture(scope="session")
def of_study(study: StudyResults, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The report of the comparison."""
    return made(study.folder, tmp_path_factory.mktemp("page") / "study.html")


class Reader(HTMLParser):
    """Texts of a page in one language by the place they stand in: cards, titles, rows of tables."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang, self.open = lang, []
        self.cards: list[list[str]] = []
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag in ("meta", "img", "br", "input"):
            return
        self.open.append((tag, dict(attrs)))
        if tag == "li" and self.within("ul", "cards"):
            self.cards.append([])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def within(self, tag: str, kind: str) -> bool:
        """Whether the reader is inside an element of a class."""
        return any(name == tag and attrs.get("class") == kind for name, attrs in self.open)

    def handle_data(self, data: str) -> None:
        names = [name for name, _ in self.open]
        spoken = [attrs["lang"] for name, attrs in self.open if name == "span" and "lang" in attrs]
        if {"script", "style"} & set(names) or (spoken and spoken[-1] != self.lang):
            return
        self.texts.append(data)
        if self.within("ul", "cards"):
            self.cards[-1].append(data)
        if {"td", "th"} & set(names):
            self.rows[-1][-1] += data


def read(html: str, lang: str) -> Reader:
    """A page read in a language."""
    reader = Reader(lang)
    reader.feed(html)
    return reader
