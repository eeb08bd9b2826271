"""One run of the reference engine: from a Plan, a seed and a replication to its records."""

from __future__ import annotations

from sim.draws import Luck, Replication
from sim.engines.reference.city import City
from sim.engines.reference.cohorts import Cohort
from sim.engines.reference.environment import Agenda
from sim.engines.reference.escorts import Escorts
from sim.engines.reference.ledger import Ledger
from sim.engines.reference.recorder import Recorder
from sim.engines.reference.roads import Roads
from sim.engines.reference.sources import Sources
from sim.engines.reference.threat import Threat
from sim.engines.reference.yard import Yard
from sim.engines.tables import tables_of
from sim.errors import RunError, message_of
from sim.language import Phrase
from sim.plan import Plan
from sim.records import EventRecord, RunRecords


class Run:
    """The parts of a run and the sums that the ledger compares with what it finds."""

    def __init__(self, plan: Plan, luck: Luck, trace: list[EventRecord] | None) -> None:
        self.plan, self.luck, self.tables, self.traced = plan, luck, tables_of(plan), trace is not None
        self.agenda = Agenda(plan.times.horizon_s)
        self.recorder = Recorder(self.agenda, trace)
        self.recorder.inflow_l = [0] * self.tables.products
        self.recorder.dropped_l = [0] * self.tables.products
        self.cohorts: dict[int, Cohort] = {}
        n = len(self.tables.entity)
        self.delivered, self.dropped, self.burned, self.captured = [0] * n, [0] * n, [0] * n, [0] * n
        self.damaged_staged = [0] * n
        zero = [0] * self.tables.products
        self.loaded_l, self.dropped_l, self.lost_l = list(zero), list(zero), list(zero)
        """Fuel of each product loaded (or given), dropped at sinks, burned or captured: what the ledger books."""
        self.threat = Threat(self)
        self.roads = Roads(self)
        self.sources = Sources(self)
        self.escorts = Escorts(self)
        self.yard = Yard(self)
        self.city = City(self)
        self.city.open()
        self.sources.open()
        self.yard.open()

    def book(self, account: list[int], counts: list[int], tanker_l: int) -> None:
        """Add tankers by product to an account in litres."""
        for p, k in enumerate(counts):
            account[p] += k * tanker_l

    def pipeline_l(self) -> list[int]:
        """Fuel of each product that is loaded and not yet in stock."""
        litres = [a + b for a, b in zip(self.city.reserved_l, self.city.clearing_l, strict=True)]
        for cohort in self.cohorts.values():
            for p, k in enumerate(cohort.counts):
                litres[p] += k * cohort.tanker_l
        for c, batches in enumerate(self.yard.batches):
            for batch in batches:
                for p, k in enumerate(batch.counts):
                    litres[p] += k * self.tables.tanker_l[c]
        for waiting in self.city.queue:
            for p, k in enumerate(waiting.counts):
                litres[p] += k * waiting.tanker_l
        return litres


def simulate(
    plan: Plan,
    seed: int,
    replication: Replication,
    *,
    trace: list[EventRecord] | None = None,
    check: bool = False,
    record_draws: bool = False,
) -> RunRecords:
    """Records of one run.

    Parameters
    ----------
    plan
        The Plan of the replication's world.
    seed, replication
        What decides every draw.
    trace
        A list to which every happening is added, in order; None for none.
    check
        Verify the ledger after every event and Little's law at the end (slow).
    record_draws
        Fail when a draw is used twice (slow).

    Raises
    ------
    LedgerError
        If a balance does not hold: a defect of the engine.
    RunError
        If a limit of the stream table or of the Plan is passed.
    """
    run = Run(plan, Luck(seed, replication, record=record_draws), trace)
    try:
        if check:
            ledger = Ledger(run)
            run.agenda.run(before_each=ledger.before, after_each=ledger.verify)
            ledger.queues()
        else:
            run.agenda.run()
    except (RunError, ArithmeticError, LookupError) as error:
        kind = type(error) if isinstance(error, RunError) else RunError
        raise kind(Phrase(
            "{error} (world {world}, chance {chance}, seed {seed}, second {now})",
            error=message_of(error) if isinstance(error, RunError) else repr(error),
            world=replication.world, chance=replication.chance, seed=seed, now=run.agenda.now,
        )) from error  # fmt: skip
    run.escorts.close(plan.times.horizon_s)
    run.yard.close(plan.times.horizon_s)
    run.recorder.tallies["events"] = run.agenda.events
    return run.recorder.records(replication, plan)
