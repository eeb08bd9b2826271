"""Allocation: sharing a day's fuel among the classes of the city."""

from __future__ import annotations

from typing import Any

from sim.jit import rule
from sim.rules.sharing import largest_remainder


@rule
def allocate(
    available_l: int, wanted_l: Any, priority: Any, by_priority: int, part: Any, asked_of: Any, out: Any
) -> None:
    """Litres that each class gets, written into `out`: never more than it wants, together min(available, wanted).

    `by_priority` 0: pro rata to what is wanted, largest remainders, ties to the first class. 1: classes by rising
    priority, equal ones pro rata. `part` and `asked_of` are room for as many numbers as there are classes. Source: definition.
    """
    n = len(wanted_l)
    for i in range(n):
        out[i] = 0
    left = available_l
    done = -1
    while left > 0:
        level = 1 << 30
        for i in range(n):
            rank = priority[i] if by_priority == 1 else 0
            if done < rank < level:
                level = rank
        if level == 1 << 30:
            break
        asked = 0
        for i in range(n):
            rank = priority[i] if by_priority == 1 else 0
            part[i] = wanted_l[i] if rank == level else 0
            asked += part[i]
        if asked > 0:
            if asked > left:
                for i in range(n):
                    asked_of[i] = part[i]
                largest_remainder(asked_of, left, part)
                asked = left
            for i in range(n):
                out[i] += part[i]
            left -= asked
        done = level
