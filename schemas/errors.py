"""Every error that corpusmill raises, as one tree.

CorpusmillError
├── UsageError              wrong command line or recipe: exit code 2, one line, no traceback
│   ├── RecipeError         a recipe that does not hold, with the key and a suggestion
│   └── MissingExtraError   an optional package is not installed; says which extra to install
│       └── MissingProgramError   a program of the system is not installed
├── ParseError              one source cannot become a document; carries a reject reason
├── SchemaError             a table on disk or in memory is not what its schema says
├── StoreError              a work folder or manifest is damaged or of another version
├── ConservationError       rows in != kept + rejected: a bug, the run stops
└── BackendError            an LLM server or engine could not be started or reached
"""

from __future__ import annotations

from schemas.records import Reason


class CorpusmillError(Exception):
    """Base of all errors raised on purpose; its message says what to do."""


def _rebuilt(
    kind: type[CorpusmillError], message: str, state: dict[str, object]
) -> CorpusmillError:
    """An error on the other side of a process border: same kind, message and attributes."""
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(state)
    return error


class UsageError(CorpusmillError):
    """The user's command cannot be carried out as given."""


class RecipeError(UsageError):
    """A recipe has an unknown key, or a value that does not fit."""


class MissingExtraError(UsageError):
    """A package is needed and absent; `extra` is '' for one of the base installation."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        target = f"'corpusmill[{extra}]'" if extra else "corpusmill"
        super().__init__(f"{purpose} needs the package {package!r}: pip install {target}")
        self.extra = extra

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), str(self), {"extra": self.extra})


class MissingProgramError(MissingExtraError):
    """A program of the system is needed and absent."""

    def __init__(self, program: str, advice: str) -> None:
        UsageError.__init__(self, f"the program {program!r} is not on the PATH: {advice}")
        self.extra = ""


class ParseError(CorpusmillError):
    """A source that cannot become a document.

    `reason` is the code of the reject row; the message names what was expected and what to do.
    """

    def __init__(self, reason: Reason, message: str, *, page: int | None = None) -> None:
        super().__init__(message if page is None else f"page {page}: {message}")
        self.reason = reason
        self.page = page

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), str(self), {"reason": self.reason, "page": self.page})


class SchemaError(CorpusmillError):
    """Columns or types differ from the data set's schema."""


class StoreError(CorpusmillError):
    """What is on disk is not what was committed."""


class ConservationError(CorpusmillError):
    """A stage lost or doubled rows."""


class BackendError(CorpusmillError):
    """A model server could not be started, or does not answer."""
