"""A sentence and its denial: `not` and 不 put in or taken out where the grammar allows it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.sft.rules.words import word_spans

Change = tuple[int, int, str]
"""Characters from and to which the text is replaced, and by what."""

_SENTENCE = re.compile(r"[^.!?。！？\n]+(?:[.](?=\S)[^.!?。！？\n]*)*[.。]")
_AUXILIARY = r"(?:is|are|was|were|can|could|will|would|must|should|may|might)"
_MAIN = re.compile(
    r"\s*(?P<subject>[A-Z][^,;:()“”\"]{0,70}?)\s(?P<verb>"
    + _AUXILIARY
    + r")(?=\s(?P<next>[a-z\d]+)\b)"
)
"""The first auxiliary of a sentence, with nothing before it that may be a clause of its own."""
_CLAUSE = re.compile(
    r"\b(?:who|whom|whose|which|that|when|while|if|unless|because|since|as|than|where|what|how|why"
    r"|whether|although|though|after|before|until|once|so|and|but|or|let|please"
    r"|all|every|each|some|both|many|most|few|several|only|just|even|any\w*|every\w+|some\w+"
    r"|has|have|had|do|does|did)\b",
    re.IGNORECASE,
)
_HALF_WORDS = (
    "only also just still always never already so as too often almost nearly about even both "
    "either all some several many few most no nothing usually now then at probably perhaps up "
    "over under mostly mainly largely therefore thus again currently approximately around "
    "sometimes more one super really pretty very quite help so such like all "
    "good great nice best better bad simple easy hard difficult important perfect beautiful "
    "big huge clear true key crucial wonderful amazing excellent popular fun cool "
)
_HALF = frozenset(_HALF_WORDS.split())
_DENIED = re.compile(
    r"\b(?:no|nothing|nobody|none|never|neither|nor|hardly|not|without|cannot|few|little|rarely"
    r"|seldom)\b|n[’']t\b",
    re.IGNORECASE,
)
_NOT = re.compile(rf"\b(?:(?P<verb>{_AUXILIARY}|do|does|did) not |(?P<can>can)not )(?=[a-z])")
_ASKED = re.compile(r"\b(?:I|we|you|they|s|[a-z]+s|people|men|women|children|who|that) $")
"""What stands before the verb of a statement, of an order nothing does."""
_BOUND = re.compile(
    r"\b(?:any\w*|yet|either|until|ever|at all|much|only|but|nor|or|necessarily|so|because|merely"
    r"|just|simply|even)\b"
)
"""What stands with a denial and would be wrong or odd without it."""

_ZH_CLAUSE = re.compile(r"(?:[^，。；：、！？,;:!?\n]|(?<=\d)[,:](?=\d))+")
_ZH_DENIED = re.compile("[不没无未非勿否吗呢谁]|什么|怎|哪|任何|丝毫|除了")
_ZH_BE = frozenset("是 这是 那是 它是 他是 她是".split())  # noqa: SIM905
_ZH_MODAL = {"能够": "不能", "可以": "不可以", "应当": "不应当", "应该": "不应该", "需要": "不需要",
             "必须": "不必"}  # fmt: skip
_ZH_HALF = frozenset("但可于总只就都还也不而却若要倒算真硬老便正才更凡又已仍本乃即仅再该最")
_ZH_UNBOUND = re.compile("[不](?=能|会|可以|应当|应该|需要|必)")
_ZH_BOUND = re.compile("(?:[并还就若而可只也都从再毫决绝谁要得是]|几乎|除非)$")


def denials(text: str, lang: str) -> Iterator[Change]:
    """Changes of `text`, each of which makes one sentence say the opposite.

    >>> text = "The gate is open. Prams cannot pass."
    >>> [text[:a] + now + text[b:] for a, b, now in denials(text, "en")]
    ['The gate is not open. Prams cannot pass.', 'The gate is open. Prams can pass.']
    """
    for found in _SENTENCE.finditer(text):
        yield from (_chinese if lang == "zh" else _english)(text, (found.start(), found.end()))


def _english(text: str, span: Span) -> Iterator[Change]:
    sentence = text[span[0] : span[1]]
    denied = _DENIED.findall(sentence)
    if not denied:
        found = _MAIN.match(sentence)
        fits = found and not _CLAUSE.search(found["subject"]) and found["next"] not in _HALF
        if found and fits and found["subject"] != "There":
            start, end = span[0] + found.start("verb"), span[0] + found.end("verb")
            yield (start, end, "cannot") if found["verb"] == "can" else (end, end, " not")
    elif len(denied) == 1:
        taken = _NOT.search(sentence)
        order = taken and taken["verb"] == "do" and not _ASKED.search(sentence[: taken.start()])
        if taken and not order and not _BOUND.search(sentence[taken.end() :]):
            now = f"{taken['verb'] or taken['can']} "
            yield span[0] + taken.start(), span[0] + taken.end(), now


def _chinese(text: str, span: Span) -> Iterator[Change]:
    words = word_spans(text)
    if re.search("而不是|而非|不是", text[span[0] : span[1]]):
        return
    for clause in _ZH_CLAUSE.finditer(text, *span):
        denied = _ZH_DENIED.findall(clause[0])
        if not denied:
            yield from _put_in(text, [w for w in words if clause.start() <= w[0] < clause.end()])
        elif denied == ["不"]:
            taken = _ZH_UNBOUND.search(clause[0])
            if taken and not _ZH_BOUND.search(clause[0][: taken.start()]):
                at = clause.start() + taken.start()
                must = text.startswith("必", at + 1) and not text.startswith("必须", at + 1)
                yield (at, at + 2, "必须") if must else (at, at + 1, "")


def _put_in(text: str, words: list[Span]) -> Iterator[Change]:
    """The denial of a clause's first verb that takes one."""
    for start, end in words[:-1]:
        word, before = text[start:end], text[max(0, start - 1) : start]
        if before in _ZH_HALF and len(word) <= 2 and before:
            continue
        if word in _ZH_BE and text[end : end + 1] not in "因由为从以在，。":
            yield end - 1, end, "不是"
            return
        if word in _ZH_MODAL:
            yield start, end, _ZH_MODAL[word]
            return
