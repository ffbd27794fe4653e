"""What of a text is prose: a sample from all over it, without code, links and markup."""

from __future__ import annotations

import re
from functools import cache

from dataflow.text.layout import fenced

WINDOWS = 4
"""Places of a long text that are looked at: an abstract may be in another language."""
_MARKUP = (
    ("`", r"`[^`\n]{1,200}`"),
    ("://", r"(?:https?|ftp)://\S+"),
    ("www.", r"www\.\S+"),
    ("@", r"(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,64}\.[\w.-]+"),
    ("<", r"</?[A-Za-z][^<>\n]{0,200}>"),
    ("\\", r"\\[A-Za-z]+"),
)
"""What is not prose, each with a literal without which it cannot be: a search for the literals
takes a tenth of the time of a search for all forms."""


@cache
def _pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(forms))


def without_markup(text: str) -> str:
    r"""`text` with a space for each piece of inline code, link, address, tag and TeX command.

    >>> without_markup(r"See `x = 1`, <b>bold</b> and \alpha")
    'See  ,  bold  and  '
    """
    forms = tuple(form for literal, form in _MARKUP if literal in text)
    return _pattern(forms).sub(" ", text) if forms else text


def prose_sample(text: str, length: int) -> str:
    """At most `length` characters from places all over `text`, without code, links and markup.

    >>> prose_sample("See <b>the</b> page https://example.org/a `x = 1` now", 40).split()
    ['See', 'the', 'page', 'now']
    """
    prose = _without_fences(text)
    if len(prose) <= 2 * length:
        return without_markup(prose)[:length]
    width = length // WINDOWS
    step = (len(prose) - 2 * width) // (WINDOWS - 1)
    # twice as much is cut out as is used, so that what is removed can be made up for
    views = (prose[i * step : i * step + 2 * width] for i in range(WINDOWS))
    return "\n".join(without_markup(view)[:width] for view in views)


def _without_fences(text: str) -> str:
    done, kept = 0, []
    for start, end in fenced(text):
        kept.append(text[done:start])
        done = end
    return "\n".join([*kept, text[done:]]) if kept else text
