"""Start-up stays light, and a missing library ends in one line that says how to install it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = ["pandas", "matplotlib", "scipy", "numba", "duckdb", "simpy", "pydantic", "numpy", "typst", "docx"]


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_imports_no_heavy_library() -> None:
    code = "import sys; from sim.cli import main; main(['--help']); print('loaded:', [m for m in %r if m in sys.modules])"
    done = python(code % HEAVY)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded: []"


def test_numpy_asks_for_small_pages_in_commands_unless_it_was_told_otherwise() -> None:
    code = (
        "import os, sys; from sim.cli import main; late = 'numpy' in sys.modules; main(['--help']); "
        "print('read too late:', late, os.environ['NUMPY_MADVISE_HUGEPAGE'])"
    )
    assert python(code).stdout.splitlines()[-1] == "read too late: False 0"
    told = python("import os; os.environ['NUMPY_MADVISE_HUGEPAGE'] = '1'; " + code)
    assert told.stdout.splitlines()[-1] == "read too late: False 1"


def test_importing_the_package_imports_no_heavy_library() -> None:
    assert python(f"import sys, sim; print([m for m in {HEAVY!r} if m in sys.modules])").stdout == "[]\n"


def test_a_reference_run_never_imports_numba() -> None:
    code = (
        "import sys; from sim.scenario.load import load_scenario, load_strategy; from sim.plan import make_plan\n"
        "from sim.engines.reference import simulate; from sim.draws import Replication\n"
        "s, t = load_scenario('kayes-corridor'), load_strategy('no-escort')\n"
        "simulate(make_plan(s.model, t.model, seed=1), 1, Replication(0, 0)); print('numba' in sys.modules)"
    )
    done = python(code)
    assert done.stdout == "False\n", done.stderr


def test_a_run_and_its_summary_never_import_pandas(tmp_path: Path) -> None:
    code = (
        "import sys, sim\n"
        f"found = sim.run('kayes-corridor', worlds=1, chances=1, engine='reference', out={str(tmp_path)!r}).summary()\n"
        "print(len(found) > 0, 'pandas' in sys.modules)"
    )
    done = python(code)
    assert done.stdout == "True False\n", done.stderr


def test_a_missing_library_ends_in_the_line_that_installs_it() -> None:
    code = "import sys; sys.modules['cyclopts'] = None; sys.argv = ['run.py', 'list']; import run; sys.exit(run.main())"
    done = python(code)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install" in done.stderr
    assert "cyclopts" in done.stderr
