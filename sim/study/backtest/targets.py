"""Targets of the back-test: what was reported, in which band, and how it is read off a run."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

from sim.errors import UsageError
from sim.language import Phrase
from sim.scenario.evidence import load_evidence
from sim.scenario.files import scenario_folders
from sim.study.backtest.readings import DATES, READINGS

Role = Literal["input", "fitted", "held_out"]
ROLES: tuple[Role, ...] = ("input", "fitted", "held_out")
FILE = "readings.csv"
COLUMNS = ("id", "books", "reading", "product", "first_day", "last_day", "low", "high", "sharp", "persistence",
           "band_reason", "persistence_reason")  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One row of the back-test for one set of books.

    `low` and `high` bound the observed band, `sharp` is the one number that was reported (None: only the band),
    `persistence` what the last observed state predicts (None: that it never happens). Dates are days from 1 January 1.
    """

    id: str
    role: Role
    observable: str
    reading: str
    product: str
    first_day: date
    last_day: date
    low: float
    high: float
    sharp: float | None
    persistence: float | None

    @property
    def is_date(self) -> bool:
        """Whether the number read is a date."""
        return self.reading in DATES

    @property
    def observed(self) -> float:
        """The number reported, or the middle of the band."""
        return (self.low + self.high) / 2 if self.sharp is None else self.sharp


def load_targets(books: str, folder: Path | None = None) -> tuple[Target, ...]:
    """The targets that are scored for a set of books, by date.

    Raises
    ------
    UsageError
        If a file is missing, or a row of it cannot be read.
    """
    if folder is None:
        folder = next(f / "evidence" for f in scenario_folders() if (f / "evidence" / FILE).is_file())
    reported = {row["id"]: row for row in load_evidence(folder).rows["targets"]}
    found = []
    with (folder / FILE).open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            if row["books"] in ("", books):
                found.append(_target(row, reported, folder / FILE, line))
    return tuple(sorted(found, key=lambda target: (target.first_day, target.id)))


def _target(row: Mapping[str, str], reported: Mapping[str, Mapping[str, str]], file: Path, line: int) -> Target:
    def refuse(key: str, expected: Phrase) -> UsageError:
        return UsageError(Phrase(
            '{file}:{line}: {key}: expected {expected}, got "{got}"', file=file, line=line, key=key, expected=expected,
            got=row.get(key) or "",
        ))  # fmt: skip

    report = reported.get(row["id"])
    if report is None or report.get("role") not in ROLES[1:]:
        raise refuse("id", Phrase("a target whose role is fitted or held_out"))
    if row["reading"] not in READINGS:
        raise refuse("reading", Phrase("one of {names}", names=tuple(READINGS)))

    def number_in(key: str) -> float:
        try:
            value = date.fromisoformat(row[key]).toordinal() if row["reading"] in DATES else float(row[key])
        except ValueError as error:
            raise refuse(key, Phrase("a date or a number, as the reading gives it")) from error
        return float(value)

    def day_in(key: str) -> date:
        try:
            return date.fromisoformat(row[key])
        except ValueError as error:
            raise refuse(key, Phrase("a date such as 2025-10-01")) from error

    low, high = number_in("low"), number_in("high")
    first, last = day_in("first_day"), day_in("last_day")
    if not low < high:
        raise refuse("high", Phrase("more than low"))
    if last < first:
        raise refuse("last_day", Phrase("first_day or a later day"))
    return Target(
        row["id"], cast(Role, report["role"]), report["observable"], row["reading"], row["product"], first, last, low, high,
        number_in("sharp") if row["sharp"] else None, number_in("persistence") if row["persistence"] else None,
    )  # fmt: skip
