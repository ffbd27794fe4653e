"""Passwords and keys behind their name: `api_key = "…"`, `"password": "…"`, 密码：….

Each search begins at a literal part of the name, which a text is searched for at memory speed; a
pattern that may begin with any of the names ran at a tenth of the speed of all searches together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.personal.kinds import Finding
from dataflow.personal.strength import is_key, is_password

_VALUE = (
    r"[\"'`\]]{0,2}[ \t]{0,4}(?:=>|:=|={1,2}|[:：]|是|为|is\b)[ \t]{0,4}"
    r"(?:\"([^\"\n]{6,256})\"|'([^'\n]{6,256})'|`([^`\n]{6,256})`|"
    r"([^\s\"'`<>(){}\[\],;，。；、（）《》“”]{6,256}))"
)
_Form = tuple[str, re.Pattern[str]]
_UNQUOTED = 4
"""Number of the group that has an unquoted value."""


def _behind(name: str, rest: str) -> _Form:
    """A literal, and the pattern of it, the rest of its word, and an assigned value."""
    return name, re.compile(f"{name}{rest}{_VALUE}")


_PASSWORDS = (
    _behind("pass", "(?:[wW](?:or)?d|phrase|code)?[0-9]?"),
    _behind("Pass", "(?:[wW](?:or)?d|phrase|code)?[0-9]?"),
    _behind("PASS", "(?:W(?:OR)?D|PHRASE)?[0-9]?"),
    _behind("pwd", "[0-9]?"), _behind("Pwd", ""), _behind("PWD", "[0-9]?"),
    _behind("密码", ""), _behind("密碼", ""), _behind("口令", ""),
)  # fmt: skip
_KEYS = (
    _behind("ecret", "(?:[_-]?[Kk]ey|[_-]?[Aa]ccess[_-]?[Kk]ey)?"),
    _behind("ECRET", "(?:_?KEY|_ACCESS_KEY)?"),
    _behind("oken", ""), _behind("OKEN", ""), _behind("密钥", ""), _behind("密鑰", ""),
    _behind("令牌", ""), _behind("凭证", ""),
)  # fmt: skip
_PLAIN_KEYS = (_behind("key", ""), _behind("Key", ""), _behind("KEY", ""))
_OF_SECRETS = re.compile(
    r"(?:api|app|access|auth|account|encryption|signing|master|private|shared|secret|license|"
    r"admin|webhook|deploy)[_ -]?\Z",
    re.IGNORECASE,
)
"""What a plain `key` must have in front: a dictionary's or a table's keys are no secrets."""
_NEXT = re.compile(r"&\w+=")
"""Where the next parameter of a query begins."""
_FLAG = re.compile(r"--(?:password|passwd|pass|pwd)[ =]([^\s\"'<>|;&]{6,128})")


def assigned(text: str) -> Iterator[Finding]:
    """Values behind the name of a password or a key.

    >>> list(assigned("export DB_PASSWORD=Tr4vel!ing  # not PASSWORD=$1"))
    [Finding(start=19, end=29, kind='password')]
    """
    for match in _matches(text, _PASSWORDS):
        yield from _value(match, "password")
    for match in _matches(text, _KEYS):
        yield from _value(match, "api_key")
    for match in _matches(text, _PLAIN_KEYS):
        if _OF_SECRETS.search(text, max(0, match.start() - 12), match.start()):
            yield from _value(match, "api_key")
    if "--pass" in text or "--pwd" in text:
        for match in _FLAG.finditer(text):
            if is_password(match[1]):
                yield Finding(*match.span(1), "password")


def _matches(text: str, forms: tuple[_Form, ...]) -> Iterator[re.Match[str]]:
    for literal, form in forms:
        if literal in text:
            yield from form.finditer(text)


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
