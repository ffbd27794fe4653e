"""All items of personal data in a text, as spans that do not overlap."""

from __future__ import annotations

from collections.abc import Iterator

from dataflow.personal.addresses import emails, ibans, ipv6, macs
from dataflow.personal.kinds import KINDS, Finding, without_overlaps
from dataflow.personal.numbers import numbers, passports
from dataflow.personal.secrets import secrets

_HEXADECIMAL = bytes.maketrans(b"0123456789ABCDEFabcdef", b"h" * 22)
_CAPITALS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", b"A" * 26 + b"0" * 10)
ALL_KINDS = frozenset(kind.name for kind in KINDS)


def find(text: str, kinds: frozenset[str] = ALL_KINDS, *, names: bool = False) -> list[Finding]:
    """Items of these kinds in `text`, by start; of overlapping ones that with precedence.

    An item of a kind that is not asked for still keeps others from its place: the digits of a key
    are no telephone. `names` adds names of persons, for which a language model reads the text.

    >>> find("Anna, anna@uni.org, 13912345678")
    [Finding(start=6, end=18, kind='email'), Finding(start=20, end=31, kind='phone')]
    """
    found = [*emails(text), *_addresses(text), *numbers(text), *passports(text), *secrets(text)]
    if names:
        from dataflow.personal.names import person_names

        found += person_names(text)
    return [one for one in without_overlaps(found) if one.kind in kinds]


def _addresses(text: str) -> Iterator[Finding]:
    """Bank accounts and addresses of hosts and devices, searched for where the text has their form.

    Bytes are mapped to their kinds and searched for the shortest form, at 1 GB a second; the
    patterns themselves run at a twentieth of that.
    """
    data = text.encode("utf-8", "replace")
    if b"AA00" in data.translate(_CAPITALS):
        yield from ibans(text)
    kinds = data.translate(_HEXADECIMAL)
    if b"hhhh:" in kinds:
        yield from ipv6(text)
    if b":hh:hh:hh:hh:hh" in kinds or b"-hh-hh-hh-hh-hh" in kinds:
        yield from macs(text)
