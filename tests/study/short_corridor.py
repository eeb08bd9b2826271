"""The Kayes road under attack and in calm times, and strategies beside it that are known by construction."""

from __future__ import annotations

from pathlib import Path

SCENARIO = """\
kind = "scenario"
extends = "kayes-corridor"
title = "Short"
title_fr = "Court"
days = 45
warmup_days = 20
"""

TWIN = """\
kind = "strategy"
extends = "escort-48h-150"
title = "The same by another name"
"""

CALM = """\
kind = "scenario"
extends = "kayes-corridor-normal"
title = "Calm"
days = 45
warmup_days = 20
"""

STARVED = """\
kind = "strategy"
extends = "escort-48h-150"
title = "A small convoy every ten days"
independents = false

[convoys]
interval_h = 240
size = 40
"""


def written(folder: Path) -> Path:
    """A folder with the scenarios `short.toml` and `calm.toml`, and the strategies above."""
    files = {
        "short": SCENARIO, "calm": CALM, "twin": TWIN, "starved": STARVED, "starved-too": STARVED,
    }  # fmt: skip
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder
