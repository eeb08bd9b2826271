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
    from sim.report.figures import draw_figures

    figures = folder / FIGURES
    check_writable(figures)
    paths = sorted(draw_figures(folder, figures, lang))
    digests = {path.relative_to(figures).as_posix(): sha256(path) for path in paths}
    stamp = {"made_of": _fingerprint(folder), "figures": digests}
    write_bytes(_stamp_path(folder, lang), (json.dumps(stamp, indent=1) + "\n").encode())
    return paths


def drawn(folder: Path, notices: Console, lang: Lang) -> list[Path]:
    """Figures of a folder of results, drawn where they must be; none, with a notice, where a library is missing."""
    from rich.text import Text

    from sim.cli.words import word

    found = current_figures(folder, lang)
    if found is not None:
        return found
    try:
        with notices.status(word(lang, "drawing")):
            return draw(folder, lang)
    except ModuleNotFoundError as error:
        notices.print(Text(word(lang, "no_figures", name=str(error.name)), "yellow"), soft_wrap=True)
        return []
