"""A native table of Word: a header that is repeated, rules above and below, numbers on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.report.memo.model import Table
from sim.report.memo.typeset import shares, widths
from sim.report.memo.word_styles import GREY, INK, PALE

if TYPE_CHECKING:
    from docx.document import Document

SIDE_PT = 3.0
"""Room on each side of a cell."""


def add_table(document: Document, table: Table, room_pt: float, text_pt: float, small: bool, style: str) -> None:
    """Add a table over the whole width of the text; a small one may have texts in all columns."""
    from docx.shared import Pt

    parts = widths(table) if small else shares(table)
    made: Any = document.add_table(rows=1, cols=len(table.headings))
    made.autofit = False
    _frame(made, room_pt)
    columns = [Pt(room_pt * part / sum(parts)) for part in parts]
    for column, wide in zip(made.columns, columns, strict=True):
        column.width = wide
    right, keep = not small or table.of_numbers, not small
    size = Pt(7.0 if small else round(2 * text_pt * 0.8) / 2)
    lines = [table.headings, *table.rows]
    for place, line in enumerate(lines):
        row = made.rows[0] if place == 0 else made.add_row()
        _flag(row, "cantSplit")
        if place == 0:
            _flag(row, "tblHeader")
        strong = place == 0 or place - 1 in table.strong
        for number, text in enumerate(line):
            cell = row.cells[number]
            cell.width = columns[number]
            _fill(cell, text, style, size, strong, number > 0 and right, place < len(lines) - 1 and keep)
            if place > 0 and strong:
                _ground(cell)
            _rules(cell, place == 0, place == len(lines) - 1)


def _fill(cell: Any, text: str, style: str, size: Any, strong: bool, right: bool, keep: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.style = style
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(1)
    form.line_spacing, form.keep_with_next = 1.0, keep
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = size, strong


def _frame(made: Any, room_pt: float) -> None:
    """Fixed columns over the whole width, little room at the sides of cells."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = made._tbl.tblPr
    for tag in ("w:tblW", "w:tblCellMar"):
        for found in properties.findall(qn(tag)):
            properties.remove(found)
    width = OxmlElement("w:tblW")
    width.set(qn("w:w"), str(round(room_pt * 20)))
    width.set(qn("w:type"), "dxa")
    style = properties.find(qn("w:tblStyle"))
    properties.insert(0 if style is None else 1, width)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), str(round(SIDE_PT * 20)))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    look = properties.find(qn("w:tblLook"))
    properties.insert(len(properties) if look is None else list(properties).index(look), margins)


def _flag(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(f"w:{name}"))


def _ground(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    ground = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", PALE)):
        ground.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(ground)


def _rules(cell: Any, first: bool, last: bool) -> None:
    """Lines above and below the header, and below the last row."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    wanted = {"top": (8, INK) if first else None, "bottom": (4, GREY) if first else (8, INK) if last else None}
    for side, line in wanted.items():
        if line is None:
            continue
        rule = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", str(line[0])), ("space", "0"), ("color", line[1])):
            rule.set(qn(f"w:{key}"), value)
        borders.append(rule)
    if len(borders):
        properties = cell._tc.get_or_add_tcPr()
        ground = properties.find(qn("w:shd"))
        properties.insert(len(properties) if ground is None else list(properties).index(ground), borders)
