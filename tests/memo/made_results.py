"""Results for memos: a small world under awkwardly named strategies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sim.experiment.design import Design
from sim.experiment.engines import engine_named
from sim.experiment.experiment import experiment_of, run_experiment
from sim.study.files import study_from_data
from sim.study.running import run_study

WORLD = """\
kind = "scenario"
extends = "kayes-corridor"
title = "Route de Kayes, first weeks"
title_fr = "Route de Kayes, premières semaines"
"""
STRATEGY = """\
kind = "strategy"
title = {title}
title_fr = {title}
independents = true

[convoys]
interval_h = {interval}
size = {size}
escort = {{ rule = "fixed", units = {units} }}
"""

PLAIN = (
    "No escort",
    "Forty every day",
    "Large and rare: 100 tankers, every 2 days",
    "Small: 20 tankers",
    "Medium: 60 tankers, daily",
    "Very large: 150 tankers, weekly",
)
AWKWARD = '<script>alert(1)</script> #import "x": =cmd()|\' \u202e{place} – réserve d’État de Didiéni'
LONG = "Créneaux d’escorte de l’État n° {place} : Diéma, Didiéni et Kolokani, réserve de sécurité comprise, jusqu’à nouvel ordre"
PLANS = ((10, 168, 1), (40, 24, 1), (100, 48, 2), (20, 12, 1), (60, 24, 1), (150, 168, 4),
         (30, 24, 1), (50, 48, 2), (70, 48, 2), (80, 72, 2), (90, 96, 2), (110, 120, 3))  # fmt: skip
"""Tankers of a convoy, hours between convoys, escort units of each."""


def strategy_file(place: int, title: str) -> str:
    """A strategy of its own convoy size and interval."""
    size, interval, units = PLANS[place]
    return STRATEGY.format(title=quoted(title), interval=interval, size=size, units=units)


def quoted(text: str) -> str:
    """A text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in escaped) + '"'


def titles_of(kind: str, count: int) -> list[str]:
    """Titles of so many strategies."""
    if kind in ("plain", "both"):
        return list(PLAIN[:count])
    template = LONG if kind == "long" else AWKWARD
    return [
        template.format(place=place + 1) if kind == "long" else template.replace("{place}", str(place)) for place in range(count)
    ]


def studied(folder: Path, kind: str, count: int, worlds: int = 4, readings: int = 1) -> Path:
    """The folder of a comparison of so many strategies in one or two readings of the world; ``both``: in two worlds."""
    (folder / "world.toml").write_text(WORLD, encoding="utf-8")
    other = WORLD.replace("first weeks", "other books").replace("premières semaines", "autres livres")
    (folder / "other.toml").write_text(f"{other}days = 60\n", encoding="utf-8")
    scenarios = ("world.toml", "other.toml") if kind == "both" else ("world.toml",)
    for place, title in enumerate(titles_of(kind, count)):
        (folder / f"s{place:02d}.toml").write_text(strategy_file(place, title), encoding="utf-8")
    data = {
        "title": "Port", "title_fr": "Port", "scenarios": scenarios, "variants": ((), ("detection",))[:readings],
        "strategies": tuple(f"s{place:02d}.toml" for place in range(count)), "uncertainty": "sampled",
    }  # fmt: skip
    study = replace(study_from_data(f"{kind}{count}", data, "test"), design=Design(worlds, 1))
    return run_study(study, engine="reference", out=folder / "results", screen=False)


def run_of(folder: Path) -> Path:
    """One strategy of the small world, 24 runs."""
    (folder / "world.toml").write_text(WORLD, encoding="utf-8")
    (folder / "every-48-h.toml").write_text(strategy_file(2, "Every 48 h"), encoding="utf-8")
    experiment = experiment_of("world.toml", "every-48-h.toml", seed=1, uncertainty="sampled", variants=())
    return run_experiment(experiment, Design(12, 2), engine_named("reference", 1), workers=1, out=folder / "results").folder
