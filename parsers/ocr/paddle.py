"""PaddleOCR 3.7 on ONNX weights: no paddlepaddle, no download."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parsers.base import OcrLine
from parsers.ocr.lines import line_of, ordered, pieces_of
from parsers.ocr.weights import bundled_models
from parsers.offline import go_offline
from schemas.errors import BackendError, MissingExtraError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PaddleOcrEngine:
    """Recognises lines with PaddleOCR.

    `models` is `bundled` (the weights in the rapidocr wheel), `hub` (PaddleOCR's own choice,
    which it downloads: only when the user asks for it), or a folder that holds a `det` and a
    `rec` model folder. `backend` is `onnxruntime` or `paddle_static`, which needs paddlepaddle.
    `side` bounds the longer side in pixels for detection: at full size a page of 300 dpi takes
    18 CPU-seconds and 4 GB; at 960 lines of 7.5 points were overlooked, at 1280 none, for a
    twentieth more time.
    """

    models: str = "bundled"
    backend: str = "onnxruntime"
    threads: int = 1
    side: int = 1280
    cache: Path | None = field(default=None, compare=False)

    def recognize(self, image: NDArray[np.uint8]) -> Sequence[OcrLine]:
        """Lines of an RGB image (height, width, 3), top to bottom; BackendError if it fails."""
        pipeline = self._pipeline
        bgr = image[:, :, ::-1].copy()
        try:
            page = pipeline.predict(bgr, return_word_box=True)[0]
        except (RuntimeError, ValueError, IndexError) as error:
            raise BackendError(f"PaddleOCR failed on an image {image.shape}: {error}") from error
        found = zip(page["rec_texts"], page["rec_polys"], page["rec_scores"], strict=True)
        words = zip(page["text_word"], page["text_word_region"], strict=True)
        lines = (
            line_of(text, corners, score, pieces_of(*parts, corners))
            for (text, corners, score), parts in zip(found, words, strict=True)
        )
        return ordered(line for line in lines if line is not None)

    @cached_property
    def _pipeline(self) -> Any:
        go_offline()
        if self.models == "hub":
            os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "False"
        try:
            from paddleocr import PaddleOCR
        except ImportError as error:
            raise MissingExtraError("paddleocr", "ocr", "OCR") from error
        if self.backend == "onnxruntime" and find_spec("onnxruntime") is None:
            raise MissingExtraError("onnxruntime", "ocr", "OCR")
        logging.getLogger("paddlex").setLevel(logging.WARNING)
        options: dict[str, Any] = {
            "use_doc_orientation_classify": False,  # no wheel carries these three models
            "use_doc_unwarping": False,
            "use_textline_orientation": False,
            "text_det_limit_side_len": self.side,
            "text_det_limit_type": "max",
            "text_recognition_batch_size": 1,  # six lines at once: twice the memory, a fifth slower
            "device": "cpu",
            "engine": self.backend,
        }
        if self.backend == "onnxruntime":
            options["engine_config"] = {"intra_op_num_threads": self.threads}
        else:
            # mkldnn crashes paddlepaddle 3.3.1 (ConvertPirAttribute2RuntimeAttribute)
            options |= {"enable_mkldnn": False, "cpu_threads": self.threads}
        try:
            return PaddleOCR(**self._model_options(), **options)
        except (RuntimeError, ValueError, OSError) as error:
            raise BackendError(f"PaddleOCR ({self.models}) does not start: {error}") from error

    def _model_options(self) -> dict[str, str]:
        """Names and folders of the two models, none for `hub`."""
        if self.models == "hub":
            return {}
        if self.models == "bundled":
            detection, recognition = bundled_models(self.cache)
        else:
            detection, recognition = Path(self.models) / "det", Path(self.models) / "rec"
        return {
            "text_detection_model_name": model_name(detection),
            "text_detection_model_dir": str(detection),
            "text_recognition_model_name": model_name(recognition),
            "text_recognition_model_dir": str(recognition),
        }


def model_name(folder: Path) -> str:
    """Name that a model folder's `inference.yml` gives; PaddleOCR insists on the same.

    Raises BackendError when there is none.
    """
    import yaml

    try:
        config = yaml.safe_load((folder / "inference.yml").read_text(encoding="utf-8"))
        return str(config["Global"]["model_name"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise BackendError(f"{folder} is no PaddleOCR model folder: {error}") from error
