"""Charts of made-up results: stocks that fall, shortage days that scatter, and the words on a sheet."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
