"""The reference engine: SimPy, readable, the specification of the model."""

from sim.engines.reference.run import simulate

__all__ = ["simulate"]
