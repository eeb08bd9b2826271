"""What `sweep` shows: header, progress, means by point, where everything was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.progress import reporting
from sim.cli.summary_table import COUNTED, RULED
from sim.cli.words import EN_DASH, Lang, decimals_for, filled, number, scale_of, word
from sim.experiment.design import Design
from sim.experiment.engines import COMPILING_S, Engine, is_compiled
from sim.records import Metric
from sim.scenario.files import shown
from sim.study.design import Study
from sim.study.sweep_tables import LONG, OBJECT, WIDE, Cellular, Gap, SweepTable, short_key, shown_point, text_of
from sim.study.sweeping import Swept, cells, fixed, run_sweep, varied

MOST_ROWS = 60
"""Rows of means on the screen; a grid of two keys with more is shown as a map."""
MOST_ACROSS = 12
"""Columns of such a map."""


class Screen:
    """A sweep on the terminal, in a language; `quiet` leaves stdout to a JSON object."""

    def __init__(self, study: Study, design: Design, lang: Lang, *, quiet: bool) -> None:
        self.study, self.design, self.lang, self.quiet = study, design, lang, quiet
        self.out, self.notices = Console(highlight=False), Console(stderr=True, highlight=False)
        self.cells = len(cells(study))

    def run(self, engine: Engine, workers: int, out: Path) -> SweepTable:
        """Run what is missing with progress; tables and figures are written."""

        def waiting(folder: Path) -> None:
            self.notices.print(word(self.lang, "waiting", folder=shown(folder)), soft_wrap=True)

        if not self.quiet:
            self._header()
        if engine.name == "batch" and not is_compiled():
            self.notices.print(word(self.lang, "compiling", seconds=COMPILING_S), soft_wrap=True)
        with reporting(self.notices, self.lang) as report:
            swept = run_sweep(self.study, engine, workers=workers, out=out, progress=report, waiting=waiting)
        table = SweepTable(swept)
        table.write()
        return table

    def _header(self) -> None:
        study, lang = self.study, self.lang
        texts = dict(study.titles), dict(study.questions)
        if texts[0]:
            self.out.print(Text(texts[0][lang], "bold"))
        if texts[1]:
            self.out.print(Text(texts[1][lang]))
        points = len({case.point for case in study.cases})
        readings = len(study.cases) // points
        total = self.cells * self.design.runs
        parts = [
            *dict.fromkeys(f"{word(lang, 'scenario')} {case.scenario.name}" for case in study.cases),
            *dict.fromkeys(f"{word(lang, 'variant')} {case.variant}" for case in study.cases if case.variant),
            *([word(lang, "sweep_baseline", name=study.baseline)] if len(study.strategies) > 1 else []),
            *(f"{word(lang, 'strategy')} {name}" for name in study.strategies),
            word(lang, "sweep_points", points=points * readings, strategies=len(study.strategies), runs=self.design.runs,
                 total=points * readings * len(study.strategies) * self.design.runs),
            f"{self.design.worlds} × {self.design.chances}", f"{word(lang, 'seed')} {study.seed}", word(lang, study.uncertainty),
        ]  # fmt: skip
        self.out.print(filled(parts, self.out.width))
        if total < points * readings * len(study.strategies) * self.design.runs:
            self.out.print(Text(word(lang, "sweep_shared", cells=self.cells), "dim"), soft_wrap=True)
        if fixed(study):
            self.out.print(word(lang, "sweep_fixed", fixed=shown_point(fixed(study))), soft_wrap=True)
        moving = tuple(pair for pair in study.reference if pair[0] in varied(study))
        self.out.print(word(lang, "sweep_reference", point=shown_point(moving)), soft_wrap=True)

    def show(self, table: SweepTable, command: str) -> None:
        """Print means by point, what they mean, the paths and the next command."""
        swept, keys = table.swept, varied(self.study)
        metric = next(metric for metric in swept.metrics if metric.name == self.study.metric)
        self.out.print()
        if len(table.cells) > MOST_ROWS and len(keys) == 2:
            self._maps(table, metric, keys)
        else:
            self._rows(table, metric, keys)
        known = table.cells[0].statistics[metric.name].low is not None
        note = word(self.lang, "sweep_meaning", n=len(table.cells)) if known else word(self.lang, "sweep_no_interval")
        self.out.print(Text(note, "dim"))
        self._paths(swept, self._figures(table))
        self.out.print(Text.assemble((word(self.lang, "next") + " ", "bold"), command), soft_wrap=True)

    def _rows(self, table: SweepTable, metric: Metric, keys: Sequence[str]) -> None:
        study, lang = self.study, self.lang
        many = len(study.strategies) > 1
        divisor, unit = scale_of(metric.unit, lang)
        self.out.print(Text(f"{metric.title[lang]} ({unit})", "bold"))
        grid = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        readings = len({(cell.case.scenario.name, cell.case.variant) for cell in table.cells}) > 1
        first, last = ([word(lang, "scenario")] if readings else []), ([word(lang, "strategy")] if many else [])
        for name in [*first, *map(short_key, keys), *last]:
            grid.add_column(Text(name), overflow="fold")
        heads = [word(lang, "mean"), word(lang, "interval"), word(lang, "sweep_from_reference")]
        for name in [*heads, *([word(lang, "sweep_from_baseline", name=study.baseline)] if many else [])]:
            grid.add_column(Text(name), justify="right")
        for cell in table.cells[:MOST_ROWS]:
            found, point = cell.statistics[metric.name], dict(cell.case.point)
            digits = _digits(metric, found.mean, divisor)
            texts = [text_of(point[key]) for key in keys]
            start = ["+".join([cell.case.scenario.name, *cell.case.scenario.variants])] if readings else []
            gaps = [cell.from_reference[metric.name], *([cell.from_baseline[metric.name]] if many else [])]
            grid.add_row(
                *map(Text, [*start, *texts, *([cell.strategy] if many else [])]),
                self._number(found.mean, divisor, digits), self._span(found.low, found.high, divisor, digits),
                *(self._gap(gap, divisor, digits) for gap in gaps),
            )  # fmt: skip
        self.out.print(grid, crop=False)
        if len(table.cells) > MOST_ROWS:
            self.out.print(word(lang, "sweep_more", n=len(table.cells) - MOST_ROWS, file=WIDE))
        self.out.print()

    def _maps(self, table: SweepTable, metric: Metric, keys: Sequence[str]) -> None:
        """Means as a table of one key by the other, for every reading and strategy."""
        lang = self.lang
        divisor, unit = scale_of(metric.unit, lang)
        groups: dict[tuple[str, str, str], list[Cellular]] = {}
        for cell in table.cells:
            groups.setdefault((cell.case.scenario.name, cell.case.variant, cell.strategy), []).append(cell)
        for (scenario, variant, strategy), found in groups.items():
            name = " · ".join(part for part in (scenario, variant, strategy) if part)
            up, across = map(short_key, keys)
            heading = word(lang, "sweep_map", metric=metric.title[lang], unit=unit, up=up, across=across, strategy=name)
            self.out.print(Text(heading, "bold"), soft_wrap=True)
            self.out.print(self._map(found, metric, keys, divisor), crop=False)
            self.out.print(Text(word(lang, "sweep_alike"), "dim"))
            self.out.print()

    def _map(self, found: Sequence[Cellular], metric: Metric, keys: Sequence[str], divisor: float) -> Table:
        points = [dict(cell.case.point) for cell in found]
        ups, across = (list(dict.fromkeys(point[key] for point in points)) for key in keys)
        largest = max((abs(cell.statistics[metric.name].mean or 0.0) for cell in found), default=0.0)
        digits = _digits(metric, largest, divisor)
        texts: dict[tuple[object, object], str] = {}
        for cell, point in zip(found, points, strict=True):
            alike = _may_be_nothing(cell.from_reference[metric.name]) and cell.case.point != self.study.reference
            mean = self._number(cell.statistics[metric.name].mean, divisor, digits)
            texts[point[keys[0]], point[keys[1]]] = f"≈{mean}" if alike else mean
        grid = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
        grid.add_column("")
        for value in across[:MOST_ACROSS]:
            grid.add_column(text_of(value), justify="right", no_wrap=True)
        for up in ups:
            grid.add_row(Text(text_of(up), "bold"), *(texts[up, value] for value in across[:MOST_ACROSS]))
        if len(across) > MOST_ACROSS:
            grid.caption = word(self.lang, "sweep_more", n=(len(across) - MOST_ACROSS) * len(ups), file=WIDE)
        return grid

    def _number(self, value: float | None, divisor: float, digits: int) -> str:
        return EN_DASH if value is None else number(value / divisor, digits, self.lang)

    def _span(self, low: float | None, high: float | None, divisor: float, digits: int) -> str:
        if low is None or high is None:
            return EN_DASH
        return f"{number(low / divisor, digits, self.lang)} {EN_DASH} {number(high / divisor, digits, self.lang)}"

    def _gap(self, gap: Gap, divisor: float, digits: int) -> str:
        mean = self._number(gap.mean, divisor, digits)
        if gap.low is None or gap.high is None or gap.mean is None:
            return mean
        return f"{mean} ± {number((gap.high - gap.low) / 2 / divisor, digits, self.lang)}"

    def _figures(self, table: SweepTable) -> list[Path]:
        moving, lang = len(varied(self.study)), self.lang
        if moving > 2 or moving == 0:
            self.out.print(Text(word(lang, "sweep_no_chart", n=moving)), soft_wrap=True)
            return []
        try:
            with self.notices.status(word(lang, "drawing")):
                from sim.report.sweep_figures import MOST_MAPS, draw_sweep, maps_of

                if moving == 2 and maps_of(table) > MOST_MAPS:
                    self.out.print(word(lang, "sweep_many_maps", n=maps_of(table), most=MOST_MAPS), soft_wrap=True)
                return draw_sweep(table, lang)
        except ModuleNotFoundError as error:
            self.notices.print(Text(word(lang, "no_figures", name=str(error.name)), "yellow"), soft_wrap=True)
            return []

    def _paths(self, swept: Swept, figures: Sequence[Path]) -> None:
        self.out.print()
        self.out.print(Text.assemble((word(self.lang, "written") + " ", "bold"), f"{shown(swept.folder)}/"), soft_wrap=True)
        names = [f"figures/{path.name}" for path in figures if path.suffix == ".png"]
        for key, files in (("tables", [LONG, WIDE, OBJECT]), ("figures", names)):
            if files:
                lines = filled(files, self.out.width, "    ")
                self.out.print(Text.assemble((f"  {word(self.lang, key)}\n", "dim"), lines))


def _digits(metric: Metric, mean: float | None, divisor: float) -> int:
    most = 1 if divisor == 1 and metric.unit in COUNTED else 2
    return decimals_for((mean or 0.0) / divisor, most=most)


def _may_be_nothing(gap: Gap) -> bool:
    return gap.low is not None and gap.high is not None and gap.low <= 0 <= gap.high
