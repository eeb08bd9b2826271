"""Compiled rules: every rule compiles under Numba and gives what Python gives, bit for bit."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim.rules
from sim.draws import philox, uniform
from sim.jit import RULES, _quicker, compiled, compiling, rule

numba = pytest.importorskip("numba")
MODULES = ["sim.draws", *(f"sim.rules.{found.name}" for found in pkgutil.iter_modules(sim.rules.__path__))]
for module in MODULES:
    importlib.import_module(module)

EXAMPLES = 60
Arguments = tuple[st.SearchStrategy[Any], ...]

word = st.integers(0, 2**32 - 1) | st.sampled_from([0, 1, 2**31 - 1, 2**31, 2**32 - 1])
u = word.map(uniform)
share = st.floats(0.0, 1.0)
within = st.floats(0.01, 0.99)
flag = st.integers(0, 1)
tankers = st.integers(0, 600)
some_tankers = st.integers(1, 600)
units = st.integers(0, 40)
strength = st.floats(0.0, 600.0)
effect = st.floats(0.0, 5.0)
escort = st.floats(0.0, 20.0)
mean = st.floats(0.0, 1e6)
cv = st.floats(0.0, 3.0)
hours = st.floats(0.0, 400.0)
positive_hours = st.floats(0.5, 400.0)
km = st.floats(0.0, 700.0)
seconds = st.integers(0, 40_000_000)
half_life = st.floats(3_600.0, 1e8)
litres = st.integers(0, 10**8)
litres_target = st.floats(0.0, 1e8)
days = st.floats(0.0, 90.0)
some_days = st.floats(0.5, 60.0)
rate = st.floats(0.0, 0.1)
escort_rule = st.integers(0, 3)
amount = st.floats(0.5, 60.0)

SCALAR: dict[str, Arguments] = {
    "draws.philox": (word,) * 6,
    "draws.uniform": (word,),
    "rules.aftermath.suppression_after": (share, seconds, half_life, share),
    "rules.ambush.candidate_mean": (rate, effect, km, hours),
    "rules.ambush.is_active": (u, rate, rate),
    "rules.ambush.regime_ends": (days, u),
    "rules.consumption.refill_target": (litres_target, litres_target, days, days),
    "rules.consumption.wanted_l": (litres, litres, litres_target, share, litres),
    "rules.consumption.is_short": (litres, litres),
    "rules.contact.escort_strength": (units, tankers, st.floats(1.0, 300.0), flag),
    "rules.contact.engagement_prob": (
        share, tankers, st.floats(1.0, 300.0), st.floats(0.0, 2.0), effect, share, effect, escort,
    ),
    "rules.contact.operations_left": (escort, seconds, escort, escort),
    "rules.dispatch.units_needed": (escort_rule, amount, tankers),
    "rules.dispatch.convoy_size": (tankers, some_tankers, some_tankers, escort_rule, amount, units, flag),
    "rules.dispatch.regularity": (positive_hours, hours),
    "rules.losses.ambush_strength": (flag, flag, mean, cv, share, effect, some_tankers, u),
    "rules.contact.independents_prob": (share, tankers, st.floats(0.5, 200.0), effect, escort),
    "rules.losses.attenuation": (effect, escort),
    "rules.losses.tankers_lost": (strength, strength, within, tankers, u),
    "rules.losses.strength_spent": (strength, tankers, within),
    "rules.market.rationed_l": (litres, litres, effect, st.floats(1.0, 100.0)),
    "rules.market.waiting_h": (litres, litres, hours, hours, hours),
    "rules.market.black_market_price": (st.floats(0.0, 3000.0), effect, litres, litres),
    "rules.market.power_hours": (st.floats(0.0, 24.0), share, litres, litres),
    "rules.market.cut_orders_l": (litres, days, days, share),
    "rules.movement.driving_s": (hours, km, hours),
    "rules.movement.stretched": (seconds, effect),
    "rules.movement.advance": (seconds, seconds, st.integers(0, 43_199), st.integers(43_200, 86_400)),
    "rules.movement.work_at": (seconds, u),
    "rules.orders.order_factor": (days, some_days, effect, share, effect),
    "rules.orders.throttle": (tankers, st.floats(0.0, 200.0), st.floats(201.0, 500.0)),
    "rules.orders.tilt_weight": (days, days, some_days, share),
    "rules.orders.order_up_to": (litres, litres, litres, st.integers(1, 60_000)),
    "rules.shapes.split_uniform": (mean, mean, mean, u),
    "rules.shapes.normal_quantile": (u | st.floats(1e-300, 0.5) | st.sampled_from([5e-324, 0.075, 0.925]),),
    "rules.shapes.lognormal": (mean, cv, u),
    "rules.shapes.spread": (st.floats(0.0, 0.5), u),
    "rules.shapes.logit_normal": (share, effect, u),
    "rules.shapes.duration_s": (st.integers(0, 2), mean, cv, u),
    "rules.shapes.poisson_count": (st.floats(0.0, 500.0), u),
    "rules.shapes.rounded_by_chance": (mean, u),
    "rules.sharing.whole_part": (mean,),
    "rules.willingness.remembered": (mean, seconds, half_life),
    "rules.willingness.willing_share": (mean, share, st.floats(1.0, 500.0)),
    "rules.willingness.escorted_share": (tankers.map(float), mean, within),
    "rules.willingness.willing_count": (tankers, st.floats(0.0, 0.49), st.floats(0.5, 1.0), share),
    "rules.willingness.trait_left": (some_tankers, tankers, within, within),
}  # fmt: skip
"""Ranges of the arguments of every rule of scalars, in the order of its parameters."""

OF_ARRAYS = {
    "rules.sharing.added",
    "rules.sharing.largest_remainder",
    "rules.allocation.allocate",
    "rules.stations.sell",
    "rules.stations.with_at_most",
    "rules.stations.with_fuel",
    "rules.stations.room_for_drops",
    "rules.stations.refill",
    "rules.stations.merged",
    "rules.stations.in_order",
}


def bits(value: Any) -> Any:
    """What is equal only for equal types and equal bits: 1 is not 1.0, and zero is not minus zero."""
    if isinstance(value, tuple):
        return tuple(map(bits, value))
    return float(value).hex() if isinstance(value, float) else (type(value).__name__, value)


def test_every_rule_has_its_line_in_the_table() -> None:
    registered = {name.removeprefix("sim.") for name in RULES if name.startswith("sim.")}
    assert registered == set(SCALAR) | OF_ARRAYS
    for name, arguments in SCALAR.items():
        assert len(arguments) == RULES[f"sim.{name}"].__code__.co_argcount, name


@pytest.mark.parametrize("name", SCALAR)
def test_compiled_rules_equal_python_bit_for_bit(name: str) -> None:
    plain: Callable[..., Any] = RULES[f"sim.{name}"]
    twin = compiled(plain)

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.tuples(*SCALAR[name]))
    def agree(arguments: tuple[Any, ...]) -> None:
        assert bits(twin(*arguments)) == bits(plain(*arguments))

    agree()


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(st.integers(0, 10**8) | st.integers(0, 4), min_size=1, max_size=8).filter(any), litres | tankers
)
def test_compiled_largest_remainder_on_arrays_equals_python_on_lists(weights: list[int], total: int) -> None:
    plain, twin = RULES["sim.rules.sharing.largest_remainder"], np.full(len(weights), -7, np.int64)
    parts = [-7] * len(weights)
    plain(weights, total, parts)
    compiled(plain)(np.array(weights, np.int64), total, twin)
    assert twin.tolist() == parts


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    litres | tankers, st.lists(st.tuples(litres | tankers, st.integers(0, 3)), min_size=1, max_size=7), flag
)
def test_compiled_allocation_on_arrays_equals_python_on_lists(
    available_l: int, wants: list[tuple[int, int]], by_priority: int
) -> None:
    plain, n = RULES["sim.rules.allocation.allocate"], len(wants)
    wanted, priority, out = [w for w, _ in wants], [p for _, p in wants], [-7] * n
    plain(available_l, wanted, priority, by_priority, [0] * n, [0] * n, out)
    twin, part, asked_of = (np.full(n, -7, np.int64) for _ in range(3))
    compiled(plain)(
        available_l,
        np.array(wanted, np.int64),
        np.array(priority, np.int64),
        by_priority,
        part,
        asked_of,
        twin,
    )
    assert twin.tolist() == out


ALL_ONES = 0xFFFFFFFF
COUNTERS = [[0] * 4, [ALL_ONES] * 4, [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344]]
KEYS = [[0] * 2, [ALL_ONES] * 2, [0xA4093822, 0x299F31D0]]
WORDS = [
    [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8],
    [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD],
    [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
]


def test_philox_keeps_its_known_answers_in_a_compiled_loop_with_variable_keys() -> None:
    block = compiled(philox)

    @numba.njit  # type: ignore[untyped-decorator]
    def loop(counters: Any, keys: Any, out: Any) -> None:
        for i in range(len(counters)):
            c, k = counters[i], keys[i]
            out[i, 0], out[i, 1], out[i, 2], out[i, 3] = block(c[0], c[1], c[2], c[3], k[0], k[1])

    out = np.zeros((3, 4), np.int64)
    loop(np.array(COUNTERS, np.int64), np.array(KEYS, np.int64), out)
    assert out.tolist() == WORDS


def test_philox_keeps_its_known_answers_in_a_compiled_loop_with_constant_keys() -> None:
    block = compiled(philox)

    @numba.njit  # type: ignore[untyped-decorator]
    def loop(times: int, out: Any) -> None:
        for _ in range(times):
            out[0, 0], out[0, 1], out[0, 2], out[0, 3] = block(0, 0, 0, 0, 0, 0)
            out[1, 0], out[1, 1], out[1, 2], out[1, 3] = block(
                0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF
            )
            out[2, 0], out[2, 1], out[2, 2], out[2, 3] = block(
                0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0
            )

    out = np.zeros((3, 4), np.int64)
    loop(2, out)
    assert out.tolist() == WORDS


def test_registering_a_rule_leaves_the_function_as_it_is() -> None:
    def tripled(x: int) -> int:
        return 3 * x

    name = f"{__name__}.{tripled.__qualname__}"
    try:
        assert rule(tripled) is tripled
        assert RULES[name] is tripled
        assert compiled(tripled)(14) == 42
        assert compiled(tripled) is compiled(tripled)
    finally:
        RULES.pop(name, None)


def test_a_division_by_zero_is_an_error_in_both_forms() -> None:
    plain = RULES["sim.rules.orders.tilt_weight"]
    for form in (plain, compiled(plain)):
        with pytest.raises(ZeroDivisionError):
            form(1.0, 2.0, 0.0, 0.5)


def test_a_function_that_is_no_rule_is_not_compiled() -> None:
    with pytest.raises(KeyError):
        compiled(bits)


def test_importing_all_rules_and_drawing_never_imports_numba() -> None:
    script = (
        f"import importlib, sys; [importlib.import_module(m) for m in {MODULES!r}]; "
        "from sim.draws import *; Luck(1, Replication(0, 0))(Stream.NEED, 1, 2); "
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(st.integers(0, 44_000), min_size=1, max_size=12).map(sorted), st.integers(0, 400_000), st.integers(0, 20_000)
)
def test_compiled_station_rules_on_arrays_equal_python_on_lists(tanks: list[int], wanted: int, pump: int) -> None:
    names = ("sell", "with_fuel", "room_for_drops", "refill")
    sell, with_fuel, room, refill = (RULES[f"sim.rules.stations.{name}"] for name in names)
    plain, twin = list(tanks), np.array(tanks, np.int64)
    assert compiled(sell)(twin, wanted, pump) == sell(plain, wanted, pump)
    assert compiled(with_fuel)(twin) == with_fuel(plain)
    drops = room(plain, 44_000, 14_000)
    assert compiled(room)(twin, 44_000, 14_000) == drops
    refill(plain, drops, 14_000, [0] * len(plain))
    compiled(refill)(twin, drops, 14_000, np.zeros(len(plain), np.int64))
    assert twin.tolist() == plain


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(st.integers(0, 99), max_size=12).map(sorted), st.lists(st.integers(0, 99), max_size=12).map(sorted))
def test_two_rising_runs_are_put_in_order_alike_by_sorting_and_by_merging(low: list[int], high: list[int]) -> None:
    in_order, merged = (RULES[f"sim.rules.stations.{name}"] for name in ("in_order", "merged"))
    for form in (in_order, merged):
        tanks = low + high
        form(tanks, len(low), [0] * len(tanks))
        assert tanks == sorted(low + high)
    twin = np.array(low + high, np.int64)
    compiled(in_order)(twin, len(low), np.zeros(len(twin), np.int64))
    assert twin.tolist() == sorted(low + high)


def test_numba_is_left_as_it_was_found_even_after_an_error() -> None:
    def parts() -> list[Any]:
        return [getattr(owner, name) for owner, name, _ in replaced]

    def interrupted() -> None:
        with compiling():
            assert not any(part is found for part, found in zip(parts(), usual, strict=True))
            raise KeyboardInterrupt

    replaced = _quicker()
    usual = parts()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert all(part is found for part, found in zip(parts(), usual, strict=True))


def test_loading_machine_code_does_not_load_linear_algebra() -> None:
    code = "import sys; from sim.engines.batch.machine import prepare; prepare(); sys.exit('scipy.linalg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
