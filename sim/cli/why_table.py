"""The table of an explanation, its sentences, and the lines below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.cli.run_command import program
from sim.cli.summary_table import RULED
from sim.cli.words import EN_DASH, Lang, counted, filled, word
from sim.report.why_figures import titled
from sim.report.why_text import Amounts, amounts_of, part_name, period_name, sentences
from sim.report.words import Language, language
from sim.scenario.files import shown
from sim.study.coalitions import ADDING

if TYPE_CHECKING:
    from sim.study.why import Explanation


def print_explanation(
    found: Explanation, replays: Sequence[Path], paths: Sequence[Path], notes: Sequence[str], lang: Lang
) -> None:
    """Print an explanation: header, parts, periods, sentences, and how to see its largest part at work."""
    screen, words = Console(highlight=False), language(lang)
    amounts = amounts_of(found, words)
    for line in _header(found, screen.width, lang):
        screen.print(line)
    for note in notes:
        screen.print(Text(note, "yellow"), soft_wrap=True)
    screen.print(_parts(found, amounts, words, lang), crop=False)
    if found.within:
        screen.print()
        screen.print(_periods(found, amounts, words, lang), crop=False)
    screen.print()
    for text in sentences(found, words):
        screen.print(Text(text))
    screen.print()
    for text in _meanings(found, words, lang):
        screen.print(Text(text, "dim"))
    screen.print()
    screen.print(Text.assemble((word(lang, "written") + " ", "bold"), f"{shown(paths[0].parent)}/"), soft_wrap=True)
    screen.print(Text(filled([path.name for path in paths], screen.width, "  "), "dim"))
    largest = max(found.parts, key=lambda part: abs(part.value))
    if largest.shown_by is not None:
        screen.print(Text(word(lang, "why_replay"), "bold"))
        for folder in replays:
            screen.print(f"  {program()} replay {shown(folder)} --replication {largest.shown_by.number}", soft_wrap=True)


def _header(found: Explanation, width: int, lang: Lang) -> list[Text]:
    names: Mapping[str, str] = {
        "first": found.first.strategy.name,
        "second": "" if found.second is None else found.second.strategy.name,
        "metric": found.metric.title[lang],
    }
    scenario, design = found.first.scenario, found.design
    runs = f"{counted(lang, design.worlds, 'world')} × {counted(lang, design.chances, 'chance')}"
    parts = [
        f"{word(lang, 'scenario')} {scenario.name}",
        *(f"{word(lang, 'variant')} {name}" for name in scenario.variants),
        runs,
        f"{word(lang, 'seed')} {found.first.seed}",
        word(lang, found.first.uncertainty),
    ]
    heading = word(lang, "why_causes" if found.second is None else "why_between", **names)
    return [Text(titled(scenario.model, lang), "bold"), Text(heading, "bold"), Text(filled(parts, width))]


def _parts(found: Explanation, amounts: Amounts, words: Language, lang: Lang) -> Table:
    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(word(lang, "why_part"), overflow="fold", min_width=16)
    for heading in (amounts.unit, word(lang, "interval"), word(lang, "why_shown_by")):
        table.add_column(heading, justify="right")
    values = amounts.adding_up([part.value for part in found.parts])
    for part, value in zip(found.parts, values, strict=True):
        replication = EN_DASH if part.shown_by is None else str(part.shown_by.number)
        name = part_name(part.name, words)
        table.add_row(name[:1].upper() + name[1:], amounts.of(value), amounts.span(part.low, part.high), replication)
    table.add_section()
    whole = _whole(found, lang)
    total = sum(values, Fraction(0))
    table.add_row(Text(whole, "bold"), Text(amounts.of(total), "bold"), amounts.span(found.low, found.high), "")
    return table


def _whole(found: Explanation, lang: Lang) -> str:
    if found.second is None:
        return word(lang, "why_all")
    return word(lang, "why_difference", first=found.first.strategy.name, second=found.second.strategy.name)


def _periods(found: Explanation, amounts: Amounts, words: Language, lang: Lang) -> Table:
    table = Table(box=RULED, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(word(lang, "why_by_period"), overflow="fold", min_width=16)
    shown_values = []
    for within in found.within:
        table.add_column(period_name(within, words), justify="right", no_wrap=True)
        shown_values.append(amounts.adding_up(within.values))
    for row, part in enumerate(found.parts):
        name = part_name(part.name, words)
        table.add_row(name[:1].upper() + name[1:], *(amounts.of(values[row]) for values in shown_values))
    table.add_section()
    totals = [amounts.of(sum(values, Fraction(0))) for values in shown_values]
    table.add_row(Text(_whole(found, lang), "bold"), *(Text(total, "bold") for total in totals))
    return table


def _meanings(found: Explanation, words: Language, lang: Lang) -> list[str]:
    """What the numbers mean, which mechanisms are off, and why there are no periods."""
    lines = [word(lang, "why_adding")]
    if found.low is None:
        lines.append(word(lang, "why_few_worlds"))
    off = [name for name, on in found.first.scenario.model.mechanisms if not on]
    if off:
        lines.append(word(lang, "why_off", names=words.listed([part_name(name, words) for name in off])))
    if found.second is None and not found.metric.name.startswith(ADDING):
        lines.append(word(lang, "why_no_periods", metric=found.metric.title[lang]))
    return lines
