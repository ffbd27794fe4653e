"""PaddleOCR model folders made from the ONNX weights inside the rapidocr wheel.

The wheel carries PP-OCRv6 small detection and recognition (31 MB, Apache-2.0), English and
Chinese; the dictionary of 18,708 characters is in the recogniser's ONNX metadata.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import tempfile
from pathlib import Path

from parsers.cache import cache_home
from schemas.errors import MissingExtraError

DETECTION = "PP-OCRv6_small_det"
RECOGNITION = "PP-OCRv6_small_rec"
LAYOUT_VERSION = 1
"""Raise with any change of the files below: it is part of the folder's name."""

WEIGHTS = {DETECTION: "PP-OCRv6_det_small.onnx", RECOGNITION: "PP-OCRv6_rec_small.onnx"}


def bundled_models(cache: Path | None = None) -> tuple[Path, Path]:
    """Folders (detection, recognition) for PaddleOCR, made in `cache` when they are not there.

    The folder is named by the weights' hash and appears by one rename, so that any number of
    processes may start at once: the losers of the race find it there and drop their own copy.
    Raises MissingExtraError without the rapidocr wheel (it is not imported).
    """
    spec = importlib.util.find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise MissingExtraError("rapidocr", "ocr", "OCR (its wheel carries the models)")
    models = Path(spec.origin).parent / "models"
    absent = [name for name in WEIGHTS.values() if not (models / name).is_file()]
    if absent:
        raise MissingExtraError("rapidocr>=3.10,<3.11", "ocr", f"OCR ({absent[0]} is not there)")
    home = (cache or cache_home()) / f"paddleocr-{LAYOUT_VERSION}-{_fingerprint(models)}"
    if not home.is_dir():
        _build(models, home)
    return home / DETECTION, home / RECOGNITION


def _fingerprint(models: Path) -> str:
    """Short hash of the weights' names and sizes; reading 31 MB at each start would cost more."""
    digest = hashlib.sha256()
    for name in sorted(WEIGHTS.values()):
        digest.update(f"{name}:{(models / name).stat().st_size};".encode())
    return digest.hexdigest()[:12]


def _build(models: Path, home: Path) -> None:
    """Writes the two folders beside `home` and renames them into place."""
    home.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".building-", dir=home.parent))
    try:
        for folder, onnx in WEIGHTS.items():
            (staging / folder).mkdir()
            shutil.copyfile(models / onnx, staging / folder / "inference.onnx")
        _write_configs(staging)
        try:
            staging.rename(home)
        except OSError:
            if not home.is_dir():
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write_configs(staging: Path) -> None:
    """Writes `inference.yml` of both models: PaddleOCR's conventions, its thresholds."""
    import onnxruntime
    import yaml

    session = onnxruntime.InferenceSession(
        str(staging / RECOGNITION / "inference.onnx"), providers=["CPUExecutionProvider"]
    )
    characters = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    decode = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}
    mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    normalize = {"mean": mean, "std": std, "scale": 1 / 255, "order": "hwc"}
    configs = {
        DETECTION: {
            "Global": {"model_name": DETECTION},
            "PreProcess": {
                "transform_ops": [
                    decode,
                    {"DetResizeForTest": {"limit_side_len": 736, "limit_type": "min"}},
                    {"NormalizeImage": normalize},
                    {"ToCHWImage": None},
                ]
            },
            "PostProcess": {
                "name": "DBPostProcess",
                "thresh": 0.3,
                "box_thresh": 0.6,
                "max_candidates": 1000,
                "unclip_ratio": 1.5,
            },
        },
        RECOGNITION: {
            "Global": {"model_name": RECOGNITION},
            "PreProcess": {
                "transform_ops": [decode, {"RecResizeImg": {"image_shape": [3, 48, 320]}}]
            },
            "PostProcess": {"name": "CTCLabelDecode", "character_dict": characters},
        },
    }
    for folder, config in configs.items():
        text = yaml.safe_dump(config, allow_unicode=True, sort_keys=False)
        (staging / folder / "inference.yml").write_text(text, encoding="utf-8")
