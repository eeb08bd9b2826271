"""Whatever surrounds a command (no home, no UTF-8, a narrow or closed screen, no library): it never ends in a stack trace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_files import STRATEGY, WORLD

ROOT = Path(__file__).parents[2]
SMALL = WORLD.replace("days = 30", "days = 6\nwarmup_days = 3").partition("[event.attacks]")[0]
RUN = ("tiny", "-n", "2", "--workers", "1")
COMMANDS: dict[str, tuple[str, ...]] = {
    "list": ("list",),
    "check": ("check", "tiny"),
    "explain": ("explain", "days", "tiny"),
    "run": RUN,
    "replay": ("replay", "RESULT"),
    "mistake": ("check", "broken.toml"),
    "help": ("--help",),
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with a small scenario, a broken one, and the results of the small one with its figures."""
    folder = tmp_path_factory.mktemp("surroundings")
    for kind, text in (("worlds", SMALL), ("strategies", STRATEGY)):
        path = folder / "scenarios" / kind / "tiny.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (folder / "broken.toml").write_text('kind = "scenario"\nextends = "tiny"\ndays = "é"\n', encoding="utf-8")
    assert shell(folder, "run").returncode == 0
    return folder


def shell(folder: Path, command: str, after: str = "", **changes: str | None) -> subprocess.CompletedProcess[str]:
    """What a command leaves in changed surroundings, with something `after` it on the shell's line."""
    words = " ".join(COMMANDS[command])
    if "RESULT" in words:
        words = words.replace("RESULT", str(next((folder / "results").iterdir())))
    env = {key: value for key, value in {**os.environ, **changes}.items() if value is not None}
    line = f"'{sys.executable}' '{ROOT / 'run.py'}' {words} {after}"
    return subprocess.run(["bash", "-c", line], cwd=folder, env=env, capture_output=True, timeout=120, check=False,
                          encoding="utf-8", errors="replace")  # fmt: skip


SURROUNDINGS: dict[str, dict[str, str | None]] = {
    "no home": {"HOME": "/nonexistent", "XDG_CONFIG_HOME": None, "XDG_CACHE_HOME": None, "MPLCONFIGDIR": None},
    "no home named": {"HOME": None, "XDG_CONFIG_HOME": None, "XDG_CACHE_HOME": None, "MPLCONFIGDIR": None},
    "ascii": {"PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "latin-1": {"PYTHONIOENCODING": "latin-1", "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"},
    "narrow": {"COLUMNS": "40"},
    "no width": {"COLUMNS": "0"},
    "dumb": {"TERM": "dumb", "NO_COLOR": "1"},
    "unknown terminal": {"TERM": "", "COLUMNS": "wide", "LINES": "-1"},
}


PAIRS = [(name, command) for name in SURROUNDINGS for command in COMMANDS]
IN_TURN = [pytest.param(*pair, marks=() if i % 4 == 0 else pytest.mark.slow) for i, pair in enumerate(PAIRS)]
"""Every command in some surroundings and in all surroundings some command; the other pairs on request."""


@pytest.mark.parametrize(("name", "command"), IN_TURN)
def test_a_command_does_its_work_in_any_surroundings(stored: Path, name: str, command: str) -> None:
    done = shell(stored, command, **SURROUNDINGS[name])
    assert "Traceback" not in done.stderr
    assert done.returncode == (2 if command == "mistake" else 0), done.stderr
    assert (done.stderr if command == "mistake" else done.stdout).strip()
    assert "\ufffd" not in done.stdout + done.stderr, "not UTF-8"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_who_leaves_is_no_error(stored: Path, command: str) -> None:
    for after in ("| head -n 1; exit ${PIPESTATUS[0]}", "| true; exit ${PIPESTATUS[0]}", ">&-", ">&- 2>&-"):
        done = shell(stored, command, after)
        assert done.stderr.count("Traceback") == done.stderr.count("Exception ignored") == 0, (after, done.stderr)
        assert done.returncode == (2 if command == "mistake" else 0), (after, done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "mistake"])
def test_output_that_cannot_be_written_is_told(stored: Path, command: str) -> None:
    done = shell(stored, command, "> /dev/full")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert "the disk is full" in done.stderr


def test_json_is_utf8_whatever_the_terminal_says(stored: Path) -> None:
    done = shell(stored, "mistake", "--json", **SURROUNDINGS["ascii"])
    assert '"é"' in json.loads(done.stdout)["errors"][0]["message"]


def test_numbers_are_whole_on_a_narrow_screen(stored: Path) -> None:
    wide, narrow = (shell(stored, "check", COLUMNS=width).stdout for width in ("100", "40"))
    numbers = [word for word in wide.split() if word.endswith("000")]
    assert len(numbers) > 5
    assert [word for word in narrow.split() if word.endswith("000")] == numbers
    assert "…" not in narrow


def test_a_name_that_is_no_utf8_is_shown_as_an_escape(stored: Path) -> None:
    words = [sys.executable, str(ROOT / "run.py"), "check", b"no-such-\xff.toml"]
    for more in ([], ["--json"]):
        done = subprocess.run([*words, *more], cwd=stored, capture_output=True, check=False, timeout=60)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert b"no-such-\\udcff.toml" in done.stdout + done.stderr


def test_a_working_directory_that_is_gone_is_told(stored: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    line = f"mkdir '{gone}'; cd '{gone}'; rmdir '{gone}'; '{sys.executable}' '{ROOT / 'run.py'}' list"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "the working directory is gone" in done.stderr


HIDE = """
import runpy, sys
class Hide:
    def find_spec(self, name, *_):
        if name.split(".")[0] == {hidden!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hide())
sys.path.insert(0, {root!r})
sys.argv = ["run.py", *{words!r}]
runpy.run_path({script!r}, run_name="__main__")
"""


def without(folder: Path, *words: str, hidden: str) -> subprocess.CompletedProcess[str]:
    """A command where a library is not installed."""
    code = HIDE.format(hidden=hidden, words=list(words), script=str(ROOT / "run.py"), root=str(ROOT))
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False, timeout=120,
                          encoding="utf-8")  # fmt: skip


def test_without_numba_the_reference_engine_does_everything(stored: Path, tmp_path: Path) -> None:
    for command in ("list", "check", "explain", "run"):
        assert without(stored, *COMMANDS[command], hidden="numba").returncode == 0
    done = without(stored, *RUN, "--seed", "7", hidden="numba")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


def test_without_matplotlib_a_run_shows_its_table_and_says_that_there_are_no_figures(stored: Path) -> None:
    done = without(stored, *RUN, "--seed", "8", hidden="matplotlib")
    assert done.returncode == 0, done.stderr
    assert "No figures: the library matplotlib is not installed." in " ".join(done.stderr.split())
    assert "Shortage" in done.stdout
    assert without(stored, *RUN, "--seed", "8", "--json", hidden="matplotlib").returncode == 0
    result = str(next((stored / "results").iterdir()))
    done = without(stored, "replay", result, hidden="matplotlib")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "library \"matplotlib\" is not installed" in done.stderr


@pytest.mark.parametrize("library", ["cyclopts", "rich", "pydantic", "numpy", "duckdb", "simpy"])
def test_without_a_library_that_is_needed_one_line_says_how_to_install_everything(stored: Path, library: str) -> None:
    done = without(stored, *RUN, "--seed", "9", hidden=library)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"ibrary {library} is not installed" in done.stderr.replace('"', "")
    assert "pip install" in " ".join(done.stderr.split())
