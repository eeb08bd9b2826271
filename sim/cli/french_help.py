"""The help of all commands in French: what the library lays out in English is said again while it is printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cyclopts.help import DefaultFormatter, InlineText
from rich.text import Text

from sim.language import Phrase

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

LABEL = re.compile(r"Usage:|COMMAND\b|(?<=\[)(?:choices:|default:|required\b)")
"""Words of the library inside a line."""


def in_french(text: str) -> str:
    """A text of the help as the code has it, in French."""
    return Phrase(text).said("fr")


def source_of(described: Any) -> str:
    """The text behind a description, as the code has it, in one line."""
    inner = getattr(described, "primary_renderable", described)
    return " ".join(str(getattr(inner, "markup", inner)).split())


class FrenchInline(InlineText):
    """A description whose remarks (default, choices, required) are French."""

    def append(self, text: Text) -> None:
        """Add a remark of the library."""
        super().append(labelled(text))


def labelled(text: Text) -> Text:
    """A line of the library with its own words in French."""
    return Text(LABEL.sub(lambda found: in_french(found[0]), text.plain), text.style, end=text.end)


class FrenchHelp(DefaultFormatter):
    """Prints the panels of the help with their texts in French."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        """Print a panel."""
        entries = [self._entry(entry) for entry in panel.entries]
        super().__call__(console, options, panel.copy(title=in_french(str(panel.title)), entries=entries))

    def _entry(self, entry: HelpEntry) -> HelpEntry:
        text = in_french(source_of(entry.description))
        return entry.copy(description=FrenchInline.from_format(text, "markdown"))

    def render_usage(self, console: Console, options: ConsoleOptions, usage: Any) -> None:
        """Print how the command is called."""
        console.print(labelled(Text("Usage: ", "bold") + Text(str(usage))))

    def render_description(self, console: Console, options: ConsoleOptions, description: Any) -> None:
        """Print what the command does."""
        if source_of(description):
            text = FrenchInline.from_format(in_french(source_of(description)), "markdown", force_empty_end=True)
            console.print(text)
