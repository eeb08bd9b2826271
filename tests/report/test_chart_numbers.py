"""Titles and tables say the numbers of the runs: each is worked out again here, another way."""

from __future__ import annotations

import statistics

import numpy as np
import pytest
from awkward_charts import ABOUT, METRICS, compared, named, unit_sizes
from charts_by_hand import START

from sim.errors import UsageError
from sim.experiment.sources import sources_of
from sim.language import Phrase
from sim.report.charts import strategies
from sim.report.charts.beliefs import Belief, beliefs
from sim.report.charts.calendar import Strip, calendar
from sim.report.charts.flow import Stream, flow
from sim.report.charts.frontier import Point, undominated
from sim.report.charts.marks import SERIES
from sim.report.charts.surveys import observations, wilson
from sim.report.figures import Compared, charts_of_run, frontier_of
from sim.report.words import figures_of

OF = compared(5, worlds=8)


def rows_of(metric: str) -> list[list[float]]:
    return OF.cases[0].comparison.values[metric].tolist()


def test_differences_are_means_of_pairs_and_their_intervals_are_students_over_worlds() -> None:
    chart = strategies.differences(OF.about, OF.cases, "s0", OF.names, "shortage_days_any")
    base, *others = rows_of("shortage_days_any")
    for row, line in zip(others, chart.table.rows[1:], strict=True):
        pairs = [one - zero for one, zero in zip(row, base, strict=True)]
        worlds = [statistics.fmean(pairs[i : i + 3]) for i in range(0, 24, 3)]
        half = 2.364624 * statistics.stdev(worlds) / 8**0.5
        assert line[1] == pytest.approx(statistics.fmean(pairs))
        assert line[3] - line[2] == pytest.approx(2 * half, rel=1e-5)  # type: ignore[operator]


def test_a_clear_difference_stands_in_the_title_and_an_unclear_one_does_not() -> None:
    open_, clear = compared(2, worlds=8), compared(2, worlds=8)
    for of, gap in ((open_, 0.0), (clear, -20.0)):
        values = of.cases[0].comparison.values["shortage_days_any"]
        values[1] = values[0] + gap + np.tile([-1.0, 1.0], 12)
    titles = [strategies.differences(c.about, c.cases, "s0", named(2), "shortage_days_any").title for c in (open_, clear)]
    assert "no strategy is better" in titles[0]
    assert "leaves 20" in titles[1] and "fewer shortage days than Strategy 0" in titles[1]


def test_the_title_names_a_strategy_that_is_settled_before_one_that_is_only_better_on_average() -> None:
    of = compared(3, worlds=8)
    values = of.cases[0].comparison.values["shortage_days_any"]
    values[1] = values[0] - 20.0 + 60.0 * np.repeat([-1.0, 1.0] * 4, 3)
    values[2] = values[0] - 5.0 + np.tile([-1.0, 1.0], 12)
    chart = strategies.differences(of.about, of.cases, "s0", named(3), "shortage_days_any")
    assert "Strategy 2 leaves 5" in chart.title


def test_spread_is_the_quantiles_of_the_runs_and_the_title_names_the_ends() -> None:
    chart = strategies.spread(OF.about, OF.cases[0].comparison, OF.names)
    rows = rows_of("shortage_days_any")
    for row, line in zip(rows, chart.table.rows, strict=True):
        assert line[1] == pytest.approx(statistics.fmean(row))
        assert line[2:] == pytest.approx(tuple(np.quantile(row, [0.05, 0.95, 0.25, 0.75])))
    means = [statistics.fmean(row) for row in rows]
    assert str(figures_of(min(means))) in chart.title and str(figures_of(max(means))) in chart.title


@pytest.mark.parametrize(
    ("make", "metrics"),
    [
        (strategies.tankers, ("tankers_delivered", "tankers_lost", "crews_lost")),
        (strategies.escorts, ("escort_days", "escort_units_lost")),
    ],
)
def test_means_of_strategies_are_those_of_the_runs(make, metrics: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    chart = make(OF.about, OF.cases[0].comparison, OF.names)
    expected = [statistics.fmean(row) for metric in metrics for row in rows_of(metric)]
    assert [line[2] for line in chart.table.rows] == pytest.approx(expected)
    best = max(statistics.fmean(row) for row in rows_of(metrics[0]))
    assert str(figures_of(best)) in chart.title


def test_the_frontier_is_what_no_other_strategy_beats_on_both() -> None:
    def at(cost: float, shortage: float) -> Point:
        return Point(Phrase("x"), cost, shortage)

    assert undominated([at(1, 9), at(2, 5), at(3, 6), at(4, 1), at(4, 2)]) == (0, 1, 3)
    assert undominated([at(1, 1), at(1, 1)]) == (0, 1)
    chart = frontier_of(OF.about, OF.cases[0].comparison, OF.names)
    size = unit_sizes()["cost_fcfa"]
    found = {str(line[1]): (line[2], line[5]) for line in chart.table.rows}
    for i, name in enumerate(OF.names.values()):
        cost, short = (statistics.fmean(rows_of(metric)[i]) for metric in ("cost_fcfa", "shortage_days_any"))
        assert found[name] == pytest.approx((cost / size, short))


def test_regret_is_the_distance_to_the_best_mean_of_each_variant_and_the_title_has_the_least_worst() -> None:
    of: Compared = compared(4, worlds=6, variants=3)
    titles = {v.variant: case.title for v, case in zip(of.verdicts, of.cases, strict=True)}
    chart = strategies.regret(of.about, of.verdicts, titles, of.names)
    behind = []
    for case in of.cases:
        means = case.comparison.values["shortage_days_any"].mean(axis=1)
        behind.append(means - means.min())
    worst = np.array(behind).max(axis=0)
    assert sorted(line[1] for line in chart.table.rows) == pytest.approx(sorted(np.array(behind).ravel().tolist()))  # type: ignore[type-var]
    assert list(of.names.values())[int(worst.argmin())] in chart.title
    assert str(figures_of(float(worst.min()))) in chart.title


def test_the_calendar_counts_days_by_their_probability() -> None:
    strips = [Strip(Phrase("a"), np.array([0.0, 0.5, 1.0])), Strip(Phrase("b"), np.array([0.25, 0.0, 0.0]))]
    chart = calendar(ABOUT, START, strips, Phrase("fuel"))
    assert "0.25 (b) to 1.5 (a)" in chart.title
    assert chart.table.rows[1] == ("2025-09-02", 0.5, 0.0)
    single = calendar(ABOUT, START, strips[:1], Phrase("fuel"))
    assert "3\xa0September\xa02025: in 100" in single.title


def test_flows_that_do_not_balance_are_refused() -> None:
    one, two = Stream(Phrase("a"), 5.0, SERIES[0]), Stream(Phrase("b"), 4.0, SERIES[1])
    assert flow(ABOUT, [one], [two, Stream(Phrase("c"), 1.0, SERIES[2])], Phrase("x")).total == pytest.approx(5.0)
    for sides in (([one], [two]), ([], []), ([two._replace(million_l=-1.0)], [two._replace(million_l=-1.0)])):
        with pytest.raises(UsageError, match="both sides"):
            flow(ABOUT, *sides, Phrase("x"))


def test_the_number_that_observations_narrow_most_is_in_the_title() -> None:
    wide = Belief(Phrase("wide"), Phrase("days"), (0.0, 5.0, 10.0), (1.0, 5.0, 9.0))
    narrow = Belief(Phrase("narrow"), Phrase("days"), (0.0, 5.0, 10.0), (4.0, 5.0, 6.0))
    assert "“narrow”" in beliefs(ABOUT, [wide, narrow]).title and "20\u202f%" in beliefs(ABOUT, [wide, narrow]).title
    assert "none" in beliefs(ABOUT, [wide._replace(posterior=(0.0, 5.0, 10.0))]).title
    with pytest.raises(UsageError, match="posterior"):
        beliefs(ABOUT, [])


def test_surveys_are_those_of_the_evidence_with_wilsons_interval() -> None:
    from datetime import date

    found = observations(sources_of({}, date(2025, 9, 1), date(2025, 12, 31)).surveys)
    assert [(one.first.isoformat(), one.value) for one in found] == [("2025-10-07", 0.2), ("2025-11-07", 0.5)]
    assert sources_of({}, date(2026, 1, 1), date(2026, 6, 1)).surveys == ()
    low, high = wilson(4, 20)
    for bound in (low, high):  # where the score test just does not reject
        assert abs(0.2 - bound) == pytest.approx(1.959964 * (bound * (1 - bound) / 20) ** 0.5)


def test_an_unknown_chart_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match='"nope"'):
        charts_of_run(None, ("nope",))  # type: ignore[arg-type]


def test_every_metric_has_a_unit_to_be_shown_in() -> None:
    assert set(unit_sizes()) == {metric.name for metric in METRICS}
