"""The licence stage: the licence whose notice or text a document carries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl

HINTS = (
    "licen", "creativecommons", "creative commons", "cc by", "cc-by", "cc0", "public domain",
    "permission is hereby", "redistribution and use", "许可", "許可", "授权", "授權", "知识共享",
    "創用", "公有领域", "公共领域", "木兰", "协议", "gpl", "gfdl", "mulan", "permission to use",
    "free and unencumbered",
)  # fmt: skip
"""In lower case: a text with none of these names no licence; most have none, at 1 GB a second."""
_NOTICE_HINTS = (*HINTS, "mit", "apache", "bsd", "mozilla", "mpl")
METADATA_KEYS = (
    "license",
    "licence",
    "dc:license",
    "dcterms:license",
    "dc:rights",
    "rights",
    "spdx",
)
METADATA_HINTS = ("licen", "rights", "spdx")
LONGEST_PARAGRAPH = 20_000
"""Code points of a paragraph that is read; notices are far shorter."""
_TAG = re.compile(
    r"(?m)^[^\w\n]{0,8}SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+() \t-]{1,120}?)"
    r"[ \t]*(?:\*+/|-->|#})?[ \t]*$"
)
_WITHDRAWN = re.compile(r"((?:[AL]?GPL|GFDL)-\d\.\d)(\+)?")
_TOKEN = re.compile(r"[()]|[^\s()]+")
_FENCE = re.compile(r"(?ms)^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)")
_BARE = re.compile(
    r"(?i)^\W*(?:https?://)?(?:creativecommons\.org/(?:licenses|publicdomain)/\S+|CC[- ]?(?:BY|0)"
    r"[-\w. ]{0,30}|creative commons [\w\s.-]{5,80}licen[sc]e|知识共享署名[^。\n]{0,40})\W*$"
)
_RULE = re.compile(r"\s*[-=]{3,}\s*")
"""What underlines a heading."""
_THIRD_PARTY = re.compile(
    r"(?i)third[- ]part|dependenc|acknowledg|credits|attribution|bundled|references|"
    r"第三方|致谢|依赖|参考文献|图片来源|鸣谢"
)
_TEXTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("permission is hereby granted, free of charge, to any person obtaining a copy",
      "permission notice shall be included"), "MIT"),
    (("permission to use, copy, modify, and/or distribute this software for any purpose",
      "copyright notice and this permission notice appear"), "ISC"),
    (("redistribution and use in source and binary forms", "all advertising materials mentioning",
      "neither the name of"), "BSD-4-Clause"),
    (("redistribution and use in source and binary forms",
      "endorse or promote products derived"), "BSD-3-Clause"),
    (("redistribution and use in source and binary forms",
      "must retain the above copyright notice"), "BSD-2-Clause"),
    (("apache license", "terms and conditions for use, reproduction, and distribution",
      "grant of patent license"), "Apache-2.0"),
    (("gnu affero general public license", "version 3, 19 november 2007", "verbatim copies"),
     "AGPL-3.0-only"),
    (("gnu lesser general public license", "version 3, 29 june 2007", "verbatim copies"),
     "LGPL-3.0-only"),
    (("gnu lesser general public license", "version 2.1, february 1999", "verbatim copies"),
     "LGPL-2.1-only"),
    (("gnu general public license", "version 3, 29 june 2007", "verbatim copies"), "GPL-3.0-only"),
    (("gnu general public license", "version 2, june 1991", "verbatim copies"), "GPL-2.0-only"),
    (("gnu free documentation license", "version 1.3, 3 november 2008", "verbatim copies"),
     "GFDL-1.3-only"),
    (("mozilla public license version 2.0", "covered software", "larger work"), "MPL-2.0"),
    (("this is free and unencumbered software released into the public domain",
      "anyone is free to copy"), "Unlicense"),
    (("木兰宽松许可证", "第2版", "授予版权许可", "授予专利许可"), "MulanPSL-2.0"),
    (("to the extent possible under law", "has waived all"), "CC0-1.0"),
    (("statement of purpose", "waiver", "public license fallback", "affirmer"), "CC0-1.0"),
)  # fmt: skip
"""Phrases that stand together in the text of a licence and nowhere else; the first row counts."""


@dataclass(frozen=True)
class FindLicense:
    """Annotates: column `license`, an SPDX expression, '' for a text that carries no licence.

    The licence field of `metadata` counts first. Then tags (`SPDX-License-Identifier`), the texts
    of common licences, and sentences that put the document itself under a licence, in English or
    Chinese: "this work is licensed under …", 本作品采用…许可, a line `License: …`, a name below a
    heading "License", a bare Creative Commons line at the end. A licence that is only mentioned, or
    is that of a picture, a quotation or a dependency, is none of this document; in doubt it is ''.

    Licences without an SPDX id of their own have `LicenseRef-`: public domain, or a Creative
    Commons licence whose version is not said. Several are joined by AND, alternatives by OR.
    """

    VERSION: ClassVar[int] = 1

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with `license`, replacing a column of that name; uses `text` and `metadata`."""
        texts = frame["text"].cast(pl.String).fill_null("")
        metadata = (
            frame["metadata"].cast(pl.String, strict=False).fill_null("").to_list()
            if "metadata" in frame.columns
            else [""] * frame.height
        )
        found = [find_license(text, own) for text, own in zip(texts, metadata, strict=True)]
        return frame.with_columns(pl.Series("license", found, dtype=pl.String))


def find_license(text: str, metadata: str = "") -> str:
    """The SPDX expression of the licence that `text` carries, or its metadata (JSON) names.

    >>> find_license("Licensed under the Apache License, Version 2.0.")
    'Apache-2.0'
    """
    fields = metadata.lower()
    own = _of_metadata(metadata) if any(word in fields for word in METADATA_HINTS) else ""
    if own:
        return own
    lower = text.lower()
    if not any(map(lower.__contains__, HINTS)):
        return ""
    from dataflow.quality.licence_names import joined

    prose = _FENCE.sub("\n", text)
    if len(prose.strip()) < len(text) / 20:
        prose = text  # all of it is code: a source file
    found = [expression for tag in _TAG.findall(prose) if (expression := _spdx(tag))]
    whole = _of_text(lower)
    if whole:
        found.append(whole)
    if not whole:
        found += _of_notices(prose)
    return joined(found, "AND")


def _of_metadata(metadata: str) -> str:
    """The licence that a document's own fields name."""
    try:
        data = json.loads(metadata)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(data, dict):
        return ""
    values: dict[str, Any] = {str(key).lower(): value for key, value in data.items()}
    for key in METADATA_KEYS:
        for text in _strings(values.get(key)):
            found = _spdx(text) or _named(text)
            if found:
                return found
    return ""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value) < 500:
        yield value
    elif isinstance(value, dict):
        for key in ("spdx", "id", "name", "type", "title", "url", "href"):
            if isinstance(value.get(key), str):
                yield from _strings(value[key])
    elif isinstance(value, list):
        for inner in value[:10]:
            if isinstance(inner, str | dict):
                yield from _strings(inner)


def _named(text: str) -> str:
    """The licence that a field's value names, unless it denies it."""
    from dataflow.quality.licence_notices import granted

    return granted(text, headed=True)


def _spdx(text: str) -> str:
    """`text` as an SPDX expression of known ids, '' when it is none.

    Ids of the GPL family that SPDX has withdrawn are written as those that replace them.

    >>> _spdx("GPL-2.0+ OR MIT"), _spdx("see below")
    ('GPL-2.0-or-later OR MIT', '')
    """
    from dataflow.quality.licence_names import is_known

    words = [token for token in _TOKEN.findall(text.strip()) if token not in ("(", ")")]
    ids, operators = words[::2], {word.upper() for word in words[1::2]}
    if len(words) % 2 == 0 or not operators <= {"AND", "OR", "WITH"}:
        return ""
    exceptions = {words[at + 1] for at, word in enumerate(words) if word.upper() == "WITH"}
    if not all(is_known(one) or one in exceptions or one.startswith("LicenseRef-") for one in ids):
        return ""
    if len(operators) > 1:
        words = _TOKEN.findall(text.strip())
    return " ".join(map(_present, words)).replace("( ", "(").replace(" )", ")")


def _present(word: str) -> str:
    """The id that is used today for a withdrawn one; other words as they are."""
    old = _WITHDRAWN.fullmatch(word)
    return f"{old[1]}-{'or-later' if old[2] else 'only'}" if old else word


def _of_text(lower: str) -> str:
    """The licence whose whole text stands in a lower-case text."""
    flat = ""
    for phrases, spdx in _TEXTS:
        if all(phrase.split(" ", 1)[0] in lower for phrase in phrases):
            flat = flat or " ".join(re.sub(r"(?m)^[ \t]*(?:[*#;>]|//|--)+", " ", lower).split())
            if all(phrase in flat for phrase in phrases):
                return spdx
    return ""


def _of_notices(text: str) -> list[str]:
    """Licences that the sentences of `text` grant."""
    from dataflow.quality.licence_notices import granted, is_heading, sentences

    found: list[str] = []
    headed = foreign = False
    paragraphs = [part for part in re.split(r"\n[ \t]*\n|\n(?=#)", text) if part.strip()]
    for number, paragraph in enumerate(paragraphs):
        lines = [line for line in paragraph.strip().split("\n") if not _RULE.fullmatch(line)] or [
            ""
        ]
        title = is_heading(lines[0])
        if lines[0].lstrip().startswith("#") or title:
            foreign = _THIRD_PARTY.search(lines[0]) is not None
        if title and len(lines) > 1:
            headed, paragraph = True, "\n".join(lines[1:])
        elif title:
            headed = True
            continue
        if not foreign and len(paragraph) <= LONGEST_PARAGRAPH and _hinted(paragraph):
            found += _of_paragraph(paragraph, granted, sentences, headed)
            if number >= len(paragraphs) - 3 or number < 2:
                found += [
                    granted(line, headed=True)
                    for line in lines
                    if len(line) < 150 and _BARE.match(line)
                ]
        headed = False
    return [expression for expression in found if expression]


def _of_paragraph(paragraph: str, granted: Any, sentences: Any, headed: bool) -> list[str]:
    """Licences by its sentences, and by its lines where these are fields or begin a notice."""
    found = [granted(sentence, headed=headed) for sentence in sentences(paragraph)]
    lines = paragraph.strip().split("\n")
    if len(lines) > 1:
        found += [granted(line.strip()) for line in lines if _hinted(line)]
    return found


def _hinted(text: str) -> bool:
    lower = text.lower()
    return any(map(lower.__contains__, _NOTICE_HINTS))
