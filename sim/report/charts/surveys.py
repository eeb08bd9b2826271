"""Street surveys of stations in the evidence: how many of those passed had petrol."""

from __future__ import annotations

import math
import re
from datetime import date

from sim.errors import SimError
from sim.language import Phrase
from sim.report.charts.daily import Observation
from sim.scenario.evidence import load_evidence

COUNTED = re.compile(r"\((\d+) of (?:about )?(\d+)\)")
NORMAL = 1.959964


def surveys(first: date, last: date) -> tuple[Observation, ...]:
    """Surveys with a count (``4 of about 20``) within some days; none where there is no evidence folder.

    The range is the 95 % interval of Wilson: a survey of twenty stations says little about the rest.
    """
    try:
        rows = load_evidence().rows["targets"]
    except SimError:
        return ()
    found = []
    for row in rows:
        counted = COUNTED.search(row["observable"])
        if counted is None or row.get("metric") != "share_stations_with_petrol":
            continue
        begin, end = (date.fromisoformat(row[key]) for key in ("date", "end_date"))
        if first <= begin and end <= last:
            open_, of = int(counted[1]), int(counted[2])
            low, high = wilson(open_, of)
            title = Phrase("survey {id}: {n} of {of} stations", id=row["id"], n=open_, of=of)
            found.append(Observation(begin, end, open_ / of, low, high, title))
    return tuple(found)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share after `hits` of `of` (Wilson 1927)."""
    share, z2 = hits / of, NORMAL**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = NORMAL / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2))
    return middle - half, middle + half
