"""Charts of a forecast: what comes and what is left of it, week by week and day by day, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np

from sim.analysis.summary import DAILY_QUANTILES
from sim.language import Phrase
from sim.report.charts.chart import Chart
from sim.report.charts.daily import DailyFan, Fan, daily_fan
from sim.report.charts.of_run import safety_stocks_l, title_of
from sim.report.context import ChartContext
from sim.report.findings import Floats
from sim.report.words import Bilingual, Language, day_of, figures_of, in_both, number_of
from sim.study.forecast.run import WITHIN_DAYS, Forecast

WEEK_DAYS = 7


def charts_of_forecast(found: Forecast) -> list[Chart]:
    """Charts of a forecast: supply of the city, and losses with hours of power."""
    return [supply(found), losses(found)]


def about_of(found: Forecast) -> ChartContext:
    """What a chart of a forecast says about itself, in both languages."""
    experiment, asked = found.known.experiment, found.asked
    scenario = experiment.scenario.model
    return ChartContext(
        scenario=_title(scenario),
        strategy=_title(experiment.strategy.model),
        worlds=asked.design.worlds,
        chances=asked.design.chances,
        seed=asked.seed,
        uncertainty=experiment.uncertainty,
        lang="en",
        variants=experiment.scenario.variants if len(found.variants) == 1 else (),
        city=_title(scenario.node[scenario.city.node]),
        cases=len(found.variants),
    )


def supply(found: Forecast) -> DailyFan:
    """Tankers by week, stations with each retail product, stock of each product."""
    ahead, products = found.pooled, found.known.experiment.scenario.model.product
    fans = []
    weeks = ahead.inflow_l.shape[1] // WEEK_DAYS
    if weeks:
        litres = ahead.inflow_l[:, : WEEK_DAYS * weeks].reshape(len(ahead.inflow_l), weeks, WEEK_DAYS).sum(axis=2)
        by_week = np.repeat(_quantiles(litres / ahead.tanker_l[:, None]), WEEK_DAYS, axis=0)
        rest = np.full((ahead.inflow_l.shape[1] - len(by_week), by_week.shape[1]), np.nan)
        fans.append(Fan(Phrase("Entering the country in the week"), Phrase("tankers"), np.concatenate([by_week, rest]), series=2))
    for place, product in enumerate(ahead.retail):
        share = ahead.stations[:, :, place]
        if not np.isnan(share).any():
            title = Phrase("Stations with {product} at noon", product=_lower(products[product]))
            fans.append(Fan(title, Phrase("per cent of the stations"), 100 * _quantiles(share), top=104.0, series=place))
    safe_l = safety_stocks_l(found.known.experiment.scenario.model)
    for place, product in enumerate(ahead.retail):
        level = safe_l[product] / 1e6
        title = Phrase("Stock of {product} in the depots", product=_lower(products[product]))
        fans.append(Fan(
            title, Phrase("million litres"), _quantiles(ahead.stock_l[:, :, ahead.products.index(product)]) / 1e6,
            level=level or None, series=place, level_title=Phrase("safety stock: {n}", n=figures_of(level)),
        ))  # fmt: skip
    measure = Phrase("Supply of {city} ahead, by week and by day", city=about_of(found).city)
    return _fans(found, fans, "forecast", in_both(_shortage_finding(found)), measure)


def losses(found: Forecast) -> DailyFan:
    """Tankers lost since the first day, and hours of power."""
    ahead = found.pooled
    lost = _quantiles(ahead.lost)
    fans = [Fan(Phrase("Lost since the first day"), Phrase("tankers"), lost)]
    if not np.isnan(ahead.power_hours).any():
        hours = _quantiles(ahead.power_hours)
        fans.append(Fan(Phrase("Hours of power a day"), Phrase("hours"), hours, top=max(24.0, float(hours.max()))))
    title = Phrase(
        "By {day} {middle} tankers lost in the median run, {low} to {high} in nine runs of ten",
        day=day_of(ahead.day + timedelta(days=len(lost) - 1), year=True), middle=number_of(float(lost[-1, 3])),
        low=number_of(float(lost[-1, 0])), high=number_of(float(lost[-1, -1])),
    )  # fmt: skip
    return _fans(found, fans, "forecast-losses", title, Phrase("Tankers lost and hours of electricity ahead, day by day"))


def _fans(found: Forecast, fans: list[Fan], name: str, title: Phrase, measure: Phrase) -> DailyFan:
    pooled = Phrase(
        "Bands pool {runs:,} {runs:run|runs} of {n:,} {n:reading|readings} of the structure, of equal weight.",
        runs=len(found.pooled.lost), n=len(found.variants),
    )  # fmt: skip
    threat = (
        Phrase("The threat of the eve goes on: bands are too narrow, the more so the further ahead.")
        if found.known.experiment.scenario.model.threat.regimes is None
        else Phrase("The campaign turns quiet and active by chance from the eve on, on all corridors alike.")
    )
    notes = [pooled, threat]
    if found.reports:
        notes.append(Phrase("Runs are weighed by reports of the fortnight before."))
    return daily_fan(
        about_of(found), found.pooled.day, fans, name=name, title=title, measure=measure, notes=tuple(notes),
        runs=len(found.pooled.lost),
    )  # fmt: skip


def _shortage_finding(found: Forecast) -> Callable[[Language], str]:
    """Probability of a shortage of each retail product within the longest span that is forecast and told."""
    ahead, products = found.pooled, found.known.experiment.scenario.model.product
    days = min(max(WITHIN_DAYS), ahead.short.shape[1])
    within = ahead.shortage_within(days)

    def finding(lang: Language) -> str:
        when, runs = lang.day(ahead.day, year=True), "of the runs" if lang.code == "en" else "des simulations"
        names = {product: _lower(products[product]).said(lang.lang) for product in ahead.retail}
        shares = [(names[product], lang.share(chance)) for product, chance in within.items() if chance is not None]
        (first, share), *others = shares
        more = "".join(f", {lang.of(name) if lang.code == 'fr' else name} {_in(lang)} {part}" for name, part in others)
        if lang.code == "en":
            return f"Within {days} days from {when}: a shortage {lang.of(first)} in {share} {runs}{more}"
        return f"Dans les {days} jours à partir du {when}{lang.colon} pénurie {lang.of(first)} dans {share} {runs}{more}"

    return finding


def _in(lang: Language) -> str:
    return {"en": "in", "fr": "dans"}[lang.code]


def _quantiles(values: Floats) -> Floats:
    """Quantiles over runs by day, shape (n_days, 7)."""
    return np.asarray(np.quantile(values, DAILY_QUANTILES, axis=0).T)


def _title(model: object) -> Bilingual:
    return title_of({"title": getattr(model, "title"), "title_fr": getattr(model, "title_fr", "")})  # noqa: B009


def _lower(model: object) -> Bilingual:
    title = _title(model)
    return Bilingual(str(title).lower(), title.french.lower())
