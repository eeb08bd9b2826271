"""Whether a verdict holds across variants, and which strategy there is least to regret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.comparison import Difference
from sim.analysis.paired import towards_less
from sim.analysis.verdict import Verdict
from sim.errors import UsageError
from sim.language import Phrase


@dataclass(frozen=True)
class Lost:
    """A variant in which another strategy is better beyond doubt; `difference`: that one minus the former leader."""

    variant: str
    to: str
    difference: Difference


@dataclass(frozen=True)
class WorstVariant:
    """The variant in which a strategy's mean is furthest behind the best mean, and by how much (never negative)."""

    strategy: str
    variant: str
    regret: float


@dataclass(frozen=True)
class Overall:
    """Verdicts of several variants of one scenario, seen from the first.

    `leader`: the strategy that leads the first variant alone, None if none does. It `holds` where it leads alone, is `tied`
    where it can be the best among others, and has `lost` elsewhere; `unknown`: variants without a verdict. `worst`: the
    worst variant of every strategy, by means, among those with a verdict.
    """

    verdicts: tuple[Verdict, ...]
    leader: str | None
    holds: tuple[str, ...]
    tied: tuple[str, ...]
    lost: tuple[Lost, ...]
    unknown: tuple[str, ...]
    worst: tuple[WorstVariant, ...]

    @property
    def least_regret(self) -> WorstVariant | None:
        """The smallest of the worst regrets; None without a variant that has means."""
        return min(self.worst, key=lambda w: w.regret, default=None)

    @property
    def trade_offs(self) -> tuple[str, ...]:
        """Variants in which the leader's lead has a price."""
        return tuple(v.variant for v in self.verdicts if v.variant in self.holds and v.trade_offs)


def across(verdicts: Sequence[Verdict]) -> Overall:
    """All variants together; the first verdict is the one the others are held against."""
    if not verdicts:
        raise UsageError(Phrase("comparison: no verdict to look across; judge one variant at least"))
    first = verdicts[0]
    if any(v.strategies != first.strategies or v.metric.name != first.metric.name for v in verdicts):
        raise UsageError(Phrase("comparison: variants must be judged by one metric, with the same strategies in the same order"))
    leader = first.leader if first.outcome in ("best", "trade-off") else None
    holds, tied, lost, unknown = [], [], [], []
    for verdict in verdicts:
        if verdict.leader is None:
            unknown.append(verdict.variant)
        elif leader is None:
            continue
        elif leader not in verdict.can_be_best:
            lost.append(Lost(verdict.variant, verdict.leader, verdict.against(leader)))
        elif verdict.rivals or verdict.outcome == "no difference":
            tied.append(verdict.variant)
        else:
            holds.append(verdict.variant)
    return Overall(tuple(verdicts), leader, tuple(holds), tuple(tied), tuple(lost), tuple(unknown), _worst(verdicts))


def _worst(verdicts: Sequence[Verdict]) -> tuple[WorstVariant, ...]:
    known = [v for v in verdicts if v.leader is not None]
    if not known:
        return ()
    sign = towards_less(known[0].metric.direction)
    found = []
    for place, strategy in enumerate(known[0].strategies):
        regrets = [(sign * v.means[place] - min(sign * mean for mean in v.means), v.variant) for v in known]
        regret, variant = max(regrets, key=lambda pair: pair[0])
        found.append(WorstVariant(strategy, variant, regret))
    return tuple(found)
