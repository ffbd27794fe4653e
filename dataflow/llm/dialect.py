"""What a server understands of the chat completions protocol, learnt from what it refuses."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import Literal

from dataflow.llm.base import Failure

Structure = Literal["json_schema", "json_object", "words"]

_REFUSING = frozenset({400, 404, 422, 501})
_NOT_KNOWN = re.compile(
    r"not support|unsupported|unknown|unrecogni[sz]ed|not permitted|not allowed|unavailable"
    r"|deprecated|extra (?:inputs|fields)|unexpected|invalid|no longer",
    re.IGNORECASE,
)
_STRUCTURE = re.compile(
    r"response_format|json_schema|json_object|json schema|structured output|grammar|guided",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a request is put.

    `structure` says who enforces a schema: the server (`json_schema`), the server for any object
    and the words of the prompt for its keys (`json_object`), or the words alone. `limit` names
    the bound of the answer; `temperature`, `seed` and `logprobs` say whether they may be sent.
    """

    structure: Structure = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    seed: bool = True
    logprobs: bool = True

    def plainer(self, failure: Failure) -> Dialect | None:
        """The dialect without what a failure complains about; None when it is about none of it.

        >>> refused = Failure("refused", "response_format is not supported", 0, 400)
        >>> Dialect().plainer(refused).structure
        'json_object'
        """
        if failure.kind != "refused" or failure.status not in _REFUSING:
            return None
        told = failure.detail
        if self.limit == "max_tokens" and "max_completion_tokens" in told:
            return replace(self, limit="max_completion_tokens")
        if self.structure != "words" and _STRUCTURE.search(told):
            plain: Structure = "json_object" if self.structure == "json_schema" else "words"
            return replace(self, structure=plain)
        if not _NOT_KNOWN.search(told):
            return None
        if self.temperature and re.search(r"\btemperature\b", told):
            return replace(self, temperature=False)
        if self.seed and re.search(r"\bseed\b", told):
            return replace(self, seed=False)
        if self.logprobs and "logprobs" in told:
            return replace(self, logprobs=False)
        return None


class Learnt:
    """The dialect in use: it only ever becomes plainer, for all threads and the rest of the run.

    What is left out never changes a request's key in the cache: the answer is one to the same
    question, put in the words that this server has.
    """

    def __init__(self, first: Dialect) -> None:
        self._lock = threading.Lock()
        self.dialect = first

    def after(self, used: Dialect, failure: Failure) -> bool:
        """Whether to ask again because the dialect is another one than `used` by now."""
        with self._lock:
            if self.dialect == used:
                plainer = used.plainer(failure)
                if plainer is not None:
                    self.dialect = plainer
            elif used.plainer(failure) is None:
                return False
            return self.dialect != used
