"""House style of charts: fonts, colours, sizes, and settings that make a chart the same bytes on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.textpath import text_to_path

FONT_FOLDER = Path(__file__).parent / "fonts"
INTER = {400: "Inter-Regular.ttf", 600: "Inter-SemiBold.ttf", 700: "Inter-Bold.ttf"}
DEJAVU = {400: "DejaVuSans.ttf", 600: "DejaVuSans-Bold.ttf", 700: "DejaVuSans-Bold.ttf"}



class Size(NamedTuple):
    """Where a chart is to stand: its width, the height it must fill (0: as much as it takes), and pixels of its PNG."""

    name: str
    width_pt: float
    height_pt: float
    pixels: int
    bare: bool = False
    """Without the title, which stands beside the picture where it is put."""

    @property
    def narrow(self) -> bool:
        """Whether there is no room beside the plot."""
        return self.width_pt < 300


COLUMN = Size("column", 3.05 * 72, 0.0, 915)
FULL = Size("full", 6.3 * 72, 0.0, 1890)
SLIDE = Size("slide", 480.0, 270.0, 1920)
SIZES = {size.name: size for size in (FULL, COLUMN, SLIDE)}
"""Full is the text width of an A4 page with margins of 25 mm, column half of it less the gutter, both at 300 dpi; a slide
is 16 by 9 and shown larger than it is laid out."""

WIDTH_PT = FULL.width_pt
TITLE_PT, SUBTITLE_PT, LABEL_PT, TICK_PT, NOTE_PT = 11.5, 8.5, 8.5, 8.0, 7.0
LINE_SPACING = 1.28

Weight = Literal["normal", "semibold", "bold"]

INK = "#1a1a1a"
SECONDARY = "#4d4d4d"
AXIS = "#8c8c8c"
FAINT = "#b8b8b8"
GRID = "#e4e4e4"
PAPER = "#ffffff"


class Hue(NamedTuple):
    """A colour of the Okabe–Ito palette: for marks, and a darker variant in which text can be read on white."""

    mark: str
    text: str

    def tint(self, strength: float) -> str:
        """Opaque mix of the mark with white, `strength` in [0, 1]; opaque so that Word and PDF show the same."""
        parts = (int(self.mark[i : i + 2], 16) for i in (1, 3, 5))
        return "#" + "".join(f"{round(255 - strength * (255 - part)):02x}" for part in parts)


HUES = (
    Hue("#0072b2", "#00588a"),
    Hue("#d55e00", "#a34700"),
    Hue("#009e73", "#006b4e"),
    Hue("#cc79a7", "#94396b"),
    Hue("#56b4e9", "#1f6a99"),
    Hue("#e69f00", "#855c00"),
)
STROKES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.0), (1.2, 1.6), (5.0, 1.6, 1.2, 1.6))
"""Dashes that tell lines apart where colours cannot: solid, dashed, dotted, dash and dot."""

BAND_STRENGTHS = (0.16, 0.34, 0.56)
"""Tints of the 90, 60 and 30 % bands."""


@cache
def families() -> tuple[str, ...]:
    """Font families of charts in order of preference, registered under names that no installed font can have.

    Inter is used where its files are there; DejaVu Sans, which comes with matplotlib, has the characters it lacks.
    """
    bundled = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    found = []
    for family, folder, files in (("Chart Inter", FONT_FOLDER, INTER), ("Chart DejaVu", bundled, DEJAVU)):
        if all((folder / file).is_file() for file in files.values()):
            for weight, file in files.items():
                fontManager.ttflist.append(FontEntry(fname=str(folder / file), name=family, weight=weight))
            found.append(family)
    return tuple(found)


@contextmanager
def house_style() -> Iterator[None]:
    """Settings in which charts are drawn and saved, whatever the user's own matplotlib settings are."""
    untouched = {"backend", "backend_fallback", "interactive"}
    settings: dict[Any, Any] = {k: v for k, v in matplotlib.rcParamsDefault.items() if k not in untouched}
    settings |= {
        "font.family": list(families()),
        "font.size": LABEL_PT,
        "text.color": INK,
        "text.parse_math": False,
        "text.hinting": "no_hinting",
        "svg.hashsalt": "fuel-blockade-sim",
        "svg.fonttype": "path",
        "pdf.fonttype": 42,
        "axes.linewidth": 0.7,
        "axes.edgecolor": AXIS,
        "axes.axisbelow": True,
        "axes.grid": False,
        "xtick.color": AXIS,
        "xtick.labelcolor": SECONDARY,
        "xtick.labelsize": TICK_PT,
        "ytick.labelcolor": SECONDARY,
        "ytick.labelsize": TICK_PT,
        "ytick.major.size": 0,
    }
    with matplotlib.rc_context(settings):
        yield


@lru_cache(maxsize=8192)
def width_pt(text: str, size_pt: float, weight: Weight = "normal") -> float:
    """Width in points of one line of text; to be called inside `house_style`."""
    font = FontProperties(family=list(families()), size=size_pt, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def wrap(text: str, limit_pt: float, size_pt: float, weight: Weight = "normal") -> list[str]:
    """Lines of `text` no wider than `limit_pt`; a word that is too wide by itself is broken, nothing is left out."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_pt(longer, size_pt, weight) <= limit_pt:
            line = longer
            continue
        if line:
            lines.append(line)
        *pieces, line = _broken(word, limit_pt, size_pt, weight)
        lines.extend(pieces)
    return [*lines, line]


def balanced(text: str, limit_pt: float, size_pt: float, weight: Weight = "normal") -> list[str]:
    """Lines of `text` as few as by `wrap`, in the least width (to a point) that holds them: no last word alone."""
    lines = wrap(text, limit_pt, size_pt, weight)
    too_narrow, wide_enough = limit_pt / 2, limit_pt
    while len(lines) > 1 and wide_enough - too_narrow > 1:
        middle = (too_narrow + wide_enough) / 2
        tried = wrap(text, middle, size_pt, weight)
        if len(tried) > len(lines):
            too_narrow = middle
        else:
            lines, wide_enough = tried, middle
    return lines


def _broken(word: str, limit_pt: float, size_pt: float, weight: Weight) -> list[str]:
    if width_pt(word, size_pt, weight) <= limit_pt:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and width_pt(piece + letter, size_pt, weight) > limit_pt:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece]
