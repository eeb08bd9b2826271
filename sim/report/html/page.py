"""A report as one HTML file: texts in both languages, data, style, fonts and script, and a policy against all else."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from sim.language import Phrase, plain, said
from sim.report.charts.basemap import FILE as BASEMAP
from sim.report.html.model import LANGS, Card, Grid, Inputs, Passage, Report
from sim.report.html.payload import chart_data, film_data, roads_data, table_data, text
from sim.report.html.words import words_data

HERE = Path(__file__).parent
SCRIPTS = ("page.js", "charts.js", "marks.js", "roads.js", "report.js")
FONTS = {400: "Inter-Regular.ttf", 600: "Inter-SemiBold.ttf"}
UNSAFE = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}
"""Marks that could end a script or a line within data; names come from files."""


def as_page(report: Report) -> bytes:
    """A report as the bytes of one HTML file; equal reports give equal bytes."""
    return ("\n".join(_lines(report)) + "\n").encode()


def _lines(report: Report) -> Iterator[str]:
    style, script = _style(), _script()
    yield "<!DOCTYPE html>"
    yield f'<html lang="{report.lang}">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    spoken = {code: escape(plain(said(report.title, code)), quote=True) for code in LANGS}
    yield f'<title data-en="{spoken["en"]}" data-fr="{spoken["fr"]}">{spoken[report.lang]}</title>'
    yield f"<style>{style}</style></head><body>"
    yield from _bar(report)
    yield '<main id="top">'
    yield from _finding(report)
    yield from _charts(report)
    yield from (f"<section>{_passage(one)}</section>" for one in report.later)
    yield from _inputs(report.inputs)
    yield from _end(report)
    yield "</main>"
    yield f'<script type="application/json" id="data">{data_text(data_of(report))}</script>'
    yield f"<script>{script}</script>"
    yield "</body></html>"


def _finding(report: Report) -> Iterator[str]:
    """Title, cards, question and answer, the table of means."""
    yield f'<p class="kicker">{both(report.kicker)}</p><h1>{both(report.title)}</h1><p class="byline">{both(report.byline)}</p>'
    silent = Phrase("Charts and the film need the script of this page; texts and tables do not.")
    yield f"<noscript><p>{both(silent)}</p></noscript>"
    yield f'<ul class="cards">{"".join(_card(card) for card in report.cards)}</ul>'
    yield f'<section class="answer" id="answer">{"".join(_passage(one) for one in report.opening)}</section>'
    yield f'<section id="overview">{"".join(_grid(one) for one in report.overview)}'
    yield f'{"".join(_folded(one) for one in report.readings)}</section>'


def _charts(report: Report) -> Iterator[str]:
    """Places that the script fills with charts and the film."""
    if report.across:
        yield f'<section id="across"><h2>{both(Phrase("Strategies compared"))}</h2>'
        yield '<div class="charts" id="across-charts"></div></section>'
    heading = Phrase("Day by day") if report.kind == "run" else Phrase("One strategy, day by day")
    yield f'<section id="groups"><h2>{both(heading)}</h2><div id="group-charts"></div></section>'
    if _filmed(report):
        yield f'<section id="film"><h2>{both(Phrase("On the road: single runs"))}</h2>'
        yield f'<p class="note">{both(_film_note(report))}</p>'
        yield '<div id="film-parts"></div></section>'


def _filmed(report: Report) -> bool:
    return any(group.films for group in report.groups)


def _end(report: Report) -> Iterator[str]:
    """Where it comes from: provenance, annex, footnotes."""
    yield f'<section id="provenance"><h2>{both(Phrase("Provenance"))}</h2><dl>'
    yield from (f"<dt>{both(key)}</dt><dd>{both(value)}</dd>" for key, value in report.provenance)
    yield "</dl></section>"
    if report.annex:
        yield f'<section id="annex"><h2>{both(Phrase("Annex: how this was made (STRESS-DES)"))}</h2>'
        for grid in report.annex:
            yield _folded(grid)
        yield "</section>"
    if report.footnotes:
        yield f'<section id="notes"><h2>{both(Phrase("Sources"))}</h2><ol>'
        yield from (f'<li id="source-{place}">{both(one)}</li>' for place, one in enumerate(report.footnotes, 1))
        yield "</ol></section>"


def _film_note(report: Report) -> Phrase:
    return Phrase(
        "{n:The simulated run, played again|Simulated runs, played again, chosen by their shortage days}. Convoys are told at "
        "towns 50 km or more apart and drawn in between at even pace; attacks are told by stretch of road, not by place or time.",
        n=max(len(group.films) for group in report.groups),
    )  # fmt: skip


def _bar(report: Report) -> Iterator[str]:
    """The controls at the top."""
    yield f'<a class="skip" href="#top">{both(Phrase("Skip to the finding"))}</a>'
    yield '<header class="bar"><nav aria-label="Sections · Parties">'
    for place, name in SECTIONS:
        if place != "film" or _filmed(report):
            yield f'<a href="#{place}">{both(name)}</a>'
    yield '</nav><div class="controls" role="group" aria-label="English · Français">'
    yield '<button type="button" data-lang="en" lang="en">English</button>'
    yield '<button type="button" data-lang="fr" lang="fr">Français</button></div>'
    yield f'<button type="button" id="theme" aria-pressed="false">{both(Phrase("Dark"))}</button></header>'


SECTIONS = (
    ("answer", Phrase("Answer")), ("groups", Phrase("Charts")), ("film", Phrase("Film")), ("inputs", Phrase("Assumptions")),
    ("provenance", Phrase("Provenance")),
)  # fmt: skip


def data_of(report: Report) -> dict[str, Any]:
    """All that the script draws."""
    sources: list[Any] = []
    return {
        **words_data(),
        "across": [chart_data(chart, sources) for chart in report.across],
        "groups": [
            {
                "key": group.key,
                "title": [plain(said(group.title, "en")), plain(said(group.title, "fr"))],
                "charts": [chart_data(chart, sources) for chart in group.charts],
                "remarks": [text(remark) for remark in group.remarks],
                "measures": table_data(group.measures, mixed=True),
                "films": [film_data(film, report.start) for film in group.films],
            }
            for group in report.groups
        ],
        "roads": roads_data(report.towns, report.routes),
        "ground": json.loads(BASEMAP.read_text(encoding="utf-8")),
        "inputs": table_data(report.inputs.table, mixed=True),
        "sources": sources,
    }


def data_text(data: dict[str, Any]) -> str:
    """Data as they may stand in a script element: nothing in them ends it."""
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(UNSAFE)


def both(phrase: str) -> str:
    """A text in both languages, of which the page shows one."""
    english, french = (escape(plain(said(phrase, code))) for code in ("en", "fr"))
    return english if english == french else f'<span lang="en">{english}</span><span lang="fr">{french}</span>'


def _card(card: Card) -> str:
    return f"<li><strong>{both(card.value)}</strong><span>{both(card.label)}</span><small>{both(card.note)}</small></li>"


def _passage(one: Passage) -> str:
    told = [
        "".join(
            both(piece.text) + (f'<sup><a href="#source-{piece.source}">{piece.source}</a></sup>' if piece.source else "")
            for piece in paragraph
        )
        for paragraph in one.paragraphs
    ]
    mark = "li" if one.points else "p"
    body = "".join(f"<{mark}>{one}</{mark}>" for one in told)
    return f"<h2>{both(one.heading)}</h2>" + (f"<ul>{body}</ul>" if one.points else body)


def _grid(grid: Grid, named: bool = True) -> str:
    head = "".join(f'<th scope="col">{both(heading)}</th>' for heading in grid.headings)
    rows = "".join(_row(row, place in grid.strong) for place, row in enumerate(grid.rows))
    caption = f"<caption>{both(grid.title)}</caption>"
    notes = "".join(f'<p class="note">{both(note)}</p>' for note in grid.notes)
    name = escape(plain(said(grid.title, "en")), quote=True)
    shown = caption if named else ""
    table = f"<table>{shown}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="table" tabindex="0" role="region" aria-label="{name}">{table}</div>{notes}'


def _folded(grid: Grid) -> str:
    return f"<details><summary>{both(grid.title)}</summary>{_grid(grid, named=False)}</details>"


def _row(row: Sequence[Phrase], strong: bool) -> str:
    first, *others = row
    cells = "".join(f"<td>{both(cell)}</td>" for cell in others)
    return f'<tr{" class=strong" if strong else ""}><th scope="row">{both(first)}</th>{cells}</tr>'


def _inputs(inputs: Inputs) -> Iterator[str]:
    told = Phrase(
        "{evidence:,} numbers and dated events of the scenario rest on evidence alone, {assumed:,} on at least one assumption "
        "that is stated with its reason; {unsourced:,} {unsourced:has|have} no source: neutral values of the model, and choices "
        "of whoever asks.",
        evidence=inputs.from_evidence, assumed=inputs.assumed, unsourced=inputs.unsourced,
    )  # fmt: skip
    yield f'<section id="inputs"><h2>{both(Phrase("Assumptions and sources"))}</h2><p>{both(told)}</p>'
    summary = both(Phrase("All numbers with range, source and confidence"))
    yield f'<details id="inputs-table"><summary>{summary}</summary></details></section>'


@cache
def _style() -> str:
    """The style with its fonts."""
    faces = "".join(
        f"@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/ttf;base64,{_encoded(file)})}}"
        for weight, file in FONTS.items()
    )
    return faces + (HERE / "report.css").read_text(encoding="utf-8")


def _encoded(file: str) -> str:
    return base64.b64encode((HERE.parent / "fonts" / file).read_bytes()).decode()


@cache
def _script() -> str:
    """The script: its files one behind the other."""
    return '"use strict";\n' + "".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)


def _policy(style: str, script: str) -> str:
    """What the browser may load: this style, this script, these fonts; nothing from anywhere else."""
    digests = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script)]
    return (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
