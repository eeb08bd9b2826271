"""What a memo is, whatever it is written as: texts in one language, pictures, a table, sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from sim.language import Lang


class Span(NamedTuple):
    """A piece of running text; `source` is the number (from 1) of the footnote behind it, 0 for none."""

    text: str
    source: int = 0


Paragraph = tuple[Span, ...]

NUMBER = re.compile(r"[+\u2212]?\d[^A-Za-z]*$|\u2013$")
"""A cell that holds a number, alone or with its interval, or the dash that stands for none."""


class Section(NamedTuple):
    """A heading with its paragraphs; those of a list are its `points`."""

    heading: str
    paragraphs: tuple[Paragraph, ...]
    points: bool = False


class Picture(NamedTuple):
    """A chart as a reader gets it: its finding, what it says to those who do not see it, and its files; sizes in points."""

    title: str
    alt: str
    width_pt: float
    height_pt: float
    png: bytes
    svg: bytes


class Table(NamedTuple):
    """A table of texts: the first column names the row; rows in `strong` stand out."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int]
    notes: tuple[str, ...] = ()

    @property
    def of_numbers(self) -> bool:
        """Whether all columns behind the first hold numbers, which stand on the right."""
        cells = [cell for row in self.rows for cell in row[1:]]
        return bool(cells) and all(NUMBER.match(cell) for cell in cells)


class Part(NamedTuple):
    """What stands below the verdict: a picture or a section behind it (by place), or the table."""

    kind: Literal["picture", "table", "section"]
    place: int = 0


class Page(NamedTuple):
    """How a memo is laid out so that it takes two pages: size of its running text in points, and the order of its parts."""

    text_pt: float
    order: tuple[Part, ...]


@dataclass(frozen=True)
class Memo:
    """A memo in one language.

    `title` is the finding; `kicker` stands above it, `byline` below; `answer` is the verdict, `later` the sections behind
    tables and pictures; `sources` are the footnotes in order; `annex` tables on pages of their own, none without an annex.
    """

    lang: Lang
    title: str
    kicker: str
    byline: str
    when: date
    question: Section
    answer: Section
    pictures: tuple[Picture, ...]
    table: Table
    later: tuple[Section, ...]
    sources: tuple[str, ...]
    provenance: str
    annex_title: str
    annex: tuple[Table, ...]
    page: Page

    @property
    def body(self) -> tuple[Part, ...]:
        """The parts below the verdict that there are, in order."""
        return tuple(part for part in self.page.order if part.kind != "picture" or part.place < len(self.pictures))


def text_of(paragraph: Paragraph) -> str:
    """A paragraph without the marks of its footnotes."""
    return "".join(span.text for span in paragraph)
