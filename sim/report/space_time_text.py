"""What a space–time diagram shows and says: its window, the worst attack, title, subtitle and note."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sim.clock import DAY_S
from sim.errors import UsageError
from sim.experiment.journeys import Engagement, Journey, journeys
from sim.experiment.replay import Replay
from sim.language import Phrase
from sim.report.context import ChartContext
from sim.report.words import NO_BREAK, Language

WINDOW_DAYS = 30

KEY_WORDS = {
    "en": {"convoy": "convoy", "independents": "independents", "approach": "to staging", "lost": "tankers lost"},
    "fr": {"convoy": "convoi", "independents": "isolés", "approach": "vers le regroupement",
           "lost": "citernes perdues"},
}  # fmt: skip


KINDS = {"convoy": Phrase("convoy"), "independents": Phrase("independents"), "approach": Phrase("to staging")}
ENDS = {
    "staged": Phrase("staged"), "arrived": Phrase("arrived"), "destroyed": Phrase("destroyed"), "dropped": Phrase("dropped"),
    "turned_back": Phrase("turned back"), "on_the_road": Phrase("on the road"),
}  # fmt: skip
"""What the table of a diagram calls kinds of cohorts and their ends."""


@dataclass(frozen=True)
class Window:
    """The days that a diagram shows."""

    first: date
    days: int


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
        raise UsageError(Phrase("--days: expected at least 1, got {got}", got=days))
    if first is None:
        worst = worst_of(journeys(played), played.plan.times.start_s)
        at = played.plan.times.start_s if worst is None else worst.time_s
        middle = labels.epoch + timedelta(days=at // DAY_S)
        latest = last - timedelta(days=days - 1)
        first = max(min(middle - timedelta(days=days // 2), latest), labels.start)
    if not labels.start <= first <= last:
        raise UsageError(
            Phrase("--from: expected a date from {start} to {last}, got {got}", start=labels.start, last=last, got=first)
        )
    return Window(first, min(days, (last - first).days + 1))


def worst_of(found: Sequence[Journey], from_s: int, to_s: float = math.inf) -> Engagement | None:
    """The engagement with the highest losses in a span, the first of equal ones; None if there is none."""
    attacks = [e for journey in found for e in journey.engagements if from_s <= e.time_s < to_s]
    return min(attacks, key=lambda e: (-e.lost, e.time_s), default=None)


class Span:
    """The window in seconds of the run, and what lies in it."""

    def __init__(self, played: Replay, window: Window) -> None:
        self.window = window
        self.from_s = (window.first - played.labels.epoch).days * DAY_S
        self.to_s = self.from_s + window.days * DAY_S

    def day(self, time_s: int) -> float:
        """Days from the beginning of the window."""
        return (time_s - self.from_s) / DAY_S

    def date_of(self, time_s: int) -> date:
        """The day on which a second lies."""
        return self.window.first + timedelta(days=(time_s - self.from_s) // DAY_S)

    def holds(self, time_s: int) -> bool:
        """Whether a second lies in the window."""
        return self.from_s <= time_s < self.to_s

    def shows(self, journey: Journey) -> bool:
        """Whether any part of a journey lies in the window."""
        return journey.path[0][0] < self.to_s and journey.path[-1][0] > self.from_s


def finding(played: Replay, found: Sequence[Journey], span: Span, lang: Language) -> str:
    """How many of the convoys that left in the window were attacked, and the worst attack."""
    convoys = [j for j in found if j.kind == "convoy" and span.holds(j.departed_s)]
    hit = sum(bool(j.engagements) for j in convoys)
    worst = worst_of(found, span.from_s, span.to_s)
    english = lang.code == "en"
    start = _attacked(hit, len(convoys), span.window.days, lang)
    if worst is None or worst.lost == 0:
        return start
    journey = next(j for j in found if worst in j.engagements)
    when = lang.day(span.window.first + timedelta(days=int(span.day(worst.time_s))))
    alone = journey.kind != "convoy"
    lost, size = lang.number(worst.lost), lang.number(worst.tankers)
    if english:
        who, whose = ("independents", "their") if alone else ("a convoy", "its")
        part = f"all of {whose}" if worst.lost == worst.tankers else f"{lost} of {whose}"
        return f"{start}; the worst attack, on {when}, costs {who} {part} {size}{NO_BREAK}tankers"
    who, whose = ("aux isolés", "leurs") if alone else ("à un convoi", "ses")
    part = f"toutes {whose}" if worst.lost == worst.tankers else f"{lost} de {whose}"
    return f"{start}{lang.semicolon} la pire attaque, le {when}, coûte {who} {part} {size}{NO_BREAK}citernes"


def _attacked(hit: int, convoys: int, days: int, lang: Language) -> str:
    """How many of the convoys that leave in the window are attacked, as the beginning of a sentence."""
    n, all_of, span = lang.number(hit), lang.number(convoys), lang.number(days)
    if lang.code == "en":
        if convoys == 0:
            return f"No convoy leaves in {'this day' if days == 1 else f'these {span} days'}"
        if convoys == 1:
            return f"The one convoy is {'attacked' if hit else 'not attacked'} on the way"
        if hit == 0:
            return f"None of the {all_of} convoys is attacked"
        return f"{n} of {all_of} convoys {'is' if hit == 1 else 'are'} attacked on the way"
    if convoys == 0:
        return f"Aucun convoi ne part {'ce jour-là' if days == 1 else f'pendant ces {span} jours'}"
    if convoys == 1:
        return f"Le seul convoi {'est' if hit else 'n’est pas'} attaqué en route"
    if hit == 0:
        return f"Aucun des {all_of} convois n’est attaqué"
    return f"{n} convoi{'s' if hit > 1 else ''} sur {all_of} {'sont attaqués' if hit > 1 else 'est attaqué'} en route"


def subtitle(context: ChartContext, span: Span, lang: Language) -> str:
    """What is shown, when, and how it is read."""
    last = span.window.first + timedelta(days=span.window.days - 1)
    first, end = lang.day(span.window.first), lang.day(last, year=True)
    if lang.code == "en":
        return (
            f"Convoys on their way to {context.city}, {first} to {end}. A flat line is a halt or a wait; a circle is an "
            "attack, its area the tankers lost"
        )
    return (
        f"Convois en route vers {context.city}, du {first} au {end}. Un palier est un arrêt ou une "
        f"attente{lang.semicolon} un cercle, une attaque (sa surface{lang.colon} les citernes perdues)"
    )


def note(played: Replay, lang: Language) -> str:
    """Where the diagram comes from, and what it does not know."""
    world, chance = played.replication
    if lang.code == "en":
        return (
            f"Shown: one run, world{NO_BREAK}{world}, chance{NO_BREAK}{chance}; another would "
            "differ. Places between two towns are estimated from driving hours. Dashed: the place where convoys form, "
            "and tankers that turn back. Cross: a convoy that lost its last tanker."
        )
    return (
        f"Une seule simulation est montrée, monde{NO_BREAK}{world}, hasard{NO_BREAK}{chance}"
        f"{lang.semicolon} une autre différerait. Les positions entre deux villes sont estimées d’après les heures de conduite. "
        f"Tirets{lang.colon} lieu de regroupement, et citernes qui font demi-tour. Croix{lang.colon} "
        "convoi qui a perdu sa dernière citerne."
    )
