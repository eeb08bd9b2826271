"""English and French as charts need them: months, dates, numbers, and the grammar of a product's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sim.errors import UsageError
from sim.language import Lang, Phrase

NO_BREAK, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Language:
    """Months and marks of a language."""

    code: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    decimal: str
    thousands: str
    percent: str
    colon: str
    semicolon: str
    conjunction: str

    @property
    def lang(self) -> Lang:
        """Its code as the rest of the program knows it."""
        return "fr" if self.code == "fr" else "en"

    def number(self, value: float, digits: int = 0) -> str:
        """A number with `digits` decimals, the language's decimal mark and thousands separator."""
        text = f"{value:,.{digits}f}"
        if text.strip("-0.") == "":
            text = text.lstrip("-")
        text = text.replace("-", "\N{MINUS SIGN}")
        return text.translate({ord(","): self.thousands, ord("."): self.decimal})

    def share(self, value: float) -> str:
        """A share in [0, 1] in per cent; one that is neither nothing nor all is never rounded to 0 or 100."""
        tenths = round(1000 * value)
        if 0 < value < 1 and (tenths < 10 or tenths > 990):
            return self.number(min(max(tenths, 1), 999) / 10, 1) + self.percent
        return self.number(100 * value) + self.percent

    def day(self, when: date, *, year: bool = False) -> str:
        """A date as it stands in a sentence: `8 October`, `1er octobre`."""
        text = f"{self.ordinal(when)}{NO_BREAK}{self.months[when.month - 1]}"
        return f"{text}{NO_BREAK}{when.year}" if year else text

    def short_day(self, when: date) -> str:
        """A date as it stands beside a mark: `8 Oct`, `8 oct.`, `1er oct.`."""
        return f"{self.ordinal(when)}{NO_BREAK}{self.short_months[when.month - 1]}"

    def short_month(self, when: date) -> str:
        """The month of a date as it stands at an axis: `Oct`, `oct.`."""
        return self.short_months[when.month - 1]

    def ordinal(self, when: date) -> str:
        """The day of the month: in French the first is `1er`."""
        return "1er" if self.code == "fr" and when.day == 1 else str(when.day)

    def takes_singular(self, number: float) -> bool:
        """Whether a noun behind a number stands in the singular: in French up to two."""
        return number == 1 or (self.code == "fr" and -2 < number < 2)

    def listed(self, parts: list[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        if len(parts) == 1:
            return parts[0]
        return f"{', '.join(parts[:-1])} {self.conjunction} {parts[-1]}"

    def of(self, name: str) -> str:
        """`of petrol`; in French with elision: `d’essence`, `de gasoil`."""
        if self.code == "en":
            return f"of {name}"
        return f"d’{name}" if name[:1].lower() in "aàâeéèêëiîïoôuùyœæ" else f"de {name}"


ENGLISH = Language(
    "en",
    ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
     "December"),
    ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
    ".", ",", f"{NARROW}%", ":", ";", "and",
)  # fmt: skip

FRENCH = Language(
    "fr",
    ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
     "décembre"),
    ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    ",", NARROW, f"{NARROW}%", f"{NO_BREAK}:", f"{NARROW};", "et",
)  # fmt: skip

LANGUAGES = {"en": ENGLISH, "fr": FRENCH}


def language(code: str) -> Language:
    """The language of a code.

    Raises
    ------
    UsageError
        If charts do not speak it.
    """
    if code not in LANGUAGES:
        message = Phrase('charts: language "{code}" is not known; use one of: {languages}', code=code, languages=tuple(LANGUAGES))
        raise UsageError(message)
    return LANGUAGES[code]


class Bilingual(Phrase):
    """A text that comes in both languages by itself: a name from a file, a date, a number with the marks of each language."""

    french: str

    def __new__(cls, english: str, french: str) -> Bilingual:
        text = str.__new__(cls, english)
        text.template, text.values, text.french = "{text}", {"text": english}, french
        return text

    def __reduce__(self) -> tuple[Callable[..., Phrase], tuple[object, ...]]:
        return Bilingual, (str(self), self.french)

    def said(self, lang: Lang) -> str:
        """The text in a language."""
        return str(self) if lang == "en" else self.french


def in_both(say: Callable[[Language], str]) -> Bilingual:
    """What a function of the language says, in both."""
    return Bilingual(say(ENGLISH), say(FRENCH))


def number_of(value: float, digits: int = 0) -> Bilingual:
    """A number in both languages."""
    return in_both(lambda lang: lang.number(value, digits))


def figures_of(value: float) -> Bilingual:
    """A number as a chart writes it: whole from 100 on, a decimal from 1 on, two below, without zeros at the end."""
    return number_of(value, rounded_figures(value)[1])


def rounded_figures(value: float) -> tuple[float, int]:
    """A number as far as a chart writes it, and its decimals."""
    digits = 0 if abs(value) >= 99.5 else 1 if abs(value) >= 0.995 else 2
    while digits and abs(round(value, digits) - round(value, digits - 1)) < 1e-9:
        digits -= 1
    return round(value, digits), digits


def share_of(value: float) -> Bilingual:
    """A share in [0, 1] in per cent in both languages."""
    return in_both(lambda lang: lang.share(value))


def day_of(when: date, *, year: bool = False) -> Bilingual:
    """A date in both languages."""
    return in_both(lambda lang: lang.day(when, year=year))


class Tick(NamedTuple):
    """A mark on a date axis, `day` counted from the start; the label may have a second line, or be empty."""

    day: int
    label: str


def date_ticks(start: date, days: int, lang: Language, most: int = 9) -> list[Tick]:
    """Ticks of a date axis: days, weeks or months, the year where it first shows.

    At most `most` (2 or more), and at least two where there are two days: the first and the last one, where weeks or months
    do not give two.
    """
    if days <= 62:
        step = next(step for step in (1, 2, 3, 7, 14, 31, 62) if -(-days // step) <= most)
        places, label = list(range(0, days, step)), lang.short_day
    else:
        firsts = [day for day in range(days) if (start + timedelta(days=day)).day == 1]
        step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 240, 600) if -(-len(firsts) // step) <= most)
        places, label = firsts[::step], lang.short_month
    if len(places) < 2 <= days:
        places, label = [0, days - 1], lang.short_day
    ticks, year = [], 0
    for day in places:
        when = start + timedelta(days=day)
        ticks.append(Tick(day, f"{label(when)}\n{when.year}" if when.year != year else label(when)))
        year = when.year
    return ticks
