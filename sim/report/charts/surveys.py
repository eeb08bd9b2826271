"""Street surveys of stations in the evidence: how many of those passed had petrol."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from sim.experiment.sources import Survey
from sim.language import Phrase
from sim.report.charts.daily import Observation

COUNTED = re.compile(r"\((\d+) of (?:about )?(\d+)\)")
NORMAL = 1.959964


def observations(surveys: Sequence[Survey]) -> tuple[Observation, ...]:
    """Surveys with a count (``4 of about 20``) as points of a chart.

    The range is the 95 % interval of Wilson: a survey of twenty stations says little about the rest.
    """
    found = []
    for survey in surveys:
        counted = COUNTED.search(survey.observable)
        if counted is None:
            continue
        open_, of = int(counted[1]), int(counted[2])
        low, high = wilson(open_, of)
        title = Phrase("survey {id}: {n} of {of} stations", id=survey.id, n=open_, of=of)
        found.append(Observation(survey.first, survey.last, open_ / of, low, high, title))
    return tuple(found)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share after `hits` of `of` (Wilson 1927)."""
    share, z2 = hits / of, NORMAL**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = NORMAL / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    return middle - half, middle + half
