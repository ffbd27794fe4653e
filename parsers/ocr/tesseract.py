"""Tesseract, the program, as a child process."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from parsers.base import OcrLine
from parsers.ocr.lines import Piece, ReadLine, join_words, ordered
from schemas.errors import BackendError, MissingProgramError
from schemas.geometry import BBox, union

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORD = "5"
"""Level of a word in Tesseract's TSV output."""


@dataclass(frozen=True)
class TesseractEngine:
    """Recognises lines with the `tesseract` program on the PATH.

    `languages` are Tesseract's codes; those that are not installed are left out. A page that
    takes more than `timeout` seconds is a BackendError.
    """

    languages: tuple[str, ...] = ("chi_sim", "eng")
    threads: int = 1
    timeout: float = 120.0
    program: str = "tesseract"

    def recognize(self, image: NDArray[np.uint8]) -> Sequence[OcrLine]:
        """Lines of an RGB image (height, width, 3), top to bottom; BackendError if it fails."""
        command = [self._path, "stdin", "stdout", "-l", self._installed, "--psm", "3", "tsv"]
        output = self._run(command, png(image))
        return ordered(parse_tsv(output.splitlines()))

    @cached_property
    def _path(self) -> str:
        found = shutil.which(self.program)
        if found is None:
            raise MissingProgramError(
                self.program,
                "install it (for example apt install tesseract-ocr tesseract-ocr-chi-sim), or use "
                "--ocr-engine paddleocr",
            )
        return found

    @cached_property
    def _installed(self) -> str:
        lines = self._run([self._path, "--list-langs"], b"").split()
        have = [language for language in self.languages if language in lines]
        if not have:
            wanted = ", ".join(self.languages)
            raise BackendError(f"tesseract has none of the languages {wanted}: install one")
        return "+".join(have)

    def _run(self, command: list[str], data: bytes) -> str:
        """Standard output of the program; raises BackendError with its last words."""
        environment = {**os.environ, "OMP_THREAD_LIMIT": str(self.threads)}
        try:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                timeout=self.timeout,
                check=True,
                env=environment,
            )
        except subprocess.TimeoutExpired as error:
            raise BackendError(f"tesseract took more than {self.timeout:g} s") from error
        except subprocess.CalledProcessError as error:
            words = error.stderr.decode("utf-8", "replace").strip()[-300:]
            raise BackendError(f"tesseract failed ({error.returncode}): {words}") from error
        except OSError as error:
            raise BackendError(f"tesseract cannot be started: {error}") from error
        return done.stdout.decode("utf-8", "replace")


def parse_tsv(rows: Iterable[str]) -> list[OcrLine]:
    """Lines out of Tesseract's TSV: words of one line joined, confidence their mean.

    Words are joined without a blank where both sides are Chinese; Tesseract cuts Chinese text
    into words of one or two characters.
    """
    lines: dict[tuple[str, ...], list[tuple[str, BBox, float]]] = {}
    for row in rows:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != WORD or not cells[11].strip():
            continue
        left, top, width, height = (float(cell) for cell in cells[6:10])
        box = BBox(left, top, left + width, top + height)
        lines.setdefault(tuple(cells[1:5]), []).append(
            (cells[11].strip(), box, max(0.0, float(cells[10])) / 100)
        )
    return [_line(words) for words in lines.values()]


def _line(words: Sequence[tuple[str, BBox, float]]) -> OcrLine:
    """The line of words with their boxes; it leans as the middles of its outer words do."""
    box = union(box for _, box, _ in words)
    first, last = words[0][1], words[-1][1]
    run = (last.x0 + last.x1 - first.x0 - first.x1) / 2
    slope = (last.y0 + last.y1 - first.y0 - first.y1) / 2 / run if run > 5 * box.height else 0.0
    half = median(part.height for _, part, _ in words) / 2
    left = (first.y0 + first.y1) / 2 - slope * first.width / 2
    right = left + slope * box.width
    length = max(box.width, 1.0)
    return ReadLine(
        join_words([text for text, _, _ in words]),
        box,
        sum(confidence for _, _, confidence in words) / len(words),
        ((box.x0, left - half), (box.x1, right - half), (box.x1, right + half),
         (box.x0, left + half)),
        tuple(
            Piece(text, (part.x0 - box.x0) / length, (part.x1 - box.x0) / length)
            for text, part, _ in words
        ),
    )  # fmt: skip


def png(image: NDArray[np.uint8]) -> bytes:
    """An RGB image (height, width, 3) as an uncompressed-filter PNG file."""
    height, width, _ = image.shape
    rows = b"".join(b"\0" + image[row].tobytes() for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
