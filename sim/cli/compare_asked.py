"""`compare` as it is asked for on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import CoercionError, Parameter, Token

from sim.cli.options import AMOUNT, CHOICE, OUTPUT, Json, Language, whole


def half_width(_: Any, tokens: Any) -> float:
    """A number as it was typed."""
    token: Token = tokens[0]
    try:
        return float(token.value.replace(",", "."))
    except ValueError as error:
        raise CoercionError(token=token, target_type=float) from error


Names = Annotated[list[str] | None, Parameter(group=CHOICE, negative=(), consume_multiple=True)]


def compare(
    what: str,
    /,
    *,
    strategies: Names = None,
    baseline: Annotated[str | None, Parameter(group=CHOICE)] = None,
    variants: Names = None,
    metric: Annotated[str | None, Parameter(group=CHOICE)] = None,
    worlds: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    chances: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    precision: Annotated[float | None, Parameter(group=AMOUNT, converter=half_width)] = None,
    max_worlds: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    screen: Annotated[bool | None, Parameter(group=AMOUNT)] = None,
    seed: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    engine: Annotated[str, Parameter(group=AMOUNT)] = "auto",
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    uncertainty: Annotated[Literal["central", "sampled"] | None, Parameter(group=AMOUNT)] = None,
    out: Annotated[Path, Parameter(group=OUTPUT)] = Path("results"),
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Compare strategies in identical worlds and say which is better, by how much, how surely and at what price.

    Parameters
    ----------
    what
        Name or path of a scenario or of an experiment file (see `list`).
    strategies
        Names or paths of strategies to compare, two or more; with an experiment file some of its own.
    baseline
        The strategy that the others are compared with; by default the first one.
    variants
        Variants, each beside the scenario as it stands, joined by + where laid together; `all`: every shipped one that fits.
    metric
        The metric that verdicts judge (shortage_days_any).
    worlds
        Draws of what we do not know (20).
    chances
        Draws of luck in each world (10).
    precision
        In place of worlds: run until differences from the baseline are known to ± so much, in the metric's unit.
    max_worlds
        Worlds at most towards a precision (400).
    screen
        Whether a pilot of few runs drops the clearly worse strategies first; by default with five or more.
    seed
        Another seed gives other draws; the same seed the same results.
    engine
        `reference`, `batch` (compiled; the same results), or `auto`: the one that is done first.
    workers
        Processes or threads; by default one per processor. Results do not depend on it.
    uncertainty
        `central`: every quantity at its central value; `sampled`: each world draws it.
    out
        Folder in which the result folder is made.
    json
        Print one JSON object instead of a table.
    lang
        Language of tables, figures and messages.
    """
    from sim.cli.compare_command import compare_strategies
    from sim.study.asking import Question

    question = Question(
        what, tuple(strategies or ()), baseline, tuple(variants or ()), metric, worlds, chances, precision, max_worlds, seed,
        uncertainty,
    )  # fmt: skip
    return compare_strategies(question, screen=screen, engine=engine, workers=workers, out=out, as_json=json, lang=lang)
