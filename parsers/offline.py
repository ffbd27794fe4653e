"""Switches that keep libraries from reporting home and from fetching models."""

from __future__ import annotations

import os

SWITCHES = {
    "DO_NOT_TRACK": "1",
    # ONNX Runtime 1.29 and newer report each model load from their Linux wheels, unless this is set
    "ORT_DISABLE_TELEMETRY": "1",
    "SCARF_NO_ANALYTICS": "true",
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "RAY_USAGE_STATS_ENABLED": "0",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Environment variables by name; the libraries read most of them when they are imported."""


def go_offline() -> None:
    """Sets each switch that the user has not set himself; call before any heavy import."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
