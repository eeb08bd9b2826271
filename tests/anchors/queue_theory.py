"""Steady state of M/M/c, and how far a simulated average may lie from it: exact asymptotic variances."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from sim.study.validate.queues import Steady

Z = 3.9
"""Two-sided standard-normal bound with a false-alarm rate of 9.6e-5."""


def standard_errors(bays: int, load: float, arrivals: int, stages: int = 1) -> Steady:
    """Standard errors of the three averages over about `arrivals` arrivals, from the chain's Poisson equation.

    With `stages` > 1 (one bay) service is Erlang with as many stages, for which the state counts stages: nearly fixed
    service, slightly more variable, so that a bound made from it is a little too wide and never too narrow.
    """
    assert stages == 1 or bays == 1
    states = stages * math.ceil(bays + 23 / (1 - load / bays))  # what lies beyond has a share below 1e-10
    state = np.arange(states)
    customers = -(-state // stages)
    rates = np.zeros((states, states))
    up = state[:-stages]
    rates[up, up + stages] = load
    rates[state[1:], state[1:] - 1] = stages * np.minimum(customers[1:], bays)
    generator = rates - np.diag(rates.sum(axis=1))
    known = np.zeros(states)
    known[-1] = 1.0
    share = np.linalg.solve(np.vstack([generator.T[:-1], np.ones(states)]), known)

    queue, must_wait = np.maximum(customers - bays, 0.0), (customers >= bays).astype(float)
    mean_queue, mean_must_wait = share @ queue, share @ must_wait
    time = arrivals / load

    def error(reward_s: npt.NDArray[np.float64], reward_arrival: npt.NDArray[np.float64], scale: float) -> float:
        at_jump = np.zeros_like(rates)
        at_jump[up, up + stages] = reward_arrival[up]
        drift = reward_s + (rates * at_jump).sum(axis=1)
        matrix, target = generator.copy(), share @ drift - drift
        matrix[0], target[0] = share, 0.0
        bias = np.linalg.solve(matrix, target)
        steps = bias[None, :] - bias[:, None] + at_jump
        return math.sqrt((share @ (rates * steps * steps).sum(axis=1)) / time) * scale

    zero = np.zeros(states)
    return Steady(
        error(queue, zero, 1.0),
        error(queue, zero - mean_queue / load, 1.0 / load),
        error(zero, must_wait - mean_must_wait, 1.0 / load),
    )
