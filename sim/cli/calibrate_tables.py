"""Tables of a calibration: quantities before and after, targets, trials, December."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.cli.words import EN_DASH, Lang, number
from sim.language import Phrase, said

if TYPE_CHECKING:
    from rich.table import Table

    from sim.study.calibrate.checks import Checks
    from sim.study.calibrate.december import Played
    from sim.study.calibrate.run import Calibration

PLAYED_WORDS = {
    "calibrated": Phrase("calibrated, as known on 1 December"),
    "prior": Phrase("its prior, as known on 1 December"),
    "tuned": Phrase("tuned by hand, as known on 1 December"),
    "scripted": Phrase("tuned by hand, December's attacks scripted"),
}
"""Worlds of the test on December."""

DIGITS = 3


def heading(found: Calibration) -> Phrase:
    """What was calibrated, and with how much."""
    asked = found.ready.asked
    return Phrase(
        "{scenario}, strategy {strategy}: {worlds:,} prior worlds, {accepted:,} accepted, {used:,} of {n:,} reports used, "
        "seed {seed}",
        scenario=asked.scenario, strategy=asked.strategy, worlds=asked.worlds, accepted=len(found.posterior.rows),
        used=int(found.ready.used.sum()), n=len(found.fitted), seed=asked.seed,
    )  # fmt: skip


def _table(headings: tuple[Phrase, ...], lang: Lang) -> Table:
    from rich.table import Table

    from sim.cli.summary_table import RULED

    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(said(headings[0], lang), overflow="fold", min_width=16)
    for one in headings[1:]:
        table.add_column(said(one, lang), justify="right")
    return table


def quantities(found: Calibration, lang: Lang) -> Table:
    """Every quantity and combination before and after."""
    from rich.text import Text

    from sim.report.calibration_words import GROUP_TITLES, title_of

    headings = (Phrase("Quantity"), Phrase("Prior"), Phrase("Posterior"), Phrase("Spread left"), Phrase("Known"))
    table = _table(headings, lang)
    group = ""
    for row in (*found.learnt, *found.together):
        if row.group != group:
            if group:
                table.add_section()
            group = row.group
            table.add_row(Text(said(GROUP_TITLES[group], lang), "bold cyan"))
        yes = Phrase("yes") if row.identified else Phrase("no")
        style = "bold green" if row.identified else ""
        name = Text(said(title_of(row.name), lang))
        bands = (_range(row.prior, lang), _range(row.posterior, lang))
        table.add_row(name, *bands, number(row.ratio, 2, lang), Text(said(yes, lang), style))
    return table


def _range(of: tuple[float, float, float], lang: Lang) -> str:
    low, middle, high = (_written(value, lang) for value in of)
    return f"{middle}\n{low} {EN_DASH} {high}"


def _written(value: float, lang: Lang) -> str:
    """A number with three digits that count."""
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -3:
        return f"{number(value / 10.0**size, DIGITS - 1, lang)}e{size}"
    rounded = round(value, DIGITS - 1 - size)
    return number(rounded, max(0, DIGITS - 1 - size), lang)


def targets(found: Calibration, lang: Lang) -> Table:
    """Every fitted target: share of the prior and of the accepted runs in its band, and whether it was used."""
    from rich.text import Text

    from sim.cli.backtest_command import DIESEL, READ_AS, _span_of_days

    table = _table((Phrase("Report"), Phrase("In band, prior"), Phrase("In band, accepted"), Phrase("Used")), lang)
    for row in found.fitted:
        what = DIESEL if row.target.product == "diesel" else READ_AS[row.target.reading]
        name = Text.assemble(f"{row.target.id} {_span_of_days(row.target, lang)}", (f"\n  {said(what, lang)}", "dim"))
        used = Text(said(Phrase("yes") if row.used else Phrase("no"), lang), "" if row.used else "red")
        table.add_row(name, number(row.prior_prob, 2, lang), number(row.accepted_prob, 2, lang), used)
    return table


def trials(checks: Checks, lang: Lang) -> Table:
    """Every quantity over the trials: how often its interval held the truth, and whether ranks are uniform."""
    from sim.report.calibration_words import title_of

    headings = (
        Phrase("Held back"), Phrase("Held of 20"), Phrase("Held, all"), Phrase("Where identified"), Phrase("Spread left"),
        Phrase("χ²"), Phrase("ECDF"),
    )  # fmt: skip
    table = _table(headings, lang)
    for row in checks.rows:
        apart = f"{row.held_apart} / {row.told_apart}" if row.told_apart else EN_DASH
        table.add_row(
            said(title_of(row.name), lang), str(row.held), number(row.coverage, 2, lang), apart, number(row.ratio, 2, lang),
            number(row.chi2_p, 2, lang), number(row.ecdf_p, 2, lang),
        )  # fmt: skip
    return table


def december(played: tuple[Played, ...], lang: Lang) -> Table:
    """Scores of each world over fitted and held-out targets."""
    headings = (
        Phrase("World"), Phrase("Fitted: log score"), Phrase("90 %"), Phrase("Width"), Phrase("Held out: log score"),
        Phrase("90 %"), Phrase("Width"),
    )  # fmt: skip
    table = _table(headings, lang)
    for one in played:
        cells = []
        for role in ("fitted", "held_out"):
            total = one.total(role)
            width = EN_DASH if total["median_width"] is None else number(total["median_width"], 1, lang)
            cells += [number(total["log_score"], 1, lang), number(total["coverage_90"], 2, lang), width]
        table.add_row(said(PLAYED_WORDS[one.name], lang), *cells)
    return table


def notes(found: Calibration, checks: Checks | None, played: tuple[Played, ...]) -> list[Phrase]:
    """What the numbers mean."""
    left_out = tuple(row.target.id for row in found.fitted if not row.used)
    told = [
        Phrase(
            "Median and p05–p95. Spread left: posterior over prior standard deviation (of products: of the logarithm); "
            "identified: at most a half. What is not identified keeps its prior range: these reports do not tell it."
        )
    ]
    if left_out:
        told.append(Phrase(
            "Not used, because under 1 % of the prior's runs lie in the band, so that no setting gives the report: {ids}.",
            ids=left_out,
        ))  # fmt: skip
    if checks is not None:
        told.append(Phrase(
            "{trials:,} worlds held back, reports drawn with their errors. Held: 90 % intervals with the truth in them, of the "
            "first 20 trials, of all, and of those that identified it. Of {n:,} p-values of uniform ranks (χ², ECDF) {low:,} "
            "lie under 0.05; the smallest times their number is {least:.2f}.",
            trials=checks.trials, n=2 * len(checks.rows), low=checks.low_p, least=checks.least_p,
        ))  # fmt: skip
    if played:
        told.append(Phrase(
            "December: {runs:,} runs each with new luck; slots and sizes of convoys as they were, attacks as a world known on "
            "1 December has them. Log score: minus ln P added up, 0 is perfect; 90 %: share of targets whose band the p05–p95 "
            "meets.",
            runs=played[0].rows[0].runs,
        ))  # fmt: skip
    return told
