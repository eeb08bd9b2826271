"""`check`: mistakes of files with their places; for good scenarios the balance and the sources."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.problems import MISTAKE, print_problems
from sim.cli.problems import as_json as problems_as_json
from sim.cli.words import Lang, number, word
from sim.errors import Problem, ScenarioError, UsageError
from sim.scenario.balance import balance_table
from sim.scenario.evidence import Audit, audit
from sim.scenario.files import Kind, available, find, read, shown
from sim.scenario.load import load_scenario, load_strategy
from sim.scenario.loaded import Loaded
from sim.scenario.model import Scenario
from sim.scenario.strategy_checks import check_pair

KINDS: tuple[Kind, ...] = ("scenario", "variant", "strategy")


class Checked(NamedTuple):
    """A file that was checked: its kind and name, what was loaded (scenarios only), its problems."""

    kind: Kind
    name: str
    scenario: Loaded[Scenario] | None
    problems: list[Problem]


def check_files(files: Sequence[str], *, as_json: bool, lang: Lang) -> int:
    """Check files, or everything that is shipped, and print what was found; 2 when there are mistakes."""
    asked = [(_kind_of(file), file) for file in files] if files else _everything()
    checked = [_check(kind, name) for kind, name in asked]
    problems = sorted({problem for one in checked for problem in one.problems})
    if as_json:
        found = problems_as_json(problems) if problems else json.dumps(_object(checked), ensure_ascii=False)
        sys.stdout.write(found + "\n")
        return MISTAKE if problems else 0
    console = Console(highlight=False)
    for one in checked:
        if not one.problems:
            _print_good(console, one, lang)
    if problems:
        print_problems(Console(stderr=True, highlight=False), problems, lang)
    return MISTAKE if problems else 0


def _everything() -> list[tuple[Kind, str]]:
    return [(kind, name) for kind in KINDS for name in available(kind)]


def _kind_of(file: str) -> Kind:
    """Kind of a file: by the name if one kind has it, else by the key `kind` of the file."""
    named: list[Kind] = [kind for kind in KINDS if file in available(kind)]
    if named:
        return named[0]
    if not Path(file).is_file():
        from difflib import get_close_matches

        near = get_close_matches(file, [name for kind in KINDS for name in available(kind)], n=3, cutoff=0.5)
        meant = "; did you mean " + " or ".join(f'"{name}"' for name in near) + "?" if near else "."
        raise UsageError(f'"{file}": no scenario, variant or strategy of that name{meant}')
    stated = read(find(file, "scenario"))[1].get("kind", "scenario")
    return stated if stated in KINDS else "scenario"


def _check(kind: Kind, name: str) -> Checked:
    try:
        if kind == "scenario":
            scenario = load_scenario(name)
            check_pair(scenario, load_strategy(scenario.model.default_strategy))
            return Checked(kind, name, scenario, _wrong_sources(scenario))
        if kind == "strategy":
            return Checked(kind, name, None, _wrong_sources(load_strategy(name)))
    except ScenarioError as error:
        return Checked(kind, name, None, error.problems)
    return Checked(kind, name, None, _variant_problems(name))


def _wrong_sources(loaded: Loaded[Any]) -> list[Problem]:
    return [loaded.problem(*finding) for finding in audit(loaded).wrong]


def _variant_problems(name: str) -> list[Problem]:
    """Mistakes of a variant: none if it can be laid over at least one world, else those over the best one."""
    tries: list[list[Problem]] = []
    for world in available("scenario"):
        try:
            load_scenario(world)
        except ScenarioError:
            continue
        try:
            wrong = _wrong_sources(load_scenario(world, variants=[name]))
            return [problem for problem in wrong if problem.file == shown(find(name, "variant"))]
        except ScenarioError as error:
            tries.append(error.problems)
    return min(tries, key=len, default=[])


def _object(checked: Sequence[Checked]) -> dict[str, Any]:
    rows = []
    for one in checked:
        row: dict[str, Any] = {"kind": one.kind, "name": one.name}
        if one.scenario is not None:
            found = audit(one.scenario)
            row["balance"] = [part._asdict() for part in balance_table(one.scenario.model)]
            row["numbers"] = {
                "sourced": len(found.sourced), "assumed": len(found.assumed), "missing": len(found.missing),
            }  # fmt: skip
        rows.append(row)
    return {"errors": [], "checked": rows}


def _print_good(console: Console, one: Checked, lang: Lang) -> None:
    kind = f" ({word(lang, one.kind)})"
    console.print(Text.assemble(("✓ ", "green"), (one.name, "bold"), (kind, "dim"), f" {word(lang, 'good')}"))
    if one.scenario is None:
        return
    console.print(_balance(one.scenario.model, lang))
    found = audit(one.scenario)
    counts = {"sourced": len(found.sourced), "assumed": len(found.assumed), "missing": len(found.missing)}
    console.print("  " + word(lang, "sources", **counts))
    _print_missing(console, found)
    console.print()


def _print_missing(console: Console, found: Audit) -> None:
    for missing in found.missing:
        console.print(Text(f"    {missing}", "yellow"), soft_wrap=True)


def _balance(scenario: Scenario, lang: Lang) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        title=word(lang, "balance"),
        title_justify="left",
        title_style="dim",
    )
    for key in ("product", "taker"):
        table.add_column(word(lang, key))
    table.add_column(word(lang, "share"), justify="right")
    table.add_column("l", justify="right")
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
