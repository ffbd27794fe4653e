"""All items of personal data in a text, as spans that do not overlap."""

from __future__ import annotations

from dataflow.personal.addresses import emails, ibans, ipv6, macs
from dataflow.personal.kinds import KINDS, Finding, without_overlaps
from dataflow.personal.numbers import numbers, passports
from dataflow.personal.secrets import secrets

ALL_KINDS = frozenset(kind.name for kind in KINDS)


def find(text: str, kinds: frozenset[str] = ALL_KINDS, *, names: bool = False) -> list[Finding]:
    """Items of these kinds in `text`, by start; of overlapping ones that with precedence.

    An item of a kind that is not asked for still keeps others from its place: the digits of a key
    are no telephone. `names` adds names of persons, for which a language model reads the text.

    >>> find("Anna, anna@uni.org, 13912345678")
    [Finding(start=6, end=18, kind='email'), Finding(start=20, end=31, kind='phone')]
    """
    found = [
        *emails(text), *ibans(text), *ipv6(text), *macs(text), *numbers(text), *passports(text),
        *secrets(text),
    ]  # fmt: skip
    if names:
        from dataflow.personal.names import person_names

        found += person_names(text)
    return [one for one in without_overlaps(found) if one.kind in kinds]
