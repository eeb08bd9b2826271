"""Ranking and selection, intervals and components of variance against published constants and examples."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.budget import ocba_shares, units_for
from sim.analysis.paired import paired
from sim.analysis.selection import two_stage_totals
from sim.analysis.selection_constants import dudewicz_dalal, equicorrelated_t, kim_nelson, rinott
from sim.analysis.spread import split_of_spread

LAW_KELTON_S2 = [14.52, 7.96, 9.45, 8.25, 6.20]


@pytest.mark.parametrize(("systems", "first", "level", "h"), [(5, 20, 0.90, 2.747), (10, 10, 0.95, 4.038)])
def test_dudewicz_and_dalals_h_is_the_tabulated_one(systems, first, level, h) -> None:
    assert dudewicz_dalal(systems, first, level) == pytest.approx(h, abs=0.0005)


@pytest.mark.parametrize(("systems", "first", "level", "h"), [(5, 20, 0.90, 2.916), (10, 10, 0.95, 4.289)])
def test_rinotts_h_is_the_tabulated_one(systems, first, level, h) -> None:
    assert rinott(systems, first, level) == pytest.approx(h, abs=0.0006)


def test_law_and_keltons_two_stage_example_needs_the_printed_runs() -> None:
    """Law, *Simulation Modeling and Analysis*, example of selecting the best of five inventory policies, d* = 1."""
    totals = two_stage_totals(LAW_KELTON_S2, 21, 1.0, dudewicz_dalal(5, 20, 0.90))
    assert totals.tolist() == [110, 61, 72, 63, 47]


@pytest.mark.parametrize(("systems", "eta", "h_squared"), [(10, 0.8591, 15.4635), (2, 0.3341, 6.0129)])
def test_kim_and_nelsons_constants_are_the_printed_ones(systems, eta, h_squared) -> None:
    assert kim_nelson(systems, 10, 0.95) == pytest.approx((eta, h_squared), abs=0.00006)


def test_ocba_shares_of_ten_equally_spaced_systems_are_the_printed_ones() -> None:
    """Chen, Lin, Yücesan & Chick 2000: N(i, 6²), i = 1 … 10, the smallest is best."""
    printed = [0.4032, 0.3876, 0.0969, 0.0431, 0.0242, 0.0155, 0.0108, 0.0079, 0.0061, 0.0048]
    assert ocba_shares(np.arange(1.0, 11.0), np.full(10, 36.0), "lower") == pytest.approx(printed, abs=0.00006)


def test_a_normal_output_of_mean_100_and_deviation_4_needs_three_runs_for_ten_per_cent() -> None:
    """Hoad, Robinson & Davies 2010."""
    assert units_for(4.0, 0.10 * 100) == 3


# Dunnett, JASA 50 (1955), Table 1a: one-sided, joint confidence 95 %, by comparisons and degrees of freedom.
DUNNETT_1A = {
    (2, 5): 2.44, (3, 5): 2.68, (4, 5): 2.85, (9, 5): 3.30, (2, 10): 2.15, (3, 10): 2.34, (4, 10): 2.47, (9, 10): 2.81,
    (2, 20): 2.03, (3, 20): 2.19, (4, 20): 2.30, (9, 20): 2.60, (2, 60): 1.95, (3, 60): 2.10, (4, 60): 2.21, (9, 60): 2.48,
}  # fmt: skip


@pytest.mark.parametrize(("comparisons", "df"), DUNNETT_1A)
def test_the_constant_of_nelson_and_matejcik_is_dunnetts(comparisons, df) -> None:
    printed = DUNNETT_1A[comparisons, df]
    assert equicorrelated_t(comparisons, df, 0.95) == pytest.approx(printed, abs=0.0051)


# "Student", Biometrika 6 (1908), p. 20: additional hours of sleep gained with two drugs, ten patients.
DEXTRO = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
LAEVO = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_students_sleep_data_give_the_known_paired_interval() -> None:
    """Mean 1.58 as printed by Student; interval as in the output of R's `t.test` for these data."""
    found = paired(LAEVO, DEXTRO, np.zeros(10), np.arange(10), "higher", seed=1)
    assert found.mean == pytest.approx(1.58, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    assert (found.win_share, found.tie_share) == (0.9, 0.1)


# Box & Tiao, Bayesian Inference in Statistical Analysis (1973), Table 5.1.2 (after Davies 1967): yield of dyestuff, grams
# of standard colour, five preparations of each of six batches; and Table 5.1.4, the constructed case in which the mean
# square between batches is the smaller one.
DYESTUFF = [
    1545, 1440, 1440, 1520, 1580, 1540, 1555, 1490, 1560, 1495, 1595, 1550, 1605, 1510, 1560,
    1445, 1440, 1595, 1465, 1545, 1595, 1630, 1515, 1635, 1625, 1520, 1455, 1450, 1480, 1445,
]  # fmt: skip
CONSTRUCTED = [
    7.298, 3.846, 2.434, 9.566, 7.990, 5.220, 6.556, 0.608, 11.788, -0.892, 0.110, 10.386, 13.434, 5.510, 8.166,
    2.212, 4.852, 7.092, 9.288, 4.980, 0.282, 9.014, 4.458, 9.446, 7.198, 1.722, 4.782, 8.106, 0.758, 3.758,
]  # fmt: skip
BATCHES = np.repeat(np.arange(6), 5)


def test_the_dyestuff_data_split_into_the_printed_components() -> None:
    found = split_of_spread(DYESTUFF, BATCHES)
    assert found is not None
    assert (found.not_knowing, found.chance) == pytest.approx((1764, 2451), abs=0.6)
    assert not found.truncated


def test_box_and_tiaos_constructed_batches_hide_behind_chance_and_it_is_said() -> None:
    found = split_of_spread(CONSTRUCTED, BATCHES)
    assert found is not None
    assert (found.not_knowing, found.truncated) == (0.0, True)
    assert found.chance == pytest.approx(14.9459, abs=0.0001)
