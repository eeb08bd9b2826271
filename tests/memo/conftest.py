"""Results and memos, made once for all tests of a session."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from made_results import run_of, studied

from sim.report.memo.layout import laid_out
from sim.report.memo.model import Memo
from sim.report.memo.writing import draft_of


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of some results by name: ``run``, or a kind of titles with a number of strategies (``long12``)."""
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            with pytest.MonkeyPatch.context() as patch:
                patch.chdir(folder)
                made[name] = (
                    run_of(folder)
                    if name == "run"
                    else studied(folder, *kind_and_count(name), readings=2 if name in ("plain6", "both3") else 1)
                )
        return made[name]

    return of


@pytest.fixture(scope="session")
def memos(results: Callable[[str], Path]) -> Callable[[str, str], Memo]:
    """The memo of some results in a language, laid out once."""
    made: dict[tuple[str, str], Memo] = {}

    def of(name: str, lang: str) -> Memo:
        if (name, lang) not in made:
            made[name, lang] = laid_out(draft_of(results(name), "fr" if lang == "fr" else "en", False))
        return made[name, lang]

    return of


def kind_and_count(name: str) -> tuple[str, int]:
    """``long12`` → ``long``, 12."""
    kind = name.rstrip("0123456789")
    return kind, int(name.removeprefix(kind))
