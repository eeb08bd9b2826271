"""Make the three fonts in `sim/report/fonts/` from the npm package `@fontsource/inter`.

The package holds one WOFF2 file per script; charts need one TrueType file per weight. For each weight the Latin and
Latin-extended files are cut down to the characters listed here, merged, and named "Inter".

    npm pack @fontsource/inter@5.3.0 && tar xzf fontsource-inter-5.3.0.tgz
    pip install fonttools brotli
    python docs/make_fonts.py package/files

The same package and the same fontTools give the same bytes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "sim" / "report" / "fonts"
STYLES = {400: "Regular", 600: "SemiBold", 700: "Bold"}
VERSION = "5.3.0"
CHARACTERS = {
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *map(ord, "ƁƊƆƐƝƳɓɗɔɛɲƴ‐‑‒–—‘’‚“”„†•…′″‹›⁄€−×÷±√∞≈≠≤≥◊"),
    *map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉\N{THIN SPACE}"),
}
FEATURES = ["ccmp", "kern", "locl", "mark", "mkmk", "tnum"]
NARROW_NO_BREAK_SPACE, THIN_SPACE = 0x202F, 0x2009


def cut(source: Path, target: Path, skip: set[int]) -> set[int]:
    """Write the wanted characters of `source`, less `skip`, to `target` as TrueType; give back those written."""
    options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["STAT", "DSIG"]
    font = TTFont(source, recalcTimestamp=False)
    wanted = CHARACTERS & set(font.getBestCmap()) - skip
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    font.flavor = None
    font.save(target)
    return wanted


def rename(font: TTFont, weight: int) -> None:
    """Give the font the family "Inter", its style, and its origin; drop all other names but licence and authors."""
    style = STYLES[weight]
    names = font["name"]
    kept = {i: names.getDebugName(i) for i in (0, 13, 14)}
    names.names = []
    entries = kept | {
        1: "Inter",
        2: style,
        3: f"{VERSION};Inter-{style};subset",
        4: f"Inter {style}",
        5: f"Version {VERSION}; subset of @fontsource/inter",
        6: f"Inter-{style}",
        16: "Inter",
        17: style,
    }
    for number, text in sorted(entries.items()):
        if text:
            names.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight


def make(files: Path, weight: int) -> Path:
    """Write `Inter-<style>.ttf` of one weight from the package's folder `files`."""
    with tempfile.TemporaryDirectory() as folder:
        parts: list[Path] = []
        done: set[int] = set()
        for script in ("latin", "latin-ext"):
            parts.append(Path(folder) / f"{script}.ttf")
            done |= cut(files / f"inter-{script}-{weight}-normal.woff2", parts[-1], done)
        font = merge.Merger().merge([str(part) for part in parts])
    # French numbers are grouped with a narrow no-break space, which the package lacks.
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.setdefault(NARROW_NO_BREAK_SPACE, table.cmap[THIN_SPACE])
    rename(font, weight)
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = TTFont(files / f"inter-latin-{weight}-normal.woff2")["head"].created
    target = TARGET / f"Inter-{STYLES[weight]}.ttf"
    font.save(target)
    return target


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python docs/make_fonts.py FOLDER   (the folder `files` of the npm package)")
    for each in STYLES:
        made = make(Path(sys.argv[1]), each)
        print(f"{made.relative_to(TARGET.parent.parent.parent)}: {made.stat().st_size:,} bytes")
