"""English words without their endings, so that forms of one word compare as equal."""

from __future__ import annotations

from functools import lru_cache

_IRREGULAR = """
be am is are was were been being; have has had having; do does did done doing; go goes went gone;
say said; make made; take took taken; come came; see saw seen; know knew known; get got gotten;
give gave given; find found; think thought; tell told; become became; leave left; feel felt;
put; bring brought; begin began begun; keep kept; hold held; write wrote written; stand stood;
hear heard; let; mean meant; set; meet met; run ran; pay paid; sit sat; speak spoke spoken;
lie lay lain; lead led; read; grow grew grown; lose lost loss losses; fall fell fallen; send sent;
build built; understand understood; draw drew drawn; break broke broken; spend spent; cut;
rise rose risen; drive drove driven; buy bought; wear wore worn; choose chose chosen;
sell sold sale sales; teach taught; fight fought; catch caught; win won; shoot shot; fly flew flown;
sing sang sung; swim swam swum; steal stole stolen; throw threw thrown; shake shook shaken;
feed fed; burn burnt burned; dig dug; bear bore born borne; beat beaten; sink sank sunk;
spread; strike struck; swear swore sworn; sleep slept; lend lent; shrink shrank shrunk;
man men; woman women; child children; foot feet; tooth teeth; mouse mice; person people;
good better best; bad worse worst; far further farther; die died dying dead death;
"""
_BASES = {
    form: forms.split()[0]
    for forms in " ".join(_IRREGULAR.split()).split(";")
    if forms.strip()
    for form in forms.split()
}
_ENDINGS = (
    "ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ness", "edly", "ed", "ers",
    "er", "est", "ies", "es", "ly", "s",
)  # fmt: skip
_LEAST = 3
_KEY = 6


def is_irregular(word: str) -> bool:
    """Whether the folded word is an irregular form, as "wrote" and "men" are."""
    return word in _BASES


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The folded word without its ending, at most 6 letters; irregular forms as their base.

    >>> [stem(w) for w in ("melts", "melting", "was", "supplies", "supplied", "development")]
    ['melt', 'melt', 'be', 'suppl', 'suppl', 'develo']
    """
    if word in _BASES:
        return _BASES[word][:_KEY]
    for ending in _ENDINGS:
        if word.endswith("ply"):
            break
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST:
            word = word[: -len(ending)]
            break
    if len(word) > _LEAST + 1 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    if len(word) > _LEAST and word[-1] in "eyi":
        word = word[:-1]
    return word[:_KEY]
