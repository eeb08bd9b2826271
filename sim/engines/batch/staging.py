"""Those who wait at a staging node, compiled: batches in order of arrival, and what crews remember."""

from __future__ import annotations

from sim.engines.batch.agenda import FULL_BATCHES, NONE, fail, free_cohort, note
from sim.engines.batch.escorts import dispatch_due
from sim.engines.batch.layout import Record
from sim.jit import kernel
from sim.records import Happening
from sim.rules import willingness

_remembered, _willing_share, _escorted_share = (
    kernel(willingness.remembered), kernel(willingness.willing_share), kernel(willingness.escorted_share),
)  # fmt: skip
STAGED = int(Happening.STAGED)


@kernel
def fade(s: Record, c: int) -> None:
    """Let remembered losses of a corridor fade up to now."""
    of = s.corridor[c]
    elapsed_s = s.now - of.remembered_s
    if elapsed_s != 0 and (of.losses != 0.0 or of.escorted_sent != 0.0):
        left = _remembered(1.0, elapsed_s, s.plan.corridors.half_life_s[c])
        of.losses *= left
        of.escorted_losses *= left
        of.escorted_sent *= left
    of.remembered_s = s.now


@kernel
def remember(s: Record, c: int, lost: int, escorted: bool) -> None:
    """Crews hear of losses on a corridor; part of it leaks to the others."""
    leak = s.plan.corridors.leak
    for other in range(s.corridors):
        if other == c or leak > 0.0:
            fade(s, other)
            s.corridor[other].losses += lost if other == c else leak * lost
    if escorted:
        s.corridor[c].escorted_losses += lost


@kernel
def shares(s: Record, c: int) -> tuple[float, float]:
    """Share of crews that would leave alone, and with an escort, now."""
    if s.plan.switches.willingness == 0 or s.now < s.plan.times.start_s:
        return 1.0, 1.0
    fade(s, c)
    of, plan = s.corridor[c], s.plan.corridors
    return (
        _willing_share(of.losses, plan.floor[c], plan.scale_tankers[c]),
        _escorted_share(of.escorted_losses, of.escorted_sent, plan.escorted_scale[c]),
    )


@kernel
def wakes(n: int, low: float, high: float) -> float:
    """A share up to which the number of a batch of n with traits from low to high is 0, whatever is rounded on the way."""
    width = high - low
    return low + 0.499 * width / n if n > 0 and width > 1e-9 * n else low


@kernel
def stage(s: Record, i: int) -> None:
    """A cohort joins those who wait at the staging node."""
    k = s.cohort[i]
    c = k.corridor
    of, place = s.corridor[c], s.free_batches
    if place != NONE:
        s.free_batches = s.batch[place].next
    elif s.batches_top < len(s.batch):
        place = s.batches_top
        s.batches_top = place + 1
    else:
        fail(s, FULL_BATCHES)
        return
    b = s.batch[place]
    b.n, b.since_s, b.left_source_s, b.high = k.n, s.now, k.left_source_s, k.trait_high
    for p in range(s.products):
        b.counts[p] = k.counts[p]
    s.line[c, of.waiting], s.low[c, of.waiting], s.wakes[c, of.waiting] = place, 0.0, wakes(k.n, 0.0, k.trait_high)
    of.waiting += 1
    of.staged_n += k.n
    of.damaged_staged += k.damaged
    n = k.n
    free_cohort(s, i)
    note(s, STAGED, c, n, 0)
    if of.open_slot >= 0:
        dispatch_due(s, s.staging_node[c], s.now)
