"""The registry of rules and their compiled form, made on demand.

`@rule` leaves a function exactly as it is and notes it down. `compiled(f)` gives the Numba form of a rule and of all
the rules it calls; nothing here imports Numba before that. Rules must therefore keep to what both Python and Numba
compute alike: scalars in, scalars or tuples of scalars out, `math` without gamma, lgamma, hypot and fmod, no `**`.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

RULES: dict[str, Callable[..., Any]] = {}
_compiled: dict[str, Callable[..., Any]] = {}


def rule(function: F) -> F:
    """Register a pure scalar function as a rule of the model; the function itself is returned unchanged."""
    RULES[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Numba form (``nogil``, no fast-math) of a rule, with the rules that it calls compiled alike.

    Raises
    ------
    KeyError
        If the function was not registered with `@rule`.
    ModuleNotFoundError
        If Numba is not installed.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    if name not in _compiled:
        RULES[name]
        from numba import njit

        bound = dict(function.__globals__)
        for used in function.__code__.co_names:
            other = bound.get(used)
            if isinstance(other, types.FunctionType) and f"{other.__module__}.{other.__qualname__}" in RULES:
                bound[used] = compiled(other)
        twin = types.FunctionType(
            function.__code__, bound, function.__name__, function.__defaults__, function.__closure__
        )
        twin.__module__ = function.__module__
        _compiled[name] = njit(nogil=True, fastmath=False, error_model="python")(twin)
    return _compiled[name]
