"""Draws: known answers, one key one draw, and what worlds and replications share."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import sim.draws
from sim.draws import (
    BLOCKS,
    CHANCES_PER_WORLD,
    EPISTEMIC,
    EPISTEMIC_BIT,
    WORLDS,
    Luck,
    Replication,
    Stream,
    entity_hash,
    entity_hashes,
    philox,
    uniform,
)
from sim.errors import DrawError, PlanError

claim = settings(max_examples=100, deadline=None)
word32 = st.integers(0, 2**32 - 1)
seeds = st.integers(0, 2**64 - 1)
replications = st.builds(Replication, st.integers(0, WORLDS - 1), st.integers(0, CHANCES_PER_WORLD - 1))
streams = st.sampled_from(list(Stream))
blocks = st.integers(0, BLOCKS - 1)
ALL_ONES = 0xFFFFFFFF
FALSE_ALARM = 1e-6
"""Chance that one chi-square check fails true randomness; seeds are fixed, so that no check ever flakes."""

KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(
    counter: tuple[int, ...], key: tuple[int, ...], words: tuple[int, ...]
) -> None:
    assert philox(*counter, *key) == words


@claim
@given(word32 | st.sampled_from([0, 1, ALL_ONES]))
def test_a_uniform_is_exactly_the_middle_of_its_cell_and_never_0_or_1(word: int) -> None:
    assert Fraction(uniform(word)) == Fraction(2 * word + 1, 2**33)
    assert 0.0 < uniform(word) < 1.0


@claim
@given(seeds, replications, streams, word32, word32, blocks)
def test_a_draw_is_philox_of_its_key_as_the_contract_packs_it(
    seed: int, replication: Replication, stream: Stream, entity: int, step: int, block: int
) -> None:
    world, chance = replication
    of_a_world = stream in (Stream.PARAMETER, Stream.REGIME)
    first = 2**31 + world if of_a_world else world * 2_048 + chance
    words = philox(first, stream * 2**16 + block, entity, step, seed % 2**32, seed // 2**32)
    assert Luck(seed, replication)(stream, entity, step, block) == tuple(map(uniform, words))


@claim
@given(seeds, replications, streams, st.lists(st.tuples(word32, word32, blocks), min_size=1, max_size=6))
def test_a_grid_equals_single_calls_bit_for_bit(
    seed: int, replication: Replication, stream: Stream, keys: list[tuple[int, int, int]]
) -> None:
    luck = Luck(seed, replication)
    entities, steps, numbers = (np.array(part) for part in zip(*keys, strict=True))
    together = luck.grid(stream, entities, steps, numbers)
    assert [tuple(lane[i].item() for lane in together) for i in range(len(keys))] == [
        luck(stream, *key) for key in keys
    ]


def test_a_grid_broadcasts_entities_steps_and_blocks() -> None:
    luck = Luck(3, Replication(1, 2))
    together = luck.grid(Stream.AMBUSH, np.array([[11], [22]]), np.array([5, 6, 7]), 9)
    for i, entity in enumerate((11, 22)):
        for j, step in enumerate((5, 6, 7)):
            assert tuple(lane[i, j].item() for lane in together) == luck(Stream.AMBUSH, entity, step, 9)
    assert [lane.shape for lane in luck.grid(Stream.AMBUSH, 1, np.arange(0))] == [(0,)] * 4


@pytest.mark.parametrize(("step", "block"), [(0, BLOCKS), (0, -1), (2**32, 0), (-1, 0)])
def test_a_step_or_block_out_of_range_is_refused(step: int, block: int) -> None:
    luck = Luck(1, Replication(0, 0))
    with pytest.raises(DrawError, match="out of range"):
        luck(Stream.NEED, 1, step, block)
    with pytest.raises(DrawError, match="is not a whole number from 0"):
        luck.grid(Stream.NEED, 1, np.array([3, step]), np.array([4, block]))


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(DrawError, match="out of range"):
        Luck(seed, Replication(0, 0))


@claim
@given(replications)
def test_replication_numbers_round_trip_and_never_look_epistemic(replication: Replication) -> None:
    assert Replication.of(replication.number) == replication
    assert replication.number == replication.world * CHANCES_PER_WORLD + replication.chance
    assert 0 <= replication.number < EPISTEMIC_BIT


def test_neighbouring_replications_have_neighbouring_numbers() -> None:
    assert [Replication(0, 0).number, Replication(0, 2_047).number, Replication(1, 0).number] == [
        0,
        2_047,
        2_048,
    ]
    assert Replication(WORLDS - 1, CHANCES_PER_WORLD - 1).number == 2**31 - 1


@pytest.mark.parametrize(("world", "chance"), [(-1, 0), (WORLDS, 0), (0, -1), (0, CHANCES_PER_WORLD)])
def test_a_replication_out_of_range_is_refused(world: int, chance: int) -> None:
    with pytest.raises(DrawError, match="out of range"):
        Replication(world, chance).number  # noqa: B018
    with pytest.raises(DrawError, match="out of range"):
        Luck(1, Replication(world, chance))


@claim
@given(
    seeds,
    st.integers(0, WORLDS - 1),
    st.lists(st.integers(0, 2_047), min_size=2, max_size=2, unique=True),
    word32,
)
def test_chances_of_a_world_share_what_we_do_not_know_and_nothing_else(
    seed: int, world: int, chances: list[int], entity: int
) -> None:
    one, other = (Luck(seed, Replication(world, chance)) for chance in chances)
    for stream in Stream:
        shared = stream in EPISTEMIC
        assert (one(stream, entity, 0) == other(stream, entity, 0)) is shared
        assert (one.grid(stream, entity, 0) == other.grid(stream, entity, 0)) is shared
    assert set(EPISTEMIC) == {Stream.PARAMETER, Stream.REGIME}


@pytest.mark.parametrize("number", [-1, WORLDS * CHANCES_PER_WORLD])
def test_a_replication_number_out_of_range_draws_nothing(number: int) -> None:
    with pytest.raises(DrawError, match="out of range"):
        Luck(1, Replication.of(number))


def test_every_part_of_the_key_changes_the_draw() -> None:
    def draw(
        seed: int, rep: Replication, stream: Stream, entity: int, step: int, block: int
    ) -> tuple[float, ...]:
        return Luck(seed, rep)(stream, entity, step, block)

    r = Replication(2, 3)
    base = draw(7, r, Stream.NEED, 40, 50, 60)
    others = [
        draw(8, r, Stream.NEED, 40, 50, 60), draw(7 + 2**32, r, Stream.NEED, 40, 50, 60),
        draw(7, Replication(2, 4), Stream.NEED, 40, 50, 60),
        draw(7, Replication(3, 3), Stream.NEED, 40, 50, 60),
        draw(7, r, Stream.AMBUSH, 40, 50, 60), draw(7, r, Stream.NEED, 41, 50, 60),
        draw(7, r, Stream.NEED, 40, 51, 60), draw(7, r, Stream.NEED, 40, 50, 61),
    ]  # fmt: skip
    assert len({base, *others}) == 9
    worlds = [draw(7, Replication(w, 3), Stream.PARAMETER, 40, 0, 0) for w in (2, 3)]
    assert worlds[0] != worlds[1]


def test_a_recording_run_refuses_a_lane_that_is_drawn_twice() -> None:
    luck = Luck(1, Replication(0, 0), record=True)
    luck(Stream.NEED, 5, 6, 7, (0, 1))
    luck(Stream.NEED, 5, 6, 7, (2,))
    luck(Stream.NEED, 5, 6, 8, (0,))
    luck(Stream.NEED, 5, 7, 7, (0,))
    luck(Stream.NEED, 6, 6, 7, (0,))
    luck(Stream.ORDERS, 5, 6, 7, (0,))
    with pytest.raises(DrawError, match=r"stream NEED: lane 1 of entity 5, step 6, block 7 was drawn twice"):
        luck(Stream.NEED, 5, 6, 7, (1, 3))


def test_a_recording_run_refuses_repeats_within_and_across_grids() -> None:
    luck = Luck(1, Replication(0, 0), record=True)
    luck.grid(Stream.NEED, 5, np.arange(4), lanes=(0,))
    luck.grid(Stream.NEED, 5, np.arange(4), lanes=(1,))
    with pytest.raises(DrawError, match="drawn twice"):
        luck(Stream.NEED, 5, 3, 0, (0,))
    with pytest.raises(DrawError, match="drawn twice"):
        luck.grid(Stream.NEED, 9, np.array([1, 2, 1]), lanes=(0,))


def test_recording_changes_no_draw_and_without_it_a_draw_repeats_itself() -> None:
    plain, recording = Luck(1, Replication(0, 4)), Luck(1, Replication(0, 4), record=True)
    assert plain(Stream.NEED, 5, 6) == plain(Stream.NEED, 5, 6) == recording(Stream.NEED, 5, 6)


def test_entity_hashes_are_fixed_for_good() -> None:
    names = ["leg/diboli-kayes", "parameter/fleet.kayes"]
    assert entity_hashes(names) == {name: entity_hash(name) for name in names}
    assert [f"{entity_hash(name):08x}" for name in names] == ["11bd00ab", "51e6ec9a"]


def test_two_names_with_one_hash_are_refused_and_both_are_named() -> None:
    seen: dict[int, str] = {}
    for i in count():
        name = f"leg/a{i}"
        other = seen.setdefault(entity_hash(name), name)
        if other != name:
            break
    with pytest.raises(PlanError, match=f'"{other}" and "{name}"'):
        entity_hashes([other, "leg/innocent", name])
    assert entity_hashes([name, name]) == {name: entity_hash(name)}


def test_the_stream_table_of_the_docstring_names_exactly_the_streams() -> None:
    rows = re.findall(r"^(\d+) +([A-Z_]+) ", sim.draws.__doc__ or "", re.MULTILINE)
    assert [(int(number), name) for number, name in rows] == [(int(stream), stream.name) for stream in Stream]
    assert all(0 < stream < 2**16 for stream in Stream)


def evenly_spread(cells: np.ndarray, number: int) -> bool:
    """Whether a chi-square test of equal chances lets the cells pass at the stated rate of false alarms."""
    observed = np.bincount(cells.ravel(), minlength=number)
    expected = cells.size / number
    return bool(stats.chi2.sf(((observed - expected) ** 2 / expected).sum(), number - 1) > FALSE_ALARM)


@pytest.mark.parametrize("seed", [1, 2, 2**40])
def test_each_lane_and_each_pair_of_lanes_is_evenly_spread(seed: int) -> None:
    lanes = Luck(seed, Replication(0, 1)).grid(
        Stream.AMBUSH, entity_hash("leg/diboli-kayes"), np.arange(50_000)
    )
    for i, one in enumerate(lanes):
        assert evenly_spread((one * 64).astype(int), 64)
        for other in lanes[i + 1 :]:
            assert evenly_spread((one * 16).astype(int) * 16 + (other * 16).astype(int), 256)


NEIGHBOURS = {
    "next step": ((0, 1), Stream.NEED, 77, 1, 0),
    "next block": ((0, 1), Stream.NEED, 77, 0, 1),
    "next entity": ((0, 1), Stream.NEED, 78, 0, 0),
    "next stream": ((0, 1), Stream.AMBUSH_COUNT, 77, 0, 0),
    "next chance": ((0, 2), Stream.NEED, 77, 0, 0),
    "next world": ((1, 1), Stream.NEED, 77, 0, 0),
}


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_neighbouring_keys_are_independent(neighbour: str) -> None:
    replication, stream, entity, later, block = NEIGHBOURS[neighbour]
    steps = np.arange(0, 100_000, 2)
    here = Luck(1, Replication(0, 1)).grid(Stream.NEED, 77, steps)
    there = Luck(1, Replication(*replication)).grid(stream, entity, steps + later, block)
    for one, other in zip(here, there, strict=True):
        assert evenly_spread((one * 16).astype(int) * 16 + (other * 16).astype(int), 256)


@pytest.mark.parametrize(
    ("entity", "step", "block"), [(1 << 32, 0, 0), (-1, 0, 0), (0, -1, 0), (0, 1 << 32, 0), (0, 0, 1 << 16), (0, 0, -1)]
)
def test_keys_out_of_range_are_refused_alone_and_in_grids(entity: int, step: int, block: int) -> None:
    luck = Luck(1, Replication(0, 0))
    with pytest.raises(DrawError):
        luck(Stream.NEED, entity, step, block)
    with pytest.raises(DrawError):
        luck.grid(Stream.NEED, [entity], [step], [block])


def test_a_grid_refuses_steps_that_are_not_whole() -> None:
    with pytest.raises(DrawError):
        Luck(1, Replication(0, 0)).grid(Stream.NEED, [1], [1.7])
