"""A file and the parents that it extends."""

from __future__ import annotations

from pathlib import Path

from sim.errors import Problem, ScenarioError
from sim.language import Phrase
from sim.scenario.expected import Finding, shown_value, suggestion
from sim.scenario.files import NOUNS, Kind, available, is_file, leads_out, real, shown
from sim.scenario.loaded import Document

MAX_DEPTH = 10


def chain_of(path: Path, kind: Kind, problems: list[Problem]) -> list[Document]:
    """The file and its parents, oldest first; empty, with the reason in `problems`, if they cannot be followed.

    Parents lie in the working directory, in the folder of the file, or in a scenario folder: nothing else is read.
    """
    chain: list[Document] = []
    folders = (Path.cwd(), path.parent)
    while True:
        document = readable(path, kind, problems)
        if document is None:
            return []
        chain.insert(0, document)
        if "extends" not in document.data:
            return chain
        parent = _parent(document, kind, folders)
        earlier = [d.shown for d in reversed(chain)]
        if isinstance(parent, Path) and real(parent) in [real(d.path) for d in chain if d.path]:
            parent = Finding(("extends",), Phrase("goes round in a circle: {files: → }", files=(*earlier, shown(parent))))
        elif len(chain) > MAX_DEPTH:
            parent = Finding(("extends",), Phrase("more than {most} files extend each other", most=MAX_DEPTH))
        if isinstance(parent, Finding):
            problems.append(document.problem(parent.path, parent.message, parent.hint))
            return []
        path = parent


def readable(path: Path, kind: Kind, problems: list[Problem]) -> Document | None:
    """The file at `path`, or None with the reason in `problems` if it is not TOML or of another kind."""
    try:
        document = Document.of(path)
    except ScenarioError as error:
        problems.extend(error.problems)
        return None
    got = document.data.get("kind", kind)
    if got == kind:
        return document
    message = Phrase('expected "{word}", got {got}', word=kind, got=shown_value(got))
    problems.append(document.problem(("kind",), message, Phrase("this file was asked for as a {kind}", kind=NOUNS[kind])))
    return None


def _parent(document: Document, kind: Kind, folders: tuple[Path, ...]) -> Path | Finding:
    """File that a document extends: a path from its folder, a name beside it, or a name of the kind."""
    name = document.data["extends"]
    if not isinstance(name, str):
        message = Phrase("expected the name of a {kind} in quotes, got {got}", kind=NOUNS[kind], got=shown_value(name))
        return Finding(("extends",), message)
    folder = document.path.parent if document.path else Path.cwd()
    found = beside_or_named(name, kind, folder, folders)
    return found if isinstance(found, Path) else Finding(("extends",), *found)


def beside_or_named(
    name: str, kind: Kind, folder: Path, folders: tuple[Path, ...], *, named_first: bool = False
) -> Path | tuple[Phrase, Phrase]:
    """File that a file in `folder` names: a path from there, a name beside it, or a name of the kind; or why not, and a hint.

    Only what lies in `folders` or in a scenario folder is found. `named_first`: a name of the kind goes before one beside.
    """
    beside = folder / (name if name.endswith(".toml") else f"{name}.toml")
    found = beside if is_file(beside) and not named_first else available(kind).get(name, beside)
    if leads_out(found, *folders):
        hint = Phrase("expected a file in the working directory, beside the file asked for, or in a folder of scenarios")
        return Phrase('"{name}" leads out of the folders that are read', name=name), hint
    if is_file(found):
        return found
    others = [known for known in available(kind) if known != name]
    return Phrase('there is no {kind} "{name}"', kind=NOUNS[kind], name=name), suggestion(name, others)
