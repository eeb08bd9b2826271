"""Made-up stocks and shortage days for charts, and the text boxes of a sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from matplotlib.text import Text

from sim.analysis.summary import DAILY_QUANTILES, statistic
from sim.report.context import ChartContext
from sim.report.distribution import shortage_distribution
from sim.report.findings import Floats, ProductStock, Spread
from sim.report.sheet import Sheet
from sim.report.style import house_style

START = date(2025, 9, 1)
LAYOUTS = [("en", "full"), ("fr", "column"), ("fr", "slide")]
"""Languages and sizes in which charts are tried: each language and each size, French where there is least room."""

CONTEXT = ChartContext(
    scenario="Kayes corridor, autumn 2025",
    strategy="Escort every 48 h, 150 tankers",
    worlds=20,
    chances=10,
    seed=7,
    uncertainty="sampled",
    lang="en",
)


def context(lang: str = "en", **changes: object) -> ChartContext:
    return replace(CONTEXT, lang=lang, **changes)  # type: ignore[arg-type]


def falling(title: str, days: int, *, start_l: float = 9e6, a_day_l: float = -8e4, safety_l: float = 2e6) -> ProductStock:
    """A stock that falls on average, in 50 runs."""
    luck = np.random.default_rng(5)
    runs = start_l + np.cumsum(a_day_l * luck.normal(1, 1.5, (50, days)), axis=1)
    return ProductStock(title, np.quantile(np.clip(runs, 0, 1.2e7), DAILY_QUANTILES, axis=0).T, safety_l)


def level(title: str, rows: list[float], safety_l: float) -> ProductStock:
    """A stock that is the same in all runs: `rows` by day."""
    return ProductStock(title, np.repeat(np.array(rows)[:, None], 7, axis=1), safety_l)


def spread_of(days: Floats, worlds: int) -> Spread | None:
    """Statistics as the table of results has them."""
    found = statistic(days, np.arange(days.size) * worlds // max(days.size, 1))
    if found.mean is None or found.p05 is None or found.p95 is None:
        return None
    return Spread(found.mean, found.p05, found.p95, found.low, found.high)


def distribution(days: list[float], lang: str = "en", horizon_days: int = 122, **changes: object) -> Sheet:
    about = context(lang, **changes)
    values = np.array(days, dtype=float)
    return shortage_distribution(about, values, spread_of(values, about.worlds), horizon_days)


def texts(sheet: Sheet) -> list[Text]:
    """Every text that a reader sees."""
    with house_style():
        sheet.figure.draw_without_rendering()
    return [text for text in sheet.figure.findobj(Text) if text.get_visible() and text.get_text().strip() and _shown(text)]


def _shown(text: Text) -> bool:
    return text.axes is None or (text.axes.axison and not _outside_ticks(text))


def _outside_ticks(text: Text) -> bool:
    # matplotlib keeps the labels of ticks beyond the limits of an axis without drawing them.
    axes = text.axes
    assert axes is not None
    for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        for tick in axis.get_major_ticks():
            if text in (tick.label1, tick.label2):
                return not limits[0] - 1e-9 <= tick.get_loc() <= limits[1] + 1e-9
    return False


def words(sheet: Sheet) -> str:
    """All texts of a sheet, a line each, no-break spaces as plain ones."""
    return "\n".join(text.get_text() for text in texts(sheet)).replace("\xa0", " ").replace("\u202f", " ")


def collisions(sheet: Sheet) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes overlap by more than half a point each way, and texts that leave the sheet."""
    shown = texts(sheet)
    names, boxes = [text.get_text() for text in shown], np.array([text.get_window_extent().extents for text in shown])
    slack = 0.5 / 72 * sheet.figure.dpi
    common = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    pairs = np.argwhere(np.triu((common > slack).all(axis=2), 1)).tolist()
    outside = (boxes[:, :2] < 0).any(axis=1) | (boxes[:, 2:] > [sheet.figure.bbox.width, sheet.figure.bbox.height]).any(axis=1)
    return [(names[i], names[j]) for i, j in pairs] + [(names[i], "edge") for i in np.flatnonzero(outside).tolist()]
