"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Group, Parameter

from sim.cli.words import Lang

CHOICE = Group("What", sort_key=0)
AMOUNT = Group("How much", sort_key=1)
OUTPUT = Group("Output", sort_key=2)

Variants = Annotated[
    list[str] | None, Parameter(name="--variant", group=CHOICE, negative=(), consume_multiple=False)
]
Json = Annotated[bool, Parameter(name="--json", group=OUTPUT, negative=())]
Language = Annotated[Lang, Parameter(name="--lang", group=OUTPUT)]
