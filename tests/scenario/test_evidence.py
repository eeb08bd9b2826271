"""Sources are looked up in the evidence and in the register of assumptions."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from sim.errors import UsageError
from sim.scenario.evidence import EXEMPT, FILES, Evidence, audit, load_evidence
from sim.scenario.positions import dotted

SHIPPED = Path(__file__).parents[2] / "scenarios" / "evidence"
EVIDENCE = Evidence(
    {
        "parameters": ({"parameter": "tanker_l"},),
        "segments": ({"corridor": "West (RN1)", "seq": "2"},),
        "timeline": ({"date": "2025-09-05", "event_type": "strike", "location": "Kayes region"},),
        "targets": ({"id": "BT01"},),
        "series": ({"period_start": "2025-09-01", "scope": "national, customs"},),
        "assumptions": ({"id": "A02"},),
    }
)


@pytest.mark.parametrize(
    "reference",
    [
        "parameters:tanker_l",
        "segments:West (RN1):2",
        "timeline:2025-09-05:strike",
        "timeline:2025-09-05:strike:kayes",
        "timeline:2025-09-05:strike:region Kayes",
        "targets:BT01",
        "series:2025-09-01:national, customs",
        "A02",
    ],
)
def test_a_reference_to_a_row_resolves(reference: str) -> None:
    assert EVIDENCE.fault(reference) == ""


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        ("parameters:tanker", "no row"),
        ("segments:West (RN1):3", "no row"),
        ("timeline:2025-09-05:attack", "no row"),
        ("timeline:2025-09-05:strike:sikasso", "no row"),
        ("targets:", "neither"),
        ("series:2025-09-01", "no row"),
        ("A03", "no assumption"),
        ("assumptions:A02", "neither"),
        ("a colleague", "neither"),
        ("", "neither"),
    ],
)
def test_a_reference_to_nothing_is_told(reference: str, fault: str) -> None:
    assert fault in EVIDENCE.fault(reference)


@pytest.mark.parametrize(
    ("reference", "near"),
    [
        ("parameters:tanker", "parameters:tanker_l"),
        ("parametres:tanker_l", "parameters:tanker_l"),
        ("segments:West (RN1):3", "segments:West (RN1):2"),
        ("timeline:2025-09-06:strike", "timeline:2025-09-05:strike"),
        ("A03", "A02"),
        ("tanker_l", "parameters:tanker_l"),
    ],
)
def test_a_reference_near_one_that_resolves_is_answered_with_it(reference: str, near: str) -> None:
    assert EVIDENCE.nearest(reference) == f'did you mean "{near}"?'
    assert EVIDENCE.fault(near) == ""


def test_a_reference_near_nothing_gets_no_suggestion() -> None:
    assert EVIDENCE.nearest("a colleague said so") == ""


def counted(data: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
    """Dotted keys that are sourced, assumed and missing."""
    found = audit(data, EVIDENCE)
    return (
        [dotted(path) for path in found.sourced],
        [dotted(path) for path in found.assumed],
        [dotted(number.path) for number in found.missing],
    )


def test_numbers_are_counted_by_what_backs_them() -> None:
    data = {
        "days": 30,
        "corridor": {
            "a": {"fleet": {"value": 1, "source": "parameters:tanker_l"}, "priority": 3},
            "b": {"fleet": {"value": 1, "source": "parameters:tanker_l; A02"}},
            "c": {"fleet": {"value": 1, "source": "A02"}},
            "d": {"fleet": {"value": 1, "source": "parameters:tanker_l; A99"}},
            "e": {"fleet": {"value": 1}},
            "f": {"fleet": 1, "list": [1], "enabled": True, "title": "3"},
        },
    }
    assert counted(data) == (
        ["corridor.a.fleet"],
        ["corridor.b.fleet", "corridor.c.fleet"],
        ["corridor.e.fleet", "corridor.f.fleet", "corridor.f.list[0]"],
    )
    wrong = [(dotted(finding.path), finding.message) for finding in audit(data, EVIDENCE).wrong]
    assert wrong == [("corridor.d.fleet.source", 'no assumption "A99"')]


def test_a_dated_event_needs_a_source_of_its_own() -> None:
    event = {"kind": "closure", "title": "C", "legs": ["x"]}
    data = {"event": {"a": event, "b": event | {"source": "timeline:2025-09-05:strike"}}}
    assert counted(data) == (["event.b"], [], ["event.a"])


@pytest.mark.parametrize("key", EXEMPT)
def test_exempt_keys_need_no_source_as_bare_numbers_only(key: str) -> None:
    assert counted({key: 3, "node": {"x": {key: 4.5}}}) == ([], [], [])
    assert counted({"node": {key: {"hold_h": 2}}}) == ([], [], [f"node.{key}.hold_h"])


def test_a_missing_evidence_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"parameters\.csv is missing"):
        load_evidence(tmp_path)
    for file in FILES.values():
        header = (SHIPPED / file).read_text(encoding="utf-8").partition("\n")[0]
        (tmp_path / file).write_text(f"{header}\nA02\n", encoding="utf-8")
    assert load_evidence(tmp_path).fault("A02") == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\n", "of which parameter, value_low"),
        (b"parameter;unit\nfleet;tankers\n", "expected the columns parameter"),
        ("parameter,unit\nfleet,é\n".encode("latin-1"), "no CSV file in UTF-8"),
        (b"parameter\n" + b"x" * 200_000 + b"\n", "no CSV file in UTF-8"),
    ],
)
def test_an_evidence_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    folder = tmp_path / "evidence"
    shutil.copytree(SHIPPED, folder)
    (folder / "parameters.csv").write_bytes(content)
    with pytest.raises(UsageError, match=message):
        load_evidence(folder)


def test_rows_that_are_cut_short_name_nothing_and_break_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    shutil.copytree(SHIPPED, folder)
    with (folder / "timeline.csv").open("a", encoding="utf-8") as file:
        file.write("2025-12-31\n")
    assert load_evidence(folder).fault("timeline:2025-12-31:attack:nowhere")
