"""The memo as a Word document: real styles, headings, a native table, footnotes and alternative texts."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError
from sim.language import Phrase, why
from sim.report.memo.model import Memo, Paragraph, Picture, Section, Table
from sim.report.memo.pictures import TEXT_PT
from sim.report.memo.word_footnotes import Footnotes
from sim.report.memo.word_styles import STYLES, own_styles, set_language, widths_pt

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as WordParagraph

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of all files in the archive: the same memo is the same bytes."""


def as_docx(memo: Memo, template: Path | None = None) -> tuple[bytes, tuple[Phrase, ...]]:
    """The memo as a Word document, and what a template lacked.

    Parameters
    ----------
    template
        A document whose page, headers, footers and styles are used; what stands in its body is left out.

    Raises
    ------
    UsageError
        If the template cannot be read as a Word document.
    """
    document = _opened(template)
    remarks: tuple[Phrase, ...] = ()
    if template is None:
        own_styles(document, memo.page.text_pt)
    else:
        remarks = _emptied(document, template)
    set_language(document, {"en": "en-GB", "fr": "fr-FR"}[memo.lang])
    _Writer(document, memo, template is None).write()
    return _archive(document), remarks


def _opened(template: Path | None) -> Document:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    if template is None:
        return docx.Document()
    try:
        content = template.read_bytes()
    except OSError as error:
        raise UsageError(Phrase("{file}: cannot be read: {reason}", file=template, reason=why(error))) from error
    try:
        return docx.Document(io.BytesIO(content))
    except (PackageNotFoundError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UsageError(Phrase(
            "{file}: not a Word document; expected a .docx file (open a .dotx template in Word and save it as "
            ".docx)", file=template
        )) from error  # fmt: skip


def _emptied(document: Document, template: Path) -> tuple[Phrase, ...]:
    """Take the body out of a template, and name the styles that it lacks."""
    body = document.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)
    known = {style.name for style in document.styles}
    missing = tuple(name for name in STYLES.values() if name not in known)
    if not missing:
        return ()
    return (Phrase(
        "{file}: has no style {names}; these parts stand in the style Normal", file=template,
        names=tuple(f'"{name}"' for name in missing),
    ),)  # fmt: skip


class _Writer:
    """Writes the parts of a memo at the end of a document."""

    def __init__(self, document: Document, memo: Memo, own: bool) -> None:
        self.document, self.memo, self.own = document, memo, own
        self.known = {style.name for style in document.styles}
        self.footnotes = Footnotes(document, memo.sources)
        self.figures = 0
        self.room_pt = widths_pt(document)

    def write(self) -> None:
        """All parts, in the order of the other writers."""
        memo = self.memo
        self._properties()
        self._line(memo.kicker, "kicker")
        self._line(memo.title, "title")
        self._line(memo.byline, "byline")
        self._section(memo.question)
        self._section(memo.answer, "answer")
        for part in memo.body:
            if part.kind == "picture":
                self._picture(memo.pictures[part.place])
            elif part.kind == "table":
                self._table(memo.table, self._numbered({"en": "Table", "fr": "Tableau"}[memo.lang], 1, memo.table.title))
            else:
                self._section(memo.later[part.place])
        self._footer(memo.provenance)
        if memo.annex:
            self._heading(memo.annex_title).paragraph_format.page_break_before = True
            for table in memo.annex:
                self._table(table, table.title, small=True)
        self.footnotes.store()

    def _style(self, kind: str) -> str:
        name = STYLES[kind]
        return name if name in self.known else "Normal"

    def _line(self, text: str, kind: str) -> WordParagraph:
        return self.document.add_paragraph(text, style=self._style(kind))

    def _heading(self, text: str) -> WordParagraph:
        return self._line(text, "heading")

    def _section(self, section: Section, kind: str = "text") -> None:
        self._heading(section.heading)
        for paragraph in section.paragraphs:
            self._paragraph(paragraph, "point" if section.points else kind)

    def _paragraph(self, spans: Paragraph, kind: str) -> None:
        paragraph = self.document.add_paragraph(style=self._style(kind))
        for span in spans:
            paragraph.add_run(span.text)
            if span.source:
                self.footnotes.call(paragraph, span.source)

    def _picture(self, one: Picture) -> None:
        from docx.shared import Pt

        self.figures += 1
        caption = self._line(self._numbered("Figure", self.figures, one.title), "caption")
        caption.paragraph_format.keep_with_next = True
        paragraph = self.document.add_paragraph(style=self._style("picture"))
        wide = min(one.width_pt, self.room_pt)
        shape = paragraph.add_run().add_picture(io.BytesIO(one.png), Pt(wide), Pt(one.height_pt * wide / one.width_pt))
        for side in "TBLR":
            shape._inline.set(f"dist{side}", "0")
        described = shape._inline.docPr
        described.set("name", f"Figure {self.figures}")
        described.set("descr", one.alt)
        described.set("title", one.title)

    def _numbered(self, word: str, number: int, title: str) -> str:
        return f"{word}\u00a0{number}. {title}"

    def _table(self, table: Table, title: str, small: bool = False) -> None:
        from sim.report.memo.word_table import add_table

        self._line(title, "caption").paragraph_format.keep_with_next = True
        add_table(self.document, table, self.room_pt, self._cells_pt(), small, self._style("cell"))
        for note in table.notes:
            self._line(note, "note")

    def _cells_pt(self) -> float:
        """Size of the text that cells go by: smaller on the narrower pages, and in the unknown fonts, of a template."""
        size = self.memo.page.text_pt
        return size if self.own else 0.86 * size * min(1.0, self.room_pt / TEXT_PT)

    def _footer(self, text: str) -> None:
        """Where the numbers come from and the page, at the foot of each page; under a template a last line."""
        if not self.own:
            self._line(text, "note")
            return
        from sim.report.memo.word_styles import page_number

        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.style = self.document.styles[self._style("footer")]
        paragraph.add_run(f"{text}\t")
        page_number(paragraph, "PAGE")
        paragraph.add_run(" / ")
        page_number(paragraph, "NUMPAGES")

    def _properties(self) -> None:
        known: Any = self.document.core_properties
        when = datetime(self.memo.when.year, self.memo.when.month, self.memo.when.day)
        known.title, known.subject, known.language = self.memo.title[:255], self.memo.kicker[:255], self.memo.lang
        known.author = known.last_modified_by = "fuel-blockade-sim"
        known.comments, known.keywords, known.category = "", "", ""
        known.created = known.modified = when
        known.revision = 1


def _archive(document: Document) -> bytes:
    """The document with all files of its archive at one time, in the order in which they were written."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, source.read(name))
    return fixed.getvalue()
