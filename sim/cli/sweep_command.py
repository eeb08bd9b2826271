"""`sweep`: points of a grid under strategies, as tables and charts."""

from __future__ import annotations

import json as json_text
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from sim.cli.options import AMOUNT, CHOICE, OUTPUT, Json, Language, whole
from sim.errors import UsageError
from sim.language import Lang, Phrase

if TYPE_CHECKING:
    from sim.study.design import Study

Names = Annotated[list[str] | None, Parameter(group=CHOICE, negative=(), consume_multiple=True)]
Pairs = Annotated[list[str] | None, Parameter(group=CHOICE, negative=(), consume_multiple=False)]

RANGE = re.compile(r"([-+.\deE]+):([-+.\deE]+):(\d+)")
PLACE = "run.py sweep"
"""What mistakes in options name in place of a file."""


def sweep(
    experiment: str,
    /,
    *,
    grid: Pairs = None,
    reference: Pairs = None,
    strategies: Names = None,
    variants: Names = None,
    baseline: Annotated[str | None, Parameter(group=CHOICE)] = None,
    metric: Annotated[str | None, Parameter(group=CHOICE)] = None,
    worlds: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    chances: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    seed: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    engine: Annotated[str, Parameter(group=AMOUNT)] = "auto",
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    uncertainty: Annotated[Literal["central", "sampled"] | None, Parameter(group=AMOUNT)] = None,
    out: Annotated[Path, Parameter(group=OUTPUT)] = Path("results"),
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Run strategies over a grid of values in identical worlds; show means and paired differences, and draw them.

    Parameters
    ----------
    experiment
        Name or path of an experiment with a grid, or of a scenario.
    grid
        A key with its values, `scenario.escort.pool.kayes.units=4,6,8`, or with first, last and number of values,
        `strategy.convoys.size=20:200:10`; may be given several times.
    reference
        A key with the value of the point that the others are compared with, by default the first of every key.
    strategies
        Names or paths of strategies; by default those of the experiment, or the scenario's own.
    variants
        Names or paths of variants, each laid by itself.
    baseline
        Strategy that the others are compared with; by default the first.
    metric
        Metric of tables and charts.
    worlds
        Draws of what we do not know.
    chances
        Draws of luck in each world.
    seed
        Another seed gives other draws; the same seed the same results.
    engine
        `reference`, `batch` (compiled; the same results), or `auto`: the one that is done first.
    workers
        Processes or threads; by default one per processor. Results do not depend on it.
    uncertainty
        `central`: every quantity at its central value; `sampled`: each world draws it.
    out
        Folder in which the folder of the study is made.
    json
        Print one JSON object instead of tables.
    lang
        Language of tables, figures and messages.
    """
    from sim.experiment.interrupts import uninterrupted

    with uninterrupted():
        from sim.experiment.engines import engine_named
        from sim.experiment.pool import checked_workers
        from sim.study.sweeping import run_days, sweep_design

    changes: dict[str, Any] = {
        "grid": dict(axis_of(text) for text in grid or ()),
        "reference": dict(point_at(text) for text in reference or ()),
        "strategies": tuple(strategies or ()), "variants": tuple(variants or ()), "baseline": baseline, "metric": metric,
        "worlds": worlds, "chances": chances, "seed": seed, "uncertainty": uncertainty,
    }  # fmt: skip
    count = checked_workers(workers)
    study = asked_study(experiment, {key: value for key, value in changes.items() if value not in (None, (), {})})
    design = sweep_design(study)
    chosen = engine_named(engine, run_days(study, design))
    from sim.cli.sweep_screen import Screen

    screen = Screen(study, design, lang, quiet=json)
    table = screen.run(chosen, count, out)
    if json:
        found = table.as_object() | {"engine": chosen.name, "results": str(table.swept.folder)}
        sys.stdout.write(json_text.dumps(found, ensure_ascii=False, allow_nan=False) + "\n")
        return 0
    screen.show(table, _next(experiment, study, changes, out, lang))
    return 0


def asked_study(name: str, changes: dict[str, Any]) -> Study:
    """The study of an experiment, or of a scenario alone, with what options change."""
    from sim.scenario.experiment_checks import stem
    from sim.scenario.files import available, find
    from sim.scenario.load import load_scenario
    from sim.study.files import load_experiment_file, study_from_data

    if is_experiment(name):
        return load_experiment_file(name, changes, PLACE)
    if name not in available("scenario") and not name.endswith(".toml"):
        find(name, "experiment")
    scenario = load_scenario(name)
    data: dict[str, Any] = {
        "title": scenario.model.title, "title_fr": scenario.model.title_fr, "scenarios": (name,),
        "strategies": (scenario.model.default_strategy,),
    }  # fmt: skip
    return study_from_data(f"{stem(name)}-sweep", data | changes, PLACE)


def is_experiment(name: str) -> bool:
    """Whether a name or path is that of an experiment file."""
    from sim.errors import ScenarioError
    from sim.scenario.files import FOLDERS, available, head, is_file

    if name in available("experiment"):
        return True
    path = Path(name)
    if not (path.suffix == ".toml" and is_file(path)):
        return False
    try:
        return bool(head(path).get("kind", path.absolute().parent.name) in ("experiment", FOLDERS["experiment"]))
    except ScenarioError:
        return True


def axis_of(text: str) -> tuple[str, Any]:
    """A key with its values, from ``KEY=V1,V2`` or ``KEY=FROM:TO:STEPS``."""
    key, sign, values = text.partition("=")
    parts = [part.strip() for part in values.split(",")]
    if not sign or not key.strip() or not all(parts):
        raise UsageError(Phrase('--grid: expected KEY=V1,V2,… or KEY=FROM:TO:STEPS, got "{got}"', got=text))
    found = RANGE.fullmatch(values.strip())
    if found:
        first, last, steps = (value_of(part) for part in found.groups())
        return key.strip(), {"from": first, "to": last, "steps": steps}
    return key.strip(), tuple(value_of(part) for part in parts)


def point_at(text: str) -> tuple[str, Any]:
    """A key with its value, from ``KEY=VALUE``."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not value.strip():
        raise UsageError(Phrase('--reference: expected KEY=VALUE, got "{got}"', got=text))
    return key.strip(), value_of(value.strip())


def value_of(text: str) -> str | int | float | bool:
    """A value as TOML would read it, or else the text itself."""
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _next(name: str, study: Study, changes: dict[str, Any], out: Path, lang: Lang) -> str:
    """The next command worth trying: another metric of the same runs."""
    from sim.cli.run_command import program

    others = [metric for metric in (*study.metrics, "tankers_lost", "shortage_days_any") if metric != study.metric]
    words = ["sweep", name, "--metric", others[0]]
    for option in ("grid", "reference"):
        for key, value in changes[option].items():
            words += [f"--{option}", f"{key}={_typed(value)}"]
    for option in ("strategies", "variants"):
        words += [f"--{option}", *changes[option]] if changes[option] else []
    for option in ("baseline", "worlds", "chances", "seed", "uncertainty"):
        words += [] if changes[option] is None else [f"--{option}", str(changes[option])]
    words += [] if out == Path("results") else ["--out", str(out)]
    words += [] if lang == "en" else ["--lang", lang]
    return f"{program()} {shlex.join(words)}"


def _typed(value: Any) -> str:
    from sim.study.sweep_tables import text_of

    if isinstance(value, dict):
        return ":".join(text_of(value[part]) for part in ("from", "to", "steps"))
    return ",".join(text_of(one) for one in value) if isinstance(value, tuple) else text_of(value)
