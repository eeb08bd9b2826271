"""Verdicts in words: English and French sentences from one verdict."""

from __future__ import annotations

import math

from sim.analysis.across import Overall
from sim.analysis.comparison import Difference
from sim.analysis.units import FEWEST_UNITS
from sim.analysis.verdict import Rival, Verdict
from sim.report.metric_phrases import difference_phrase, title
from sim.report.verdict_words import IDS, Names, Teller
from sim.report.words import Language

IN_FULL = 3
"""Rivals, and dominating strategies, that get a sentence each."""

A_MILLION = 1_000_000

def verdict_text(verdict: Verdict, lang: Language, names: Names = IDS) -> str:
    """The verdict of one variant in sentences.

    Who leads, by how much and how surely; the next best; what cannot be told apart and what would settle it; prices, gains
    and what is open; who is dominated.
    """
    return " ".join(_sentences(verdict, Teller(lang, names)))


def _sentences(verdict: Verdict, tell: Teller) -> list[str]:
    if verdict.leader is None:
        return [_no_verdict(verdict, tell)]
    if verdict.outcome == "no difference":
        everyone = tell.strategies(verdict.strategies)
        return [tell.say("no_difference", names=everyone, pairs=tell.lang.number(verdict.pairs))]
    lead = [f"{tell.lang.listed(clauses)}."] if (clauses := _lead(verdict, tell)) else []
    return [*lead, *_after_lead(verdict, tell)]


def _lead(verdict: Verdict, tell: Teller) -> list[str]:
    """Clauses on the leader against the reference and on how often it comes first; none where the two are tied."""
    assert verdict.leader is not None and verdict.reference is not None
    if any(rival.name == verdict.reference for rival in verdict.rivals):
        return []
    difference = verdict.against(verdict.reference)
    first = tell.say(
        "lead", a=tell.names.strategy(verdict.leader), does=tell.does(difference), sure=tell.sure,
        pairs=tell.lang.number(difference.pairs),
    )  # fmt: skip
    if verdict.first_share is None:
        return [first]
    kind = "best" if verdict.outcome == "best" else "first"
    over = "worlds" if verdict.worlds > 1 else "replications"
    return [first, tell.say(f"{kind}_{over}", share=tell.lang.share(verdict.first_share))]


def _after_lead(verdict: Verdict, tell: Teller) -> list[str]:
    assert verdict.leader is not None and verdict.runner_up is not None and verdict.reference is not None
    a = tell.names.strategy(verdict.leader)
    pairs = tell.lang.number(verdict.pairs)
    told = []
    if not verdict.rivals and verdict.runner_up != verdict.reference:
        told.append(tell.say("next", a=a, does=tell.does(verdict.against(verdict.runner_up))))
    told += _ties(verdict, tell)
    if verdict.same:
        told.append(tell.say("same", names=tell.strategies([verdict.leader, *verdict.same]), pairs=pairs))
    if prices := _prices(verdict):
        told.append(tell.say("trade_off", a=a, does=tell.lang.listed([tell.does(d) for d in prices])))
    if verdict.gains:
        told.append(tell.say("gains", a=a, does=tell.lang.listed([tell.does(d) for d in verdict.gains])))
    if verdict.open_measures:
        measures = f"{tell.lang.semicolon} ".join(title(metric, tell.lang) for metric in verdict.open_measures)
        told.append(tell.say("open", a=a, b=tell.names.strategy(verdict.reference), measures=measures))
    return told + _dominated(verdict, tell)


def _ties(verdict: Verdict, tell: Teller) -> list[str]:
    assert verdict.leader is not None
    told: list[str] = []
    known: int | None = None
    for rival in verdict.rivals[:IN_FULL]:
        again = rival.difference.pairs == known and not rival.difference.same
        told.append(_tie_again(verdict, rival, tell) if again else _tie(verdict, rival, tell))
        known = None if rival.difference.same else rival.difference.pairs
    if more := [rival.name for rival in verdict.rivals[IN_FULL:]]:
        told.append(tell.say("tie_others", names=tell.strategies(more)))
    return told


def _tie(verdict: Verdict, rival: Rival, tell: Teller) -> str:
    assert verdict.leader is not None
    a, b = tell.names.strategy(verdict.leader), tell.names.strategy(rival.name)
    pairs = tell.lang.number(rival.difference.pairs)
    if rival.difference.same:
        return tell.say("tie_equal", a=a, b=b, measure=title(verdict.metric, tell.lang), pairs=pairs)
    at_once = tell.say("at_once", n=str(len(verdict.strategies))) if len(verdict.strategies) > 2 else ""
    return tell.say(
        "tie", a=a, b=b, does=tell.does(rival.difference), sure=tell.sure, at_once=at_once, pairs=pairs,
        settle=_settle(rival.more_replications, tell),
    )  # fmt: skip


def _tie_again(verdict: Verdict, rival: Rival, tell: Teller) -> str:
    """A tie behind another of as many pairs: how surely, and at what variance, has been said."""
    assert verdict.leader is not None
    more = rival.more_replications
    settle = _settle(more, tell)
    if more is not None and more <= A_MILLION:
        settle = tell.say("settle_again", n=tell.lang.number(_two_figures(more)))
    return tell.say(
        "tie_again", a=tell.names.strategy(verdict.leader), b=tell.names.strategy(rival.name), does=tell.does(rival.difference),
        settle=settle,
    )  # fmt: skip


def _settle(more: int | None, tell: Teller) -> str:
    if more is None:
        return tell.say("settle_never")
    if more > A_MILLION:
        return tell.say("settle_long")
    return tell.say("settle", n=tell.lang.number(_two_figures(more)))


def _two_figures(count: int) -> int:
    """A count rounded up to two figures."""
    unit = int(10 ** max(math.floor(math.log10(count)) - 1, 0))
    return -(-count // unit) * unit


def _prices(verdict: Verdict) -> list[Difference]:
    """One price for each measure: against the reference where there is one, otherwise the highest."""
    found: dict[str, Difference] = {}
    for price in verdict.trade_offs:
        known = found.get(price.metric.name)
        nearer = price.against == verdict.reference
        higher = known is not None and known.against != verdict.reference and abs(price.mean) > abs(known.mean)
        if known is None or nearer or higher:
            found[price.metric.name] = price
    return list(found.values())


def _dominated(verdict: Verdict, tell: Teller) -> list[str]:
    by: dict[str, list[str]] = {}
    for pair in verdict.dominated:
        by.setdefault(pair.by, []).append(pair.name)
    told = sorted(by.items(), key=lambda item: -len(item[1]))
    full = len(told) if len(told) == IN_FULL + 1 else IN_FULL
    more = sum(len(names) for _, names in told[full:])
    return [
        *(tell.say("dominated", by=tell.names.strategy(one), names=tell.strategies(names)) for one, names in told[:full]),
        *([tell.say("dominated_more", n=str(more))] if more else []),
    ]


def _no_verdict(verdict: Verdict, tell: Teller) -> str:
    if len(verdict.strategies) < 2:
        return tell.say("one_strategy")
    least = str(FEWEST_UNITS)
    if 1 < verdict.worlds < FEWEST_UNITS:
        return tell.say("few_worlds", n=str(verdict.worlds), least=least)
    if verdict.worlds == 1 and 0 < verdict.pairs < FEWEST_UNITS:
        return tell.say("few_replications", least=least)
    return tell.say("undefined", measure=title(verdict.metric, tell.lang))


def beyond_lead_text(verdict: Verdict, lang: Language, names: Names = IDS) -> str:
    """What one variant says beyond who leads: rivals, prices, gains, what is open, who is dominated; nothing without a leader."""
    if verdict.leader is None or verdict.outcome == "no difference":
        return ""
    return " ".join(_after_lead(verdict, Teller(lang, names)))


def overall_text(overall: Overall, lang: Language, names: Names = IDS) -> str:
    """All variants in a few sentences: the lead in the first, where it holds and where it is lost, what it costs, regret."""
    tell = Teller(lang, names)
    first = overall.verdicts[0]
    if len(overall.verdicts) == 1:
        told = [*_sentences(first, tell), *([] if first.leader is None else [tell.say("only") + "."])]
        return " ".join(told)
    told = _no_leader(overall, tell) if overall.leader is None else _leader_across(overall, tell)
    if overall.unknown:
        told.append(tell.say("unknown", variants=tell.variants(overall.unknown)) + ".")
    least = overall.least_regret
    if least is not None and least.regret > 0:
        does = difference_phrase(first.metric, _worse(first, least.regret), None, tell.say("best_there"), lang)
        told.append(tell.say("regret", variant=tell.variants([least.variant]), a=names.strategy(least.strategy), does=does) + ".")
    return " ".join(told)


def _worse(verdict: Verdict, regret: float) -> float:
    """A regret as a difference of the metric: more where less is better."""
    return -regret if verdict.metric.direction == "higher" else regret


def _leader_across(overall: Overall, tell: Teller) -> list[str]:
    clauses = _lead(overall.verdicts[0], tell)
    elsewhere = [variant for variant in overall.holds if variant != overall.verdicts[0].variant]
    everywhere = len(overall.holds) == len(overall.verdicts)
    if elsewhere and not everywhere:
        clauses.append(tell.say("keeps", variants=tell.variants(elsewhere)))
    if overall.tied:
        clauses.append(tell.say("tied", variants=tell.variants(overall.tied)))
    clauses += [
        tell.say("loses", variant=tell.variants([lost.variant]), to=tell.names.strategy(lost.to), does=tell.does(lost.difference))
        for lost in overall.lost
    ]
    told = [f"{tell.lang.listed(clauses)}."]
    if everywhere:
        told.append(tell.say("every", n=str(len(overall.verdicts))) + ".")
    if overall.trade_offs == overall.holds:
        told.append(tell.say("priced_all") + ".")
    elif overall.trade_offs:
        told.append(tell.say("priced", variants=tell.variants(overall.trade_offs)) + ".")
    return told


def _no_leader(overall: Overall, tell: Teller) -> list[str]:
    told = [tell.say("nobody", first=tell.variants([overall.verdicts[0].variant])) + "."]
    alone: dict[str, list[str]] = {}
    for verdict in overall.verdicts[1:]:
        if verdict.outcome in ("best", "trade-off") and verdict.leader is not None:
            alone.setdefault(verdict.leader, []).append(verdict.variant)
    told += [
        tell.say("leads", a=tell.names.strategy(leader), variants=tell.variants(variants)) + "."
        for leader, variants in alone.items()
    ]
    return told
