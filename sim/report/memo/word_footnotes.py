"""Footnotes of a Word document, which python-docx cannot write: a part of their own with notes by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
EMPTY = (
    f'<w:footnotes xmlns:w="{NAMESPACE}">'
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
    "<w:r><w:separator/></w:r></w:p></w:footnote>"
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
    "</w:pPr><w:r><w:continuationSeparator/></w:r></w:p></w:footnote></w:footnotes>"
)
SMALL_PT = 8
"""Size of footnotes where the document has no style for them."""

TEXT_STYLE = "footnote text"


class Footnotes:
    """The footnotes of a document: called by number from 1, stored at the end; a second call repeats the number."""

    def __init__(self, document: Document, texts: Sequence[str]) -> None:
        from docx.opc.oxml import parse_xml

        self.document, self.texts = document, texts
        self.part = next((r.target_part for r in document.part.rels.values() if r.reltype == RELATION), None)
        self.root: Any = parse_xml(EMPTY if self.part is None else self.part.blob)
        taken = [int(note.get(_q("id"))) for note in self.root]
        self.first = max([*taken, 0]) + 1
        self.marks: dict[int, int] = {}
        known = {style.name: style.style_id for style in document.styles}
        self.text_style = known.get(TEXT_STYLE)

    def call(self, paragraph: Paragraph, number: int) -> None:
        """Put the mark of a footnote at the end of a paragraph; of one already called, its number."""
        run = paragraph.add_run()
        run.font.superscript = True
        if number in self.marks:
            run.text = str(number)
            return
        identity = self.first + len(self.marks)
        self.marks[number] = identity
        reference = _made("footnoteReference")
        reference.set(_q("id"), str(identity))
        run._r.append(reference)

    def store(self) -> None:
        """Write the footnotes that were called into the document."""
        from docx.opc.oxml import serialize_part_xml
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        for number, identity in self.marks.items():
            self.root.append(self._note(identity, self.texts[number - 1]))
        blob = serialize_part_xml(self.root)
        if self.part is None:
            package = self.document.part.package
            self.part = Part(PackURI("/word/footnotes.xml"), CONTENT, blob, package)
            self.document.part.relate_to(self.part, RELATION)
        else:
            self.part._blob = blob

    def _note(self, identity: int, text: str) -> Any:
        note, paragraph, properties = _made("footnote"), _made("p"), _made("pPr")
        note.set(_q("id"), str(identity))
        if self.text_style:
            style = _made("pStyle")
            style.set(_q("val"), self.text_style)
            properties.append(style)
        paragraph.append(properties)
        mark, raised = _made("r"), _made("rPr")
        align = _made("vertAlign")
        align.set(_q("val"), "superscript")
        raised.append(align)
        mark.extend([raised, _made("footnoteRef")])
        words, content = _made("r"), _made("t")
        if not self.text_style:
            properties, size = _made("rPr"), _made("sz")
            size.set(_q("val"), str(2 * SMALL_PT))
            properties.append(size)
            words.append(properties)
        content.text = f" {text}"
        content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        words.append(content)
        paragraph.extend([mark, words])
        note.append(paragraph)
        return note


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _made(name: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(f"w:{name}")
