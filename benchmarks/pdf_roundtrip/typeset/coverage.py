"""Which signs a font family has, for engines that do not look for another face themselves."""

from __future__ import annotations

import functools
import subprocess

from benchmarks.pdf_roundtrip.typeset import EngineMissingError

PLAIN = frozenset({"Regular", "Book", "Roman"})


@functools.cache
def signs(family: str) -> frozenset[int]:
    """Code points of a family's regular face, as fontconfig lists them."""
    command = ["fc-list", "--format=%{style}|%{charset}\n", family]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except FileNotFoundError as error:
        raise EngineMissingError("fc-list is not installed: apt-get install fontconfig") from error
    found: set[int] = set()
    faces = sorted(line.split("|") for line in said.splitlines())
    plain = [charset for name, charset in faces if set(name.split(",")) & PLAIN]
    for part in plain[0].split() if plain else ():
        low, _, high = part.partition("-")
        found.update(range(int(low, 16), int(high or low, 16) + 1))
    if not found:
        raise EngineMissingError(f"the font {family} is not installed")
    return frozenset(found)
