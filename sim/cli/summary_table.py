"""The table of metrics, its notes, and the lines above and below it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.analysis.metrics import WHOLE_UNITS
from sim.analysis.units import FEWEST_UNITS
from sim.cli.words import EN_DASH, Lang, decimals_for, number, scale_of, word
from sim.report.findings import FEW_RUNS
from sim.report.words import NO_BREAK, language

GROUPS = {
    "shortage": ("shortage_days_", "queue_days_", "longest_spell_", "first_shortage_", "stations_below_"),
    "fuel": ("litres_unmet", "fill_rate_", "inflow_l", "power_hours"),
    "road": ("tankers_", "loss_rate", "crews_", "transit_h", "staging_wait_h"),
    "escort": ("escort_",),
    "money": ("payments_fcfa", "cost_fcfa"),
}
"""Group of a metric by the beginning of its name; the tables keep this order."""

NOT_EVERYWHERE = ("stations_below_half_days", "power_hours")
"""Metrics of things that a scenario may do without; the table leaves them out there (`--json` says null)."""

COUNTED = WHOLE_UNITS | {"FCFA"}
"""Units that are shown without decimals in a run, and with one at most in a mean."""

RULED = box.Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
"""A rule under the header and no vertical lines."""

UNIT_COLUMN_FITS = 76
"""Columns of a screen from which units have a column of their own."""

MARKS = "¹²³⁴⁵⁶⁷⁸⁹"


def group_of(name: str) -> str:
    """Group of the table to which a metric belongs."""
    return next(group for group, starts in GROUPS.items() if name.startswith(starts))


def row_of(numbers: Mapping[str, Any], lang: Lang) -> tuple[str, str, str, str]:
    """Mean, interval, range and unit of one metric as texts; an en dash where undefined."""
    mean = numbers["mean"]
    divisor, unit = scale_of(numbers["unit"], lang)
    if mean is None:
        return EN_DASH, EN_DASH, EN_DASH, unit
    counted = divisor == 1 and numbers["unit"] in COUNTED
    decimals = decimals_for(mean / divisor, most=1 if counted else 2)
    ends = 0 if counted else decimals_for(numbers["p95"] / divisor)

    def span(low: float | None, high: float | None, places: int) -> str:
        if low is None or high is None:
            return EN_DASH
        return f"{number(low / divisor, places, lang)} {EN_DASH} {number(high / divisor, places, lang)}"

    return (
        number(mean / divisor, decimals, lang),
        span(numbers["low"], numbers["high"], decimals),
        span(numbers["p05"], numbers["p95"], ends),
        unit,
    )


def print_summary(
    console: Console,
    manifest: Mapping[str, Any],
    summary: Mapping[str, Mapping[str, Any]],
    lang: Lang,
    until: date | None = None,
) -> None:
    """Print the metrics by group, then what the numbers mean; those up to a day `until` under its date and without that.

    On a screen narrower than `UNIT_COLUMN_FITS` units stand under the titles, where they are never cut; on one that is
    narrower than the numbers, lines are longer than the screen: a number is never cut.
    """
    narrow = console.width < UNIT_COLUMN_FITS
    if manifest["report_to"]:
        last = until or date.fromisoformat(manifest["start"]) + timedelta(days=manifest["days"] - 1)
        day = language(lang).short_day(last).replace(NO_BREAK, " ")
        console.print(Text(word(lang, "until", date=f"{day} {last.year}"), "bold underline"))
    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(word(lang, "metric"), overflow="fold", min_width=12 if narrow else 20)
    for key in ("mean", "interval", "range"):
        table.add_column(word(lang, key), justify="right", no_wrap=True)
    if not narrow:
        table.add_column(word(lang, "unit"), no_wrap=True, style="dim")
    notes: list[str] = []
    listed = [metric for metric in manifest["metrics"] if metric["name"] in summary]
    metrics = sorted(listed, key=lambda metric: list(GROUPS).index(group_of(metric["name"])))
    group = ""
    for metric in metrics:
        if metric["name"] in NOT_EVERYWHERE and not summary[metric["name"]]["n_defined"]:
            continue
        if group_of(metric["name"]) != group:
            if group:
                table.add_section()
            group = group_of(metric["name"])
            table.add_row(f"[bold cyan]{word(lang, group)}[/]")
        numbers = summary[metric["name"]]
        title = metric["title"][lang] + _mark(numbers, manifest["replications"], notes, lang)
        if metric["unit"] == "day" and numbers["mean"] is not None:
            title += f" ({_mean_date(manifest['start'], numbers['mean'], lang)})"
        *texts, unit = row_of(numbers, lang)
        if narrow:
            table.add_row(Text.assemble(title, (f"\n  {unit}", "dim")), *texts)
        else:
            table.add_row(Text(title), *texts, unit)
    console.print(table, crop=False)
    console.print()
    for note in [*notes, *(meanings(manifest, lang) if until is None else [])]:
        console.print(Text(note, "dim"))


def _mean_date(start: str, mean_days: float, lang: Lang) -> str:
    when = date.fromisoformat(start) + timedelta(days=round(mean_days))
    return language(lang).short_day(when).replace(NO_BREAK, " ")


def _mark(numbers: Mapping[str, Any], runs: int, notes: list[str], lang: Lang) -> str:
    """A footnote mark when the metric is not defined in all runs; metrics defined in as many share a note."""
    if numbers["n_defined"] == runs:
        return ""
    plain = word(lang, "defined", mark="", n=numbers["n_defined"], runs=runs)
    for mark, note in zip(MARKS, notes, strict=False):
        if note == mark + plain:
            return f" {mark}"
    mark = MARKS[len(notes)] if len(notes) < len(MARKS) else "*"
    notes.append(mark + plain)
    return f" {mark}"


def meanings(manifest: Mapping[str, Any], lang: Lang) -> list[str]:
    """What the interval and the range of this experiment mean, in one sentence each."""
    if manifest["replications"] == 1:
        return [word(lang, "no_interval")]
    range_ = "over_range" if manifest["replications"] >= FEW_RUNS else "few_range"
    key = "over_worlds" if manifest["worlds"] >= FEWEST_UNITS else "few_worlds"
    return [word(lang, key, worlds=manifest["worlds"]), word(lang, range_)]
