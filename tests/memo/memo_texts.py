"""What is read back from a memo: the text of a PDF, a Word document and an HTML page."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import docx
from pypdf import PdfReader

SIGNS = str.maketrans({"\xa0": " ", "\u202f": " ", "\u2009": " "})


def squeezed(text: str) -> str:
    """A text with single plain blanks."""
    return re.sub(r"\s+", " ", text.translate(SIGNS)).strip()


def pdf_text(content: bytes) -> str:
    """All text of a PDF without blanks, which a PDF does not store reliably."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).translate(SIGNS))


def pdf_pages(content: bytes) -> int:
    """Pages of a PDF."""
    return len(PdfReader(io.BytesIO(content)).pages)


def word_text(content: bytes) -> str:
    """Paragraphs, cells and footnotes of a Word document."""
    document = docx.Document(io.BytesIO(content))
    parts = [paragraph.text for paragraph in document.paragraphs]
    parts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        notes = archive.read("word/footnotes.xml").decode()
    return squeezed(" ".join([*parts, *re.findall(r"<w:t[^>]*>(.*?)</w:t>", notes)]))


class Page(HTMLParser):
    """Text, tags and addresses of an HTML page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """All text that is shown."""
        return squeezed(" ".join(self.words))


def in_writer(documents: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Word documents by name as LibreOffice Writer prints them."""
    for name, content in documents.items():
        (folder / f"{name}.docx").write_bytes(content)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    files = [str(folder / f"{name}.docx") for name in documents]
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files], check=True, capture_output=True
    )
    return {name: (folder / f"{name}.pdf").read_bytes() for name in documents}
