"""What people see: ration caps, waiting at stations, the black market, hours of power."""

from __future__ import annotations

from sim.jit import rule


@rule
def rationed_l(wanted_l: int, need_l: int, cap_l: float, fill_l: float) -> int:
    """What people can ask for under a cap of `cap_l` litres a fill, where they usually buy `fill_l` (> 0).

    The part that would only refill private stock, wanted − need, shrinks by cap ÷ fill; the need itself is met by coming
    more often. `wanted_l` when cap ≥ fill or wanted ≤ need. Non-decreasing in wanted and cap. Source: assumption A100.
    """
    if cap_l >= fill_l or wanted_l <= need_l:
        return wanted_l
    return need_l + int((wanted_l - need_l) * cap_l / fill_l)


@rule
def waiting_h(wanted_l: int, sold_l: int, base_h: float, per_day_h: float, longest_h: float) -> float:
    """Hours that a customer waits at a station: base + per_day · (wanted − sold) ÷ sold, at most `longest_h`.

    (wanted − sold) ÷ sold is how many days of sales stand in the queue. The longest when nothing is sold though wanted.
    Non-decreasing in wanted, non-increasing in sold. Source: assumption A101, bounded by parameters:queue_wait_peak.
    """
    if wanted_l <= sold_l:
        return min(base_h, longest_h)
    if sold_l <= 0:
        return longest_h
    return min(base_h + per_day_h * (wanted_l - sold_l) / sold_l, longest_h)


@rule
def black_market_price(official_fcfa_l: float, markup: float, wanted_l: int, sold_l: int) -> float:
    """Black-market price, FCFA a litre: official · (1 + markup · (1 − sold ÷ wanted)); the official one when all is sold.

    markup ≥ 0. Non-decreasing in wanted, non-increasing in sold. Source: assumption A102, peak from
    parameters:price_blackmarket_bamako_peak.
    """
    if wanted_l <= sold_l:
        return official_fcfa_l
    return official_fcfa_l * (1.0 + markup * (wanted_l - sold_l) / wanted_l)


@rule
def power_hours(normal_h: float, dependence: float, served_l: int, need_l: int) -> float:
    """Hours of power a day: normal · ((1 − dependence) + dependence · served ÷ need), in [0, normal].

    dependence in [0, 1]: the share of generation that burns the fuel; normal hours when none is needed. Non-decreasing in
    served. Source: proportional generation; parameters:edm_thermal_share.
    """
    if need_l <= 0:
        return normal_h
    return normal_h * ((1.0 - dependence) + dependence * served_l / need_l)


@rule
def cut_orders_l(order_l: int, cover_days: float, cut_cover_days: float, cut_factor: float) -> int:
    """Order of a class that is cut while the city's cover is low: order · factor below `cut_cover_days`, else the order.

    cut_factor in [0, 1]. Non-decreasing in order and cover. Source: assumption A103 (power and regions were cut first).
    """
    if cover_days < cut_cover_days:
        return int(order_l * cut_factor)
    return order_l
