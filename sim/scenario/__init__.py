"""Scenario and strategy files: TOML in, validated frozen models out (`sim.scenario.load`)."""
