"""The assumptions register: every assumed number of the shipped worlds, and how much it matters.

    python benchmarks/register.py [--write | --all | --page]

Without an option it names what the register lacks. `--write` moves each assumed number that has a range and no measurement yet to
its low and its high end, one at a time around central values (`sim.study.register`), and puts numbers and page into docs/: about
a second a number. Stored measurements stand as long as the number, its range and what the world gives at central values are the
same. `--all` measures everything again (five minutes on one core; the same numbers), `--page` makes the page from stored numbers.

Every number is measured in each of `WORLDS` that has it so; what none of them has so, in the first world that has.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.evidence import load_evidence
from sim.scenario.explain import explain_key
from sim.scenario.files import available
from sim.scenario.load import load_scenario
from sim.study.register import METRICS, Assumed, Change, Effect, assumed_values, effects

if TYPE_CHECKING:
    from sim.experiment.engines import Engine

ROOT = Path(__file__).parents[1]
CSV = ROOT / "docs" / "assumptions-register.csv"
PAGE = CSV.with_suffix(".md")
WORLDS = ("blockade-2025-customs", "kayes-corridor")
SEED = 1
CHANCES = 200
EVERY = 20
"""Numbers from one line of progress to the next."""
IN_WORDS = 10
FAULTS = 30
"""Faults that are told one by one."""
UNSPOKEN = ("date", "factor")
"""Units that say nothing beside the value."""
ENDS = ("at_low", "at_high")
PARTS = ("mean", "from", "to")
CHANGES = [f"{metric}_{end}_{part}" for metric in METRICS for end in ENDS for part in PARTS]
MEASURED = (*(f"{metric}_central" for metric in METRICS), *CHANGES, "chances", "seed", "made_on")
COLUMNS = (*Assumed._fields, "measured_in", *MEASURED)
Row = Mapping[str, str]

OPENING = """\
# The assumptions register

Every number of the shipped worlds that rests on an assumption, with its range, the reason, and how much it matters: {keys}
keys. Measured by `python benchmarks/register.py --write`
({date}); the numbers stand in `assumptions-register.csv` beside this page.
[How to read the assumptions](assumptions.md). Variants have assumptions of their own, which stand in
`scenarios/evidence/assumptions.csv` alone.

**How it was measured.** One number at a time is moved from its central value to its low and to its high end; everything else
stays. Each end has {chances} runs with the same luck as the central world (seed {seed}), so that differences are paired run by
run; in brackets the 95 % interval of the mean difference. {worlds} are measured in full;
in another world only what stands in neither of them as it is there. Central values:
{centres}.
Of {rows} rows {days} move shortage days (a day counts once, whichever fuel is short), and {tankers} more move tankers lost alone.

**What it does not say.**

* The central world is one world and not the mean of those that `run` draws, which have other means: effects bend. In worlds of
  212 days the last 90 lie past the evidence, and count here.
* One at a time around one centre: numbers that matter only together do not show. A wide range ranks high because it is wide.
* Numbers of one assumption are moved one by one, as worlds draw them. If all legs are slower at once, the effect is larger
  than any row here says.
* It holds for these worlds under one strategy each, and not for differences between strategies: what moves all of them alike
  changes no ranking. [`compare`](compare.md) says how rankings stand up to drawn worlds and variants.
* A large effect says that a better source is worth having, not that the model is wrong.
* Structure (loss law, contact, the lull of November, books) is not here: [variants](rankings.md) weigh as much.
* {ends} ends were looked at, each for days and for tankers. Of those that change nothing but luck one in twenty stands out by
  chance: read the large ones, not the order of small ones."""

NEITHER = """\
No change was told from chance at either end. More runs would tell some; in another world or under another strategy some
matter."""
FIXED = """\
No source says how far off they may be, or a range for one alone would break a sum. They were not moved, which does not mean
that they do not matter: change them by hand, or by a variant (`long-pause` moves the days of the hauliers' pause)."""
WHY = """\
The reason of every assumption named above, as `scenarios/evidence/assumptions.csv` has it."""


def measured_in(one: Assumed) -> tuple[str, ...]:
    """Worlds in which a number is measured; none where it has no range."""
    chosen = tuple(world for world in WORLDS if world in one.worlds)
    return (chosen or one.worlds[:1]) if one.low else ()


def lacking(stored: Sequence[Row]) -> list[tuple[Assumed, str]]:
    """Numbers of the shipped worlds, each with a world in which it has no measurement as it now stands."""
    known = {form(row, row["measured_in"]) for row in stored}
    return [(one, world) for one in shipped() for world in measured_in(one) if form(one._asdict(), world) not in known]


def faults(stored: Sequence[Row]) -> str:
    """What the register lacks or has wrong, with the command that mends it; nothing if it is complete."""
    now = {one._replace(worlds=()): " ".join(one.worlds) for one in shipped()}
    listed = {
        Assumed(row["key"], row["unit"], row["value"], row["low"], row["high"], row["source"], ()): row["worlds"]
        for row in stored
    }
    said = [f"{one.key} = {one.value} ({one.low} to {one.high}): not measured in {world}" for one, world in lacking(stored)]
    said += [f"{one.key} = {one.value}, {one.source}: not listed so" for one in sorted(now.keys() - listed.keys())]
    said += [f"{one.key} = {one.value}, {one.source}: no world has it so" for one in sorted(listed.keys() - now.keys())]
    elsewhere = sum(now[one] != listed[one] for one in now.keys() & listed.keys())
    said += [f"{elsewhere} numbers stand in other worlds than the register says"] if elsewhere else []
    return "\n".join([*said[:FAULTS], f"{len(said)} faults; run: python benchmarks/register.py --write"] if said else [])


def shipped() -> list[Assumed]:
    """Assumed numbers and dated events of all shipped worlds."""
    return assumed_values(available("scenario"))


def form(stated: Mapping[str, Any], world: str) -> tuple[str, ...]:
    """What a measurement belongs to: a number as it is stated, in a world."""
    return (*(stated[name] for name in ("key", "unit", "value", "low", "high")), world)


def rows(stored: Sequence[Row], made_on: str) -> Iterator[dict[str, str]]:
    """Rows of the register: one for each form of a number and each world in which it is measured, or one with neither.

    `stored` are rows whose measurements are taken over.
    """
    from sim.experiment.engines import engine_named

    everything, engine = shipped(), engine_named("batch")
    worlds = dict.fromkeys(world for one in everything for world in measured_in(one))
    found = {
        world: of_world(world, [one for one in everything if world in measured_in(one)], stored, engine, made_on)
        for world in worlds
    }
    for one in everything:
        stated = {**one._asdict(), "worlds": " ".join(one.worlds)}
        for world in measured_in(one):
            yield {**stated, "measured_in": world, **found[world][one.key]}
        if not measured_in(one):
            yield {**dict.fromkeys(COLUMNS, ""), **stated}


def of_world(
    world: str, numbers: Sequence[Assumed], stored: Sequence[Row], engine: Engine, made_on: str
) -> dict[str, dict[str, str]]:
    """Measured columns of a world's numbers by key; stored ones where they hold."""
    centre = middle(effects(world, [], engine, seed=SEED, chances=CHANCES, told=lambda *_: None)[0])
    known = {form(row, row["measured_in"]): {name: row[name] for name in MEASURED} for row in stored if holds(row, centre)}
    kept = {one.key: known[form(one._asdict(), world)] for one in numbers if form(one._asdict(), world) in known}
    keys = [one.key for one in numbers if one.key not in kept]
    print(f"{world}: {len(kept)} measurements kept, {len(keys)} to make", file=sys.stderr, flush=True)
    central, made = effects(world, keys, engine, seed=SEED, chances=CHANCES, told=progress(world))
    how = {"chances": str(CHANCES), "seed": str(SEED), "made_on": made_on}
    return {**kept, **{effect.key: {**cells(central, effect), **how} for effect in made}}


def holds(row: Row, centre: Mapping[str, str]) -> bool:
    """Whether a stored measurement was made as one would be now, around what the world still gives."""
    return row["seed"] == str(SEED) and row["chances"] == str(CHANCES) and all(row[name] == text for name, text in centre.items())


def progress(world: str) -> Callable[[int, int], None]:
    """What prints a line now and then."""
    begun = time.monotonic()

    def told(done: int, of: int) -> None:
        left = (time.monotonic() - begun) * (of - done) / done
        if done % EVERY == 0 or done == of:
            print(f"{world}: {done} of {of} numbers, about {left:.0f} s left", file=sys.stderr, flush=True)

    return told


def middle(centre: Mapping[str, float]) -> dict[str, str]:
    """Columns of the central values."""
    return {f"{metric}_central": f"{centre[metric]:.3f}" for metric in METRICS}


def cells(centre: Mapping[str, float], effect: Effect) -> dict[str, str]:
    """Measured columns of a row."""
    found = middle(centre)
    for end in ENDS:
        for metric, change in zip(METRICS, getattr(effect, end), strict=True):
            for part, value in zip(PARTS, change, strict=True):
                found[f"{metric}_{end}_{part}"] = f"{value:.3f}"
    return found


def change(row: Row, metric: str, end: str) -> Change:
    """The change of a metric at one end, read from a row."""
    return Change(*(float(row[f"{metric}_{end}_{part}"]) for part in PARTS))


def is_clear(row: Row, metric: str) -> bool:
    """Whether the change at one end at least is told from chance."""
    return any(change(row, metric, end).clear for end in ENDS)


def size(row: Row, metric: str) -> float:
    """How much a row matters: the larger of the changes at both ends that are told from chance, without its sign."""
    found = [change(row, metric, end) for end in ENDS]
    return max((abs(one.mean) for one in found if one.clear), default=0.0)


def page(register: Sequence[Row]) -> str:
    """The page of the register, made from its rows and from the reasons in the evidence folder alone."""
    measured = [row for row in register if row["measured_in"]]
    days, tankers = METRICS
    moving = sorted((row for row in measured if is_clear(row, days)), key=lambda row: (-size(row, days), *order(row)))
    losing = [row for row in measured if not is_clear(row, days) and is_clear(row, tankers)]
    losing.sort(key=lambda row: (-size(row, tankers), *order(row)))
    still = [row for row in measured if not is_clear(row, days) and not is_clear(row, tankers)]
    fixed = [row for row in register if not row["low"]]
    parts = [
        opening(register, measured, len(moving), len(losing)),
        "## The ten that matter most\n\n" + "\n".join(in_words(moving)).rstrip(),
        f"## What moves shortage days\n\n{len(moving)} rows, the largest change first.\n\n{effect_table(moving)}",
        f"## What moves tankers lost alone\n\n{len(losing)} rows.\n\n{effect_table(losing)}",
        f"## What moves neither\n\n{NEITHER}\n\n{plain_table(still, 'measured_in')}",
        f"## Numbers without a range\n\n{FIXED}\n\n{plain_table(fixed, 'worlds')}",
        f"## Why\n\n{WHY}\n\n{reasons(register)}",
    ]
    return "\n\n".join(parts) + "\n"


def order(row: Row) -> tuple[str, str]:
    """What settles equal sizes."""
    return row["key"], row["measured_in"]


def opening(register: Sequence[Row], measured: Sequence[Row], days: int, tankers: int) -> str:
    """What the register is, how it was made and what it cannot say."""
    first = measured[0]
    worlds = {row["measured_in"]: row for row in sorted(measured, key=lambda row: row["measured_in"] not in WORLDS)}
    centres = ";\n".join(
        f"`{name}` under `{model.default_strategy}`: {float(row['shortage_days_any_central']):.1f} shortage days of "
        f"{model.days:g}, {float(row['tankers_lost_central']):.0f} tankers lost"
        for name, row in worlds.items()
        for model in (load_scenario(name).model,)
    )
    return OPENING.format(
        keys=len({row["key"] for row in register}), date=" and ".join(dict.fromkeys(row["made_on"] for row in measured)),
        chances=first["chances"], seed=first["seed"], worlds=" and ".join(f"`{name}`" for name in WORLDS), centres=centres,
        days=days, rows=len(measured), tankers=tankers, ends=2 * len(measured),
    )  # fmt: skip


def in_words(moving: Sequence[Row]) -> Iterator[str]:
    """What the keys that matter most are, what moving them does, and why they are as they are."""
    evidence = {row["id"]: row["reason"] for row in load_evidence().rows["assumptions"]}
    first = {row["key"]: row for row in reversed(moving)}
    keys = list(dict.fromkeys(row["key"] for row in moving))[:IN_WORDS]
    tuned = sum(any("docs/tuning.md" in evidence[name] for name in ids(first[key])) for key in keys)
    yield f"{tuned} of them were [tuned by hand](tuning.md) on the autumn that the back-test scores.\n"
    for place, key in enumerate(keys, 1):
        found = [row for row in moving if row["key"] == key]
        loaded = load_scenario(found[0]["measured_in"])
        title = f"{loaded.model.event[key.split('.')[1]].title}. " if key.startswith("event.") else ""
        yield f"{place}. **`{key}`**. {title}{explain_key(loaded, key).meaning[-1]}\n"
        for row in found:
            ends = "; at ".join(f"{row[end.removeprefix('at_')]}: {told(row, end)}" for end in ENDS)
            yield f"    * In `{row['measured_in']}`, where it is {stated({**row, 'low': ''})}: at {ends}."
        yield "".join(f"    * Why ({name}): {evidence[name]}\n" for name in ids(found[0]))


def told(row: Row, end: str) -> str:
    """Changes at one end as text; those that are not told from chance as such."""
    words = []
    for metric, name, places in zip(METRICS, ("shortage days", "tankers lost"), (1, 0), strict=True):
        one = change(row, metric, end)
        words.append(f"{one.mean:+.{places}f} {name}".replace("-", "−") if one.clear else f"no clear change in {name}")
    return ", ".join(words)


def cell(one: Change, places: int) -> str:
    """A change with its interval; 0 where no run differed."""
    if one == Change(0, 0, 0):
        return "0"
    return f"{one.mean:+.{places}f} ({one.low:.{places}f} to {one.high:.{places}f})".replace("-", "−")


def effect_table(found: Sequence[Row]) -> str:
    """Table of rows with what they change."""
    heads = ("key", "world", "value (low to high)", "days at low", "days at high", "tankers at low", "tankers at high", "why")
    return table(heads, [
        [f"`{row['key']}`", f"`{row['measured_in']}`", stated(row),
         *(cell(change(row, metric, end), places) for metric, places in zip(METRICS, (1, 0), strict=True) for end in ENDS),
         ", ".join(ids(row))]
        for row in found
    ])  # fmt: skip


def plain_table(found: Sequence[Row], worlds: str) -> str:
    """Table of rows that have no effect to tell; those alike in all but the world together."""
    heads = ("key", "worlds", "value (low to high)", "why")
    joined: dict[tuple[str, str, str], list[str]] = {}
    for row in found:
        joined.setdefault((row["key"], stated(row), ", ".join(ids(row))), []).append(row[worlds])
    return table(heads, [
        [f"`{key}`", ", ".join(f"`{name}`" for name in " ".join(names).split()), value, why]
        for (key, value, why), names in joined.items()
    ])  # fmt: skip


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, ["---"] * len(heads), *lines))


def stated(row: Row) -> str:
    """Value, range and unit."""
    spread = f" ({row['low']} to {row['high']})" if row["low"] else ""
    return f"{row['value']}{spread} {'' if row['unit'] in UNSPOKEN else row['unit']}".strip()


def ids(row: Row) -> list[str]:
    """Assumptions that a row names."""
    return re.findall(r"\bA\d+\b", row["source"])


def reasons(register: Sequence[Row]) -> str:
    """Why each assumption is as it is."""
    named = {name for row in register for name in ids(row)}
    known: list[Any] = [row for row in load_evidence().rows["assumptions"] if row["id"] in named]
    return "\n".join(f"* **{row['id']}** {row['reason']}" for row in known)


def read(path: Path = CSV) -> list[dict[str, str]]:
    """Rows of the stored register."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Name what is missing, or measure and write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    one_of = options.add_mutually_exclusive_group()
    one_of.add_argument("--write", action="store_true", help="measure what is missing, write numbers and page")
    one_of.add_argument("--all", action="store_true", help="measure everything again, write numbers and page")
    one_of.add_argument("--page", action="store_true", help="write the page again from the stored numbers")
    chosen = options.parse_args()
    stored = [] if chosen.all else read()
    if chosen.write or chosen.all:
        stored = list(rows(stored, f"{date.today():%-d %B %Y}"))
        with CSV.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(stored)
    if chosen.write or chosen.all or chosen.page:
        PAGE.write_text(page(stored), encoding="utf-8")
        return
    print(faults(stored) or "nothing is missing")


if __name__ == "__main__":
    main()
