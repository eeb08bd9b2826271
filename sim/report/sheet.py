"""The sheet a chart stands on: finding, measure, body, notes; laid out in points and saved as PNG, SVG and PDF."""

from __future__ import annotations

import io
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from sim.report.style import (
    AXIS,
    INK,
    LINE_SPACING,
    NOTE_PT,
    PAPER,
    PNG_DPI,
    SECONDARY,
    SUBTITLE_PT,
    TITLE_PT,
    WIDTH_PT,
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
    height_pt: float
    body_top_pt: float

    def axes(self, left_pt: float, top_pt: float, width_pt: float, height_pt: float) -> Axes:
        """Axes in the body, without frame but for the line at the bottom."""
        bottom = self.height_pt - self.body_top_pt - top_pt - height_pt
        box = (left_pt / WIDTH_PT, bottom / self.height_pt, width_pt / WIDTH_PT, height_pt / self.height_pt)
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
        return _lines(
            self.figure, self.height_pt, left_pt, self.body_top_pt + top_pt, lines, size_pt, color, weight
        )


def block_pt(lines: int, size_pt: float) -> float:
    """Height of `lines` lines of text of a size."""
    return lines * size_pt * LINE_SPACING


def make_sheet(title: str, subtitle: str, body_pt: float, notes: list[str]) -> Sheet:
    """A sheet whose height follows from its words and from the height of its body; to be called inside `house_style`."""
    room = WIDTH_PT - 2 * MARGIN_PT
    heading = balanced(title, room, TITLE_PT, "bold")
    measure = balanced(subtitle, room, SUBTITLE_PT)
    footing = [wrap(note, room, NOTE_PT) for note in notes]
    measure_top = MARGIN_PT + block_pt(len(heading), TITLE_PT) + 2
    body_top = measure_top + block_pt(len(measure), SUBTITLE_PT) + 8
    notes_top = body_top + body_pt + 8
    notes_pt = sum(block_pt(len(lines), NOTE_PT) + NOTE_GAP_PT for lines in footing)
    height = notes_top + notes_pt - NOTE_GAP_PT + MARGIN_PT
    figure = Figure(figsize=(WIDTH_PT / 72, height / 72), dpi=PNG_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    _lines(figure, height, MARGIN_PT, MARGIN_PT, heading, TITLE_PT, INK, "bold")
    _lines(figure, height, MARGIN_PT, measure_top, measure, SUBTITLE_PT, SECONDARY, "normal")
    for lines in footing:
        _lines(figure, height, MARGIN_PT, notes_top, lines, NOTE_PT, SECONDARY, "normal")
        notes_top += block_pt(len(lines), NOTE_PT) + NOTE_GAP_PT
    return Sheet(figure, title, " ".join(notes), height, body_top)


def horizontal_grid(axes: Axes, ticks: list[float], labels: list[str], color: str) -> None:
    """Faint lines at the ticks of the vertical axis; the line at zero is the axis itself."""
    axes.set_yticks(ticks, labels)
    axes.tick_params(axis="y", pad=4)
    for tick in ticks:
        if tick != 0:
            axes.axhline(tick, color=color, linewidth=0.7, zorder=0.5)
    axes.spines["bottom"].set_color(AXIS)


def nice_step(top: float, most: int) -> float:
    """Smallest of 1, 2, 5 × a power of ten that cuts [0, top] into at most `most` parts; top > 0, most ≥ 1."""
    power = 1.0
    while power * 10 * most <= top:
        power *= 10
    while power * most > top:
        power /= 10
    return next(f * power for f in (1, 2, 5, 10, 20, 50, 100) if f * power * most >= top)


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
            sheet.figure.savefig(stream, format=kind, dpi=PNG_DPI, metadata=about[kind])
            files[kind] = stream.getvalue()
    return files


def _lines(
    figure: Figure, height_pt: float, left_pt: float, top_pt: float, lines: list[str], size_pt: float, color: str,
    weight: Weight,
) -> list[Text]:  # fmt: skip
    # One text object a line: matplotlib's own line pitch depends on the letters of the line.
    baselines = [top_pt + block_pt(place, size_pt) + size_pt for place in range(len(lines))]
    return [
        figure.text(left_pt / WIDTH_PT, 1 - baseline / height_pt, line, fontsize=size_pt, color=color, fontweight=weight,
                    ha="left", va="baseline")
        for line, baseline in zip(lines, baselines, strict=True)
    ]  # fmt: skip
