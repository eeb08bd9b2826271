"""From a date and what was known then to weeks and days ahead, with bands."""
