"""The structure that CONTRIBUTING describes: layers, where third-party packages may be used, file sizes, randomness, names."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIM = ROOT / "sim"
MODULES = sorted(SIM.rglob("*.py"))
LAYERS = [
    ["cli"], ["report"], ["study"], ["experiment"], ["analysis"], ["engines"], ["plan"], ["scenario"], ["rules"], ["records"],
    ["draws"], ["clock"], ["jit", "errors"], ["language"],
]  # fmt: skip
HEIGHT = {name: len(LAYERS) - i for i, names in enumerate(LAYERS) for name in names}
ONLY_IN = {
    "simpy": ["engines/reference/environment.py"],
    "numba": ["jit.py", "engines/batch/"],
    "pydantic": ["scenario/"],
    "pydantic_core": ["scenario/"],
    "matplotlib": ["report/"],
    "typst": ["report/memo/"],
    "docx": ["report/memo/"],
    "duckdb": ["experiment/"],
    "distributed": ["experiment/cluster.py"],
    "pandas": ["experiment/", "analysis/", "report/", "study/"],
    "rich": ["cli/"],
    "cyclopts": ["cli/"],
}
INSIDE_FUNCTIONS = {"pandas", "duckdb", "numba", "distributed"}
SOFT, HARD = 300, 500


def imports(module: Path) -> Iterator[tuple[str, bool, bool]]:
    """Imported module names, with whether it is inside a function and whether it is only for type checking."""
    tree = ast.parse(module.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    inside = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in inside, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write imports in full"
            yield from ((f"{node.module}.{a.name}", id(node) in inside, id(node) in typing_only) for a in node.names)


def layer(module: Path) -> str:
    return module.relative_to(SIM).parts[0].removesuffix(".py")


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_from_layers_below_its_own(module: Path) -> None:
    own = layer(module)
    if own == "__init__":
        assert all(inside or typing for name, inside, typing in imports(module) if name.startswith("sim.")), "sim is lazy"
        return
    assert own in HEIGHT, f"{own} is no layer"
    for name, _, _ in imports(module):
        if name.split(".")[0] == "sim" and len(name.split(".")) > 1 and name.split(".")[1] in HEIGHT:
            other = name.split(".")[1]
            assert other == own or HEIGHT[other] < HEIGHT[own], f"{own} may not import {name}"


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_third_party_packages_stay_where_they_belong(module: Path) -> None:
    place = str(module.relative_to(SIM))
    for name, inside, typing in imports(module):
        package = name.split(".")[0]
        if package in ONLY_IN:
            assert any(place.startswith(allowed) for allowed in ONLY_IN[package]), f"{package} in {place}"
        if package in INSIDE_FUNCTIONS and not typing and not place.startswith("report/"):
            assert inside, f"{package} must be imported inside functions of {place}"


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_longer_than_the_hard_limit(module: Path) -> None:
    lines = len(module.read_text().splitlines())
    if lines > SOFT:
        print(f"{module.relative_to(ROOT)}: {lines} lines, over the soft limit of {SOFT}", file=sys.stderr)
    assert lines <= HARD


def test_there_is_no_randomness_outside_draws() -> None:
    pattern = re.compile(r"np\.random|numpy\.random|^\s*(import|from) (random|secrets|uuid)\b|default_rng", re.MULTILINE)
    found = [str(m.relative_to(ROOT)) for m in MODULES if m != SIM / "draws.py" and pattern.search(m.read_text())]
    assert found == []


def test_rules_use_no_power_no_numpy_and_no_forbidden_math() -> None:
    forbidden = {"gamma", "lgamma", "hypot", "fmod", "pow"}
    for module in (SIM / "rules").glob("*.py"):
        tree = ast.parse(module.read_text())
        assert not any(isinstance(node, ast.Pow) for node in ast.walk(tree)), module.name
        assert not any(name.startswith("numpy") for name, _, _ in imports(module)), module.name
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not used & forbidden, module.name


def test_every_function_in_rules_is_registered_and_has_unit_direction_or_source_in_its_docstring() -> None:
    for module in (SIM / "rules").glob("*.py"):
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                (decorator,) = map(ast.unparse, node.decorator_list)
                assert re.fullmatch(r"rule|rule_compiled_as\(\w+\)", decorator), f"{module.name}: {node.name} is no rule"
                assert "Source" in (ast.get_docstring(node) or ""), f"{module.name}: {node.name} names no source"


def test_names_are_words_of_the_field() -> None:
    for module in MODULES:
        assert module.stem not in {"utils", "helpers", "manager", "misc", "common"}, module
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                assert not re.match(r"get_|process_|do_|.*(Manager|Helper)$", node.name), f"{module}: {node.name}"


def test_public_functions_and_classes_have_docstrings() -> None:
    for module in MODULES:
        for node in ast.parse(module.read_text()).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{module.relative_to(ROOT)}: {node.name}"


def test_no_two_test_files_share_a_name() -> None:
    """pytest imports a test file under its bare name, so a second one of that name is not collected in a fresh clone."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert not {name for name in names if names.count(name) > 1}
