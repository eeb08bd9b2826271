"""`validate` passes on the model as it stands and fails when a rule is broken."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from sim.engines.reference import depots, threat
from sim.language import Phrase
from sim.rules.contact import engagement_prob
from sim.rules.losses import tankers_lost
from sim.rules.shapes import duration_s
from sim.study.validate import convoy_size, queues, statistics, thinning, worlds
from sim.study.validate.anchors import FAST, FULL, Anchor, of_runs, within
from sim.study.validate.cases import validate

LISTED = {
    "queue": {3.2, 4.0, 1.6, 2.0, 0.852632, 4.263158, 0.817061, 2.723537},
    "outage": {50.34, 37.76, 21.24, 11.95, 6.72, 2.84, 0.90},
    "convoy-size": {0.045, 0.0225, 0.01125, 1.0},
    "selection": {2.747, 2.916, 4.038, 4.289, 110, 61, 72, 63, 47, 0.8591, 15.4635, 0.3341, 6.0129, *statistics.OCBA},
    "replications": {3},
}


@pytest.fixture(scope="module")
def anchors() -> list[Anchor]:
    return validate(FAST)


def test_every_anchor_passes(anchors: list[Anchor]) -> None:
    assert [anchor.id for anchor in anchors if not anchor.passed] == []


def test_every_published_number_of_the_list_is_there(anchors: list[Anchor]) -> None:
    for family, numbers in LISTED.items():
        assert numbers <= {anchor.published for anchor in anchors if anchor.family == family}, family


def test_every_family_has_three_further_values(anchors: list[Anchor]) -> None:
    for family in {anchor.family for anchor in anchors}:
        further = [a for a in anchors if a.family == family and a.published not in LISTED.get(family, set())]
        assert len(further) >= 3, family


def test_ids_are_unique(anchors: list[Anchor]) -> None:
    assert len({anchor.id for anchor in anchors}) == len(anchors)


def test_an_interval_that_is_too_wide_fails() -> None:
    noisy = of_runs("a/b", Phrase(""), 10.0, [0.0, 20.0] * 30, Phrase(""), FULL)
    assert noisy.low < 10 < noisy.high and not noisy.passed


def test_a_number_off_by_more_than_its_slack_fails() -> None:
    assert within("a/b", Phrase(""), 3.0, 3.4, 0.5, Phrase("")).passed
    assert not within("a/b", Phrase(""), 3.0, 3.6, 0.5, Phrase("")).passed


def failing(computed: Callable[[], list[Anchor]]) -> list[str]:
    return [anchor.id for anchor in computed() if not anchor.passed]


@pytest.fixture
def by_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of the anchors by the reference engine, whose rules can be broken while it runs."""
    monkeypatch.setattr(worlds, "has_batch", lambda: False)


@pytest.mark.usefixtures("by_reference")
def test_losses_that_grow_with_the_convoy_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = partial(convoy_size.capacity_anchors, 80, FAST)
    assert failing(computed) == []

    def by_size(strength: float, spent: float, effect: float, tankers: int, u: float) -> int:
        return tankers_lost(strength * tankers / 20, spent, effect, tankers, u)

    monkeypatch.setattr(threat, "tankers_lost", by_size)
    assert failing(computed) == ["convoy-size/80"]


@pytest.mark.usefixtures("by_reference")
def test_an_engagement_probability_that_is_squared_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = partial(thinning.thinning_anchors, "fixed", FAST)
    assert failing(computed) == []
    monkeypatch.setattr(threat, "engagement_prob", lambda *given: engagement_prob(*given) * engagement_prob(*given))
    assert "thinning/fixed/mean" in failing(computed)


def test_unloading_times_without_their_chance_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = partial(queues.bays_anchors, "mm1-0.8", FAST)
    assert failing(computed) == []
    monkeypatch.setattr(depots, "duration_s", lambda shape, mean_s, cv, u: duration_s(0, mean_s, 0.0, u))
    assert failing(computed) == ["queue/mm1-0.8/queue", "queue/mm1-0.8/wait"]


def test_a_constant_off_by_a_thousandth_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "rinott", lambda *given: 1.001 * 2.916)
    assert "selection/rinott-5-20-0.9" in failing(statistics.selection_anchors)
