"""The shipped fonts are what their README says: Inter, three weights, with the characters of French and English charts."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[2] / "sim" / "report" / "fonts"
WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
NEEDED = (
    "0123456789.,;:!?%()[]+-−–—/'’‘“”«»…×·°€"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸƁƊƆƐƝŊƳɓɗɔɛɲŋƴ"
    "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
)


@pytest.mark.parametrize("style", WEIGHTS)
def test_each_font_is_inter_of_its_weight_with_every_needed_character(style: str) -> None:
    font = TTFont(FONTS / f"Inter-{style}.ttf")
    assert font["name"].getDebugName(1) == "Inter"
    assert font["name"].getDebugName(2) == style
    assert font["OS/2"].usWeightClass == WEIGHTS[style]
    assert [c for c in NEEDED if ord(c) not in font.getBestCmap()] == []


@pytest.mark.parametrize("style", WEIGHTS)
def test_figures_can_be_set_in_columns(style: str) -> None:
    features = {record.FeatureTag for record in TTFont(FONTS / f"Inter-{style}.ttf")["GSUB"].table.FeatureList.FeatureRecord}
    assert "tnum" in features


def test_the_fonts_are_small_and_come_with_their_licence_and_origin() -> None:
    assert sum(path.stat().st_size for path in FONTS.glob("*.ttf")) <= 250_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
    assert "@fontsource/inter" in (FONTS / "README.md").read_text()
