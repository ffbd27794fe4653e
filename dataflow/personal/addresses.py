"""E-mail, IP and hardware addresses, and bank account numbers.

Not personal, so never found: what standards reserve for documentation (RFC 2606 domains, RFC 5737
and 3849 addresses, RFC 7042 hardware addresses), private networks, public resolvers, version
numbers. Every search is anchored at a rare character and looks a bounded way to either side.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from itertools import pairwise

from dataflow.personal.checksums import iban, iban_length
from dataflow.personal.domains import is_documentation, is_top_level
from dataflow.personal.kinds import Finding
from dataflow.personal.labels import Label, label_after, label_before
from dataflow.personal.surroundings import among_decimals, is_word

LONGEST_LOCAL = 64
"""Characters before the @ (RFC 5321)."""
LONGEST_DOMAIN = 255
_LOCAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-\\" + "".join(
    map(chr, (*range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x180)))
)
_DOMAIN = re.compile(r"[A-Za-z0-9-]{1,63}+(?:\.[A-Za-z0-9-]{1,63}+){1,8}+")
_AT = re.compile(r"(?:@|＠)")
_SPELT = re.compile(r"[\[({<]\s?(?:[aA][tT]|@)\s?[\])}>]")
_BRACKETS = bytes.maketrans(b"[{<]}>", b"((()))")
_LEFT_OUT = b" \t\n\r\v\f\x1c\x1d\x1e\x1f" + bytes(range(0x80, 0x100))
"""White space, and the bytes of any that is not ASCII."""
_SPELT_WORDS = re.compile(r" AT (?=[\w-]{2,40} (?:DOT|dot) )")
_SPELT_DOMAIN = re.compile(
    r"\s?[A-Za-z0-9-]{1,63}(?:\s?(?:[\[({<]\s?(?:dot|DOT|Dot|\.)\s?[\])}>]|\.|\s(?:dot|DOT)\s)\s?"
    r"[A-Za-z0-9-]{1,63}){1,4}"
)
_DOT = re.compile(r"\s?[\[({<]\s?(?:dot|\.)\s?[\])}>]\s?|\s+dot\s+", re.IGNORECASE)
_HASH = re.compile(r"#(?=[a-z0-9-]{2,30}\.(?:com|cn|net|org|edu)\b)")
_HASH_MEANT = re.compile(r"#.{0,8}(?:换|改|替换|replace|代替|swap).{0,8}@|@.{0,8}#")
_LOGINS = frozenset({"git", "hg", "svn"})
"""User names of code hosts: the same for everybody."""
_LOGIN = re.compile(r"(?:(?:ssh|scp|rsync|sftp|mosh)\s[^\n]{0,60}|//[^\s/@]{0,64})\Z")
_V4 = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}")
_V6 = re.compile(r"[23][0-9A-Fa-f]{3}:(?:[0-9A-Fa-f]{0,4}:){1,6}[0-9A-Fa-f]{0,4}")
_MAC_TAIL = re.compile(r"([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Za-z])")
"""All but the first two digits: a search for the mark is three times as quick."""
_IBAN_TAIL = re.compile(r"[0-9](?<=[A-Z]{2}[0-9])[0-9](?: ?[A-Z0-9]){11,30}+")
"""All but the country: digits are rarer in prose than capitals."""
_RESOLVERS = frozenset(
    {
        "1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "208.67.222.222", "208.67.220.220",
        "4.2.2.2", "114.114.114.114", "114.114.115.115", "223.5.5.5", "223.6.6.6", "119.29.29.29",
        "180.76.76.76", "1.2.4.8", "2001:4860:4860::8888", "2001:4860:4860::8844",
        "2606:4700:4700::1111", "2606:4700:4700::1001", "2400:3200::1", "2620:fe::fe",
    }
)  # fmt: skip
"""Public name servers, which manuals tell everybody to enter."""
_SMALL = 32
"""Parts of version and section numbers are below this; of a random address 7 in 8 are not."""
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


def emails(text: str) -> Iterator[Finding]:
    """E-mail addresses outside the domains that are reserved for examples.

    >>> list(emails("mail anna@uni.org, not x@example.com or icon@2x.png"))
    [Finding(start=5, end=17, kind='email')]
    """
    if "@" in text or "＠" in text:
        for match in _AT.finditer(text):
            yield from _email(text, match.start(), match.end())
    form = text.encode("utf-8", "replace").lower().translate(_BRACKETS, _LEFT_OUT)
    for found, pattern in (
        (b"(at)" in form or b"(@)" in form, _SPELT),
        (" AT " in text, _SPELT_WORDS),
    ):
        for match in pattern.finditer(text) if found else ():
            yield from _spelt(text, match)
    if "#" in text and "@" in text:
        for match in _HASH.finditer(text):
            if _HASH_MEANT.search(text[match.end() : match.end() + 60]):
                yield from _email(text, match.start(), match.end())


def _local_start(text: str, at: int) -> int:
    """Where the part before the @ begins; `at` when there is none."""
    window = text[max(0, at - LONGEST_LOCAL - 1) : at]
    bare = window.rstrip(_LOCAL)
    local = window[len(bare) :].lstrip(".%+-\\")
    if not local or len(local) > LONGEST_LOCAL or local[-1] in ".%\\":
        return at
    return at - len(local)


def _email(text: str, at: int, after: int) -> Iterator[Finding]:
    """The address around an @, if it is one."""
    domain = _DOMAIN.match(text, after, after + LONGEST_DOMAIN)
    start = _local_start(text, at) if domain is not None else at
    if domain is None or start == at:
        return
    name = _known_domain(domain[0])
    end = after + len(name)
    local = text[start:at].lower()
    if not name or local in _LOGINS or is_documentation(name.lower()):
        return
    if text[end : end + 2] in (":/", ":~") or _LOGIN.search(text, max(0, start - 70), start):
        return  # the user of a URL, of a remote path or of a remote shell
    yield Finding(start, end, "email")


def _known_domain(name: str) -> str:
    """`name` up to its last label that is a top-level domain; '' when there is none."""
    labels = name.split(".")
    while len(labels) > 1 and not is_top_level(labels[-1]):
        labels.pop()
    if len(labels) < 2 or any(label[:1] in "-" or label[-1:] == "-" for label in labels):
        return ""
    return ".".join(labels)


def _spelt(text: str, match: re.Match[str]) -> Iterator[Finding]:
    """An address with (at) for @, and (dot) or a dot."""
    at = match.start() - (text[match.start() - 1 : match.start()] == " ")
    start = _local_start(text, at)
    domain = _SPELT_DOMAIN.match(text, match.end(), match.end() + 120)
    if domain is None or start == at:
        return
    name = _DOT.sub(".", domain[0].strip())
    known = _known_domain(name)
    if known == name and not is_documentation(known.lower()):
        yield Finding(start, domain.end(), "email")
    elif known and "." in domain[0] and not _DOT.search(domain[0]):
        lead = len(domain[0]) - len(domain[0].lstrip())
        yield Finding(start, domain.start() + lead + len(known), "email")


def ipv4(text: str, start: int, end: int) -> Iterator[Finding]:
    """Public addresses of hosts in `text[start:end]`, a run of digits, dots and spaces."""
    for match in _V4.finditer(text, start, end):
        at, after = match.span()
        if _touches(text, at, after, ".-") or text[after : after + 1] == "/":
            continue
        parts = [int(part) for part in match[0].split(".")]
        if max(parts) > 255 or ".".join(map(str, parts)) != match[0]:
            continue
        if not is_host(match[0]) or among_decimals(text, at):
            continue
        if label_after(text, after) == "version":
            continue
        if _is_meant(parts, label_before(text, at)):
            yield Finding(at, after, "ip")


def _touches(text: str, start: int, end: int, joints: str) -> bool:
    """Whether the item is part of something longer: a word, or digits behind one of `joints`."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if is_word(before[-1:]) or is_word(after[:1]):
        return True
    joined_before = before[-1:] != "" and before[-1] in joints and before[:1].isdigit()
    return joined_before or (after[:1] != "" and after[0] in joints and after[1:].isdigit())


def _is_meant(parts: list[int], label: Label) -> bool:
    """Whether four numbers are an address and not a version."""
    if label.name == "version" or len(set(parts)) == 1:
        return False
    return label.name == "ip" or sum(part >= _SMALL for part in parts) >= 2


def is_host(address: str) -> bool:
    """Whether an address belongs to one host on the public internet.

    >>> [is_host(one) for one in ("45.33.32.156", "10.0.0.1", "203.0.113.9", "8.8.8.8")]
    [True, False, False, False]
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return parsed.is_global and not parsed.is_multicast and str(parsed) not in _RESOLVERS


def ipv6(text: str) -> Iterator[Finding]:
    """Global IPv6 addresses of hosts, not networks."""
    for match in _V6.finditer(text):
        start, end = match.span()
        if text[end - 1] == ":" and text[end - 2 : end] != "::":
            end -= 1
        if is_word(text[start - 1 : start]) or text[start - 1 : start] == ":":
            continue
        if is_word(text[end : end + 1]) or text[end : end + 1] in (":", "/"):
            continue
        if is_host(text[start:end]):
            yield Finding(start, end, "ip")


def macs(text: str) -> Iterator[Finding]:
    """Hardware addresses of devices: universally administered, not patterns made for examples."""
    for match in _MAC_TAIL.finditer(text):
        start, end = match.start() - 2, match.end()
        first, before, after = (
            text[max(0, start) : start + 2],
            text[max(0, start - 1) : start],
            text[end : end + 1],
        )
        if len(first) < 2 or not _HEXADECIMAL.issuperset(first) or after == match[1]:
            continue
        if before != match[1] and not is_word(before) and is_device(text[start:end]):
            yield Finding(start, end, "mac")


def is_device(address: str) -> bool:
    """Whether a hardware address is one that a maker has given to a device.

    >>> is_device("3C:22:FB:9A:41:7E"), is_device("00-11-22-33-44-55")
    (True, False)
    """
    parts = [int(part, 16) for part in re.split("[:-]", address)]
    if parts[0] & 3 or parts[:5] == [0, 0, 0x5E, 0, 0x53]:
        return False  # group or locally administered; RFC 7042
    steps = {(b - a) % 256 for a, b in pairwise(parts)}
    return len(steps) > 2 and len(set(parts)) > 3


def ibans(text: str) -> Iterator[Finding]:
    """International bank account numbers, together or in groups of four."""
    for match in _IBAN_TAIL.finditer(text):
        start = match.start() - 2
        wanted = iban_length(text[start : start + 2])
        if not wanted or is_word(text[start - 1 : start]):
            continue
        end, seen = start, 0
        while end < match.end() and seen < wanted:
            seen += text[end] != " "
            end += 1
        if seen < wanted or is_word(text[end : end + 1]):
            continue
        if iban(text[start:end].replace(" ", "")):
            yield Finding(start, end, "iban")
