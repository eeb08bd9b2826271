"""The total order of events, and the codes that both engines use: ranks, kinds of cohorts, stops, counting points.

Ranks, in the order in which events of one second happen
--------------------------------------------------------
=====  ===============  ==========================================================================================
rank   event            what happens (entity; ordinal)
=====  ===============  ==========================================================================================
0      DAY_CLOSE        consumption and records of the day that ends (node of the city; day)
1      WORLD_START      stocks set to the values of the start date (node of the city; 0)
2      DAY_OPEN         dated changes: pools, payments, gifts, observed stock, replacements (node of the city; day)
3      REPAIRED         a lot of damaged tankers is idle again (corridor; lot)
4      UNITS_BACK       escort units reach their node and rest (corridor; slot)
5      UNITS_READY      escort units are free again (corridor; 2 · slot, + 1 for those that were damaged)
6      REACH            a cohort reaches a node, or looks again at a leg that was closed (corridor; cohort)
7      CONTACT          a cohort's front passes an active ambush (corridor; cohort)
8      TURNED           a cohort that turned back is staged again (corridor; cohort)
9      CLEARED          a cohort has passed clearance (corridor; cohort)
10     DISCHARGED       a lot of tankers is empty, its bays are free (node of the city; lot)
11     RETURNED         a lot of empty tankers is back at the source (corridor; lot)
12     LOAD             the day's orders are loaded (corridor; day)
13     BERTHS           free bays and depot space are allotted (node of the city; 0)
14     RELEASE          willing independents leave the staging node (corridor; day)
15     SLOT             a departure slot opens (corridor; slot)
16     DISPATCH         staged tankers and free units are allotted to open slots (node; 0)
=====  ===============  ==========================================================================================

A cohort's ordinal is its kind · 2²⁰ + its day or slot; a lot's ordinal counts lots. Events at t ≤ horizon run. The key
of an event packs rank, entity and ordinal, so that (time, key) orders all events of a run.
"""

from __future__ import annotations

from enum import IntEnum

ORDINAL_BITS = 24
ENTITY_BITS = 32
RANK_SHIFT = ORDINAL_BITS + ENTITY_BITS
LAST_ORDINAL = (1 << ORDINAL_BITS) - 1


class Rank(IntEnum):
    """Order of events within a second; see the table above."""

    DAY_CLOSE = 0
    WORLD_START = 1
    DAY_OPEN = 2
    REPAIRED = 3
    UNITS_BACK = 4
    UNITS_READY = 5
    REACH = 6
    CONTACT = 7
    TURNED = 8
    CLEARED = 9
    DISCHARGED = 10
    RETURNED = 11
    LOAD = 12
    BERTHS = 13
    RELEASE = 14
    SLOT = 15
    DISPATCH = 16


APPROACH, INDEPENDENT, CONVOY, GIFT = 0, 1, 2, 3
"""Kinds of cohorts."""

KIND_SHIFT = 20

SINK, STAGING, GATE = 1, 2, 4
"""What happens at a node of a corridor: a sum of these, 0 for nothing."""

BORDER, ARRIVAL, RELEASED = 0, 1, 2
"""Where the books count inflow: leaving a staging node, reaching the clearance, released from it."""
