"""Randomness: every draw is a pure function of (seed, replication, stream, entity, step, ordinal, lane).

Philox4x32-10 (Salmon, Moraes, Dror & Shaw, *Parallel random numbers: as easy as 1, 2, 3*, SC11, 2011) turns a
counter of four 32-bit words and a key of two into four words, the *lanes*; each lane is one named decision.

Counter words: replication, stream · 2¹⁶ + block, entity, step. Key words: low and high half of the seed. The
replication word is r for luck (aleatory draws), and w with the top bit set for what we do not know (epistemic draws).
The *block* is where an ordinal goes. A uniform is u = (x + ½) · 2⁻³², so it is never 0 or 1 and exact in a double.

Streams
-------
======  ==================  ===========================  ===================  ============  ==========================
number  stream              entity                       step                 block         lanes
======  ==================  ===========================  ===================  ============  ==========================
1       PARAMETER (by w)    parameter/<dotted key>       0                    0             value, –, –, –
2       LEG_DAY             leg/<id>                     day                  0             pace, chain, –, –
3       NODE_DAY            node/<id>                    day                  0             hold, –, –, –
4       NEED                need/<class>/<product>       day                  0             noise, –, –, –
5       AMBUSH_COUNT        leg/<id>                     window               0             count, –, –, –
6       AMBUSH              leg/<id>                     window               ordinal       position, start, mark,
                                                                                            duration
7       STRENGTH            leg/<id>                     window               ordinal       strength, rounding, –, –
8       ENGAGEMENT          leg/<id>                     window               ordinal · 64  engage, crews, captured, –
                                                                              + encounter
9       AFTERMATH           leg/<id>                     window               ordinal · 64  delay, turn back, damaged,
                                                                              + encounter   –
10      SLOT                corridor/<id>                second of the slot   0             jitter, –, –, –
11      ORDERS              corridor/<id>                day                  0             flow, loading, –, –
12      SERVICE             node/<id>                    second of the start  lot           discharge, –, –, –
13      CLEARANCE           corridor/<id>, node/<city>   day or slot second   cohort kind   clearance, –, –, –
14      REPAIR              corridor/<id>                second               lot           repair, –, –, –
15      UNITS               leg/<id>                     window               ordinal · 64  lost, damaged, –, –
                                                                              + encounter
16      RESAMPLE (r = 0)    resample/units               resample · 16        place         unit drawn (four places)
                                                         + part
17      REGIME (by w)       threat/regimes               day                  0             change, –, –, –
18      REPORT              report/<target>              0                    0             error, missed, –, –
======  ==================  ===========================  ===================  ============  ==========================

Steps are absolute (days, hours, windows or seconds since the epoch); entities are hashes of full names, never indexes:
keys name places and absolute times, so the same ambushes wait and the same weather holds whatever we send. A recording
run (`Luck(..., record=True)`) raises `DrawError` when the same (key, lane) is used twice.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.errors import DrawError, PlanError
from sim.jit import rule
from sim.language import Phrase

WORD = 0xFFFFFFFF
EPISTEMIC_BIT = 0x80000000
CHANCES_PER_WORLD = 2_048
WORLDS = EPISTEMIC_BIT // CHANCES_PER_WORLD
BLOCKS = 0x10000
ENCOUNTERS = 64
ORDINALS = BLOCKS // ENCOUNTERS
TO_UNIT = 1.0 / 4294967296.0
MULTIPLIERS = np.array([[0xCD9E8D57], [0xD2511F53]], np.uint64)
LOW, HALF = np.uint64(WORD), np.uint64(32)


class Stream(IntEnum):
    """Which decision a draw is for; the table above says what entity, step, block and lanes mean in each."""

    PARAMETER = 1
    LEG_DAY = 2
    NODE_DAY = 3
    NEED = 4
    AMBUSH_COUNT = 5
    AMBUSH = 6
    STRENGTH = 7
    ENGAGEMENT = 8
    AFTERMATH = 9
    SLOT = 10
    ORDERS = 11
    SERVICE = 12
    CLEARANCE = 13
    REPAIR = 14
    UNITS = 15
    RESAMPLE = 16
    REGIME = 17
    REPORT = 18


EPISTEMIC = (Stream.PARAMETER, Stream.REGIME)
"""Streams that belong to a world: all chances share them."""


class Replication(NamedTuple):
    """A world w (what we do not know) and a chance c (luck given that)."""

    world: int
    chance: int

    @property
    def number(self) -> int:
        """r = w · 2,048 + c: fixed, so that more worlds or chances never renumber what was run before."""
        if not (0 <= self.world < WORLDS and 0 <= self.chance < CHANCES_PER_WORLD):
            raise DrawError(Phrase(
                "replication (world {world}, chance {chance}) is out of range: worlds 0–{worlds:,}, chances 0–{chances:,}",
                world=self.world, chance=self.chance, worlds=WORLDS - 1, chances=CHANCES_PER_WORLD - 1,
            ))  # fmt: skip
        return self.world * CHANCES_PER_WORLD + self.chance

    @classmethod
    def of(cls, number: int) -> Replication:
        """The pair (w, c) of replication number r."""
        return cls(number // CHANCES_PER_WORLD, number % CHANCES_PER_WORLD)


def entity_hash(name: str) -> int:
    """32-bit hash of a full entity name such as ``leg/diboli-kayes`` (first four bytes of BLAKE2b, big-endian)."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")


def entity_hashes(names: list[str]) -> dict[str, int]:
    """Hash of each name; two names with one hash are refused, because they would share their luck.

    Raises
    ------
    PlanError
        Naming both entities; renaming either one mends it.
    """
    seen: dict[int, str] = {}
    for name in names:
        other = seen.setdefault(entity_hash(name), name)
        if other != name:
            message = Phrase('"{other}" and "{name}" have the same 32-bit hash: rename one of them', other=other, name=name)
            raise PlanError(message)
    return {name: entity_hash(name) for name in names}


@rule
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Four 32-bit words of Philox4x32-10 for a counter (c0..c3) and key (k0, k1), each in [0, 2³²).

    Written so that Python's integers and 64-bit two's complement agree: a product's bits 32–63 are the same in both.
    Compiled, it takes counters and keys as signed 64-bit integers (Numba turns signed with unsigned into floats).
    Source: Salmon et al. 2011; known answers in ``tests/test_draws.py``.
    """
    for _ in range(10):
        p0 = 0xD2511F53 * c0
        p1 = 0xCD9E8D57 * c2
        c0 = ((p1 >> 32) & 0xFFFFFFFF) ^ c1 ^ k0
        c2 = ((p0 >> 32) & 0xFFFFFFFF) ^ c3 ^ k1
        c1 = p1 & 0xFFFFFFFF
        c3 = p0 & 0xFFFFFFFF
        k0 = (k0 + 0x9E3779B9) & 0xFFFFFFFF
        k1 = (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


@rule
def uniform(word: int) -> float:
    """Uniform in (0, 1), exactly (word + ½) · 2⁻³², for a 32-bit word."""
    return (word + 0.5) * 2.3283064365386963e-10


def _round_keys(seed: int) -> tuple[tuple[int, int], ...]:
    """The ten pairs of key words that the rounds of `philox` use for a seed."""
    k0, k1 = seed & WORD, seed >> 32
    return tuple(((k0 + i * 0x9E3779B9) & WORD, (k1 + i * 0xBB67AE85) & WORD) for i in range(10))


def _philox_array(
    counter: list[npt.NDArray[np.uint64]], round_keys: npt.NDArray[np.uint64]
) -> tuple[npt.NDArray[np.uint64], ...]:
    """`philox` over arrays of counters of one shape: the same words, element by element; both halves of a round at once."""
    shape = counter[0].shape
    multiplied = np.array([counter[2].ravel(), counter[0].ravel()])
    kept = np.array([counter[1].ravel(), counter[3].ravel()])
    product, turned = np.empty_like(kept), np.empty_like(kept)
    for keys in round_keys:
        np.multiply(multiplied, MULTIPLIERS, out=product)
        np.right_shift(product, HALF, out=turned)
        turned ^= kept
        turned ^= keys
        np.bitwise_and(product, LOW, out=kept)
        multiplied = turned[::-1]
    c2, c0 = multiplied
    c1, c3 = kept
    return c0.reshape(shape), c1.reshape(shape), c2.reshape(shape), c3.reshape(shape)


class Luck:
    """All draws of one replication: call with a key, get the four uniforms of its block.

    Parameters
    ----------
    seed
        Experiment seed, 0 ≤ seed < 2⁶⁴.
    replication
        The pair (world, chance).
    record
        Remember every (key, lane) used and raise `DrawError` when one repeats (tests; slow).
    """

    def __init__(self, seed: int, replication: Replication, *, record: bool = False) -> None:
        if not 0 <= seed < 1 << 64:
            raise DrawError(Phrase("seed {seed} is out of range: 0 ≤ seed < 2^64", seed=seed))
        self.round_keys = _round_keys(seed)
        self.round_words = np.array(self.round_keys, np.uint64)[:, :, None]
        self.aleatory = replication.number
        self.epistemic = replication.world | EPISTEMIC_BIT
        self.used: set[tuple[int, int, int, int, int]] | None = set() if record else None

    def __call__(
        self, stream: Stream, entity: int, step: int, block: int = 0, lanes: tuple[int, ...] = (0, 1, 2, 3)
    ) -> tuple[float, float, float, float]:
        """The four uniforms of one block; `lanes` names those the caller will use (checked when recording)."""
        if not (0 <= block < BLOCKS and 0 <= step <= WORD and 0 <= entity <= WORD):
            raise DrawError(Phrase(
                "stream {stream}: entity {entity}, step {step} or block {block} is out of range "
                "(0–2^32−1, 0–2^32−1, 0–65535)",
                stream=stream.name, entity=entity, step=step, block=block,
            ))  # fmt: skip
        if self.used is not None:
            self._note(stream, entity, step, block, lanes)
        word = self.epistemic if stream in EPISTEMIC else self.aleatory
        a, b, c, d = word, (stream << 16) | block, entity, step
        for k0, k1 in self.round_keys:  # `philox` with its keys made beforehand: a third less time in Python
            p0, p1 = 0xD2511F53 * a, 0xCD9E8D57 * c
            a, b, c, d = (p1 >> 32) ^ b ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ d ^ k1, p0 & 0xFFFFFFFF
        return (a + 0.5) * TO_UNIT, (b + 0.5) * TO_UNIT, (c + 0.5) * TO_UNIT, (d + 0.5) * TO_UNIT

    def grid(
        self,
        stream: Stream,
        entity: npt.ArrayLike,
        step: npt.ArrayLike,
        block: npt.ArrayLike = 0,
        lanes: tuple[int, ...] = (0, 1, 2, 3),
    ) -> tuple[npt.NDArray[np.float64], ...]:
        """Uniforms of many blocks at once: four arrays of the broadcast shape, equal to single calls bit for bit."""
        axes = [np.asarray(axis) for axis in (entity, step, block)]
        for name, axis, highest in zip(("entity", "step", "block"), axes, (WORD, WORD, BLOCKS - 1), strict=True):
            if axis.size and (axis.dtype.kind not in "iu" or int(axis.min()) < 0 or int(axis.max()) > highest):
                raise DrawError(Phrase(
                    "stream {stream}: {axis} is not a whole number from 0 to {most}", stream=stream.name, axis=name, most=highest
                ))  # fmt: skip
        entities, steps, blocks = np.broadcast_arrays(*(axis.astype(np.uint64) for axis in axes))
        if self.used is not None:
            for e, s, b in zip(entities.ravel(), steps.ravel(), blocks.ravel(), strict=True):
                self._note(stream, int(e), int(s), int(b), lanes)
        word = self.epistemic if stream in EPISTEMIC else self.aleatory
        first = np.full(entities.shape, word, np.uint64)
        second = np.uint64(stream << 16) | blocks
        words = _philox_array([first, second, entities, steps], self.round_words)
        return tuple((w.astype(np.float64) + 0.5) * TO_UNIT for w in words)

    def _note(self, stream: Stream, entity: int, step: int, block: int, lanes: tuple[int, ...]) -> None:
        assert self.used is not None
        for lane in lanes:
            key = (int(stream), entity, step, block, lane)
            if key in self.used:
                raise DrawError(Phrase(
                    "stream {stream}: lane {lane} of entity {entity}, step {step}, block {block} was drawn twice",
                    stream=stream.name, lane=lane, entity=entity, step=step, block=block,
                ))  # fmt: skip
            self.used.add(key)
