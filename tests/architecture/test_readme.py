"""The README begins with two commands, and CI runs exactly the second."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".ci" / "run"


def blocks(text: str) -> list[str]:
    """Contents of the fenced code blocks of a Markdown text, in order."""
    return re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def ci(folder: Path, readme: str) -> subprocess.CompletedProcess[str]:
    """What the CI script does in a checkout that holds nothing but itself and this README."""
    (folder / ".ci").mkdir()
    (folder / ".ci" / "run").write_bytes(SCRIPT.read_bytes())
    (folder / "README.md").write_text(readme)
    environment = {k: v for k, v in os.environ.items() if k != "CI"}
    return subprocess.run(
        ["bash", ".ci/run"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_readme_begins_with_one_command_that_runs_and_one_that_tests() -> None:
    text = (ROOT / "README.md").read_text()
    first, second = blocks(text)[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert first.strip().endswith("run.py kayes-corridor")
    assert "pytest" in second
    assert text.index("##") > text.index(second), "the two commands stand above the first section"
    for command in (first, second):
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt -e ")


def test_the_ci_script_is_executable() -> None:
    assert os.access(SCRIPT, os.X_OK)


def test_ci_runs_the_second_block_and_no_other(tmp_path: Path) -> None:
    done = ci(tmp_path, '# A\n\n```sh\necho first\n```\n\n```sh\necho "second, CI=$CI"\n```\n\n```sh\necho third\n```\n')
    assert (done.returncode, done.stdout.splitlines()) == (0, ['+ echo "second, CI=$CI"', "second, CI=true"])


@pytest.mark.parametrize("readme", ["```sh\ntrue\n```\n", "```sh\ntrue\n```\n```sh\nfalse && true\n```\n", "no command\n"])
def test_ci_fails_when_the_command_fails_or_is_missing(tmp_path: Path, readme: str) -> None:
    assert ci(tmp_path, readme).returncode != 0
