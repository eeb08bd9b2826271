"""Figures of a result folder: drawn once, and again only when results or the drawing code have changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.cli.words import Lang
    from sim.experiment.results import Results

FIGURES = "figures"


def _stamp_path(results: Results, lang: Lang) -> Path:
    return results.folder / FIGURES / f"drawn-{lang}.json"


def _fingerprint(results: Results) -> str:
    """Hash of what figures are made of: the manifest (with the digests of all tables) and the code."""
    import sim

    state = hashlib.sha256((results.folder / "manifest.json").read_bytes())
    drawing = Path(sim.__file__).parent / "report"
    for source in sorted([*drawing.rglob("*.py"), *drawing.glob("*.json")]):
        state.update(source.read_bytes())
    return state.hexdigest()


def current_figures(results: Results, lang: Lang) -> list[Path] | None:
    """Figures drawn earlier from the same results, or None when they must be drawn."""
    from sim.experiment.store.parquet import sha256

    folder = results.folder / FIGURES
    try:
        stamp = json.loads(_stamp_path(results, lang).read_bytes())
        whole = stamp["made_of"] == _fingerprint(results) and all(
            sha256(folder / name) == digest for name, digest in stamp["figures"].items()
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return [folder / name for name in stamp["figures"]] if whole else None


def draw(results: Results, lang: Lang) -> list[Path]:
    """Draw all figures in a language and remember what they were made of."""
    from sim.experiment.store.parquet import sha256
    from sim.experiment.store.writing import check_writable, write_bytes
    from sim.report.figures import draw_figures

    folder = results.folder / FIGURES
    check_writable(folder)
    paths = sorted(draw_figures(results, folder, lang))
    digests = {path.relative_to(folder).as_posix(): sha256(path) for path in paths}
    stamp = {"made_of": _fingerprint(results), "figures": digests}
    write_bytes(_stamp_path(results, lang), (json.dumps(stamp, indent=1) + "\n").encode())
    return paths
