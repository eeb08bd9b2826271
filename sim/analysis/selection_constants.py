"""Constants of ranking and selection, computed where the literature tabulates them.

Each makes the probability of a right selection `level` when one of `systems` is better than all others by the
indifference zone. Variances come from `first` observations of each system.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from sim.analysis.units import Floats
from sim.errors import UsageError
from sim.language import Phrase

_NODES = 160


@cache
def dudewicz_dalal(systems: int, first: int, level: float) -> float:
    """h of Dudewicz & Dalal: ∫ F(t + h)^(k−1) f(t) dt = level, F and f of Student's t with `first` − 1 degrees of freedom.

    Independent systems of unknown, unequal variances, selected by `weighted_mean` (Dudewicz & Dalal, *Sankhya* B 37,
    1975).
    """
    from scipy.special import stdtr, stdtrit

    _check(systems, first, level)
    chance, weight = _unit_nodes()
    deviate = stdtrit(first - 1, chance)
    return _root(lambda h: float(weight @ stdtr(first - 1, deviate + h) ** (systems - 1)), level)


@cache
def rinott(systems: int, first: int, level: float) -> float:
    """h of Rinott: ∫ [∫ Φ(h ÷ √(ν(1/x + 1/y))) f(x) dx]^(k−1) f(y) dy = level, f of χ² with ν = `first` − 1.

    Independent systems of unknown, unequal variances, selected by plain means (Rinott, *Communications in Statistics*
    A 7, 1978).
    """
    from scipy.special import chdtri, ndtr

    _check(systems, first, level)
    chance, weight = _unit_nodes()
    squares = chdtri(first - 1, chance)
    scale = 1 / np.sqrt((first - 1) * (1 / squares[:, None] + 1 / squares))
    return _root(lambda h: float(weight @ (ndtr(h * scale) @ weight) ** (systems - 1)), level)


@cache
def equicorrelated_t(comparisons: int, df: int, level: float) -> float:
    """g with P(max of `comparisons` t variables ≤ g) = level: one variance of `df` degrees of freedom, correlations ½.

    The one-sided constant of Dunnett (*JASA* 50, 1955, Tables 1a, 1b) and of Nelson & Matejcik.
    """
    from scipy.special import chdtri, ndtr, ndtri

    _check(comparisons + 1, df + 1, level)
    chance, weight = _unit_nodes()
    deviate, scale = ndtri(chance), np.sqrt(chdtri(df, chance) / df)

    def covered(g: float) -> float:
        return float(weight @ (ndtr(deviate + np.sqrt(2) * g * scale[:, None]) ** comparisons @ weight))

    return _root(covered, level)


class KimNelson(NamedTuple):
    """Constants of the fully sequential procedure: η, and h² = 2η(first − 1)."""

    eta: float
    h_squared: float


def kim_nelson(systems: int, first: int, level: float) -> KimNelson:
    """η = ½ [(2α ÷ (k − 1))^(−2 ÷ (first − 1)) − 1] with α = 1 − level, and h² = 2η(first − 1).

    The case c = 1, which its authors recommend (Kim & Nelson, *ACM TOMACS* 11, 2001).
    """
    _check(systems, first, level)
    eta = ((2 * (1 - level) / (systems - 1)) ** (-2 / (first - 1)) - 1) / 2
    return KimNelson(eta, 2 * eta * (first - 1))


def _check(systems: int, first: int, level: float) -> None:
    if systems < 2 or first < 2 or not 1 / systems < level < 1:
        raise UsageError(
            Phrase(
                "selection: {systems} systems, {first} first observations, level {level}; expected at least 2 and 2, and a "
                "level between 1 ÷ systems and 1",
                systems=systems, first=first, level=level,
            )
        )


def _unit_nodes() -> tuple[Floats, Floats]:
    """Nodes and weights of integrals over (0, 1), by which integrals over a distribution become sums over quantiles.

    Gauss–Legendre in s with u = s²(3 − 2s): quantiles run off to infinity at both ends, where nodes lie closest.
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    place = (nodes + 1) / 2
    return np.asarray(place**2 * (3 - 2 * place)), np.asarray(3 * weights * place * (1 - place))


def _root(covered: Callable[[float], float], level: float) -> float:
    from scipy.optimize import brentq

    high = 4.0
    while covered(high) < level:
        high *= 2
    return float(brentq(lambda h: covered(h) - level, 0.0, high, xtol=1e-10))
