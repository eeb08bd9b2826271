"""Marks of charts, told apart by colour and by shape, and the key that names them."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.axes import Axes

from sim.language import Phrase, said
from sim.report.sheet import MARGIN_PT, Sheet, block_pt
from sim.report.style import HUES, INK, NOTE_PT, PAPER, SECONDARY, Hue, width_pt
from sim.report.words import Language

GREY = Hue("#8c8c8c", "#5c5c5c")
BLACK = Hue(INK, INK)


class Look(NamedTuple):
    """How a mark looks: colour, shape, whether it is filled, the dashes of its line, the hatch of its area."""

    hue: Hue
    shape: str = "o"
    filled: bool = True
    dashes: tuple[float, ...] = ()
    hatch: str = ""


MAIN = Look(HUES[0])
OTHER = Look(HUES[1], "s", dashes=(4.0, 2.0), hatch="////")
THIRD = Look(HUES[2], "^", dashes=(1.2, 1.6), hatch="....")
FOURTH = Look(HUES[3], "D", dashes=(5.0, 1.6, 1.2, 1.6), hatch="xxxx")
FIFTH = Look(HUES[5], "v", hatch="\\\\\\\\")
OPEN = Look(GREY, "D", filled=False)
BASE = Look(BLACK, "|")
SERIES = (MAIN, OTHER, THIRD, FOURTH, FIFTH)


def mark(axes: Axes, x: float, y: float, look: Look, size_pt: float = 5.0, zorder: float = 4) -> None:
    """A mark with a thin edge of paper, so that marks on each other stay apart."""
    face = look.hue.mark if look.filled else PAPER
    edge = PAPER if look.filled and look.shape not in "|_" else look.hue.mark
    thick = {"|": 1.4, "_": 2.6}.get(look.shape, 0.7 if look.filled else 1.2)
    axes.plot(
        [x], [y], look.shape, color=look.hue.mark, markerfacecolor=face, markeredgecolor=edge, markersize=size_pt,
        markeredgewidth=thick, zorder=zorder, clip_on=False,
    )  # fmt: skip


Entry = tuple[Look, Phrase]
MARK_PT, GAP_PT = 12.0, 14.0


def key_rows(entries: tuple[Entry, ...], width: float, lang: Language) -> list[list[tuple[float, Look, str]]]:
    """Entries of a key in lines: left edge, look and words of each; to be called inside `house_style`."""
    rows: list[list[tuple[float, Look, str]]] = [[]]
    left = MARGIN_PT
    for look, phrase in entries:
        text = said(phrase, lang.lang)
        wide = MARK_PT + width_pt(text, NOTE_PT) + GAP_PT
        if rows[-1] and left + wide - GAP_PT > width - MARGIN_PT:
            rows.append([])
            left = MARGIN_PT
        rows[-1].append((left, look, text))
        left += wide
    return rows


def key_pt(entries: tuple[Entry, ...], width: float, lang: Language) -> float:
    """Height of a key; 0 without entries."""
    return len(key_rows(entries, width, lang)) * block_pt(1, NOTE_PT) + 5 if entries else 0.0


def draw_key(sheet: Sheet, top_pt: float, entries: tuple[Entry, ...], lang: Language, *, areas: bool = False) -> None:
    """A key: marks (or swatches of areas) with their words, in lines."""
    if not entries:
        return
    for place, row in enumerate(key_rows(entries, sheet.width_pt, lang)):
        top = top_pt + place * block_pt(1, NOTE_PT)
        for left, look, text in row:
            axes = sheet.axes(left, top, MARK_PT - 3, block_pt(1, NOTE_PT))
            axes.set_axis_off()
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1)
            if areas:
                axes.axhspan(0.12, 0.88, color=look.hue.mark)
            else:
                mark(axes, 0.5, 0.45, look)
            sheet.write(left + MARK_PT, top, [text], NOTE_PT, SECONDARY)
