"""Places for names on a map: beside their marks, clear of each other and of roads where that can be."""

from __future__ import annotations

import math
from typing import NamedTuple

Spot = tuple[float, float]
AROUND = ((1, 0), (1, -0.8), (1, 0.8), (0, -1), (0, 1), (-1, 0), (-1, -0.8), (-1, 0.8))
"""Directions in which a name may stand from its mark, the preferred first: x to the right, y downwards."""

AWAY_PT = (0.0, 5.0, 10.0, 16.0, 24.0)
"""How far from its mark a name may stand, the nearest first."""

LED_PT = 6.0
"""How far off its mark a name stands before a line leads to it."""

CLEAR_PT = 1.0


class Box(NamedTuple):
    """A rectangle in points from the upper left corner of the map."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two rectangles have a point in common, with a little air between them."""
        return (
            self.left < other.right + CLEAR_PT and other.left < self.right + CLEAR_PT
            and self.top < other.bottom + CLEAR_PT and other.top < self.bottom + CLEAR_PT
        )  # fmt: skip

    def nearest(self, spot: Spot) -> Spot:
        """The point of the rectangle that is nearest to a spot."""
        return min(max(spot[0], self.left), self.right), min(max(spot[1], self.top), self.bottom)

    def holds(self, spot: Spot) -> bool:
        """Whether a spot lies in it."""
        return self.left <= spot[0] <= self.right and self.top <= spot[1] <= self.bottom

    def crossed_by(self, a: Spot, b: Spot) -> bool:
        """Whether a straight line passes through it (Liang–Barsky)."""
        low, high = 0.0, 1.0
        for start, step, first, last in ((a[0], b[0] - a[0], self.left, self.right), (a[1], b[1] - a[1], self.top, self.bottom)):
            if step == 0:
                if not first <= start <= last:
                    return False
                continue
            one, two = sorted(((first - start) / step, (last - start) / step))
            low, high = max(low, one), min(high, two)
        return low <= high


class Placing:
    """What is taken on a map of a size."""

    def __init__(self, wide: float, tall: float) -> None:
        self.wide, self.tall = wide, tall
        self.taken: list[Box] = []
        self.lines: list[tuple[Spot, Spot]] = []

    def take(self, box: Box) -> None:
        """Nothing else may stand here."""
        self.taken.append(box)

    def avoid(self, a: Spot, b: Spot) -> None:
        """A line that names cross only where nothing else is left."""
        self.lines.append((a, b))

    def free(self, box: Box, *, roads: bool) -> bool:
        """Whether a name can stand here; with `roads`, off all lines too."""
        inside = box.left >= 1 and box.top >= 1 and box.right <= self.wide - 1 and box.bottom <= self.tall - 1
        if not inside or any(box.meets(other) for other in self.taken):
            return False
        return not (roads and any(box.crossed_by(a, b) for a, b in self.lines))

    def beside(self, spot: Spot, reach: float, wide: float, tall: float) -> Box | None:
        """A place for a name beside a mark of a radius, off the roads if there is one; None where all is taken."""
        boxes = []
        for away in AWAY_PT:
            for dx, dy in AROUND:
                x = spot[0] + dx * (reach + away) + (0 if dx > 0 else -wide if dx < 0 else -wide / 2)
                y = spot[1] + dy * (reach + away + tall / 2) - tall / 2
                boxes.append(Box(x, y, x + wide, y + tall))
        for roads in (True, False):
            for box in boxes:
                if self.free(box, roads=roads) and self._led(spot, reach, box):
                    self.take(box)
                    lead = self.lead(spot, reach, box)
                    if lead is not None:
                        self.avoid(*lead)
                    return box
        return None

    def lead(self, spot: Spot, reach: float, box: Box) -> tuple[Spot, Spot] | None:
        """Ends of the line from a mark of a radius to its name; None where the name stands as near as names usually do."""
        end = box.nearest(spot)
        away = math.hypot(end[0] - spot[0], end[1] - spot[1])
        if away - reach < LED_PT:
            return None
        return (spot[0] + (end[0] - spot[0]) * reach / away, spot[1] + (end[1] - spot[1]) * reach / away), end

    def _led(self, spot: Spot, reach: float, box: Box) -> bool:
        """Whether the line to a name, if it needs one, meets no name and no other mark."""
        lead = self.lead(spot, reach, box)
        return lead is None or not any(other.crossed_by(*lead) for other in self.taken if not other.holds(spot))
