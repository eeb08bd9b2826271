"""Time and outcomes of the small corridor in every simulation engine that is installed, beside our two.

    python benchmarks/peers/compare.py [--rounds N] [--check N] [--write]

All run in one process on one core, in turn within each round, so that ratios hold on a noisy machine; a fixed loop of pure Python
is timed in every round too, so that figures of different machines can be compared. Then outcomes of replications are compared:
those of the peers must agree within chance (the exit code says so), ours are shown beside. `--write` puts the tables into
docs/benchmarks.md. Peers come with `pip install -c constraints.txt -e '.[benchmarks]'`; those that are missing are named.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from small_model import Outcome, Outcomes, Play

sys.path.append(str(Path(__file__).parents[1]))
from timing import calibration, into_page, machine, markdown, significant, spread, timed

WIDEST = 4.0
"""Standard errors of a difference of means beyond which a peer plays another model: chance gives one in 16,000."""


@dataclass(frozen=True)
class Peer:
    """An engine: what it is called, where its model stands, how many replications make up a timed round."""

    name: str
    package: str
    module: str
    play: str
    replications: int
    ours: bool = False

    def title(self) -> str:
        """Name and version."""
        return self.name if self.ours else f"{self.name} {version(self.package)}"


PEERS = (
    Peer("SimPy", "simpy", "in_simpy", "play", 20),
    Peer("salabim", "salabim", "in_salabim", "play", 2),
    Peer("Ciw", "ciw", "in_ciw", "play", 5),
    Peer("Cimba (Python)", "cimba", "in_cimba", "play", 400),
    Peer("ours, reference", "fuel-blockade-sim", "ours", "play_reference", 3, ours=True),
    Peer("ours, batch", "fuel-blockade-sim", "ours", "play_batch", 1000, ours=True),
)
Found = dict[Peer, Play]


def installed() -> tuple[Found, list[str]]:
    """Peers that can be imported, compiled and warm, and what the others lack."""
    found: Found = {}
    missing = []
    for peer in PEERS:
        try:
            play: Play = getattr(importlib.import_module(peer.module), peer.play)
            peer.title()
        except (ImportError, OSError, PackageNotFoundError) as error:
            missing.append(f"{peer.name} is left out: {error}")
            continue
        first_s, _ = timed(play, 2, 0)
        print(f"{peer.title()}: first call {first_s:.1f} s", file=sys.stderr)
        found[peer] = play
    return found, missing


def times(found: Found, rounds: int) -> str:
    """Table of times over rounds in which every peer plays in turn."""
    seconds: dict[Peer, list[float]] = {peer: [] for peer in found}
    events: dict[Peer, list[float]] = {peer: [] for peer in found}
    loop_s = []
    for turn in range(rounds):
        loop_s.append(timed(calibration)[0])
        for peer, play in found.items():
            taken, outcomes = timed(play, peer.replications, 1000 * turn)
            seconds[peer].append(taken / peer.replications)
            events[peer].append(float(outcomes[:, Outcome._fields.index("events")].mean()))
    simpy_s = seconds[PEERS[0]]
    rows = [
        [
            peer.title(),
            significant(float(np.mean(events[peer])), 4),
            spread([1e3 * s for s in seconds[peer]]),
            spread([1e9 * s / n for s, n in zip(seconds[peer], events[peer], strict=True)]),
            spread([base / s for base, s in zip(simpy_s, seconds[peer], strict=True)]),
            spread([s / loop for s, loop in zip(seconds[peer], loop_s, strict=True)], 2),
        ]
        for peer in found
    ]
    heads = ["engine", "events a year", "ms a year", "ns an event", "speed, SimPy = 1", "calibration loops a year"]
    rows.append(["calibration loop", "100,000", spread([1e3 * s for s in loop_s]), spread([1e4 * s for s in loop_s]), "", "1"])
    return f"{machine()}; {rounds} rounds, median (min–max).\n\n{markdown(heads, rows)}"


def agreement(found: Found, replications: int) -> tuple[str, list[str]]:
    """Table of mean outcomes with standard errors, and where a peer differs from SimPy by more than chance would."""
    played = {peer: play(replications, 7) for peer, play in found.items()}
    simpy = played[PEERS[0]]
    names = Outcome._fields[:-1]
    rows, wrong = [], []
    for peer, outcomes in played.items():
        apart = standard_errors(outcomes, simpy)
        rows.append([peer.title(), *(mean_of(outcomes[:, i]) for i in range(len(names))), verdict(peer, outcomes, simpy, apart)])
        wrong += [
            f"{peer.name}: {name} differs from SimPy by {z:.1f} standard errors"
            for name, z in zip(names, apart, strict=True)
            if not peer.ours and abs(z) > WIDEST
        ]
    both = [outcomes for peer, outcomes in played.items() if peer.ours]
    if any(not np.array_equal(outcomes, both[0]) for outcomes in both):
        wrong.append("our two engines differ: expected the same outcomes, number by number")
    heads = ["engine", *(name.replace("_", " ") for name in names), "beside SimPy"]
    return f"{replications} replications each, mean ± standard error.\n\n{markdown(heads, rows)}", wrong


def standard_errors(outcomes: Outcomes, other: Outcomes) -> list[float]:
    """Differences of means in standard errors, for all outcomes but the count of events."""
    apart = []
    for a, b in zip(outcomes.T[:-1], other.T[:-1], strict=True):
        difference, error = float(a.mean() - b.mean()), float(np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)))
        apart.append(difference / error if error else float(np.sign(difference)) * np.inf if difference else 0.0)
    return apart


def verdict(peer: Peer, outcomes: Outcomes, simpy: Outcomes, apart: Sequence[float]) -> str:
    """What stands in the last column of the table of outcomes."""
    if peer.ours:
        return "another model"
    if np.array_equal(outcomes, simpy):
        return "the same" if peer is not PEERS[0] else ""
    return f"within {significant(max(abs(z) for z in apart), 2)} standard errors"


def mean_of(values: Outcomes) -> str:
    """Mean ± standard error."""
    return f"{values.mean():,.2f} ± {values.std(ddof=1) / np.sqrt(len(values)):.2f}"


def main() -> None:
    """Run, print and write what is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=15, help="timed rounds")
    options.add_argument("--check", type=int, default=200, help="replications whose outcomes are compared")
    options.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    chosen = options.parse_args()
    found, missing = installed()
    table = times(found, chosen.rounds)
    outcomes, wrong = agreement(found, chosen.check)
    text = "\n\n".join([table, outcomes, *missing])
    print(text)
    if wrong:
        sys.exit("\n".join(wrong))
    if chosen.write:
        into_page("peers", text)


if __name__ == "__main__":
    main()
