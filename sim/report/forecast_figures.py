"""What a forecast leaves in its folder: its charts, and all its numbers as JSON."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from sim.experiment.identity import canonical, model_fingerprint
from sim.experiment.store.writing import check_writable, write_bytes
from sim.report.charts.kept import keep_charts
from sim.report.charts.of_forecast import charts_of_forecast
from sim.report.figures import FIGURES, write_charts
from sim.report.style import FULL, Size
from sim.study.forecast.run import Forecast, as_object


def folder_of(found: Forecast) -> Path:
    """``<scenario>.<strategy>.forecast-<day>-<hash8>``: another question, world or model has another folder."""
    asked, experiment = found.asked, found.known.experiment
    content: dict[str, Any] = {
        "experiment": experiment.identity, "model": model_fingerprint(), "variants": list(asked.variants),
        "reports": [seen.target.id for seen in found.reports],
        "day": asked.day.isoformat(), "days": asked.days, "worlds": asked.design.worlds, "chances": asked.design.chances,
    }  # fmt: skip
    digest = hashlib.sha256(canonical(content)).hexdigest()[:8]
    name = f"{experiment.scenario.name}.{experiment.strategy.name}"
    return asked.out / f"{name[:70]}.forecast-{asked.day.isoformat()}-{digest}"


def written(found: Forecast, lang: str, size: Size = FULL) -> list[Path]:
    """Paths of the charts and of the numbers of a forecast; equal forecasts give equal bytes."""
    folder = folder_of(found)
    check_writable(folder)
    charts = charts_of_forecast(found)
    paths = write_charts(charts, folder / FIGURES, lang, size)
    keep_charts(charts, folder)
    told = json.dumps(as_object(found), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_bytes(folder / "forecast.json", told.encode())
    return [*paths, folder / "forecast.json"]
