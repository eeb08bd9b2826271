"""Hypothesis without deadlines: no test is timed. Tests whose tools are not on this machine are left out, with a line.

Under CI Hypothesis has its own profile, which draws the same examples each time, and a missing tool is a failure.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
if not os.environ.get("CI"):
    settings.load_profile("untimed")

# Where a shell starts the tests in the background, they and all that they start would be deaf to Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
"""The checker of accessibility, which `.ci/run` puts there."""

LEFT_OUT = pytest.StashKey[Counter[str]]()


def missing(marker: str) -> list[str]:
    """What the tests of a marker need and is not on this machine."""
    browsers, offices = ("chromium", "chromium-browser", "google-chrome"), ("soffice", "libreoffice")
    needs = {
        "browser": {"Chromium": any(map(shutil.which, browsers)), "axe-core (npm install axe-core)": AXE.is_file()},
        "office": {"LibreOffice Writer": any(map(shutil.which, offices)), "pdftotext (poppler-utils)": shutil.which("pdftotext")},
    }
    return [name for name, found in needs.get(marker, {}).items() if not found]


ABSENT = {marker: tools for marker in ("browser", "office") if (tools := missing(marker))}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, unless this is CI."""
    if os.environ.get("CI") or not ABSENT:
        return
    without = {id(item): marker for item in items for marker in ABSENT if item.get_closest_marker(marker)}
    config.stash[LEFT_OUT] = Counter(without.values())
    config.hook.pytest_deselected(items=[item for item in items if id(item) in without])
    items[:] = [item for item in items if id(item) not in without]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Under CI a test whose tool is missing fails."""
    for marker, tools in ABSENT.items():
        if item.get_closest_marker(marker):
            pytest.fail(f"needs {', '.join(tools)}: .ci/run installs it", pytrace=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each kind of test left out."""
    for marker, count in terminalreporter.config.stash.get(LEFT_OUT, Counter()).items():
        terminalreporter.write_line(f"{count} tests marked {marker} left out: {', '.join(ABSENT[marker])} not found")
