"""`charts`: the charts of a result folder, in a language and a size, all or some of them."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sim.cli.options import CHOICE, OUTPUT, Json, Language
from sim.cli.words import filled, word
from sim.language import said

Only = Annotated[list[str] | None, Parameter(name="--only", group=CHOICE, negative=(), consume_multiple=False)]


def charts(
    results: Path,
    /,
    *,
    only: Only = None,
    size: Annotated[Literal["full", "column", "slide"], Parameter(group=OUTPUT)] = "full",
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Draw the charts of a result folder as PNG, SVG and PDF.

    Parameters
    ----------
    results
        A folder of `run`, `compare`, `sweep`, `forecast` or `calibrate`, as it is named at its end.
    only
        Name of a chart; may be given several times. By default all.
    size
        `full` (width of a page), `column` (half of it) or `slide` (16 by 9).
    out
        Folder in which the files are written; by default `figures` in the result folder.
    json
        Print one JSON object.
    lang
        Language of the charts and the messages.
    """
    from rich.console import Console
    from rich.text import Text

    from sim.experiment.store.writing import check_writable
    from sim.report.figures import FIGURES, charts_of, write_charts
    from sim.report.style import SIZES
    from sim.scenario.files import shown

    drawn, left_out = charts_of(results, only)
    if only and left_out:
        raise left_out[0].reason
    folder = results / FIGURES if out is None else out
    check_writable(folder)
    paths = write_charts(drawn, folder, lang, SIZES[size])
    if json:
        charts_told = [{"name": c.name, "title": said(c.title, lang), "alt": said(c.alt, lang)} for c in drawn]
        missing = {one.name: said(one.reason.args[0], lang) for one in left_out}
        told = {"charts": charts_told, "files": [str(path) for path in paths], "left_out": missing}
        sys.stdout.write(json_text.dumps(told, ensure_ascii=False) + "\n")
        return 0
    screen = Console(highlight=False)
    for chart in drawn:
        screen.print(Text.assemble((f"{chart.name}  ", "dim"), said(chart.title, lang)), soft_wrap=True)
    for one in left_out:
        screen.print(Text.assemble((f"{one.name}  ", "dim"), (said(one.reason.args[0], lang), "yellow")), soft_wrap=True)
    screen.print()
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), f"{shown(folder)}/"), soft_wrap=True)
    screen.print(Text(filled([path.name for path in paths if path.suffix == ".png"], screen.width, "  "), "dim"), soft_wrap=True)
    return 0
