"""What stands behind one key of a scenario or strategy: value, unit, meaning, where it is set, and its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel

from sim.errors import UsageError
from sim.language import NOTHING, Lang, Phrase, either, said
from sim.scenario.evidence import ASSUMPTION, EXEMPT, REFERENCES, Evidence, load_evidence
from sim.scenario.experiment_file import ExperimentFile
from sim.scenario.loaded import Document, Loaded, resolved
from sim.scenario.model import Scenario
from sim.scenario.positions import locate
from sim.scenario.quantity import Quantity
from sim.scenario.strategy import Strategy

UNITS = (
    ("_fcfa_l", Phrase("FCFA a litre")), ("_fcfa_tanker", Phrase("FCFA a tanker")),
    ("_unit_day_fcfa", Phrase("FCFA a unit and day")), ("_fcfa", Phrase("FCFA")), ("_per_km_h", Phrase("per km and hour")),
    ("_min_100km", Phrase("minutes per 100 km")), ("_l_day", Phrase("litres a day")), ("_l_fill", Phrase("litres a fill")),
    ("_capacity_day", Phrase("tankers a day")), ("_per_day", Phrase("a day")), ("_per_week", Phrase("a week")),
    ("replacements_day", Phrase("tankers a day")), ("tankers_per_unit", Phrase("tankers a unit")),
    ("units_at_100", Phrase("units")), ("_days", Phrase("days")), ("_day", Phrase("date")), ("_kmh", Phrase("km an hour")),
    ("_km", Phrase("km")), ("_h", Phrase("hours")), ("_s", Phrase("seconds")), ("_l", Phrase("litres")),
    ("_prob", Phrase("probability")), ("_cv", Phrase("standard deviation ÷ mean")), ("_share", Phrase("share")),
    ("share", Phrase("share")), ("_factor", Phrase("factor")), ("factor", Phrase("factor")), ("_tankers", Phrase("tankers")),
    ("fleet", Phrase("tankers")), ("size", Phrase("tankers")), ("tankers", Phrase("tankers")),
    ("units", Phrase("escort units")), ("bays", Phrase("bays")), ("floor", Phrase("share")), ("tilt", Phrase("share")),
    ("leak", Phrase("share")), ("days", Phrase("days")), ("km", Phrase("km")), ("lat", Phrase("degrees north")),
    ("lon", Phrase("degrees east")), ("cv", Phrase("standard deviation ÷ mean")),
)  # fmt: skip
"""Unit by the end of a key, the first that fits."""

TOP = {
    "start": Phrase("First day that is reported; stocks are set to their values at its midnight."),
    "days": Phrase("Days that are reported, from the start date on."),
    "warmup_days": Phrase(
        "Days that are played before the start date, without threat, so that the roads are full when it comes."
    ),
    "default_strategy": Phrase("The strategy that runs when none is asked for."),
    "books": Phrase("The set of books behind demand and inflow."),
    "summary": Phrase("What the file is, in a sentence."),
    "independents": Phrase("Whether tankers may travel without an escort from the start date on."),
}
"""What the keys at the top of a file mean."""

MOST_NEAR = 5


class Setting(NamedTuple):
    """A file that states a key: its place and the value there. The last one is in force."""

    file: str
    line: int
    value: Any
    in_force: bool


class Backing(NamedTuple):
    """One source of a number: a row of the evidence or an assumption."""

    reference: str
    kind: str
    """"evidence"; "derived" for a row of the evidence that is no sourced fact; "assumption"; "unknown" if it names no row."""
    text: str
    value: str
    confidence: str
    address: str


class Drawn(NamedTuple):
    """What draws of a calibration say of a number: how many they are, the middle and the ends of their 90 %."""

    draws: int
    p05: float
    p50: float
    p95: float
    fitted_to: str
    """Last day whose reports they were fitted to, "" if it is not said."""


@dataclass(frozen=True)
class Explanation:
    """Everything that is known about a key."""

    key: str
    world: str
    kind: str
    """"scenario", "strategy" or "experiment"."""
    value: Any
    unit: str
    low: float | None = None
    high: float | None = None
    confidence: str = ""
    note: str = ""
    meaning: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    backings: tuple[Backing, ...] = ()
    exempt: str = ""
    """Why a number needs no source."""
    keys: tuple[str, ...] = ()
    """Keys below, when the key names a table."""
    drawn: Drawn | None = None
    """What worlds take instead of the range."""

    @property
    def needs_source(self) -> bool:
        """Whether a source is due: for numbers of a scenario and for dated events."""
        return bool(self.backings or self.exempt) or (self.is_number and self.kind == "scenario")

    @property
    def is_number(self) -> bool:
        """Whether the value is a number."""
        return isinstance(self.value, (int, float)) and not isinstance(self.value, bool)


def explain_key(loaded: Loaded[Any], key: str, evidence: Evidence | None = None, lang: Lang = "en") -> Explanation:
    """The explanation of a dotted key such as ``threat.duration.mean_h``; the end of a key is enough if it is the only one.

    Raises
    ------
    UsageError
        If there is no such key, naming the nearest ones.
    """
    keys = all_keys(loaded)
    name = key if key in keys else _only_end(key, keys)
    if not name:
        raise UsageError(no_such_key(key, loaded.name, keys))
    path = tuple(name.split("."))
    entry, owners = _walked(loaded.model, path)
    value = entry.value if isinstance(entry, Quantity) else entry
    given = entry if isinstance(entry, Quantity) else None
    source = (
        given.source if given else (entry.source if isinstance(getattr(entry, "source", None), str) else None)
    )
    below = isinstance(entry, (BaseModel, Mapping)) and given is None
    return Explanation(
        key=name,
        world=loaded.name,
        kind=loaded.kind,
        value=None if below else plain(value),
        unit="" if below or isinstance(value, (bool, str)) else said(unit_of(path), lang),
        low=given.low if given else None,
        high=given.high if given else None,
        confidence=(given.confidence or "") if given else "",
        note=(given.note or "") if given else "",
        meaning=(said(TOP[name], lang),) if name in TOP else tuple(_meaning(owners, lang)),
        settings=tuple(_settings(loaded, path)),
        backings=tuple(_backings(source, evidence or load_evidence(), lang)) if source else (),
        exempt="" if below else said(EXEMPT.get(path[-1], NOTHING), lang),
        keys=tuple(k for k in keys if k.startswith(f"{name}.") and k.count(".") == name.count(".") + 1)
        if below
        else (),
        drawn=_drawn(loaded.model, name),
    )


def _drawn(model: BaseModel, key: str) -> Drawn | None:
    posterior = model.posterior if isinstance(model, Scenario) else None
    values = posterior.drawn(key) if posterior else ()
    if posterior is None or not values:
        return None
    p05, p50, p95 = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
    return Drawn(len(values), p05, p50, p95, posterior.fitted_to.isoformat() if posterior.fitted_to else "")


def all_keys(loaded: Loaded[Any]) -> list[str]:
    """Every dotted key of a scenario or strategy, defaults included; quantities count as one key."""
    return list(_keys(resolved(loaded.model), ""))


def _keys(value: Any, path: str) -> Iterator[str]:
    if path:
        yield path
    if isinstance(value, Mapping) and "value" not in value:
        for key, inner in value.items():
            if "." not in str(key):  # keys of a grid are values of an experiment, none of its own keys
                yield from _keys(inner, f"{path}.{key}" if path else str(key))


def _only_end(key: str, keys: list[str]) -> str:
    ends = [k for k in keys if k.endswith(f".{key}")]
    return ends[0] if len(ends) == 1 else ""


def nearest(key: str, keys: list[str]) -> list[str]:
    """Keys near a mistyped one: by the whole, by its end, and those of the same name elsewhere."""
    last = key.rpartition(".")[2]
    same = [k for k in keys if k.endswith(f".{key}") or k.rpartition(".")[2] == last]
    by_whole = get_close_matches(key, keys, n=MOST_NEAR, cutoff=0.6)
    ends: dict[str, str] = {}
    for k in keys:
        ends.setdefault(k.rpartition(".")[2], k)
    by_end = [ends[end] for end in get_close_matches(last, list(ends), n=2, cutoff=0.75)]
    alike = get_close_matches(key, same, n=MOST_NEAR, cutoff=0.0)
    return list(dict.fromkeys([*by_whole[:3], *alike, *by_end, *by_whole[3:]]))[:MOST_NEAR]


def no_such_key(key: str, world: str, keys: list[str]) -> Phrase:
    """Message for a key that does not exist."""
    near = nearest(key, keys)
    guess = Phrase("; did you mean {names}?", names=either(near)) if near else Phrase(".")
    return Phrase(
        '"{key}": {world} has no such key{guess} `run.py explain TABLE {world}` shows the keys of a table.',
        key=key, world=world, guess=guess,
    )  # fmt: skip


def unit_of(path: tuple[str, ...]) -> Phrase:
    """Unit of a key, read from its end; of a key inside ``share`` and the like, from the table's name."""
    for part in reversed(path[-2:]):
        for end, unit in UNITS:
            if part == end.lstrip("_") or (end.startswith("_") and part.endswith(end)):
                return unit
    return NOTHING


def plain(value: Any) -> Any:
    """A value as JSON holds it: dates as text, arrays as lists."""
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value if isinstance(value, (bool, int, float, str)) or value is None else str(value)


def _walked(model: BaseModel, path: tuple[str, ...]) -> tuple[Any, list[tuple[type[BaseModel], str]]]:
    """What stands at a key path, and the models on the way with the field that was taken."""
    entry: Any = model
    owners: list[tuple[type[BaseModel], str]] = []
    for part in path:
        if isinstance(entry, BaseModel):
            name = next(n for n, f in type(entry).model_fields.items() if part in (f.alias, n))
            owners.append((type(entry), part))
            entry = getattr(entry, name)
        else:
            entry = entry[part]
    if isinstance(entry, BaseModel) and not isinstance(entry, Quantity):
        owners.append((type(entry), ""))
    return entry, owners


def description(model: type[BaseModel]) -> Phrase:
    """What a model says about itself and its keys: its docstring."""
    return Phrase(" ".join((model.__doc__ or "").split()))


def _meaning(owners: list[tuple[type[BaseModel], str]], lang: Lang) -> Iterator[str]:
    """What the models say: what the tables around a key are, and what they say about the key itself."""
    around = [pair for pair in owners[-2:] if pair[0] not in (Scenario, Strategy, ExperimentFile)] or owners[-1:]
    for model, name in around:
        first, *rest = re.split(r"(?<=\.)\s+", description(model).said(lang))
        clauses = [clause for sentence in rest for clause in re.split(r"\s?; ", sentence.rstrip("."))]
        naming = [c for c in clauses if name and re.search(rf"`{re.escape(name)}`|\b{re.escape(name)}\s?:", c)]
        yield " ".join([first, *(f"{c[:1].upper()}{c[1:]}." for c in naming)] if name else [first, *rest])


def _settings(loaded: Loaded[Any], path: tuple[str, ...]) -> Iterator[Setting]:
    """Files that state a key, parents first."""
    found: list[tuple[Document, Any]] = []
    for document in loaded.merged.documents:
        value: Any = document.data
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None:
            found.append((document, value))
    last = len(found) - 1
    for place, (document, value) in enumerate(found):
        position = locate(document.positions, path) if document.text else None
        yield Setting(document.shown, position.line if position else 0, _stated(value), place == last)


def _stated(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items() if k in ("value", "low", "high")} or None
    return plain(value)


TEXTS = {
    "parameters": ("context",),
    "segments": ("notes",),
    "timeline": ("description",),
    "targets": ("observable", "scoring_note"),
    "series": ("note",),
}
"""Columns of an evidence file that say what was reported."""

VALUES = {
    "parameters": ("value_low", "value_central", "value_high", "unit"),
    "segments": ("distance_km", "km", "typical_hours", "h"),
    "timeline": ("count_low", "count_high", "unit"),
    "targets": ("value_low", "value_high", "unit"),
    "series": ("litres", "litres"),
}


def _backings(source: str, evidence: Evidence, lang: Lang) -> Iterator[Backing]:
    for reference in (part.strip() for part in source.split(";")):
        rows = list(_rows(reference, evidence))
        if not rows:
            yield Backing(reference, "unknown", said(evidence.fault(reference), lang), "", "", "")
        for kind, row in rows:
            if kind == "assumption":
                value = _range(row["value_low"], row["value_central"], row["value_high"], row["unit"])
                yield Backing(reference, kind, row["reason"], value, "", "")
            else:
                file = reference.partition(":")[0]
                text = "; ".join(row[c] for c in TEXTS[file] if row.get(c))
                kind = "derived" if text.startswith(("ASSUMPTION", "DERIVED")) else "evidence"
                yield Backing(
                    reference, kind, text, _value(file, row), row.get("confidence") or "", row["source_url"]
                )


def _rows(reference: str, evidence: Evidence) -> Iterator[tuple[str, Mapping[str, str]]]:
    if ASSUMPTION.fullmatch(reference):
        yield from (("assumption", row) for row in evidence.rows["assumptions"] if row["id"] == reference)
        return
    file, _, rest = reference.partition(":")
    if file in REFERENCES:
        yield from (("evidence", row) for row in evidence.rows[file] if REFERENCES[file](row, rest))


def _value(file: str, row: Mapping[str, str]) -> str:
    if file == "segments":
        return f"{row['distance_km']} km, {row['typical_hours']} h"
    if file == "series":
        return f"{row['litres']} litres"
    names = VALUES[file]
    numbers = [row[name] for name in names[:-1] if row.get(name)]
    low, high = (numbers[0], numbers[-1]) if numbers else ("", "")
    middle = row.get("value_central") or ""
    return _range(low, middle, high, row["unit"])


def _range(low: str, middle: str, high: str, unit: str) -> str:
    """``20 (10–40) tankers``, as far as it is known."""
    if low == high or not low or not high:
        return f"{middle or low or high} {unit}".strip()
    return f"{middle} ({low}–{high}) {unit}".strip() if middle else f"{low}–{high} {unit}".strip()
