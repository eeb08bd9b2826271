"""What a report is, whatever results it is made of: every text in both languages, every number once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from sim.language import Lang, Phrase
from sim.report.charts.chart import Chart, Table
from sim.report.html.film import Film, Route, Town

LANGS: tuple[Lang, Lang] = ("en", "fr")


class Card(NamedTuple):
    """A number that a reader takes away, what it is, and how sure it is."""

    value: Phrase
    label: Phrase
    note: Phrase


class Piece(NamedTuple):
    """A piece of running text; `source` is the number (from 1) of the footnote behind it, 0 for none."""

    text: Phrase
    source: int = 0


class Passage(NamedTuple):
    """A heading with its paragraphs; those of a list are its `points`."""

    heading: Phrase
    paragraphs: tuple[tuple[Piece, ...], ...]
    points: bool = False


class Grid(NamedTuple):
    """A small table of texts: the first column names the row; rows in `strong` stand out."""

    title: Phrase
    headings: tuple[Phrase, ...]
    rows: tuple[tuple[Phrase, ...], ...]
    strong: frozenset[int] = frozenset()
    notes: tuple[Phrase, ...] = ()


class Group(NamedTuple):
    """One strategy: its charts, its table of all measures, runs of it as films; `remarks` say what it lacks and why."""

    key: str
    title: Phrase
    charts: tuple[Chart, ...]
    measures: Table
    films: tuple[Film, ...]
    remarks: tuple[Phrase, ...] = ()


class Inputs(NamedTuple):
    """Numbers that went in, a row each with range, source and confidence, and how many rest on what."""

    table: Table
    from_evidence: int
    assumed: int
    unsourced: int


@dataclass(frozen=True)
class Report:
    """Results as a reader looks at them.

    `title` is the finding; `opening` holds question and answer, `overview` the tables of means, `readings` the verdict of each
    reading, folded away, `across` charts over strategies, `groups` the strategies with charts
    of their own, `later` the passages behind them, `annex` tables that are folded away.
    """

    lang: Lang
    kind: Literal["run", "comparison"]
    start: date
    title: Phrase
    kicker: Phrase
    byline: Phrase
    cards: tuple[Card, ...]
    opening: tuple[Passage, ...]
    overview: tuple[Grid, ...]
    readings: tuple[Grid, ...]
    across: tuple[Chart, ...]
    groups: tuple[Group, ...]
    towns: tuple[Town, ...]
    routes: tuple[Route, ...]
    later: tuple[Passage, ...]
    footnotes: tuple[Phrase, ...]
    inputs: Inputs
    provenance: tuple[tuple[Phrase, Phrase], ...]
    annex: tuple[Grid, ...]
