"""What every chart is: numbers with a finding, a measure, notes, an alternative text and a table, drawn on a sheet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

from sim.language import Lang, Phrase, said
from sim.report.context import ChartContext
from sim.report.sheet import Sheet, make_sheet
from sim.report.style import FULL, Size, house_style
from sim.report.words import Language, language

Cell = str | float | None


class Table(NamedTuple):
    """The numbers behind a chart: headings and rows; texts are phrases, None is unknown."""

    headings: tuple[Phrase, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def spoken(self, lang: Lang) -> list[list[Cell]]:
        """Headings and rows with all texts in a language, numbers as they are."""
        rows: list[tuple[Cell, ...]] = [self.headings, *self.rows]
        return [[said(cell, lang) if isinstance(cell, str) else cell for cell in row] for row in rows]


@dataclass(frozen=True, kw_only=True)
class Chart(ABC):
    """A chart: `title` says the finding, `measure` what is shown and in which unit, `notes` how marks are read."""

    name: str
    about: ChartContext
    title: Phrase
    measure: Phrase
    notes: tuple[Phrase, ...] = ()

    @property
    @abstractmethod
    def table(self) -> Table:
        """The numbers drawn."""

    @abstractmethod
    def draw(self, lang: Lang = "en", size: Size = FULL) -> Sheet:
        """The chart on a sheet of a size, its figure included."""

    @property
    def alt(self) -> Phrase:
        """What the chart says to someone who does not see it."""
        return Phrase("{title}. {measure}. The numbers are in the table of the chart.", title=self.title, measure=self.measure)


@dataclass(frozen=True, kw_only=True)
class BodyChart(Chart):
    """A chart that gives a height for a width and paints its body; words and source line are laid out for it."""

    @abstractmethod
    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Draw the body."""

    @abstractmethod
    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Height that the body takes on a sheet of a width."""

    def draw(self, lang: Lang = "en", size: Size = FULL) -> Sheet:
        """The chart on a sheet of a size, its figure included."""
        spoken = language(lang)
        source = " ".join([self.about.spoken(lang).source_line(), *(said(note, lang) for note in self.notes)])

        def height(width_pt: float) -> float:
            return self.body_pt(width_pt, spoken)

        with house_style():
            sheet = make_sheet(said(self.title, lang), said(self.measure, lang), height, [source], size)
            self.paint(sheet, spoken)
        return sheet
