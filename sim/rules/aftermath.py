"""What follows an engagement for the attackers: intensity falls for a while."""

from __future__ import annotations

from sim.jit import rule
from sim.rules.willingness import remembered


@rule
def suppression_after(level: float, elapsed_s: int, half_life_s: float, added: float) -> float:
    """Part of the intensity that is suppressed after one more escorted engagement: in [0, 1).

    1 − (1 − faded level) · (1 − added): each engagement takes the share `added` of what is left; it fades with a half-life.
    Non-decreasing in level and added. Source: assumption of the scenario (attackers' own losses).
    """
    faded = remembered(level, elapsed_s, half_life_s)
    return 1.0 - (1.0 - faded) * (1.0 - added)
