"""Names of calibrated quantities and combinations, as tables and charts say them."""

from __future__ import annotations

from fnmatch import fnmatchcase

from sim.language import Phrase
from sim.report.words import Bilingual

GROUP_TITLES = {
    "intensity": Phrase("Intensity of attacks"),
    "regimes": Phrase("Quiet and active periods"),
    "willingness": Phrase("Drivers' willingness"),
    "losses": Phrase("Losses of an engagement"),
    "escorts": Phrase("Effect of escorts"),
    "panic": Phrase("Hoarding"),
    "share": Phrase("Part of the city"),
    "demand": Phrase("Demand"),
    "combined": Phrase("Products of several"),
}
"""Titles of the groups of calibrated quantities."""

TITLES = {
    "event.threat-september.intensity_per_km_h": Phrase("offers per km·h, September"),
    "event.threat-october.intensity_per_km_h": Phrase("offers per km·h, October"),
    "event.threat-kadiana.intensity_per_km_h": Phrase("offers per km·h, Kadiana, October"),
    "threat.regimes.quiet_factor": Phrase("intensity in quiet periods, factor"),
    "threat.regimes.mean_quiet_days": Phrase("mean quiet period, days"),
    "threat.regimes.mean_active_days": Phrase("mean active period, days"),
    "corridor.*.willingness.scale_tankers": Phrase("losses that frighten, tankers"),
    "corridor.*.willingness.floor": Phrase("share never frightened"),
    "corridor.*.willingness.half_life_days": Phrase("half-life of memory, days"),
    "loss.convoy_mean_tankers": Phrase("tankers lost of a convoy, mean"),
    "loss.independents_mean_tankers": Phrase("tankers lost of independents, mean"),
    "contact.deterrence": Phrase("escorts deter contact"),
    "loss.protection": Phrase("escorts limit losses"),
    "class.retail.private.panic_cover_days": Phrase("city cover that starts hoarding, days"),
    "class.retail.private.panic_target_days": Phrase("private stock wanted in panic, days"),
    "city.share": Phrase("Bamako's share of need"),
    "balance.petrol.need_l_day": Phrase("national need of petrol, l/day"),
    "balance.diesel.need_l_day": Phrase("national need of diesel, l/day"),
    "balance.fuel-oil.need_l_day": Phrase("national need of fuel oil, l/day"),
    "toll-september": Phrase("September's toll on independents"),
    "toll-october": Phrase("October's toll on independents"),
    "convoy-toll-october": Phrase("October's toll on escorted convoys"),
    "fright-september": Phrase("September's toll over what frightens"),
}
"""Titles by dotted key, or by a pattern of keys with a corridor's id in it."""


def title_of(name: str) -> Phrase:
    """Title of a quantity or combination; one that has none is called by its key."""
    for pattern, title in TITLES.items():
        if fnmatchcase(name, pattern):
            corridor = name.split(".")[1] if "*" in pattern else ""
            return Phrase("{title}, {corridor}", title=title, corridor=corridor.capitalize()) if corridor else title
    return Bilingual(name, name)
