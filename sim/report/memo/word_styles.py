"""Styles of the Word memo, by the names that Word gives its own: a ministry's template has its own of the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

STYLES = {
    "kicker": "Subtitle",
    "title": "Title",
    "byline": "Body Text 2",
    "heading": "Heading 1",
    "text": "Body Text",
    "answer": "Quote",
    "point": "List Bullet",
    "caption": "Caption",
    "picture": "Body Text",
    "cell": "Normal",
    "note": "Body Text 3",
    "footer": "Footer",
}
"""Name of the style in which each part stands."""

FONT = "Arial"
INK, GREY, BLUE, PALE, LINE = "1A1A1A", "4D4D4D", "00588A", "EAF3F9", "8C8C8C"


class Look(NamedTuple):
    """How a style of our own memo looks: size in shares of the running text, weight, colour, points above and below."""

    size: float
    bold: bool = False
    color: str = INK
    above_pt: float = 0.0
    below_pt: float = 0.0
    keep: bool = False


LOOKS = {
    "Normal": Look(1.0),
    "Subtitle": Look(0.85, bold=True, color=BLUE, below_pt=2),
    "Title": Look(1.6, bold=True, below_pt=3),
    "Body Text 2": Look(0.85, color=GREY, below_pt=2),
    "Heading 1": Look(1.08, bold=True, color=BLUE, above_pt=6, below_pt=2, keep=True),
    "Body Text": Look(1.0, below_pt=2),
    "Quote": Look(1.0, below_pt=4),
    "List Bullet": Look(1.0, below_pt=1),
    "Caption": Look(1.0, bold=True, above_pt=6, below_pt=1, keep=True),
    "Body Text 3": Look(0.76, color=GREY, above_pt=1, below_pt=2),
    "Footer": Look(0.72, color=GREY),
    "footnote text": Look(0.74, color=GREY),
}


def own_styles(document: Document, text_pt: float) -> None:
    """Page and styles of our own memo, for a size of the running text in points."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(16), Mm(18)
    section.header_distance, section.footer_distance = Mm(8), Mm(9)
    known = {style.name for style in document.styles}
    for name, look in LOOKS.items():
        style: Any = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _font(style, look, text_pt)
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(look.above_pt), Pt(look.below_pt)
        form.line_spacing, form.keep_with_next, form.widow_control = 1.06, look.keep, True
    _plain_title(document)
    _boxed(document.styles["Quote"])
    bullets: Any = document.styles["List Bullet"].paragraph_format
    bullets.left_indent, bullets.first_line_indent = Pt(11), Pt(-11)
    stops: Any = document.styles["Footer"].paragraph_format
    stops.tab_stops.clear_all()
    stops.tab_stops.add_tab_stop(section.page_width - section.left_margin - section.right_margin, _right())


def _right() -> Any:
    from docx.enum.text import WD_TAB_ALIGNMENT

    return WD_TAB_ALIGNMENT.RIGHT


def _font(style: Any, look: Look, text_pt: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    font = style.font
    font.name, font.size, font.bold, font.italic = FONT, Pt(round(2 * text_pt * look.size) / 2), look.bold, False
    font.color.rgb = RGBColor.from_string(look.color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)
    for name in ("w:spacing", "w:kern", "w:caps"):
        for found in style.element.rPr.findall(qn(name)):
            style.element.rPr.remove(found)


def _plain_title(document: Document) -> None:
    """Take the rule and the numbering of the title away."""
    from docx.oxml.ns import qn

    for name in ("Title", "Subtitle"):
        properties = document.styles[name].element.get_or_add_pPr()
        for tag in ("w:pBdr", "w:contextualSpacing", "w:numPr"):
            for found in properties.findall(qn(tag)):
                properties.remove(found)


def _boxed(style: Any) -> None:
    """A pale ground with a line on the left."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_pPr()
    borders, left, ground = OxmlElement("w:pBdr"), OxmlElement("w:left"), OxmlElement("w:shd")
    for key, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", BLUE)):
        left.set(qn(f"w:{key}"), value)
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", PALE)):
        ground.set(qn(f"w:{key}"), value)
    borders.append(left)
    before = ("w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
    place = next((i for i, child in enumerate(properties) if child.tag in {qn(tag) for tag in before}), len(properties))
    properties.insert(place, ground)
    properties.insert(place, borders)


def set_language(document: Document, code: str) -> None:
    """The language in which Word checks the spelling, everywhere."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    root = document.styles.element
    for found in list(root.iter(qn("w:lang"))):
        found.set(qn("w:val"), code)
    defaults = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is not None and defaults.find(qn("w:lang")) is None:
        lang = OxmlElement("w:lang")
        lang.set(qn("w:val"), code)
        defaults.append(lang)


def widths_pt(document: Document) -> float:
    """Width of the text on the pages of a document."""
    section = document.sections[0]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    if page is None or left is None or right is None:
        return 451.0
    return float((page - left - right) / 12700)


def page_number(paragraph: Paragraph, field: str) -> None:
    """A field that Word fills: the number of the page, or of all pages."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    found = OxmlElement("w:fldSimple")
    found.set(qn("w:instr"), field)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    found.append(run)
    paragraph._p.append(found)
