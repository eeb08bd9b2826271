"""The registry of rules and their compiled form, made on demand; what the compiled engine is compiled with.

`@rule` leaves a function exactly as it is and notes it down. `compiled(f)` gives the Numba form of a rule and of all
the rules it calls; nothing here imports Numba before that. Rules must therefore keep to what both Python and Numba
compute alike: scalars in, scalars or tuples of scalars out, `math` without gamma, lgamma, hypot and fmod, no `**`.

An engine of a hundred functions would take Numba minutes, because it optimises each with all that it calls, and then its
callers with it again. So a `kernel` is only translated; what Python calls optimises all that it reaches, once.
"""

from __future__ import annotations

import gc
import types
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

RULES: dict[str, Callable[..., Any]] = {}
TWINS: dict[str, Callable[..., Any]] = {}
"""Rules whose compiled form is that of another rule with the same effect."""

_kernels: dict[str, Callable[..., Any]] = {}
_compiled: dict[str, Callable[..., Any]] = {}

OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": False, "error_model": "python", "_nrt": False}
"""How everything is compiled: no GIL, no reordering of sums, division by zero raises as in Python, and no counting of
references (an internal option of Numba: what is compiled here makes no array, and calls cost a tenth without it)."""


def rule(function: F) -> F:
    """Register a pure scalar function as a rule of the model; the function itself is returned unchanged."""
    RULES[_name(function)] = function
    return function


def rule_compiled_as(twin: Callable[..., Any]) -> Callable[[F], F]:
    """Register a rule of which `twin`, another rule with the same effect, is the compiled form."""

    def register(function: F) -> F:
        TWINS[_name(function)] = twin
        return rule(function)

    return register


def compiled(function: F) -> F:
    """Numba form of a rule that Python can call, with the rules that it calls compiled alike.

    Raises
    ------
    KeyError
        If the function was not registered with `@rule`.
    ModuleNotFoundError
        If Numba is not installed.
    """
    name = _name(function)
    if name not in _compiled:
        RULES[name]
        from numba import njit

        _compiled[name] = njit(**OPTIONS)(_bound(function))
    return cast(F, _compiled[name])


def kernel(function: F, *, forceinline: bool = False) -> F:
    """A function of the compiled engine, or a rule as one: Python cannot call it, compiled functions can."""
    name = _name(function) + (" inline" if forceinline else "")
    if name not in _kernels:
        from numba import config, njit
        from numba.types import unliteral

        body = _bound(function) if _name(function) in RULES else function
        made: Any = body
        if not config.DISABLE_JIT:
            options = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": forceinline}
            made = njit(**options, pipeline_class=_translation())(body)
            template = made.get_call_template
            # Else Numba would compile it anew for every constant that it is called with.
            made.get_call_template = lambda args, kws: template(tuple(map(unliteral, args)), kws)
        _kernels[name] = made
    return cast(F, _kernels[name])


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _bound(function: Callable[..., Any]) -> Callable[..., Any]:
    """A rule whose calls of other rules are calls of their kernels."""
    function = TWINS.get(_name(function), function)
    globals_of = dict(function.__globals__)
    for used in function.__code__.co_names:
        other = globals_of.get(used)
        if isinstance(other, types.FunctionType) and _name(other) in RULES:
            globals_of[used] = kernel(other)
    twin = types.FunctionType(
        function.__code__, globals_of, function.__name__, function.__defaults__, function.__closure__
    )
    twin.__module__ = function.__module__
    return twin


def _reached(libraries: Iterable[Any]) -> dict[Any, None]:
    """Libraries and all that they call, each once."""
    found: dict[Any, None] = {}
    left = [*libraries]
    while left:
        library = left.pop()
        if library not in found:
            found[library] = None
            left += library._linking_libraries
    return found


@contextmanager
def compiling() -> Iterator[None]:
    """The block compiles or loads much: it does so in half of the time.

    What compiling makes is in use until it ends, so that nothing is found by looking for what could be thrown away.
    """
    replaced = [(owner, name, getattr(owner, name), quick) for owner, name, quick in _quicker()]
    collecting = gc.isenabled()
    gc.disable()
    try:
        for owner, name, _, quick in replaced:
            setattr(owner, name, quick)
        yield
    finally:
        for owner, name, usual, _ in replaced:
            setattr(owner, name, usual)
        if collecting:
            gc.enable()


def _quicker() -> list[tuple[Any, str, Any]]:
    """Parts of Numba, and what answers in their place as they do, but quicker.

    It writes out the types of every pass, of which the state of a run is a long one; for every sum it tries all that can be
    added; it asks LLVM for the size of a type whenever one is used; and it loads linear algebra to see whether it is there.
    """
    from numba.core.base import BaseContext
    from numba.core.types import Boolean, Literal, Number, Record
    from numba.core.types.functions import BaseFunction
    from numba.np import linalg

    typed = BaseFunction.get_call_type
    of_scalars = cache(lambda of, context, args: typed(of, context, args, {}))

    def call_type(of: Any, context: Any, args: Any, named: Any) -> Any:
        if named or not all(isinstance(kind, (Boolean, Literal, Number)) for kind in args):
            return typed(of, context, args, named)
        return of_scalars(of, context, tuple(args))

    return [
        (Record, "__repr__", cache(Record.__repr__)),
        (BaseFunction, "get_call_type", call_type),
        (BaseContext, "get_abi_sizeof", cache(BaseContext.get_abi_sizeof)),
        (linalg, "ensure_blas", lambda: None),
    ]


@cache
def _translation() -> Any:
    """How a kernel is compiled: into LLVM's language and no further. What calls it from Python takes in all that it reaches."""
    from llvmlite.binding import Linkage  # type: ignore[import-untyped]
    from numba.core.codegen import JITCodeLibrary
    from numba.core.compiler import CompilerBase
    from numba.core.compiler_machinery import PassManager, register_pass
    from numba.core.typed_passes import (
        IRLegalization,
        NativeLowering,
        NoPythonBackend,
        NopythonTypeInference,
        PreLowerStripPhis,
    )
    from numba.core.types import intp, uintp
    from numba.core.untyped_passes import FixupArgs, GenericRewrites, IRProcessing, ReconstructSSA, TranslateByteCode
    from numba.np import arrayobj

    class NoEnvironment:
        """A kernel is never entered from Python, so it has no environment there."""

        @staticmethod
        def set_env(name: str, environment: Any) -> None:
            """Nothing to set."""

    class Translated(JITCodeLibrary):  # type: ignore[misc]
        codegen = NoEnvironment
        _shared_module: Any

        def _optimize_functions(self, module: Any) -> None:
            module.data_layout = self._codegen._data_layout

        def finalize(self) -> None:
            for library in self._linking_libraries:
                self._reload_init.update(library._reload_init)
            for function in self._final_module.functions:
                if not function.is_declaration and function.linkage == Linkage.external:
                    function.linkage = "linkonce_odr"
            self._finalized = True

        def _get_module_for_linking(self) -> Any:
            if self._shared_module is None:
                self._shared_module = self._final_module.clone()
                for library in _reached(self._linking_libraries):
                    own = library._final_module if isinstance(library, Translated) else library._get_module_for_linking()
                    self._shared_module.link_in(own, preserve=True)
            return self._shared_module

        def _no_pointer(self, name: str) -> int:
            self._ensure_finalized()
            return 0

        get_pointer_to_function = _no_pointer

    def from_the_first(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:
        return context.cast(builder, index, kind, intp if kind.signed else uintp)

    @register_pass(mutates_CFG=True, analysis_only=False)
    class Lowering(NativeLowering):  # type: ignore[misc]
        """No index counts from the end. Asked at every step whether it does, LLVM does nothing several at a time."""

        _name = "native_lowering_of_kernels"

        def run_pass(self, state: Any) -> bool:
            usual = arrayobj.fix_integer_index
            arrayobj.fix_integer_index = from_the_first
            try:
                return bool(super().run_pass(state))
            finally:
                arrayobj.fix_integer_index = usual

    passes = [
        TranslateByteCode, FixupArgs, IRProcessing, GenericRewrites, ReconstructSSA, NopythonTypeInference, PreLowerStripPhis,
        IRLegalization, Lowering, NoPythonBackend,
    ]  # fmt: skip
    """Numba's without those for what no kernel has: closures, contexts, sums of arrays, functions that Numba puts in place."""

    class Translation(CompilerBase):  # type: ignore[misc]
        def define_pipelines(self) -> list[Any]:
            state = self.state
            state.library = Translated(state.targetctx.codegen(), state.func_id.func_qualname)
            state.library.enable_object_caching()
            pipeline = PassManager("kernel")
            for one in passes:
                pipeline.add_pass(one, one.__name__)
            pipeline.finalize()
            return [pipeline]

    return Translation
