"""From files to frozen models: `extends`, variants and overrides are merged, validated and cross-checked.

Mistakes are gathered and raised together as `ScenarioError`: first those of single files (not TOML, a missing
parent), then those of the merged values, then what must hold between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from sim.errors import Problem, ScenarioError
from sim.language import NOTHING, Phrase
from sim.scenario.chain import chain_of, readable
from sim.scenario.checks import scenario_findings
from sim.scenario.expected import MOST, Finding, findings, shown_value, suggestion
from sim.scenario.experiment_checks import experiment_findings
from sim.scenario.experiment_file import ExperimentFile
from sim.scenario.files import Kind, available, find
from sim.scenario.loaded import FILE_KEYS, QUANTITY_DETAILS, VARIANT_KEYS, Document, Loaded, Merged, digest_of
from sim.scenario.model import Scenario
from sim.scenario.positions import KeyPath
from sim.scenario.quantity import Model
from sim.scenario.strategy import Strategy
from sim.scenario.strategy_checks import strategy_findings

M = TypeVar("M", bound=Model)

Overrides = Mapping[str, Any] | Sequence[Document]
"""What is laid over a file last: values or tables by dotted key, or documents that say themselves where their mistakes are."""


def load_scenario(
    name_or_path: str | Path,
    *,
    variants: Sequence[str | Path] = (),
    overrides: Overrides | None = None,
) -> Loaded[Scenario]:
    """A scenario with its parents, `variants` in order and `overrides` laid over it, validated and checked.

    Parameters
    ----------
    name_or_path
        Name of a world (``kayes-corridor``) or path of a file.
    variants
        Names or paths of variant files.
    overrides
        Values or tables by dotted key (``{"escort.pool.kayes.units": 6}``), or documents, laid in order.

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
    _override(merged, overrides)
    model = _validated(merged, Scenario)
    found = (finding for finding in scenario_findings(model) if not _after_a_new_end(finding, model, merged))
    _refuse(merged, chain(found, _default_strategy(model)))
    names = tuple(Path(v).stem for v in variants)
    return Loaded(_stem(name_or_path), "scenario", model, merged.data, files, digest_of(model), names, merged)


def load_strategy(name_or_path: str | Path, *, overrides: Overrides | None = None) -> Loaded[Strategy]:
    """A strategy with its parents and `overrides` laid over it, validated and checked; takes and raises like `load_scenario`."""
    merged, files = _merged(find(name_or_path, "strategy"), "strategy", [])
    _override(merged, overrides)
    model = _validated(merged, Strategy)
    _refuse(merged, strategy_findings(model))
    return Loaded(_stem(name_or_path), "strategy", model, merged.data, files, digest_of(model), (), merged)


def load_experiment(name_or_path: str | Path, *, overrides: Overrides | None = None) -> Loaded[ExperimentFile]:
    """An experiment file with its parents and `overrides`, checked by itself; takes and raises like `load_scenario`.

    The scenarios, variants and strategies that it names are not read: `sim.study.files` does that.
    """
    merged, files = _merged(find(name_or_path, "experiment"), "experiment", [])
    _override(merged, overrides)
    return _experiment(_stem(name_or_path), merged, files)


def experiment_from_data(name: str, data: Mapping[str, Any], place: str) -> Loaded[ExperimentFile]:
    """An experiment from plain data shaped like a file; `place` is what mistakes name in place of a file."""
    merged = Merged()
    merged.lay(Document(place, "", data), leave_out=set())
    return _experiment(name, merged, ())


def _experiment(name: str, merged: Merged, files: tuple[Path, ...]) -> Loaded[ExperimentFile]:
    model = _validated(merged, ExperimentFile)
    _refuse(merged, experiment_findings(model, merged.data))
    return Loaded(name, "experiment", model, merged.data, files, digest_of(model), (), merged)


def own_problems(name_or_path: str | Path, kind: Literal["scenario", "variant"]) -> list[Problem]:
    """Mistakes of a part of scenarios or of a variant by itself: of every value that is there, whatever else is missing."""
    problems: list[Problem] = []
    merged = Merged()
    for document in chain_of(find(name_or_path, kind), kind, problems):
        merged.lay(document, leave_out=FILE_KEYS if kind == "scenario" else VARIANT_KEYS | FILE_KEYS)
        problems += _variant_faults(document) if kind == "variant" else ()
    try:
        Scenario.model_validate(_with_tuples(merged.data), by_alias=True, by_name=False)
    except ValidationError as error:
        problems += [merged.told(finding) for finding in findings(error, Scenario, merged.data, complete=False)]
    return problems


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


def _override(merged: Merged, overrides: Overrides | None) -> None:
    """Lay overrides over what is there."""
    if isinstance(overrides, Mapping):
        overrides = [Document("overrides", "", nested(key, value)) for key, value in overrides.items()]
    for document in overrides or ():
        merged.lay(document)


def nested(dotted_key: str, value: Any) -> dict[str, Any]:
    """The tables that lead to a dotted key, holding nothing else."""
    first, *rest = dotted_key.split(".")
    for key in reversed(rest):
        value = {key: value}
    return {first: value}


def _merged(path: Path, kind: Kind, variants: list[Path]) -> tuple[Merged, tuple[Path, ...]]:
    problems: list[Problem] = []
    chain = chain_of(path, kind, problems)
    overlays = [document for variant in variants if (document := readable(variant, "variant", problems))]
    if problems:
        raise ScenarioError(problems)
    merged = Merged()
    for document in chain:
        merged.lay(document)
        if "extends" in document.data and "kind" not in document.data:
            merged.faults.append(document.problem(("kind",), Phrase('is missing: expected "{word}"', word=kind)))
    merged.own = len(chain) - 1
    for document in overlays:
        merged.lay(document, leave_out=VARIANT_KEYS | FILE_KEYS)
        merged.faults.extend(_variant_faults(document))
    merged.faults.extend(exclusions(overlays))
    return merged, (*(d.path for d in chain if d.path), *variants)


def _variant_faults(document: Document) -> Iterable[Problem]:
    """What a variant lacks or must not have; its values are judged in the scenario under it."""
    if "kind" not in document.data:
        yield document.problem(("kind",), Phrase('is missing: expected "{word}"', word="variant"))
    if not isinstance(document.data.get("title"), str):
        yield document.problem(("title",), Phrase("is missing: expected a text in quotes"))
    for key in ("title_fr", "summary"):
        if not isinstance(document.data.get(key, ""), str):
            yield document.problem((key,), Phrase("expected a text in quotes"))
    if "extends" in document.data:
        yield document.problem(("extends",), Phrase("a variant extends nothing: it is laid over any scenario"))


def exclusions(variants: Sequence[Document]) -> Iterator[Problem]:
    """Keys that two variants set to different values: two readings of one thing exclude each other."""
    given: set[str] = set()
    first: dict[KeyPath, tuple[Document, Any]] = {}
    for document in variants:
        if document.shown in given:
            yield document.problem((), Phrase("this variant is given twice"))
            continue
        given.add(document.shown)
        for path, value in _settings(document.data, VARIANT_KEYS | FILE_KEYS):
            other, before = first.setdefault(path, (document, value))
            if before != value:
                place = other.problem(path, NOTHING)
                message = Phrase(
                    "{value}, but {file}:{line} sets {before}: variants that set one key differently exclude each other",
                    value=shown_value(value), file=place.file, line=place.line, before=shown_value(before),
                )  # fmt: skip
                yield document.problem(path, message, Phrase("lay only one of the two"))


def _settings(data: Mapping[str, Any], leave_out: set[str], path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """What a variant sets, by key; a quantity is one setting, a table with nothing but a value the same as the bare value."""
    for key, value in data.items():
        if key in leave_out:
            continue
        if isinstance(value, Mapping) and "value" not in value and not set(value) <= QUANTITY_DETAILS:
            yield from _settings(value, set(), (*path, key))
        else:
            yield (*path, key), value["value"] if isinstance(value, Mapping) and set(value) == {"value"} else value


def _validated(merged: Merged, model: type[M]) -> M:
    found: list[Finding] = []
    try:
        valid = model.model_validate(_with_tuples(merged.data), by_alias=True, by_name=False)
    except ValidationError as error:
        found = findings(error, model, merged.data)
    _refuse(merged, found)
    return valid


def _with_tuples(value: Any) -> Any:
    """Plain data with arrays as tuples, which is what frozen models hold."""
    if isinstance(value, Mapping):
        return {key: _with_tuples(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_with_tuples(inner) for inner in value)
    return value


def _refuse(merged: Merged, found: Iterable[Finding]) -> None:
    problems = [*merged.faults, *(merged.told(finding) for finding in islice(found, MOST + 1))]
    if len(problems) > MOST:
        message = Phrase("more than {most:,} mistakes: these are the first, mend them and ask again", most=MOST)
        problems = [merged.problem((), message), *problems[:MOST]]
    if problems:
        raise ScenarioError(problems)


def _after_a_new_end(finding: Finding, scenario: Scenario, merged: Merged) -> bool:
    """No mistake: what never begins because a later file or override made the run shorter."""
    match finding.path:
        case ("event", str(name), "first_day"):
            first: date | None = scenario.event[name].first_day
        case ("threat", "regimes", "first_day") if scenario.threat.regimes is not None:
            first = scenario.threat.regimes.first_day
        case _:
            return False
    last = scenario.start + timedelta(days=scenario.days - 1)
    return merged.layer(("days",)) > merged.layer(finding.path) and first is not None and first > last


def _default_strategy(scenario: Scenario) -> Iterable[Finding]:
    """`default_strategy` names a strategy file."""
    names = available("strategy")
    if scenario.default_strategy not in names:
        message = Phrase('there is no strategy "{name}"', name=scenario.default_strategy)
        yield Finding(("default_strategy",), message, suggestion(scenario.default_strategy, names))
