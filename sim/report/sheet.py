"""The sheet a chart stands on: finding, measure, body, notes; laid out in points and saved as PNG, SVG and PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.report.style import (
    AXIS,
    FULL,
    INK,
    LINE_SPACING,
    NOTE_PT,
    PAPER,
    SECONDARY,
    SUBTITLE_PT,
    TITLE_PT,
    Size,
    Weight,
    balanced,
    house_style,
    wrap,
)

MARGIN_PT, NOTE_GAP_PT = 5.0, 2.5
FORMATS = ("png", "svg", "pdf")


@dataclass(frozen=True)
class Sheet:
    """A figure with its words in place; the body is measured in points from its own top left corner."""

    figure: Figure
    title: str
    notes: str
    size: Size
    height_pt: float
    body_top_pt: float
    body_pt: float

    @property
    def width_pt(self) -> float:
        """Width of the sheet as it is laid out."""
        return self.size.width_pt

    def axes(self, left_pt: float, top_pt: float, width_pt: float, height_pt: float) -> Axes:
        """Axes in the body, without frame but for the line at the bottom."""
        bottom = self.height_pt - self.body_top_pt - top_pt - height_pt
        wide = self.size.width_pt
        box = (left_pt / wide, bottom / self.height_pt, width_pt / wide, height_pt / self.height_pt)
        axes = self.figure.add_axes(box, facecolor="none")
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        return axes

    def write(
        self,
        left_pt: float,
        top_pt: float,
        lines: list[str],
        size_pt: float,
        color: str,
        weight: Weight = "normal",
    ) -> list[Text]:
        """Lines of text in the body whose first line begins at (left, top)."""
        page = (self.size.width_pt, self.height_pt)
        return _lines(self.figure, page, left_pt, self.body_top_pt + top_pt, lines, size_pt, color, weight)


def block_pt(lines: int, size_pt: float) -> float:
    """Height of `lines` lines of text of a size."""
    return lines * size_pt * LINE_SPACING


def make_sheet(
    title: str, subtitle: str, body_pt: float | Callable[[float], float], notes: list[str], size: Size = FULL
) -> Sheet:
    """A sheet whose height follows from its words and from the height of its body; to be called inside `house_style`.

    `body_pt` is a height, or gives it for a width. A slide fills its height; what does not fit makes the slide larger in
    both directions, so that everything on it is shown smaller.
    """
    words = _Words("" if size.bare else title, subtitle, notes, size.width_pt)
    wanted = body_pt(size.width_pt) if callable(body_pt) else body_pt
    if size.height_pt and words.pt + wanted > size.height_pt:
        larger = size._replace(width_pt=size.width_pt * 1.06, height_pt=size.height_pt * 1.06)
        return make_sheet(title, subtitle, body_pt, notes, larger)
    wanted = max(wanted, size.height_pt - words.pt) if wanted else wanted
    height = max(words.pt + wanted, size.height_pt)
    page = (size.width_pt, height)
    figure = Figure(figsize=(page[0] / 72, height / 72), dpi=size.pixels / page[0] * 72, facecolor=PAPER)
    FigureCanvasAgg(figure)
    _lines(figure, page, MARGIN_PT, MARGIN_PT, words.heading, TITLE_PT, INK, "bold")
    _lines(figure, page, MARGIN_PT, words.measure_top, words.measure, SUBTITLE_PT, SECONDARY, "normal")
    top = height - MARGIN_PT - words.notes_pt
    for lines in words.footing:
        _lines(figure, page, MARGIN_PT, top, lines, NOTE_PT, SECONDARY, "normal")
        top += block_pt(len(lines), NOTE_PT) + NOTE_GAP_PT
    return Sheet(figure, title, " ".join(notes), size, height, words.body_top, wanted)


class _Words:
    """Title, subtitle and notes of a sheet in lines for a width, and the room they take."""

    def __init__(self, title: str, subtitle: str, notes: list[str], width_pt: float) -> None:
        room = width_pt - 2 * MARGIN_PT
        self.heading = balanced(title, room, TITLE_PT, "bold") if title else []
        self.measure = balanced(subtitle, room, SUBTITLE_PT)
        self.footing = [wrap(note.strip(), room, NOTE_PT) for note in notes if note.strip()]
        self.measure_top = MARGIN_PT + block_pt(len(self.heading), TITLE_PT) + 2
        self.body_top = self.measure_top + block_pt(len(self.measure), SUBTITLE_PT) + 8
        self.notes_pt = max(0.0, sum(block_pt(len(lines), NOTE_PT) + NOTE_GAP_PT for lines in self.footing) - NOTE_GAP_PT)
        self.pt = self.body_top + 8 + self.notes_pt + MARGIN_PT


def horizontal_grid(axes: Axes, ticks: list[float], labels: list[str], color: str) -> None:
    """Faint lines at the ticks of the vertical axis; the line at zero is the axis itself."""
    axes.set_yticks(ticks, labels)
    axes.tick_params(axis="y", pad=4)
    for tick in ticks:
        if tick != 0:
            axes.axhline(tick, color=color, linewidth=0.7, zorder=0.5)
    axes.spines["bottom"].set_color(AXIS)


def nice_step(top: float, most: int) -> float:
    """Smallest of 1, 2, 5 × a power of ten of which at most `most` fit into [0, top]; never more than `top` > 0."""
    power = 1.0
    while power * 10 <= top * (1 + 1e-9):
        power *= 10
    while power > top * (1 + 1e-9):
        power /= 10
    steps = [factor * power * part for part in (1e-3, 1e-2, 0.1, 1.0) for factor in (1, 2, 5)]
    known = [step for step in steps if step <= top * (1 + 1e-9)]
    return next((step for step in known if top * (1 + 1e-9) // step <= most), known[-1])


def files_of(sheet: Sheet) -> dict[str, bytes]:
    """The chart as a file of each format; without dates or versions, so that equal charts are equal bytes."""
    about: dict[str, dict[str, str | None]] = {
        "png": {"Software": None, "Title": sheet.title, "Description": sheet.notes},
        "svg": {"Date": None, "Creator": None, "Title": sheet.title, "Description": sheet.notes},
        "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None, "Title": sheet.title,
                "Subject": sheet.notes},
    }  # fmt: skip
    files = {}
    with house_style():
        for kind in FORMATS:
            stream = io.BytesIO()
            sheet.figure.savefig(stream, format=kind, dpi=sheet.figure.dpi, metadata=about[kind])
            files[kind] = stream.getvalue()
    return files


def _lines(
    figure: Figure, page_pt: tuple[float, float], left_pt: float, top_pt: float, lines: list[str], size_pt: float, color: str,
    weight: Weight,
) -> list[Text]:  # fmt: skip
    # One text object a line: matplotlib's own line pitch depends on the letters of the line.
    baselines = [top_pt + block_pt(place, size_pt) + size_pt for place in range(len(lines))]
    return [
        figure.text(left_pt / page_pt[0], 1 - baseline / page_pt[1], line, fontsize=size_pt, color=color, fontweight=weight,
                    ha="left", va="baseline")
        for line, baseline in zip(lines, baselines, strict=True)
    ]  # fmt: skip
