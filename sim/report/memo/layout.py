"""The layout of a memo: pictures as large as two pages allow, text as large as it can be."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from sim.language import said
from sim.report.memo.draft import Draft
from sim.report.memo.model import Memo, Page
from sim.report.memo.pictures import Drawn, drawn, picture
from sim.report.memo.typeset import Box, pages

PAGES = 2
RESERVE_PT = 55.0
"""Room left over on the second page: Word breaks lines and pages a little differently."""


class Plan(NamedTuple):
    """A way to lay out a memo: strategies in a chart at most, how much wider charts are drawn, size of the text in points."""

    rows: int
    shrink: float
    text_pt: float


PLANS = (
    Plan(8, 1.0, 9.5), Plan(8, 1.0, 9.0), Plan(6, 1.08, 9.0), Plan(6, 1.16, 9.0), Plan(6, 1.16, 8.5), Plan(5, 1.25, 8.5),
    Plan(4, 1.25, 8.5), Plan(4, 1.35, 8.2), Plan(3, 1.35, 8.2), Plan(3, 1.45, 7.8), Plan(2, 1.6, 7.5),
)  # fmt: skip
"""Tried in order until one fits; the last one is taken if none does."""


def laid_out(draft: Draft) -> Memo:
    """The memo of a draft in the first layout that takes two pages without its annex."""
    lang = draft.memo.lang
    for plan in PLANS:
        memo = replace(draft.memo, page=Page(plan.text_pt))
        found = drawn(draft.charts(plan.rows), lang, plan.shrink)
        if pages(memo, [_box(one, memo) for one in found], RESERVE_PT) <= PAGES:
            break
    return replace(memo, pictures=tuple(picture(one, lang) for one in found))


def _box(one: Drawn, memo: Memo) -> Box:
    title = said(one.chart.title, memo.lang)
    return Box(title, title, one.width_pt, one.height_pt)
