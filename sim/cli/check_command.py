"""`check`: mistakes of files with their places; for good scenarios the balance and the sources."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.problems import MISTAKE, print_problems
from sim.cli.problems import as_json as problems_as_json
from sim.cli.words import Lang, number, word
from sim.errors import Problem, ScenarioError, SimError, message_of
from sim.language import NOTHING, Phrase, either, listed, said, why
from sim.scenario.balance import balance_table
from sim.scenario.evidence import Audit, audit
from sim.scenario.expected import shown_value, suggestion
from sim.scenario.files import FOLDERS, Kind, available, find, head, is_file, leads_out, shown
from sim.scenario.load import load_scenario, load_strategy, own_problems
from sim.scenario.loaded import Document, Loaded
from sim.scenario.model import Scenario
from sim.scenario.posterior import Posterior
from sim.scenario.strategy_checks import check_pair, pair_problems
from sim.study.files import load_experiment_file

KINDS: tuple[Kind, ...] = ("scenario", "variant", "strategy", "experiment")
PARTS = "parts"
"""Folder of scenario files that are no worlds by themselves."""
MOST_FILES = 10_000
MIN_WIDTH = 8
"""Columns of names in a narrow table, which fold; numbers never do."""


class Asked(NamedTuple):
    """A file to check: its kind, and its name or path."""

    kind: Kind | Literal["part"]
    name: str


class Checked(NamedTuple):
    """A file that was checked: what was asked, what was loaded (scenarios only), its problems."""

    asked: Asked
    scenario: Loaded[Scenario] | None
    problems: list[Problem]


def check_files(files: Sequence[str], *, as_json: bool, lang: Lang) -> int:
    """Check files and folders, or everything that is shipped, and print what was found; 2 when there are mistakes."""
    asked = [found for file in files for found in _named(file)] if files else _everything()
    problems = {one for one in asked if isinstance(one, Problem)}
    tried = _Tried([one.name for one in asked if isinstance(one, Asked) and one.kind == "scenario"])
    checked = [_check(one, tried) for one in dict.fromkeys(asked) if isinstance(one, Asked)]
    problems.update(problem for one in checked for problem in one.problems)
    if as_json:
        found = problems_as_json(sorted(problems), lang) if problems else json.dumps(_object(checked), ensure_ascii=False)
        sys.stdout.write(found + "\n")
        return MISTAKE if problems else 0
    console = Console(highlight=False)
    for one in checked:
        if not one.problems:
            _print_good(console, one, lang)
    if problems:
        print_problems(Console(stderr=True, highlight=False), sorted(problems), lang)
    return MISTAKE if problems else 0


def _everything() -> list[Asked | Problem]:
    return [Asked(kind, name) for kind in KINDS for name in available(kind)]


def _named(name: str) -> Iterator[Asked | Problem]:
    """What a name or path on the command line stands for: one file, or every TOML file of a folder and those below."""
    kinds = [kind for kind in KINDS if name in available(kind)]
    if kinds:
        yield Asked(kinds[0], name)
    elif os.path.isdir(name):
        yield from _in_folder(name)
    elif is_file(Path(name)) and name.endswith(".toml"):
        yield _of_kind(Path(name))
    else:
        yield _unknown(name)


def _unknown(name: str) -> Problem:
    known = [other for kind in KINDS for other in available(kind)]
    near = get_close_matches(name[:100], known, n=3, cutoff=0.5)
    hint = Phrase("did you mean {names}?", names=either(near)) if near else NOTHING
    if os.path.exists(name):
        return Problem(name, 0, 0, "", Phrase("is no TOML file: expected a name that ends in .toml, or a folder"))
    message = Phrase("there is no scenario, variant, strategy or experiment, no file and no folder of that name")
    return Problem(name, 0, 0, "", message, hint)


def _in_folder(folder: str) -> Iterator[Asked | Problem]:
    """The TOML files of a folder and of the folders in it; links to folders are not followed."""
    unreadable: list[OSError] = []
    walked = os.walk(folder, onerror=unreadable.append)
    paths = sorted(Path(where, name) for where, _, names in walked for name in names if name.endswith(".toml"))
    for path in paths[:MOST_FILES]:
        if path.is_symlink() and leads_out(path, Path(folder), Path.cwd()):
            yield Problem(shown(path), 0, 0, "", Phrase("leads out of the folder: not read"))
        else:
            yield _of_kind(path)
    for error in unreadable:
        yield Problem(shown(Path(error.filename)), 0, 0, "", Phrase("cannot be read: {reason}", reason=why(error)))
    if len(paths) > MOST_FILES:
        message = Phrase(
            "{n:,} TOML files: expected at most {most:,}, the others are not read", n=len(paths), most=MOST_FILES
        )
        yield Problem(folder, 0, 0, "", message)
    elif not paths:
        yield Problem(folder, 0, 0, "", Phrase("no TOML file in this folder or below"))


def _of_kind(path: Path) -> Asked | Problem:
    """A file with the kind that it states, or else the one that its folder is for."""
    folder = Path(os.path.abspath(path)).parent.name
    by_folder = next((kind for kind, name in FOLDERS.items() if name == folder), "scenario")
    try:
        kind = head(path).get("kind", by_folder)
    except ScenarioError:
        return Asked("scenario", str(path))
    if kind == "scenario" and folder == PARTS:
        return Asked("part", str(path))
    if kind in KINDS:
        return Asked(kind, str(path))
    expected = Phrase("one of {words}", words=listed(KINDS))
    message = Phrase("expected {expected}, got {got}", expected=expected, got=shown_value(kind))
    return Document.of(path).problem(("kind",), message, suggestion(kind, KINDS))


class _Tried:
    """The scenarios over which variants and strategies are tried: those that are listed, and those asked for."""

    def __init__(self, asked: Sequence[str]) -> None:
        self.names = dict.fromkeys([*available("scenario"), *asked])
        self.loaded: dict[str, Loaded[Scenario] | None] = {}

    def scenarios(self) -> Iterator[tuple[str, Loaded[Scenario]]]:
        """Names and models of those that have no mistakes."""
        for name in self.names:
            if name not in self.loaded:
                try:
                    self.loaded[name] = load_scenario(name)
                except SimError:
                    self.loaded[name] = None
            scenario = self.loaded[name]
            if scenario is not None:
                yield name, scenario


def _check(asked: Asked, tried: _Tried) -> Checked:
    scenario = None
    try:
        match asked.kind:
            case "part":
                problems = _part_problems(asked.name, tried)
            case "scenario":
                scenario = load_scenario(asked.name)
                check_pair(scenario, load_strategy(scenario.model.default_strategy))
                problems = _wrong_sources(scenario)
            case "strategy":
                problems = _strategy_problems(asked.name, tried)
            case "experiment":
                load_experiment_file(asked.name)
                problems = []
            case _:
                problems = _variant_problems(asked.name, tried)
    except ScenarioError as error:
        problems = error.problems
    except SimError as error:
        problems = [Problem(asked.name, 0, 0, "", message_of(error))]
    return Checked(asked, scenario, problems)


def _part_problems(name: str, tried: _Tried) -> list[Problem]:
    """Mistakes of a part of scenarios: its own, and those that a scenario which extends it has there."""
    own = own_problems(name, "scenario")
    file = shown(find(name, "scenario"))
    for world in () if own else tried.names:
        try:
            load_scenario(world)
        except ScenarioError as error:
            own += [problem for problem in error.problems if problem.file == file]
        except SimError:
            continue
    return own


def _strategy_problems(name: str, tried: _Tried) -> list[Problem]:
    """Mistakes of a strategy: none if it can run in at least one scenario, else those in the one that it suits best."""
    strategy = load_strategy(name)
    tries = []
    for world, scenario in tried.scenarios():
        tries.append([_in_world(problem, world) for problem in pair_problems(scenario, strategy)])
        if not tries[-1]:
            return _wrong_sources(strategy)
    return min(tries, key=len, default=[])


def _in_world(problem: Problem, world: str) -> Problem:
    return problem if problem.hint else replace(
        problem, hint=Phrase('in "{world}", the scenario that it suits best', world=world)
    )


def _wrong_sources(loaded: Loaded[Any]) -> list[Problem]:
    return [loaded.problem(finding) for finding in audit(loaded).wrong]


def _variant_problems(name: str, tried: _Tried) -> list[Problem]:
    """Mistakes of a variant: its own; else none if it can be laid over a scenario, or those over the one that it suits best."""
    own = own_problems(name, "variant")
    if own:
        return own
    tries: list[list[Problem]] = []
    for world, _ in tried.scenarios():
        try:
            wrong = _wrong_sources(load_scenario(world, variants=[name]))
            return [problem for problem in wrong if problem.file == shown(find(name, "variant"))]
        except ScenarioError as error:
            tries.append([_in_world(problem, world) for problem in error.problems])
    if not tries:
        message = Phrase("there is no scenario without mistakes to lay it over")
        return [Problem(shown(find(name, "variant")), 0, 0, "", message)]
    return min(tries, key=len)


def _object(checked: Sequence[Checked]) -> dict[str, Any]:
    rows = []
    for one in checked:
        row: dict[str, Any] = {"kind": one.asked.kind, "name": one.asked.name}
        if one.scenario is not None:
            found = audit(one.scenario)
            row["balance"] = [part._asdict() for part in balance_table(one.scenario.model)]
            posterior = one.scenario.model.posterior
            if posterior is not None:
                row["posterior"] = {"draws": len(posterior.worlds), "keys": list(posterior.keys)}
            row["numbers"] = {
                "sourced": len(found.sourced), "assumed": len(found.assumed), "missing": len(found.missing),
            }  # fmt: skip
        rows.append(row)
    return {"errors": [], "checked": rows}


def _print_good(console: Console, one: Checked, lang: Lang) -> None:
    kind = f" ({word(lang, 'world_part' if one.asked.kind == 'part' else one.asked.kind)})"
    console.print(Text.assemble(("✓ ", "green"), (one.asked.name, "bold"), (kind, "dim"), f" {word(lang, 'good')}"))
    if one.scenario is None:
        return
    console.print(_balance(one.scenario.model, lang), crop=False)
    found = audit(one.scenario)
    counts = {"sourced": len(found.sourced), "assumed": len(found.assumed), "missing": len(found.missing)}
    console.print("  " + word(lang, "sources", **counts))
    if one.scenario.model.posterior is not None:
        console.print("  " + said(_drawn(one.scenario.model.posterior), lang))
    _print_missing(console, found, lang)
    console.print()


def _drawn(posterior: Posterior) -> Phrase:
    return Phrase(
        "Worlds: {n:,} draws of a calibration, which give {m:,} {m:quantity|quantities} together",
        n=len(posterior.worlds), m=len(posterior.keys),
    )  # fmt: skip


def _print_missing(console: Console, found: Audit, lang: Lang) -> None:
    for missing in found.missing:
        console.print(Text(f"    {missing.said(lang)}", "yellow"), soft_wrap=True)


def _balance(scenario: Scenario, lang: Lang) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title=word(lang, "balance"),
        title_justify="left",
        title_style="dim",
    )
    for key in ("product", "taker"):
        table.add_column(word(lang, key), overflow="fold", min_width=MIN_WIDTH)
    table.add_column(word(lang, "share"), justify="right", no_wrap=True)
    table.add_column("l", justify="right", no_wrap=True)
    rows = balance_table(scenario)
    for product in scenario.balance:
        parts = [row for row in rows if row.product == product]
        for row in parts:
            taker = f"{row.name} ({word(lang, row.role)})"
            table.add_row(product, taker, _percent(row.share, lang), number(row.litres_day, 0, lang))
        total = sum(row.litres_day for row in parts)
        share = _percent(sum(row.share for row in parts), lang)
        table.add_row("", f"[bold]{word(lang, 'total')}", f"[bold]{share}", f"[bold]{number(total, 0, lang)}")
        table.add_section()
    return table


def _percent(share: float, lang: Lang) -> str:
    return f"{number(100 * share, 1, lang)} %"
