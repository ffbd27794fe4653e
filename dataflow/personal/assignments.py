"""Passwords and keys behind their name: `api_key = "…"`, `"password": "…"`, 密码：….

Each search begins at a literal part of the name: a pattern that may begin with any of the names
ran at a tenth of the speed of all other searches together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.personal.kinds import Finding
from dataflow.personal.scan import Scan
from dataflow.personal.strength import is_key, is_password

_VALUE = (
    r"[\"'`\]]{0,2}[ \t]{0,4}(?:=>|:=|={1,2}|[:：]|(?:是|为|is\b)[ \t]{0,4}[:：]?)[ \t]{0,4}"
    r"(?:\"([^\"\n]{6,256})\"|'([^'\n]{6,256})'|`([^`\n]{6,256})`|"
    r"([^\s\"'`<>(){}\[\],;，。；、（）《》“”]{6,256}))"
)
_UNQUOTED = 4
"""Number of the group that has an unquoted value."""
_NAMES = (
    (b"pass", "password", re.compile(rf"pass(?:w(?:or)?d|phrase|code)?[0-9]?{_VALUE}", re.I)),
    (b"pwd", "password", re.compile(rf"pwd[0-9]?{_VALUE}", re.I)),
    (b"secret", "api_key", re.compile(rf"secret(?:[_-]?(?:access[_-]?)?key)?{_VALUE}", re.I)),
    (b"token", "api_key", re.compile(rf"token{_VALUE}", re.I)),
    (b"key", "api_key", re.compile(rf"key{_VALUE}", re.I)),
)
"""A literal in lower case, the kind of what is assigned to it, and the whole assignment."""
_CHINESE = re.compile("[密口令凭][码碼令钥鑰牌证]")
"""Password and key in Chinese; a class of first characters is searched for faster than words."""
_CHINESE_NAMES = (
    ("password", re.compile(f"(?:密码|密碼|口令){_VALUE}")),
    ("api_key", re.compile(f"(?:密钥|密鑰|令牌|凭证){_VALUE}")),
)
_BARE = re.compile(
    r"(?:pass(?:w(?:or)?d|phrase|code)|pwd|密码|密碼|口令)[ \t]{1,4}"
    r"([^\s\"'`<>(){}\[\],;，。；、（）《》“”]{8,128})",
    re.IGNORECASE,
)
"""A password that only a blank parts from its name, as in "log in with password X"."""
_STRONG = (re.compile("[A-Za-z]"), re.compile("[0-9]"), re.compile("[!#$%^&*?~@]"))
"""What such a value must have, all three: any word of prose may stand behind the blank. The signs
are those that names of things (`C++11`, `v2.0-rc1`) do not have."""
_ADDRESS = re.compile(r"@[\w-]+\.|://")
_OF_SECRETS = re.compile(
    r"(?:api|app|access|auth|account|encryption|signing|master|private|shared|secret|license|"
    r"admin|webhook|deploy)[_ -]?\Z",
    re.IGNORECASE,
)
"""What a plain `key` must have in front: a dictionary's or a table's keys are no secrets."""
_NEXT = re.compile(r"&\w+=")
"""Where the next parameter of a query begins."""
_FLAG = re.compile(r"--(?:password|passwd|pass|pwd)[ =]([^\s\"'<>|;&]{6,128})")


def assigned(scan: Scan) -> Iterator[Finding]:
    """Values behind the name of a password or a key.

    >>> list(assigned(Scan("export DB_PASSWORD=Tr4vel!ing  # not PASSWORD=$1")))
    [Finding(start=19, end=29, kind='password')]
    """
    text = scan.text
    for literal, kind, form in _NAMES:
        for place in scan.places(literal):
            match = form.match(text, place)
            if match is not None and (literal != b"key" or _is_secret_key(text, place)):
                yield from _value(match, kind)
            elif match is None and kind == "password":
                yield from _bare(text, place)
    for word in _CHINESE.finditer(text):
        for kind, form in _CHINESE_NAMES:
            match = form.match(text, word.start())
            if match is not None:
                yield from _value(match, kind)
        yield from _bare(text, word.start())
    if "--pass" in text or "--pwd" in text:
        yield from _flags(text)


def _is_secret_key(text: str, place: int) -> bool:
    return _OF_SECRETS.search(text, max(0, place - 12), place) is not None


def _bare(text: str, place: int) -> Iterator[Finding]:
    """The strong value behind the name of a password at `place` and a blank."""
    match = _BARE.match(text, place)
    if match is None:
        return
    value = match[1].rstrip(".!?？！:：")
    strong = all(part.search(value) for part in _STRONG) and not _ADDRESS.search(value)
    if strong and len(value) >= 8 and is_password(value):
        yield Finding(match.start(1), match.start(1) + len(value), "password")


def _flags(text: str) -> Iterator[Finding]:
    """Passwords among the options of a command."""
    for match in _FLAG.finditer(text):
        if is_password(match[1]):
            yield Finding(*match.span(1), "password")


def _value(match: re.Match[str], kind: str) -> Iterator[Finding]:
    """The value of an assignment, if it is a secret."""
    group = match.lastindex or 1
    quoted = group != _UNQUOTED
    value = match[group]
    if not quoted:
        value = _NEXT.split(value, maxsplit=1)[0].rstrip(".!?？！:：")
    good = is_password(value, quoted=quoted) if kind == "password" else is_key(value)
    if good:
        yield Finding(match.start(group), match.start(group) + len(value), kind)
