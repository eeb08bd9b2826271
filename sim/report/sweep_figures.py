"""The figures of a sweep: one a scenario with its variants, and for two keys one a strategy; drawn and written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sim.language import NOTHING, Lang, Phrase, said
from sim.records import Metric
from sim.report.charts.chart import Chart
from sim.report.charts.kept import keep_charts
from sim.report.charts.units import title_of
from sim.report.context import ChartContext
from sim.report.figures import FIGURES, write_charts
from sim.report.sweep_chart import Line, Measure, Scale, heat_map, sweep_lines
from sim.report.words import Bilingual, in_both
from sim.scenario.explain import unit_of
from sim.study.design import Case, Value
from sim.study.sweep_tables import Cellular, SweepTable, short_key, text_of
from sim.study.sweeping import Swept, fixed, varied

MOST_MAPS = 12
"""Maps that are drawn; of more readings and strategies only the table."""

UNITS: dict[str, dict[str, str]] = {
    "fr": {
        "days": "jours", "day": "jours", "tankers": "citernes", "crews": "équipages", "units": "unités d’escorte",
        "unit-days": "jours d’unité", "share": "part",
    },
    "en": {"day": "days", "units": "escort units"},
}  # fmt: skip


ONE = {
    "days": Bilingual("day", "jour"), "day": Bilingual("day", "jour"), "tankers": Bilingual("tanker", "citerne"),
    "crews": Bilingual("crew", "équipage"), "units": Bilingual("escort unit", "unité d’escorte"),
    "unit-days": Bilingual("unit-day", "jour d’unité"), "l": Bilingual("million litres", "million de litres"),
    "FCFA": Bilingual("billion FCFA", "milliard de FCFA"),
}  # fmt: skip
"""The same in the singular."""


def draw_sweep(table: SweepTable, lang: Lang) -> list[Path]:
    """Paths of the charts of a sweep over one key or two, written into ``figures``; none for more keys."""
    charts = list(sweep_charts(table))
    if charts:
        keep_charts(charts, table.swept.folder)
    return write_charts(charts, table.swept.folder / FIGURES, lang) if charts else []


def sweep_charts(table: SweepTable) -> Iterator[Chart]:
    """Every chart of a sweep."""
    swept = table.swept
    keys = varied(swept.study)
    metric = next(metric for metric in swept.metrics if metric.name == swept.study.metric)
    cells = {(id(cell.case), cell.strategy): cell for cell in table.cells}
    if len(keys) == 1:
        for reading in swept.readings():
            yield _lines(swept, reading, cells, metric, keys[0])
    elif len(keys) == 2:
        pairs = [(reading, strategy) for reading in swept.readings() for strategy in swept.study.strategies]
        for reading, strategy in pairs if maps_of(table) <= MOST_MAPS else ():
            yield _map(swept, reading, cells, metric, strategy)


def maps_of(table: SweepTable) -> int:
    """How many maps a sweep over two keys has: one a scenario with its variants and strategy."""
    return len(list(table.swept.readings())) * len(table.swept.study.strategies)


def _reading(case: Case) -> str:
    return "+".join([case.scenario.name, *case.scenario.variants])


def _lines(
    swept: Swept, reading: tuple[int, ...], cells: dict[tuple[int, str], Cellular], metric: Metric, key: str
) -> Chart:
    study = swept.study
    cases = [study.cases[place] for place in reading]
    lines = []
    for k, name in enumerate(study.strategies):
        found = [cells[id(case), name].statistics[metric.name] for case in cases]
        columns = (np.array([getattr(one, end) for one in found], dtype=float) for end in ("mean", "low", "high"))
        lines.append(Line(_title(cases[0].strategies[k].model), *columns))
    across = _scale(key, [dict(case.point)[key] for case in cases])
    titles = in_both(lambda lang: "; ".join(said(line.title, lang.lang) for line in lines))
    measure = _measure(metric, np.concatenate([line.mean for line in lines]))
    reference = reading.index(swept.reference(reading))
    name = f"sweep.{_reading(cases[0])}"
    return sweep_lines(_about(swept, cases[0], titles), measure, across, lines, reference, _fixed(swept), name)


def _map(
    swept: Swept, reading: tuple[int, ...], cells: dict[tuple[int, str], Cellular], metric: Metric, strategy: str
) -> Chart:
    study = swept.study
    cases = [study.cases[place] for place in reading]
    up_key, across_key = varied(study)
    ups, acrosses = (list(dict.fromkeys(dict(case.point)[key] for case in cases)) for key in (up_key, across_key))
    shape = (len(ups), len(acrosses))
    means, alike = np.full(shape, np.nan), np.zeros(shape, dtype=np.bool_)
    for case in cases:
        point, cell = dict(case.point), cells[id(case), strategy]
        place = ups.index(point[up_key]), acrosses.index(point[across_key])
        mean, gap = cell.statistics[metric.name].mean, cell.from_reference[metric.name]
        means[place] = np.nan if mean is None else mean
        alike[place] = gap.low is not None and gap.high is not None and gap.low <= 0 <= gap.high
    at = dict(study.reference)
    reference = ups.index(at[up_key]), acrosses.index(at[across_key])
    alike[reference] = False
    title = _title(cases[0].strategies[study.strategies.index(strategy)].model)
    scales = _scale(across_key, acrosses), _scale(up_key, ups)
    return heat_map(
        _about(swept, cases[0], title), _measure(metric, means), *scales, means, alike, reference, _fixed(swept),
        f"sweep.{_reading(cases[0])}.{strategy}",
    )  # fmt: skip


def _scale(key: str, values: list[Value]) -> Scale:
    unit, short = unit_of(tuple(key.split("."))), short_key(key)
    title = in_both(lambda lang: short + (f" ({told})" if (told := said(unit, lang.lang)) else ""))
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    labels = tuple(_label(value) for value in values)
    return Scale(title, labels, tuple(numbers) if len(numbers) == len(values) else None)


def _label(value: Value) -> Bilingual:
    text = text_of(value)
    return Bilingual(text, text.replace(".", ",") if isinstance(value, float) else text)


def _measure(metric: Metric, means: np.ndarray[Any, np.dtype[np.float64]]) -> Measure:
    known = means[~np.isnan(means)]
    largest = float(np.abs(known).max()) if known.size else 0.0
    divisor, units = 1.0, {lang: UNITS[lang].get(metric.unit, metric.unit) for lang in ("en", "fr")}
    if metric.unit == "l":
        divisor, units = 1e6, {"en": "million litres", "fr": "millions de litres"}
    elif metric.unit == "FCFA":
        divisor, units = 1e9, {"en": "billion FCFA", "fr": "milliards de FCFA"}
    elif metric.unit == "share":
        divisor, units = 0.01, {"en": "%", "fr": "%"}
    shown = largest / divisor
    unit = Bilingual(units["en"], units["fr"])
    return Measure(title_of(metric), unit, divisor, 0 if shown >= 1000 else 1 if shown >= 5 else 2, ONE.get(metric.unit, NOTHING))


def _fixed(swept: Swept) -> Phrase:
    told = ", ".join(f"{short_key(key)} = {text_of(value)}" for key, value in fixed(swept.study))
    return Bilingual(told, told)


def _about(swept: Swept, case: Case, strategy: Phrase) -> ChartContext:
    return ChartContext(
        scenario=_title(case.scenario.model), strategy=strategy, worlds=swept.design.worlds, chances=swept.design.chances,
        seed=swept.study.seed, uncertainty=swept.study.uncertainty, lang="en", variants=case.scenario.variants,
    )  # fmt: skip


def _title(model: Any) -> Bilingual:
    return Bilingual(str(model.title), str(model.title_fr or model.title))
