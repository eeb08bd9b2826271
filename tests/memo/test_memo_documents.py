"""Documents are accessible, safe against what names may hold, and the same bytes twice."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from memo_texts import Page, pdf_text, squeezed, word_text
from pypdf import PdfReader

from sim.language import plain
from sim.report.memo.layout import laid_out
from sim.report.memo.model import Memo
from sim.report.memo.typeset import as_pdf
from sim.report.memo.web import as_html
from sim.report.memo.word import as_docx
from sim.report.memo.writing import draft_of, memo_of

Memos = Callable[[str, str], Memo]
HOSTILE = '<script>alert(1)</script> #import "x": =cmd()|\' [U+202E]1'


def test_what_names_hold_is_literal_in_every_document(memos: Memos) -> None:
    memo = memos("awkward2", "en")
    page = Page(as_html(memo))
    assert HOSTILE in page.text
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "link"}
    word = as_docx(memo)[0]
    assert HOSTILE in word_text(word)
    assert HOSTILE.replace(" ", "") in pdf_text(as_pdf(memo))
    for content in (as_html(memo), zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml")):
        assert not set(content.decode()) & set("\u202e\u202d\u2066\u2067")


def test_marks_of_direction_and_control_characters_are_shown() -> None:
    assert plain("a\u202eb\x00c\x1bd\ud800e\nf") == "a[U+202E]b[U+0000]c[U+001B]d\N{REPLACEMENT CHARACTER}e f"
    assert plain("réserve d’État – 5 % « à »") == "réserve d’État – 5 % « à »"


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
def test_the_same_results_give_the_same_bytes(results: Callable[[str], Path], kind: str) -> None:
    folder = results("plain2")
    once, again = (memo_of(folder, kind, "fr", annex=True).content for _ in range(2))  # type: ignore[arg-type]
    assert once == again


def test_the_date_is_that_of_the_results(results: Callable[[str], Path], memos: Memos) -> None:
    memo = memos("plain2", "en")
    entries = [path.read_text() for path in results("plain2").rglob("provenance.json")]
    ended = max(found for text in entries for found in re.findall(r'"ended": "(\d{4}-\d\d-\d\d)', text))
    assert memo.when.isoformat() == ended
    assert docx.Document(io.BytesIO(as_docx(memo)[0])).core_properties.created.date() == memo.when
    assert PdfReader(io.BytesIO(as_pdf(memo))).metadata["/CreationDate"].startswith(f"D:{memo.when:%Y%m%d}")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_pdf_is_tagged_with_title_language_and_alternative_texts(memos: Memos, lang: str) -> None:
    memo = memos("plain6", lang)
    content = as_pdf(memo)
    catalog = PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert str(catalog["/Lang"]).startswith(lang)
    assert catalog["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert squeezed(PdfReader(io.BytesIO(content)).metadata.title) == squeezed(memo.title)
    assert all(font == "Inter" or font.startswith("DejaVu") for font in fonts(content))


def fonts(content: bytes) -> set[str]:
    """Families of the fonts of a PDF."""
    found = re.findall(r"/FontName\s*/[A-Z]{6}\+([A-Za-z]+)", content.decode("latin-1"))
    return {name.removesuffix("Regular").removesuffix("SemiBold").removesuffix("Bold") for name in found}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_word_document_has_styles_footnotes_and_alternative_texts(memos: Memos, lang: str) -> None:
    memo = memos("plain6", lang)
    content = as_docx(memo)[0]
    document = docx.Document(io.BytesIO(content))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == [
        memo.question.heading,
        memo.answer.heading,
        *(memo.later[p.place].heading for p in memo.body if p.kind == "section"),
    ]
    assert [p.text for p in document.paragraphs if p.style.name == "Title"] == [memo.title]
    described = [node.get("descr") for node in document.element.iter(qn("wp:docPr"))]
    assert described == [memo.pictures[p.place].alt for p in memo.body if p.kind == "picture"]
    assert document.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    references = list(document.element.iter(qn("w:footnoteReference")))
    assert len(references) == len(memo.sources) > 2
    languages = {node.get(qn("w:val")) for node in document.styles.element.iter(qn("w:lang"))}
    assert {code[:2] for code in languages} == {lang}
    assert document.core_properties.title == memo.title[:255]
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(content)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pictures_of_the_word_document_have_300_dots_an_inch(memos: Memos) -> None:
    memo = memos("plain2", "en")
    for one in memo.pictures:
        wide = int.from_bytes(one.png[16:20], "big")
        assert wide / (one.width_pt / 72) == pytest.approx(300, abs=1)


def test_the_page_asks_for_nothing_outside_and_describes_its_pictures(memos: Memos) -> None:
    memo = memos("plain6", "fr")
    content = as_html(memo)
    page = Page(content)
    assert ("html", {"lang": "fr"}) in page.tags
    policy = next(attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy and "default-src 'none'" in policy and "unsafe" not in policy
    images = [attrs for tag, attrs in page.tags if tag == "img"]
    assert [one["alt"] for one in images] == [memo.pictures[p.place].alt for p in memo.body if p.kind == "picture"]
    for one in images:
        kind, _, data = str(one["src"]).partition(",")
        assert kind == "data:image/svg+xml;base64"
        assert not re.search(rb"(href|src)=\"https?:", base64.b64decode(data))
    assert not [attrs for _, attrs in page.tags if str(attrs.get("href", "#"))[0] != "#"]
    targets = {attrs["id"] for _, attrs in page.tags if attrs.get("id")}
    assert {str(attrs["href"])[1:] for tag, attrs in page.tags if tag == "a"} <= targets


def test_the_annex_is_the_filled_checklist_and_starts_on_a_page_of_its_own(results: Callable[[str], Path]) -> None:
    memo = laid_out(draft_of(results("plain2"), "en", True))
    numbers = [row[0] for table in memo.annex for row in table.rows if re.fullmatch(r"\d(\.\d)+", row[0])]
    assert numbers == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5", "3.1", "3.2",
                       "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"]  # fmt: skip
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(memo))).pages]
    assert "STRESS-DES" not in "".join(pages[:2])
    assert pages[2].startswith("Annex")
    assert any(row[0].startswith("https://") for table in memo.annex for row in table.rows)
