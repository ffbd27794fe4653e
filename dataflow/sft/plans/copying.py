"""What an instruction takes from the answer it is written for: its words, facts and content."""

from __future__ import annotations

import re

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import names, numbers, tokens
from schemas.records import Reason

_RUN = {"zh": 12}
_RUN_OTHER = 8
"""Words (Han characters) in a row that two texts on one subject share by chance only in names:
8 words are what overlap searches for plagiarism and contamination begin at, and 12 characters are
as long in print."""
_PIECE = {"zh": 6}
_PIECE_OTHER = 4
_PIECED = 0.5
"""Share of an instruction that may be put together from shorter runs of its passage."""
_NUMBERS = 2
"""Numbers of the passage an instruction may hold: one, a year say, may set the frame."""
_RETOLD = 0.5
_RETOLD_WORDS = 8
"""Share of a passage's different content words, and how many, that retell it."""
_TITLES = re.compile("《[^《》]{1,60}》")
_EMPTY_WORDS = (
    "the of and to a an is that for with as this are be it or on by in at from which has have was "
    "were will can may if when there their its how what why who not but into about than 的 了 "
    "是 在 和 与 及 为 有 也 不 就 都 而 或 其 以 于 上 中 下 对 从 到 被 把 等 这 那 个 "
    "一 之 所 可 会"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())

_LABEL = re.compile(
    r"\b(?:version|model|type|step|part|level|class|phase|stage|group|article|rule|unit|no\.|v)\s?"
    r"(\d[\d.]*\d|\d)|第\s?(\d+)|(\d+)\s?[型号版代]",
    re.IGNORECASE,
)
"""A number that is a name: it tells things apart and says nothing about them."""

Tokens = tuple[str, ...]


def copied(instruction: str, passage: str, known: str, lang: str) -> Fault | None:
    """The fault of an instruction that quotes its passage, tells its numbers, or retells it.

    `known` (title and headings) may be used freely, and so may runs of names and the titles of
    works, without which one could not say what is asked about.
    """
    asked, given = tokens(_TITLES.sub(" ", instruction)), tokens(passage)
    if not asked:
        return None
    free = set(tokens(known)) | names(passage) | names(instruction)
    longest = _RUN.get(lang, _RUN_OTHER)
    run, _ = _shared(asked, given, free, longest)
    if run:
        detail = f"{run} tokens in a row are the passage's"
        return Fault(Reason.COPIES_SOURCE, detail, float(run), float(longest))
    _, pieced = _shared(asked, given, free, _PIECE.get(lang, _PIECE_OTHER))
    if pieced > _PIECED:
        detail = "the instruction is put together from pieces of the passage"
        return Fault(Reason.COPIES_SOURCE, detail, pieced, _PIECED)
    return _tells(instruction, passage, known)


def _shared(asked: Tokens, given: Tokens, free: set[str], n: int) -> tuple[int, float]:
    """Longest run, and share of `asked` in runs, of at least `n` tokens that `given` has too.

    A run that is nothing but names, title words and function words does not count.
    """
    there = {given[i : i + n] for i in range(len(given) - n + 1)}
    covered = [False] * len(asked)
    for i in range(len(asked) - n + 1):
        piece = asked[i : i + n]
        if piece in there and any(t not in free and t not in _EMPTY for t in piece):
            covered[i : i + n] = [True] * n
    runs = "".join("x" if hit else " " for hit in covered).split()
    return max((len(run) for run in runs), default=0), sum(covered) / len(asked)


def _tells(instruction: str, passage: str, known: str) -> Fault | None:
    """Facts of the answer that the instruction gives away."""
    labels = {next(filter(None, found)) for found in _LABEL.findall(passage)}
    there = numbers(passage) - numbers(known) - labels
    told = numbers(instruction) & there
    if len(told) >= _NUMBERS and len(told) * 2 >= len(there):
        detail = f"the instruction tells the answer's numbers {', '.join(sorted(told)[:5])}"
        return Fault(Reason.COPIES_SOURCE, detail, float(len(told)), float(_NUMBERS))
    whole, said = content(passage), content(instruction) - content(known)
    both = len(whole & said)
    if both >= _RETOLD_WORDS and both > _RETOLD * len(whole):
        detail = "the instruction retells the answer"
        return Fault(Reason.COPIES_SOURCE, detail, both / len(whole), _RETOLD)
    return None


def content(text: str) -> set[str]:
    """Different words of the text that carry content; of Han, pairs of neighbours.

    >>> sorted(content("The mill of Orlen")), sorted(content("水车的轴"))
    (['mill', 'orlen'], ['水车'])
    """
    found, previous = set(), ""
    for token in tokens(text):
        han = len(token) == 1 and token >= "\u2e80"
        if token in _EMPTY:
            previous = ""
        elif han:
            if previous:
                found.add(previous + token)
            previous = token
        else:
            previous = ""
            if len(token) > 1:
                found.add(token)
    return found
