"""A tiny valid world and strategy as files would hold them."""

from __future__ import annotations

WORLD = """\
kind = "scenario"
title = "Tiny"
start = 2025-09-01
days = 30
default_strategy = "tiny"

[product.petrol]
title = "Petrol"

[product.diesel]
title = "Diesel"

[balance.petrol]
need_l_day = 100_000

[balance.diesel]
need_l_day = 200_000

[node.port]
title = "Port"

[node.border]
title = "Border"

[node.town]
title = "Town"

[node.city]
title = "City"

[leg.port-border]
from = "port"
to = "border"
km = 300
drive_h = 6

[leg.border-town]
from = "border"
to = "town"
km = 100
drive_h = { value = 3, low = 2, high = 4 }
exposure = 1

[leg.town-city]
from = "town"
to = "city"
km = 400
drive_h = 9

[corridor.west]
title = "West"
legs = ["port-border", "border-town", "town-city"]
staging = "border"
fleet = 200
tanker_l = 40_000
loading_capacity_day = 20

[sink.town]
title = "Town"
node = "town"
share = { petrol = 0.1, diesel = 0.2 }

[city]
node = "city"
bays = 10
unload = { mean_h = 3 }

[city.depot]
petrol = { capacity_l = 2_000_000, start_cover_days = 10 }
diesel = { capacity_l = 3_000_000, start_cover_days = 10 }

[class.retail]
title = "Retail"
share = { petrol = 0.7, diesel = 0.3 }
retail = true

[class.retail.private]
capacity_days = 5
start_days = 3
target_days = 4
refill_per_day = 0.3
panic_cover_days = 3
panic_target_days = 5

[class.industry]
title = "Industry"
share = { petrol = 0.2, diesel = 0.5 }

[escort.pool.border]
node = "border"
units = 4

[threat]
intensity_per_km_h = { value = 1e-5, low = 0, high = 2e-5 }
ceiling_per_km_h = 1e-4

[event.attacks]
kind = "intensity"
title = "Attacks"
first_day = 2025-09-10
intensity_per_km_h = 5e-5
legs = ["border-town"]

[event.truce]
kind = "truce"
title = "Truce"
first_day = 2025-09-20
last_day = 2025-09-25
factor = 0.1
"""

STRATEGY = """\
kind = "strategy"
title = "Tiny"

[convoys]
interval_h = 48
size = 100
escort = { rule = "fixed", units = 2 }
"""
