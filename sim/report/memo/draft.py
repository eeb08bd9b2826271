"""A memo before its pages are laid out: its texts, and the charts for a number of rows that a chart may show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sim.language import Lang, Phrase, plain, said
from sim.report.charts.chart import Chart
from sim.report.memo.model import Memo, Paragraph, Section, Span, Table
from sim.report.words import Language, language


@dataclass(frozen=True)
class Draft:
    """A memo without pictures, and what gives its charts: at most so many strategies in each."""

    memo: Memo
    charts: Callable[[int], Sequence[Chart]]


@dataclass
class Writing:
    """Says phrases in one language and numbers the footnotes in the order in which they are first called."""

    lang: Lang
    sources: list[str] = field(default_factory=list)

    @property
    def language(self) -> Language:
        """Months, marks and grammar."""
        return language(self.lang)

    def say(self, phrase: str) -> str:
        """A phrase in the language, as a document may hold it."""
        return plain(said(phrase, self.lang))

    def span(self, phrase: str, source: Phrase | None = None) -> Span:
        """A piece of text with the footnote behind it; equal footnotes share a number."""
        if source is None:
            return Span(self.say(phrase))
        told = self.say(source)
        if told not in self.sources:
            self.sources.append(told)
        return Span(self.say(phrase), self.sources.index(told) + 1)

    def section(self, heading: Phrase, *paragraphs: Sequence[Span], points: bool = False) -> Section:
        """A heading with its paragraphs; pieces of a paragraph are joined by blanks."""
        return Section(self.say(heading), tuple(_joined(paragraph) for paragraph in paragraphs if paragraph), points)

    def table(
        self, title: Phrase, headings: Sequence[Phrase], rows: Sequence[Sequence[str]], strong: Sequence[int] = (),
        notes: Sequence[Phrase] = (),
    ) -> Table:  # fmt: skip
        """A table with all its texts in the language."""
        told = tuple(tuple(self.say(cell) for cell in row) for row in rows)
        heads = tuple(self.say(heading) for heading in headings)
        return Table(self.say(title), heads, told, frozenset(strong), tuple(self.say(note) for note in notes))


def _joined(spans: Sequence[Span]) -> Paragraph:
    return tuple(span if place == 0 else span._replace(text=f" {span.text}") for place, span in enumerate(spans))
