"""The memo as PDF, and how many pages it takes: typeset by Typst from data, with the fonts of the charts alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sim.report.memo.model import Memo, Paragraph, Section, Table
from sim.report.style import FONT_FOLDER

TEMPLATE = Path(__file__).parent / "memo.typ"
LONG_TITLE = 130
"""Letters of a title from which it is set smaller."""


class Box(NamedTuple):
    """Room for a picture that is not drawn yet."""

    title: str
    alt: str
    width_pt: float
    height_pt: float


def as_pdf(memo: Memo) -> bytes:
    """The memo as PDF/UA-1, the same bytes for the same memo.

    Raises
    ------
    ModuleNotFoundError
        If Typst is not installed.
    """
    import typst

    files = {f"figure-{place}.svg": picture.svg for place, picture in enumerate(memo.pictures)}
    with _project(memo, memo.pictures, files, 0.0) as main:
        made = typst.compile(
            main, root=main.parent, font_paths=_fonts(), ignore_system_fonts=True, pdf_standards=["ua-1"], format="pdf",
            timestamp=datetime(memo.when.year, memo.when.month, memo.when.day, tzinfo=UTC),
        )  # fmt: skip
    return bytes(made)


def pages(memo: Memo, boxes: Sequence[Box], reserve_pt: float) -> int:
    """Pages that the memo takes without its annex, with pictures of these sizes and so much room left over."""
    import typst

    with _project(memo, boxes, {}, reserve_pt) as main:
        found = typst.query(
            main, "<pages>", field="value", one=True, root=main.parent, font_paths=_fonts(), ignore_system_fonts=True,
            sys_inputs={"draft": "yes"},
        )  # fmt: skip
    return int(found)


def _fonts() -> list[Path]:
    import matplotlib

    return [FONT_FOLDER, Path(matplotlib.get_data_path()) / "fonts" / "ttf"]


@contextmanager
def _project(memo: Memo, pictures: Sequence[Any], files: Mapping[str, bytes], reserve_pt: float) -> Iterator[Path]:
    """A folder with the template, the data and the pictures; the path of the template in it."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, content in files.items():
            (folder / file).write_bytes(content)
        data = json.dumps(_data(memo, pictures, reserve_pt), ensure_ascii=False)
        (folder / "memo.json").write_text(data, encoding="utf-8")
        main = folder / "memo.typ"
        main.write_bytes(TEMPLATE.read_bytes())
        yield main


def _data(memo: Memo, pictures: Sequence[Any], reserve_pt: float) -> dict[str, Any]:
    called: set[int] = set()
    words = {"en": ("Figure", "Table"), "fr": ("Figure", "Tableau")}[memo.lang]
    return {
        "lang": memo.lang,
        "title": memo.title,
        "title_pt": memo.page.text_pt * (1.45 if len(memo.title) > LONG_TITLE else 1.7),
        "text_pt": memo.page.text_pt,
        "kicker": memo.kicker,
        "byline": memo.byline,
        "when": [memo.when.year, memo.when.month, memo.when.day],
        "figure": words[0],
        "table_word": words[1],
        "question": _section(memo.question, called),
        "answer": _section(memo.answer, called),
        "later": [_section(one, called) for one in memo.later],
        "table": _table(memo.table),
        "sources": list(memo.sources),
        "provenance": memo.provenance,
        "pictures": [
            {
                "title": one.title,
                "alt": one.alt,
                "width_pt": one.width_pt,
                "height_pt": one.height_pt,
                "file": f"figure-{place}.svg",
            }
            for place, one in enumerate(pictures)
        ],
        "body": [part._asdict() for part in memo.page.order if part.kind != "picture" or part.place < len(pictures)],
        "annex_title": memo.annex_title,
        "annex": [_table(one) for one in memo.annex],
        "reserve_pt": reserve_pt,
    }


def _section(section: Section, called: set[int]) -> dict[str, Any]:
    paragraphs = [_spans(paragraph, called) for paragraph in section.paragraphs]
    return {"heading": section.heading, "paragraphs": paragraphs, "points": section.points}


def _spans(paragraph: Paragraph, called: set[int]) -> list[dict[str, Any]]:
    """Pieces of a paragraph; the first call of each footnote is marked."""
    found = []
    for span in paragraph:
        found.append({"text": span.text, "source": span.source, "first": span.source not in called})
        called.add(span.source)
    return found


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "headings": list(table.headings),
        "rows": [list(row) for row in table.rows],
        "strong": sorted(table.strong),
        "notes": list(table.notes),
        "of_numbers": table.of_numbers,
        "widths": widths(table),
        "shares": shares(table),
    }


def widths(table: Table) -> list[float]:
    """Shares of the width that the columns of an annex take: by their longest words in most rows, within bounds."""
    columns = zip(table.headings, *table.rows, strict=True)
    means = [sum(len(cell) for cell in column) / len(column) for column in columns]
    return [min(max(mean, 6.0), 90.0) ** 0.7 for mean in means]


def shares(table: Table) -> list[float]:
    """Shares of the width that the columns of the memo's table take: wide for names, no number broken."""
    words = [1.2 * max(len(word) for word in heading.split()) for heading in table.headings]
    longest = [max(len(row[place]) for row in table.rows) for place in range(len(table.headings))]
    return [28.0, *(max(float(longest[place]), words[place], 7.0) for place in range(1, len(words)))]
