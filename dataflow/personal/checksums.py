"""Checks that numbers carry in themselves: Luhn, modulo 97, Chinese identity, Bitcoin."""

from __future__ import annotations

import hashlib
from datetime import date

_LUHN = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""Digit sum of twice a digit."""
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28,
    "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
    "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20,
    "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30,
    "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23,
    "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip
"""Characters of an account number by country (ISO 13616 registry)."""
_CN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CN_CHECKS = "10X98765432"
_CN_PROVINCES = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
     *range(61, 66), 71, 81, 82, 83}
)  # fmt: skip
"""First two digits of administrative division codes (GB/T 2260); 83 are residents from Taiwan."""
_CN_BIRTHS = (1900, 2049)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32_SUMS = (1, 0x2BC830A3)
"""Of version 0 addresses (BIP 173) and of later ones (BIP 350)."""


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check of the others (ISO/IEC 7812-1).

    >>> luhn("79927398713"), luhn("79927398710")
    (True, False)
    """
    odd = sum(map(int, digits[-1::-2]))
    return (odd + sum(_LUHN[int(digit)] for digit in digits[-2::-2])) % 10 == 0


def card(digits: str) -> bool:
    """Whether an issuer gives out numbers of this prefix and length, and the check holds."""
    return _issued(digits, len(digits)) and luhn(digits)


def _issued(digits: str, length: int) -> bool:
    """Whether prefix and length are of a card scheme; 13 and 19 digits begin with 4 or 62."""
    two, four = int(digits[:2]), int(digits[:4])
    if length == 16:
        sixteen = digits[0] == "4" or 51 <= two <= 55 or two in (62, 65, 81)
        mastercard_or_mir = 2221 <= four <= 2720 or 2200 <= four <= 2204
        discover_or_jcb = four == 6011 or 6440 <= four <= 6499 or 3528 <= four <= 3589
        return sixteen or mastercard_or_mir or discover_or_jcb
    if length == 15:
        return two in (34, 37)
    if length == 14:
        return two in (36, 38, 39) or 3000 <= four <= 3059
    if length in (17, 18):
        return two == 62
    return length in (13, 19) and (digits[0] == "4" or (two == 62 and length == 19))


def iban(compact: str) -> bool:
    """Whether this is an account number: the country's length, and 1 modulo 97 (ISO 13616).

    >>> iban("GB82WEST12345698765432"), iban("GB82WEST12345698765433")
    (True, False)
    """
    if _IBAN_LENGTHS.get(compact[:2]) != len(compact):
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def iban_length(country: str) -> int:
    """Characters of an account number of this country, 0 for one that has none."""
    return _IBAN_LENGTHS.get(country, 0)


def cn_id(number: str) -> bool:
    """Whether 18 characters are a Chinese identity number (GB 11643-1999).

    >>> cn_id("11010519491231002X"), cn_id("110105194912310021"), cn_id("11010519491331002X")
    (True, False, False)
    """
    if int(number[:2]) not in _CN_PROVINCES or not _is_birth(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_CN_WEIGHTS, number, strict=False))
    return _CN_CHECKS[total % 11] == number[17].upper()


def cn_id_old(number: str) -> bool:
    """Whether 15 digits may be an identity number of the form in use until 1999; no check digit."""
    return int(number[:2]) in _CN_PROVINCES and _is_birth(f"19{number[6:12]}")


def _is_birth(digits: str) -> bool:
    """Whether YYYYMMDD is a date on which a living person may have been born."""
    first, last = _CN_BIRTHS
    if not first <= int(digits[:4]) <= last:
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def bitcoin(address: str) -> bool:
    """Whether the checksum of a Bitcoin address holds, Base58Check or Bech32.

    >>> bitcoin("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), bitcoin("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")
    (True, False)
    """
    if address[:3].lower() == "bc1":
        return _bech32(address)
    if not 26 <= len(address) <= 35 or address[0] not in "13":
        return False
    value = 0
    for char in address:
        place = _BASE58.find(char)
        if place < 0:
            return False
        value = value * 58 + place
    if value >> 200:
        return False
    payload = value.to_bytes(25, "big")
    check = hashlib.sha256(hashlib.sha256(payload[:21]).digest()).digest()
    return check[:4] == payload[21:]


def _bech32(address: str) -> bool:
    if not 14 <= len(address) <= 74 or address not in (address.lower(), address.upper()):
        return False
    data = [_BECH32.find(char) for char in address[3:].lower()]
    if min(data) < 0:
        return False
    total = 1
    for value in [3, 3, 0, ord("b") & 31, ord("c") & 31, *data]:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_BECH32_GENERATORS):
            total ^= generator if top >> bit & 1 else 0
    return total in _BECH32_SUMS
