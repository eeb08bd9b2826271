"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from cyclopts import CoercionError, Group, Parameter, Token

from sim.cli.words import Lang


def whole(_: Any, tokens: Sequence[Token]) -> int:
    """A whole number as it was typed; the library's own conversion rounds 1.5 to 2."""
    try:
        return int(tokens[0].value)
    except ValueError as error:
        raise CoercionError(token=tokens[0], target_type=int) from error


CHOICE = Group("What", sort_key=0)
AMOUNT = Group("How much", sort_key=1)
OUTPUT = Group("Output", sort_key=2)

Variants = Annotated[
    list[str] | None, Parameter(name="--variant", group=CHOICE, negative=(), consume_multiple=False)
]
ClusterAddress = Annotated[str | None, Parameter(name="--cluster", group=AMOUNT)]
Json = Annotated[bool, Parameter(name="--json", group=OUTPUT, negative=())]
Language = Annotated[Lang, Parameter(name="--lang", group=OUTPUT)]
