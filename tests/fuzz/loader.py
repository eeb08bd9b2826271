"""Bytes of any kind given to the loader: `python tests/fuzz/loader.py --seconds 600`.

With `--atheris` the bytes are led by the branches that they reach (the library atheris must be installed); without, they
are random, or pieces of shipped files put together anew. `held` says what must hold of every answer. `test_loader.py` runs
a few hundred.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

FILES = sorted((ROOT / "scenarios").rglob("*.toml"))
PIECES = [piece.encode() for piece in (
    "=", "[", "]", "{", "}", '"', "'", '"""', "'''", ",", ".", "#", "\n", "\r\n", "\\", "\\u0000", "\ufeff", "\0",
    "é€\u2028", "nan", "-inf", "1e999", "9" * 30, "2025-02-30", "0x", "[[", "]]", "true",
    "value", "kind = ", "extends = ", "[event.x]\n",
    "class.retail.share.petrol = ",
)] + [b"\xff", b"\xc3"]  # fmt: skip


def held(content: bytes, folder: Path) -> str:
    """Load bytes as the kind of file that they say they are: "loaded", or "refused" with every mistake placed in the file.

    Any other exception goes through. For text that TOML accepts, every key has its place.
    """
    from sim.errors import ScenarioError
    from sim.scenario.files import read
    from sim.scenario.load import load_scenario, load_strategy
    from sim.scenario.positions import positions

    path = folder / "fuzzed.toml"
    path.write_bytes(content)
    try:
        text, data = read(path)
        places = positions(text)
        assert all(key in places for key in key_paths(data)), "a key without a place"
        if data.get("kind") == "strategy":
            load_strategy(path)
        elif data.get("kind") == "variant":
            load_scenario("kayes-corridor", variants=[path])
        else:
            load_scenario(path)
    except ScenarioError as error:
        problems = error.problems
    else:
        return "loaded"
    lines = content.count(b"\n") + 1
    assert problems
    for problem in problems:
        assert problem.message
        assert problem.file.endswith(".toml")
        assert not problem.file.endswith("fuzzed.toml") or 0 <= problem.line <= lines, problem
    return "refused"


def key_paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all keys and array elements of plain data."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in pairs for found in ((*path, key), *key_paths(inner, (*path, key)))]


def made(rng: random.Random, shipped: list[bytes]) -> bytes:
    """Random bytes, a shipped file with slips, or lines of several files in any order."""
    way = rng.random()
    if way < 0.1:
        return rng.randbytes(rng.randrange(200))
    if way < 0.3:
        return b"".join(rng.choice(PIECES) for _ in range(rng.randrange(60)))
    content = bytearray(rng.choice(shipped))
    if way < 0.5:
        lines = [rng.choice(rng.choice(shipped).split(b"\n")) for _ in range(rng.randrange(40))]
        return b"\n".join([b'kind = "scenario"', *lines])
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        at = rng.randrange(len(content) + 1)
        match rng.randrange(4):
            case 0:
                content[at:at] = rng.choice(PIECES)
            case 1:
                del content[at : at + rng.choice([1, 1, 3, 30])]
            case 2:
                content[at : at + 1] = bytes([rng.randrange(256)])
            case _:
                other = rng.choice(shipped)
                start = rng.randrange(len(other))
                content[at:at] = other[start : start + rng.choice([5, 50, 500])]
    return bytes(content)


def random_bytes(seconds: float, seed: int) -> None:
    """Load made bytes for a time, and say how many."""
    rng, shipped = random.Random(seed), [path.read_bytes() for path in FILES]
    told = {"loaded": 0, "refused": 0}
    longest, began = 0.0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() - began < seconds:
            content, start = made(rng, shipped), time.monotonic()
            try:
                told[held(content, Path(folder))] += 1
            except BaseException:
                Path("crash.toml").write_bytes(content)
                sys.stdout.write("crash.toml holds the bytes\n")
                raise
            longest = max(longest, time.monotonic() - start)
    sys.stdout.write(f"{told}, the longest {longest:.2f} s\n")


def led_by_branches(seconds: float) -> None:
    """The same with atheris, from shipped files on."""
    import atheris

    with atheris.instrument_imports(include=["sim.scenario", "tomllib"]):
        import sim.scenario.load  # noqa: F401  (imported here to be instrumented)
    corpus = Path(tempfile.mkdtemp())
    for path in FILES:
        (corpus / path.name).write_bytes(path.read_bytes())
    folder = Path(tempfile.mkdtemp())
    atheris.Setup([sys.argv[0], str(corpus), f"-max_total_time={seconds:.0f}", "-max_len=30000", "-timeout=10"],
                  lambda content: held(content, folder) and None)  # fmt: skip
    atheris.Fuzz()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Give the loader bytes of any kind.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--atheris", action="store_true")
    asked = parser.parse_args()
    if asked.atheris:
        led_by_branches(asked.seconds)
    else:
        random_bytes(asked.seconds, asked.seed)
