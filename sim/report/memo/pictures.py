"""Charts as pictures of a memo: without their titles and source lines, which stand in its text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.language import Lang, plain, said
from sim.report.charts.chart import Chart
from sim.report.memo.model import Picture
from sim.report.sheet import Sheet
from sim.report.style import Size, house_style

TEXT_PT = 481.9
"""Width of the text: A4 less 20 mm on each side."""

DPI = 300


@dataclass(frozen=True)
class Drawn:
    """A chart drawn for a memo; `width_pt` and `height_pt` are those on the page."""

    chart: Chart
    sheet: Sheet
    width_pt: float
    height_pt: float


def drawn(charts: Sequence[Chart], lang: Lang, shrink: float) -> tuple[Drawn, ...]:
    """Charts over the whole width of the text, laid out on a sheet `shrink` times as wide: lower, in smaller type."""
    size = Size("memo", TEXT_PT * shrink, 0.0, round(TEXT_PT / 72 * DPI), bare=True)
    found = []
    for chart in charts:
        sheet = replace(chart, about=replace(chart.about, quiet=True)).draw(lang, size)
        scale = TEXT_PT / sheet.width_pt
        found.append(Drawn(chart, sheet, TEXT_PT, sheet.height_pt * scale))
    return tuple(found)


def picture(one: Drawn, lang: Lang) -> Picture:
    """A drawn chart with its files."""
    title, alt = plain(said(one.chart.title, lang)), plain(said(one.chart.alt, lang))
    return Picture(title, alt, one.width_pt, one.height_pt, *(_file(one.sheet, kind) for kind in ("png", "svg")))


def _file(sheet: Sheet, kind: str) -> bytes:
    about: dict[str, str | None] = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
    stream = io.BytesIO()
    with house_style():
        sheet.figure.savefig(stream, format=kind, dpi=sheet.figure.dpi, metadata=about)
    return stream.getvalue()
