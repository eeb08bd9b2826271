"""Words of the page that its script writes: controls, readings of charts, parts of tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from sim.language import Phrase, plain
from sim.report.charts.road_map import COUNTRIES
from sim.report.html.payload import text
from sim.report.words import LANGUAGES

FIRST = date(2025, 9, 1)
"""A first of the month: some languages say it otherwise than other days."""

WORDS = {
    "table": Phrase("Numbers of this chart"),
    "keys": Phrase("Point at the chart, or focus it and use the arrow keys, to read its values."),
    "median": Phrase("median"),
    "interval": Phrase("95 % interval"),
    "runs": Phrase("runs"),
    "days": Phrase("shortage days"),
    "unknown": Phrase("unknown"),
    "ofRuns": Phrase("of the runs"),
    "play": Phrase("Play"),
    "pause": Phrase("Pause"),
    "time": Phrase("Time of the run"),
    "which": Phrase("Run shown"),
    "road": Phrase("Road shown"),
    "strategy": Phrase("Strategy shown"),
    "map": Phrase("Map of the roads with convoys and batches of independents at the time chosen"),
    "diagram": Phrase("Space–time diagram"),
    "diagramMeasure": Phrase(
        "Each line is a convoy (blue) or a day’s independents (grey) on its way; a flat line is a wait, a steep one is fast. "
        "Point at a line, or focus the diagram and use the arrow keys."
    ),
    "convoysNow": Phrase("Convoys on the road"),
    "tankersNow": Phrase("tankers with them and alone"),
    "arrivedSoFar": Phrase("tankers arrived so far"),
    "lostSoFar": Phrase("tankers lost so far"),
    "tankers": Phrase("tankers"),
    "convoy": Phrase("Convoy"),
    "independents": Phrase("Independents"),
    "units": Phrase("escort units"),
    "left": Phrase("left"),
    "attacked": Phrase("attacked between"),
    "and": Phrase("and"),
    "lost": Phrase("lost"),
    "world": Phrase("world"),
    "chance": Phrase("chance"),
    "end0": Phrase("arrived"),
    "end1": Phrase("destroyed"),
    "end2": Phrase("turned back"),
    "end3": Phrase("unloaded on the way"),
    "end4": Phrase("still on the road at the end"),
    "end5": Phrase("waiting"),
    "search": Phrase("Search in the numbers"),
    "found": Phrase("shown"),
    "measures": Phrase("All measures of this strategy"),
    "keyConvoy": Phrase("convoy; area: tankers"),
    "keyAlone": Phrase("independents of a day"),
    "keyAttack": Phrase("attacked on the stretch, placed at its middle"),
}


def words_data() -> dict[str, Any]:
    """Words by key, names of countries, and the marks of each language."""
    marks = {
        code: {
            "months": lang.short_months, "decimal": lang.decimal, "thousands": lang.thousands, "percent": lang.percent,
            "colon": lang.colon, "first": lang.ordinal(FIRST),
        }
        for code, lang in LANGUAGES.items()
    }  # fmt: skip
    countries = {name: [plain(str(title)), plain(title.french)] for name, title in COUNTRIES.items()}
    return {"words": {key: text(word) for key, word in WORDS.items()}, "languages": marks, "countries": countries}
