"""Fixtures that every test may use, and the command-line flags of the suite."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite the golden files (never in CI)"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with `tests/golden/<name>`; the difference is shown as a unified diff."""
    update = bool(request.config.getoption("--update-golden"))
    if update and os.environ.get("CI"):
        pytest.fail("--update-golden is not allowed in CI")

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        diff = "\n".join(
            difflib.unified_diff(
                expected.splitlines(), text.splitlines(), f"golden/{name}", "found", lineterm=""
            )
        )
        assert text == expected, f"{diff}\n(pytest --update-golden after reading the difference)"

    return compare
