"""Whole tankers shared out by product, as the pages say it: in proportion, largest remainders first."""

from __future__ import annotations

from fractions import Fraction

Load = dict[str, int]  # whole tankers by product, in the scenario's order of products


def proportional_part(load: Load, tankers: int) -> Load:
    """Tankers by product when that many are taken of a load.

    losses.md, *What else is hit*: "Products are hit in proportion, largest remainders first." Equal remainders: the first
    product named (D4).
    """
    total = sum(load.values())
    if not 0 <= tankers <= total:
        raise ValueError(f"{tankers} of {total} tankers")
    if tankers == 0:
        return dict.fromkeys(load, 0)
    exact = {product: Fraction(count * tankers, total) for product, count in load.items()}
    part = {product: int(share) for product, share in exact.items()}
    order = sorted(load, key=lambda product: part[product] - exact[product])  # sorted() keeps the order of equals
    for product in order[: tankers - sum(part.values())]:
        part[product] += 1
    return part


def without(load: Load, part: Load) -> Load:
    """Tankers by product that stay when a part has gone."""
    return {product: count - part[product] for product, count in load.items()}


def plus(load: Load, part: Load) -> Load:
    """Tankers by product of two loads together."""
    return {product: load.get(product, 0) + part.get(product, 0) for product in {**load, **part}}
