"""The groups of documents that a source belongs to: who may have put the same lines everywhere.

Pages of a site share its furniture, and so do the files that one tool wrote into one folder. How
deep a site lies below the input folder is not known, so every folder above a file is a group of its
own: `site/2024/a.html` belongs to `site/2024`, to `site` and to the input folder. A line need only
be frequent in one of them, and in a folder of many unlike sites none is. What came over http
belongs to its host alone. Records of one file (`part.jsonl#3`) are no site: what they share is the
data set's form, such as an instruction before each question. They belong to no group unless their
own source is an address on the web.
"""

from __future__ import annotations

import re

DEPTH = 6
"""Folders from the top that are groups: what lies deeper belongs to the sixth."""
_RECORD = re.compile(r"#\d+\Z")
_HOST = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)", re.IGNORECASE)


def groups_of(source: str) -> tuple[str, ...]:
    """Names of the groups of a source, the widest first; none for a record of a file.

    >>> groups_of("site/2024/a.html"), groups_of("part.jsonl#3")
    (('', 'site', 'site/2024'), ())
    >>> groups_of("https://en.Example.org/a/b")
    ('//en.example.org',)
    """
    web = _HOST.match(source)
    if web and not source.lower().startswith("file:"):
        return (f"//{web[1].lower()}",)
    if _RECORD.search(source):
        return ()
    folders = source.split("/")[:-1][:DEPTH]
    found = ["/".join(folders[:depth]) for depth in range(len(folders) + 1)]
    return tuple(dict.fromkeys(found))
