"""The Agenda: one total order of events, whatever the order in which they were put there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.clock import DAY_S
from sim.engines import order
from sim.engines.order import ENTITY_BITS, ORDINAL_BITS, Rank
from sim.engines.reference.environment import Agenda, Occurrence
from sim.errors import RunError

claim = settings(max_examples=100, deadline=None)
Key = tuple[int, int, int, int]
entities = st.integers(0, 2) | st.sampled_from([2**31, 2**ENTITY_BITS - 1])
ordinals = st.integers(0, 2) | st.just(2**ORDINAL_BITS - 1)
keys = st.tuples(st.integers(0, 3), st.sampled_from(list(Rank)).map(int), entities, ordinals)
HORIZON_S = 100


def ignored(_: Occurrence) -> None:
    """What happens when nothing needs to."""


def ran_in_order(agenda: Agenda, events: list[Key]) -> list[Key]:
    """Put the events on the agenda in the order given, run it, and tell what ran when."""
    seen: list[Key] = []

    def note(occurrence: Occurrence) -> None:
        assert (agenda.now, *agenda.place()) == occurrence.what
        seen.append(occurrence.what)

    for event in events:
        agenda.at(*event, note, event)
    agenda.run()
    return seen


@claim
@given(st.lists(keys, unique=True, max_size=25), st.data())
def test_events_run_by_time_rank_entity_ordinal_whatever_the_order_of_insertion(
    events: list[Key], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events))
    assert ran_in_order(Agenda(HORIZON_S), shuffled) == sorted(events)


@claim
@given(st.lists(keys, unique=True, min_size=1, max_size=12), st.data())
def test_two_events_with_one_place_are_refused(events: list[Key], data: st.DataObject) -> None:
    twice = data.draw(st.sampled_from(events))
    with pytest.raises(RunError, match="one place in the order"):
        ran_in_order(Agenda(HORIZON_S), [*events, twice])


@claim
@given(keys, keys)
def test_a_consequence_must_come_later_in_the_order_than_its_cause(cause: Key, consequence: Key) -> None:
    agenda = Agenda(HORIZON_S)
    agenda.at(*cause, lambda _: agenda.at(*consequence, ignored, None), None)
    if consequence > cause:
        agenda.run()
        assert agenda.events == 2
    else:
        with pytest.raises(RunError, match="before its cause"):
            agenda.run()


@pytest.mark.parametrize(
    "consequence", [(4, 16, 0, 0), (5, 5, 0, 0), (5, 6, 1, 9), (5, 6, 2, 2), (5, 6, 2, 3)], ids=str
)
def test_an_earlier_or_the_same_place_within_the_second_is_refused(consequence: Key) -> None:
    agenda = Agenda(HORIZON_S)
    agenda.at(5, 6, 2, 3, lambda _: agenda.at(*consequence, ignored, None), None)
    with pytest.raises(RunError, match=r"event [A-Z_]+ at \d s comes before its cause at 5 s"):
        agenda.run()


def test_a_consequence_in_the_same_second_runs_between_what_waits_there_already() -> None:
    agenda, seen = Agenda(HORIZON_S), []
    agenda.at(5, Rank.SLOT, 0, 0, lambda _: seen.append("slot"), None)
    agenda.at(
        5,
        Rank.REACH,
        0,
        0,
        lambda _: agenda.at(5, Rank.BERTHS, 9, 9, lambda _: seen.append("berths"), None),
        None,
    )
    agenda.at(5, Rank.DISPATCH, 0, 0, lambda _: seen.append("dispatch"), None)
    agenda.run()
    assert seen == ["berths", "slot", "dispatch"]


def test_events_at_the_horizon_run_and_later_ones_do_not() -> None:
    agenda = Agenda(HORIZON_S)
    events = [
        (HORIZON_S + 1, 0, 0, 0),
        (HORIZON_S, 16, 9, 9),
        (HORIZON_S, 0, 0, 0),
        (HORIZON_S - 1, 16, 0, 0),
    ]
    assert ran_in_order(agenda, events) == [(99, 16, 0, 0), (100, 0, 0, 0), (100, 16, 9, 9)]
    assert (agenda.events, agenda.now) == (3, HORIZON_S)


def test_a_consequence_at_the_horizon_still_runs() -> None:
    agenda, seen = Agenda(HORIZON_S), []
    agenda.at(
        HORIZON_S,
        3,
        0,
        0,
        lambda _: agenda.at(HORIZON_S, 4, 0, 0, lambda _: seen.append(agenda.now), None),
        None,
    )
    agenda.run()
    assert seen == [HORIZON_S]


def test_hooks_surround_every_event() -> None:
    agenda, seen = Agenda(HORIZON_S), []
    for time_s in (7, 3):
        agenda.at(time_s, 0, 0, 0, lambda occurrence: seen.append(f"event {occurrence.what}"), time_s)
    agenda.run(lambda time_s: seen.append(f"before {time_s}"), lambda: seen.append(f"after {agenda.now}"))
    assert seen == ["before 3", "event 3", "after 3", "before 7", "event 7", "after 7"]


def test_what_is_still_to_come_can_be_asked_by_handler() -> None:
    agenda = Agenda(HORIZON_S)
    left: list[int] = []

    def arrive(_: Occurrence) -> None:
        left.append(sum(event.what for event in agenda.coming(arrive)))

    for time_s, tankers in ((1, 10), (2, 20), (HORIZON_S + 5, 40)):
        agenda.at(time_s, Rank.REACH, 0, 0, arrive, tankers)
        agenda.at(time_s, Rank.SLOT, 0, 0, ignored, 1_000)
    agenda.run()
    assert left == [60, 40]
    assert [event.what for event in agenda.coming(arrive)] == [40]


def test_an_event_that_happens_again_a_day_later_has_the_next_ordinal() -> None:
    agenda, seen = Agenda(3 * DAY_S), []

    def daily(event: Occurrence) -> None:
        seen.append((agenda.now, *agenda.place()))
        agenda.tomorrow(event)

    agenda.at(7, Rank.LOAD, 5, 0, daily, None)
    agenda.run()
    assert seen == [(day * DAY_S + 7, Rank.LOAD, 5, day) for day in range(3)]


def test_an_error_in_a_handler_reaches_the_caller() -> None:
    def fails(_: Occurrence) -> None:
        raise RunError("no fuel")

    agenda = Agenda(HORIZON_S)
    agenda.at(1, 0, 0, 0, fails, None)
    with pytest.raises(RunError, match="no fuel"):
        agenda.run()


def test_the_table_of_ranks_in_the_docstring_is_the_one_in_force() -> None:
    rows = re.findall(r"^(\d+) +([A-Z_]+) ", order.__doc__ or "", re.MULTILINE)
    assert [(int(number), name) for number, name in rows] == [(int(rank), rank.name) for rank in Rank]
    assert list(Rank) == sorted(Rank) == list(range(len(Rank)))


def test_contested_things_are_allotted_after_all_arrivals_and_releases_of_the_second() -> None:
    arrivals = [Rank.UNITS_READY, Rank.REACH, Rank.TURNED, Rank.CLEARED, Rank.DISCHARGED, Rank.LOAD]
    assert max(arrivals) < Rank.BERTHS < Rank.DISPATCH == max(Rank)
    assert min(Rank) == Rank.DAY_CLOSE
    assert Rank.SLOT < Rank.DISPATCH and Rank.RELEASE < Rank.DISPATCH


def test_only_the_environment_imports_simpy() -> None:
    root = Path(sim.__file__).parent
    importers = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "simpy" for name in names):
                importers.add(path.relative_to(root).as_posix())
    assert importers == {"engines/reference/environment.py"}


@pytest.mark.parametrize(("time", "entity", "ordinal"), [(0, 1 << 32, 0), (0, -1, 0), (0, 0, 1 << 24), (0, 0, -1)])
def test_a_place_out_of_range_is_refused(time: int, entity: int, ordinal: int) -> None:
    with pytest.raises(RunError, match="out of range"):
        Agenda(10).at(time, Rank.LOAD, entity, ordinal, lambda _: None, None)


def test_nothing_happens_before_the_epoch() -> None:
    with pytest.raises(RunError, match="comes before its cause"):
        Agenda(10).at(-1, Rank.LOAD, 1, 0, lambda _: None, None)
