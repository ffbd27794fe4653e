"""Whether a value looks like a real secret, or like a stand-in, a word or a piece of code."""

from __future__ import annotations

import re
from collections import Counter
from math import log2

_PLACEHOLDER = re.compile(
    r"example|xxxx|\*\*\*|\.\.\.|…|your|placeholder|dummy|change.?me|insert|replace|redacted|"
    r"<|>|\$\{|\{\{|%\(|\$\(|[⟨⟩]|^\$|^%[a-z_]+%$|^(?:my)?_?(?:password|passwd|pass|pwd|secret|token)"
    r"s?[0-9!@]{0,3}$|^p[a4@]ssw[o0]rd|^123456|anonymous|^(.)\1+$",
    re.IGNORECASE,
)
_EXPRESSION = re.compile(r"[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+$|[A-Za-z_]+$|\\|/{1,2}\w+/")
_COMPOUND = re.compile(r"[0-9]{1,4}[-~][A-Za-z0-9]+$|[A-Za-z]+(?:-[A-Za-z]+)+$|[0-9./:~-]+$")
_KEY_FORM = re.compile(r"[A-Za-z0-9_+/=.~\-]{16,4096}$")
_SNAKE = re.compile(
    r"[A-Za-z]+[0-9]{0,2}(?:[_.-][A-Za-z]+[0-9]{0,2})*$|[A-Z][a-z]+(?:[A-Z][a-z]+)+[0-9]*$"
)
_LEAST_ENTROPY = 3.0
"""Bits per character of a key: random hexadecimal of 32 digits has 3.6 on average, the least of
10,000 drawn 3.1; English words joined without spaces have as much, but no three digits."""
_LEAST_DIGITS = 2


def entropy(value: str) -> float:
    """Shannon's entropy of the characters, in bits per character.

    >>> entropy("aabb")
    1.0
    """
    n = len(value)
    return -sum(count / n * log2(count / n) for count in Counter(value).values())


def is_placeholder(value: str) -> bool:
    """Whether a value stands for a secret that the reader is to put in.

    >>> is_placeholder("YOUR_API_KEY"), is_placeholder("${DB_PASS}"), is_placeholder("Tr4vel!ing")
    (True, True, False)
    """
    return _PLACEHOLDER.search(value) is not None


def is_password(value: str, *, quoted: bool = False) -> bool:
    """Whether a value given as a password is one: letters with digits or signs, no expression.

    Words alone and numbers alone are not, as prose and default settings have them behind the same
    colon ("password: required", "default password 000000").
    """
    if not 6 <= len(value) <= 128 or not value.isascii() or is_placeholder(value):
        return False
    if " " in value or (not quoted and _EXPRESSION.match(value)) or _COMPOUND.match(value):
        return False
    letters = any(map(str.isalpha, value))
    digits = any(map(str.isdigit, value))
    signs = any(not char.isalnum() and char not in "._-/:" for char in value)
    return letters and (digits or signs) and len(set(value)) > 3


def is_key(value: str, *, prefixed: bool = False) -> bool:
    """Whether a value is random enough for a key; one with a provider's prefix may be letters only.

    >>> is_key("9f86d081884c7d659a2feaa0c55ad015"), is_key("max_new_tokens_per_batch_2")
    (True, False)
    """
    if not _KEY_FORM.match(value) or is_placeholder(value):
        return False
    if entropy(value) < _LEAST_ENTROPY:
        return False
    digits = sum(map(str.isdigit, value))
    if prefixed:
        return digits > 0 or not (value.islower() or value.isupper())
    return digits >= _LEAST_DIGITS and not _SNAKE.match(value)
