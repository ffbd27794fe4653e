"""Notices with personal data and secrets that look valid and belong to nobody."""

from __future__ import annotations

import base64
import json
import textwrap

import numpy as np

from sample_data.make import texts

EMAILS = {"en": "ruan.yu@qinglan-hill-station.cn", "zh": "shunian.gao@qinglan-hill-station.cn"}
"""At a domain made up for this: those reserved for examples are no personal data."""
PHONE = "+44 7700 900461"
"""Of the range that the British regulator keeps free for films."""
MOBILE = "14105718823"
"""Numbers that begin with 1410 have 13 digits and belong to devices, so this one is nobody's."""
IDENTITY = "33990019030412001"
"""Without its check character. There is no district 339900, and its holder would be 120 years."""
ACCOUNT = ("GB", "QLAN00000020240611")
"""Country, and the account at a bank that does not exist."""
PASSWORDS = {"en": "Camphor-7-Goat!", "zh": "Shanyang#2025xue"}
ISBN = "978-7-00-999999-3"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Of the digits of an identity number (GB 11643-1999)."""


def identity_number() -> str:
    """`IDENTITY` with its check character."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, IDENTITY, strict=True))
    return IDENTITY + "10X98765432"[total % 11]


def account_number() -> str:
    """`ACCOUNT` with its two check digits (ISO 13616), in groups of four."""
    country, rest = ACCOUNT
    turned = "".join(str(int(char, 36)) for char in f"{rest}{country}00")
    return " ".join(textwrap.wrap(f"{country}{98 - int(turned) % 97:02}{rest}", 4))


def token() -> str:
    """A JSON Web Token whose signature is seeded noise."""
    parts = [
        json.dumps({"alg": "HS256", "typ": "JWT"}).encode(),
        json.dumps({"sub": "watch", "aud": "archive"}).encode(),
        np.random.default_rng(11).bytes(32),
    ]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def secrets(lang: str) -> dict[str, str]:
    """What has to be masked in the notice of a language, by its place in the text."""
    if lang == "en":
        return {
            "email": EMAILS["en"],
            "phone": PHONE,
            "iban": account_number(),
            "token": token(),
            "password": PASSWORDS["en"],
        }
    return {
        "email": EMAILS["zh"],
        "mobile": MOBILE,
        "cn_id": identity_number(),
        "password": PASSWORDS["zh"],
    }


def notice(lang: str) -> bytes:
    """The handover notice of a language, `en` or `zh`."""
    name = {"en": "handover_en.md", "zh": "handover_zh.txt"}[lang]
    return texts.read(name).format(isbn=ISBN, **secrets(lang)).encode()
