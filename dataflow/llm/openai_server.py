"""Any server that speaks the OpenAI chat completions protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

import httpx

from dataflow.llm.base import Answer, Failure, Request, collect, prompt_bound
from dataflow.llm.chat_protocol import body_of, read_answer
from dataflow.llm.closing import Closing
from dataflow.llm.dialect import Dialect, Learnt
from dataflow.llm.rate_limit import Timer
from dataflow.llm.server_call import Again, ServerCaller, ServerOptions

_DIALECTS = 8
"""How often a request is put in other words: more than there are words to leave out."""


def always() -> bool:
    """True: whatever may have been paid is paid again."""
    return True


class OpenAIServer(Closing):
    """The server as an LLM: bounded concurrency, deadlines, retries; every failure is a value.

    Kinds of failures: those of `ServerCaller`, `malformed` (no chat completion), `truncated`.
    What a server refuses of a request's form (an enforced schema, `max_tokens`, `temperature`,
    `seed`, `logprobs`) is left out or said otherwise from then on. `transport` stands in for the
    network and `timer` for the clock in tests.
    """

    def __init__(
        self,
        options: ServerOptions,
        *,
        transport: httpx.BaseTransport | None = None,
        timer: Timer | None = None,
    ) -> None:
        self.options = options
        self._caller = ServerCaller(options, transport=transport, timer=timer)
        self._learnt = Learnt(Dialect("json_schema" if options.structured else "words"))

    @property
    def dialect(self) -> Dialect:
        """What the server is known to understand by now."""
        return self._learnt.dialect

    def complete(self, requests: Sequence[Request]) -> list[Answer]:
        """One answer for each request."""
        return collect(self.as_completed(requests), len(requests))

    def as_completed(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer]]:
        """Answers as they come; leaving the iteration early drops what was not yet sent."""
        if not requests:
            return
        pool = ThreadPoolExecutor(self.options.concurrency, "llm")
        try:
            under_way: dict[Future[Answer], int] = {
                pool.submit(self.answer, request): i for i, request in enumerate(requests)
            }
            for future in as_completed(under_way):
                yield under_way[future], future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def answer(self, request: Request, again: Again = always) -> Answer:
        """The answer to one request; any number of threads may ask.

        `again` is asked before an attempt that follows one which may have cost something.
        """
        repeats = _Repeats(again, self.options.attempts)
        reserved = prompt_bound(request) + request.max_tokens
        answer: Answer = Failure("refused", "no form of the request is understood", 0)
        for _ in range(_DIALECTS + self.options.attempts):
            dialect = self._learnt.dialect
            body = body_of(request, self.options.model, dialect)
            raw = self._caller.post(
                self.options.endpoint, body, tokens=reserved, again=repeats.allowed
            )
            if isinstance(raw, Failure):
                if self._learnt.after(dialect, raw):
                    continue
                return raw
            answer = read_answer(raw, request)
            if not isinstance(answer, Failure):
                used = answer.prompt_tokens + answer.completion_tokens
                self._caller.limit.refund(reserved - used)
                return answer
            # a body that is no completion at all: a gateway's page, or one that was cut
            if answer.tokens is not None or not repeats.allowed():
                return answer
        return answer

    def close(self) -> None:
        """Closes the connections."""
        self._caller.close()


class _Repeats:
    """Allows a request to be sent `attempts` times in all, if `again` agrees."""

    def __init__(self, again: Again, attempts: int) -> None:
        self._again = again
        self._left = attempts - 1

    def allowed(self) -> bool:
        """Whether it may be sent once more."""
        if self._left < 1 or not self._again():
            return False
        self._left -= 1
        return True
