"""As a program, in a mount namespace of its own: commands on disks that are full or read-only, told as JSON.

Each argument is the size of a disk in kilobytes. On each, the same run is asked for, then again after the disk has grown,
then once more while it is read-only; what each call said and what it left is printed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

from sim.cli import main

WORDS = ("run", "short.toml", "--worlds", "3", "--chances", "2", "--workers", "1", "--json", "--out")


def mount(options: str, place: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], check=True)


def called(*words: str) -> dict[str, object]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def left(place: Path) -> dict[str, str]:
    """SHA-256 of every file by its name below the result folder."""
    files = [path for path in place.rglob("*") if path.is_file()]
    return {"/".join(path.relative_to(place).parts[1:]): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def on_a_disk_of(size_kb: int, place: Path) -> dict[str, object]:
    place.mkdir()
    mount(f"size={size_kb}k", place)
    full, after_full = called(*WORDS, str(place)), left(place)
    mount("remount,size=100m", place)
    again, after_again = called(*WORDS, str(place)), left(place)
    mount("remount,ro,size=100m", place)
    read_only = called(*WORDS, str(place))
    larger = called(*WORDS[:3], "4", *WORDS[4:], str(place))
    other = called(*WORDS, str(place), "--seed", "2")
    folder = str(next(place.iterdir()))
    reproduced, replayed = called("reproduce", folder, "--json", "--workers", "1"), called("replay", folder, "--json")
    return {
        "full": full, "after_full": after_full, "again": again, "after_again": after_again, "read_only": read_only,
        "larger": larger, "other": other, "reproduced": reproduced, "replayed": replayed, "after_all": left(place),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps({size: on_a_disk_of(int(size), Path(f"disk-{size}").absolute()) for size in sys.argv[1:]}))
