"""The space–time diagram of one replayed run: where every convoy was when, and where it was attacked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from sim.clock import DAY_S
from sim.experiment.journeys import Engagement, Journey, journeys, node_km
from sim.experiment.replay import Replay
from sim.language import Phrase, said
from sim.report.charts.chart import BodyChart, Cell, Table
from sim.report.charts.of_run import about_of
from sim.report.sheet import MARGIN_PT, Sheet, block_pt
from sim.report.space_time_text import ENDS, KEY_WORDS, KINDS, Span, Window, finding, note, subtitle, worst_of
from sim.report.style import (
    AXIS,
    GRID,
    HUES,
    INK,
    LABEL_PT,
    NOTE_PT,
    PAPER,
    SECONDARY,
    TICK_PT,
    Hue,
    width_pt,
)
from sim.report.words import NO_BREAK, Bilingual, Language, date_ticks, in_both

RIGHT_PT, GAP_PT, KEY_PT, TEXT_TOP_PT = 12.0, 16.0, 20.0, 2.5
HEIGHTS = {1: 292.0, 2: 190.0}
HEIGHT_PT = 140.0
"""Height of a panel where there are more than two."""

SPACING_PT = 9.6
"""Least distance of two labels of nodes; nodes nearer than half of it share a label."""

CONVOY, ALONE, ATTACK = HUES[0], Hue("#9a9a9a", "#5c5c5c"), HUES[1]
NARROW_PT = 160.0
"""Panels narrower than this name the worst attack in small print."""

WIDEST_NAMES = 0.42
"""Share of the sheet that names of places have at most."""
LINE_PT = {"convoy": 1.5, "independents": 0.7, "approach": 0.5}
SMALLEST_PT, LARGEST_PT, LARGE_LOSS = 3.2, 17.0, 20
"""Diameters of the mark of an attack without losses, and of the one with the highest losses of the run; in a run without
large losses, of one that costs `LARGE_LOSS` tankers."""


@dataclass(frozen=True)
class CorridorRoad:
    """A corridor as its panel shows it: km from the source and title of every node, in order."""

    title: Phrase
    km: tuple[float, ...]
    nodes: tuple[Phrase, ...]
    staging: int


@dataclass(frozen=True, kw_only=True)
class SpaceTime(BodyChart):
    """The diagram of a replayed run in a window: a panel for each corridor that is used in it."""

    played: Replay
    span: Span
    roads: tuple[CorridorRoad, ...]
    panels: tuple[tuple[Journey, ...], ...]

    @property
    def table(self) -> Table:
        """A line for each cohort: when it left, how many tankers, how often it was attacked, what it lost, how it ended."""
        headings = (
            Phrase("corridor"), Phrase("kind"), Phrase("left on"), Phrase("tankers"), Phrase("attacks"), Phrase("tankers lost"),
            Phrase("end"),
        )  # fmt: skip
        rows: list[tuple[Cell, ...]] = [
            (road.title, KINDS[one.kind], self.span.date_of(one.departed_s).isoformat(), one.tankers, len(one.engagements),
             one.lost, ENDS[one.end])
            for road, panel in zip(self.roads, self.panels, strict=True) for one in panel
        ]  # fmt: skip
        return Table(headings, tuple(rows))

    @property
    def found(self) -> list[Journey]:
        """Journeys of all panels."""
        return [journey for panel in self.panels for journey in panel]

    @property
    def _height_pt(self) -> float:
        return HEIGHTS.get(len(self.panels), HEIGHT_PT)

    @property
    def _caption_pt(self) -> float:
        return block_pt(1, LABEL_PT) + 7 if len(self.panels) > 1 else 0.0

    @property
    def _most(self) -> int:
        """Losses of the largest mark."""
        worst = worst_of(journeys(self.played), self.played.plan.times.start_s)
        return max(worst.lost, LARGE_LOSS) if worst else LARGE_LOSS

    def body_pt(self, width_pt: float, lang: Language) -> float:
        """Key, panels with their captions, dates."""
        key = KEY_PT * len(_key_rows(self.found, self._most, width_pt, lang))
        each = self._caption_pt + self._height_pt + GAP_PT
        return key + len(self.panels) * each - GAP_PT + block_pt(2, TICK_PT) + 4

    def paint(self, sheet: Sheet, lang: Language) -> None:
        """Key and panels."""
        rows = _key_rows(self.found, self._most, sheet.width_pt, lang)
        spare = max(0.0, sheet.body_pt - self.body_pt(sheet.width_pt, lang)) / len(self.panels)
        height = self._height_pt + spare
        names = [[(km, _cut(text, sheet.width_pt)) for km, text in _labels(road, height, lang)] for road in self.roads]
        left = max(width_pt(text, TICK_PT) for labels in names for _, text in labels) + MARGIN_PT + 6
        wide = sheet.width_pt - left - RIGHT_PT
        _key(sheet, left, rows, self._most, lang)
        for place, (panel, road) in enumerate(zip(self.panels, self.roads, strict=True)):
            top = KEY_PT * len(rows) + place * (self._caption_pt + height + GAP_PT)
            if self._caption_pt:
                sheet.write(MARGIN_PT, top, [said(road.title, lang.lang)], LABEL_PT, INK, "semibold")
            axes = sheet.axes(left, top + self._caption_pt, wide, height)
            _ground(axes, road, self.span, lang, wide, labelled=place == len(self.panels) - 1)
            for journey in panel:
                _line(axes, journey, self.span)
            _attacks(axes, panel, self.span, self._most)
            for km, text in names[place]:
                at = top + self._caption_pt + height - (km / road.km[-1]) * height - TICK_PT * 0.86
                sheet.write(left - 6 - width_pt(text, TICK_PT), at, [text], TICK_PT, SECONDARY)
            _worst_label(axes, panel, self.span, (wide, height), road, self._most, lang)


def _cut(text: str, sheet_pt: float) -> str:
    """A label that leaves most of the sheet to the diagram, cut with an ellipsis where it would not."""
    room = sheet_pt * WIDEST_NAMES
    if width_pt(text, TICK_PT) <= room:
        return text
    short = text
    while short and width_pt(f"{short.rstrip()}…", TICK_PT) > room:
        short = short[:-1]
    return f"{short.rstrip()}…"


def space_time(played: Replay, window: Window) -> SpaceTime:
    """The diagram of a replayed run in a window."""
    about, span = about_of(played.results), Span(played, window)
    found = [journey for journey in journeys(played) if span.shows(journey)]
    used = sorted({journey.corridor for journey in found}) or [0]
    panels = tuple(tuple(journey for journey in found if journey.corridor == corridor) for corridor in used)
    return SpaceTime(
        name="space-time",
        about=about,
        title=in_both(lambda lang: finding(played, [one for panel in panels for one in panel], span, lang)),
        measure=in_both(lambda lang: subtitle(about.spoken(lang.lang), span, lang)),
        notes=(in_both(lambda lang: note(played, lang)),),
        played=played,
        span=span,
        roads=tuple(_road(played, corridor) for corridor in used),
        panels=panels,
    )


def _road(played: Replay, corridor: int) -> CorridorRoad:
    entry = played.scenario.corridors[played.labels.corridors[corridor]]
    nodes = played.plan.corridors.nodes[corridor, : played.plan.corridors.n_legs[corridor] + 1].tolist()
    titles = [Bilingual(node.title, node.title) for node in played.scenario.node.values()]
    staging = int(played.plan.corridors.staging_at[corridor])
    title = Bilingual(entry.title, entry.title)
    return CorridorRoad(title, tuple(node_km(played, corridor)), tuple(titles[node] for node in nodes), staging)


def _labels(road: CorridorRoad, height_pt: float, lang: Language) -> list[tuple[float, str]]:
    """Kilometre and text of the labels of the nodes: near ones share a label, others are pushed apart."""
    per_km = height_pt / road.km[-1]
    groups: list[tuple[list[float], list[str]]] = []
    for km, node in zip(road.km, road.nodes, strict=True):
        title = said(node, lang.lang)
        if groups and (km - groups[-1][0][-1]) * per_km < SPACING_PT / 2:
            groups[-1][0].append(km)
            groups[-1][1].append(title)
        else:
            groups.append(([km], [title]))
    middles = [sum(kms) / len(kms) * per_km for kms, _ in groups]
    for _ in range(200):
        moved = False
        for i in range(len(middles) - 1):
            lack = SPACING_PT - (middles[i + 1] - middles[i])
            if lack > 0.01:
                middles[i] -= lack / 2
                middles[i + 1] += lack / 2
                moved = True
        if not moved:
            break
    return [(middle / per_km, " · ".join(names)) for middle, (_, names) in zip(middles, groups, strict=True)]


def _ground(axes: Axes, road: CorridorRoad, span: Span, lang: Language, wide: float, *, labelled: bool) -> None:
    axes.set_xlim(0, span.window.days)
    axes.set_ylim(0, road.km[-1])
    axes.set_yticks([])
    for km in road.km[1:]:
        axes.axhline(km, color=GRID, linewidth=0.7, zorder=0.5, clip_on=False)
    axes.axhline(road.km[road.staging], color=AXIS, linewidth=0.7, dashes=(2, 2), zorder=0.6)
    axes.spines["bottom"].set_color(AXIS)
    ticks = date_ticks(span.window.first, span.window.days, lang, most=max(2, min(9, int(wide // 37))))
    axes.set_xticks([tick.day for tick in ticks], [tick.label if labelled else "" for tick in ticks])
    axes.tick_params(axis="x", length=3, width=0.7, pad=3)


def _line(axes: Axes, journey: Journey, span: Span) -> None:
    """The way of a cohort; what turned back is dashed from the place where it did."""
    color = _color(journey.kind)
    days, kms = [span.day(time_s) for time_s, _ in journey.path], [km for _, km in journey.path]
    order = {"convoy": 3.0, "independents": 2.0, "approach": 1.0}[journey.kind]
    ahead = len(days) - 1 if journey.end == "turned_back" and kms[-1] < kms[-2] else len(days)
    axes.plot(
        days[:ahead],
        kms[:ahead],
        color=color,
        linewidth=LINE_PT[journey.kind],
        zorder=order,
        solid_joinstyle="round",
    )
    if ahead < len(days):
        axes.plot(
            days[ahead - 1 :],
            kms[ahead - 1 :],
            color=color,
            linewidth=LINE_PT[journey.kind],
            zorder=order,
            dashes=(2, 1.5),
        )
    if journey.kind == "convoy" and journey.end == "destroyed":
        axes.plot(days[-1:], kms[-1:], "x", color=INK, markersize=6, markeredgewidth=1.4, zorder=6)


def diameter_pt(lost: int, most: int) -> float:
    """Diameter of the mark of an attack: its area grows with the tankers lost."""
    return SMALLEST_PT if lost == 0 else max(LARGEST_PT * math.sqrt(lost / most), SMALLEST_PT)


def _attacks(axes: Axes, panel: Sequence[Journey], span: Span, most: int) -> None:
    marked = [(e, j) for j in panel for e in j.engagements if span.holds(e.time_s)]
    for attack, journey in sorted(marked, key=lambda pair: -pair[0].lost):
        strong = journey.kind == "convoy"
        axes.plot(
            [span.day(attack.time_s)], [attack.km], "o", markersize=diameter_pt(attack.lost, most), zorder=5 if strong else 4,
            markerfacecolor=ATTACK.tint(0.62 if strong else 0.28) if attack.lost else PAPER,
            markeredgecolor=ATTACK.mark if strong else ATTACK.tint(0.7), markeredgewidth=0.9, clip_on=False,
        )  # fmt: skip


def _worst_label(
    axes: Axes, panel: Sequence[Journey], span: Span, size_pt: tuple[float, float], road: CorridorRoad, most: int,
    lang: Language,
) -> None:  # fmt: skip
    """Convoy and losses beside the worst engagement of a panel."""
    worst = worst_of(panel, span.from_s, span.to_s)
    if worst is None or worst.lost == 0:
        return
    journey = next(j for j in panel if worst in j.engagements)
    who = {"en": f"Convoy {journey.number}", "fr": f"Convoi {journey.number}"}[lang.code]
    if journey.kind != "convoy":
        who = {"en": "Independents", "fr": "Isolés"}[lang.code]
    of = {"en": "of", "fr": "sur"}[lang.code]
    text = f"{who}{lang.colon} {lang.number(worst.lost)} {of}{NO_BREAK}{lang.number(worst.tankers)}"
    font = NOTE_PT if size_pt[0] < NARROW_PT else LABEL_PT
    label_pt = width_pt(text, font, "semibold"), diameter_pt(worst.lost, most) / 2 + 4
    x_pt, y_pt = _free_place(panel, worst, label_pt, span, size_pt, road)
    axes.annotate(
        text, (x_pt, y_pt), xycoords="axes points", ha="left", va="center", fontsize=font, fontweight="semibold",
        color=ATTACK.text, zorder=7, annotation_clip=False,
        bbox={"facecolor": PAPER, "alpha": 0.8, "edgecolor": "none", "pad": 0.8},
    )  # fmt: skip


def _free_place(
    panel: Sequence[Journey], worst: Engagement, label_pt: tuple[float, float], span: Span, size_pt: tuple[float, float],
    road: CorridorRoad,
) -> tuple[float, float]:  # fmt: skip
    """Left edge and middle, in points of the panel, of a label beside an attack where it covers least.

    `label_pt` is the width of the label and its distance from the middle of the mark.
    """

    def place(time_s: float, km: float) -> tuple[float, float]:
        return (time_s - span.from_s) / DAY_S / span.window.days * size_pt[0], km / road.km[-1] * size_pt[1]

    marks = [place(e.time_s, e.km) for journey in panel for e in journey.engagements if e != worst]
    ways = [
        place(a[0] + (b[0] - a[0]) * step / 8, a[1] + (b[1] - a[1]) * step / 8)
        for journey in panel
        if journey.kind == "convoy"
        for a, b in pairwise(journey.path)
        for step in range(8)
    ]
    (wide_pt, away), half = label_pt, LABEL_PT * 0.7
    x_pt, y_pt = place(worst.time_s, worst.km)
    most = max(size_pt[0] - wide_pt, 0.0)
    candidates = [
        (left, y_pt + up)
        for up in (0.0, 10.0, -10.0, 17.0, -17.0)
        for left in (x_pt + away - abs(up) / 3, x_pt - away - wide_pt + abs(up) / 3)
        if 0 <= left <= most and half <= y_pt + up <= size_pt[1] - half
    ]
    # Where it has no room on either side, above or below the mark.
    middle = min(max(x_pt - wide_pt / 2, 0.0), most)
    candidates += [
        (middle, y_pt + up) for up in (away + half, -away - half) if half <= y_pt + up <= size_pt[1] - half and not candidates
    ]

    def covered(label: tuple[float, float]) -> float:
        def inside(point: tuple[float, float]) -> bool:
            return -4 < point[0] - label[0] < wide_pt + 4 and abs(point[1] - label[1]) < half + 3

        return 3.0 * sum(map(inside, marks)) + sum(map(inside, ways))

    return min(candidates, key=covered, default=(middle, min(max(y_pt, half), size_pt[1] - half)))


Sample = tuple[str, int, float]
"""Part of a key: kind of a line or "", tankers of a mark (or -1: the words after the marks), width in points."""


def _key_rows(found: Sequence[Journey], most: int, room_pt: float, lang: Language) -> list[list[Sample]]:
    """Samples of the lines and of the marks, in as many rows as they need."""
    words = KEY_WORDS[lang.code]
    kinds = [kind for kind in LINE_PT if any(journey.kind == kind for journey in found)]
    sizes = [0, 1, *[n for n in (5, 20, 50, 100, 200) if n <= most][-2:]]
    if not any(journey.engagements for journey in found):
        sizes = []
    lines: list[Sample] = [(kind, 0, 30 + width_pt(words[kind], NOTE_PT)) for kind in kinds]
    marks: list[Sample] = [("", n, diameter_pt(n, most) + 10 + width_pt(lang.number(n), NOTE_PT)) for n in sizes]
    if sizes:
        marks.append(("", -1, width_pt(words["lost"], NOTE_PT)))
    whole = sum(wide for _, _, wide in (*lines, *marks))
    return [[*lines, *marks]] if whole <= room_pt - 2 * MARGIN_PT or not lines or not marks else [lines, marks]


def _key(sheet: Sheet, left_pt: float, rows: Sequence[Sequence[Sample]], most: int, lang: Language) -> None:
    """The key above the panels; it begins further left where it needs the room."""
    words, middle = KEY_WORDS[lang.code], KEY_PT - 7.0
    wide = max(sum(wide for _, _, wide in row) for row in rows)
    left_pt = max(min(left_pt, sheet.width_pt - MARGIN_PT - wide), MARGIN_PT)
    room = sheet.width_pt - left_pt
    for place, row in enumerate(rows):
        top, at = place * KEY_PT, 0.0
        axes = sheet.axes(left_pt, top, room, KEY_PT)
        axes.set_axis_off()
        axes.set_xlim(0, room)
        axes.set_ylim(0, KEY_PT)
        for kind, lost, step in row:
            if kind:
                axes.plot([at, at + 14], [middle - 3, middle + 3], color=_color(kind), linewidth=LINE_PT[kind], clip_on=False)
                hue = CONVOY if kind == "convoy" else ALONE
                sheet.write(left_pt + at + 18, top + TEXT_TOP_PT, [words[kind]], NOTE_PT, hue.text)
            elif lost < 0:
                sheet.write(left_pt + at, top + TEXT_TOP_PT, [words["lost"]], NOTE_PT, ATTACK.text)
            else:
                size = diameter_pt(lost, most)
                axes.plot(
                    [at + size / 2], [middle], "o", markersize=size, markerfacecolor=ATTACK.tint(0.62) if lost else PAPER,
                    markeredgecolor=ATTACK.mark, markeredgewidth=0.9, clip_on=False,
                )  # fmt: skip
                sheet.write(left_pt + at + size + 3, top + TEXT_TOP_PT, [lang.number(lost)], NOTE_PT, SECONDARY)
            at += step


def _color(kind: str) -> str:
    """Colour of the line of a kind of cohort."""
    return {"convoy": CONVOY.mark, "independents": ALONE.mark}.get(kind, ALONE.tint(0.55))
