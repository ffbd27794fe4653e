"""Keys, tokens, private keys and passwords.

Two things make a secret: a form that only a provider's keys have, or a name in front of it that
says so and a value that nobody would make up as an example. Stand-ins (`changeme`, `${TOKEN}`,
`xxxx`, `…EXAMPLE`) and code that merely reads a secret (`os.environ[...]`) are none.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from itertools import zip_longest

from dataflow.personal.assignments import assigned
from dataflow.personal.checksums import bitcoin
from dataflow.personal.domains import is_documentation
from dataflow.personal.kinds import Finding
from dataflow.personal.scan import Scan
from dataflow.personal.strength import is_key, is_placeholder

_PREFIXED = re.compile(
    r"""gh[pousr]_[A-Za-z0-9]{36,255} | github_pat_[A-Za-z0-9_]{60,255}
    | gl(?:pat|ptt|dt|rt|soat|cbt|agent|imt)-[A-Za-z0-9_-]{20,64}
    | (?:AKIA|ASIA)[A-Z2-7]{16} | LTAI[A-Za-z0-9]{12,26} | AKID[A-Za-z0-9]{32}
    | xox[abeoprs]-[A-Za-z0-9-]{20,255} | xapp-[0-9]-[A-Za-z0-9-]{20,255}
    | AIza[A-Za-z0-9_-]{35} | GOCSPX-[A-Za-z0-9_-]{28}
    | [sr]k_(?:live|test)_[A-Za-z0-9]{16,255} | whsec_[A-Za-z0-9]{24,64}
    | npm_[A-Za-z0-9]{36} | pypi-AgE[A-Za-z0-9_-]{50,1000} | hf_[A-Za-z]{34,40}
    | sk-(?:proj-|svcacct-|ant-[a-z0-9]{2,8}-|or-v1-)?[A-Za-z0-9_-]{20,255}
    | do[opr]_v1_[a-f0-9]{64} | shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32} | dapi[a-f0-9]{32}
    | r8_[A-Za-z0-9]{37,40} | gsk_[A-Za-z0-9]{40,64} | key-[a-f0-9]{32} | lin_api_[A-Za-z0-9]{40}
    | EAACEdEose0cBA[A-Za-z0-9]+ | sq0csp-[A-Za-z0-9_-]{43} | NRAK-[A-Z0-9]{27}
    """,
    re.VERBOSE,
)
_DOTTED = (
    ("SG.", re.compile(r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}")),
    ("ya29.", re.compile(r"ya29\.[A-Za-z0-9_-]{20,1000}")),
    (":AA", re.compile(r":AA[A-Za-z0-9_-]{33}")),
    ("hooks.slack.com/services/", re.compile(r"hooks\.slack\.com/services/[A-Za-z0-9/]{30,60}")),
)
"""Keys with a dot, colon or slash in them: a literal, and the form around it."""
_BOT = re.compile(r"[0-9]{8,10}\Z")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{4,8192}\.[A-Za-z0-9_-]{0,2048}")
_PEM = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_PEM_LINE = re.compile(r"[A-Za-z0-9+/=]{24,}")
_PEM_LONGEST = 20_000
_PEM_LEAST = 60
"""Base64 characters of the smallest private key in use (Ed25519 in PKCS #8 has 64)."""
_BEARER = re.compile(r"earer[ \t]{1,4}([A-Za-z0-9._~+/=-]{20,4096})")
_BASIC = re.compile(r"Basic[ \t]{1,4}([A-Za-z0-9+/]{8,512}={0,2})")
_USERINFO = re.compile(
    r"://[^\s/:@\"'<>]{0,64}:([^\s/\"'<>]{3,128})@([A-Za-z0-9.-]{1,255}|[\[$%{])"
)


def secrets(text: str) -> Iterator[Finding]:
    """Secrets and wallets' addresses, in no particular order; they may overlap.

    >>> list(secrets('db = "postgres://app:Tr4vel!ing@db.acme.org/main"'))
    [Finding(start=21, end=31, kind='password')]
    """
    scan = Scan(text)
    for match in scan.long_words():
        yield from _long_word(text, match)
    for literal, form in _DOTTED:
        if literal in text:
            yield from _dotted(text, form)
    if "-----BEGIN " in text:
        yield from _private_keys(text)
    if "earer" in text or "Basic" in text:
        yield from _credentials(text)
    if "://" in text and "@" in text:
        for match in _USERINFO.finditer(text):
            if not is_placeholder(match[1]) and not is_documentation(match[2].lower()):
                yield Finding(*match.span(1), "password")
    yield from assigned(scan)


def _long_word(text: str, match: re.Match[str]) -> Iterator[Finding]:
    """The key, token or wallet's address that a long word is or ends in."""
    word, start = match[0], match.start()
    if word.startswith("eyJ"):
        token = _JWT.match(text, start)
        if token is not None and is_jwt(token[0]):
            yield Finding(*token.span(), "token")
        return
    found = _PREFIXED.match(word)
    if found is not None:
        if is_key(found[0], prefixed=True):
            yield Finding(start, start + found.end(), "api_key")
    elif word[0] in "13b" and len(word) < 75 and bitcoin(word):
        yield Finding(*match.span(), "crypto")


def is_jwt(token: str) -> bool:
    """Whether the first part of a token is a JSON object that names an algorithm (RFC 7519)."""
    head = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):  # binascii.Error and UnicodeDecodeError are ValueErrors
        return False
    return isinstance(header, dict) and "alg" in header


def _dotted(text: str, form: re.Pattern[str]) -> Iterator[Finding]:
    for match in form.finditer(text):
        start, end = match.span()
        if match[0].startswith(":"):
            number = _BOT.search(text[max(0, start - 10) : start])
            if number is None:
                continue
            start -= len(number[0])
        if not is_placeholder(match[0]):
            yield Finding(start, end, "api_key")


def _private_keys(text: str) -> Iterator[Finding]:
    """Blocks with a body; what a manual shortens to dots is not one."""
    openings = list(_PEM.finditer(text))
    for opening, following in zip_longest(openings, openings[1:]):
        limit = opening.end() + _PEM_LONGEST
        if following is not None:
            limit = min(limit, following.start())
        closing = _PEM_END.search(text, opening.end(), limit)
        if closing is None:
            continue
        body = _PEM_LINE.findall(text, opening.end(), closing.start())
        if sum(map(len, body)) >= _PEM_LEAST:
            yield Finding(opening.start(), closing.end(), "private_key")


def _credentials(text: str) -> Iterator[Finding]:
    """What follows `Bearer` and `Basic` in a header."""
    for match in _BEARER.finditer(text):
        if is_key(match[1].rstrip(".")):
            yield Finding(match.start(1), match.start(1) + len(match[1].rstrip(".")), "token")
    for match in _BASIC.finditer(text):
        if _is_basic(match[1]):
            yield Finding(*match.span(1), "token")


def _is_basic(value: str) -> bool:
    """Whether this is a name and a password in base64 (RFC 7617)."""
    try:
        decoded = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return ":" in decoded and decoded.isprintable()
