"""Mutations of shipped files made by a machine, and a judge of the outcome that shares no code with the loader.

A mutation knows by its making what it must lead to (`verdict` "refused" or "kept"), or leaves that to `judged`, which
reads the mutated file with `tomllib` alone and holds it against the committed JSON Schema, a table of bounds by the end
of a key, and the names that the file and its parents define.
"""

from __future__ import annotations

import json
import math
import random
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from schema_judge import passes

SCHEMAS = Path(__file__).parents[1] / "sim" / "scenario" / "schemas"
KIND_OF_FOLDER = {
    "worlds": "scenario", "parts": "part", "variants": "variant", "strategies": "strategy", "experiments": "experiment",
}  # fmt: skip


class Mutant(NamedTuple):
    """A mutated file: its bytes, what must become of it, and the line that must be told (0: any)."""

    maker: str
    content: bytes
    verdict: str
    """"refused", "kept" (the file means what it meant), or "open" (what the file says decides)."""
    line: int = 0


class Original(NamedTuple):
    """A shipped file as text, with its kind."""

    path: Path
    text: str
    kind: str

    @property
    def lines(self) -> list[str]:
        """Lines without their ends."""
        return self.text.split("\n")


def original(path: Path) -> Original:
    """A shipped file."""
    return Original(path, path.read_text(encoding="utf-8"), KIND_OF_FOLDER[path.parent.name])


def vocabulary(kind: str) -> frozenset[str]:
    """Every word that is a key in some table of a kind of file, and not a name that an author chose."""
    found: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            found.update(part.get("properties", {}))
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8")))
    return frozenset(found)


KEY = re.compile(r"(?<![\w.\"'-])([a-z_]+(?:\.[a-z-]+)?)( *= *)")
REFERENCES = ("from", "to", "staging", "node", "pool", "extends", "default_strategy", "kind", "rule", "law", "allocation",
              "confidence", "shape", "counting_point", "escort_effect", "budget", "when_no_unit")  # fmt: skip


def code_of(line: str) -> str:
    """A line without its comment (shipped files have no # inside quotes)."""
    return line.partition("#")[0]


def places(file: Original, pattern: str) -> list[tuple[int, re.Match[str]]]:
    """All places of a pattern outside comments and multi-line texts: index of the line and the match."""
    return [(i, found) for i, line in enumerate(file.lines) for found in re.finditer(pattern, code_of(line))]


def with_line(file: Original, index: int, line: str) -> bytes:
    """The file with one line replaced."""
    return "\n".join([*file.lines[:index], line, *file.lines[index + 1 :]]).encode()


def with_span(file: Original, at: tuple[int, re.Match[str]], new: str, group: int = 0) -> bytes:
    """The file with a match (or one of its groups) replaced."""
    index, found = at
    line = file.lines[index]
    return with_line(file, index, line[: found.start(group)] + new + line[found.end(group) :])


def misspelt(word: str, rng: random.Random) -> str:
    """A word with one letter left out, doubled, replaced or swapped with the next."""
    at = rng.randrange(len(word))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    return rng.choice([
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    ])  # fmt: skip


def key_typo(file: Original, rng: random.Random) -> Mutant:
    """A key that no table knows."""
    words = vocabulary(file.kind)
    index, found = rng.choice([at for at in places(file, KEY.pattern) if at[1][1].partition(".")[0] in words])
    word, _, rest = found[1].partition(".")
    new = next(new for _ in iter(int, 1) if (new := misspelt(word, rng)) not in words and new != word and new)
    return Mutant("key_typo", with_span(file, (index, found), f"{new}{'.' if rest else ''}{rest}", 1), "refused", index + 1)


def key_with_another_unit(file: Original, rng: random.Random) -> Mutant:
    """`drive_h` written `drive_min`, and the like."""
    units = r"_(?:h|days|km|l|l_day|fcfa|fcfa_l|per_km_h|tankers)"
    index, found = rng.choice(places(file, rf"\b([a-z_]+?)({units})(?= *=)") or places(file, r"\b(title)()(?= *=)"))
    new = found[1] + rng.choice(["_min", "_weeks", "_miles", "_gallons", "_eur", "_hours"])
    return Mutant("key_with_another_unit", with_span(file, (index, found), new), "refused", index + 1)


def name_typo(file: Original, rng: random.Random) -> Mutant:
    """A name of something that there is not."""
    at = rng.choice(places(file, rf'\b(?:{"|".join(REFERENCES)}) *= *"([^"]*)"') + places(file, r'[\[,] *"([a-z][a-z-]*)"'))
    return Mutant("name_typo", with_span(file, at, f"{at[1][1]}-zq", 1), "refused", at[0] + 1)


NUMBER = r"(?<![\w.\"+-])(-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?)(?= *(?:[,}\]]|$))"
NUMBER_VALUE = rf"= *{NUMBER}"


def number_replaced(name: str, values: list[str]) -> Callable[[Original, random.Random], Mutant]:
    """A maker that puts one of `values` in the place of a number."""

    def maker(file: Original, rng: random.Random) -> Mutant:
        found = places(file, NUMBER_VALUE) or places(file, r'= *("[^"]*")')
        at = rng.choice(found)
        return Mutant(name, with_span(file, at, rng.choice(values), 1), "refused", at[0] + 1)

    maker.__name__ = name
    return maker


def value_of_another_type(file: Original, rng: random.Random) -> Mutant:
    """A text where a number is due, a number where a text is due, and so on."""
    kinds = {
        NUMBER_VALUE: ['"many"', '"12"', "true", "[1]", "2025-01-01", "{}"],
        r'= *("[^"]*")': ["7", "true", '["a"]', "2025-01-01", "{ a = 1 }"],
        r"= *(true|false)\b": ["1", '"true"', "[]"],
        r"= *(\d{4}-\d\d-\d\d)\b": ['"2025-10-01"', "20251001", "2025-10-01T00:00:00", "10:00:00"],
    }
    pattern, values = rng.choice([(p, v) for p, v in kinds.items() if places(file, p)])
    at = rng.choice(places(file, pattern))
    return Mutant("value_of_another_type", with_span(file, at, rng.choice(values), 1), "refused", at[0] + 1)


def value_with_unit(file: Original, rng: random.Random) -> Mutant:
    """`300 km` in place of 300."""
    found = places(file, NUMBER_VALUE)
    if not found:
        return value_of_another_type(file, rng)
    at = rng.choice(found)
    new = rng.choice(["{} km", '"{} km"', "{}km", "{} %", "{},5", "{} 000"]).format(at[1][1])
    return Mutant("value_with_unit", with_span(file, at, new, 1), "refused")


def said_twice(file: Original, rng: random.Random) -> Mutant:
    """A key or header that comes twice."""
    lines = [i for i, line in enumerate(file.lines) if re.match(r"[a-z_]+ *= *[^\[{]*$|\[[^\[]", line)]
    index = rng.choice(lines)
    return Mutant("said_twice", with_line(file, index, f"{file.lines[index]}\n{file.lines[index]}"), "refused")


def broken_toml(file: Original, rng: random.Random) -> Mutant:
    """One sign of the grammar left out, doubled or put where it does not belong, or the file cut off."""
    index, found = rng.choice(places(file, r'[\[\]{}="\',]'))
    start, end = found.span()
    line = file.lines[index]
    way = rng.randrange(4)
    if way == 3:
        offset = sum(len(one) + 1 for one in file.lines[:index]) + start
        return Mutant("broken_toml", file.text[:offset].encode(), "open")
    new = (line[:start] + line[end:], line[:end] + line[start:], line[:start] + rng.choice('[]{}="\',.') + line[end:])[way]
    return Mutant("broken_toml", with_line(file, index, new), "open")


def not_utf8(file: Original, rng: random.Random) -> Mutant:
    """Bytes of another encoding."""
    content = file.text.encode()
    way = rng.randrange(3)
    if way == 0:
        at = rng.randrange(len(content))
        return Mutant("not_utf8", content[:at] + bytes([rng.choice([0xFF, 0xC0, 0xFE, 0xF8])]) + content[at:], "refused")
    if way == 1:
        return Mutant("not_utf8", file.text.encode("utf-16"), "refused")
    return Mutant("not_utf8", f"# Kidira – Diéma\n{file.text}".encode("cp1252", "ignore"), "refused")


def odd_signs(file: Original, rng: random.Random) -> Mutant:
    """NUL, control signs, a byte-order mark in the middle, escapes that no table can show."""
    at = rng.choice(places(file, r'title *= *"()') or places(file, r'= *"()'))
    new = rng.choice(["\0", "\x1b[2J", "\x07", "\\u0000", "\\u001b[31m", "\\u009f", "\\uD800", "\\q", "\x7f"])
    return Mutant("odd_signs", with_span(file, at, new, 1), "refused", at[0] + 1)


def windows_file(file: Original, rng: random.Random) -> Mutant:
    """A byte-order mark and line ends as Windows writes them: the file means the same."""
    mark = rng.choice([b"\xef\xbb\xbf", b""])
    return Mutant("windows_file", mark + file.text.replace("\n", "\r\n").encode(), "kept")


def deep(file: Original, rng: random.Random) -> Mutant:
    """Tables and arrays inside each other without end."""
    n = rng.choice([33, 400, 20_000])
    arrays, tables, keys = "[" * n + "]" * n, "{ a = " * n + "1" + " }" * n, "a." * n
    new = rng.choice([f"a = {arrays}", f"a = {tables}", f"{keys}a = 1", f"[{keys}a]", "a = " + "[" * n])
    text = f"{new}\n{file.text}" if rng.random() < 0.5 and "[a" not in new else f"{file.text}\n{new}\n"
    return Mutant("deep", text.encode(), "refused")


def huge(file: Original, rng: random.Random) -> Mutant:
    """More bytes, lines, entries or digits than a file may have."""
    new = rng.choice([
        lambda: "# " + "x" * 10_000_000,
        lambda: "#\n" * 4_000_000,
        lambda: "zq = [" + "1, " * 1_000_000 + "]",
        lambda: 'zq = "' + "x" * 1_000_000 + '"',
        lambda: "zq = " + "1" * 100_000,
        lambda: "k" * 100_000 + " = 1",
        lambda: "".join(f"[zq.k{i}]\n" for i in range(210_000)),
        lambda: "".join(f"zq{i} = 1\n" for i in range(30_000)),
    ])()  # fmt: skip
    return Mutant("huge", f"{new}\n{file.text}".encode(), "refused")


def overlong_number(file: Original, rng: random.Random) -> Mutant:
    """A whole number that 64 bits do not hold."""
    numbers = ["9223372036854775808", "-9223372036854775809", "0x" + "F" * 17, "1" * 300]
    return number_replaced("overlong_number", numbers)(file, rng)


def leaving(file: Original, rng: random.Random) -> Mutant:
    """A parent outside the folders that are read, or the file itself."""
    names = ["../" * 8 + "etc/passwd", "/etc/passwd", "/dev/zero", "../../../x.toml", "link-out", "~/x", "", file.path.stem]
    new = f'extends = "{rng.choice(names)}"'
    found = places(file, r'^extends *= *"[^"]*"')
    if found:
        return Mutant("leaving", with_span(file, found[0], new), "refused", found[0][0] + 1)
    return Mutant("leaving", f"{new}\n{file.text}".encode(), "refused")


def line_left_out(file: Original, rng: random.Random) -> Mutant:
    """A line that is missing."""
    index = rng.choice([i for i, line in enumerate(file.lines) if line.strip()])
    return Mutant("line_left_out", "\n".join([*file.lines[:index], *file.lines[index + 1 :]]).encode(), "open")


def lines_swapped(file: Original, rng: random.Random) -> Mutant:
    """Two neighbouring lines in the wrong order."""
    index = rng.randrange(len(file.lines) - 1)
    lines = file.lines
    lines[index], lines[index + 1] = lines[index + 1], lines[index]
    return Mutant("lines_swapped", "\n".join(lines).encode(), "open")


def slip_of_a_finger(file: Original, rng: random.Random) -> Mutant:
    """Any sign anywhere: left out, put in, replaced."""
    at = rng.randrange(len(file.text))
    sign = rng.choice("abcxyz019_-.=[]{}\"'# \n\té€")
    before, after = file.text[:at], file.text[at + 1 :]
    new = rng.choice([before + after, before + sign + file.text[at] + after, before + sign + after])
    return Mutant("slip_of_a_finger", new.encode(), "open")


def number_changed(file: Original, rng: random.Random) -> Mutant:
    """Another number, likely or not."""
    at = rng.choice(places(file, NUMBER_VALUE) or places(file, r'= *("[^"]*")'))
    new = rng.choice(["0", "1", "2", "0.5", "1e-9", "24", "400", "99999", "-0.0", "-1", "1_000_000"])
    return Mutant("number_changed", with_span(file, at, new, 1), "open")


MAKERS: tuple[Callable[[Original, random.Random], Mutant], ...] = (
    key_typo, key_with_another_unit, name_typo, value_of_another_type, value_with_unit, said_twice, broken_toml, not_utf8,
    odd_signs, windows_file, deep, huge, overlong_number, leaving, line_left_out, lines_swapped, slip_of_a_finger,
    number_changed, number_replaced("out_of_range", ["-1e9", "1e300", "-7", "1e13"]),
    number_replaced("not_a_number", ["nan", "inf", "-inf", "+nan", "1e999", "-1e999"]),
)  # fmt: skip


def mutants(files: list[Path], seed: int, count: int) -> Iterator[tuple[Original, Mutant]]:
    """Mutants of files, every maker in turn; the same for the same seed."""
    rng = random.Random(seed)
    for i in range(count):
        file = original(rng.choice(files))
        mutant = MAKERS[i % len(MAKERS)](file, rng)
        while mutant.content == file.text.encode():
            mutant = MAKERS[i % len(MAKERS)](file, rng)
        yield file, mutant


FREE_TEXT = {"title", "title_fr", "summary", "books", "note"}
AT_MOST_ONE = re.compile(r"(?:^|_)(?:prob|share|floor|leak|tilt|suppression)$")


def judged(file: Original, content: bytes, names: frozenset[str]) -> str:
    """What becomes of a mutated file: "refused", "kept", or "open" if only what hangs together can tell.

    `names` are the names and words that the file, its parents and the models know.
    """
    try:
        data = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return "refused"
    before = tomllib.loads(file.text)
    if data == before and json.dumps(data, default=str) == json.dumps(before, default=str):
        return "kept"
    rules = json.loads((SCHEMAS / f"{file.kind}.schema.json").read_text(encoding="utf-8"))
    if not passes(data, rules, rules):
        return "refused"
    found = dict(leaves(before))
    changed = [(path, value) for path, value in leaves(data) if found.get(path) != value]
    same_keys = {path for path, _ in leaves(data)} == {path for path, _ in leaves(before)}
    if any(_out_of_bounds(path, value) or _unknown(path, value, names) for path, value in changed):
        return "refused"
    return "kept" if same_keys and all(path[-1] in FREE_TEXT for path, _ in changed) else "open"


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of plain data that is no table or array, with its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def _out_of_bounds(path: tuple[Any, ...], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    key = path[-2] if path[-1] in ("value", "low", "high") else path[-1]
    inside = [part for part in path if isinstance(part, str)]
    if key in ("lat", "lon"):
        return abs(value) > 180
    most = 1 if AT_MOST_ONE.search(str(key)) or "share" in inside[:-1] else 1e12
    return not math.isfinite(value) or value < 0 or value > most


def _unknown(path: tuple[Any, ...], value: Any, names: frozenset[str]) -> bool:
    key = next(part for part in reversed(path) if isinstance(part, str))
    named = key in (*REFERENCES, "legs", "corridors", "classes", "priority", "protected")
    return named and isinstance(value, str) and not isinstance(value, date) and value not in names
