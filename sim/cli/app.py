"""The commands and their options; the work of each is in a module imported when it is called."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

import sim
from sim.cli.backtest_command import backtest
from sim.cli.calibrate_command import calibrate
from sim.cli.charts_command import charts
from sim.cli.compare_asked import compare
from sim.cli.explain_command import explain
from sim.cli.forecast_command import forecast
from sim.cli.memo_command import memo
from sim.cli.new_command import new
from sim.cli.options import AMOUNT, CHOICE, OUTPUT, ClusterAddress, Json, Language, Variants, whole
from sim.cli.replay_command import replay
from sim.cli.report_command import report
from sim.cli.reproduce_command import reproduce
from sim.cli.sweep_command import sweep
from sim.cli.validate_command import validate
from sim.cli.why_command import why
from sim.cli.words import Lang, word
from sim.errors import Problem, SimError, UsageError
from sim.language import Phrase, asked, either, not_installed
from sim.language import why as reason_of

if TYPE_CHECKING:
    from cyclopts.help.protocols import HelpFormatter

app = App(
    name="run.py",
    help="Fuel-blockade supply-chain simulator: a scenario file in, shortage days out. "
    "`run.py SCENARIO` is the same as `run.py run SCENARIO`; `run.py list` shows what there is.",
    version=sim.__version__,
    help_format="markdown",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)


@app.default
@app.command(name="run")
def run(
    scenario: str,
    /,
    *,
    strategy: Annotated[str | None, Parameter(group=CHOICE)] = None,
    variants: Variants = None,
    worlds: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    chances: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    replications: Annotated[int | None, Parameter(name=["-n", "--replications"], group=AMOUNT, converter=whole)] = None,
    seed: Annotated[int, Parameter(group=AMOUNT, converter=whole)] = 1,
    engine: Annotated[str, Parameter(group=AMOUNT)] = "auto",
    workers: Annotated[int | None, Parameter(group=AMOUNT, converter=whole)] = None,
    cluster: ClusterAddress = None,
    uncertainty: Annotated[Literal["central", "sampled"], Parameter(group=AMOUNT)] = "sampled",
    out: Annotated[Path, Parameter(group=OUTPUT)] = Path("results"),
    json: Json = False,
    lang: Language = "en",
) -> int:
    """Run a scenario under a strategy and show shortage days and what they cost.

    Parameters
    ----------
    scenario
        Name of a scenario (see `list`) or path of a file.
    strategy
        Name or path of a strategy; by default the scenario's own.
    variants
        Name or path of a variant; may be given several times. Two that set one key differently exclude each other.
    worlds
        Draws of what we do not know (20).
    chances
        Draws of luck in each world (10).
    replications
        N worlds with one chance each, in place of worlds and chances.
    seed
        Another seed gives other draws; the same seed the same results.
    engine
        `reference`, `batch` (compiled; the same results), or `auto`: the one that is done first.
    workers
        Processes or threads; by default one per processor. Results do not depend on it.
    cluster
        Address of a Dask scheduler whose workers run everything, in place of this machine's.
    uncertainty
        `central`: every quantity at its central value; `sampled`: each world draws it.
    out
        Folder in which the result folder is made.
    json
        Print one JSON object instead of a table.
    lang
        Language of tables, figures and messages.
    """
    from sim.cli.run_command import Request, run_scenario

    if replications is not None and (worlds is not None or chances is not None):
        raise UsageError(Phrase("-n: give either -n N or --worlds W and --chances C, not both"))
    if replications is not None:
        worlds, chances = replications, 1
    request = Request(
        scenario=known_scenario(scenario),
        strategy=strategy,
        variants=tuple(variants or ()),
        worlds=20 if worlds is None else worlds,
        chances=10 if chances is None else chances,
        seed=seed,
        engine=engine,
        workers=workers,
        cluster=cluster,
        uncertainty=uncertainty,
        out=out,
    )
    return run_scenario(request, as_json=json, lang=lang)


@app.command
def check(*files: str, json: Json = False, lang: Language = "en") -> int:
    """Check scenario, variant, strategy and experiment files; show the balance and where the numbers come from.

    Parameters
    ----------
    files
        Names, paths or folders (every TOML file in them); by default everything that `list` shows.
    json
        Print one JSON object.
    lang
        Language of the messages.
    """
    from sim.cli.check_command import check_files

    return check_files(files, as_json=json, lang=lang)


@app.command(name="list")
def list_all(*, json: Json = False, lang: Language = "en") -> int:
    """List scenarios, variants and strategies.

    Parameters
    ----------
    json
        Print one JSON object.
    lang
        Language of the titles.
    """
    from sim.cli.list_command import list_files

    return list_files(as_json=json, lang=lang)


@app.command
def schema(
    kind: Literal["scenario", "strategy", "variant", "part", "experiment"] = "scenario",
    /,
    *,
    write: Annotated[Path | None, Parameter(group=OUTPUT)] = None,
) -> int:
    """Print the JSON Schema of a kind of file, for editors.

    Parameters
    ----------
    kind
        `scenario`, `strategy`, `variant`, `experiment`, or `part` of scenarios.
    write
        Write the schemas of all kinds into this folder instead.
    """
    from sim.scenario.schema import schema_text, write_schemas

    if write is None:
        sys.stdout.write(schema_text(kind))
    else:
        for path in write_schemas(write):
            sys.stdout.write(f"{path}\n")
    return 0


COMMANDS = (
    "run", "compare", "sweep", "why", "charts", "report", "memo", "forecast", "calibrate", "validate", "backtest", "check",
    "list", "explain", "new", "replay", "reproduce", "schema",
)  # fmt: skip
"""Names of the commands in the order of the help."""

for command in (
    compare, sweep, why, charts, report, memo, explain, new, replay, reproduce, validate, backtest, forecast, calibrate
):  # fmt: skip
    app.command(command)
for place, name in enumerate(COMMANDS):
    app[name].sort_key = place

NARROWEST = 40
"""Columns below which a screen is not believed: some programs say 0."""


def known_scenario(name: str) -> str:
    """A scenario name or path that exists.

    Raises
    ------
    UsageError
        Naming the nearest scenarios and commands: a mistyped command reads as a scenario.
    """
    from difflib import get_close_matches

    from sim.scenario.files import available, find

    names = available("scenario")
    if name in names or name.endswith(".toml") or Path(name).exists() or len(Path(name).parts) > 1:
        find(name, "scenario")
        return name
    near = get_close_matches(name.lower(), [*COMMANDS, *names], n=3, cutoff=0.5)
    meant = Phrase("; did you mean {names}?", names=either(near)) if near else Phrase(".")
    raise UsageError(Phrase(
        '"{name}": no scenario or command of that name{meant} `run.py list` shows all scenarios.', name=name, meant=meant
    ))  # fmt: skip


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(tokens: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors that are not the program's own are shown without a stack trace."""
    _open_streams()
    words = list(sys.argv[1:] if tokens is None else tokens)
    as_json, lang = "--json" in words, asked(words)
    app.help_formatter = _help(lang)
    previous = signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = _called(words)
        sys.stdout.flush()
        return code
    except CycloptsError as error:
        from sim.cli.mistyped import mistyped

        return _fail(UsageError(mistyped(error)), as_json, lang, key=_option(error))
    except SimError as error:
        return _fail(error, as_json, lang)
    except KeyboardInterrupt:
        sys.stderr.write(word(lang, "interrupted") + "\n")
        return 130
    except SystemExit as ending:
        if isinstance(ending.__context__, BrokenPipeError):  # how rich says that the reader has left
            return _reader_left()
        raise
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        _drop_output()
        message = Phrase("{file}: {reason}", file=error.filename, reason=reason_of(error)) if error.filename else reason_of(error)
        return _fail(SimError(message), False, lang)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] == "sim":
            raise
        return _fail(SimError(not_installed(error.name)), as_json, lang)
    finally:
        signal.signal(signal.SIGTERM, previous)


def _called(words: Sequence[str]) -> int:
    try:
        os.getcwd()
    except OSError as error:
        raise UsageError(Phrase("the working directory is gone: change to another one")) from error
    if not words:
        app.help_print()
        return 0
    code: int | None = app(words, print_error=False, exit_on_error=False)
    return code or 0


def _open_streams() -> None:
    """Make stdout and stderr take every text: as UTF-8, a file name of another encoding as an escape; if closed, go nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) < NARROWEST:
        os.environ["COLUMNS"] = str(NARROWEST)


def _reader_left() -> int:
    _drop_output()
    return 0


def _drop_output() -> None:
    """Send what is still to come nowhere: without this, closing stdout at exit would fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _help(lang: Lang) -> HelpFormatter | None:
    """What prints the help in a language; None is the library's own."""
    if lang == "en":
        return None
    from sim.cli.french_help import FrenchHelp

    return FrenchHelp()


def _option(error: CycloptsError) -> str:
    argument = getattr(error, "argument", None)
    return argument.name if argument is not None else ""


def _fail(error: SimError, as_json: bool, lang: Lang, key: str = "") -> int:
    from sim.cli import problems

    if as_json:
        found = problems.problems_of(error)
        if key:
            found = [Problem("", 0, 0, key, problem.message, problem.hint) for problem in found]
        sys.stdout.write(problems.as_json(found, lang) + "\n")
    else:
        from rich.console import Console

        problems.print_error(Console(stderr=True), error, lang)
    return problems.exit_code(error)
