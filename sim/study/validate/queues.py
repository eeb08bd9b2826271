"""Discharge bays as queues: test arrivals straight into the unloading component, one tanker an arrival.

Averages are over independent runs, each after a warm-up; they are of all arrivals behind it, whenever they were served.
"""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.clock import DAY_S, HOUR_S
from sim.draws import Luck, Replication, Stream, entity_hash
from sim.engines.order import GIFT, Rank
from sim.engines.reference.cohorts import Cohort
from sim.engines.reference.depots import Waiting
from sim.engines.reference.environment import Occurrence
from sim.engines.reference.ledger import Ledger
from sim.engines.reference.run import Run
from sim.language import Phrase
from sim.records import EventRecord, Happening
from sim.study.validate.anchors import Anchor, Effort, of_runs
from sim.study.validate.worlds import TANKER_L, Data, plan, world

RUNS, ARRIVALS, WARM_UP = 80, 10_000, 1_000


class Steady(NamedTuple):
    """Mean queue length, mean wait in units of the mean service time, probability of a wait."""

    queue: float
    wait: float
    wait_prob: float


def erlang_c(bays: int, load: float) -> float:
    """Probability that an arrival waits in M/M/c at offered load λ/µ < c (Erlang 1917)."""
    terms = [load**k / math.factorial(k) for k in range(bays + 1)]
    last = terms[-1] * bays / (bays - load)
    return last / (sum(terms[:-1]) + last)


def mmc(bays: int, load: float) -> Steady:
    """Steady state of M/M/c with mean service time 1."""
    waits = erlang_c(bays, load)
    wait = waits / (bays - load)
    return Steady(load * wait, wait, waits)


def md1(load: float) -> Steady:
    """Steady state of M/D/1 with service time 1 (Pollaczek 1930, Khinchine 1932)."""
    wait = load / (2 * (1 - load))
    return Steady(load * wait, wait, load)


class Visits(NamedTuple):
    """What happened to each arrival, in seconds, and the averages over the horizon as the engine books them."""

    arrived_s: npt.NDArray[np.int64]
    started_s: npt.NDArray[np.int64]
    done_s: npt.NDArray[np.int64]
    seen: Steady

    def behind(self, warm_up: int) -> Steady:
        """The averages of what arrived after the first `warm_up` arrivals."""
        arrived, started = self.arrived_s[warm_up:], self.started_s[warm_up:]
        waited = started - arrived
        queue = waited.sum() / (arrived[-1] - arrived[0])
        return Steady(float(queue), float(waited.mean()) / HOUR_S, float((waited > 0).mean()))


def bays_world(bays: int, shape: str, days: int) -> Data:
    """A city with so many bays, whose mean service time is an hour, and no tankers of its own."""
    depot = {"capacity_l": 1e12, "start_cover_days": 0}
    return world(
        {
            "days": days,
            "corridor": {"main": {"fleet": 0}},
            "city": {"bays": bays, "unload": {"shape": shape, "mean_h": 1}, "depot": {"fuel": depot}},
        }
    )


def visits(bays: int, load: float, shape: str, arrivals: int, *, seed: int = 1, chance: int = 0) -> Visits:
    """About `arrivals` Poisson arrivals at `bays` bays; the ledger watches over Little's law.

    Raises
    ------
    LedgerError
        If mean queue, arrival rate and mean wait do not fit together to the second.
    """
    days = math.ceil(arrivals / load / 24)
    trace: list[EventRecord] = []
    run = Run(plan(bays_world(bays, shape, days)), Luck(seed, Replication(0, chance)), trace)
    gaps = -np.log(run.luck.grid(Stream.ORDERS, entity_hash("test/arrivals"), np.arange(2 * arrivals))[0])
    times = np.cumsum(gaps * HOUR_S / load).astype(np.int64)
    times = times[times <= days * DAY_S]

    def arrive(event: Occurrence) -> None:
        i = event.what
        run.city.join(Waiting(Cohort(-1, GIFT, i, [1], 0, TANKER_L, run.city.entity), run.agenda.now))
        if i + 1 < len(times):
            run.agenda.at(times[i + 1].item(), Rank.CLEARED, run.city.entity, i + 1, arrive, i + 1)

    run.agenda.at(times[0].item(), Rank.CLEARED, run.city.entity, 0, arrive, 0)
    ledger = Ledger(run)
    run.agenda.run(before_each=ledger.before)
    ledger.queues()
    starts = [row for row in trace if row.happening == Happening.DISCHARGING]
    started, done = (np.array([getattr(row, name) for row in starts]) for name in ("time_s", "amount"))
    arrived = times[: len(started)]
    seen = Steady(
        ledger.area["bays"] / (days * DAY_S),
        (started - arrived).mean() / HOUR_S,
        (started > arrived).mean().item(),
    )
    return Visits(arrived, started, done, seen)


BOOKS = Phrase("Erlang 1917, Cobham 1954; any queueing text")
FORMULA = Phrase("formula of Erlang C")
HILLIER = Phrase("Hillier & Lieberman, Introduction to Operations Research, County Hospital")
GROSS = Phrase("Gross & Harris, Fundamentals of Queueing Theory, the eye clinic")
POLLACZEK = Phrase("formula of Pollaczek and Khinchine")

PUBLISHED: dict[str, tuple[int, float, str, dict[str, float], Phrase]] = {
    # bays, offered load, shape of service, what is printed, source
    "mm1-0.8": (1, 0.8, "exponential", {"queue": 3.2, "wait": 4.0}, BOOKS),
    "md1-0.8": (1, 0.8, "fixed", {"queue": 1.6, "wait": 2.0}, BOOKS),
    "mm2-1.8": (2, 1.8, "exponential", {"wait_prob": 0.852632, "wait": 4.263158}, BOOKS),
    "mm3-2.7": (3, 2.7, "exponential", {"wait_prob": 0.817061, "wait": 2.723537}, BOOKS),
    "mm1-0.667": (1, 2 / 3, "exponential", {"queue": 4 / 3, "wait": 2.0, "wait_prob": 2 / 3}, HILLIER),
    "mm2-0.667": (2, 2 / 3, "exponential", {"queue": 1 / 12, "wait": 1 / 8, "wait_prob": 1 / 6}, HILLIER),
    "mm3-2": (3, 2.0, "exponential", {"queue": 8 / 9, "wait": 4 / 9, "wait_prob": 4 / 9}, GROSS),
    "mm5-4": (5, 4.0, "exponential", mmc(5, 4.0)._asdict(), FORMULA),
    "md1-0.6": (1, 0.6, "fixed", md1(0.6)._asdict(), POLLACZEK),
}

SHAPES = {"exponential": Phrase("exponential"), "fixed": Phrase("fixed")}
WHAT = {
    "queue": Phrase("tankers waiting for a bay, mean"),
    "wait": Phrase("wait for a bay, in mean unloading times"),
    "wait_prob": Phrase("share of tankers that wait for a bay"),
}


def bays_anchors(name: str, effort: Effort) -> list[Anchor]:
    """The anchors of one queue."""
    bays, load, shape, published, source = PUBLISHED[name]
    runs, arrivals = (RUNS, ARRIVALS) if effort.share == 1 else (20, 2_000)
    seen = [visits(bays, load, shape, arrivals, chance=chance).behind(WARM_UP) for chance in range(runs)]
    about = partial(_about, bays=bays, load=load, shape=shape)
    return [
        of_runs(f"queue/{name}/{key}", about(WHAT[key]), value, [getattr(one, key) for one in seen], source, effort)
        for key, value in published.items()
    ]


def _about(what: Phrase, bays: int, load: float, shape: str) -> Phrase:
    return Phrase(
        "{what}; {bays:,} {bays:bay|bays} at load {load:g}, {shape} unloading",
        what=what, bays=bays, load=load, shape=SHAPES[shape],
    )  # fmt: skip
