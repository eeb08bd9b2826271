"""Texts of the memo as the report tells them: the same sentences, each in both languages."""

from __future__ import annotations

from sim.report.html.model import Grid, Passage, Piece
from sim.report.memo.model import Memo, Section
from sim.report.memo.model import Table as MemoTable
from sim.report.words import Bilingual


def passage(english: Section, french: Section) -> Passage:
    """A section in both languages."""
    paragraphs = tuple(
        tuple(Piece(Bilingual(a.text, b.text), a.source) for a, b in zip(one, two, strict=True))
        for one, two in zip(english.paragraphs, french.paragraphs, strict=True)
    )
    return Passage(Bilingual(english.heading, french.heading), paragraphs, english.points)


def passages(english: Memo, french: Memo) -> tuple[Passage, ...]:
    """The sections behind tables and pictures."""
    return tuple(passage(one, two) for one, two in zip(english.later, french.later, strict=True))


def grid(english: MemoTable, french: MemoTable) -> Grid:
    """A table in both languages."""
    return Grid(
        Bilingual(english.title, french.title),
        tuple(map(Bilingual, english.headings, french.headings)),
        tuple(tuple(map(Bilingual, one, two)) for one, two in zip(english.rows, french.rows, strict=True)),
        english.strong,
        tuple(map(Bilingual, english.notes, french.notes)),
    )


def annex(english: Memo, french: Memo) -> tuple[Grid, ...]:
    """The tables of the annex."""
    return tuple(grid(one, two) for one, two in zip(english.annex, french.annex, strict=True))


def footnotes(english: Memo, french: Memo) -> tuple[Bilingual, ...]:
    """The footnotes in order: both languages call them at the same places."""
    return tuple(map(Bilingual, english.sources, french.sources))
