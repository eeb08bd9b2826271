"""Real disks that are full or read-only: one clear error, nothing half-written, and the same command afterwards succeeds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHORT = 'kind = "scenario"\nextends = "kayes-corridor-normal"\ntitle = "Short"\ndays = 15\nwarmup_days = 20\n'
ALONE = ["unshare", "--user", "--map-root-user", "--mount"]
FEW_KB, MANY_KB = ("16", "260"), ("1", "16", "32", "64", "80", "100", "120", "140", "160", "180", "260", "400", "600")
"""Sizes of disks: from no room for a shard to room for shards and tables, but not for all figures."""


def _may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = [*ALONE, "sh", "-c", "mount -t tmpfs -o size=4k tmpfs /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(sys.platform != "linux" or not _may_mount(), reason="no mount namespace here")


@pytest.fixture(scope="module", params=[FEW_KB, pytest.param(MANY_KB, marks=pytest.mark.slow)], ids=["few", "many"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each call said and left, by the size of the disk in kilobytes; ``ample`` is one where everything fits."""
    folder = tmp_path_factory.mktemp("disks")
    (folder / "short.toml").write_text(SHORT, encoding="utf-8")
    ran = subprocess.run(
        [*ALONE, sys.executable, str(HERE / "small_disk.py"), *request.param, "100000"], cwd=folder, capture_output=True,
        text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return {"ample": found.pop("100000"), **found}


def kept(files: dict[str, str]) -> dict[str, str]:
    """All files but those that may differ between two makings."""
    return {name: digest for name, digest in files.items() if name not in ("provenance.json", ".lock")}


def test_a_full_disk_is_one_clear_error_and_leaves_nothing_half_written(told) -> None:
    ample = kept(told["ample"]["after_full"])
    for name, disk in told.items():
        if name != "ample":
            said = json.loads(disk["full"]["out"])["errors"]
            assert (disk["full"]["code"], len(said)) == (2, 1)
            assert "the disk is full" in said[0]["message"] and "--out" in said[0]["message"]
            assert ".tmp" not in said[0]["message"]
            assert "Traceback" not in disk["full"]["err"]
            assert kept(disk["after_full"]).items() <= ample.items()


def test_the_disks_filled_up_at_different_stages(told) -> None:
    stages = {tuple(sorted({name.split("/")[0] for name in disk["after_full"]})) for disk in told.values()}
    assert len(stages) >= 3


def test_with_more_room_the_same_command_gives_the_same_bytes(told) -> None:
    for disk in told.values():
        assert disk["again"]["code"] == 0, disk["again"]
        assert kept(disk["after_again"]) == kept(told["ample"]["after_full"])


def test_a_read_only_folder_is_shown_and_reproduced_and_refuses_what_it_would_have_to_write(told) -> None:
    for disk in told.values():
        assert (disk["read_only"]["code"], disk["read_only"]["out"]) == (0, disk["again"]["out"])
        assert (disk["reproduced"]["code"], json.loads(disk["reproduced"]["out"])["identical"]) == (0, True)
        for call in ("larger", "other", "replayed"):
            message = json.loads(disk[call]["out"])["errors"][0]["message"]
            assert disk[call]["code"] == 2
            assert "the disk is read-only" in message and "--out" in message
        assert disk["after_all"] == disk["after_again"]
