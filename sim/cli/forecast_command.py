"""`forecast`: weeks and days ahead of a date, with bands by variant and pooled."""

from __future__ import annotations

import json as json_text
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from sim.cli.options import AMOUNT, CHOICE, OUTPUT, Json, Language, Variants, whole
from sim.cli.words import EN_DASH, Lang, number
from sim.errors import UsageError
from sim.language import Phrase, listed, said

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sim.study.forecast.run import Ahead, Floats, Forecast


def forecast(
    scenario: str,
    /,
    *,
    first_day: Annotated[str, Parameter(name="--from", group=CHOICE)],
    days: Annotated[int, Parameter(group=CHOICE, converter=whole)] = 90,
    stock: Annotated[str | None, Parameter(group=CHOICE)] = None,
    strategy: Annotated[str | None, Parameter(group=CHOICE)] = None,
    variants: Variants = None,
    reports: Annotated[bool, Parameter(group=CHOICE)] = True,
    worlds: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 200,
    chances: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 1,
    seed: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 1,
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    out: Annotated[Path, Parameter(group=OUTPUT)] = Path("results"),
    size: Annotated[Literal["full", "column", "slide"], Parameter(group=OUTPUT)] = "full",
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Forecast from a date, with what was known then: inflow, stations, stock, shortage, losses and power, with bands.

    Parameters
    ----------
    scenario
        Name of a scenario or path of a file. Dated events and decisions that begin on the date or later are left out.
    first_day
        First day of the forecast (2026-01-01).
    days
        Days ahead.
    stock
        Litres in the city's depots as that day begins (petrol=8000000,diesel=5000000); by default what the model has.
    strategy
        Name or path of a strategy; by default the scenario's own, as it stands on the eve of the date.
    variants
        Variant to forecast beside the scenario as it stands; may be given several times. By default all that change the
        structure and fit the scenario.
    reports
        Weigh the runs of a calibrated world by what was reported of its state in the fortnight before the date.
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
    size
        Of the charts: `full` (width of a page), `column` (half of it) or `slide` (16 by 9).
    json
        Print one JSON object.
    lang
        Language of tables and charts.
    """
    from rich.console import Console

    from sim.cli.progress import counting
    from sim.experiment.interrupts import uninterrupted

    with uninterrupted():
        from sim.experiment.design import design_of
        from sim.experiment.pool import checked_workers
        from sim.study.backtest.run import VARIANTS
        from sim.study.forecast.known import fitting, stock_of
        from sim.study.forecast.run import Asked, as_object
        from sim.study.forecast.run import forecast as ahead_of

    fit = fitting(scenario, VARIANTS) if variants is None else ("", *variants)
    asked = Asked(
        scenario, strategy, fit, _date(first_day), days,
        stock_of(stock) if stock else {}, design_of(worlds, chances), seed, checked_workers(workers), out, reports,
    )  # fmt: skip
    with counting(Console(stderr=True, highlight=False), lang) as tell:
        found = ahead_of(asked, tell)
    paths = _drawn(found, Console(stderr=True, highlight=False), size, lang)
    if json:
        sys.stdout.write(json_text.dumps(as_object(found), ensure_ascii=False, allow_nan=False) + "\n")
    else:
        _print(found, Console(highlight=False), lang)
        _print_paths(paths, Console(highlight=False), lang)
    return 0


def _drawn(found: Forecast, notices: Console, size: str, lang: Lang) -> list[Path]:
    """Charts and numbers of a forecast, written; none, with a notice, where a library is missing."""
    from rich.text import Text

    from sim.cli.words import word

    try:
        from sim.report.forecast_figures import written
        from sim.report.style import SIZES
    except ModuleNotFoundError as error:
        notices.print(Text(word(lang, "no_figures", name=str(error.name)), "yellow"), soft_wrap=True)
        return []
    return written(found, lang, SIZES[size])


def _print_paths(paths: list[Path], screen: Console, lang: Lang) -> None:
    from rich.text import Text

    from sim.cli.words import filled, word
    from sim.scenario.files import shown

    if not paths:
        return
    folder = paths[-1].parent
    names = [path.relative_to(folder).as_posix() for path in paths if path.suffix in (".png", ".json")]
    screen.print()
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), f"{shown(folder)}/"), soft_wrap=True)
    screen.print(Text(filled(names, screen.width, "  "), "dim"), soft_wrap=True)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(Phrase('--from: expected a date such as 2025-10-01, got "{got}"', got=text)) from error


def _print(found: Forecast, screen: Console, lang: Lang) -> None:
    from rich.text import Text

    asked = found.asked
    title = Phrase("Forecast from {day} for {days:,} {days:day|days}", day=asked.day, days=asked.days)
    about = Phrase(
        "scenario {scenario}, strategy {strategy}, {n:,} {n:reading|readings} of the structure with equal weights, each "
        "{worlds:,} {worlds:world|worlds} × {chances:,} {chances:chance|chances}, seed {seed}",
        scenario=asked.scenario, strategy=found.known.experiment.strategy.name, n=len(found.variants),
        worlds=asked.design.worlds, chances=asked.design.chances, seed=asked.seed,
    )  # fmt: skip
    screen.print(Text(said(title, lang), "bold"))
    screen.print(Text(said(about, lang), "dim"))
    screen.print()
    screen.print(_weeks(found.pooled, lang), crop=False)
    screen.print()
    screen.print(_shortages(found, lang), crop=False)
    screen.print()
    for note in _notes(found, lang):
        screen.print(Text(said(note, lang), "dim"))


def _table(headings: list[Phrase], lang: Lang) -> Table:
    from rich.table import Table

    from sim.cli.summary_table import RULED

    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(said(headings[0], lang), no_wrap=True)
    for heading in headings[1:]:
        table.add_column(said(heading, lang), justify="right")
    return table


def _weeks(ahead: Ahead, lang: Lang) -> Table:
    """One row a week, or a day where no week is whole: inflow, and the state at its end."""
    from sim.report.words import NO_BREAK, language

    n_days = ahead.inflow_l.shape[1]
    step = 7 if n_days >= 7 else 1
    headings = [
        Phrase("Week from") if step == 7 else Phrase("Day"), Phrase("Tankers"), Phrase("Million litres"), Phrase("Stations"),
        Phrase("Lost"), Phrase("Power, h"),
    ]  # fmt: skip
    table = _table(headings, lang)
    for first in range(0, n_days - step + 1, step):
        last = first + step - 1
        litres = ahead.inflow_l[:, first : last + 1].sum(axis=1)
        table.add_row(
            language(lang).short_day(ahead.day + timedelta(days=first)).replace(NO_BREAK, " "),
            _cell(litres / ahead.tanker_l, 0, lang),
            _cell(litres / 1e6, 1, lang),
            _cell(ahead.stations[:, last, 0], 2, lang),
            _cell(ahead.lost[:, last], 0, lang),
            _cell(ahead.power_hours[:, first : last + 1].mean(axis=1), 1, lang),
        )
    return table


def _cell(values: Floats, decimals: int, lang: Lang) -> str:
    from sim.study.forecast.run import band

    found = band(values)
    low, middle, high = (found[key] for key in ("p05", "p50", "p95"))
    if low is None or middle is None or high is None:
        return EN_DASH
    return f"{number(middle, decimals, lang)}\n{number(low, decimals, lang)}{EN_DASH}{number(high, decimals, lang)}"


def _shortages(found: Forecast, lang: Lang) -> Table:
    """Probability of a shortage by variant and product, and of all together."""
    from sim.cli.backtest_command import COLUMN_WORDS
    from sim.study.forecast.run import WITHIN_DAYS

    titles = _titles(found, lang)
    horizons = [days for days in WITHIN_DAYS if days <= found.asked.days] or [found.asked.days]
    headings = [Phrase("Probability of a shortage")]
    for product in found.pooled.retail:
        within_days = [Phrase("within {days:,} {days:day|days}", days=days) for days in horizons]
        headings += [Phrase("{product}, {within}", product=titles[product], within=within) for within in within_days]
    table = _table(headings, lang)
    for name, ahead in (*found.variants.items(), ("", found.pooled)):
        if not name:
            table.add_section()
        label = said(COLUMN_WORDS[name], lang) if name in COLUMN_WORDS else name or said(Phrase("all, pooled"), lang)
        within = [ahead.shortage_within(days) for days in horizons]
        chances = [one[product] for product in ahead.retail for one in within]
        table.add_row(label, *(EN_DASH if chance is None else number(chance, 2, lang) for chance in chances))
    return table


def _titles(found: Forecast, lang: Lang) -> dict[str, str]:
    products = found.known.experiment.scenario.model.product
    return {name: ((of.title_fr or of.title) if lang == "fr" else of.title).lower() for name, of in products.items()}


def _notes(found: Forecast, lang: Lang) -> list[Phrase]:
    """What the numbers mean, and what is not known to them."""
    product = _titles(found, lang)[found.pooled.retail[0]]
    model = found.known.experiment.scenario.model
    notes = [
        Phrase(
            "Each cell: median and p05–p95 over the runs of all readings together. Inflow is national, at the counting point of "
            "the books; tankers are litres over a mean tanker. Stations: share with {product} at noon on the last day of the "
            "row. Lost: since the forecast's first day.",
            product=product,
        ),
        Phrase("The campaign turns quiet and active by chance from the eve on, on all corridors alike.")
        if model.threat.regimes is not None
        else Phrase("The threat of the eve goes on: no lull, no new campaign."),
        Phrase("Worlds are draws of a calibration to what was reported until {day}.", day=model.posterior.fitted_to)
        if model.posterior is not None and model.posterior.fitted_to is not None
        else Phrase("Bands hold for these readings and ranges; they were not fitted to what came before the date."),
        Phrase("Weights are equal because nothing tells which reading is right."),
        *_weighed(found, lang),
    ]
    if model.posterior is not None:
        notes.append(Phrase("The back-test found such bands too narrow, those of diesel at stations most: docs/validation.md."))
    if found.known.left_out:
        notes.append(Phrase("Left out, because they begin on that day or later: {names}.", names=listed(found.known.left_out)))
    if found.known.still_running:
        notes.append(Phrase("Under way, their end taken as announced: {names}.", names=listed(found.known.still_running)))
    return notes


def _weighed(found: Forecast, lang: Lang) -> list[Phrase]:
    """Which reports of the days before the runs were weighed by, and what is left of them."""
    from sim.study.forecast.recent import OUTSIDE_WEIGHT, RECENT_DAYS

    posterior = found.known.experiment.scenario.model.posterior
    if posterior is None or not found.asked.reports:
        return []
    if not found.reports:
        return [Phrase(
            "No report of the state in the {days} days before is there to weigh runs by: the forecast starts where the model "
            "has come to by itself.",
            days=RECENT_DAYS,
        )]  # fmt: skip
    bands = ", ".join(f"{seen.target.id} {number(seen.inside_prob, 2, lang)}" for seen in found.reports)
    return [Phrase(
        "Runs are weighed by reports of the state in the {days} days before (share of the runs in the band of each: {bands}); "
        "outside a band a run weighs {outside:g}. What is left says as much as {n:,} of {runs:,} runs. --no-reports: all alike.",
        days=RECENT_DAYS, bands=bands, outside=OUTSIDE_WEIGHT, n=round(found.effective_runs or 0),
        runs=len(found.pooled.lost),
    )]  # fmt: skip
