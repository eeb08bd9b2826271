"""`list`: what there is to run."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.words import Lang, word
from sim.errors import SimError
from sim.scenario.files import FOLDERS, Kind, available, find, read, shown

HEADINGS: dict[Kind, str] = {
    "scenario": "scenarios", "variant": "variants", "strategy": "strategies",
    "experiment": "experiments",
}  # fmt: skip
MOST_PARENTS = 10


def titles_of(name: str, kind: Kind) -> dict[str, str]:
    """Titles by language as the file states them, or as its parents do; empty when it cannot be read.

    Files are not validated here: a list shows broken ones too, and `check` says what is wrong with them.
    """
    found: dict[str, str] = {}
    for _ in range(MOST_PARENTS):
        try:
            data: Mapping[str, Any] = read(find(name, kind))[1]
        except SimError:
            return found
        for lang, key in (("en", "title"), ("fr", "title_fr")):
            if isinstance(data.get(key), str) and data[key]:
                found.setdefault(lang, data[key])
        name = str(data.get("extends", ""))
        if not name or name not in available(kind):
            break
    return found


def list_files(*, as_json: bool, lang: Lang) -> int:
    """Print names and titles of all scenarios, variants, strategies and experiments."""
    rows = {
        kind: [(name, shown(path), titles_of(name, kind)) for name, path in available(kind).items()]
        for kind in HEADINGS
    }
    if as_json:
        found = {
            HEADINGS[kind]: [{"name": name, "file": file, "titles": titles} for name, file, titles in entries]
            for kind, entries in rows.items()
        }
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return 0
    console = Console(highlight=False)
    width = max((len(name) for entries in rows.values() for name, _, _ in entries), default=0)
    for kind, entries in rows.items():
        console.print(f"[bold]{word(lang, HEADINGS[kind])}[/] [dim](scenarios/{FOLDERS[kind]})[/]")
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(min_width=width + 2, style="cyan", no_wrap=True)
        table.add_column()
        for name, _, titles in entries:
            title = titles.get(lang) or titles.get("en")
            table.add_row(Text(f"  {name}"), Text(title) if title else Text(word(lang, "unreadable"), "red"))
        if not entries:
            table.add_row(f"  {word(lang, 'none')}", "")
        console.print(table)
        console.print()
    return 0
