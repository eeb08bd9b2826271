"""Where marks and labels of a chart stand so that they neither collide nor cover what they explain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from sim.report.findings import Floats
from sim.report.sheet import block_pt
from sim.report.style import NOTE_PT, width_pt
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
    band_pt: Floats, plot_pt: float, line_pt: float, height_pt: float, label_pt: float, crossed_pt: Sequence[float] = ()
) -> tuple[float, float]:
    """Left edge and middle, from the panel's lower left corner, of a line's label where it covers least of a band.

    Parameters
    ----------
    band_pt
        Lower edge, median and upper edge of the band on each day, shape (n_days, 3); the median is never covered
        where there is a choice.
    plot_pt, height_pt
        Width and height of the panel.
    line_pt
        Height of the line; the label stands just above or just below it.
    label_pt
        Width of the label.
    crossed_pt
        Where upright lines stand: the label crosses as few of them as it can without covering more of the band.
    """
    half = NOTE_PT * 0.62
    day_pt = np.linspace(0, plot_pt, band_pt.shape[0])
    best, place = np.inf, (3.0, line_pt + half + 1.5)
    for above in (True, False):
        middle = line_pt + (half + 1.5) * (1 if above else -1)
        if not half <= middle <= height_pt - half:
            continue
        for left in np.arange(3.0, max(plot_pt - label_pt - 3.0, 3.5), 6.0):
            inside = (day_pt >= left - 3) & (day_pt <= left + label_pt + 3)
            near = band_pt[inside] if inside.any() else band_pt
            covered = np.minimum(near[:, 2], middle + half + 1) - np.maximum(near[:, 0], middle - half - 1)
            hidden = np.abs(near[:, 1] - middle) < half + 1
            lines = sum(left - 2 < x_pt < left + label_pt + 2 for x_pt in crossed_pt)
            cost = float(np.clip(covered, 0, None).mean() + height_pt * hidden.mean()) + 0.1 * lines
            if cost < best - 1e-9:
                best, place = cost, (float(left), middle)
    return place
