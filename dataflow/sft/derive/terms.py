"""The terms of a passage that somebody would type who looks for it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from dataflow.evidence.wording import plain, tokens
from dataflow.sft.derive import terms_en, terms_zh
from schemas.ids import content_id

_CANDIDATES: dict[str, Callable[[str, str], Counter[str]]] = {
    "en": terms_en.candidates,
    "zh": terms_zh.candidates,
}
_LOOKED_AT = 100_000
"""Characters of a document that show how it uses its words."""
_LEAST, _MOST = 2, 3
_COMPOUND = 4
"""Characters of a Chinese term of two words or more."""
_PLURAL = 3
"""Letters of a word whose last s may be the plural's."""
_KNOWN = 1.5
"""Weight of a term that the title or a heading has."""
_MOST_CHUNKS = 400
_LEAST_TOKENS = {"en": 3, "zh": 5}
"""Words, of Chinese characters, of a query that leads somewhere."""
_CODE = re.compile(r"(```|~~~).*?(?:\1|$)", re.DOTALL)
_FIRST = re.compile(r"(?m)^(?!\s*[#|<>]).*?(?:[.!?](?=\s|$)|[。！？]|$)")


def _opening(text: str) -> str:
    """The first sentence of the text, and headings above it."""
    found = next((one for one in _FIRST.finditer(text) if len(tokens(one[0])) > 4), None)
    return text[: found.end()] if found else ""


def _tells(term: str, close: str, document: str, lang: str) -> bool:
    """Whether a term says what a passage is of: of several words, a name, or said at its head.

    `close` are title, headings and the first sentence, in small letters.
    """
    if term.casefold() in close:
        return True
    if lang == "zh":
        return len(term) >= _COMPOUND and term in document
    named = term[:1].isupper() and re.search(rf"[a-z,] {re.escape(term)}\b", document) is not None
    return " " in term or named


def key_terms(
    text: str, document: str, chunks: Sequence[str], titles: str, lang: str, seed: int
) -> list[str]:
    """Two to three terms that tell the passage from the document's other chunks; [] for fewer.

    They count by how often they stand here, how few chunks have them (tf-idf, Spärck Jones 1972),
    and whether title or headings name them. How many there are is decided by a hash.
    """
    shown = "\n".join(plain(part) for part in _CODE.sub("\n\n", text).split("\n"))
    found = _CANDIDATES[lang](shown, document[:_LOOKED_AT]) if lang in _CANDIDATES else Counter()
    others = [chunk.casefold() for chunk in chunks[:_MOST_CHUNKS]]
    heads = titles.casefold()

    def weight(term: str) -> float:
        folded = term.casefold()
        having = sum(folded in other for other in others)
        idf = 1 + 2 * math.log((len(others) + 1) / (having + 1))
        long = 1 + 0.3 * min(len(tokens(term)), 4)
        return math.sqrt(found[term]) * idf * long * (_KNOWN if folded in heads else 1)

    close = f"{titles}\n{_opening(shown)}".casefold()
    telling = [term for term in found if _tells(term, close, document, lang)]
    ordered = sorted(telling, key=lambda term: (-weight(term), content_id(seed, term)))
    wanted = _LEAST + int(content_id("terms", seed, text)[:4], 16) % (_MOST - _LEAST + 1)
    chosen: list[str] = []
    for term in ordered:
        own = _stems(term)
        if not any(own & _stems(other) for other in chosen):
            chosen.append(term)
        enough = sum(len(tokens(one)) for one in chosen) >= _LEAST_TOKENS[lang]
        if (len(chosen) >= wanted and enough) or len(chosen) == _MOST:
            break
    long = sum(len(tokens(one)) for one in chosen) >= _LEAST_TOKENS.get(lang, 0)
    return chosen if len(chosen) >= _LEAST and long else []


def _stems(term: str) -> set[str]:
    """Its words without the mark of the plural: “flag” beside “flags” says nothing new."""
    return {word.removesuffix("s") if len(word) > _PLURAL else word for word in tokens(term)}
