"""The map: corridors through their waypoints, losses by stretch of 50 km or more, tankers that wait; no finer than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from sim.errors import UsageError
from sim.language import Phrase, said
from sim.report.charts.basemap import aspect_at, ground
from sim.report.charts.chart import BodyChart, Cell, Table
from sim.report.charts.marks import GREY, MAIN, OTHER, Entry, Look, draw_key, key_pt
from sim.report.charts.placing import Box, Placing
from sim.report.context import ChartContext
from sim.report.sheet import MARGIN_PT, Sheet, block_pt
from sim.report.style import INK, NOTE_PT, PAPER, Weight, width_pt
from sim.report.words import Bilingual, Language, figures_of, share_of

SEA, LAND, HOME, BORDER, RIVER = "#e3eef5", "#f4f2ec", "#ece5d3", "#b9b2a3", "#9cc3dc"
ROAD = "#7a7a7a"
WIDEST_PT, THINNEST_PT, LARGEST_PT, SMALLEST_PT = 7.0, 1.6, 26.0, 5.0
MARGIN_DEG, SLIDE_PT = 0.75, 470.0
COUNTRIES = {
    "Benin": Bilingual("BENIN", "BÉNIN"),
    "Burkina Faso": Bilingual("BURKINA FASO", "BURKINA FASO"),
    "Côte d'Ivoire": Bilingual("CÔTE D’IVOIRE", "CÔTE D’IVOIRE"),
    "Gambia": Bilingual("GAMBIA", "GAMBIE"),
    "Ghana": Bilingual("GHANA", "GHANA"),
    "Guinea": Bilingual("GUINEA", "GUINÉE"),
    "Guinea-Bissau": Bilingual("GUINEA-BISSAU", "GUINÉE-BISSAU"),
    "Liberia": Bilingual("LIBERIA", "LIBERIA"),
    "Mali": Bilingual("MALI", "MALI"),
    "Mauritania": Bilingual("MAURITANIA", "MAURITANIE"),
    "Niger": Bilingual("NIGER", "NIGER"),
    "Nigeria": Bilingual("NIGERIA", "NIGERIA"),
    "Senegal": Bilingual("SENEGAL", "SÉNÉGAL"),
    "Sierra Leone": Bilingual("SIERRA LEONE", "SIERRA LEONE"),
    "Togo": Bilingual("TOGO", "TOGO"),
}


class Place(NamedTuple):
    """A town: name, coordinates, the mean number of tankers that wait there; `main` ones are named before others."""

    title: Phrase
    lat: float
    lon: float
    waiting: float = 0.0
    main: bool = False


class Road(NamedTuple):
    """A stretch of 50 km or more: pairs of places it runs between, its name, length and the tankers lost on it."""

    legs: tuple[tuple[int, int], ...]
    title: Phrase
    km: float
    lost: float


@dataclass(frozen=True, kw_only=True)
class RoadMap(BodyChart):
    """Towns and stretches of road with what happens on them."""

    places: tuple[Place, ...]
    roads: tuple[Road, ...]

    @property
    def table(self) -> Table:
        """A line for each stretch, then one for each place where tankers wait."""
        rows: list[tuple[Cell, ...]] = [(road.title, road.km, road.lost, None) for road in self.roads]
        rows += [(place.title, None, None, place.waiting) for place in self.places if place.waiting > 0]
        headings = (Phrase("stretch or place"), Phrase("km"), Phrase("tankers lost"), Phrase("tankers waiting, mean"))
        return Table(headings, tuple(rows))

    @property
    def key(self) -> tuple[Entry, ...]:
        """What lines and circles mean."""
        return (
            (Look(OTHER.hue, "_"), Phrase("tankers lost on the stretch, width to scale")),
            (Look(GREY, "_"), Phrase("road without losses")),
            (MAIN, Phrase("tankers waiting on a mean day, area to scale")),
        )

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is shown."""
        west, south, east, north = ground().box
        lons, lats = [p.lon for p in self.places], [p.lat for p in self.places]
        return (
            max(west, min(lons) - MARGIN_DEG), max(south, min(lats) - MARGIN_DEG), min(east, max(lons) + MARGIN_DEG),
            min(north, max(lats) + MARGIN_DEG),
        )  # fmt: skip

    def _size(self, width: float) -> tuple[float, float]:
        """Width and height of the map on a sheet of a width; on a slide it is as high as the slide allows."""
        west, south, east, north = self.extent
        ratio = (north - south) * aspect_at((north + south) / 2) / (east - west)
        wide = width - 2 * MARGIN_PT
        tall = min(wide * ratio, 0.4 * width if width >= SLIDE_PT else 1.1 * width)
        return tall / ratio, tall

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Map and key."""
        return self._size(width_pt)[1] + 6 + key_pt(self.key, width_pt, lang)

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Ground, roads, waiting, names."""
        spare = max(0.0, sheet.body_pt - self.body_pt(sheet.width_pt, lang))
        wide, tall = self._size(sheet.width_pt)
        scale = min((tall + spare) / tall, (sheet.width_pt - 2 * MARGIN_PT) / wide)
        wide, tall = wide * scale, tall * scale
        left = (sheet.width_pt - wide) / 2
        axes = sheet.axes(left, 0, wide, tall)
        west, south, east, north = self.extent
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines["bottom"].set_visible(False)
        _ground(axes)
        self._roads(axes)
        spots = [((p.lon - west) / (east - west) * wide, (north - p.lat) / (north - south) * tall) for p in self.places]
        placing = Placing(wide, tall)
        sizes = self._towns(axes, placing, spots)
        names = _Names(sheet, placing, left, lang)
        for road in sorted(self.roads, key=lambda r: -r.lost):
            if road.lost >= 0.05:
                names.beside(_middle(road, spots), 2.5, figures_of(road.lost), OTHER.hue.text, "bold")
        named = sorted(range(len(self.places)), key=lambda i: (not self.places[i].main, -self.places[i].waiting))
        for i in named:
            place = self.places[i]
            title = (
                Phrase("{place} ({n})", place=place.title, n=figures_of(place.waiting)) if place.waiting >= 0.5 else place.title
            )
            names.beside(spots[i], sizes[i] / 2, title, INK, "semibold" if place.main else "normal")
        self._countries(names, wide, tall)
        draw_key(sheet, tall + 6, self.key, lang)

    def _roads(self, axes: Axes) -> None:
        most = max((road.lost for road in self.roads), default=0.0)
        for road in sorted(self.roads, key=lambda r: r.lost):
            for a, b in road.legs:
                ends = [self.places[a].lon, self.places[b].lon], [self.places[a].lat, self.places[b].lat]
                axes.plot(*ends, color=PAPER, linewidth=THINNEST_PT + 1.6, zorder=3, solid_capstyle="round")
                if road.lost >= 0.05:
                    thick = THINNEST_PT + (WIDEST_PT - THINNEST_PT) * road.lost / most
                    axes.plot(*ends, color=OTHER.hue.mark, linewidth=thick, zorder=4, solid_capstyle="round")
                axes.plot(*ends, color=ROAD, linewidth=0.9, zorder=4.5, solid_capstyle="round")

    def _towns(self, axes: Axes, placing: Placing, spots: Sequence[tuple[float, float]]) -> list[float]:
        """Draw towns, and circles of those that wait; their diameters."""
        most = max((place.waiting for place in self.places), default=0.0)
        sizes = []
        for place, (x, y) in zip(self.places, spots, strict=True):
            size = 4.5 if place.main else 3.2
            if place.waiting >= 0.5:
                size = max(SMALLEST_PT, LARGEST_PT * (place.waiting / most) ** 0.5)
                axes.plot([place.lon], [place.lat], "o", color=MAIN.hue.mark, alpha=0.75, markersize=size, markeredgecolor=PAPER,
                          markeredgewidth=0.7, zorder=5)  # fmt: skip
            axes.plot([place.lon], [place.lat], "o", color=PAPER, markersize=4.5 if place.main else 3.2, markeredgecolor=INK,
                      markeredgewidth=0.9, zorder=6)  # fmt: skip
            placing.take(Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2))
            sizes.append(size)
        for road in self.roads:
            for a, b in road.legs:
                placing.avoid(spots[a], spots[b])
        return sizes

    def _countries(self, names: _Names, wide: float, tall: float) -> None:
        """Names of countries where there is room in them."""
        west, south, east, north = self.extent
        xs, ys = np.meshgrid(np.linspace(0.06, 0.94, 24), np.linspace(0.05, 0.95, 20))
        grid = np.column_stack([west + xs.ravel() * (east - west), north - ys.ravel() * (north - south)])
        for country, rings in ground().countries.items():
            inside = np.any([Outline(np.array(ring)).contains_points(grid) for ring in rings], axis=0)
            if not inside.any():
                continue
            center = grid[inside].mean(axis=0)
            order = np.argsort(((grid[inside] - center) ** 2).sum(axis=1), kind="stable")
            points = [
                ((x - west) / (east - west) * wide, (north - y) / (north - south) * tall) for x, y in grid[inside][order][:60]
            ]
            names.within(points, COUNTRIES[country])


class _Names:
    """Writes names on the map where they neither meet each other nor cover a mark."""

    def __init__(self, sheet: Sheet, placing: Placing, left_pt: float, lang: Language) -> None:
        self.sheet, self.placing, self.left, self.lang = sheet, placing, left_pt, lang

    def beside(self, spot: tuple[float, float], reach: float, title: Phrase, color: str, weight: Weight) -> None:
        """A name beside a mark of a radius; left out where there is no room: the table has it."""
        text = said(title, self.lang.lang)
        found = self.placing.beside(spot, reach + 2, width_pt(text, NOTE_PT, weight), block_pt(1, NOTE_PT))
        if found is not None:
            self._write(found, text, color, weight)

    def within(self, spots: Sequence[tuple[float, float]], title: Phrase) -> None:
        """A name centred on the first of some places that is free."""
        text = said(title, self.lang.lang)
        wide, tall = width_pt(text, NOTE_PT), block_pt(1, NOTE_PT)
        for x, y in spots:
            box = Box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            if self.placing.free(box, roads=True):
                self.placing.take(box)
                self._write(box, text, "#857d6c", "normal")
                return

    def _write(self, box: Box, text: str, color: str, weight: Weight) -> None:
        for written in self.sheet.write(self.left + box.left, box.top, [text], NOTE_PT, color, weight):
            written.set_path_effects([withStroke(linewidth=1.8, foreground=PAPER, alpha=0.85)])
            written.set_zorder(20)


def _middle(road: Road, spots: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Half way along a stretch."""
    legs = [(np.array(spots[a]), np.array(spots[b])) for a, b in road.legs]
    lengths = [float(np.hypot(*(b - a))) for a, b in legs]
    left = sum(lengths) / 2
    for (a, b), length in zip(legs, lengths, strict=True):
        if left <= length:
            x, y = a + (b - a) * (left / length if length else 0.0)
            return float(x), float(y)
        left -= length
    return spots[road.legs[-1][1]]


def _ground(axes: Axes) -> None:
    axes.set_facecolor(SEA)
    axes.patch.set_alpha(1.0)
    for country, rings in ground().countries.items():
        for ring in rings:
            xs, ys = zip(*ring, strict=True)
            axes.fill(xs, ys, facecolor=HOME if country == "Mali" else LAND, edgecolor=BORDER, linewidth=0.6, zorder=1)
    for river in ground().rivers:
        xs, ys = zip(*river, strict=True)
        axes.plot(xs, ys, color=RIVER, linewidth=0.7, zorder=2)


def road_map(about: ChartContext, places: Sequence[Place], roads: Sequence[Road], runs: int, of_runs: int) -> RoadMap:
    """The map of `runs` replayed runs out of `of_runs`.

    Raises
    ------
    UsageError
        If there is no road, or a stretch is told that is shorter than 50 km and not a whole corridor.
    """
    if not roads or not places:
        raise UsageError(Phrase("map: no corridor to draw"))
    worst = max(roads, key=lambda road: road.lost)
    total = sum(road.lost for road in roads)
    if total < 0.05:
        title = Phrase("No tanker is lost on the road")
    else:
        title = Phrase(
            "{share} of the tankers lost fall between {stretch}",
            share=share_of(worst.lost / total),
            stretch=worst.title,
        )
    return RoadMap(
        name="map",
        about=about,
        title=title,
        measure=Phrase(
            "Tankers lost by stretch of road, and tankers waiting, mean of {runs:,} replayed runs", runs=runs
        ) if runs > 1 else Phrase("Tankers lost by stretch of road, and tankers waiting, one replayed run"),
        notes=(
            Phrase(
                "Replayed: {runs:,} of {all:,} {all:run|runs}. Stretches have 50 km or more: the model says nothing finer. "
                "Roads are drawn straight between towns. Ground: Natural Earth.",
                runs=runs, all=of_runs,
            ),
        ),
        places=tuple(places),
        roads=tuple(roads),
    )  # fmt: skip
