"""RapidOCR: the same weights as the PaddleOCR engine, half its memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from parsers.base import OcrLine
from parsers.ocr.lines import Piece, line_of, ordered, pieces_of
from parsers.offline import go_offline
from schemas.errors import BackendError, MissingExtraError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RapidOcrEngine:
    """Recognises lines with RapidOCR on the weights in its wheel.

    Its text-line classifier stays off: with it, 2 of 9 clean pages had a line turned upside down
    and read as garbage (character error rates .051 and .105; without, 0).
    """

    threads: int = 1

    def recognize(self, image: NDArray[np.uint8]) -> Sequence[OcrLine]:
        """Lines of an RGB image (height, width, 3), top to bottom; BackendError if it fails."""
        reader = self._reader
        try:
            found = reader(image[:, :, ::-1].copy(), return_word_box=True)
        except (RuntimeError, ValueError) as error:
            raise BackendError(f"RapidOCR failed on an image {image.shape}: {error}") from error
        if found.txts is None:
            return []
        words = found.word_results or ((),) * len(found.txts)
        lines = (
            line_of(text, corners, score, _pieces(parts, corners))
            for text, corners, score, parts in zip(
                found.txts, found.boxes, found.scores, words, strict=True
            )
        )
        return ordered(line for line in lines if line is not None)

    @cached_property
    def _reader(self) -> Any:
        go_offline()
        try:
            from rapidocr import RapidOCR
        except ImportError as error:
            raise MissingExtraError("rapidocr", "ocr", "OCR") from error
        if find_spec("onnxruntime") is None:  # RapidOCR itself asks for it at the first page
            raise MissingExtraError("onnxruntime", "ocr", "OCR")
        params = {
            "Global.log_level": "error",
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": self.threads,
        }
        try:
            return RapidOCR(params=params)
        except (RuntimeError, ValueError, OSError) as error:
            raise BackendError(f"RapidOCR does not start: {error}") from error


def _pieces(words: Sequence[Any], corners: Any) -> tuple[Piece, ...]:
    """Pieces of a line from RapidOCR's (text, score, box) of each word or Han character."""
    placed = [(text, box) for text, _, box in words if box is not None]
    return pieces_of((text for text, _ in placed), (box for _, box in placed), corners)
