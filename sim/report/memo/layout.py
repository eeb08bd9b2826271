"""The layout of a memo: pictures and text as large as two pages allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from sim.language import said
from sim.report.memo.draft import Draft
from sim.report.memo.model import Memo, Page, Part
from sim.report.memo.pictures import Drawn, drawn, picture
from sim.report.memo.typeset import Box, pages

PAGES = 2
RESERVE_PT = 40.0
"""Room left over on the second page: Word breaks lines and pages a little differently."""

CHANGE, METHOD, LIMITS = (Part("section", place) for place in range(3))
FIRST, SECOND, THIRD = (Part("picture", place) for place in range(3))
TABLE = Part("table")
ORDERS = (
    (FIRST, TABLE, CHANGE, SECOND, THIRD, METHOD, LIMITS),
    (FIRST, CHANGE, TABLE, SECOND, THIRD, METHOD, LIMITS),
    (TABLE, FIRST, CHANGE, SECOND, THIRD, METHOD, LIMITS),
    (FIRST, SECOND, CHANGE, TABLE, THIRD, METHOD, LIMITS),
    (FIRST, CHANGE, METHOD, TABLE, SECOND, THIRD, LIMITS),
    (TABLE, CHANGE, FIRST, METHOD, SECOND, THIRD, LIMITS),
)
"""Orders of the parts below the verdict; text flows around pictures, which stand on one page each."""


class Plan(NamedTuple):
    """A way to lay out a memo: strategies in a chart at most, how much wider charts are drawn, size of the text in points."""

    rows: int
    shrink: float
    text_pt: float


PLANS = (
    Plan(8, 0.92, 10.0), Plan(8, 1.0, 9.5), Plan(8, 1.08, 9.5), Plan(8, 1.08, 9.0), Plan(6, 1.16, 9.0), Plan(6, 1.25, 9.0),
    Plan(5, 1.25, 8.5), Plan(4, 1.25, 8.5), Plan(4, 1.35, 8.2), Plan(3, 1.35, 8.0), Plan(3, 1.45, 7.6), Plan(2, 1.6, 7.2),
)  # fmt: skip
"""Tried one after the other, each in every order, until one fits; the last one is taken if none does."""


def laid_out(draft: Draft) -> Memo:
    """The memo of a draft in the first layout that takes two pages without its annex."""
    for plan in PLANS:
        found = drawn(draft.charts(plan.rows), draft.memo.lang, plan.shrink)
        memo = _ordered(draft.memo, found, plan)
        if memo is not None:
            return _finished(memo, found)
    return _finished(replace(draft.memo, page=Page(plan.text_pt, ORDERS[0])), found)


def _ordered(memo: Memo, found: Sequence[Drawn], plan: Plan) -> Memo | None:
    """The memo in the first order that fits; None if there is none."""
    boxes = [_box(one, memo) for one in found]
    for order in ORDERS:
        tried = replace(memo, page=Page(plan.text_pt, order))
        if pages(tried, boxes, RESERVE_PT) <= PAGES:
            return tried
    return None


def _box(one: Drawn, memo: Memo) -> Box:
    title = said(one.chart.title, memo.lang)
    return Box(title, title, one.width_pt, one.height_pt)


def _finished(memo: Memo, found: Sequence[Drawn]) -> Memo:
    return replace(memo, pictures=tuple(picture(one, memo.lang) for one in found))
