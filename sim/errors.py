"""What can go wrong, as exceptions that say where, what, what was expected and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from sim.language import NOTHING, Lang, Phrase, said


class SimError(Exception):
    """Base of every error that the simulator raises on purpose; as a string the message is English."""

    def __init__(self, message: Phrase) -> None:
        super().__init__(message)


def message_of(error: BaseException) -> Phrase:
    """What an error says: the text that it was raised with, or the words of another library."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, Phrase) else Phrase("{words}", words=" ".join(str(error).split()))


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file.

    `file` as the user would type it, `line` and `column` from 1 (0: the file as a whole), `key` the dotted path of
    the value, `message` what is wrong and what was expected, `hint` a suggestion or "" (``did you mean "size"?``).
    """

    file: str
    line: int
    column: int
    key: str
    message: Phrase
    hint: Phrase = NOTHING

    def as_json(self, lang: Lang = "en") -> dict[str, object]:
        """The problem as the object that `--json` prints."""
        message, hint = said(self.message, lang), said(self.hint, lang)
        text = f"{message} ({hint})" if hint else message
        return {"file": self.file, "line": self.line, "column": self.column, "key": self.key, "message": text}

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}: {self.key}: {self.message}{hint}" if self.key else f"{place}: {self.message}{hint}"


class ScenarioError(SimError):
    """Mistakes in scenario, variant, strategy or experiment files: all of them at once, in `problems`."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(Phrase("{problems}", problems="\n".join(str(p) for p in self.problems)))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Problem]]]:
        return type(self), (self.problems,)


class UsageError(SimError):
    """A command or function was called with something it cannot use; the message says what to do instead."""


class ResultsError(SimError):
    """A results folder cannot be read, written or trusted."""


class PlanError(SimError):
    """A valid scenario and strategy that cannot be turned into a Plan (a limit is passed, a name hash collides)."""


class DrawError(SimError):
    """A random draw was asked for outside the ranges of the stream table."""


class RunError(SimError):
    """A run failed; the message names (scenario, strategy, replication, time) so that it can be replayed."""


class RepeatError(RunError):
    """A run did not come out again as it is stored."""


class LedgerError(RunError):
    """Fuel, tankers or escort units were created or destroyed: a defect of the simulator, never of the input."""
