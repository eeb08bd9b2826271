"""Charts of a comparison: what they need, taken from the folder of a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.experiment.results import Results
from sim.language import Phrase
from sim.report.charts import strategies
from sim.report.charts.of_run import about_of
from sim.report.context import ChartContext
from sim.report.words import Bilingual
from sim.study.folder import CaseResults, StudyResults


def cases_of(study: StudyResults, scenario: str) -> tuple[CaseResults, ...]:
    """Cases of a scenario, in the order of every table."""
    return tuple(case for case in study.cases if case.scenario == scenario)


def about_study(study: StudyResults, scenario: str) -> ChartContext:
    """What a chart of a scenario's comparison says about itself, in both languages."""
    first = cases_of(study, scenario)[0]
    return replace(about_of(first.results[study.baseline]), variants=(), compared=len(study.strategies))


def drawn_case(case: CaseResults) -> strategies.Case:
    """A case with the title that panels give it."""
    stands = Phrase("As it stands")
    title = Bilingual(case.variant_titles["en"], case.variant_titles["fr"]) if case.key else stands
    return strategies.Case(title, case.comparison)


def names_drawn(study: StudyResults) -> Mapping[str, Phrase]:
    """What charts call the strategies: their ids, as in every table."""
    return {name: Bilingual(name, name) for name in study.strategies}


def daily_of(case: CaseResults) -> Mapping[str, Results] | None:
    """Runs of the strategies of a case; None where what they did by day is not known."""
    return case.results if all(found.knows_days for found in case.results.values()) else None
