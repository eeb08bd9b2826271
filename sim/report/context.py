"""What a chart must say about itself: scenario, variant, strategy, runs, seed, source line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sim.language import NOTHING, Lang, Phrase, said
from sim.report.words import NARROW, NO_BREAK, Language, language


@dataclass(frozen=True)
class ChartContext:
    """Where the numbers of a chart come from; `spoken` gives it with its titles in a language.

    `compared`: number of strategies in a comparison, whose baseline is then `strategy`; `cases`: number of readings of the
    scenario that a chart over variants shows.
    """

    scenario: str
    strategy: str
    worlds: int
    chances: int
    seed: int
    uncertainty: Literal["central", "sampled"]
    lang: str
    variants: tuple[str, ...] = ()
    city: str = "Bamako"
    compared: int = 0
    cases: int = 1
    quiet: bool = False
    """Says nothing: where the numbers come from stands beside the picture."""

    @property
    def runs(self) -> int:
        """Number of runs: worlds × chances."""
        return self.worlds * self.chances

    @property
    def language(self) -> Language:
        """Months, marks and grammar of `lang`."""
        return language(self.lang)

    @property
    def average(self) -> Phrase:
        """What follows numbers that are means: nothing where there is one run."""
        return Phrase(" on average") if self.runs > 1 else NOTHING

    @property
    def of_runs(self) -> Phrase:
        """What numbers are of that are means where there are several runs."""
        return Phrase("mean of the runs") if self.runs > 1 else Phrase("one run")

    def spoken(self, lang: Lang) -> ChartContext:
        """The same with its titles in a language."""
        return replace(
            self, lang=lang, scenario=said(self.scenario, lang), strategy=said(self.strategy, lang),
            city=said(self.city, lang), variants=tuple(said(name, lang) for name in self.variants),
        )  # fmt: skip

    def source_line(self) -> str:
        """Scenario, variants, strategy, worlds × chances, seed, and how uncertain values were treated; nothing if it is quiet."""
        if self.quiet:
            return ""
        names = " + ".join(self.variants)
        runs = _runs(self, self.language)
        if self.lang == "en":
            variants = f"variant {names}" if names else "no variant"
            variants = f"in {self.cases} variants (the first: as it stands)" if self.cases > 1 else variants
            strategy = f"{self.compared} strategies, baseline" if self.compared > 1 else "Strategy"
            each = "Each: " if self.compared > 1 else ""
            values = {
                "sampled": "uncertain values drawn anew in each world",
                "central": "uncertain values at their centre",
            }
            return (
                f"Simulation, not observation. Scenario: {self.scenario}, {variants}. "
                f"{strategy}: {self.strategy}. {each}{runs}, seed{NO_BREAK}{self.seed}; {values[self.uncertainty]}."
            )
        variants = f"variante {names}" if names else "sans variante"
        variants = f"dans {self.cases} variantes (la première{NO_BREAK}: tel quel)" if self.cases > 1 else variants
        strategy = f"{self.compared} stratégies, référence" if self.compared > 1 else "Stratégie"
        each = f"Pour chacune{NO_BREAK}: " if self.compared > 1 else ""
        values = {
            "sampled": "valeurs incertaines tirées à chaque monde",
            "central": "valeurs incertaines à leur centre",
        }
        return (
            f"Simulation, et non observation. Scénario{NO_BREAK}: {self.scenario}, {variants}. "
            f"{strategy}{NO_BREAK}: {self.strategy}. {each}{runs}, graine{NO_BREAK}{self.seed}{NARROW}; "
            f"{values[self.uncertainty]}."
        )


def _runs(context: ChartContext, lang: Language) -> str:
    nouns = {"en": ("world", "chance", "run"), "fr": ("monde", "hasard", "simulation")}
    world, chance, run = nouns[lang.code]
    left, right = _counted(context.worlds, world, lang), _counted(context.chances, chance, lang)
    return f"{left}{NO_BREAK}×{NO_BREAK}{right} = {_counted(context.runs, run, lang)}"


def _counted(count: int, noun: str, lang: Language) -> str:
    return f"{lang.number(count)}{NO_BREAK}{noun}{'' if count == 1 else 's'}"
