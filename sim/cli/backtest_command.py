"""`backtest`: the blockade worlds against dated reports, target by target."""

from __future__ import annotations

import json as json_text
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from sim.cli.options import AMOUNT, CHOICE, OUTPUT, Json, Language, Variants, whole
from sim.cli.words import EN_DASH, Lang, number
from sim.language import Phrase, said

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.study.backtest.run import Backtest
    from sim.study.backtest.targets import Role, Target

READ_AS = {
    "lowest_share": Phrase("lowest daily share of stations with petrol"),
    "mean_share": Phrase("share of stations with petrol"),
    "mean_closed": Phrase("share of stations without petrol"),
    "first_day_below_quarter": Phrase("first day with petrol at under a quarter of stations"),
    "relief_days": Phrase("days of relief"),
    "days_until_dry": Phrase("days until most stations are dry"),
    "relapse_day": Phrase("first day of the relapse"),
    "lost_to": Phrase("tankers lost up to then"),
    "lost_in": Phrase("tankers lost"),
    "inflow_l": Phrase("inflow, million litres"),
    "stock_days": Phrase("stock of the depots, days of need"),
    "highest_wait_h": Phrase("longest wait for petrol, hours"),
    "mean_wait_min": Phrase("wait for petrol, minutes"),
    "mean_price_fcfa": Phrase("black-market petrol, FCFA a litre"),
    "waiting": Phrase("tankers waiting at staging nodes"),
    "on_the_road": Phrase("tankers on the road"),
    "arrived": Phrase("tankers arrived"),
    "most_arrived": Phrase("most tankers arrived in a day"),
}
"""What a reading gives, as tables say it."""

DIESEL = Phrase("share of stations with diesel")

BOOKS_TITLES = {"customs": Phrase("Customs books"), "minister": Phrase("Minister's books")}
ROLE_WORDS = {"fitted": Phrase("fitted"), "held_out": Phrase("held out")}

COLUMN_WORDS = {
    "plain": Phrase("the plain world"),
    "pooled": Phrase("all of these, equal weights"),
    "normal": Phrase("baseline: the normal world"),
    "persistence": Phrase("baseline: persistence"),
}
"""Names of what is scored; variants have their own."""

NOTES = (
    Phrase(
        "Model: median and p05–p95 of the runs of all variants, each with the same weight. P: share of runs in the observed band."
    ),
    Phrase(
        "Log score: minus ln P, at best 0; the floor is half a run. Coverage: share of targets whose band p25–p75 (p05–p95) of "
        "the model meets. Width: p05–p95 in widths of the observed band, median."
    ),
    Phrase(
        "In the shipped worlds held-out is not clean: they were tuned by hand, and some December numbers were looked at. "
        "docs/backtest.md says which, and how every row is read."
    ),
)


def backtest(
    *,
    books: Annotated[Literal["customs", "minister"] | None, Parameter(group=CHOICE)] = None,
    variants: Variants = None,
    worlds: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 20,
    chances: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 10,
    seed: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 1,
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    out: Annotated[Path, Parameter(group=OUTPUT)] = Path("results"),
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Score the blockade worlds against dated reports of autumn 2025, beside two baselines.

    Parameters
    ----------
    books
        One set of books; by default both.
    variants
        Variant to score, beside the plain world; may be given several times. By default all that change the structure.
    worlds
        Draws of what we do not know.
    chances
        Draws of luck in each world.
    seed
        Another seed gives other draws; the same seed the same results.
    workers
        Processes or threads; by default one per processor. Results do not depend on it.
    out
        Folder in which the result folders are made.
    json
        Print one JSON object.
    lang
        Language of the tables.
    """
    from rich.console import Console

    from sim.cli.progress import counting
    from sim.experiment.interrupts import uninterrupted

    with uninterrupted():
        from sim.experiment.design import design_of
        from sim.experiment.pool import checked_workers
        from sim.study.backtest.run import BOOKS, VARIANTS, Asked, as_object
        from sim.study.backtest.run import backtest as scores_of

    chosen = VARIANTS if variants is None else ("", *variants)
    asked = Asked((books,) if books else BOOKS, chosen, design_of(worlds, chances), seed, checked_workers(workers), out)
    with counting(Console(stderr=True, highlight=False), lang) as tell:
        found = scores_of(asked, tell)
    if json:
        sys.stdout.write(json_text.dumps(as_object(found), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        _print(found, Console(highlight=False), lang)
    return 0


def _print(found: Backtest, screen: Console, lang: Lang) -> None:
    from rich.text import Text

    asked = found.asked
    size = Phrase(
        "{worlds:,} {worlds:world|worlds} × {chances:,} {chances:chance|chances}, seed {seed}, strategy observed-2025",
        worlds=asked.design.worlds, chances=asked.design.chances, seed=asked.seed,
    )  # fmt: skip
    for books in asked.books:
        screen.print(Text.assemble((said(BOOKS_TITLES[books], lang), "bold"), (f"  {said(size, lang)}", "dim")))
        screen.print()
        screen.print(_targets(found, books, lang), crop=False)
        screen.print()
        screen.print(_totals(found, books, lang), crop=False)
        screen.print()
        for note in _warnings(found, books):
            screen.print(Text(said(note, lang)))
        screen.print()
    for note in NOTES:
        screen.print(Text(said(note, lang), "dim"))


def _warnings(found: Backtest, books: str) -> list[Phrase]:
    """What a sceptic would hold against the totals of a set of books."""
    from sim.study.backtest.run import POOLED, shares_alone, totals

    pooled, shares = totals(found, books, POOLED), shares_alone(found, books)
    return [
        Phrase(
            "Observed bands are wide, so right bands of the model would meet more of them than their name says: {half:.2f} at "
            "50 % and {nine:.2f} at 90 %; those of all variants together meet {half_met:.2f} and {nine_met:.2f}.",
            half=pooled["expected_50"], nine=pooled["expected_90"],
            half_met=pooled["coverage_50"], nine_met=pooled["coverage_90"],
        ),
        Phrase(
            "The {n:,} targets that are shares of stations, alone: log score {model:.1f}; who takes any share for as likely as "
            "any other has {evenly:.1f}.",
            n=shares["targets"], model=shares["model"], evenly=shares["evenly"],
        ),
    ]  # fmt: skip


def _table(headings: tuple[Phrase, ...], lang: Lang) -> Table:
    from rich.table import Table

    from sim.cli.summary_table import RULED

    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(said(headings[0], lang), overflow="fold", min_width=22)
    for heading in headings[1:]:
        table.add_column(said(heading, lang), justify="right", no_wrap=True)
    return table


def _targets(found: Backtest, books: str, lang: Lang) -> Table:
    """Every target of a set of books: what was observed, what the pooled runs give."""
    from rich.text import Text

    headings = (Phrase("Target"), Phrase("Observed"), Phrase("Model"), Phrase("P"), Phrase("Log score"))
    table = _table(headings, lang)
    role = ""
    for row in sorted(found.rows(books, "pooled"), key=lambda row: row.target.role):
        target = row.target
        if target.role != role:
            if role:
                table.add_section()
            role = target.role
            table.add_row(Text(said(ROLE_WORDS[role], lang), "bold cyan"))
        what = DIESEL if target.product == "diesel" else READ_AS[target.reading]
        name = Text.assemble(f"{target.id} {_span_of_days(target, lang)}", (f"\n  {said(what, lang)}", "dim"))
        model = f"{shown(row.p50, target, lang)} ({shown(row.p05, target, lang)} {EN_DASH} {shown(row.p95, target, lang)})"
        observed = f"{shown(target.low, target, lang)} {EN_DASH} {shown(target.high, target, lang)}"
        style = "" if row.inside_90 else "red"
        table.add_row(name, observed, Text(model, style), number(row.inside_prob, 2, lang), number(row.log_score, 1, lang))
    return table


def _span_of_days(target: Target, lang: Lang) -> str:
    from sim.report.words import NO_BREAK, language

    short = language(lang).short_day
    days = [target.first_day] if target.first_day == target.last_day else [target.first_day, target.last_day]
    return f" {EN_DASH} ".join(short(day).replace(NO_BREAK, " ") for day in days)


def shown(value: float | None, target: Target, lang: Lang) -> str:
    """A number that a reading gives, as people write it; in words where it never comes."""
    from sim.report.words import NO_BREAK, language

    if value is None:
        return said(Phrase("never"), lang)
    if target.is_date:
        return language(lang).short_day(date.fromordinal(round(value))).replace(NO_BREAK, " ")
    if target.reading == "inflow_l":
        return number(value / 1e6, 0, lang)
    if "share" in target.reading or target.reading == "mean_closed":
        return number(value, 2, lang)
    return number(value, 1 if value < 10 and value != round(value) else 0, lang)


def _totals(found: Backtest, books: str, lang: Lang) -> Table:
    """Scores of every variant, of the pool, and of the baselines, over all targets."""
    from sim.study.backtest.run import PERSISTENCE, totals

    headings = (
        Phrase("Scored"), Phrase("Log score"), Phrase("fitted"), Phrase("held out"), Phrase("CRPS"), Phrase("50 %"),
        Phrase("90 %"), Phrase("Width"),
    )  # fmt: skip
    table = _table(headings, lang)
    roles: tuple[Role | None, ...] = (None, "fitted", "held_out")
    for column in (*found.columns, PERSISTENCE):
        if column in ("pooled", "normal"):
            table.add_section()
        name = said(COLUMN_WORDS[column], lang) if column in COLUMN_WORDS else column
        sums = [totals(found, books, column, role) for role in roles]
        table.add_row(name, *(number(one["log_score"], 1, lang) for one in sums), *_rest(sums[0], lang))
    return table


def _rest(total: dict[str, Any], lang: Lang) -> list[str]:
    texts = []
    for key, decimals in (("crps", 2), ("coverage_50", 2), ("coverage_90", 2), ("median_width", 1)):
        texts.append(EN_DASH if total[key] is None else number(total[key], decimals, lang))
    return texts
