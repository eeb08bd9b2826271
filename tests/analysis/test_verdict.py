"""A verdict says best, tie, trade-off, dominated or no difference where that is so by construction."""

from __future__ import annotations

import numpy as np
import pytest
from comparisons import DAYS, METRICS, compared, twin, with_rows

from sim.analysis.across import across
from sim.analysis.comparison import Comparison
from sim.analysis.paired import paired
from sim.analysis.verdict import Verdict, judge, screened
from sim.errors import UsageError


def verdict(comparison: Comparison, **more) -> Verdict:
    return judge(comparison, DAYS, "A", **more)


def test_a_clear_leader_without_a_price_is_the_best() -> None:
    comparison = compared({"A": 12, "B": 0, "C": 5})
    found = verdict(comparison)
    assert (found.outcome, found.leader, found.runner_up, found.reference) == ("best", "B", "C", "A")
    assert found.can_be_best == ("B",)
    assert (found.rivals, found.trade_offs, found.same) == ((), (), ())
    assert (found.worlds, found.pairs) == (24, 240)
    days = comparison.values[DAYS]
    expected = paired(days[1], days[0], comparison.worlds, comparison.chances, "lower", seed=1)
    difference = found.against("A")
    assert (difference.mean - difference.half, difference.mean + difference.half) == pytest.approx((expected.low, expected.high))
    assert difference.settled and difference.better and not difference.worse
    assert 0.5 < found.first_share < 1


def test_the_baseline_itself_may_be_the_best_and_is_told_against_the_next() -> None:
    found = verdict(compared({"A": 0, "B": 12, "C": 5}))
    assert (found.outcome, found.leader, found.reference) == ("best", "A", "C")


def test_one_strategy_under_two_names_makes_no_difference() -> None:
    found = verdict(twin(compared({"A": 0}), "A", "B"))
    assert (found.outcome, found.leader, found.same) == ("no difference", "A", ("B",))
    assert found.against("B").mean == 0.0
    assert found.against("B").same and not found.against("B").settled
    assert (found.rivals, found.dominated, found.trade_offs) == ((), (), ())


def test_a_twin_of_the_leader_is_named_and_takes_nothing_from_its_lead() -> None:
    found = verdict(twin(compared({"A": 12, "B": 0}), "B", "B2"))
    assert (found.outcome, found.leader, found.same) == ("best", "B", ("B2",))


def test_fewer_shortage_days_at_the_price_of_crews_are_a_trade_off() -> None:
    found = verdict(compared({"A": 12, "B": 0}, crews_lost=[1, 4]))
    assert found.outcome == "trade-off"
    (price,) = found.trade_offs
    assert (price.metric.name, price.of, price.against) == ("crews_lost", "B", "A")
    assert price.worse and price.mean == pytest.approx(3, abs=0.5)


@pytest.mark.parametrize("guard", ["crews_lost", "escort_units_lost", "litres_unmet_regions", "payments_fcfa"])
def test_every_guard_can_turn_a_lead_into_a_trade_off(guard) -> None:
    assert verdict(compared({"A": 12, "B": 0}, **{guard: [10, 20]})).outcome == "trade-off"


def test_a_price_against_another_strategy_than_the_baseline_is_a_price_too() -> None:
    found = verdict(compared({"A": 12, "B": 0, "C": 5}, crews_lost=[4, 4, 1]))
    assert found.outcome == "trade-off"
    assert [(price.against, price.metric.name) for price in found.trade_offs] == [("C", "crews_lost")]


def test_gains_and_open_measures_are_those_against_the_reference() -> None:
    comparison = compared({"A": 12, "B": 0}, crews_lost=[4, 1], escort_units_lost=[2, 2])
    found = verdict(comparison)
    assert [gain.metric.name for gain in found.gains] == ["crews_lost"]
    assert [metric.name for metric in found.open_measures] == ["escort_units_lost"]


def test_a_strategy_worse_in_everything_is_dominated() -> None:
    base = compared({"A": 12, "B": 0}, crews_lost=[1, 1])
    worse = with_rows(
        base,
        **{DAYS: [base.values[DAYS][1] + 3, base.values[DAYS][1]]},
        crews_lost=[base.values["crews_lost"][1] + 1, base.values["crews_lost"][1]],
    )
    found = verdict(worse)
    assert [(pair.name, pair.by) for pair in found.dominated] == [("A", "B")]
    assert found.outcome == "best"
    assert [pair.name for pair in screened(worse, DAYS)] == ["A"]


def test_one_side_of_a_trade_off_is_neither_dominated_nor_screened_out() -> None:
    comparison = compared({"A": 12, "B": 0}, crews_lost=[1, 4])
    assert verdict(comparison).dominated == ()
    assert screened(comparison, DAYS) == ()


def test_screening_keeps_what_is_not_clearly_worse() -> None:
    many = {f"s{i}": 0.1 * i for i in range(8)} | {"bad": 30.0}
    comparison = compared(many, chances=2)
    dropped = screened(comparison, DAYS)
    assert [pair.name for pair in dropped] == ["bad"]


def test_equal_shortage_days_are_decided_by_what_else_differs() -> None:
    base = compared({"A": 0, "B": 0}, crews_lost=[4, 1])
    found = verdict(with_rows(base, **{DAYS: [base.values[DAYS][0]] * 2}))
    assert (found.outcome, found.leader) == ("tie", "B")
    assert found.rivals[0].difference.same
    assert found.rivals[0].more_replications is None
    assert [pair.name for pair in found.dominated] == ["A"]


def test_strategies_that_differ_by_little_are_a_tie_and_what_would_settle_it_is_told() -> None:
    found = verdict(compared({"A": 12, "B": 0, "C": 0.5}))
    assert (found.outcome, found.leader, found.can_be_best) == ("tie", "B", ("B", "C"))
    (rival,) = found.rivals
    assert not rival.difference.settled
    assert rival.difference.half > found.against("C").half
    assert rival.more_replications > 0


def test_replications_that_would_settle_a_tie_do_settle_it_at_the_same_variance() -> None:
    comparison = compared({"A": 0, "B": 1.0}, worlds=30, chances=4, seed=5)
    found = verdict(comparison)
    (rival,) = found.rivals
    times = -(-(120 + rival.more_replications) // 120)
    copies = Comparison(
        comparison.strategies,
        comparison.metrics,
        {name: np.tile(rows, times) for name, rows in comparison.values.items()},
        np.concatenate([comparison.worlds + 30 * i for i in range(times)]),
        np.tile(comparison.chances, times),
    )
    assert verdict(copies).rivals == ()
    assert times < 60


def test_two_strategies_are_told_apart_exactly_when_their_interval_leaves_out_nothing() -> None:
    outcomes = set()
    for seed in range(40):
        found = verdict(compared({"A": 3, "B": 0}, worlds=12, chances=3, seed=seed, exact=False))
        difference = found.differences[0]
        assert (found.outcome == "best") == difference.settled
        outcomes.add(found.outcome)
    assert outcomes == {"best", "tie"}


@pytest.mark.parametrize(("worlds", "chances"), [(1, 2), (2, 50)])
def test_too_few_units_give_no_verdict(worlds, chances) -> None:
    found = verdict(compared({"A": 12, "B": 0}, worlds=worlds, chances=chances))
    assert (found.outcome, found.leader, found.can_be_best) == ("unknown", None, ("A", "B"))


def test_one_world_is_judged_by_its_chances() -> None:
    found = verdict(compared({"A": 12, "B": 0}, worlds=1, chances=60))
    assert (found.outcome, found.worlds, found.pairs) == ("best", 1, 60)
    assert found.first_share > 0.7


def test_one_strategy_alone_gives_no_verdict() -> None:
    assert verdict(compared({"A": 0})).outcome == "unknown"


def test_a_metric_undefined_for_one_strategy_gives_no_verdict() -> None:
    comparison = compared({"A": 12, "B": 0})
    days = comparison.values[DAYS]
    assert verdict(with_rows(comparison, **{DAYS: [days[0], np.full(240, np.nan)]})).outcome == "unknown"


def test_runs_in_which_a_metric_is_undefined_are_left_out_by_pair() -> None:
    comparison = compared({"A": 12, "B": 0})
    days = comparison.values[DAYS].copy()
    days[0, :40] = np.nan
    found = verdict(with_rows(comparison, **{DAYS: days}))
    assert (found.outcome, found.pairs, found.against("A").pairs) == ("best", 200, 200)


def test_a_metric_of_which_more_is_better_is_judged_that_way() -> None:
    comparison = compared({"A": 0, "B": 0})
    metrics = (*comparison.metrics, METRICS["power_hours"])
    values = {**comparison.values, "power_hours": np.stack([np.full(240, 5.0), np.full(240, 7.0)])}
    found = judge(Comparison(("A", "B"), metrics, values, comparison.worlds, comparison.chances), "power_hours", "A")
    assert (found.outcome, found.leader, found.means) == ("best", "B", (5.0, 7.0))


def test_what_is_not_compared_cannot_be_judged() -> None:
    comparison = compared({"A": 12, "B": 0})
    with pytest.raises(UsageError, match="not among those compared"):
        judge(comparison, "tankers_lost", "A")
    with pytest.raises(UsageError, match="not among those compared"):
        judge(comparison, DAYS, "Z")
    with pytest.raises(UsageError, match="expected"):
        with_rows(comparison, crews_lost=[np.zeros(3), np.zeros(3)])


VARIANTS = {
    "": compared({"A": 12, "B": 0, "C": 5}),
    "truce": compared({"A": 12, "B": 0, "C": 5}, seed=2),
    "fraction": compared({"A": 12, "B": 0, "C": 0.2}, seed=3),
    "detection": compared({"A": 12, "B": 5, "C": 0}, seed=4),
    "few": compared({"A": 12, "B": 0, "C": 5}, worlds=2),
}


def test_across_variants_a_lead_holds_is_shared_is_lost_or_is_unknown() -> None:
    found = across([verdict(comparison, variant=name) for name, comparison in VARIANTS.items()])
    assert found.leader == "B"
    assert (found.holds, found.tied, found.unknown) == (("", "truce"), ("fraction",), ("few",))
    (lost,) = found.lost
    assert (lost.variant, lost.to, lost.difference.against) == ("detection", "C", "B")
    assert lost.difference.better


def test_the_least_regret_is_the_smallest_of_the_worst() -> None:
    found = across([verdict(VARIANTS[name], variant=name) for name in ("", "detection")])
    worst = {entry.strategy: (entry.variant, round(entry.regret)) for entry in found.worst}
    assert worst == {"A": (worst["A"][0], 12), "B": ("detection", 5), "C": ("", 5)}
    assert found.least_regret.strategy in ("B", "C")


def test_without_a_leader_in_the_first_variant_none_is_held_against_the_others() -> None:
    found = across([verdict(VARIANTS[name], variant=name) for name in ("fraction", "")])
    assert (found.leader, found.holds, found.tied, found.lost) == (None, (), (), ())


def test_prices_of_a_lead_are_counted_where_it_leads() -> None:
    priced = compared({"A": 12, "B": 0, "C": 5}, crews_lost=[1, 4, 1])
    found = across([verdict(VARIANTS[""]), verdict(priced, variant="priced")])
    assert (found.holds, found.trade_offs) == (("", "priced"), ("priced",))


def test_variants_of_other_strategies_or_none_are_refused() -> None:
    with pytest.raises(UsageError, match="judge one variant"):
        across([])
    with pytest.raises(UsageError, match="same strategies"):
        across([verdict(VARIANTS[""]), verdict(compared({"A": 0, "B": 1}))])


def test_among_strategies_that_differ_in_nothing_but_luck_a_best_or_a_dropped_one_is_rare() -> None:
    found = [compared(dict.fromkeys("ABCDE", 0.0), chances=2, seed=seed, exact=False) for seed in range(300)]
    assert np.mean([verdict(comparison).outcome == "best" for comparison in found]) <= 0.05
    dropped_first = np.mean(["A" in {pair.name for pair in screened(comparison, DAYS)} for comparison in found])
    assert dropped_first <= 0.025 + 4 * (0.025 * 0.975 / 300) ** 0.5
