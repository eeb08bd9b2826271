"""What no tracked file may hold: addresses of registries, paths of a machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", r"registry\.npm" + "js", r"deb\.deb" + "ian", "/wo" + "rk/", "/ho" + "me/"])
)


@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs the git checkout")
def test_no_tracked_file_names_a_registry_or_a_path_of_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    found = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.is_file() and b"\0" not in path.read_bytes()[:8000] and FORBIDDEN.search(path.read_text(errors="replace")):
            found.append(name)
    assert found == []
