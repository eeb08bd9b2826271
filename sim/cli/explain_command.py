"""`explain`: what a key, a metric or a word means, and where a number comes from."""

from __future__ import annotations

import json as json_text
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.options import Json, Language, Variants
from sim.cli.words import UNITS, Lang, word
from sim.language import NOTHING, Phrase, in_the_way_of, said, typographic

if TYPE_CHECKING:
    from rich.console import Console

    from sim.scenario.explain import Drawn, Explanation
    from sim.scenario.loaded import Loaded

DEFAULT_WORLD = "kayes-corridor"
MOST_SHOWN = 40
"""Elements of an array that a screen shows; `--json` has them all."""
GLOSSARIES: dict[Lang, str] = {"en": "glossary.md", "fr": "glossaire.md"}

def explain(
    key: str,
    scenario: str = DEFAULT_WORLD,
    /,
    *,
    variants: Variants = None,
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Say what a key, a metric or a word means, what its value is, and where that comes from.

    Parameters
    ----------
    key
        A key of a scenario or strategy (`threat.duration.mean_h`, or its end if there is only one), a metric
        (`shortage_days_any`), a daily column (`wanted_l`) or a word of the glossary (`cohort`).
    scenario
        Name or path of the scenario, or name of a strategy or experiment, that holds the key.
    variants
        Variants laid over the scenario.
    json
        Print one JSON object.
    lang
        Language of the explanation; files and evidence are quoted as they are.
    """
    from sim.errors import UsageError
    from sim.scenario.explain import all_keys, explain_key, no_such_key

    loaded = _loaded(scenario, variants or [])
    try:
        found = explain_key(loaded, key, lang=lang)
    except UsageError:
        told = _metric(key, loaded, lang) or _word(key, lang)
        if told is None:
            names = [*all_keys(loaded), *_metrics(loaded)]
            raise UsageError(no_such_key(key, loaded.name, names)) from None
        _show_told(told, json, lang)
        return 0
    if json:
        sys.stdout.write(json_text.dumps(_object(found), ensure_ascii=False) + "\n")
    else:
        _show(found, lang)
    return 0


def _loaded(name: str, variants: list[str]) -> Loaded[Any]:
    from sim.scenario.files import available
    from sim.scenario.load import load_experiment, load_scenario, load_strategy

    if name not in available("scenario") and name in available("strategy"):
        return load_strategy(name)
    if name not in available("scenario") and name in available("experiment"):
        return load_experiment(name)
    return load_scenario(name, variants=variants)


def _metrics(loaded: Loaded[Any]) -> dict[str, Any]:
    from sim.analysis.metrics import metrics_for

    products = getattr(loaded.model, "product", None) or ("petrol", "diesel")
    return {metric.name: metric for metric in metrics_for(tuple(products))}


def _metric(key: str, loaded: Loaded[Any], lang: Lang) -> dict[str, str] | None:
    """A metric of every run, or a column of the daily records."""
    from sim.records import DAILY_COLUMNS, DAILY_RUN_COLUMNS

    metric = _metrics(loaded).get(key)
    if metric is not None:
        return {
            "kind": "metric",
            "name": metric.name,
            "title": metric.title[lang],
            "definition": said(metric.definition, lang),
            "unit": UNITS[lang].get(metric.unit, metric.unit),
            "direction": metric.direction,
        }
    column = {**DAILY_COLUMNS, **DAILY_RUN_COLUMNS}.get(key)
    return None if column is None else {"kind": "column", "name": key, "definition": said(column, lang)}


def _word(key: str, lang: Lang) -> dict[str, str] | None:
    """A word of the glossary of a language, where the documentation is at hand; the French one knows the English words too."""
    file = Path(__file__).resolve().parents[2] / "docs" / GLOSSARIES[lang]
    if not file.is_file():
        return None
    entries = re.findall(
        r"^(\S[^\n]*)\n: +(.*?)(?=\n\n|\Z)", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    for name, meaning in entries:
        if key.lower().replace("-", " ") in re.split(r" \(|\)", name.lower()):
            told = {"kind": "word", "name": name, "definition": " ".join(meaning.split())}
            return {part: typographic(text) for part, text in told.items()} if lang == "fr" else told
    return None


def _object(found: Explanation) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **asdict(found),
        "settings": [setting._asdict() for setting in found.settings],
        "backings": [backing._asdict() for backing in found.backings],
        "drawn": found.drawn._asdict() if found.drawn else None,
    }


def _show_told(told: dict[str, str], json: bool, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text

    if json:
        sys.stdout.write(json_text.dumps(told, ensure_ascii=False) + "\n")
        return
    screen = Console(highlight=False)
    screen.print(Text.assemble((told["name"], "bold cyan"), f"  {word(lang, 'is_' + told['kind'])}"))
    if "title" in told:
        screen.print(Text(told["title"], "bold"))
    screen.print(Text(told["definition"]))
    if "unit" in told:
        better = word(lang, f"better_{told['direction']}")
        unit = word(lang, "in_unit", unit=told["unit"])
        screen.print(Text(f"{unit} · {better}", "dim"))


def number_text(value: float, lang: Lang) -> str:
    """A number in six figures, thousands apart, small ones as 2.6e-4."""
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        value = int(value)
    return in_the_way_of(f"{value:,}" if isinstance(value, int) else f"{value:g}", lang)


def value_text(found: Explanation, lang: Lang) -> str:
    """Value, range and unit in one line."""
    if not found.is_number:
        return _plain_text(found.value, lang)
    text = number_text(found.value, lang)
    if found.low is not None and found.high is not None:
        text += f"  ({number_text(found.low, lang)} – {number_text(found.high, lang)})"
    return f"{text} {found.unit}".rstrip()


def _show(found: Explanation, lang: Lang) -> None:
    from rich.console import Console
    from rich.text import Text

    screen = Console(highlight=False)
    screen.print(Text.assemble((found.key, "bold cyan"), f"  ({found.world})"))
    if found.keys:
        for meaning in found.meaning:
            screen.print(Text(meaning))
        screen.print(Text(f"\n{word(lang, 'keys_below')}", "bold"))
        for key in found.keys:
            screen.print(Text(f"  {key}"), soft_wrap=True)
    else:
        screen.print(Text(value_text(found, lang), "bold"))
        for meaning in found.meaning:
            screen.print(Text(meaning))
        if found.note:
            screen.print(Text(word(lang, "note", text=found.note)))
        if found.drawn:
            _show_drawn(screen, found.drawn, lang)
    _show_settings(screen, found, lang)
    _show_backings(screen, found, lang)


def _show_settings(screen: Console, found: Explanation, lang: Lang) -> None:
    from rich.text import Text

    screen.print(Text(f"\n{word(lang, 'set_in')}", "bold"))
    if not found.settings:
        screen.print(Text(f"  {word(lang, 'model_default')}"))
    for setting in found.settings:
        place = f"{setting.file}:{setting.line}" if setting.line else setting.file
        state = "in_force" if setting.in_force else "replaced"
        shown = "" if setting.value is None else f"  {_setting_text(setting.value, lang)}"
        style = "" if setting.in_force else "dim"
        alone = "" if len(found.settings) == 1 else f"  ({word(lang, state)})"
        screen.print(Text(f"  {place}{shown}{alone}", style), soft_wrap=True)


def _setting_text(value: Any, lang: Lang) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number_text(number, lang)}" for name, number in value.items())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_text(value, lang)
    return _plain_text(value, lang)


def _plain_text(value: Any, lang: Lang) -> str:
    """A value as JSON writes it; of a long array how long it is."""
    from sim.scenario.expected import shown_value

    if isinstance(value, list) and len(value) > MOST_SHOWN:
        return said(shown_value(value), lang)
    return json_text.dumps(value, ensure_ascii=False)


def _show_drawn(screen: Console, drawn: Drawn, lang: Lang) -> None:
    from rich.text import Text

    told = Phrase(
        "Worlds take it from {n:,} draws of a calibration: median {p50:g}, 90 % from {p05:g} to {p95:g}.",
        n=drawn.draws, p50=drawn.p50, p05=drawn.p05, p95=drawn.p95,
    )  # fmt: skip
    until = Phrase("They were fitted to reports until {day}.", day=drawn.fitted_to) if drawn.fitted_to else NOTHING
    screen.print(Text(" ".join(said(part, lang) for part in (told, until) if part)))


def _show_backings(screen: Console, found: Explanation, lang: Lang) -> None:
    from rich.padding import Padding
    from rich.text import Text

    if not found.needs_source:
        return
    sure = f" ({word(lang, f'confidence_{found.confidence}')})" if found.confidence else ""
    screen.print(Text.assemble("\n", (word(lang, "comes_from"), "bold"), sure))
    if not found.backings:
        screen.print(Text(f"  {found.exempt or word(lang, 'no_source')}"))
    for backing in found.backings:
        level = f"confidence_{backing.confidence}"
        sure = f" · {word(lang, level)}" if backing.confidence else ""
        kind = word(lang, f"backing_{backing.kind}")
        value = f" · {backing.value}" if backing.value else ""
        screen.print(
            Text.assemble("  ", (backing.reference, "cyan"), f"  {kind}{value}{sure}"), soft_wrap=True
        )
        if backing.text:
            screen.print(Padding(Text(backing.text), (0, 0, 0, 4)))
        if backing.address:
            screen.print(Text(f"    {backing.address}", "dim"), soft_wrap=True)
