"""`report`: one HTML file of a result folder or a comparison, which needs nothing else."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.options import OUTPUT, Json, Language
from sim.cli.words import word
from sim.language import plain, said


def report(
    results: Path,
    /,
    *,
    scenario: str | None = None,
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Write the report of a result folder or of a comparison: one HTML file that works without a network.

    Parameters
    ----------
    results
        A result folder, as `run` or `compare` names it at its end.
    scenario
        Of a comparison of several scenarios, the one that tables and pictures show; by default the first.
    out
        File to write; by default `report/report.html` in the result folder.
    json
        Print one JSON object.
    lang
        Language that the report opens in, and of the messages; the report has both.
    """
    from rich.console import Console
    from rich.text import Text

    from sim.experiment.store.writing import check_writable, write_bytes
    from sim.report.html.page import as_page
    from sim.report.html.writing import report_of
    from sim.scenario.files import shown

    path = results / "report" / "report.html" if out is None else out
    found = report_of(results, lang, scenario)
    content = as_page(found)
    check_writable(path.parent)
    write_bytes(path, content)
    title = plain(said(found.title, lang))
    if json:
        sys.stdout.write(json_text.dumps({"file": str(path), "title": title, "bytes": len(content)}, ensure_ascii=False) + "\n")
        return 0
    screen = Console(highlight=False)
    screen.print(Text(title, "bold"), soft_wrap=True)
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), shown(path)), soft_wrap=True)
    return 0
