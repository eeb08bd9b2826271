"""What the models expect at a key, and pydantic's findings in the words of people who write such files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.errors import message_of
from sim.language import NOTHING, Phrase
from sim.scenario.positions import KeyPath
from sim.scenario.quantity import Model, Quantity

MOST = 1_000
"""Mistakes of one kind that are told at once."""
MOST_WORDS = 1_000
"""Words that are compared with a mistyped one; of more none is suggested, which would take minutes."""
UNQUOTED = re.compile(r"[-+]?[\d._]+|\d{4}-\d\d-\d\d|true|false")
"""Texts that would be a number, a date or a truth value if their quotes were left out."""


class Finding(NamedTuple):
    """One mistake: key path as the file has it, what is wrong and what was expected, a suggestion or "".

    `parts` are other keys that were judged together with it: it is told where the file laid last set one of them.
    """

    path: KeyPath
    message: Phrase
    hint: Phrase = NOTHING
    parts: tuple[KeyPath, ...] = ()


class Slot(NamedTuple):
    """A place in the models: key path without pydantic's own tags, type, limits, keys of its table."""

    path: KeyPath
    type: Any
    limits: tuple[Any, ...]
    siblings: tuple[str, ...]


def findings(
    error: ValidationError, model: type[Model], data: Mapping[str, Any], *, complete: bool = True
) -> list[Finding]:
    """Every mistake that pydantic found in `data`, in words, each key once, up to one more than `MOST`.

    Without `complete` nothing is amiss in what is missing.
    """
    told: dict[KeyPath, Finding] = {}
    for detail in error.errors(include_url=False):
        if len(told) > MOST:
            break
        if not _follows_from_another(detail) and (complete or detail["type"] not in ("missing", "union_tag_not_found")):
            finding = _finding(detail, _slot(model, detail["loc"]), data)
            told.setdefault(finding.path, finding)
    return list(told.values())


def suggestion(word: Any, words: Iterable[str]) -> Phrase:
    """``did you mean "size"?`` for a word near one of `words`, else nothing."""
    meant, known = str(word)[:100].lower().replace(" ", "-"), list(words)
    near = get_close_matches(meant, known, n=1, cutoff=0.6) if len(known) <= MOST_WORDS else []
    return Phrase('did you mean "{name}"?', name=near[0]) if near else NOTHING


def shown_value(value: Any) -> Phrase | str:
    """A value as a file would show it, cut to a readable length."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return Phrase("a table of {n:,}", n=len(value)) if len(value) > 20 else Phrase("a table")
    if isinstance(value, (list, tuple)):
        return Phrase("an array of {n:,}", n=len(value))
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 40 else f'"{value[:37]}…"'
    return str(value)


def _finding(detail: ErrorDetails, slot: Slot, data: Mapping[str, Any]) -> Finding:
    kind, got = detail["type"], detail["input"]
    if kind == "missing":
        return Finding(slot.path, Phrase("is missing: expected {expected}", expected=_phrase(slot)))
    if kind == "extra_forbidden":
        name = slot.path[-1]
        hint = suggestion(name, slot.siblings) or _allowed(slot, data)
        return Finding(slot.path, Phrase("unknown key"), hint)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _wrong_tag(slot, got)
    if kind == "value_error":
        return Finding(slot.path, message_of(detail["ctx"]["error"]))
    path = slot.path
    if path and path[-1] == "value" and not isinstance(_at(data, path[:-1]), Mapping):
        path = path[:-1]
    words = get_args(slot.type) if get_origin(slot.type) is Literal else ()
    hint = suggestion(got, words) if words else NOTHING
    if isinstance(got, str) and slot.type in (Quantity, float, int, bool, date) and UNQUOTED.fullmatch(got):
        hint = Phrase("write it without quotes")
    return Finding(path, Phrase("expected {expected}, got {got}", expected=_phrase(slot), got=shown_value(got)), hint)


def _allowed(slot: Slot, data: Mapping[str, Any]) -> Phrase:
    if slot.path[0] == "event" and len(slot.path) == 3:
        kind = _at(data, slot.path[:2])["kind"]
        return Phrase('keys of an event of kind "{kind}": {keys}', kind=kind, keys=slot.siblings)
    return Phrase("keys allowed here: {keys}", keys=slot.siblings)


def _wrong_tag(slot: Slot, got: Any) -> Finding:
    members = _members(slot.type)
    tag = _tag_name(members[0])
    words = [get_args(member.model_fields[tag].annotation)[0] for member in members]
    path = (*slot.path, tag)
    if tag not in got:
        strange = [key for key in got if not any(key in member.model_fields for member in members)]
        near = get_close_matches(tag, strange, n=1, cutoff=0.6)
        if near:
            return Finding((*slot.path, near[0]), Phrase("unknown key"), Phrase('did you mean "{name}"?', name=tag))
        hint = Phrase('a new "{name}" needs it; to change one that the scenario has, check the name', name=slot.path[-1])
        message = Phrase("is missing: expected {expected}", expected=_one_of(words))
        return Finding(path, message, hint if "event" in path else NOTHING)
    message = Phrase("expected {expected}, got {got}", expected=_one_of(words), got=shown_value(got[tag]))
    return Finding(path, message, suggestion(got[tag], words))


def _follows_from_another(detail: ErrorDetails) -> bool:
    """An array that is too short only because one of its elements is wrong."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _at(data: Any, path: KeyPath) -> Any:
    for part in path:
        data = data[part]
    return data


def _slot(model: type[Model], location: tuple[int | str, ...]) -> Slot:
    """Follow pydantic's location through the models, dropping tags of unions and marks of dictionary keys."""
    path: KeyPath = ()
    type_: Any = model
    limits: tuple[Any, ...] = ()
    siblings: tuple[str, ...] = ()
    inside: tuple[Any, ...] = ()
    for step in location[:-1] if location[-1:] == ("[key]",) else location:
        members = _members(type_)
        if len(members) > 1:
            type_ = next(member for member in members if step in get_args(_tag_field(member).annotation))
            continue
        path = (*path, step)
        if members:
            fields = {info.alias or name: info for name, info in members[0].model_fields.items()}
            siblings = tuple(fields)
            if step not in fields:
                return Slot(path, None, (), siblings)
            type_, limits = _bare(fields[str(step)].annotation)
            limits = (*_flat(fields[str(step)].metadata), *limits)
        else:
            inside = get_args(type_)
            type_, limits = _bare(inside[1] if get_origin(type_) is dict else inside[0])
    if location[-1:] == ("[key]",):
        type_, limits = _bare(inside[0])
    return Slot(path, type_, limits, siblings)


def _bare(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without `Annotated` and `None`, and the limits that `Annotated` carried."""
    if get_origin(annotation) is Annotated:
        type_, *metadata = get_args(annotation)
        return _bare(type_)[0], _flat(metadata)
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not NoneType]
        if len(parts) == 1:
            return _bare(parts[0])
    return annotation, ()


def _flat(metadata: Iterable[Any]) -> tuple[Any, ...]:
    limits: list[Any] = []
    for item in metadata:
        limits.extend(item.metadata if isinstance(item, FieldInfo) else [item])
    return tuple(limits)


def _members(type_: Any) -> list[type[BaseModel]]:
    """The models that a type allows: one for a model, several for a tagged union, none otherwise."""
    parts = get_args(type_) if get_origin(type_) in (Union, UnionType) else (type_,)
    return [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]


def _tag_name(member: type[BaseModel]) -> str:
    return "kind" if "kind" in member.model_fields else "rule"


def _tag_field(member: type[BaseModel]) -> FieldInfo:
    return member.model_fields[_tag_name(member)]


def _one_of(words: Iterable[object]) -> Phrase:
    return Phrase("one of {words}", words=tuple(f'"{word}"' for word in words))


def _phrase(slot: Slot) -> Phrase:
    """What a slot expects: ``a whole number ≥ 1 and ≤ 10,000``."""
    type_ = slot.type
    if get_origin(type_) is Literal:
        words = get_args(type_)
        return Phrase('"{word}"', word=words[0]) if len(words) == 1 else _one_of(words)
    if type_ is Quantity:
        return Phrase("a number, or a table { value = …, low = …, high = …, source = … }")
    if _members(type_):
        return Phrase("a table")
    if get_origin(type_) in (dict, tuple):
        what = Phrase("a table") if get_origin(type_) is dict else Phrase("an array [ … ]")
        return Phrase("{what}{length}", what=what, length=_length(slot.limits))
    if type_ is str and any(getattr(limit, "pattern", None) for limit in slot.limits):
        return Phrase("a name of lower-case letters, digits and single hyphens, at most 60 characters")
    words_of: dict[Any, Phrase] = {
        bool: Phrase("true or false"),
        str: Phrase("a text in quotes"),
        date: Phrase("a date such as 2025-09-01"),
        int: Phrase("a whole number"),
        float: Phrase("a number"),
    }
    return Phrase("{what}{range}", what=words_of[type_], range=_range(slot.limits))


def _length(limits: tuple[Any, ...]) -> Phrase:
    least = next((limit.min_length for limit in limits if hasattr(limit, "min_length")), None)
    most = next((limit.max_length for limit in limits if hasattr(limit, "max_length")), None)
    if least is not None and least == most:
        return Phrase(" of exactly {n}", n=least)
    at_least = (Phrase("at least {n} {n:entry|entries}", n=least),) if least == 1 else ()
    at_most = (Phrase("at most {n:,} entries", n=most),) if most is not None else ()
    return Phrase(" with {limits: and }", limits=(*at_least, *at_most)) if at_least or at_most else NOTHING


def _range(limits: tuple[Any, ...]) -> Phrase:
    signs = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
    stated = [(name, limit) for limit in limits for name in signs if hasattr(limit, name)]
    parts = tuple(Phrase("{sign} {limit}", sign=signs[name], limit=_grouped(getattr(limit, name))) for name, limit in stated)
    return Phrase(" {limits: and }", limits=parts) if parts else NOTHING


def _grouped(limit: Any) -> Phrase:
    return Phrase("{day}", day=limit) if isinstance(limit, date) else Phrase("{n:,}", n=limit)
