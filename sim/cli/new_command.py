"""`new`: a scenario file of one's own, with the keys that are changed most often ready to be uncommented."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from sim.cli.options import OUTPUT, Language
from sim.cli.words import Lang, word
from sim.errors import SimError, UsageError
from sim.language import NOTHING, Phrase, why

if TYPE_CHECKING:
    from sim.scenario.explain import Explanation
    from sim.scenario.loaded import Loaded
    from sim.scenario.model import Scenario

OFTEN = (
    "days",
    "default_strategy",
    r"escort\.pool\.[^.]+\.units",
    r"corridor\.[^.]+\.fleet",
    r"corridor\.[^.]+\.willingness\.floor",
    r"balance\.[^.]+\.need_l_day",
    r"city\.depot\.[^.]+\.start_cover_days",
    r"city\.clearance\.mean_h",
    r"event\.[^.]+\.intensity_per_km_h|threat\.intensity_per_km_h",
    r"contact\.deterrence|loss\.convoy_mean_tankers",
)
"""Patterns of the keys that analysts change most often, one for each heading of a new file."""

HEADINGS = (
    "often_days", "often_strategy", "often_units", "often_fleet", "often_floor", "often_need", "often_cover",
    "often_clearance", "often_intensity", "often_escort",
)  # fmt: skip


def new(
    name: str,
    /,
    *,
    scenario: Annotated[str, Parameter(name="--from")],
    out: Annotated[Path, Parameter(group=OUTPUT)] = Path("scenarios/worlds"),
    lang: Language = "en",
) -> int:
    """Begin a scenario of your own that takes everything from another one.

    Parameters
    ----------
    name
        Name of the new scenario: small letters, digits and single hyphens (`six-units`).
    scenario
        Name or path of the scenario to start from.
    out
        Folder of the new file.
    lang
        Language of the comments in the file and of the messages.
    """
    from rich.console import Console
    from rich.text import Text

    from sim.cli.run_command import program
    from sim.experiment.store.writing import write_bytes
    from sim.scenario.files import find, leads_out, shown
    from sim.scenario.load import load_scenario

    path = free_path(name, out)
    parent = find(scenario, "scenario")
    if leads_out(parent, Path.cwd(), path.parent):
        message = Phrase(
            '"{name}": a scenario there cannot be extended: expected one in the working directory, beside the new file, or in '
            "a folder of scenarios",
            name=scenario,
        )  # fmt: skip
        raise UsageError(message)
    loaded = load_scenario(scenario)
    text = template(name, parent_name(scenario, path), loaded, lang)
    try:
        write_bytes(path, text.encode())
    except OSError as error:
        raise UsageError(Phrase("{file}: cannot be written: {reason}", file=shown(path), reason=why(error))) from error
    try:
        load_scenario(path)
    except SimError:
        path.unlink()
        raise
    screen = Console(highlight=False, file=sys.stdout)
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), shown(path)), soft_wrap=True)
    typed = name if out == Path("scenarios/worlds") else shown(path)
    for command in (f"check {typed}", typed):
        screen.print(
            Text.assemble((word(lang, "next") + " ", "bold"), f"{program()} {command}"), soft_wrap=True
        )
    return 0


def free_path(name: str, folder: Path) -> Path:
    """Path of a new scenario file of a good name that is not taken.

    Raises
    ------
    UsageError
        If the name cannot be one of a scenario, or a scenario or file of that name exists.
    """
    from sim.scenario.files import available, shown
    from sim.scenario.quantity import IDENTIFIER

    if not re.fullmatch(IDENTIFIER, name) or len(name) > 60:
        near = re.sub(r"[^a-z0-9]+", "-", name.lower().removesuffix(".toml")).strip("-")[:60]
        meant = Phrase('; try "{near}"', near=near) if near else NOTHING
        message = Phrase(
            '"{name}": expected small letters, digits and single hyphens, at most 60{meant}', name=name, meant=meant
        )
        raise UsageError(message)
    taken = available("scenario").get(name)
    path = folder / f"{name}.toml"
    for other in (path if path.exists() else None, taken):
        if other is not None:
            message = Phrase('"{name}": {file} exists and is left as it is; choose another name', name=name, file=shown(other))
            raise UsageError(message)
    return path


def parent_name(scenario: str, path: Path) -> str:
    """How a new file names the scenario it extends: by name, or by the way from its own folder."""
    from sim.scenario.files import available, find

    if scenario in available("scenario"):
        return scenario
    parent = find(scenario, "scenario").resolve()
    return Path(os.path.relpath(parent, path.resolve().parent)).as_posix()


def template(name: str, parent: str, loaded: Loaded[Scenario], lang: Lang) -> str:
    """Text of a new scenario file: what it extends, its titles, and commented keys with their present values."""
    title = name.replace("-", " ").capitalize()
    lines = [
        f"# {word(lang, 'new_what', parent=loaded.name)}",
        f"# {word(lang, 'new_how')}",
        f"# {word(lang, 'new_range')}",
        'kind = "scenario"',
        f'extends = "{parent}"',
        f'title = "{title}"',
        f'title_fr = "{title}"',
        'summary = ""',
    ]
    for heading, found in often(loaded, lang):
        lines += ["", f"# {word(lang, heading)}"]
        lines += [
            f"# {explanation.key} = {toml_value(explanation)}{_unit(explanation)}" for explanation in found
        ]
    return "\n".join(lines) + "\n"


def often(loaded: Loaded[Scenario], lang: Lang) -> list[tuple[str, list[Explanation]]]:
    """Headings with the keys of a scenario under each; headings without keys are left out."""
    from sim.scenario.evidence import load_evidence
    from sim.scenario.explain import all_keys, explain_key

    evidence = load_evidence()
    off = [f"corridor.{name}." for name, corridor in loaded.model.corridor.items() if not corridor.enabled]
    keys = [key for key in all_keys(loaded) if not key.startswith(tuple(off))]
    if any(re.fullmatch(r"event\.[^.]+\.intensity_per_km_h", key) for key in keys):
        keys.remove("threat.intensity_per_km_h")
    groups = [
        (heading, [explain_key(loaded, key, evidence, lang) for key in keys if re.fullmatch(pattern, key)])
        for heading, pattern in zip(HEADINGS, OFTEN, strict=True)
    ]
    return [(heading, found) for heading, found in groups if found]


def toml_value(found: Explanation) -> str:
    """A value as TOML: a text in quotes, a bare number, or a table with its range."""
    if isinstance(found.value, str):
        return f'"{found.value}"'
    if found.low is None or found.high is None:
        return _toml_number(found.value)
    low, value, high = (_toml_number(number) for number in (found.low, found.value, found.high))
    return f"{{ value = {value}, low = {low}, high = {high} }}"


def _toml_number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):_}"
    return f"{value:g}".replace("e-0", "e-") if float(f"{value:g}") == value else repr(value)


def _unit(found: Explanation) -> str:
    return f"  # {found.unit}" if found.unit else ""
