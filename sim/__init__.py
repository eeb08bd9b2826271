"""Fuel-blockade supply-chain simulator: `sim.run`, `sim.compare`, `sim.load_results`, `sim.load_study`,
`sim.reproduce`, `sim.__version__`.

Importing `sim` loads nothing else; the functions are fetched when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiment.experiment import run
    from sim.experiment.reproduce import reproduce
    from sim.experiment.results import load_results
    from sim.report.comparison_files import compare
    from sim.study.folder import load_study

__version__ = "0.1.0"
__all__ = ["__version__", "compare", "load_results", "load_study", "reproduce", "run"]


def __getattr__(name: str) -> Any:
    if name == "run":
        from sim.experiment.experiment import run

        return run
    if name == "load_results":
        from sim.experiment.results import load_results

        return load_results
    if name == "reproduce":
        from sim.experiment.reproduce import reproduce

        return reproduce
    if name == "compare":
        from sim.report.comparison_files import compare

        return compare
    if name == "load_study":
        from sim.study.folder import load_study

        return load_study
    raise AttributeError(f"module 'sim' has no attribute {name!r}")
