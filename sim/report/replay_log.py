"""The log of a replayed run: one line for every event worth reading, with names, in English or French."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sim.clock import DAY_S, HOUR_S, date_of, stamp
from sim.experiment.journeys import COHORT_RANKS, Journey, journeys
from sim.experiment.replay import Replay
from sim.language import typographic
from sim.records import Happening
from sim.report.words import Language, language

Line = tuple[int, int, str]
"""Second since the epoch, place among lines of one second, text."""

LINES = {
    "en": {
        "head": "{scenario} – {strategy}. World {world}, chance {chance}, seed {seed}. Reported from {start} to {end}; the "
        "warm-up before is in trace.parquet only.",
        "convoy": "Convoy {number}",
        "independents": "Independents of {day}",
        "leaves": "{who} leaves {place}{by}: {tankers}, {units}",
        "alone": "{who} leave {place}{by}: {tankers}",
        "by": " on {corridor}",
        "attacked": "{who} attacked between {place} and {there}: {lost} of {tankers} lost",
        "unharmed": "{who} attacked between {place} and {there}: none of {tankers} lost",
        "turned": "{who} turn back to {place}: {tankers}",
        "dropped": "{who}: {tankers} delivered on the way, {place}",
        "arrived": "{who} in {place} with {tankers}, {hours} h after leaving {there}",
        "gift": "Donated convoy in {place}: {tankers}",
        "reinforced": "Escort pool {place}: {units} from today",
        "closed": "Close of {day}: {stocks}",
        "stock": "{product} {litres} Ml",
        "short": "shortage of {products}",
    },
    "fr": {
        "head": "{scenario} – {strategy}. Monde {world}, hasard {chance}, graine {seed}. Du {start} au {end} ; la mise en "
        "régime qui précède n'est que dans trace.parquet.",
        "convoy": "Convoi {number}",
        "independents": "Isolés du {day}",
        "leaves": "{who} quitte {place}{by} : {tankers}, {units}",
        "alone": "{who} quittent {place}{by} : {tankers}",
        "by": " par {corridor}",
        "attacked": "{who} : attaque entre {place} et {there}, pertes : {lost} sur {tankers}",
        "unharmed": "{who} : attaque entre {place} et {there}, aucune perte sur {tankers}",
        "turned": "{who} : demi-tour vers {place}, {tankers}",
        "dropped": "{who} : livraison en route, {place} : {tankers}",
        "arrived": "{who} à {place} avec {tankers}, {hours} h après le départ de {there}",
        "gift": "Convoi donné à {place} : {tankers}",
        "reinforced": "Escorte {place} : {units} à partir d'aujourd'hui",
        "closed": "Fin du {day} : {stocks}",
        "stock": "{product} {litres} Ml",
        "short": "pénurie {products}",
    },
}

NOUNS = {
    "en": {"tanker": ("tanker", "tankers"), "unit": ("escort unit", "escort units")},
    "fr": {"tanker": ("citerne", "citernes"), "unit": ("unité d'escorte", "unités d'escorte")},
}


def replay_log(played: Replay, lang: str) -> list[str]:
    """Lines of the log: what was replayed, then departures, attacks, deliveries, arrivals and the close of every day."""
    writer = _Writer(played, language(lang))
    start_s = played.plan.times.start_s
    lines = sorted((line for line in writer.lines() if line[0] >= start_s), key=lambda line: line[:2])
    return [
        writer.heading(),
        "",
        *(f"{stamp(played.labels.epoch, time_s)}  {text}" for time_s, _, text in lines),
    ]


class _Writer:
    """Turns a replayed run into lines of one language."""

    def __init__(self, played: Replay, lang: Language) -> None:
        self.played, self.lang = played, lang
        self.words = {key: typographic(line) if lang.code == "fr" else line for key, line in LINES[lang.code].items()}
        self.journeys = journeys(played)
        self.places = {i: self.title(node) for i, node in enumerate(played.scenario.node.values())}

    def title(self, entry: object) -> str:
        """Title of a part of the scenario in the language, or in English if it has no other."""
        translated = getattr(entry, "title_fr", "") if self.lang.code == "fr" else ""
        return str(translated or getattr(entry, "title"))  # noqa: B009

    def counted(self, number: int, noun: str) -> str:
        """A number with its noun: ``1 tanker``, ``20 citernes``."""
        one, many = NOUNS[self.lang.code][noun]
        plural = number != 1 if self.lang.code == "en" else number > 1
        return f"{self.lang.number(number)} {many if plural else one}"

    def heading(self) -> str:
        """What was replayed."""
        manifest, labels = self.played.results.manifest, self.played.labels
        titles = {name: manifest["titles"][name][self.lang.code] for name in ("scenario", "strategy")}
        world, chance = self.played.replication
        end = labels.start + timedelta(days=labels.days - 1)
        dates = {"start": self.lang.day(labels.start, year=True), "end": self.lang.day(end, year=True)}
        return self.words["head"].format(world=world, chance=chance, seed=manifest["seed"], **titles, **dates)

    def lines(self) -> Iterator[Line]:
        """All lines, in no particular order."""
        moving = [journey for journey in self.journeys if journey.kind != "approach"]
        for journey in moving:
            yield from self.of_journey(journey)
        yield from self.of_trace({(journey.corridor, journey.ordinal): journey for journey in moving})

    def who(self, journey: Journey) -> str:
        """Name of a cohort: convoys are numbered, independents are those of a day; with its corridor among several."""
        if journey.kind == "convoy":
            name = self.words["convoy"].format(number=journey.number)
        else:
            name = self.words["independents"].format(day=self.short_date(journey.number))
        corridors = self.played.labels.corridors
        return f"{name} ({corridors[journey.corridor]})" if len(corridors) > 1 else name

    def short_date(self, day: int) -> str:
        """Short date of a day since the epoch."""
        return self.lang.short_day(date_of(self.played.labels.epoch, day)).replace("\N{NO-BREAK SPACE}", " ")

    def of_journey(self, journey: Journey) -> Iterator[Line]:
        """Departure, attacks and arrival of a cohort."""
        played, who = self.played, self.who(journey)
        corridors = played.scenario.corridors
        corridor = self.title(corridors[played.labels.corridors[journey.corridor]])
        by = self.words["by"].format(corridor=corridor) if len(corridors) > 1 else ""
        yield journey.departed_s, 2, self.words["leaves" if journey.kind == "convoy" else "alone"].format(
            who=who, place=self.staging(journey.corridor), by=by, tankers=self.counted(journey.tankers, "tanker"),
            units=self.counted(journey.units, "unit"),
        )  # fmt: skip
        legs = list(played.scenario.leg.values())
        nodes = played.scenario.node
        for attack in journey.engagements:
            leg = legs[attack.leg]
            yield attack.time_s, 3, self.words["attacked" if attack.lost else "unharmed"].format(
                who=who, place=self.title(nodes[leg.start]), there=self.title(nodes[leg.end]),
                lost=self.lang.number(attack.lost), tankers=self.counted(attack.tankers, "tanker"),
            )  # fmt: skip

    def staging(self, corridor: int) -> str:
        """Title of the place where a corridor's convoys form."""
        corridors = self.played.plan.corridors
        return self.places[int(corridors.nodes[corridor, corridors.staging_at[corridor]])]

    def of_trace(self, moving: Mapping[tuple[int, int], Journey]) -> Iterator[Line]:
        """Turning back, deliveries on the way, arrivals, reinforcements and the close of days."""
        played = self.played
        entities = played.plan.corridors.entity.tolist()
        sinks = [self.title(sink) for sink in played.scenario.sink.values()]
        city = self.places[played.plan.city.node]
        for event in played.trace:
            corridor = entities.index(event.entity) if event.entity in entities else -1
            journey = moving.get((corridor, event.ordinal)) if event.rank in COHORT_RANKS else None
            who = self.who(journey) if journey else ""
            tankers = self.counted(event.tankers, "tanker")
            match Happening(event.happening):
                case Happening.TURNED_BACK:
                    yield (
                        event.time_s,
                        4,
                        self.words["turned"].format(who=who, place=self.staging(corridor), tankers=tankers),
                    )
                case Happening.DROPPED:
                    yield (
                        event.time_s,
                        5,
                        self.words["dropped"].format(who=who, place=sinks[event.place], tankers=tankers),
                    )
                case Happening.ARRIVED if journey is None:
                    yield event.time_s, 6, self.words["gift"].format(place=city, tankers=tankers)
                case Happening.ARRIVED if journey is not None:
                    hours = self.lang.number((event.time_s - journey.departed_s) / HOUR_S)
                    yield (
                        event.time_s,
                        6,
                        self.words["arrived"].format(
                            who=who, place=city, there=self.staging(corridor), tankers=tankers, hours=hours
                        ),
                    )
                case Happening.DATED:
                    units = self.counted(event.amount, "unit")
                    yield (
                        event.time_s,
                        1,
                        self.words["reinforced"].format(
                            place=played.labels.pools[event.place],
                            units=f"+{units}" if event.amount > 0 else units,
                        ),
                    )
                case Happening.DAY_CLOSED if event.time_s > played.plan.times.start_s:
                    yield event.time_s, 0, self.closed(event.place)

    def closed(self, day: int) -> str:
        """Line of the close of a day (counted since the epoch): stocks by product, and what was short."""
        played = self.played
        row = day - played.plan.times.start_s // DAY_S
        stock, short = (
            played.records.daily.column("stock_l")[row],
            played.records.daily.column("shortage")[row],
        )
        products = [self.title(product).lower() for product in played.scenario.product.values()]
        stocks = [
            self.words["stock"].format(product=name, litres=self.lang.number(litres / 1e6, 2))
            for name, litres in zip(products, stock.tolist(), strict=True)
        ]
        lacking = [name for name, flag in zip(products, short.tolist(), strict=True) if flag]
        if lacking:
            names = lacking if self.lang.code == "en" else [self.lang.of(name) for name in lacking]
            stocks.append(self.words["short"].format(products=self.lang.listed(names)).upper())
        return self.words["closed"].format(day=self.short_date(day), stocks=", ".join(stocks))
