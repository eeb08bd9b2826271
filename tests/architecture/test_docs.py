"""Pages of docs name only tests, assumptions, evidence rows, keys, metrics and pages that exist; their Python runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from sim.analysis.metrics import metrics_for
from sim.engines.order import Rank
from sim.report.memo.checklist import ITEMS
from sim.scenario.load import load_scenario
from sim.scenario.sampling import quantities

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
EVIDENCE = ROOT / "scenarios" / "evidence"
WORLDS = sorted(path.stem for path in (ROOT / "scenarios" / "worlds").glob("*.toml"))
VARIANTS = {"lull-escort": "kayes-corridor", "lull-truce": "kayes-corridor", "loss-fraction": "kayes-corridor",
            "detection": "kayes-corridor", "budget": "blockade-2025-customs", "small-storage": "kayes-corridor"}
ELSEWHERE = {"A143", *(f"A{number}" for number in range(170, 181))}
"""Sources of a what-if, and of the ranges that a calibration starts from (docs/calibration.md)."""
ROW = re.compile(r"^\| (`.+?) \| .+? \| .+? \| (.+?) \|$", re.M)


def rows(name: str, column: str) -> set[str]:
    with (EVIDENCE / name).open(encoding="utf-8") as file:
        return {row[column] for row in csv.DictReader(file)}


def known_tests() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    return {name for text in texts for name in re.findall(r"^def (test_\w+)", text, re.M)}


def sources() -> list[tuple[str, str]]:
    """Dotted key and source of every number of all shipped worlds, and of variants laid over one."""
    models = [load_scenario(name).model for name in WORLDS]
    models += [load_scenario(world, variants=(name,)).model for name, world in VARIANTS.items()]
    return [(key, q.source or "") for model in models for key, q in quantities(model)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"\btest_\w+", text)) <= known_tests()
    assert set(re.findall(r"\bA\d{2,3}\b", text)) <= rows("assumptions.csv", "id")
    assert set(re.findall(r"`parameters:(\w+)`", text)) <= rows("parameters.csv", "parameter")
    for link in re.findall(r"\]\(([\w./-]+\.md)\)", text):
        assert (page.parent / link).is_file(), link
    for path in re.findall(r"`((?:sim|tests|scenarios|docs)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def numbers(text: str) -> Iterator[tuple[list[str], str]]:
    """Keys and sources of the rows under the heading Numbers."""
    part = re.search(r"^## Numbers\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    for keys, source in ROW.findall(part.group(1) if part else ""):
        yield re.findall(r"`([^`]+)`", keys), source


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_number_has_the_source_that_the_page_gives_it(page: Path) -> None:
    found = sources()
    for keys, source in numbers(page.read_text(encoding="utf-8")):
        named = re.findall(r"`(A\d+)`", source.split(";")[0])
        matching = [s for key, s in found for pattern in keys if fnmatchcase(key, pattern)]
        if named or "parameters:" in source:
            assert matching, keys
        backed = {word for s in matching for word in re.findall(r"A\d+|\w+:\w+", s)}
        assert set(named) | set(re.findall(r"parameters:\w+", source)) <= backed | {"A03"}, (keys, sorted(backed))
        missing = {word for word in backed if re.fullmatch(r"A\d+", word)} - set(re.findall(r"A\d+", source)) - ELSEWHERE
        assert not missing, (keys, missing)


def test_every_metric_stands_in_its_table() -> None:
    text = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    table = text.split("## Metrics")[1].split("##")[0]
    listed = set(re.findall(r"`(\w+)`", "\n".join(line for line in table.splitlines() if line.startswith("| `"))))
    assert listed == {metric.name for metric in metrics_for(("petrol", "diesel"))}


def test_the_table_of_ranks_is_the_one_in_force() -> None:
    text = (ROOT / "docs" / "event-order.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| (\d+) \| `(\w+)` \|", text, re.M) == [(str(int(rank)), rank.name) for rank in Rank]


@pytest.mark.parametrize("page", ["randomness", "results", "compare"])
def test_the_python_of_a_page_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"), re.M | re.S):
        exec(compile(block, page, "exec"), {})  # the page is ours


def test_the_page_of_the_checklist_fills_every_item_that_a_memo_fills_by_the_same_name() -> None:
    text = (ROOT / "docs" / "stress-des.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d[\d.]+) \| (.+?) \| (.+) \|$", text, re.M)
    assert [(number, item) for number, item, _ in rows] == [(number, item.said("en")) for number, item in ITEMS.items()]
    assert all(len(said) > 5 for *_, said in rows)


def test_every_page_is_in_the_table_of_contents_once() -> None:
    blocks = re.findall(r"^```{toctree}\n(.*?)^```", (ROOT / "docs" / "index.md").read_text(encoding="utf-8"), re.M | re.S)
    listed = [line for block in blocks for line in block.splitlines() if line and not line.startswith(":")]
    assert sorted(listed) == sorted(page.stem for page in PAGES if page.stem != "index")
