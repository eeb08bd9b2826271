"""A thousand mutations of shipped files: each is refused at its place, or rightly accepted, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from mutations import MAKERS, Mutant, Original, judged, leaves, mutants

from sim.cli import main
from sim.errors import Problem

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
FILES = sorted(SCENARIOS.rglob("*.toml"))
HANGS_S = 20
SEED = 20251107


@contextmanager
def no_hanging() -> Iterator[None]:
    """Fails after a time that nothing here needs."""

    def fail(signum: int, frame: FrameType | None) -> None:
        raise AssertionError("it hangs")

    previous = signal.signal(signal.SIGALRM, fail)
    signal.alarm(HANGS_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with all shipped scenario files, and a link that leads out of it."""
    folder = tmp_path_factory.mktemp("mutated")
    shutil.copytree(SCENARIOS, folder / "scenarios")
    (folder.parent / "outside.toml").write_text('kind = "scenario"\n', encoding="utf-8")
    for kind in ("worlds", "worlds/parts", "strategies", "variants"):
        (folder / "scenarios" / kind / "link-out.toml").symlink_to(folder.parent / "outside.toml")
    return folder


def known_names() -> frozenset[str]:
    """Every name and word that shipped files use: what a reference can rightly name."""
    found: set[str] = {path.stem for path in FILES}
    for path in FILES:
        for keys, value in leaves(tomllib.loads(path.read_text(encoding="utf-8"))):
            found.update(part for part in keys if isinstance(part, str))
            found.update({value} if isinstance(value, str) else ())
    return frozenset(found) | {"none", "wait", "unlimited", "pro_rata", "ratio", "fixed", "high", "medium", "low"}


NAMES = known_names()


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file below a folder."""
    return {str(p): (p.lstat().st_size, p.lstat().st_mtime_ns) for p in folder.rglob("*")}


def asked_for(file: Original, number: int) -> str:
    """The file itself as a path, or in turn a world that extends it."""
    path = file.path.relative_to(ROOT).as_posix()
    below = {"roads-2025": "normal-2025-customs", "country-2025": "blockade-2025-minister",
             "normal-2025-customs": "hard-blockade", "kayes-corridor-normal": "kayes-corridor"}  # fmt: skip
    return below.get(file.path.stem, path) if number % 3 == 0 else path


def judge(file: Original, mutant: Mutant, code: int, errors: list[Problem], path: str) -> None:
    """What must hold of the outcome of a mutation."""
    verdict = mutant.verdict if mutant.verdict != "open" else judged(file, mutant.content, NAMES)
    assert code in (0, 2)
    assert (code == 2) == bool(errors)
    if verdict != "open":
        assert code == {"refused": 2, "kept": 0}[verdict], (verdict, errors)
    lines = mutant.content.split(b"\n")
    for error in errors:
        assert error.message
        assert error.line <= max(len(lines), 400)
        if error.file == path and error.line:
            assert 1 <= error.column <= len(lines[error.line - 1].decode("utf-8", "replace")) + 2
    if mutant.line:
        assert any(error.line == mutant.line and error.file == path for error in errors), (mutant.line, errors)
    if code == 2 and mutant.maker != "huge":
        assert all(error.line for error in errors if error.file == path), errors


def run_all(
    folder: Path, numbers: range, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, int]:
    """Check all mutants in this process; how many were refused and accepted."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sim.scenario.files.__file__", str(folder / "sim" / "scenario" / "files.py"))
    told = {"refused": 0, "accepted": 0}
    before = state(folder)
    for number, (file, mutant) in zip(range(numbers.stop), mutants(FILES, SEED, numbers.stop), strict=False):
        if number not in numbers:
            continue
        path = file.path.relative_to(ROOT).as_posix()
        target = folder / path
        stat = target.stat()
        target.write_bytes(mutant.content)
        try:
            with no_hanging():
                code = main(["check", asked_for(file, number), "--json"])
            found = json.loads(capsys.readouterr().out)["errors"]
            errors = [Problem(e["file"], e["line"], e["column"], e["key"], e["message"]) for e in found]
            judge(file, mutant, code, errors, path)
            if number % 5 == 0:
                assert main(["check", path]) in (0, 2)
                assert "Traceback" not in capsys.readouterr().err
        except BaseException as error:
            error.add_note(f"mutant {number} of {path}: {mutant.maker}, line {mutant.line}, {mutant.verdict}")
            raise
        finally:
            target.write_bytes(file.path.read_bytes())
            os.utime(target, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        told["refused" if code else "accepted"] += 1
    assert state(folder) == before
    return told


def test_a_sample_of_mutants_is_refused_at_its_place_or_rightly_accepted(
    copied: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run_all(copied, range(120), capsys, monkeypatch)
    assert told["refused"] > 80
    assert told["accepted"] > 5


@pytest.mark.slow
def test_a_thousand_mutants_are_refused_at_their_places_or_rightly_accepted(
    copied: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run_all(copied, range(1_000), capsys, monkeypatch)
    assert told["refused"] > 750


def test_a_mutant_is_refused_by_the_program_itself_as_it_is_in_process(copied: Path) -> None:
    for number, (file, mutant) in enumerate(mutants(FILES, SEED + 1, len(MAKERS))):
        path = file.path.relative_to(ROOT).as_posix()
        (copied / path).write_bytes(mutant.content)
        words = [sys.executable, str(ROOT / "run.py"), "check", path]
        done = subprocess.run(words, cwd=copied, capture_output=True, text=True, encoding="utf-8", timeout=HANGS_S, check=False)
        (copied / path).write_bytes(file.path.read_bytes())
        assert "Traceback" not in done.stderr, (number, mutant.maker)
        assert done.returncode in {"refused": (2,), "kept": (0,), "open": (0, 2)}[mutant.verdict], done.stderr
