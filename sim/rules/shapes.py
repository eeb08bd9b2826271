"""Shapes of chance: quantile functions that turn one uniform into a number, each non-decreasing in u."""

from __future__ import annotations

import math

from sim.jit import rule

FIXED, EXPONENTIAL, LOGNORMAL = 0, 1, 2
SHAPE_CODES = {"fixed": FIXED, "exponential": EXPONENTIAL, "lognormal": LOGNORMAL}


@rule
def split_uniform(value: float, low: float, high: float, u: float) -> float:
    """Draw of an uncertain quantity: half of the worlds uniform in [low, value], half uniform in [value, high].

    Unit of `value`; low ≤ value ≤ high; u in (0, 1). The median is `value`, so the central run stands at the median of
    every quantity, and nothing lies outside [low, high]. Source: assumption A01.
    """
    if u < 0.5:
        return low + 2.0 * u * (value - low)
    return value + (2.0 * u - 1.0) * (high - value)


@rule
def normal_quantile(u: float) -> float:
    """Quantile of the standard normal distribution at u in (0, 1), relative accuracy about 1e-16.

    Source: Wichura, *Algorithm AS 241*, Applied Statistics 37 (1988) 477–484, routine PPND16.
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        num = (((((((2.50908_09287_30122_6727e3 * r + 3.34305_75583_58812_8105e4) * r
                    + 6.72657_70927_00870_0853e4) * r + 4.59219_53931_54987_1457e4) * r
                  + 1.37316_93765_50946_1125e4) * r + 1.97159_09503_06551_4427e3) * r
                + 1.33141_66789_17843_7745e2) * r + 3.38713_28727_96366_6080e0) * q  # fmt: skip
        den = (((((((5.22649_52788_52854_5610e3 * r + 2.87290_85735_72194_2674e4) * r
                    + 3.93078_95800_09271_0610e4) * r + 2.12137_94301_58659_5867e4) * r
                  + 5.39419_60214_24751_1077e3) * r + 6.87187_00749_20579_0830e2) * r
                + 4.23133_30701_60091_1252e1) * r + 1.0)  # fmt: skip
        return num / den
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        num = (((((((7.74545_01427_83414_07640e-4 * r + 2.27238_44989_26918_45833e-2) * r
                    + 2.41780_72517_74506_11770e-1) * r + 1.27045_82524_52368_38258e0) * r
                  + 3.64784_83247_63204_60504e0) * r + 5.76949_72214_60691_40550e0) * r
                + 4.63033_78461_56545_29590e0) * r + 1.42343_71107_49683_57734e0)  # fmt: skip
        den = (((((((1.05075_00716_44416_84324e-9 * r + 5.47593_80849_95344_94600e-4) * r
                    + 1.51986_66563_61645_71966e-2) * r + 1.48103_97642_74800_74590e-1) * r
                  + 6.89767_33498_51000_04550e-1) * r + 1.67638_48301_83803_84940e0) * r
                + 2.05319_16266_37758_82187e0) * r + 1.0)  # fmt: skip
    else:
        r -= 5.0
        num = (((((((2.01033_43992_92288_13265e-7 * r + 2.71155_55687_43487_57815e-5) * r
                    + 1.24266_09473_88078_43860e-3) * r + 2.65321_89526_57612_30930e-2) * r
                  + 2.96560_57182_85048_91230e-1) * r + 1.78482_65399_17291_33580e0) * r
                + 5.46378_49111_64114_36990e0) * r + 6.65790_46435_01103_77720e0)  # fmt: skip
        den = (((((((2.04426_31033_89939_78564e-15 * r + 1.42151_17583_16445_88870e-7) * r
                    + 1.84631_83175_10054_68180e-5) * r + 7.86869_13114_56132_59100e-4) * r
                  + 1.48753_61290_85061_48525e-2) * r + 1.36929_88092_27358_05310e-1) * r
                + 5.99832_20655_58879_37690e-1) * r + 1.0)  # fmt: skip
    return -num / den if q < 0.0 else num / den


@rule
def lognormal(mean: float, cv: float, u: float) -> float:
    """Lognormal number with the given mean (unit of `mean`, ≥ 0) and coefficient of variation (≥ 0) at uniform u.

    exp(µ + σ z) with σ² = log(1 + cv²), µ = log(mean) − σ²/2. Non-decreasing in mean and u; the mean itself at cv 0.
    Source: definition of the distribution.
    """
    if mean <= 0.0 or cv <= 0.0:
        return mean
    variance = math.log(1.0 + cv * cv)
    return mean * math.exp(math.sqrt(variance) * normal_quantile(u) - 0.5 * variance)


@rule
def spread(cv: float, u: float) -> float:
    """Factor with mean 1 and coefficient of variation `cv` in [0, 0.5], even between 1 − √3 · cv and 1 + √3 · cv.

    Bounded, so that no day stands still, and made of products and sums alone, so that whole tables of days come out the
    same in every engine. Non-decreasing in u. Source: definition of the uniform distribution; the shape is assumption A97.
    """
    return 1.0 + (u - 0.5) * (3.4641016151377544 * cv)


@rule
def logit_normal(median: float, logit_sd: float, u: float) -> float:
    """Share in [0, 1] whose log-odds are normal: median in [0, 1], standard deviation of the log-odds ≥ 0, uniform u.

    Non-decreasing in median and u. Source: definition of the distribution.
    """
    if median <= 0.0 or median >= 1.0:
        return median
    odds = median / (1.0 - median) * math.exp(logit_sd * normal_quantile(u))
    return odds / (1.0 + odds)


@rule
def duration_s(shape: int, mean_s: float, cv: float, u: float) -> int:
    """A duration in whole seconds (≥ 0): shape 0 fixed, 1 exponential with the mean, 2 lognormal with mean and cv.

    Non-decreasing in mean_s and u. Source: definition of the distributions.
    """
    if shape == 1:
        return int(-mean_s * math.log(1.0 - u) + 0.5)
    if shape == 2:
        return int(lognormal(mean_s, cv, u) + 0.5)
    return int(mean_s + 0.5)


@rule
def poisson_count(mean: float, u: float) -> int:
    """Poisson number with mean in [0, 500] at uniform u, by inversion of the distribution function.

    u in (0, 1 − 10⁻¹¹], as 32-bit draws are: above, the sum of rounded terms may never reach it.
    Non-decreasing in mean and u. Source: definition of the distribution.
    """
    term = math.exp(-mean)
    below = term
    count = 0
    while u > below and count < 5000:
        count += 1
        term *= mean / count
        below += term
    return count


@rule
def rounded_by_chance(amount: float, u: float) -> int:
    """Whole number with expectation `amount` (≥ 0): ⌊amount + u⌋. Non-decreasing in both. Source: definition."""
    return int(amount + u)
