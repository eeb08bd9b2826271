"""Figures of a result folder: drawn once, and again only when results or the drawing code have changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from sim.cli.words import Lang

FIGURES = "figures"


def _stamp_path(folder: Path, lang: Lang) -> Path:
    return folder / FIGURES / f"drawn-{lang}.json"


def _fingerprint(folder: Path) -> str:
    """Hash of what figures are made of: what the folder says of itself (with the digests of all tables) and the code."""
    import sim

    records = (folder / "manifest.json", folder / "study.json", *sorted(folder.glob("cells/*/manifest.json")))
    state = hashlib.sha256()
    for record in records:
        if record.is_file():
            state.update(record.read_bytes())
    drawing = Path(sim.__file__).parent / "report"
    for source in sorted([*drawing.rglob("*.py"), *drawing.glob("*.json")]):
        state.update(source.read_bytes())
    return state.hexdigest()


def current_figures(folder: Path, lang: Lang) -> list[Path] | None:
    """Figures of a folder of results drawn earlier from the same results, or None when they must be drawn."""
    from sim.experiment.store.parquet import sha256

    figures = folder / FIGURES
    try:
        stamp = json.loads(_stamp_path(folder, lang).read_bytes())
        whole = stamp["made_of"] == _fingerprint(folder) and all(
            sha256(figures / name) == digest for name, digest in stamp["figures"].items()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return [figures / name for name in stamp["figures"]] if whole else None


def draw(folder: Path, lang: Lang) -> list[Path]:
    """Draw the usual figures of a folder of results in a language and remember what they were made of."""
    from sim.experiment.store.parquet import sha256
    from sim.experiment.store.writing import check_writable, write_bytes
    from sim.language import said
    from sim.report.figures import usual_charts, write_charts

    figures = folder / FIGURES
    check_writable(figures)
    charts, left_out = usual_charts(folder)
    paths = sorted(write_charts(charts, figures, lang))
    for one in left_out:
        # One of other results would be taken for one of these.
        for path in figures.glob(f"{one.name}.{lang}.*"):
            path.unlink()
    digests = {path.relative_to(figures).as_posix(): sha256(path) for path in paths}
    missing = {one.name: said(one.reason.args[0], lang) for one in left_out}
    stamp = {"made_of": _fingerprint(folder), "figures": digests, "left_out": missing}
    write_bytes(_stamp_path(folder, lang), (json.dumps(stamp, indent=1) + "\n").encode())
    return paths


def left_out(folder: Path, lang: Lang) -> dict[str, str]:
    """Why the usual figures that a folder of results lacks could not be drawn, by name."""
    try:
        told = json.loads(_stamp_path(folder, lang).read_bytes()).get("left_out", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return {str(name): str(reason) for name, reason in told.items()}


def drawn(folder: Path, notices: Console, lang: Lang) -> list[Path]:
    """Figures of a folder of results, drawn where they must be; none, with a notice, where a library is missing."""
    from rich.text import Text

    from sim.cli.words import word

    found = current_figures(folder, lang)
    try:
        if found is None:
            with notices.status(word(lang, "drawing")):
                found = draw(folder, lang)
        for name, reason in left_out(folder, lang).items():
            notices.print(Text(f"{name}  {reason}", "yellow"), soft_wrap=True)
        return found
    except ModuleNotFoundError as error:
        notices.print(Text(word(lang, "no_figures", name=str(error.name)), "yellow"), soft_wrap=True)
        return []
