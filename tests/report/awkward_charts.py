"""Charts of every kind with made-up numbers, the awkward ones among them: what layouts are tried on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from charts_by_hand import START, context, falling, spread_of

from sim.analysis.comparison import Comparison
from sim.analysis.metrics import metrics_for
from sim.analysis.verdict import judge
from sim.language import Phrase
from sim.report.charts.beliefs import Belief, beliefs
from sim.report.charts.calendar import Strip, calendar
from sim.report.charts.chart import Chart
from sim.report.charts.daily import Fan, Observation, daily_fan
from sim.report.charts.flow import Stream, flow
from sim.report.charts.marks import SERIES
from sim.report.charts.road_map import Place, Road, road_map
from sim.report.charts.single import TitledEvent, shortage_chart, stock_chart
from sim.report.charts.strategies import Case
from sim.report.charts.units import unit_of
from sim.report.figures import Compared, charts_of_comparison
from sim.report.words import Bilingual

LONG = Bilingual(
    "Very long strategy for Ségou’s relief – daylight only, reserves kept until the summer, ration cap of 30 litres",
    "Très longue stratégie d’allègement de Ségou – de jour seulement, réserves gardées jusqu’à l’été, plafond de 30 litres",
)
HOSTILE = "$x^2_3$ <script>alert(1)</script> =cmd()|' /C calc'!A0 \N{RIGHT-TO-LEFT OVERRIDE}txet #import \\frac{1}{2}"
ABOUT = context(scenario=Bilingual("Kayes corridor, autumn 2025", "Corridor de Kayes, automne 2025"), strategy="A")
METRICS = metrics_for(("petrol", "diesel"))


def named(count: int) -> dict[str, Phrase]:
    """Names of strategies: the second long and accented, the others short."""
    return {f"s{i}": LONG if i == 1 else Bilingual(f"Strategy {i}", f"Stratégie {i}") for i in range(count)}


def compared(strategies: int, worlds: int = 5, variants: int = 1, level: float | None = None) -> Compared:
    """A comparison of so many strategies; with `level`, every run of all of them has that many shortage days."""
    luck = np.random.default_rng(8)
    chances = 1 if worlds == 1 else 3
    cases = []
    for variant in range(variants):
        scale = {"days": 30.0, "FCFA": 4e10, "tankers": 900.0, "l": 1e8, "share": 0.4, "h": 12.0}
        values = {
            m.name: np.round(scale.get(m.unit, 20.0) * luck.gamma(4, 0.25, (strategies, worlds * chances)), 3) for m in METRICS
        }
        if level is not None:
            values["shortage_days_any"][:] = level
        comparison = Comparison(
            tuple(named(strategies)), METRICS, values, np.repeat(np.arange(worlds), chances), np.tile(np.arange(chances), worlds)
        )
        title = Bilingual("as it stands", "tel quel") if variant == 0 else Bilingual(f"variant {variant}", f"variante {variant}")
        cases.append(Case(title, comparison))
    verdicts = tuple(judge(case.comparison, "shortage_days_any", "s0", str(i)) for i, case in enumerate(cases))
    about = context(scenario=LONG, strategy=LONG, compared=strategies, worlds=worlds, chances=chances)
    return Compared(about, tuple(cases), verdicts, "s0", named(strategies))


def over_strategies() -> Iterator[tuple[str, Chart]]:
    """Charts over one, four and twelve strategies; no and all shortage days; one replication; many variants."""
    shapes = {
        "one": compared(1),
        "one-run": compared(3, worlds=1),
        "twelve": compared(12, variants=4),
        "never": compared(4, level=0.0),
        "always": compared(4, level=122.0),
    }
    for shape, of in shapes.items():
        for chart in charts_of_comparison(of):
            yield f"{chart.name}-{shape}", chart
    for count, days, level in ((1, 7, 0.0), (12, 400, None), (2, 1, 1.0)):
        shares = np.abs(np.sin(np.arange(days) / 9)) if level is None else np.full(days, level)
        strips = [Strip(name, shares) for name in named(count).values()]
        yield f"calendar-{count}-{days}", calendar(ABOUT, START, strips, Phrase("strategy"))


def over_days() -> Iterator[tuple[str, Chart]]:
    """Daily charts of 1, 7 and 400 days, with one run and many."""
    for days in (1, 7, 400):
        about = context(scenario=LONG, strategy=LONG, worlds=1 if days == 7 else 20, chances=1 if days == 7 else 10)
        quantiles = falling("x", days).quantiles_l / 1e5
        seen = (Observation(START, START, 20.0, 5.0, 41.0, Phrase("tankers")),)
        fans = [
            Fan(Bilingual("petrol", "essence"), Phrase("per cent of the stations"), quantiles, top=130.0, observed=seen),
            Fan(LONG, Phrase("tankers"), 40 * quantiles, level=2000.0, level_title=Phrase("normal: {n} hours", n="2000")),
        ]
        yield f"daily-{days}", daily_fan(about, START, fans, name="stations", title=LONG, measure=Phrase("tankers lost"))
        stocks = tuple(falling(title, days) for title in (Bilingual("petrol", "essence"), Bilingual("diesel", "gasoil")))
        events = tuple(TitledEvent(START + timedelta(days=day), LONG) for day in (1, 3, 4, 200))
        yield f"stock-{days}", stock_chart(about, START, stocks, events, 3.0)
    for name, numbers in {"none": [0] * 60, "all": [122] * 60, "one-run": [38], "spread": list(range(60))}.items():
        found = np.array(numbers, dtype=float)
        about = context(worlds=len(numbers), chances=1)
        yield f"shortage-{name}", shortage_chart(about, found, spread_of(found, len(numbers)), 122)


def others() -> Iterator[tuple[str, Chart]]:
    """Flow, map, beliefs."""
    names = [Bilingual("Burned or captured", "Brûlé ou pris"), LONG, Bilingual("Stations", "Stations")]
    for shape, amounts in {"even": (200.0, 150.0, 300.0), "one": (0.0, 0.0, 5.0), "tiny": (0.1, 0.2, 600.0)}.items():
        uses = [Stream(name, amount, SERIES[i]) for i, (name, amount) in enumerate(zip(names, amounts, strict=True))]
        source = [Stream(Bilingual("Brought by tanker", "Apporté par citerne"), sum(amounts), SERIES[0])]
        yield f"flow-{shape}", flow(ABOUT, source, uses, Phrase("tankers lost"))
    believed = [
        Belief(LONG, Phrase("tankers"), (0.0, 50.0, 200.0), (20.0, 60.0, 110.0)),
        Belief(Phrase("fuel"), Phrase("days"), (3.0, 3.0, 3.0), (3.0, 3.0, 3.0)),
    ]
    yield "beliefs", beliefs(ABOUT, believed)
    yield "beliefs-one", beliefs(ABOUT, believed[1:])
    yield "map", shown_map(lost=120.0, waiting=300.0)
    yield "map-quiet", shown_map(lost=0.0, waiting=0.0)


def shown_map(lost: float, waiting: float) -> Chart:
    """Towns close together and far apart, one with a long name."""
    towns = [("Dakar", 14.69, -17.44), ("Kidira", 14.46, -12.21), ("Diboli", 14.47, -12.2), ("Kayes", 14.45, -11.44),
             ("Sandaré", 14.7, -10.3), ("Kati", 12.74, -8.07), ("Bamako", 12.64, -8.0)]  # fmt: skip
    places = [
        Place(Bilingual(name, name), lat, lon, waiting if name in ("Diboli", "Bamako") else 0.0, name in ("Dakar", "Bamako"))
        for name, lat, lon in towns
    ]
    places.append(Place(LONG, 11.3, -5.7))
    roads = [
        Road(((0, 1), (1, 2)), Phrase("{begin} and {end}", begin="Dakar", end="Diboli"), 684, 0.0),
        Road(((2, 3), (3, 4)), Phrase("{begin} and {end}", begin="Diboli", end="Sandaré"), 236, lost),
        Road(((4, 5), (5, 6), (6, 7)), Phrase("{begin} and {end}", begin="Sandaré", end="Sikasso"), 800, lost / 3),
    ]
    return road_map(ABOUT, places, roads, 10, 200)


def every_chart() -> dict[str, Chart]:
    """All of them by name."""
    return dict([*over_strategies(), *over_days(), *others()])


def unit_sizes() -> dict[str, float]:
    """Size of the unit in which each metric is shown."""
    return {metric.name: unit_of(metric).size for metric in METRICS}
