"""The figures of a sweep: one a scenario with its variants, and for two keys one a strategy; drawn and written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.store.writing import write_bytes
from sim.language import Lang, said
from sim.records import Metric
from sim.report.context import ChartContext
from sim.report.sheet import Sheet, files_of
from sim.report.sweep_chart import Line, Measure, Scale, heat_map, sweep_lines
from sim.report.words import language
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


def draw_sweep(table: SweepTable, lang: Lang) -> list[Path]:
    """Paths of the charts of a sweep over one key or two, written into ``figures``; none for more keys."""
    folder = table.swept.folder / "figures"
    paths = []
    for name, sheet in sweep_sheets(table, lang):
        folder.mkdir(parents=True, exist_ok=True)
        for kind, content in files_of(sheet).items():
            paths.append(folder / f"{name}.{lang}.{kind}")
            write_bytes(paths[-1], content)
    return paths


def sweep_sheets(table: SweepTable, lang: Lang) -> Iterator[tuple[str, Sheet]]:
    """Every chart of a sweep by name, drawn and not yet written."""
    swept = table.swept
    keys = varied(swept.study)
    metric = next(metric for metric in swept.metrics if metric.name == swept.study.metric)
    cells = {(id(cell.case), cell.strategy): cell for cell in table.cells}
    if len(keys) == 1:
        for reading in swept.readings():
            yield f"sweep.{_reading(swept.study.cases[reading[0]])}", _lines(swept, reading, cells, metric, keys[0], lang)
    elif len(keys) == 2:
        pairs = [(reading, strategy) for reading in swept.readings() for strategy in swept.study.strategies]
        for reading, strategy in pairs if maps_of(table) <= MOST_MAPS else ():
            name = f"sweep.{_reading(swept.study.cases[reading[0]])}.{strategy}"
            yield name, _map(swept, reading, cells, metric, strategy, lang)


def maps_of(table: SweepTable) -> int:
    """How many maps a sweep over two keys has: one a scenario with its variants and strategy."""
    return len(list(table.swept.readings())) * len(table.swept.study.strategies)


def _reading(case: Case) -> str:
    return "+".join([case.scenario.name, *case.scenario.variants])


def _lines(
    swept: Swept, reading: tuple[int, ...], cells: dict[tuple[int, str], Cellular], metric: Metric, key: str, lang: Lang
) -> Sheet:
    study = swept.study
    cases = [study.cases[place] for place in reading]
    lines = []
    for k, name in enumerate(study.strategies):
        found = [cells[id(case), name].statistics[metric.name] for case in cases]
        columns = (np.array([getattr(one, end) for one in found], dtype=float) for end in ("mean", "low", "high"))
        lines.append(Line(_title(cases[0].strategies[k].model, lang), *columns))
    across = _scale(key, [dict(case.point)[key] for case in cases], lang)
    titles = "; ".join(line.title for line in lines)
    measure = _measure(metric, np.concatenate([line.mean for line in lines]), lang)
    reference = reading.index(swept.reference(reading))
    return sweep_lines(_context(swept, cases[0], titles, lang), measure, across, lines, reference, _fixed(swept))


def _map(
    swept: Swept, reading: tuple[int, ...], cells: dict[tuple[int, str], Cellular], metric: Metric, strategy: str, lang: Lang
) -> Sheet:
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
    title = _title(cases[0].strategies[study.strategies.index(strategy)].model, lang)
    scales = _scale(across_key, acrosses, lang), _scale(up_key, ups, lang)
    return heat_map(
        _context(swept, cases[0], title, lang), _measure(metric, means, lang), *scales, means, alike, reference, _fixed(swept)
    )


def _scale(key: str, values: list[Value], lang: Lang) -> Scale:
    path = tuple(key.split("."))
    unit = said(unit_of(path), lang)
    title = short_key(key) + (f" ({unit})" if unit else "")
    numbers = [float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    labels = tuple(text_of(value) for value in values)
    if lang == "fr":
        pairs = zip(labels, values, strict=True)
        labels = tuple(label.replace(".", ",") if isinstance(value, float) else label for label, value in pairs)
    return Scale(title, labels, tuple(numbers) if len(numbers) == len(values) else None)


def _measure(metric: Metric, means: np.ndarray[Any, np.dtype[np.float64]], lang: Lang) -> Measure:
    known = means[~np.isnan(means)]
    largest = float(np.abs(known).max()) if known.size else 0.0
    divisor, unit = 1.0, UNITS[lang].get(metric.unit, metric.unit)
    if metric.unit == "l":
        divisor, unit = 1e6, "million litres" if lang == "en" else "millions de litres"
    elif metric.unit == "FCFA":
        divisor, unit = 1e9, "billion FCFA" if lang == "en" else "milliards de FCFA"
    elif metric.unit == "share":
        divisor, unit = 0.01, "%"
    shown = largest / divisor
    return Measure(metric.title[lang], unit, divisor, 0 if shown >= 1000 else 1 if shown >= 5 else 2)


def _fixed(swept: Swept) -> str:
    return ", ".join(f"{short_key(key)} = {text_of(value)}" for key, value in fixed(swept.study))


def _context(swept: Swept, case: Case, strategy: str, lang: Lang) -> ChartContext:
    language(lang)
    scenario = case.scenario.model
    return ChartContext(
        scenario=_title(scenario, lang), strategy=strategy, worlds=swept.design.worlds, chances=swept.design.chances,
        seed=swept.study.seed, uncertainty=swept.study.uncertainty, lang=lang, variants=case.scenario.variants,
    )  # fmt: skip


def _title(model: Any, lang: Lang) -> str:
    return str((model.title_fr if lang == "fr" else "") or model.title)
