"""Names of licences as people write them, and the SPDX id each stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_CC_PARTS = {
    "attribution": "BY", "by": "BY", "署名": "BY", "姓名標示": "BY", "姓名标示": "BY",
    "noncommercial": "NC", "non-commercial": "NC", "nc": "NC", "非商业性使用": "NC",
    "非商业性": "NC", "非商业使用": "NC", "非商業性": "NC",
    "sharealike": "SA", "share-alike": "SA", "share alike": "SA", "sa": "SA", "相同方式共享": "SA",
    "相同方式分享": "SA", "noderivatives": "ND", "noderivs": "ND", "no derivatives": "ND",
    "nd": "ND", "禁止演绎": "ND", "禁止改作": "ND",
}  # fmt: skip
_PART = "|".join(sorted(map(re.escape, _CC_PARTS), key=len, reverse=True))
_JOIN = r"[\s\-–—·/_]{0,3}"
_OF_VERSION = r"(?:,?\s*\(?(?:version|ver\.?|v\.?|第)?\s*(\d(?:\.\d)?)(?:\s*版)?)?"
_LATER = (
    r"(\s*\+|[\s,-]*(?:\(at your option\)\s*)?(?:or|any)[ -](?:\(at your option\)\s*)?(?:any )?"
    r"later"
    r"|\s*或(?:任何)?(?:更高|更新|以后|後續|后续)(?:的)?版本)?"
)


class Name(NamedTuple):
    """A licence that a text names: its SPDX id, and where the name stands."""

    id: str
    start: int
    end: int


def _creative(match: re.Match[str]) -> str:
    """CC id of a name or address."""
    found = {_CC_PARTS[part.lower()] for part in re.findall(_PART, match[1], re.IGNORECASE)}
    parts = [part for part in ("BY", "NC", "SA", "ND") if part in found]
    if "ND" in parts and "SA" in parts:
        parts.remove("SA")
    base = "CC-" + "-".join(parts)
    return f"{base}-{_dotted(match[2])}" if match[2] else f"LicenseRef-{base}"


def _dotted(version: str) -> str:
    return version if "." in version else f"{version}.0"


def _gnu(kind: str | None, version: str | None, later: str | None) -> str:
    """Id of a licence of the GPL family; without a version any is meant, as the licence says."""
    word = (kind or "").lower()
    family = {"a": "AGPL", "l": "LGPL"}.get(word[:1], "GPL")
    if not version:
        return {"GPL": "GPL-1.0", "LGPL": "LGPL-2.0", "AGPL": "AGPL-3.0"}[family] + "-or-later"
    return f"{family}-{_dotted(version)}-{'or-later' if later else 'only'}"


def _short_gnu(match: re.Match[str]) -> str:
    return _gnu(match[1], match[2], match[3])


def _long_gnu(match: re.Match[str]) -> str:
    after = match.string[match.end() : match.end() + 160]
    version, later = match[2], match[3]
    if not version:
        found = re.match(
            r".{0,80}?\b(?:version|v\.?)\s*(\d(?:\.\d)?)(?: of the licen[sc]e)?(.{0,50})|\s*第?\s*"
            r"(\d)\s*版(.{0,20})",
            after, re.IGNORECASE | re.DOTALL,
        )  # fmt: skip
        before = re.search(r"version (\d(?:\.\d)?) of (?:the )?(?:gnu )?$",
                           match.string[: match.start()], re.IGNORECASE)  # fmt: skip
        if before:
            version = before[1]
        elif found:
            version = found[1] or found[3]
            later = re.search(r"later|更高|更新|以后", found[2] or found[4] or "") and "later"
    return _gnu(match[1], version, later)


def _free_documentation(match: re.Match[str]) -> str:
    after = match.string[match.end() : match.end() + 60]
    version = match[1] or "1.3"
    later = "or-later" if match[2] or re.search(r"\blater\b|更高|以后", after) else "only"
    return f"GFDL-{_dotted(version)}-{later}"


def _versioned(base: str, default: str = "") -> Callable[[re.Match[str]], str]:
    """Ids `base` with the version that the first group gives; else `default`, or a LicenseRef."""

    def made(match: re.Match[str]) -> str:
        if match[1]:
            return f"{base}-{_dotted(match[1])}"
        return default or f"LicenseRef-{base}"

    return made


def _fixed(spdx: str) -> Callable[[re.Match[str]], str]:
    return lambda _: spdx


def _bsd(match: re.Match[str]) -> str:
    clauses = match[1] or match[2]
    if clauses:
        return f"BSD-{clauses}-Clause"
    word = (match[3] or "").lower()
    known = {"new": "BSD-3-Clause", "modified": "BSD-3-Clause", "revised": "BSD-3-Clause",
             "simplified": "BSD-2-Clause", "freebsd": "BSD-2-Clause"}  # fmt: skip
    return known.get(word, "LicenseRef-BSD")


_LICENCE = r"(?:public\s+)?(?:licen[sc]es?|许可证?|許可證?|授权|协议|许可协议)"
_ROWS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"creativecommons\.org/publicdomain/(?:zero/1\.0|mark/1\.0)", lambda match: (
        "CC0-1.0" if "zero" in match[0].lower() else "LicenseRef-public-domain")),
    (r"creativecommons\.org/licenses/(by(?:-[a-z]{2}){0,2})/(\d\.\d)", _creative),
    (r"\bCC[- ]?0(?:[- ]1\.0)?(?![\d.]*\d)(?: universal)?", _fixed("CC0-1.0")),
    (r"\bCC[- ](?=\d\.\d[- ]BY)(?=\S+[- ](BY(?:-[A-Z]{2}){0,2})\b)(\d\.\d)[- ]\S+", _creative),
    (rf"\bCC{_JOIN}((?:BY|署名)(?:{_JOIN}(?:{_PART}))*)(?![a-z]){_JOIN}{_OF_VERSION}", _creative),
    (rf"(?:creative\s+commons|知识共享|知識共享|创作共用|創用\s?CC){_JOIN}[《「“(（]?"
     rf"((?:{_PART})(?:{_JOIN}(?:{_PART}))*)(?![a-z])[》」”)）]?{_JOIN}"
     rf"(?:{_LICENCE}[\s,，]*)?(?:international[\s,，]*)?{_OF_VERSION}", _creative),
    (r"\b(a|l|)gpl(?!v?ed\b)[- ]?(?:license[- ])?(?:v|version )?\.?\s?(\d(?:\.\d)?)?" + _LATER
     + r"(?![a-z])", _short_gnu),
    (r"\bgnu\s+free\s+documentation\s+licen[sc]e" + _OF_VERSION + _LATER, _free_documentation),
    (r"\bGFDL[- ]?v?(\d\.\d)?" + _LATER, _free_documentation),
    (r"\b(?:gnu\s+)?(affero\s+|lesser\s+|library\s+|)general\s+public\s+licen[sc]e(?:\s*\([AL]?GPL\))?"
     + _OF_VERSION + _LATER, _long_gnu),
    (r"GNU\s*(宽|较宽松|)(?:松)?(?:通用)?公共许可证" + _OF_VERSION + _LATER,
     lambda match: _gnu("l" if match[1] else "", match[2], match[3])),
    (r"\bapache(?:\s+software)?(?:\s+|-)licen[sc]es?" + _OF_VERSION, _versioned("Apache")),
    (r"\bapache[- ]v?(2\.0|2)\b", _versioned("Apache")),
    (r"apache\.org/licenses/LICENSE-(2\.0)", _versioned("Apache")),
    (r"\b(?:MIT|Expat|X11)(?:/(?:X11|Expat))?(?=\W*(?:style\W*)?(?:licen[sc]e|许可|協議|协议|授权|开源))"
     r"\W*(?:licen[sc]e|许可(?:证|协议)?|协议|授权)?", _fixed("MIT")),
    (r"\bMIT\b(?! (?:press|media|researchers?|students?|professors?|open|course|lab))",
     _fixed("MIT")),
    (r"\b(?:([234])[- ]clause\s+BSD|BSD[- ]([234])[- ]clause|(?:(new|modified|revised|simplified|"
     r"freebsd)\s+)?BSD(?=\W*(?:style\W*)?(?:licen[sc]e|许可|协议)))", _bsd),
    (r"\b(?:mozilla\s+public\s+licen[sc]e|MPL)[- ]?" + _OF_VERSION, _versioned("MPL", "MPL-2.0")),
    (r"\beclipse\s+public\s+licen[sc]e[- ]?" + _OF_VERSION, _versioned("EPL")),
    (r"\bEPL[- ]v?(\d\.\d)", _versioned("EPL")),
    (r"\b(?:european\s+union\s+public\s+licen[sc]e|EUPL)[- ]?" + _OF_VERSION, _versioned("EUPL")),
    (r"\bISC\s+licen[sc]e", _fixed("ISC")),
    (r"\b(?:SIL\s+open\s+font\s+licen[sc]e|OFL)[- ]?" + _OF_VERSION, _versioned("OFL", "OFL-1.1")),
    (r"\bopen\s+government\s+licen[sc]e" + _OF_VERSION, lambda match: (
        f"OGL-UK-{_dotted(match[1])}" if match[1] else "LicenseRef-OGL-UK")),
    (r"\b(?:open\s+database\s+licen[sc]e|ODbL)[- ]?" + _OF_VERSION, _fixed("ODbL-1.0")),
    (r"\bunlicense\b", _fixed("Unlicense")),
    (r"(?:木兰|木蘭)(?:宽松|寬鬆)(?:许可证|許可證|协议)[，,\s]*(?:第|v)?\s*([12])?(?:\.0)?(?:\s*版)?|"
     r"\bMulan\s?PSL[-\s]*v?(\d)?(?:\.0)?",
     lambda match: f"MulanPSL-{match[1] or match[2] or 2}.0"),
    (r"(?:木兰|木蘭)公共(?:许可证|許可證)[，,\s]*(?:第|v)?\s*([12])?(?:\s*版)?",
     lambda match: f"MulanPubL-{match[1] or 2}.0"),
    (r"\bpublic\s+domain\b|公有领域|公共领域|公有領域", _fixed("LicenseRef-public-domain")),
)  # fmt: skip
_ANCHORS: tuple[tuple[str, ...], ...] = (
    ("creativecommons.org",), ("creativecommons.org",), ("cc",), ("cc",), ("cc",),
    ("creative", "知识共享", "知識共享", "创作共用", "創用"), ("gpl",), ("gnu",), ("gfdl",),
    ("general",), ("公共许可证",), ("apache",), ("apache",), ("apache.org",),
    ("mit", "expat", "x11"), ("mit",), ("bsd",), ("mozilla", "mpl"), ("eclipse",), ("epl",),
    ("european", "eupl"), ("isc",), ("sil", "ofl"), ("government",), ("database", "odbl"),
    ("unlicense",), ("木兰", "木蘭", "mulan"), ("木兰", "木蘭"),
    ("public", "公有领域", "公共领域", "公有領域"),
)  # fmt: skip
"""In lower case, for each row: one of these is in every name that it finds. Without this gate all
rows are tried on each sentence of a text that has some hint, at 130 µs a sentence."""
_PATTERNS = tuple(
    (anchors, re.compile(pattern, re.IGNORECASE), make)
    for anchors, (pattern, make) in zip(_ANCHORS, _ROWS, strict=True)
)
SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*\+?")
_KNOWN = re.compile(
    r"(?:[AL]?GPL-\d\.\d(?:\.\d)?(?:-only|-or-later|\+)?|GFDL-1\.\d(?:-only|-or-later|\+)?"
    r"|CC-BY(?:-NC)?(?:-SA|-ND)?-\d\.\d|CC0-1\.0|Apache-\d\.\d|MIT(?:-0)?|BSD-\d-Clause|0BSD|ISC"
    r"|MPL-\d\.\d|EPL-\d\.\d|EUPL-1\.\d|OFL-1\.\d|Unlicense|Zlib|BSL-1\.0|MulanPSL-\d\.\d"
    r"|Artistic-\d\.\d|PSF-2\.0|Python-2\.0|ODbL-1\.0|WTFPL)"
)


def named(text: str) -> list[Name]:
    """Licences named in `text`, in order; of names that overlap the one found first by kind.

    >>> [name.id for name in named("GPLv3 or later, or the MIT License")]
    ['GPL-3.0-or-later', 'MIT']
    """
    found: list[Name] = []
    lower = text.lower()
    for anchors, pattern, make in _PATTERNS:
        if not any(map(lower.__contains__, anchors)):
            continue
        for match in pattern.finditer(text):
            if all(match.end() <= name.start or match.start() >= name.end for name in found):
                found.append(Name(make(match), match.start(), match.end()))
    return sorted(found, key=lambda name: name.start)


def is_known(spdx: str) -> bool:
    """Whether `spdx` is the id of a licence that is common enough to be told from a typing error.

    >>> is_known("Apache-2.0"), is_known("yes")
    (True, False)
    """
    return _KNOWN.fullmatch(spdx) is not None


def joined(ids: list[str], word: str) -> str:
    """An SPDX expression of `ids`, each once and sorted; '' for none.

    What is named with its version too, and "only" beside "or later", falls away.

    >>> joined(["MIT", "LicenseRef-CC-BY", "CC-BY-4.0", "MIT"], "AND")
    'CC-BY-4.0 AND MIT'
    """
    unique = set(ids)
    for one in list(unique):
        base = one.removeprefix("LicenseRef-")
        if base != one and any(other.startswith(f"{base}-") for other in unique):
            unique.discard(one)
        if one.endswith("-only") and one.removesuffix("only") + "or-later" in unique:
            unique.discard(one)
        if one in ("GPL-1.0-or-later", "LGPL-2.0-or-later") and any(
            other.startswith(one.partition("-")[0] + "-") and other != one for other in unique
        ):
            unique.discard(one)
    if "CC0-1.0" in unique:  # its notice says what it does: it gives the work to the public domain
        unique.discard("LicenseRef-public-domain")
    parts = sorted(f"({one})" if " OR " in one and len(unique) > 1 else one for one in unique)
    return f" {word} ".join(parts)
