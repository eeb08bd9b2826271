"""Tables as CSV files that a spreadsheet opens as they are meant."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from sim.language import plain

Cell = str | int | float | bool | None

FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters, behind blanks, of a text that a spreadsheet would take for a formula: in their wide forms too."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table as UTF-8 with a byte-order mark, without which Excel reads accents wrongly; what is undefined is an empty cell.

    A text that begins like a formula gets an apostrophe in front, and stays on one line without signs that are not seen;
    numbers stay numbers, with all their digits and a point.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_safe(name) for name in header])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        text = plain(cell)
        return f"'{text}" if text.lstrip().startswith(FORMULA) else text
    return repr(cell) if isinstance(cell, float) else cell
