"""A ministry's template: its page, headers and styles are used; what it lacks is told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.shared import Mm, Pt

from sim.errors import UsageError
from sim.report.memo.model import Memo
from sim.report.memo.word import as_docx
from sim.report.memo.word_styles import STYLES
from sim.report.memo.writing import memo_of

Memos = Callable[[str, str], Memo]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template with a letterhead, a narrow page, large headings and a body to be left out."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "République du Mali – Ministère"
    document.sections[0].left_margin = Mm(60)
    document.styles["Heading 1"].font.size = Pt(21)
    document.add_paragraph("Placeholder of the template")
    path = tmp_path / "ministry.docx"
    document.save(str(path))
    return path


def test_a_template_gives_header_margins_and_styles(memos: Memos, template: Path) -> None:
    content, remarks = as_docx(memos("plain2", "fr"), template)
    document = docx.Document(io.BytesIO(content))
    assert remarks == ()
    assert document.sections[0].header.paragraphs[0].text == "République du Mali – Ministère"
    assert document.styles["Heading 1"].font.size == Pt(21)
    assert "Placeholder" not in " ".join(p.text for p in document.paragraphs)
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert all(shape.width <= room for shape in document.inline_shapes)


def test_a_style_that_a_template_lacks_is_named_and_replaced(memos: Memos, template: Path) -> None:
    document = docx.Document(str(template))
    document.styles["Quote"].delete()
    document.styles["Caption"].delete()
    document.save(str(template))
    content, remarks = as_docx(memos("plain2", "en"), template)
    (told,) = remarks
    assert '"Caption"' in told and '"Quote"' in told and "Normal" in told
    assert '"Caption"' in told.said("fr")
    used = {p.style.name for p in docx.Document(io.BytesIO(content)).paragraphs}
    assert used <= {*STYLES.values(), "Normal"} - {"Quote", "Caption"}


def test_footnotes_of_a_template_are_kept_apart_from_those_of_the_memo(memos: Memos, tmp_path: Path) -> None:
    first = tmp_path / "with-footnotes.docx"
    first.write_bytes(as_docx(memos("plain2", "en"))[0])
    memo = memos("plain2", "fr")
    document = docx.Document(io.BytesIO(as_docx(memo, first)[0]))
    marks = [node.values()[0] for node in document.element.iter() if node.tag.endswith("}footnoteReference")]
    assert len(set(marks)) == len(marks) == len(memo.sources)


@pytest.mark.parametrize("content", [b"", b"PK not a zip", b"plain text"])
def test_what_is_no_word_document_is_refused(memos: Memos, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"not a Word document.*\.docx"):
        as_docx(memos("plain2", "en"), path)


def test_a_missing_template_is_refused(memos: Memos, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        as_docx(memos("plain2", "en"), tmp_path / "none.docx")


def test_a_template_goes_with_word_alone(results: Callable[[str], Path], template: Path) -> None:
    with pytest.raises(UsageError, match="--format docx only"):
        memo_of(results("plain2"), "pdf", template=template)
