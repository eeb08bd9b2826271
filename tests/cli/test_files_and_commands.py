"""Files made, extended, broken and mended in any order, and every command between: never a stack trace, never a stray file."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tiny_files import STRATEGY, WORLD

from sim.cli import main

SMALL = WORLD.replace("days = 30", "days = 6\nwarmup_days = 3").partition("[event.attacks]")[0]
BREAKS = (
    lambda text: text.replace("title", "tilte", 1),
    lambda text: text.replace('"', "", 1),
    lambda text: f"{text}\n[city]\nbays = nan\n[city]\n",
    lambda text: f"days = -3\n{text}",
    lambda text: f"days = 1e999\n{text}",
    lambda text: text.replace('kind = "scenario"', 'kind = "scenario"\nextends = "../../../../etc/passwd"'),
    lambda text: text.replace('kind = "scenario"', 'kind = "strategy"'),
    lambda text: f"\0{text}",
    lambda text: f"deep = {'[' * 1_000}{']' * 1_000}\n{text}",
    lambda text: f"long = {'9' * 5_000}\n{text}",
    lambda text: text + "\n[leg.town-city]\nto = 'nowhere'\n" * 2,
)
"""What makes any scenario file invalid."""


@dataclass
class Known:
    """A file as the machine knows it: its last good text, its parent, whether it is broken now."""

    good: str
    parent: str = ""
    broken: bool = False


NAMES = st.sampled_from(["a", "b", "c", "d"])


class FilesAndCommands(RuleBasedStateMachine):
    """A working directory with scenario files, and what the command line must say about them."""

    def __init__(self) -> None:
        super().__init__()
        self.before = os.getcwd()
        self.folder = tempfile.TemporaryDirectory()
        os.chdir(self.folder.name)
        self.files: dict[str, Known] = {}
        for kind, name, text in (("worlds", "root", SMALL), ("strategies", "tiny", STRATEGY)):
            path = Path("scenarios", kind, f"{name}.toml")
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")

    def teardown(self) -> None:
        """Leave the folder."""
        os.chdir(self.before)
        self.folder.cleanup()

    def called(self, *words: str) -> int:
        """Exit code of a command, which leaves no stack trace, and no file if it ends in 2."""
        before, out, err = self.state(), io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), patch("sim.cli.figures.draw", lambda *_: []):
            code = main(words)
        assert "Traceback" not in out.getvalue() + err.getvalue()
        assert code in (0, 2), (words, err.getvalue())
        if code == 2:
            assert self.state() == before, words
            assert (out.getvalue() + err.getvalue()).strip(), words
        return code

    def state(self) -> dict[str, bytes]:
        """Every file below the working directory with its content."""
        return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}

    def write(self, name: str, text: str) -> None:
        Path("scenarios", "worlds", f"{name}.toml").write_text(text, encoding="utf-8")

    def bad(self, name: str) -> bool:
        """Whether a file, or one that it extends, is broken."""
        known = self.files.get(name)
        return known is not None and (known.broken or self.bad(known.parent))

    @rule(name=NAMES)
    def make(self, name: str) -> None:
        if name not in self.files:
            self.files[name] = Known(SMALL)
            self.write(name, SMALL)

    @rule(name=NAMES, parent=st.sampled_from(["root", "a", "b", "c", "d"]))
    def extend(self, name: str, parent: str) -> None:
        if name not in self.files and (parent == "root" or parent in self.files):
            text = f'kind = "scenario"\nextends = "{parent}"\ntitle = "{name}"\n'
            self.files[name] = Known(text, parent)
            self.write(name, text)

    @rule(name=NAMES, fleet=st.integers(0, 500))
    def edit(self, name: str, fleet: int) -> None:
        if name in self.files and not self.files[name].broken:
            known = self.files[name]
            head = known.good.partition("\n[corridor.west]\nfleet")[0]
            if known.parent:
                known.good = f"{head}\n[corridor.west]\nfleet = {fleet}\n"
            else:
                known.good = re.sub(r"fleet = \d+", f"fleet = {fleet}", known.good)
            self.write(name, known.good)

    @rule(name=NAMES, how=st.sampled_from(BREAKS))
    def breaks(self, name: str, how) -> None:
        if name in self.files and how(self.files[name].good) != self.files[name].good:
            self.files[name].broken = True
            self.write(name, how(self.files[name].good))

    @rule(name=NAMES)
    def mend(self, name: str) -> None:
        if name in self.files:
            self.files[name].broken = False
            self.write(name, self.files[name].good)

    @rule(name=NAMES, how=st.sampled_from(["name", "path", "json"]))
    def check(self, name: str, how: str) -> None:
        words = {"name": [name], "path": [f"scenarios/worlds/{name}.toml"], "json": [name, "--json"]}[how]
        assert self.called("check", *words) == (0 if name in self.files and not self.bad(name) else 2)

    @rule()
    def check_folder(self) -> None:
        assert self.called("check", "scenarios") == (2 if any(self.bad(name) for name in self.files) else 0)

    @rule(lang=st.sampled_from(["en", "fr"]))
    def list_all(self, lang: str) -> None:
        assert self.called("list", "--lang", lang) == 0

    @rule(name=NAMES, key=st.sampled_from(["days", "corridor.west.fleet", "nosuch.key", "leg"]))
    def explain(self, name: str, key: str) -> None:
        good = name in self.files and not self.bad(name)
        assert self.called("explain", key, name) == (0 if good and key != "nosuch.key" else 2)

    @rule(name=NAMES, source=NAMES)
    def new(self, name: str, source: str) -> None:
        good = name not in self.files and source in self.files and not self.bad(source)
        assert self.called("new", name, "--from", source) == (0 if good else 2)
        if good:
            self.files[name] = Known(Path("scenarios", "worlds", f"{name}.toml").read_text(encoding="utf-8"), source)

    @rule(name=NAMES, seed=st.sampled_from(["1", "-1", "x"]))
    def run(self, name: str, seed: str) -> None:
        good = name in self.files and not self.bad(name) and seed == "1"
        assert self.called(name, "-n", "1", "--workers", "1", "--seed", seed, "--json") == (0 if good else 2)

    @precondition(lambda self: self.files)
    @invariant()
    def only_scenarios_and_results_are_there(self) -> None:
        assert {path.name for path in Path().iterdir()} <= {"scenarios", "results"}


FilesAndCommands.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestFilesAndCommands = FilesAndCommands.TestCase
