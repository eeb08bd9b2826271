"""Settings of the documentation: `sphinx-build -W docs docs/_build` builds it."""

from __future__ import annotations

project = "fuel-blockade-sim"
author = "the fuel-blockade-sim authors"
project_copyright = "2026, the fuel-blockade-sim authors"

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "Fuel-blockade simulator"
