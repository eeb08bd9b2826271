"""Nothing a run computes may depend on a generator, a clock on the wall, or the hash seed of the interpreter."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SIM = Path(__file__).parents[2] / "sim"
MODULES = sorted(SIM.rglob("*.py"))
GENERATORS = {"default_rng", "RandomState", "Generator", "getrandbits", "urandom", "uuid1", "uuid4", "rvs"}
GENERATOR_MODULES = {"random", "secrets", "uuid", "numpy.random"}
TIMERS = {"time.time", "time.time_ns", "time.perf_counter", "time.perf_counter_ns", "time.monotonic", "time.monotonic_ns"}
NOW = ("now", "utcnow", "today")
MAY_READ_A_CLOCK = {"experiment/provenance.py", "cli/progress.py", "cli/run_command.py"}


def full_names(tree: ast.AST) -> set[str]:
    """Dotted names that a module imports or reads as attributes, with import aliases written out."""
    alias: dict[str, str] = {}
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            alias |= {a.asname or a.name.split(".")[0]: a.name if a.asname else a.name.split(".")[0] for a in node.names}
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            alias |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
            names |= {f"{node.module}.{a.name}" for a in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, *rest = ast.unparse(node).split(".")
            names.add(".".join([alias.get(first, first), *rest]))
    return names


def generators(code: str) -> set[str]:
    """Names in `code` that draw from anything but keyed draws, and calls of the salted built-in `hash`."""
    tree = ast.parse(code)
    found = {
        name
        for name in full_names(tree)
        if name.split(".")[-1] in GENERATORS
        or any(name == module or name.startswith(f"{module}.") for module in GENERATOR_MODULES)
    }
    salted = any(isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "hash" for n in ast.walk(tree))
    return found | ({"hash"} if salted else set())


def wall_clocks(code: str) -> set[str]:
    """Names in `code` that read the time of day or a timer."""
    names = full_names(ast.parse(code))
    return names & TIMERS | {name for name in names if name.startswith("datetime.") and name.endswith(NOW)}


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SIM)))
def test_no_module_draws_from_anything_but_keyed_draws(module: Path) -> None:
    assert generators(module.read_text()) == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(SIM)))
def test_only_progress_and_provenance_read_a_clock_on_the_wall(module: Path) -> None:
    clocks = wall_clocks(module.read_text())
    assert not clocks or module.relative_to(SIM).as_posix() in MAY_READ_A_CLOCK


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "from random import uniform",
        "import numpy as np\nx = np.random.normal()",
        "from numpy.random import default_rng",
        "import os\nx = os.urandom(4)",
        "import uuid",
        "from scipy import stats\nx = stats.norm.rvs()",
        "x = hash('leg/diboli-kayes')",
    ],
)
def test_a_planted_generator_is_found(code: str) -> None:
    assert generators(code) != set()


@pytest.mark.parametrize(
    "code",
    [
        "import time\nx = time.time()",
        "from time import perf_counter\nx = perf_counter()",
        "from datetime import datetime\nx = datetime.now()",
        "import datetime as dt\nx = dt.date.today()",
    ],
)
def test_a_planted_clock_is_found(code: str) -> None:
    assert wall_clocks(code) != set()


def test_plain_dates_and_names_are_not_taken_for_clocks_or_generators() -> None:
    code = "from datetime import date\nimport numpy as np\nx = date(2025, 9, 1).isoformat()\ny = np.zeros(3)\nrandom_key = 1"
    assert wall_clocks(code) | generators(code) == set()
