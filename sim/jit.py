"""The registry of rules and their compiled form, made on demand; what the compiled engine is compiled with.

`@rule` leaves a function exactly as it is and notes it down. `compiled(f)` gives the Numba form of a rule and of all
the rules it calls; nothing here imports Numba before that. Rules must therefore keep to what both Python and Numba
compute alike: scalars in, scalars or tuples of scalars out, `math` without gamma, lgamma, hypot and fmod, no `**`.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

RULES: dict[str, Callable[..., Any]] = {}
TWINS: dict[str, Callable[..., Any]] = {}
_compiled: dict[str, Callable[..., Any]] = {}

OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "python", "_nrt": False}
"""How everything is compiled: no GIL, no reordering of sums, division by zero raises as in Python, and no counting of
references (an internal option of Numba; what is compiled here makes no array, and handlers cost a tenth without it)."""


def rule(function: F) -> F:
    """Register a pure scalar function as a rule of the model; the function itself is returned unchanged."""
    RULES[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def rule_compiled_as(twin: F) -> Callable[[F], F]:
    """Register a rule of which `twin`, another rule with the same effect, is the compiled form."""

    def register(function: F) -> F:
        rule(function)
        TWINS[f"{function.__module__}.{function.__qualname__}"] = twin
        return function

    return register


def kernel(function: F) -> F:
    """A function of the compiled engine."""
    from numba import njit

    made: F = njit(**OPTIONS)(function)
    return made


def compiled(function: F) -> F:
    """Numba form of a rule, with the rules that it calls compiled alike.

    Raises
    ------
    KeyError
        If the function was not registered with `@rule`.
    ModuleNotFoundError
        If Numba is not installed.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    if name not in _compiled:
        function = cast(F, TWINS.get(name, RULES[name]))
        bound = dict(function.__globals__)
        for used in function.__code__.co_names:
            other = bound.get(used)
            if isinstance(other, types.FunctionType) and f"{other.__module__}.{other.__qualname__}" in RULES:
                bound[used] = compiled(other)
        twin = types.FunctionType(
            function.__code__, bound, function.__name__, function.__defaults__, function.__closure__
        )
        twin.__module__ = function.__module__
        _compiled[name] = kernel(twin)
    found: Any = _compiled[name]
    return found  # type: ignore[no-any-return]
