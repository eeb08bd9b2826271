"""Where marks and labels of a chart stand so that they neither collide nor cover what they explain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from sim.report.findings import Floats
from sim.report.sheet import Sheet, block_pt
from sim.report.style import INK, NOTE_PT, width_pt
from sim.report.words import NO_BREAK, Language


class DatedEvent(NamedTuple):
    """Something of the scenario that happens on a day, with its short title."""

    first_day: date
    title: str


class Marker(NamedTuple):
    """The number of one or more events of a day: at `x_pt` from the left of the plot, in a row counted from below."""

    day: int
    x_pt: float
    text: str
    row: int


def place_markers(days: Sequence[int], limits: tuple[float, float], plot_pt: float) -> list[Marker]:
    """Numbers 1, 2, … of events on `days` (non-decreasing) without overlap: events of one day share a marker."""
    numbers: dict[int, list[int]] = {}
    for number, day in enumerate(days, start=1):
        numbers.setdefault(day, []).append(number)
    markers: list[Marker] = []
    ends: list[float] = []
    for day, held in numbers.items():
        text = ",".join(map(str, held))
        x_pt = (day - limits[0]) / (limits[1] - limits[0]) * plot_pt
        half = width_pt(text, NOTE_PT, "semibold") / 2 + 1.5
        row = next((row for row, end in enumerate(ends) if end <= x_pt - half), len(ends))
        ends[row : row + 1] = [x_pt + half]
        markers.append(Marker(day, x_pt, text, row))
    return markers


def event_strip_pt(markers: Sequence[Marker]) -> float:
    """Height of the strip above the panels that holds the markers."""
    return block_pt(1 + max(marker.row for marker in markers), NOTE_PT) + 3 if markers else 4.0


def event_key(events: Sequence[DatedEvent], lang: Language) -> str:
    """Date and title of every numbered event, in order."""
    parts = [
        f"[{number}]{NO_BREAK}{lang.short_day(event.first_day)}, {event.title}"
        for number, event in enumerate(events, start=1)
    ]
    heading = "Dated events:" if lang.code == "en" else f"Événements datés{NO_BREAK}:"
    return f"{heading} {f'{lang.semicolon} '.join(parts)}."


def place_label(
    band_pt: Floats, plot_pt: float, line_pt: float, height_pt: float, label_pt: float, crossed_pt: Sequence[float] = (),
    grid_pt: Sequence[float] = (),
) -> tuple[float, float] | None:  # fmt: skip
    """Left edge and middle, from the panel's lower left corner, of a line's label that covers nothing; None if none is free.

    Parameters
    ----------
    band_pt
        Lower edge, median and upper edge of the band on each day, shape (n_days, 3); NaN where there is no band.
    plot_pt, height_pt
        Width and height of the panel.
    line_pt
        Height of the line; the label stands just above or just below it.
    label_pt
        Width of the label.
    crossed_pt
        Where upright lines stand: the label crosses none.
    grid_pt
        Heights of faint lines, which the label crosses only if no other place is free.
    """
    half = NOTE_PT * 0.62
    at_pt = np.arange(0.0, plot_pt + 0.5)
    low, _, high = (np.interp(at_pt, np.linspace(0, plot_pt, band_pt.shape[0]), edge) for edge in band_pt.T)
    free: list[tuple[int, float, float]] = []
    for middle in (line_pt + half + 1.5, line_pt - half - 1.5):
        if not half <= middle <= height_pt - half:
            continue
        covered = (low < middle + half + 1) & (high > middle - half - 1)
        crossings = sum(abs(line - middle) < half for line in grid_pt)
        for left in np.arange(3.0, plot_pt - label_pt - 2.5, 2.0).tolist():
            inside = (at_pt >= left - 2) & (at_pt <= left + label_pt + 2)
            if not covered[inside].any() and not any(left - 2 < x_pt < left + label_pt + 2 for x_pt in crossed_pt):
                free.append((crossings, left, middle))
                break
    if not free:
        return None
    _, left, middle = min(free, key=lambda place: place[0])
    return left, middle


HEAD_PT = block_pt(1, NOTE_PT) + 3
"""Height of the line above a panel that names a level whose label has no free place beside it."""

SAMPLE_PT, LEVEL_DASHES = 15.0, (4, 2.5)
"""Length of the sample of dashes before such a name, and the dashes of levels."""


class LevelLabel(NamedTuple):
    """What a level is called and where: left edge and middle in its panel, or None above the panel."""

    text: str
    place: tuple[float, float] | None

    @property
    def head_pt(self) -> float:
        """Height that it needs above the panel."""
        return 0.0 if self.place else HEAD_PT


class Level(NamedTuple):
    """A level to be named in a panel: names, longest first; band, height of the line, what stands in the way, all in points."""

    texts: tuple[str, ...]
    band_pt: Floats
    line_pt: float
    crossed_pt: Sequence[float] = ()
    grid_pt: Sequence[float] = ()


def level_labels(levels: Sequence[Level | None], size_pt: tuple[float, float], room_pt: float) -> list[LevelLabel | None]:
    """Names of the levels of panels of a size, all alike: the longest kind that has a free place in every panel.

    Where no kind has, all stand above their panels, in the longest kind that fits into `room_pt`. None where there is no level.
    """
    kinds = min((len(level.texts) for level in levels if level), default=0)
    for kind in range(kinds):
        found = [_beside(level, kind, size_pt) for level in levels]
        if all(label or not level for label, level in zip(found, levels, strict=True)):
            return found
    room = room_pt - SAMPLE_PT - 4
    texts = [level and next((t for t in level.texts if width_pt(t, NOTE_PT) <= room), level.texts[-1]) for level in levels]
    return [LevelLabel(text, None) if text else None for text in texts]


def _beside(level: Level | None, kind: int, size_pt: tuple[float, float]) -> LevelLabel | None:
    if level is None:
        return None
    wide = width_pt(level.texts[kind], NOTE_PT)
    place = place_label(level.band_pt, size_pt[0], level.line_pt, size_pt[1], wide, level.crossed_pt, level.grid_pt)
    return LevelLabel(level.texts[kind], place) if place else None


def write_level(
    sheet: Sheet, axes: Axes, label: LevelLabel, size_pt: tuple[float, float], corner_pt: tuple[float, float]
) -> None:
    """The name of a level in its panel, or with a sample of the dashes from a corner (left, top) of the body on."""
    if label.place is not None:
        x, y = label.place[0] / size_pt[0], label.place[1] / size_pt[1]
        axes.text(x, y, label.text, transform=axes.transAxes, fontsize=NOTE_PT, color=INK, va="center", zorder=7)
        return
    left, top = corner_pt
    sample = sheet.axes(left, top, SAMPLE_PT, block_pt(1, NOTE_PT))
    sample.set_axis_off()
    sample.set_xlim(0, 1)
    sample.set_ylim(0, 1)
    sample.plot([0, 1], [0.45, 0.45], color=INK, linewidth=0.9, dashes=LEVEL_DASHES)
    sheet.write(left + SAMPLE_PT + 4, top, [label.text], NOTE_PT, INK)
