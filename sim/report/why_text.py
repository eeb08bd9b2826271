"""Explanations in words and numbers: names of parts, amounts that add up as they are shown, and two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sim.analysis.shapley import rounded
from sim.report.metric_phrases import difference_phrase, title
from sim.report.words import NO_BREAK, Language
from sim.study.why import REMAINDER, Explanation, Part, Within

NAMES: dict[str, dict[str, str]] = {
    "losses": {"en": "tankers and fuel burned", "fr": "citernes et carburant brûlés"},
    "escort_wait": {"en": "waiting for escorts", "fr": "attente des escortes"},
    "slower_transit": {"en": "slower transit", "fr": "trajets ralentis"},
    "willingness": {"en": "drivers’ willingness", "fr": "volonté des chauffeurs"},
    "panic": {"en": "panic buying", "fr": "achats de panique"},
    "allocation": {"en": "allocation at the depots", "fr": "répartition aux dépôts"},
    REMAINDER: {"en": REMAINDER, "fr": "dates de départ et taille des convois"},
}
"""What sentences, tables and charts call the parts."""

MILLIONS = {
    "l": {"en": "million litres", "fr": "millions de litres"},
    "FCFA": {"en": "million FCFA", "fr": "millions de FCFA"},
}
A_MILLION = 1_000_000

UNITS: dict[str, dict[str, str]] = {
    "days": {"en": "days", "fr": "jours"}, "day": {"en": "days", "fr": "jours"}, "tankers": {"en": "tankers", "fr": "citernes"},
    "crews": {"en": "crews", "fr": "équipages"}, "units": {"en": "units", "fr": "unités"},
    "unit-days": {"en": "unit-days", "fr": "jours d’unité"}, "h": {"en": "hours", "fr": "heures"},
    "share": {"en": "points", "fr": "points"}, "l": {"en": "litres", "fr": "litres"},
}  # fmt: skip


def part_name(name: str, lang: Language) -> str:
    """What a part is called inside a sentence."""
    return NAMES[name][lang.code]


@dataclass(frozen=True)
class Amounts:
    """How the amounts of one explanation are shown: in one unit, with as many decimals, so that parts add up as shown."""

    scale: Fraction
    unit: str
    decimals: int
    lang: Language

    def of(self, value: Fraction | float, *, signed: bool = True) -> str:
        """An amount: ``−8.4``, ``+0.7``, ``0.0``."""
        text = self.lang.number(float(Fraction(value) / self.scale), self.decimals)
        grows = signed and any(c in "123456789" for c in text) and value > 0
        return f"+{text}" if grows else text

    def counted(self, value: Fraction | float) -> str:
        """An amount without a sign and its unit: ``8.4 days``; in French the unit stands in the singular below 2."""
        text = self.of(value, signed=False)
        few = self.lang.code == "fr" and abs(round(float(Fraction(value) / self.scale), self.decimals)) < 2
        first, space, rest = self.unit.partition(" ")
        return f"{text} {first.removesuffix('s') if few else first}{space}{rest}"

    def adding_up(self, values: Sequence[Fraction]) -> list[Fraction]:
        """Values rounded as they are shown, so that their sum is the rounded sum (largest remainder)."""
        parts, _ = rounded([value / self.scale for value in values], self.decimals)
        return [part * self.scale for part in parts]

    def span(self, low: float | None, high: float | None) -> str:
        """An interval: ``−18.2 to 1.4``; an en dash where there is none."""
        if low is None or high is None:
            return "–"
        between = "to" if self.lang.code == "en" else "à"
        return f"{self.of(low)} {between} {self.of(high)}"


def amounts_of(found: Explanation, lang: Language) -> Amounts:
    """The unit of an explanation, and decimals that leave about three figures of its largest number."""
    unit = found.metric.unit
    largest = max(abs(value) for value in (found.difference, found.neutral, *(part.value for part in found.parts)))
    in_millions = unit in MILLIONS and 10 * largest >= A_MILLION
    names = MILLIONS[unit] if in_millions else UNITS.get(unit, {"en": unit, "fr": unit})
    by = Fraction(1, 100) if unit == "share" else Fraction(A_MILLION if in_millions else 1)
    largest /= by
    decimals = 1 if largest >= 1 or largest == 0 else 2 if largest >= Fraction(1, 10) else 3
    return Amounts(by, names[lang.code], decimals, lang)


def sentences(found: Explanation, lang: Language) -> tuple[str, str]:
    """What the difference is, and what it is made of."""
    return (_between(found, lang) if found.second is not None else _caused(found, lang)), _made_of(found, lang)


def _between(found: Explanation, lang: Language) -> str:
    assert found.second is not None
    names = _quoted(found.second.strategy.name, lang), _quoted(found.first.strategy.name, lang)
    runs = lang.number(found.design.runs)
    english = lang.code == "en"
    if found.difference == 0:
        same = (
            f"On average {names[0]} and {names[1]} have the same {title(found.metric, lang)}" if english
            else f"En moyenne, {names[0]} et {names[1]} ont la même valeur pour «{NO_BREAK}{title(found.metric, lang)}{NO_BREAK}»"
        )  # fmt: skip
        return f"{same} ({runs} {'paired replications' if english else 'réplications appariées'})."
    does = difference_phrase(found.metric, float(found.difference), _half(found.low, found.high), names[1], lang)
    pairs = f"{runs} paired replications" if english else f"{runs} réplications appariées"
    told = pairs if found.low is None else f"{_sure(lang)}, {pairs}"
    return f"{names[0]} {does} ({told})."


def _caused(found: Explanation, lang: Language) -> str:
    amounts = amounts_of(found, lang)
    parts = amounts.adding_up([found.neutral, found.difference])
    name, metric = _quoted(found.first.strategy.name, lang), title(found.metric, lang)
    whole, neutral = amounts.counted(sum(parts, Fraction(0))), amounts.of(parts[0], signed=False)
    interval = "" if found.low is None else f" ({_sure(lang)}{lang.colon} {amounts.span(found.low, found.high)})"
    average = "" if found.design.runs == 1 else " on average" if lang.code == "en" else " en moyenne"
    if lang.code == "en":
        return (
            f"Under {name}, “{metric}” is {whole}{average}, and {neutral} with every mechanism at its neutral "
            f"value: the mechanisms make {amounts.of(parts[1])}{interval}."
        )
    return (
        f"Sous {name}, «{NO_BREAK}{metric}{NO_BREAK}» vaut{average} {whole}, et {neutral} quand tous les "
        f"mécanismes sont neutres{lang.colon} les mécanismes font {amounts.of(parts[1])}{interval}."
    )


def _made_of(found: Explanation, lang: Language) -> str:
    """The parts by size, rounded so that they add up, and which of them are clear of zero."""
    amounts = amounts_of(found, lang)
    english = lang.code == "en"
    shown = dict(zip((part.name for part in found.parts), amounts.adding_up([p.value for p in found.parts]), strict=True))
    some = sorted((part for part in found.parts if part.value), key=lambda part: -abs(part.value))
    if not some:
        return "Every part of it is zero." if english else "Toutes ses parts sont nulles."
    parts = lang.listed([f"{part_name(part.name, lang)} {amounts.of(shown[part.name])}" for part in some])
    rest = "" if len(some) == len(found.parts) else ("; the others nothing" if english else f"{lang.semicolon} les autres, rien")
    sure = [part_name(part.name, lang) for part in some if is_clear(part)]
    if some[0].low is None:
        end = ""
    elif not sure:
        end = "; no part is clear of zero" if english else f"{lang.semicolon} aucune part ne se distingue de zéro"
    else:
        clear = lang.listed(sure)
        end = f"; clear of zero: {clear}" if english else f"{lang.semicolon} se distinguent de zéro{lang.colon} {clear}"
    begin = "It is made of" if english else "La composent"
    return f"{begin}{':' if english else lang.colon} {parts}{rest}{end}."


def is_clear(part: Part) -> bool:
    """Whether the interval of a part leaves zero out."""
    return part.low is not None and part.high is not None and (part.low > 0 or part.high < 0)


def period_name(within: Within, lang: Language) -> str:
    """A period as it stands above a column: ``Oct``, ``Sept–Oct``, with the year where it begins one."""
    first, last = within.period
    months = [lang.short_months[day.month - 1] for day in (first, last)]
    same = (first.year, first.month) == (last.year, last.month)
    return months[0] if same else f"{months[0]}–{months[1]}"


def headline(found: Explanation, lang: Language) -> str:
    """The finding above the chart: the difference, and its largest part."""
    amounts, english = amounts_of(found, lang), lang.code == "en"
    largest, metric = max(found.parts, key=lambda part: abs(part.value)), title(found.metric, lang)
    if found.second is None:
        caused = amounts.counted(abs(found.difference))
        name, adds = _quoted(found.first.strategy.name, lang), found.difference >= 0
        if english:
            told = f"Under {name} the mechanisms {'add' if adds else 'take'} {caused} {'to' if adds else 'from'} “{metric}”"
        else:
            does = f"ajoutent {caused} à" if adds else f"retirent {caused} de"
            told = f"Sous {name}, les mécanismes {does} «{NO_BREAK}{metric}{NO_BREAK}»"
    else:
        told = _between(found, lang).rpartition(" (")[0]
    if not largest.value:
        return told
    part = part_name(largest.name, lang)
    return f"{told}; the largest part is {part}" if english else f"{told}{lang.semicolon} première part{lang.colon} {part}"


def _sure(lang: Language) -> str:
    return f"95{lang.percent} interval" if lang.code == "en" else f"intervalle à 95{lang.percent}"


def _half(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else (high - low) / 2


def _quoted(name: str, lang: Language) -> str:
    return f"“{name}”" if lang.code == "en" else f"«{NO_BREAK}{name}{NO_BREAK}»"
