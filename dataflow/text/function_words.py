"""Short words that hold sentences together, for languages that share the Latin alphabet.

They come every few words in any text whatever it is about, so that two or three of them tell a
language where the letters of names and terms mislead. Where close relatives differ, both are here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

FUNCTION_WORDS: dict[str, frozenset[str]] = {
    lang: frozenset(words.split())
    for lang, words in {
        "en": "the of and to is that for with as this are be it or on by not you your from which "
        "have has was were will can may if at an when there their its should would but what they",
        "de": "der die das und ist nicht ein eine den dem des mit von zu auf für im sich auch wird "
        "werden sind oder wie bei wenn nach aus einer einem durch über kann sie",
        "fr": "le la les des et est une un du dans pour pas que qui sur par avec ce cette vous ne "
        "se sont au aux ou plus être mais comme si votre il",
        "es": "el la los las de y en que es un una por con para no del se su al como más o pero "
        "este esta son si lo puede ser sus cuando muy también",
        "pt": "o a os as de e em que é um uma por com para não do da dos das no na nos nas se seu "
        "sua ao como mais ou mas este esta são pode ser quando muito também",
        "it": "il lo la i gli le di e in che è un una per con non del della dei delle nel nella si "
        "al alla come più o ma questo questa sono può essere anche da",
        "nl": "de het een en van is niet dat in op te voor met zijn aan door er maar om bij ook of "
        "als dan naar uw deze dit kan worden wordt heeft u",
        "ca": "el la els les de i en que és un una per amb no del dels al als es com més o però "
        "aquest aquesta són si pot ser quan també seva ha hi",
        "ro": "și de la în care este un o cu nu pe din pentru se să a ai al ale sau mai dar acest "
        "această sunt dacă poate fi când ca prin",
        "sv": "och att det som en ett är på för av med inte den till om har de kan från eller när "
        "så men vid ska efter också mycket du din",
        "da": "og at det som en et er på for af med ikke den til om har de kan fra eller når så "
        "men ved skal efter også meget du din hvis blev",
        "no": "og at det som en et er på for av med ikke den til om har de kan fra eller når så "
        "men ved skal etter også mye du din hvis ble",
        "fi": "ja on ei se että oli tai myös kun mutta voi ovat joka sen jos niin kuin tämä ole "
        "vain",
        "pl": "i w na z do nie się jest że to jak o dla od po co są lub tym przez który może ale",
        "cs": "a v na se je že s z do to o k pro jako není by ale jsou nebo který po za můžete být",
        "hu": "a az és hogy nem is egy van ez de meg csak vagy mint ha kell el már azt lehet",
        "tr": "ve bir bu için ile da de olarak ne var daha gibi olan çok en kadar veya sonra değil",
        "id": "yang dan di ini itu dengan untuk dari pada dalam tidak adalah akan ke atau dapat "
        "anda oleh juga sebagai jika bisa karena telah",
        "ms": "yang dan di ini itu dengan untuk dari pada dalam tidak adalah akan ke atau boleh "
        "anda oleh juga sebagai jika kerana telah ialah",
    }.items()
}
"""By ISO 639-1 code."""
_NONE: frozenset[str] = frozenset()
_WORD = re.compile(r"[^\W\d_]+")


def function_words(text: str, langs: Iterable[str]) -> list[int]:
    """Function words of the languages `langs` in `text`: distinct ones for each, in order.

    >>> function_words("The cat is on the mat", ["en", "de", "xx"])
    [3, 0, 0]
    """
    words = set(_WORD.findall(text.lower()))
    return [len(FUNCTION_WORDS.get(lang, _NONE) & words) for lang in langs]


SETTLING = ("en", "de", "fr")
"""Languages that their function words settle. Of the others many have a relative without a list
here that shares the words, and in Spanish and Romanian 1 in 3 windows of Catalan would be taken."""
SETTLING_CHARS = 100
_OWN, _LEAD = 3, 2
"""Distinct function words wanted, and how many more than of all other languages together. On random
windows of a translated manual in 18 languages and of Wikipedia that settles 93-98 % of the English,
92 % of the German and 98 % of the French ones of 160 characters; it takes 1 in 1,000 foreign ones
of 100 characters or more for one of the three, most of them English left in a translation."""


@cache
def _others(lang: str) -> frozenset[str]:
    """Function words of all languages but `lang` that are none of its own."""
    return frozenset().union(*FUNCTION_WORDS.values()) - FUNCTION_WORDS[lang]


def settles(text: str, lang: str) -> bool:
    """Whether the function words alone leave no doubt that `text` is in `lang`.

    >>> text = "The wheel stands by the river, is older than most of the houses, and it will last."
    >>> settles(text + " You can visit it from May to July.", "en"), settles(text, "de")
    (True, False)
    """
    if lang not in SETTLING or len(text) < SETTLING_CHARS:
        return False
    words = set(text.lower().split())
    own = len(words & FUNCTION_WORDS[lang])
    return own >= _OWN and own - len(words & _others(lang)) >= _LEAD
