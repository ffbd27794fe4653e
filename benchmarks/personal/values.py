"""Made values for the cases: numbers whose checksums hold, and keys of the right form.

None stands in the files of cases, where a scanner of repositories would take it for a leak. Each
is drawn from a generator seeded with the case, so that all runs see the same.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import string
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

ALNUM = string.ascii_letters + string.digits
BASE64 = ALNUM + "+/"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REGIONS = ("110105", "310104", "320106", "330108", "420111", "440305", "510107", "610113", "430102")


def _text(random: Random, alphabet: str, length: int) -> str:
    return "".join(random.choices(alphabet, k=length))


def _luhn_digit(body: str) -> str:
    for digit in string.digits:
        total = 0
        for place, char in enumerate(reversed(body + digit)):
            value = int(char) * (2 if place % 2 else 1)
            total += value - 9 if value > 9 else value
        if total % 10 == 0:
            return digit
    raise AssertionError(body)


def _card(random: Random, prefix: str, length: int, gap: str = "") -> str:
    body = prefix + _text(random, string.digits, length - len(prefix) - 1)
    digits = body + _luhn_digit(body)
    if not gap:
        return digits
    if length == 15:
        return gap.join((digits[:4], digits[4:10], digits[10:]))
    return gap.join(digits[i : i + 4] for i in range(0, length, 4))


def _bad_card(random: Random) -> str:
    digits = _card(random, "4", 16)
    wrong = digits[:-1] + str((int(digits[-1]) + 3) % 10)
    return " ".join(wrong[i : i + 4] for i in range(0, 16, 4))


def _iban(random: Random, country: str, body: str, *, spaced: bool = False) -> str:
    """An account number from a pattern: `n` a digit, `a` a capital."""
    account = "".join(
        random.choice(string.digits) if char == "n" else random.choice(string.ascii_uppercase)
        for char in body
    )
    number = "".join(str(int(char, 36)) for char in f"{account}{country}00")
    whole = f"{country}{98 - int(number) % 97:02d}{account}"
    return " ".join(whole[i : i + 4] for i in range(0, len(whole), 4)) if spaced else whole


def _identity(random: Random, last: str = "") -> str:
    """A Chinese identity number, its last character `last` if given."""
    while True:
        born = date(1950, 1, 1) + timedelta(days=random.randrange(20_000))
        body = f"{random.choice(REGIONS)}{born:%Y%m%d}{random.randrange(1000):03d}"
        check = "10X98765432"[sum(map(int.__mul__, WEIGHTS, map(int, body))) % 11]
        if not last or check == last:
            return body + check


def _bad_identity(random: Random) -> str:
    number = _identity(random)
    return number[:-1] + ("7" if number[-1] != "7" else "8")


def _credit_code(random: Random) -> str:
    """A code of a company in the form of GB 32100, which begins like an identity number."""
    return "91110105MA" + _text(random, "0123456789ABCDEFGHJKLMNPQRTUWXY", 8)


def _isbn_like(random: Random) -> str:
    body = "69" + _text(random, string.digits, 10)
    total = sum(int(char) * (3 if place % 2 else 1) for place, char in enumerate(body))
    return body + str(-total % 10)


def _bitcoin(random: Random) -> str:
    payload = b"\0" + random.randbytes(20)
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    value, out = int.from_bytes(payload, "big"), ""
    while value:
        value, place = divmod(value, 58)
        out = BASE58[place] + out
    return "1" + out


def _bech32(random: Random) -> str:
    data = [0] + [random.randrange(32) for _ in range(32)]
    total = 1
    for value in [3, 3, 0, 2, 3, *data, *([0] * 6)]:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= part if top >> bit & 1 else 0
    total ^= 1
    check = [total >> 5 * (5 - i) & 31 for i in range(6)]
    return "bc1" + "".join(BECH32[value] for value in [*data, *check])


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _jwt(random: Random) -> str:
    head = _urlsafe(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _urlsafe(json.dumps({"sub": str(random.randrange(10**6)), "iat": 1672531199}).encode())
    return f"{head}.{body}.{_urlsafe(random.randbytes(32))}"


def _basic(random: Random) -> str:
    return base64.b64encode(f"deploy:{_text(random, ALNUM, 11)}".encode()).decode()


def _pem(random: Random) -> str:
    lines = [base64.b64encode(random.randbytes(48)).decode() for _ in range(8)]
    name = random.choice(("RSA ", "EC ", "", "OPENSSH "))
    return "\n".join(
        [f"-----BEGIN {name}PRIVATE KEY-----", *lines, f"-----END {name}PRIVATE KEY-----"]
    )


def _uuid(random: Random) -> str:
    digits = _text(random, "0123456789abcdef", 32)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _hex(length: int) -> Callable[[Random], str]:
    return lambda random: _text(random, "0123456789abcdef", length)


def _with(
    prefix: str, length: int, alphabet: str = ALNUM, *, before: int = 0
) -> Callable[[Random], str]:
    """A maker of a prefix, so many characters behind it, and so many digits before it."""
    return lambda random: (
        _text(random, "123456789", before) + prefix + _text(random, alphabet, length)
    )


def _slack(random: Random) -> str:
    numbers = (_text(random, string.digits, 12), _text(random, string.digits, 13))
    return "-".join(("xo" + "xb", *numbers, _text(random, ALNUM, 24)))


def _sendgrid(random: Random) -> str:
    return ".".join(("S" + "G", _text(random, ALNUM, 22), _text(random, ALNUM, 43)))


VALUES: dict[str, Callable[[Random], str]] = {
    "visa4": lambda random: _card(random, "4", 16, " "),
    "visa0": lambda random: _card(random, "4", 16),
    "visa_dash": lambda random: _card(random, "4", 16, "-"),
    "mc4": lambda random: _card(random, "53", 16, " "),
    "mc0": lambda random: _card(random, "54", 16),
    "amex": lambda random: _card(random, "37", 15, " "),
    "amex_plain": lambda random: _card(random, "34", 15),
    "discover4": lambda random: _card(random, "6011", 16, " "),
    "unionpay19": lambda random: _card(random, "622202", 19),
    "unionpay19_spaced": lambda random: _card(random, "621700", 19, " "),
    "badcard": _bad_card,
    "imei": lambda random: _card(random, "3569", 15),
    "iban_DE": lambda random: _iban(random, "DE", "n" * 18),
    "iban_DE_spaced": lambda random: _iban(random, "DE", "n" * 18, spaced=True),
    "iban_GB_spaced": lambda random: _iban(random, "GB", "aaaa" + "n" * 14, spaced=True),
    "iban_FR": lambda random: _iban(random, "FR", "n" * 10 + "a" + "n" * 12),
    "iban_NL": lambda random: _iban(random, "NL", "aaaa" + "n" * 10),
    "iban_CH_spaced": lambda random: _iban(random, "CH", "n" * 17, spaced=True),
    "iban_ES_spaced": lambda random: _iban(random, "ES", "n" * 20, spaced=True),
    "iban_IT": lambda random: _iban(random, "IT", "a" + "n" * 22),
    "iban_PL_spaced": lambda random: _iban(random, "PL", "n" * 24, spaced=True),
    "iban_SE": lambda random: _iban(random, "SE", "n" * 20),
    "cn_id": _identity,
    "cn_id_x": lambda random: _identity(random, "X"),
    "cn_id_spaced": lambda random: re.sub("^(.{6})(.{8})", r"\1 \2 ", _identity(random)),
    "badcnid": _bad_identity,
    "uscc": _credit_code,
    "ean13": _isbn_like,
    "btc": _bitcoin,
    "bech32": _bech32,
    "jwt": _jwt,
    "basic": _basic,
    "pem": _pem,
    "uuid": _uuid,
    "md5": _hex(32), "hex32": _hex(32), "sha1": _hex(40), "hex40": _hex(40), "sha256": _hex(64),
    "b64_40": _with("", 40, BASE64), "b64_44": _with("", 43, BASE64),
    "b64_64": _with("AAAAC3Nz", 60, BASE64), "b64_86": _with("", 86, BASE64),
    "alnum_30": _with("", 30), "alnum_32": _with("", 32), "alnum_40": _with("", 40),
    "alnum_50": _with("", 50),
    "akia": _with("AK" + "IA", 16, string.ascii_uppercase + "234567"),
    "akia_example": lambda random: "AK" + "IA" + "IOSFODNN7" + "EXAMPLE",
    "aliyun": _with("LT" + "AI5t", 20), "tencent": _with("AK" + "ID", 32),
    "ghp": _with("gh" + "p_", 36), "glpat": _with("gl" + "pat-", 20),
    "slack": _slack,
    "stripe": _with("sk" + "_live_", 24), "hf": _with("h" + "f_", 34, string.ascii_letters),
    "google": _with("AI" + "za", 35), "npm": _with("np" + "m_", 36),
    "sendgrid": _sendgrid, "telegram": _with(":A" + "A", 33, before=10),
    "openai": _with("sk" + "-proj-", 48),
}  # fmt: skip
"""By name: what is written `@name` in a case."""
