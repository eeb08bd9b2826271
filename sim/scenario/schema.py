"""JSON Schemas (draft 2020-12) of scenario, strategy, variant and experiment files and of parts of scenarios, for editors.

A file may leave to its parent whatever it likes, so the schemas name keys, types and limits but require
little; that a merged scenario is complete and consistent is for `run.py check` to say.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from sim.errors import UsageError
from sim.language import Phrase
from sim.scenario.experiment_file import MOST_VALUES, ExperimentFile
from sim.scenario.loaded import VARIANT_KEYS
from sim.scenario.model import Scenario
from sim.scenario.quantity import Model
from sim.scenario.strategy import Strategy

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path(__file__).parent / "schemas"
KINDS: dict[str, type[Model]] = {
    "scenario": Scenario, "strategy": Strategy, "variant": Scenario, "part": Scenario, "experiment": ExperimentFile,
}  # fmt: skip


def schema(kind: str) -> dict[str, Any]:
    """JSON Schema of one kind of file: "scenario", "strategy", "variant", "experiment", or "part" of scenarios."""
    if kind not in KINDS:
        raise UsageError(Phrase('no schema for "{kind}": there are {kinds}', kind=kind, kinds=tuple(KINDS)))
    model = KINDS[kind]
    _, generated = models_json_schema([(model, "validation")], by_alias=True)
    definitions = {name: _relaxed(part) for name, part in generated["$defs"].items()}
    if "Quantity" in definitions:
        definitions["Quantity"] = _number_or_table(definitions["Quantity"])
    if "Axis" in definitions:
        definitions["Axis"] = _array_or_range(definitions["Axis"])
    top = definitions.pop(model.__name__)
    required = generated["$defs"][model.__name__]["required"]
    if kind == "variant":
        top = _variant(top)
        rule: dict[str, Any] = {"required": ["kind", "title"]}
    else:
        top["properties"]["extends"] = {
            "type": "string",
            "description": f"name or path of the {'scenario' if kind == 'part' else kind} to start from",
        }
        rule = {"anyOf": [{"required": ["kind", "extends"]}, {"required": required}]}
        if kind == "part":
            rule = {"required": ["kind"]}
            top["description"] = "What several scenarios share: only those that extend it need be complete."
    return {"$schema": DRAFT, **top, "title": f"{kind} file", **rule, "$defs": definitions}


def schema_text(kind: str) -> str:
    """The schema as it is committed."""
    return json.dumps(schema(kind), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_schemas(folder: Path | str = FOLDER) -> list[Path]:
    """Write ``<kind>.schema.json`` for every kind into a folder; the paths written."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for kind in KINDS:
        path = folder / f"{kind}.schema.json"
        path.write_text(schema_text(kind), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _relaxed(part: Any) -> Any:
    """A schema without `required`, generated titles, nulls (TOML has none) and OpenAPI's discriminators."""
    if isinstance(part, list):
        return [_relaxed(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    if _is_property_table(part):
        return {name: _relaxed(inner) for name, inner in part.items()}
    relaxed: dict[str, Any] = {}
    for key, value in part.items():
        if key == "default":
            relaxed |= {} if value is None else {"default": _plain(value)}
        elif key not in ("required", "discriminator", "title"):
            relaxed["anyOf" if key == "oneOf" else key] = _relaxed(value)
    if "patternProperties" in relaxed:
        relaxed["additionalProperties"] = False
    if len(relaxed.get("anyOf", ())) == 1:
        relaxed |= relaxed.pop("anyOf")[0]
    return relaxed


def _is_property_table(part: dict[str, Any]) -> bool:
    """Whether the keys are names of properties (whose values are schemas) and not words of JSON Schema."""
    return all(isinstance(value, dict) for value in part.values())


def _plain(default: Any) -> Any:
    """A default as a file would write it: a known quantity as its bare number, without what is not given."""
    if isinstance(default, dict):
        given = {key: _plain(value) for key, value in default.items() if value is not None}
        return given["value"] if set(given) == {"value"} else given
    return default


def _number_or_table(table: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "number"}, table], "description": table.pop("description")}


VALUE = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}


def _array_or_range(table: dict[str, Any]) -> dict[str, Any]:
    array = {"type": "array", "minItems": 1, "maxItems": MOST_VALUES, "items": VALUE}
    table["properties"]["values"] = array
    return {"anyOf": [array, table], "description": table.pop("description")}


def _variant(top: dict[str, Any]) -> dict[str, Any]:
    """Schema of an overlay: every key of a scenario, none required, and its own kind."""
    own = {key: value for key, value in top["properties"].items() if key in VARIANT_KEYS}
    own["kind"] = {"const": "variant", "type": "string"}
    laid = {key: value for key, value in top["properties"].items() if key not in VARIANT_KEYS}
    description = "A variant file: whatever it states is laid over a scenario."
    return {**top, "description": description, "properties": {**own, **laid}}
