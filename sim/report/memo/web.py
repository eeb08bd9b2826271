"""The memo as one HTML file: no outside request, nothing that runs, a print style for two A4 pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from sim.report.memo.model import Memo, Paragraph, Picture, Section, Table
from sim.report.memo.typeset import widths

STYLE = Path(__file__).parent / "memo.css"
PRINTED = 0.95
"""Size of printed text to that of the PDF: another font, wider where the one of the PDF is not installed."""

WORDS = {"en": ("Figure", "Table", "Sources", "back to the text"), "fr": ("Figure", "Tableau", "Sources", "retour au texte")}


def as_html(memo: Memo) -> bytes:
    """The memo as one HTML file in UTF-8."""
    return ("\n".join(_lines(memo)) + "\n").encode()


def _lines(memo: Memo) -> Iterator[str]:
    style = f"{STYLE.read_text(encoding='utf-8')}@media print {{ html {{ font-size: {memo.page.text_pt * PRINTED:.2f}pt; }} }}\n"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    figure, table_word, sources, _ = WORDS[memo.lang]
    text = _Text(memo.lang)
    yield "<!DOCTYPE html>"
    yield f'<html lang="{memo.lang}">'
    yield '<head><meta charset="utf-8">'
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(memo.title)}</title>"
    yield f"<style>{style}</style></head>"
    yield "<body><main>"
    yield f'<p class="kicker">{escape(memo.kicker)}</p>'
    yield f"<h1>{escape(memo.title)}</h1>"
    yield f'<p class="byline"><time datetime="{memo.when.isoformat()}">{escape(memo.byline)}</time></p>'
    yield text.section(memo.question)
    yield f'<div class="answer">{text.section(memo.answer)}</div>'
    for part in memo.body:
        if part.kind == "picture":
            yield _figure(memo.pictures[part.place], f"{figure} {part.place + 1}")
        elif part.kind == "table":
            yield _table(memo.table, f"{table_word} 1. ")
        else:
            yield text.section(memo.later[part.place])
    yield f'<section class="sources"><h2>{sources}</h2><ol>'
    for number, source in enumerate(memo.sources, 1):
        yield f'<li id="source-{number}">{escape(source)} {text.back(number)}</li>'
    yield f'</ol><p class="note">{escape(memo.provenance)}</p></section>'
    if memo.annex:
        yield f'<section class="annex"><h2>{escape(memo.annex_title)}</h2>'
        yield from (_table(one, "", widths(one)) for one in memo.annex)
        yield "</section>"
    yield "</main></body></html>"


class _Text:
    """Writes running text with the calls of its footnotes; a footnote leads back to its first call."""

    def __init__(self, lang: str) -> None:
        self.called: set[int] = set()
        self.words = WORDS["fr" if lang == "fr" else "en"]

    def section(self, section: Section) -> str:
        """A heading with its paragraphs."""
        if section.points:
            inside = "<ul>" + "".join(f"<li>{self._paragraph(one)}</li>" for one in section.paragraphs) + "</ul>"
        else:
            inside = "".join(f"<p>{self._paragraph(one)}</p>" for one in section.paragraphs)
        return f"<section><h2>{escape(section.heading)}</h2>{inside}</section>"

    def back(self, number: int) -> str:
        """The way from a footnote to the text."""
        return f'<a href="#call-{number}" aria-label="{self.words[3]}">↩</a>' if number in self.called else ""

    def _paragraph(self, spans: Paragraph) -> str:
        told = []
        for span in spans:
            told.append(escape(span.text))
            if span.source:
                name = "" if span.source in self.called else f' id="call-{span.source}"'
                told.append(f'<sup><a{name} href="#source-{span.source}">{span.source}</a></sup>')
                self.called.add(span.source)
        return "".join(told)


def _figure(one: Picture, number: str) -> str:
    data = base64.b64encode(one.svg).decode()
    return (
        f"<figure><figcaption>{escape(number)}. {escape(one.title)}</figcaption>"
        '<div class="picture" tabindex="0">'
        f'<img alt="{escape(one.alt)}" width="{round(one.width_pt * 4 / 3)}" height="{round(one.height_pt * 4 / 3)}" '
        f'src="data:image/svg+xml;base64,{data}"></div></figure>'
    )


def _table(table: Table, number: str, parts: Sequence[float] = ()) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.headings)
    rows = []
    for place, row in enumerate(table.rows):
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        strong = ' class="strong"' if place in table.strong else ""
        rows.append(f'<tr{strong}><th scope="row">{escape(row[0])}</th>{cells}</tr>')
    kind = ' class="numbers"' if table.of_numbers else ""
    columns = "".join(f'<col width="{100 * part / sum(parts):.0f}%">' for part in parts)
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in table.notes)
    return (
        f'<div class="table" tabindex="0"><table{kind}><caption><span>{escape(number)}{escape(table.title)}</span></caption>'
        f"{columns}<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{notes}"
    )
