"""`memo`: two pages for a decision, from a result folder or a comparison, as Word, PDF or HTML."""

from __future__ import annotations

import json as json_text
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sim.cli.options import OUTPUT, Json, Language
from sim.cli.words import word
from sim.language import said


def memo(
    results: Path,
    /,
    *,
    format: Annotated[Literal["docx", "pdf", "html"], Parameter(group=OUTPUT)] = "docx",
    template: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
    annex: Annotated[bool, Parameter(group=OUTPUT, negative=())] = False,
    scenario: str | None = None,
    out: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Write the memo of a result folder or of a comparison: two pages for a decision.

    Parameters
    ----------
    results
        A result folder, as `run` or `compare` names it at its end.
    format
        `docx` (Word), `pdf` or `html`.
    template
        A Word document whose page, headers and styles are used; with `--format docx`.
    annex
        Add the checklist STRESS-DES and the public reports behind the numbers.
    scenario
        Of a comparison of several scenarios, the one that tables and pictures show; by default the first.
    out
        File to write; by default `report/memo.LANG.FORMAT` in the result folder.
    json
        Print one JSON object.
    lang
        Language of the memo and the messages.
    """
    from rich.console import Console
    from rich.text import Text

    from sim.experiment.store.writing import check_writable, write_bytes
    from sim.report.memo.writing import memo_of
    from sim.scenario.files import shown

    written = memo_of(results, format, lang, annex, template, scenario)
    path = results / "report" / f"memo.{lang}.{format}" if out is None else out
    check_writable(path.parent)
    write_bytes(path, written.content)
    remarks = [said(remark, lang) for remark in written.remarks]
    if json:
        told = {"file": str(path), "title": written.memo.title, "remarks": remarks}
        sys.stdout.write(json_text.dumps(told, ensure_ascii=False) + "\n")
        return 0
    notices = Console(stderr=True, highlight=False)
    for remark in remarks:
        notices.print(Text(remark, "yellow"), soft_wrap=True)
    screen = Console(highlight=False)
    screen.print(Text(written.memo.title, "bold"), soft_wrap=True)
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), shown(path)), soft_wrap=True)
    return 0
