"""Results for memos: a small world under awkwardly named strategies, run once for all tests."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from tiny_files import STRATEGY, WORLD

from sim.experiment.design import Design
from sim.experiment.experiment import experiment_of, run_experiment
from sim.experiment.engines import engine_named
from sim.report.memo.layout import laid_out
from sim.report.memo.model import Memo
from sim.report.memo.writing import draft_of
from sim.study.files import study_from_data
from sim.study.running import run_study

PLAIN = ("No escort", "Forty every day", "Large and rare: 100 tankers, every 2 days", "Small: 20 tankers", "Medium: 60 tankers, daily",
         "Very large: 150 tankers, weekly")  # fmt: skip
AWKWARD = "<script>alert(1)</script> #import \"x\": =cmd()|' \u202e{place} – réserve d’État de Didiéni"
LONG = "Créneaux d’escorte de l’État n° {place} : Diéma, Didiéni et Kolokani, réserve de sécurité comprise, jusqu’à nouvel ordre"
SIZES = ((10, 24), (40, 24), (100, 48), (20, 12), (60, 24), (150, 168), (30, 24), (50, 48), (70, 48), (80, 72), (90, 96), (110, 120))


def strategy_file(place: int, title: str) -> str:
    """A strategy of its own convoy size and interval."""
    size, interval = SIZES[place]
    text = STRATEGY.replace("size = 100", f"size = {size}").replace("interval_h = 48", f"interval_h = {interval}")
    return text.replace('title = "Tiny"', "title = " + quoted(title) + "\ntitle_fr = " + quoted(title))


def quoted(text: str) -> str:
    """A text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in escaped) + '"'


def titles_of(kind: str, count: int) -> list[str]:
    """Titles of so many strategies."""
    if kind == "plain":
        return list(PLAIN[:count])
    template = LONG if kind == "long" else AWKWARD
    return [template.format(place=place + 1) if kind == "long" else template.replace("{place}", str(place)) for place in range(count)]


def studied(folder: Path, kind: str, count: int, worlds: int = 4, chances: int = 2) -> Path:
    """The folder of a comparison of so many strategies in two readings of the world."""
    world = WORLD.replace("days = 30", "days = 16").replace('title = "Tiny"', 'title = "Port and city"\ntitle_fr = "Port et ville"')
    (folder / "world.toml").write_text(world, encoding="utf-8")
    variant = 'kind = "variant"\ntitle = "Worse attacks"\ntitle_fr = "Attaques plus dures"\n[event.attacks]\nintensity_per_km_h = 1e-4\n'
    (folder / "worse.toml").write_text(variant, encoding="utf-8")
    for place, title in enumerate(titles_of(kind, count)):
        (folder / f"s{place:02d}.toml").write_text(strategy_file(place, title), encoding="utf-8")
    data = {
        "title": "Port", "title_fr": "Port", "scenarios": ("world.toml",), "variants": ((), ("worse.toml",)),
        "strategies": tuple(f"s{place:02d}.toml" for place in range(count)), "uncertainty": "sampled",
    }  # fmt: skip
    study = replace(study_from_data(f"{kind}{count}", data, "test"), design=Design(worlds, chances))
    return run_study(study, engine="reference", out=folder / "results", screen=False)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of some results by name: ``run``, or a kind of titles with a number of strategies (``long12``)."""
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                made[name] = run_of(folder) if name == "run" else studied(folder, name.rstrip("0123456789"), int(name.lstrip("aeghiklnoprtuwd")))
        return made[name]

    return of


def run_of(folder: Path) -> Path:
    """One strategy of the small world, 24 runs."""
    (folder / "world.toml").write_text(WORLD.replace("days = 30", "days = 16"), encoding="utf-8")
    (folder / "tiny.toml").write_text(STRATEGY, encoding="utf-8")
    experiment = experiment_of("world.toml", "tiny.toml", seed=1, uncertainty="sampled", variants=())
    return run_experiment(experiment, Design(12, 2), engine_named("reference", 1), workers=1, out=folder / "results").folder


@pytest.fixture(scope="session")
def memos(results: Callable[[str], Path]) -> Callable[[str, str], Memo]:
    """The memo of some results in a language, laid out once."""
    made: dict[tuple[str, str], Memo] = {}

    def of(name: str, lang: str) -> Memo:
        if (name, lang) not in made:
            made[name, lang] = laid_out(draft_of(results(name), "fr" if lang == "fr" else "en", False))
        return made[name, lang]

    return of
