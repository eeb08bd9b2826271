"""A file as read, files laid over each other, and the frozen value that loading gives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeGuard, TypeVar

from sim.errors import Problem
from sim.language import NOTHING, Phrase
from sim.scenario.expected import Finding
from sim.scenario.files import read, shown
from sim.scenario.positions import KeyPath, Position, dotted, locate, positions
from sim.scenario.quantity import Model

M = TypeVar("M", bound=Model, covariant=True)
R = TypeVar("R", bound=Model)

QUANTITY_DETAILS = {"low", "high", "source", "confidence", "note"}
FILE_KEYS = {"extends"}
VARIANT_KEYS = {"kind", "title", "title_fr", "summary"}
"""Keys that say what a variant file is; everything else in it is laid over the scenario."""


@dataclass(frozen=True)
class Document:
    """One file (or one set of overrides from code, without text): its name as shown and its plain data."""

    shown: str
    text: str
    data: Mapping[str, Any]
    path: Path | None = None

    @classmethod
    def of(cls, path: Path) -> Document:
        """Read a file; a file that is not TOML raises `ScenarioError`."""
        text, data = read(path)
        return cls(shown(path), text, data, path)

    @cached_property
    def positions(self) -> dict[KeyPath, Position]:
        """Places of all keys, scanned when the first mistake is reported."""
        return positions(self.text)

    def problem(self, path: KeyPath, message: Phrase, hint: Phrase = NOTHING) -> Problem:
        """A mistake at a key of this file, or at the longest part of its path that the file has."""
        top = Position(1, 1) if self.text else Position(0, 0)
        place = locate(self.positions, path) or top
        return Problem(self.shown, place.line, place.column, dotted(path), message, hint)


@dataclass
class Merged:
    """Plain data of files laid over each other; for each key the file that opened it and the last one."""

    documents: list[Document] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    opened_by: dict[KeyPath, Document] = field(default_factory=dict)
    changed_by: dict[KeyPath, Document] = field(default_factory=dict)
    own: int = -1
    """Place among the documents of the file that was asked for, before its variants."""
    faults: list[Problem] = field(default_factory=list)
    """Mistakes of single files that did not keep them from being laid."""

    def lay(self, document: Document, leave_out: set[str] = FILE_KEYS) -> None:
        """Lay a document over what is there.

        Tables merge key by key; arrays and scalars replace. A quantity is replaced as a whole by a number
        or by a table with `value`, and merged with a table without. A dated event of another `kind`, and an
        escort rule of another `rule`, replace the old one as a whole: its keys mean nothing to them.
        """
        self.documents.append(document)
        part = {key: value for key, value in document.data.items() if key not in leave_out}
        self._lay(self.data, part, (), document)

    def _lay(self, base: dict[str, Any], over: Mapping[str, Any], path: KeyPath, document: Document) -> None:
        for key, new in over.items():
            here = (*path, key)
            old = base.get(key)
            if _is_number(old) and _is_table(new) and new and set(new) <= QUANTITY_DETAILS:
                base[key] = old = {"value": old}
                self.opened_by[(*here, "value")] = self.changed_by[(*here, "value")] = self.changed_by[here]
            if _is_table(old) and _is_table(new) and not _replaces(here, old, new):
                self.changed_by[here] = document
                self._lay(old, new, here, document)
            else:
                self._forget(here, old)
                base[key] = deepcopy(new)
                self._remember(here, new, document)

    def _remember(self, path: KeyPath, value: Any, document: Document) -> None:
        self.opened_by[path] = self.changed_by[path] = document
        if _is_table(value):
            for key, inner in value.items():
                self._remember((*path, key), inner, document)

    def _forget(self, path: KeyPath, value: Any) -> None:
        self.opened_by.pop(path, None)
        self.changed_by.pop(path, None)
        if _is_table(value):
            for key, inner in value.items():
                self._forget((*path, key), inner)

    def layer(self, path: KeyPath) -> int:
        """Place in the order of laying of the file that last set a key, or that opened the table which lacks it; else −1."""
        document = self._setter(path)
        return next((i for i, one in enumerate(self.documents) if one is document), -1)

    def _setter(self, path: KeyPath) -> Document | None:
        """The file that last changed a key or the array that holds it, or that opened the table which lacks it."""
        if path in self.changed_by:
            return self.changed_by[path]
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in self.opened_by:
                whole = isinstance(path[length], int)
                return (self.changed_by if whole else self.opened_by)[path[:length]]
        return None

    def told(self, finding: Finding) -> Problem:
        """A finding at the key that the latest file sets, of those that were judged together.

        It keeps its own key if that is the latest, or names a table (not a quantity) whose parts are all of one file; else its
        own key goes into the message.
        """
        path, message, hint, parts = finding
        named = _at(self.data, path)
        whole = bool(parts) and isinstance(named, Mapping) and "value" not in named
        layers = {key: self.layer(key) for key in (parts if whole else (path, *parts))}
        last = max(layers.values())
        if last < 0 or layers.get(path) == last:
            return self.problem(path, message, hint)
        if whole and len(set(layers.values())) == 1:
            return self.documents[last].problem(path, message, hint)
        latest = next(key for key, layer in layers.items() if layer == last)
        return self.documents[last].problem(latest, Phrase("{key}: {message}", key=dotted(path), message=message), hint)

    def problem(self, path: KeyPath, message: Phrase, hint: Phrase = NOTHING) -> Problem:
        """A mistake at a key, in the file that last set it, or that opened the table which lacks it; else in the last parent."""
        return (self._setter(path) or self.documents[self.own]).problem(path, message, hint)


def _at(data: Any, path: KeyPath) -> Any:
    """What stands at a key path, None if nothing does."""
    for part in path:
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, (list, tuple)) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_table(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _replaces(path: KeyPath, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    if "value" in old and "value" in new:
        return True
    if path[0] == "event" and len(path) == 2:
        return bool(new.get("kind", old.get("kind")) != old.get("kind"))
    if path[-1] == "escort" and len(path) > 1:
        return bool(new.get("rule", old.get("rule")) != old.get("rule"))
    return False


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A validated scenario or strategy with everything needed to say where it came from."""

    name: str
    kind: str
    model: M
    data: Mapping[str, Any]
    """Merged plain data before validation, without `extends`."""
    files: tuple[Path, ...]
    """Files in the order in which they were laid: parents, the file itself, variants."""
    digest: str
    """SHA-256 (hexadecimal) of the canonical JSON of `resolved(model)`."""
    variants: tuple[str, ...] = ()
    merged: Merged = field(default_factory=Merged, repr=False, compare=False)

    def problem(self, finding: Finding) -> Problem:
        """A mistake of this scenario or strategy, with file, line and column."""
        return self.merged.told(finding)


def resolved(model: Model) -> dict[str, Any]:
    """Validated data with every default filled in, as JSON values (dates as ISO text) by the files' keys."""
    data: dict[str, Any] = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return data


def from_resolved(model: type[R], data: Mapping[str, Any]) -> R:
    """The model that `resolved` data stand for, as a results folder keeps them."""
    return model.model_validate_json(json.dumps(data))


def digest_of(model: Model) -> str:
    """SHA-256 (hexadecimal) of a model's resolved data: equal for two files that mean the same."""
    text = json.dumps(
        resolved(model), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()
