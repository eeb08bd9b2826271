"""Every message can be said in French: each template has a French one with the same gaps, and none is left over."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from string import Formatter
from typing import Any, get_args
from unittest.mock import patch

from pydantic import BaseModel

from sim import errors
from sim.cli.app import COMMANDS, main
from sim.language import FRENCH, french
from sim.scenario.experiment_file import ExperimentFile
from sim.scenario.explain import description
from sim.scenario.model import Scenario
from sim.scenario.quantity import Quantity
from sim.scenario.strategy import Strategy

SIM = Path(__file__).parents[2] / "sim"
MODULES = [*sorted(SIM.rglob("*.py")), SIM.parent / "run.py"]
MADE_UP = {"sim/language.py", "sim/scenario/explain.py", "sim/cli/french_help.py"}
"""Where a phrase is made of a template that is not written there: its own module, docstrings of models and of commands."""

NEUTRAL = re.compile(r"[\s…,.//()≥>≤<×+−–·→-]*[\d,.]*[gf]?")
"""What is written alike in both languages: signs between gaps, and formats of numbers."""

ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.SimError)}
SPEAKING = {"Finding", "ValueError", *ERRORS}
"""What is made with a message."""


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """All calls of plain names: place, name and call."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield f"{module.relative_to(SIM.parent)}:{node.lineno}", node.func.id, node


PHRASES = [(place, call) for place, name, call in calls() if name == "Phrase"]


def written(call: ast.Call) -> str | None:
    """The template of a phrase if it stands there in full."""
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def gaps(template: str) -> Counter[str]:
    """Gaps of a template, each as often as it is filled; a word that only follows a number counts for nothing."""
    fields = [(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name is not None]
    return Counter(name for name, spec in fields if "|" not in spec)


def following(template: str) -> set[str]:
    """Numbers that words of a template follow."""
    return {name for _, name, spec, _ in Formatter().parse(template) if name is not None and "|" in (spec or "")}


def models(annotation: Any, found: dict[type[BaseModel], None]) -> None:
    """All models that an annotation leads to."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in found:
        found[annotation] = None
        for field in annotation.model_fields.values():
            models(field.annotation, found)
    for part in get_args(annotation):
        models(part, found)


def described() -> list[str]:
    """Docstrings of the models of a file: what `explain` says of their keys."""
    found: dict[type[BaseModel], None] = {}
    models(Scenario, found)
    models(Strategy, found)
    models(ExperimentFile, found)
    return [str(description(model)) for model in found if model not in (Quantity, Strategy.__base__)]


def helped() -> list[str]:
    """Texts of the help of all commands."""
    told: list[str] = []
    with patch("sim.cli.french_help.in_french", lambda text: told.append(text) or text), redirect_stdout(StringIO()):
        main(["--help", "--lang", "fr"])
        for command in COMMANDS:
            main([command, "--help", "--lang", "fr"])
    return told


def english() -> dict[str, str]:
    """Every template that has words, with its place."""
    found = {**dict.fromkeys(described(), "docstring of a model"), **dict.fromkeys(helped(), "help")}
    for place, call in PHRASES:
        template = written(call)
        if template is not None:
            parts = [f"{text}{spec or ''}" for text, _, spec, _ in Formatter().parse(template)] if call.keywords else [template]
            if not all(NEUTRAL.fullmatch(part) for part in parts):
                found[template] = place
    return found


def filled(template: str) -> bool:
    """Whether a template of the catalogue has gaps, as some phrase of that template fills them."""
    return any(call.keywords for _, call in PHRASES if written(call) == template)


def test_a_phrase_is_written_where_it_is_made_and_every_gap_has_its_value() -> None:
    for place, call in PHRASES:
        template = written(call)
        if template is None:
            assert place.split(":")[0] in MADE_UP, f"{place}: write the template here, in quotes"
            continue
        given = {keyword.arg for keyword in call.keywords}
        if given:
            used = set(gaps(template)) | following(template) | following(french().get(template, ""))
            assert used == given, f"{place}: {template!r} is not what {given} fill"
        assert given or not re.search(r"\{\w+(:[^ }]*)?\}", template), f"{place}: nothing fills {template!r}"


def test_errors_and_findings_are_made_with_phrases() -> None:
    for place, name, call in calls():
        if name in SPEAKING:
            plain = [part for part in call.args if isinstance(part, (ast.JoinedStr, ast.Constant))]
            assert plain == [], f"{place}: say it with a Phrase"


def test_every_phrase_has_a_french_one() -> None:
    missing = {template: place for template, place in english().items() if template not in french()}
    assert missing == {}


def test_no_french_is_left_over() -> None:
    assert set(french()) - set(english()) == set()


def test_no_template_is_translated_twice() -> None:
    keys = [key for file in FRENCH.glob("*.toml") for key in tomllib.loads(file.read_text(encoding="utf-8"))]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_french_has_the_gaps_and_the_code_of_the_english() -> None:
    for template, text in french().items():
        if filled(template):
            assert gaps(text) == gaps(template), template
        code = [sorted(re.findall(r"`[^`]+`", one)) for one in (template, text)]
        assert code[0] == code[1], template


def test_french_is_written_in_plain_type_with_spaces_before_high_marks() -> None:
    for file in FRENCH.glob("*.toml"):
        for english_text, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            words = re.sub(r"`[^`]*`|\{[^}]*\}|\d:\d|https?://\S+", "x", text)
            assert not re.search(r"[\u00a0\u202f’]", text), f"{english_text!r}: no-break spaces and ’ come by themselves"
            assert not re.search(r"[^\s(][;?!»]|[^\s]:(?=\s|$)|«\S", words), f"{text!r}: a space is missing"
