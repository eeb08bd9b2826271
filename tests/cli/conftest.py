"""Commands called in this process, in an empty working directory, without drawing figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sim.cli import main

SHORT = """\
kind = "scenario"
extends = "kayes-corridor-normal"
title = "Short"
title_fr = "Court"
days = 15
warmup_days = 20
"""


class Said(NamedTuple):
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


Call = Callable[..., Said]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls the command line with words; `short.toml` is a small scenario in the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("sim.cli.figures.draw", lambda results, lang: [])
    (tmp_path / "short.toml").write_text(SHORT, encoding="utf-8")

    def called(*words: str) -> Said:
        code = main(words)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return called
