"""From files to frozen models: `extends`, variants and overrides are merged, validated and cross-checked.

Mistakes are gathered and raised together as `ScenarioError`: first those of single files (not TOML, a missing
parent), then those of the merged values, then what must hold between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from sim.errors import Problem, ScenarioError, UsageError
from sim.scenario.checks import scenario_findings
from sim.scenario.expected import Finding, findings, shown_value, suggestion
from sim.scenario.files import Kind, available, find, shown
from sim.scenario.loaded import FILE_KEYS, VARIANT_KEYS, Document, Loaded, Merged, digest_of
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.quantity import Model
from sim.scenario.strategy import Strategy
from sim.scenario.strategy_checks import strategy_findings

M = TypeVar("M", bound=Model)
MAX_DEPTH = 10


def load_scenario(
    name_or_path: str | Path,
    *,
    variants: Sequence[str | Path] = (),
    overrides: Mapping[str, Any] | None = None,
) -> Loaded[Scenario]:
    """A scenario with its parents, `variants` in order and `overrides` laid over it, validated and checked.

    Parameters
    ----------
    name_or_path
        Name of a world (``kayes-corridor``) or path of a file.
    variants
        Names or paths of variant files.
    overrides
        Values or tables by dotted key (``{"escort.pool.kayes.units": 6}``), laid in order.

    Raises
    ------
    UsageError
        A name that does not exist.
    ScenarioError
        All mistakes, each with file, line, column and key.
    """
    merged, files = _merged(
        find(name_or_path, "scenario"), "scenario", [find(v, "variant") for v in variants]
    )
    for key, value in (overrides or {}).items():
        merged.lay(Document("overrides", "", _nested(key, value)))
    model = _validated(merged, Scenario)
    found = [finding for finding in scenario_findings(model) if not _after_a_new_end(finding, model, merged)]
    _refuse(merged, [*found, *_default_strategy(model)])
    names = tuple(Path(v).stem for v in variants)
    return Loaded(_stem(name_or_path), "scenario", model, merged.data, files, digest_of(model), names, merged)


def load_strategy(name_or_path: str | Path) -> Loaded[Strategy]:
    """A strategy with its parents, validated and checked; raises like `load_scenario`."""
    merged, files = _merged(find(name_or_path, "strategy"), "strategy", [])
    model = _validated(merged, Strategy)
    _refuse(merged, strategy_findings(model))
    return Loaded(_stem(name_or_path), "strategy", model, merged.data, files, digest_of(model), (), merged)


def scenario_from_data(data: Mapping[str, Any]) -> Scenario:
    """A scenario from plain data shaped like a file (complete, without `extends`), validated and checked."""
    merged = _of_data(data)
    model = _validated(merged, Scenario)
    _refuse(merged, scenario_findings(model))
    return model


def strategy_from_data(data: Mapping[str, Any]) -> Strategy:
    """A strategy from plain data shaped like a file (complete, without `extends`), validated and checked."""
    merged = _of_data(data)
    model = _validated(merged, Strategy)
    _refuse(merged, strategy_findings(model))
    return model


def _stem(name_or_path: str | Path) -> str:
    return Path(name_or_path).name.removesuffix(".toml")


def _of_data(data: Mapping[str, Any]) -> Merged:
    merged = Merged()
    merged.lay(Document("data", "", data), leave_out=set())
    return merged


def _nested(dotted_key: str, value: Any) -> dict[str, Any]:
    """The tables that lead to a dotted key, holding nothing else."""
    first, *rest = dotted_key.split(".")
    for key in reversed(rest):
        value = {key: value}
    return {first: value}


def _merged(path: Path, kind: Kind, variants: list[Path]) -> tuple[Merged, tuple[Path, ...]]:
    problems: list[Problem] = []
    chain = _chain(path, kind, problems)
    overlays = [document for variant in variants if (document := _readable(variant, "variant", problems))]
    if problems:
        raise ScenarioError(problems)
    merged = Merged()
    for document in chain:
        merged.lay(document)
        if "extends" in document.data and "kind" not in document.data:
            merged.faults.append(document.problem(("kind",), f'is missing: expected "{kind}"'))
    for document in overlays:
        merged.lay(document, leave_out=VARIANT_KEYS | FILE_KEYS)
        merged.faults.extend(_variant_faults(document))
    return merged, (*(d.path for d in chain if d.path), *variants)


def _chain(path: Path, kind: Kind, problems: list[Problem]) -> list[Document]:
    """The file and its parents, oldest first; what cannot be followed goes to `problems`."""
    chain: list[Document] = []
    while True:
        document = _readable(path, kind, problems)
        if document is None:
            return []
        chain.insert(0, document)
        if "extends" not in document.data:
            return chain
        parent = _parent(document, kind)
        earlier = [d.shown for d in reversed(chain)]
        if isinstance(parent, Path) and shown(parent) in earlier:
            parent = Finding(("extends",), f"goes round in a circle: {' → '.join([*earlier, shown(parent)])}")
        elif len(chain) > MAX_DEPTH:
            parent = Finding(("extends",), f"more than {MAX_DEPTH} files extend each other")
        if isinstance(parent, Finding):
            problems.append(document.problem(*parent))
            return []
        path = parent


def _readable(path: Path, kind: Kind, problems: list[Problem]) -> Document | None:
    """The file at `path`, or None with the reason in `problems` if it is not TOML or of another kind."""
    try:
        document = Document.of(path)
    except ScenarioError as error:
        problems.extend(error.problems)
        return None
    got = document.data.get("kind", kind)
    if got == kind:
        return document
    message = f'expected "{kind}", got {shown_value(got)}'
    problems.append(document.problem(("kind",), message, f"this file was asked for as a {kind}"))
    return None


def _parent(document: Document, kind: Kind) -> Path | Finding:
    """File that a document extends: a path from its folder, a name beside it, or a name of the kind."""
    name = document.data["extends"]
    if not isinstance(name, str):
        return Finding(("extends",), f"expected the name of a {kind} in quotes, got {shown_value(name)}")
    folder = document.path.parent if document.path else Path.cwd()
    beside = folder / (name if name.endswith(".toml") else f"{name}.toml")
    if beside.is_file():
        return beside
    try:
        return find(name, kind)
    except UsageError:
        words = available(kind)
        return Finding(("extends",), f'there is no {kind} "{name}" to extend', suggestion(name, words))


def _variant_faults(document: Document) -> Iterable[Problem]:
    """What a variant lacks or must not have; its values are judged in the scenario under it."""
    if "kind" not in document.data:
        yield document.problem(("kind",), 'is missing: expected "variant"')
    if not isinstance(document.data.get("title"), str):
        yield document.problem(("title",), "is missing: expected a text in quotes")
    if "extends" in document.data:
        yield document.problem(("extends",), "a variant extends nothing: it is laid over any scenario")


def _validated(merged: Merged, model: type[M]) -> M:
    found: list[Finding] = []
    try:
        valid = model.model_validate(_with_tuples(merged.data), by_alias=True, by_name=False)
    except ValidationError as error:
        found = findings(error, model, merged.data)
    problems = [*merged.faults, *(merged.problem(*finding) for finding in found)]
    if problems:
        raise ScenarioError(problems)
    return valid


def _with_tuples(value: Any) -> Any:
    """Plain data with arrays as tuples, which is what frozen models hold."""
    if isinstance(value, Mapping):
        return {key: _with_tuples(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_with_tuples(inner) for inner in value)
    return value


def _refuse(merged: Merged, found: Iterable[Finding]) -> None:
    problems = [merged.problem(*_at_the_latest(finding, merged)) for finding in found]
    if problems:
        raise ScenarioError(problems)


PARTS: tuple[tuple[KeyPath, tuple[KeyPath, ...]], ...] = (
    (("balance", "?"), (("sink", "*", "share", "?"), ("class", "*", "share", "?"))),
    (("corridor",), (("corridor", "*", "share"), ("corridor", "*", "enabled"))),
    (
        ("city", "depot", "?", "start_cover_days"),
        (
            ("city", "depot", "?", "start_cover_days"),
            ("city", "depot", "?", "capacity_l"),
            ("balance", "?", "need_l_day"),
            ("class", "*", "share", "?"),
        ),
    ),
)
"""What is judged together, by the key at which the checks report it: ``?`` is one name, ``*`` any."""


def _at_the_latest(finding: Finding, merged: Merged) -> Finding:
    """The finding at the part that a later file has set, if one did: what it was laid over added up."""
    for whole, parts in PARTS:
        names = [got for key, got in zip(whole, finding.path, strict=False) if key == "?"]
        if len(finding.path) != len(whole) or not _matches(whole, finding.path, names):
            continue
        involved = [path for path in merged.changed_by if any(_matches(part, path, names) for part in parts)]
        last = max((merged.layer(path) for path in involved), default=0)
        latest = [path for path in involved if merged.layer(path) == last]
        if last and finding.path not in latest:
            return finding._replace(path=latest[0])
    return finding


def _matches(pattern: KeyPath, path: KeyPath, names: Sequence[str | int]) -> bool:
    if len(pattern) != len(path):
        return False
    filled = [names[0] if key == "?" else key for key in pattern]
    return all(key in ("*", got) for key, got in zip(filled, path, strict=True))


def _after_a_new_end(finding: Finding, scenario: Scenario, merged: Merged) -> bool:
    """No mistake: an event that never happens because a later file or override made the run shorter."""
    match finding.path:
        case ("event", str(name), "first_day"):
            shortened = merged.layer(("days",)) > merged.layer(finding.path)
            return shortened and scenario.event[name].first_day >= scenario.start
    return False


def _default_strategy(scenario: Scenario) -> Iterable[Finding]:
    """`default_strategy` names a strategy file."""
    names = available("strategy")
    if scenario.default_strategy not in names:
        message = f'there is no strategy "{scenario.default_strategy}"'
        yield Finding(("default_strategy",), message, suggestion(scenario.default_strategy, names))
