"""Tables for spreadsheets: what files name is a text, whatever it looks like, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.experiment.engines import engine_named
from sim.language import plain
from sim.report.comparison_files import METRICS, RANKS
from sim.study.files import study_from_data
from sim.study.spreadsheet import csv_bytes
from sim.study.sweep_tables import LONG, WIDE, SweepTable
from sim.study.sweeping import run_sweep

SIM = Path(sim.__file__).parent
HOSTILE = (
    "=cmd()",
    "+1",
    "-2+3",
    "@x",
    " =1+1",
    "\uff1dcmd()",
    "\t=1",
    "\r@x",
    "a\nb",
    "a\x00b",
    "\u202e=1",
    "</script>]]>#import",
    "é;\"'",
)
STRATEGY = """\
kind = "strategy"
title = "=HYPERLINK(1)"
independents = true
convoys = {{ interval_h = 48, size = {size}, escort = {{ rule = "fixed", units = 1 }} }}
"""


def cells(content: bytes) -> list[list[str]]:
    """A table as a spreadsheet reads it."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def acts(text: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula, though it is no number."""
    try:
        float(text)
    except ValueError:
        return text.strip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")
    return False


def test_tables_are_written_in_one_place() -> None:
    found = [
        path.name
        for path in SIM.rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)|to_csv|FORMAT CSV", path.read_text("utf-8"))
    ]
    assert found == ["spreadsheet.py"]


@given(st.one_of(st.text(), st.sampled_from(HOSTILE)), st.floats(allow_nan=False, allow_infinity=False), st.integers())
def test_any_text_is_literal_and_any_number_comes_back(text: str, number: float, count: int) -> None:
    content = csv_bytes([text, "x"], [[text, number], [count, text]])
    assert content.count(b"\r\n") == 3
    (head, _), (first, one), (two, second) = cells(content)
    for found in (head, first, second):
        assert not acts(found) and found.removeprefix("'") == plain(text).removeprefix("'")
        assert not any(ord(c) < 32 or c in "\u202e\u2066\u200f" for c in found)
    assert float(one) == number and math.copysign(1, float(one)) == math.copysign(1, number) and int(two) == count


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files whose names are formulas."""
    made = tmp_path_factory.mktemp("formulas")
    world = 'kind = "scenario"\nextends = "kayes-corridor"\ntitle = "@x"\ndays = 40\nwarmup_days = 20\n'
    (made / "@world.toml").write_text(world, encoding="utf-8")
    for name, size in (("=cmd()", 40), ("+1", 60)):
        (made / f"{name}.toml").write_text(STRATEGY.format(size=size), encoding="utf-8")
    return made


def literal(content: bytes) -> list[dict[str, str]]:
    """Rows of a table none of whose cells acts, while negative numbers are numbers."""
    head, *rows = cells(content)
    assert rows and not [cell for row in rows for cell in row if acts(cell)]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_tables_of_a_comparison_hold_names_that_are_formulas_as_texts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    made = sim.compare("./@world.toml", ["./=cmd().toml", "./+1.toml"], worlds=3, chances=1, engine="reference", screen=False)
    rows = literal((made.folder / METRICS).read_bytes())
    assert {row["strategy"] for row in rows} == {"'=cmd()", "'+1"} and {row["scenario"] for row in rows} == {"'@world"}
    gaps = [float(row["difference"]) for row in rows if row["difference"]]
    assert min(gaps) < 0 < max(gaps)
    assert literal((made.folder / RANKS).read_bytes())


def test_tables_of_a_sweep_hold_names_that_are_formulas_as_texts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    data = {
        "title": "=x", "scenarios": ("./@world.toml",), "strategies": ("./=cmd().toml", "./+1.toml"), "worlds": 2, "chances": 1,
        "grid": {"scenario.days": (15, 20)},
    }  # fmt: skip
    table = SweepTable(run_sweep(study_from_data("=swept", data, "test"), engine_named("reference"), out=folder))
    table.write()
    for name in (LONG, WIDE):
        rows = literal((table.swept.folder / name).read_bytes())
        assert {row["strategy"] for row in rows} == {"'=cmd()", "'+1"}
        assert {row["scenario.days"] for row in rows} == {"15", "20"}
