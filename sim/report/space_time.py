"""The space–time diagram of one replayed run: where every convoy was when, and where it was attacked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from matplotlib.axes import Axes

from sim.clock import DAY_S
from sim.errors import UsageError
from sim.experiment.journeys import Engagement, Journey, journeys, node_km
from sim.experiment.replay import Replay
from sim.report.context import ChartContext
from sim.report.figures import context_of
from sim.report.sheet import MARGIN_PT, Sheet, block_pt, make_sheet
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
    WIDTH_PT,
    Hue,
    house_style,
    width_pt,
)
from sim.report.words import NO_BREAK, Language, date_ticks

WINDOW_DAYS = 30
RIGHT_PT, GAP_PT, KEY_PT = 12.0, 16.0, 20.0
HEIGHTS = {1: 292.0, 2: 190.0}
HEIGHT_PT = 140.0
"""Height of a panel where there are more than two."""

SPACING_PT = 9.6
"""Least distance of two labels of nodes; nodes nearer than half of it share a label."""

CONVOY, ALONE, ATTACK = HUES[0], Hue("#8c8c8c", "#5c5c5c"), HUES[1]
LINE_PT = {"convoy": 1.5, "independents": 0.7, "approach": 0.5}
SMALLEST_PT, LARGEST_PT, LARGE_LOSS = 3.2, 17.0, 20
"""Diameters of the mark of an attack without losses, and of the one with the highest losses of the run; in a run without
large losses, of one that costs `LARGE_LOSS` tankers."""


@dataclass(frozen=True)
class Window:
    """The days that a diagram shows."""

    first: date
    days: int


@dataclass(frozen=True)
class CorridorRoad:
    """A corridor as its panel shows it: km from the source and title of every node, in order."""

    title: str
    km: tuple[float, ...]
    nodes: tuple[str, ...]
    staging: int


def window_of(played: Replay, first: date | None = None, days: int = WINDOW_DAYS) -> Window:
    """The window asked for; without a first day, the one around the engagement with the highest losses.

    Raises
    ------
    UsageError
        If it is not within the reported days.
    """
    labels = played.labels
    last = labels.start + timedelta(days=labels.days - 1)
    if days < 1:
        raise UsageError(f"--days: expected at least 1, got {days}")
    if first is None:
        worst = worst_of(journeys(played), played.plan.times.start_s)
        at = played.plan.times.start_s if worst is None else worst.time_s
        middle = labels.epoch + timedelta(days=at // DAY_S)
        latest = last - timedelta(days=days - 1)
        first = max(min(middle - timedelta(days=days // 2), latest), labels.start)
    if not labels.start <= first <= last:
        raise UsageError(f"--from: expected a date from {labels.start} to {last}, got {first}")
    return Window(first, min(days, (last - first).days + 1))


def worst_of(found: Sequence[Journey], from_s: int, to_s: float = math.inf) -> Engagement | None:
    """The engagement with the highest losses in a span, the first of equal ones; None if there is none."""
    attacks = [e for journey in found for e in journey.engagements if from_s <= e.time_s < to_s]
    return min(attacks, key=lambda e: (-e.lost, e.time_s), default=None)


def space_time(played: Replay, window: Window, lang: str) -> Sheet:
    """The diagram of a replayed run in a window: a panel for each corridor that is used in it."""
    context = context_of(played.results, lang)
    span = Span(played, window)
    found = [journey for journey in journeys(played) if span.shows(journey)]
    used = sorted({journey.corridor for journey in found}) or [0]
    roads = [_road(played, corridor, lang) for corridor in used]
    with house_style():
        return _draw(played, context, span, [[j for j in found if j.corridor == c] for c in used], roads)


class Span:
    """The window in seconds of the run, and what lies in it."""

    def __init__(self, played: Replay, window: Window) -> None:
        self.window = window
        self.from_s = (window.first - played.labels.epoch).days * DAY_S
        self.to_s = self.from_s + window.days * DAY_S

    def day(self, time_s: int) -> float:
        """Days from the beginning of the window."""
        return (time_s - self.from_s) / DAY_S

    def holds(self, time_s: int) -> bool:
        """Whether a second lies in the window."""
        return self.from_s <= time_s < self.to_s

    def shows(self, journey: Journey) -> bool:
        """Whether any part of a journey lies in the window."""
        return journey.path[0][0] < self.to_s and journey.path[-1][0] > self.from_s


def _road(played: Replay, corridor: int, lang: str) -> CorridorRoad:
    entry = played.scenario.corridors[played.labels.corridors[corridor]]
    nodes = played.plan.corridors.nodes[corridor, : played.plan.corridors.n_legs[corridor] + 1].tolist()
    titles = [node.title for node in played.scenario.node.values()]
    staging = int(played.plan.corridors.staging_at[corridor])
    return CorridorRoad(
        entry.title, tuple(node_km(played, corridor)), tuple(titles[node] for node in nodes), staging
    )


def _draw(
    played: Replay, context: ChartContext, span: Span, panels: Sequence[Sequence[Journey]],
    roads: Sequence[CorridorRoad],
) -> Sheet:  # fmt: skip
    lang = context.language
    height = HEIGHTS.get(len(panels), HEIGHT_PT)
    caption = block_pt(1, LABEL_PT) + 3 if len(panels) > 1 else 0.0
    left = max(width_pt(text, TICK_PT) for road in roads for _, text in _labels(road, height)) + MARGIN_PT + 6
    found = [journey for panel in panels for journey in panel]
    body = KEY_PT + len(panels) * (caption + height + GAP_PT) - GAP_PT + block_pt(2, TICK_PT) + 4
    sheet = make_sheet(
        finding(played, found, span, lang), _subtitle(context, span, lang), body, [_note(played, context, lang)]
    )
    worst = worst_of(journeys(played), played.plan.times.start_s)
    most = max(worst.lost, LARGE_LOSS) if worst else LARGE_LOSS
    _key(sheet, left, most, found, lang)
    for place, (panel, road) in enumerate(zip(panels, roads, strict=True)):
        top = KEY_PT + place * (caption + height + GAP_PT)
        if caption:
            sheet.write(MARGIN_PT, top, [road.title], LABEL_PT, INK, "semibold")
        axes = sheet.axes(left, top + caption, WIDTH_PT - left - RIGHT_PT, height)
        _ground(axes, road, span, lang, labelled=place == len(panels) - 1)
        for journey in panel:
            _line(axes, journey, span)
        _attacks(axes, panel, span, most)
        for km, text in _labels(road, height):
            inside = (km / road.km[-1]) * height
            sheet.write(
                left - 6 - width_pt(text, TICK_PT), top + caption + height - inside - TICK_PT * 0.86, [text], TICK_PT,
                SECONDARY,
            )  # fmt: skip
        _worst_label(axes, panel, span, (WIDTH_PT - left - RIGHT_PT, height), road, lang)
    return sheet


def _labels(road: CorridorRoad, height_pt: float) -> list[tuple[float, str]]:
    """Kilometre and text of the labels of the nodes: near ones share a label, others are pushed apart."""
    per_km = height_pt / road.km[-1]
    groups: list[tuple[list[float], list[str]]] = []
    for km, title in zip(road.km, road.nodes, strict=True):
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


def _ground(axes: Axes, road: CorridorRoad, span: Span, lang: Language, *, labelled: bool) -> None:
    axes.set_xlim(0, span.window.days)
    axes.set_ylim(0, road.km[-1])
    axes.set_yticks([])
    for km in road.km[1:]:
        axes.axhline(km, color=GRID, linewidth=0.7, zorder=0.5, clip_on=False)
    axes.axhline(road.km[road.staging], color=AXIS, linewidth=0.7, dashes=(2, 2), zorder=0.6)
    axes.spines["bottom"].set_color(AXIS)
    ticks = date_ticks(span.window.first, span.window.days, lang)
    axes.set_xticks([tick.day for tick in ticks], [tick.label if labelled else "" for tick in ticks])
    axes.tick_params(axis="x", length=3, width=0.7, pad=3)


def _line(axes: Axes, journey: Journey, span: Span) -> None:
    """The way of a cohort; what turned back is dashed from the place where it did."""
    color = CONVOY.mark if journey.kind == "convoy" else ALONE.mark if journey.kind == "independents" else ALONE.tint(0.55)
    days, kms = [span.day(time_s) for time_s, _ in journey.path], [km for _, km in journey.path]
    order = {"convoy": 3.0, "independents": 2.0, "approach": 1.0}[journey.kind]
    ahead = len(days) - 1 if journey.end == "turned_back" and kms[-1] < kms[-2] else len(days)
    axes.plot(
        days[:ahead], kms[:ahead], color=color, linewidth=LINE_PT[journey.kind], zorder=order, solid_joinstyle="round"
    )
    if ahead < len(days):
        axes.plot(
            days[ahead - 1 :], kms[ahead - 1 :], color=color, linewidth=LINE_PT[journey.kind], zorder=order, dashes=(2, 1.5)
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
    axes: Axes, panel: Sequence[Journey], span: Span, size_pt: tuple[float, float], road: CorridorRoad, lang: Language
) -> None:
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
    x_pt, y_pt = span.day(worst.time_s) / span.window.days * size_pt[0], worst.km / road.km[-1] * size_pt[1]
    wide, away = width_pt(text, LABEL_PT, "semibold"), LARGEST_PT / 2 + 3
    right = x_pt + away + wide < size_pt[0]
    axes.annotate(
        text, (x_pt + (away if right else -away), y_pt), xycoords="axes points", ha="left" if right else "right",
        va="center", fontsize=LABEL_PT, fontweight="semibold", color=ATTACK.text, zorder=7, annotation_clip=False,
        bbox={"facecolor": PAPER, "alpha": 0.85, "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip


KEY_WORDS = {
    "en": {"convoy": "convoy", "independents": "independents, by day", "approach": "to staging", "lost": "tankers lost"},
    "fr": {"convoy": "convoi", "independents": "isolés, par jour", "approach": "vers le regroupement",
           "lost": "citernes perdues"},
}  # fmt: skip


def _key(sheet: Sheet, left_pt: float, most: int, found: Sequence[Journey], lang: Language) -> None:
    """Samples of the lines and of the marks, above the panels."""
    room = WIDTH_PT - left_pt - RIGHT_PT
    axes = sheet.axes(left_pt, 0, room, KEY_PT)
    axes.set_axis_off()
    axes.set_xlim(0, room)
    axes.set_ylim(0, KEY_PT)
    words, middle, at = KEY_WORDS[lang.code], KEY_PT - 7.0, 0.0
    kinds = [kind for kind in LINE_PT if any(journey.kind == kind for journey in found)]
    for kind in kinds:
        color = CONVOY.mark if kind == "convoy" else ALONE.mark if kind == "independents" else ALONE.tint(0.55)
        text = CONVOY.text if kind == "convoy" else ALONE.text
        axes.plot([at, at + 14], [middle - 3, middle + 3], color=color, linewidth=LINE_PT[kind], clip_on=False)
        axes.text(at + 18, middle, words[kind], fontsize=NOTE_PT, color=text, va="center_baseline")
        at += 18 + width_pt(words[kind], NOTE_PT) + 12
    if not any(journey.engagements for journey in found):
        return
    for lost in (0, 1, *(n for n in (5, 20, 50, 100, 200) if n <= most)):
        size = diameter_pt(lost, most)
        at += size / 2
        axes.plot([at], [middle], "o", markersize=size, markerfacecolor=ATTACK.tint(0.62) if lost else PAPER,
                  markeredgecolor=ATTACK.mark, markeredgewidth=0.9, clip_on=False)  # fmt: skip
        at += size / 2 + 3
        label = lang.number(lost)
        axes.text(at, middle, label, fontsize=NOTE_PT, color=SECONDARY, va="center_baseline")
        at += width_pt(label, NOTE_PT) + 7
    axes.text(at, middle, words["lost"], fontsize=NOTE_PT, color=ATTACK.text, va="center_baseline")


def finding(played: Replay, found: Sequence[Journey], span: Span, lang: Language) -> str:
    """How many of the convoys that left in the window were attacked, and the worst attack."""
    convoys = [j for j in found if j.kind == "convoy" and span.holds(j.departed_s)]
    hit = sum(bool(j.engagements) for j in convoys)
    worst = worst_of(found, span.from_s, span.to_s)
    english = lang.code == "en"
    days = lang.number(span.window.days)
    if not convoys:
        start = f"No convoy leaves in these {days} days" if english else f"Aucun convoi ne part en {days} jours"
    elif hit == 0:
        n = lang.number(len(convoys))
        start = f"None of the {n} convoys is attacked" if english else f"Aucun des {n} convois n’est attaqué"
    else:
        start = _attacked(hit, len(convoys), lang)
    if worst is None or worst.lost == 0:
        return start
    journey = next(j for j in found if worst in j.engagements)
    when = lang.day(span.window.first + timedelta(days=int(span.day(worst.time_s))))
    alone = journey.kind != "convoy"
    lost, size = lang.number(worst.lost), lang.number(worst.tankers)
    if english:
        who, whose = ("independents", "their") if alone else ("a convoy", "its")
        return f"{start}; the worst attack, on {when}, costs {who} {lost} of {whose} {size}{NO_BREAK}tankers"
    who, whose = ("aux isolés", "leurs") if alone else ("à un convoi", "ses")
    return f"{start}{lang.semicolon} la pire attaque, le {when}, coûte {who} {lost} de {whose} {size}{NO_BREAK}citernes"


def _attacked(hit: int, convoys: int, lang: Language) -> str:
    n, all_of = lang.number(hit), lang.number(convoys)
    if lang.code == "en":
        if convoys == 1:
            return "The one convoy is attacked"
        return f"{n} of {all_of} convoys {'is' if hit == 1 else 'are'} attacked on the way"
    if convoys == 1:
        return "Le seul convoi est attaqué"
    return f"{n} convoi{'s' if hit > 1 else ''} sur {all_of} {'sont attaqués' if hit > 1 else 'est attaqué'} en route"


def _subtitle(context: ChartContext, span: Span, lang: Language) -> str:
    last = span.window.first + timedelta(days=span.window.days - 1)
    first, end = lang.day(span.window.first), lang.day(last, year=True)
    if lang.code == "en":
        return (
            f"Convoys on their way to {context.city}, {first} to {end}. A flat line is a halt or a wait; a circle is an "
            "attack, its area the tankers lost"
        )
    return (
        f"Trajet de chaque convoi vers {context.city}, du {first} au {end}. Un palier est un arrêt ou une attente{lang.semicolon} "
        "un cercle, une attaque (surface : citernes perdues)"
    )


def _note(played: Replay, context: ChartContext, lang: Language) -> str:
    world, chance = played.replication
    if lang.code == "en":
        return (
            f"{context.source_line()} Shown: one run, world{NO_BREAK}{world}, chance{NO_BREAK}{chance}; another would differ. "
            "Places between two towns are estimated from driving hours. Dashed: where convoys form."
        )
    return (
        f"{context.source_line()} Une seule simulation est montrée, monde{NO_BREAK}{world}, hasard{NO_BREAK}{chance}"
        f"{lang.semicolon} une autre différerait. Les positions entre deux villes sont estimées d’après les heures de conduite. "
        "Tirets : lieu de regroupement."
    )
