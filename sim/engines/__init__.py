"""Engines: each turns a Plan, a seed and a replication into the same records."""
