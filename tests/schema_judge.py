"""An evaluator of JSON Schemas for the words that ours use, which shares no code with the models."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any


def passes(value: Any, part: Any, root: dict[str, Any]) -> bool:
    """Whether a value passes a schema, for the words that ours use; an unknown word fails the test."""
    if isinstance(part, bool):
        return part
    others = [
        key
        for key in (value if isinstance(value, dict) else ())
        if key not in part.get("properties", ())
        and not any(re.search(pattern, key) for pattern in part.get("patternProperties", ()))
    ]
    tests = {
        "$ref": lambda ref: passes(value, root["$defs"][ref.removeprefix("#/$defs/")], root),
        "anyOf": lambda parts: any(passes(value, one, root) for one in parts),
        "type": lambda name: (name == "boolean" or not isinstance(value, bool))
        and (name != "string" or isinstance(value, str) != ("format" in part)),
        "const": lambda const: value == const,
        "enum": lambda words: value in words,
        "pattern": lambda pattern: re.search(pattern, value) is not None,
        "format": lambda name: name == "date" and isinstance(value, date) and not isinstance(value, datetime),
        "maxLength": lambda n: len(value) <= n,
        "minLength": lambda n: len(value) >= n,
        "minItems": lambda n: len(value) >= n,
        "maxItems": lambda n: len(value) <= n,
        "minProperties": lambda n: len(value) >= n,
        "maxProperties": lambda n: len(value) <= n,
        "minimum": lambda n: value >= n,
        "maximum": lambda n: value <= n,
        "exclusiveMinimum": lambda n: value > n,
        "exclusiveMaximum": lambda n: value < n,
        "required": lambda keys: set(keys) <= set(value),
        "items": lambda item: all(passes(one, item, root) for one in value),
        "propertyNames": lambda names: all(passes(key, names, root) for key in value),
        "properties": lambda own: all(passes(value[key], own[key], root) for key in own if key in value),
        "patternProperties": lambda own: all(
            passes(one, inner, root)
            for p, inner in own.items()
            for key, one in value.items()
            if re.search(p, key)
        ),
        "additionalProperties": lambda rest: all(passes(value[key], rest, root) for key in others),
    }
    silent = {"$schema", "$defs", "title", "description", "default"}
    if not isinstance(value, TYPES[part["type"]] if "type" in part else object):
        return False
    return all(tests[word](argument) for word, argument in part.items() if word not in silent)


TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": (str, date),
    "number": (int, float),
    "integer": int,
    "boolean": bool,
}
