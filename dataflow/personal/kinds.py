"""The kinds of personal data and secrets, what is done with each by default, and how it is masked.

The defaults ask two things of a kind. Does the item lead to a person or open a door? Then it is
masked. Would a technical text lose its meaning with it? Then it is counted only (`tag`): device
and wallet addresses are public by design and the subject of many manuals.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Action = Literal["off", "tag", "mask", "drop"]
"""`off` not looked for, `tag` counted, `mask` replaced, `drop` counted for the filter's rule."""
ACTIONS: tuple[Action, ...] = ("off", "tag", "mask", "drop")


class Finding(NamedTuple):
    """An item of personal data: `text[start:end]`, code points, and its kind."""

    start: int
    end: int
    kind: str


class Kind(NamedTuple):
    """A kind by name, its default action, and what counts as one."""

    name: str
    action: Action
    about: str


KINDS: tuple[Kind, ...] = (
    Kind("private_key", "mask", "PEM block of a private key"),
    Kind("password", "mask", "password in an assignment, a sentence or a URL"),
    Kind("token", "mask", "JSON Web Token (its header decodes), bearer or basic credentials"),
    Kind("api_key", "mask", "key with a provider's prefix, or assigned to a key's name"),
    Kind("email", "mask", "e-mail address, also with (at) and (dot)"),
    Kind("iban", "mask", "bank account number: country's length, modulo 97"),
    Kind("cn_id", "mask", "Chinese identity number: region, birth date, check character"),
    Kind("card", "mask", "payment card: issuer's prefix and length, Luhn"),
    Kind("ssn", "mask", "US social security number, where a word says so"),
    Kind("passport", "mask", "passport number, where a word says so"),
    Kind("phone", "mask", "telephone number: with country code, Chinese, North American, or "
         "any where a word says so; not the numbers of hotlines"),
    Kind("ip", "mask", "public IPv4 or IPv6 address of a host"),
    Kind("mac", "tag", "hardware address of a device"),
    Kind("crypto", "tag", "Bitcoin address whose checksum holds"),
    Kind("name", "mask", "person's name in English, found by a model (option `names`)"),
)  # fmt: skip
"""In order of precedence: where two items overlap, the earlier kind has it."""
RANK = {kind.name: place for place, kind in enumerate(KINDS)}
OPEN, CLOSE = "⟨", "⟩"


def mask(kind: str) -> str:
    """What stands in place of an item: its kind in capitals, in angle brackets.

    The brackets are U+27E8 and U+27E9. Square ones before a parenthesis are a Markdown link, `<X>`
    is an HTML tag that readers swallow, braces are templates in code, bars end a table's cell.
    These are none of it, are stable under NFC and NFKC, and serve English and Chinese alike.

    >>> mask("api_key")
    '⟨API_KEY⟩'
    """
    return f"{OPEN}{kind.upper()}{CLOSE}"


def without_overlaps(findings: list[Finding]) -> list[Finding]:
    """The findings by start, of overlapping ones that of the kind with precedence.

    >>> without_overlaps([Finding(0, 9, "phone"), Finding(4, 8, "email")])
    [Finding(start=4, end=8, kind='email')]
    """
    kept: list[Finding] = []
    for one in sorted(findings, key=lambda one: (one.start, RANK[one.kind], -one.end)):
        while kept and kept[-1].end > one.start and RANK[one.kind] < RANK[kept[-1].kind]:
            kept.pop()
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
    return kept
