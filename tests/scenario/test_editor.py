"""The editor's checker (Tombi) reads `tombi.toml` and our schemas: it accepts every shipped file and finds a wrong key."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOMBI = shutil.which("tombi", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))

pytestmark = pytest.mark.skipif(TOMBI is None, reason="needs tombi, which the extra `test` installs")


def lint(folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """What Tombi says of all files of a folder that has a `tombi.toml`, without the network."""
    assert TOMBI is not None
    env = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run([TOMBI, "lint", "--offline", *files], cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scenario files, schemas and `tombi.toml` of the checkout, to be spoiled."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "sim" / "scenario" / "schemas", tmp_path / "sim" / "scenario" / "schemas")
    shutil.copy(ROOT / "tombi.toml", tmp_path)
    return tmp_path


def test_every_shipped_file_is_accepted(checkout: Path) -> None:
    done = lint(checkout)
    count = len(list((checkout / "scenarios").rglob("*.toml")))
    assert done.returncode == 0, done.stderr
    assert f"{count} files linted successfully" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("worlds/kayes-corridor.toml", "intensity_per_km_h", "intensty_per_km_h"),
        ("worlds/parts/roads-2025.toml", "drive_start_h", "drive_strat_h"),
        ("variants/detection.toml", "detection_exponent", "detection_exp"),
        ("strategies/medium.toml", "interval_h", "interval"),
        ("strategies/medium.toml", 'rule = "', 'rule = "x'),
    ],
)
def test_a_wrong_key_or_word_is_found_at_its_line(checkout: Path, file: str, old: str, new: str) -> None:
    path = checkout / "scenarios" / file
    text = path.read_text(encoding="utf-8")
    lines = [i for i, line in enumerate(text.split("\n"), 1) if old in line and not line.startswith("#")]
    head, _, tail = "\n".join(text.split("\n")[lines[0] - 1 :]).partition(old)
    path.write_text("\n".join([*text.split("\n")[: lines[0] - 1], head + new + tail]), encoding="utf-8")
    done = lint(checkout)
    assert done.returncode == 1
    assert f"{path.name}:{lines[0]}:" in done.stdout + done.stderr


def test_a_file_elsewhere_names_its_schema_in_its_first_line(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(checkout / "sim" / "scenario" / "schemas", folder / "schemas")
    first = "#:schema ./schemas/scenario.schema.json\n"
    (folder / "mine.toml").write_text(first + 'kind = "scenario"\nextends = "kayes-corridor"\ndayz = 3\n', encoding="utf-8")
    done = lint(folder, "mine.toml")
    assert done.returncode == 1
    assert "mine.toml:4:1" in done.stdout + done.stderr
