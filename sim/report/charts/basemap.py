"""The ground of the map: borders and rivers of Natural Earth within the box of the corridors."""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parent.parent / "basemap.json"

Line = tuple[tuple[float, float], ...]


class Ground(NamedTuple):
    """Rings of countries by English name and lines of rivers, as longitude and latitude; the box they are cut to."""

    box: tuple[float, float, float, float]
    countries: dict[str, tuple[Line, ...]]
    rivers: tuple[Line, ...]
    origin: str


@cache
def ground() -> Ground:
    """The vendored ground."""
    data = json.loads(FILE.read_text(encoding="utf-8"))

    def points(line: list[int]) -> Line:
        xs, ys = accumulate(line[::2]), accumulate(line[1::2])
        return tuple((x / data["scale"], y / data["scale"]) for x, y in zip(xs, ys, strict=True))

    countries = {name: tuple(points(ring) for ring in rings) for name, rings in data["countries"].items()}
    return Ground(tuple(data["box"]), countries, tuple(points(line) for line in data["rivers"]), data["origin"])


def aspect_at(latitude: float) -> float:
    """Height of a degree of latitude as a multiple of the width of a degree of longitude."""
    return 1 / math.cos(math.radians(latitude))
