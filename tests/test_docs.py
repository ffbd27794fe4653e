"""Pages made from the code are fresh, every command is documented, no link leads nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs import generate
from flows.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\((?!https?://|mailto:|#)(?P<path>[^)#\s]+)")


def test_generated_pages_are_those_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "docs.generate", "--check"], cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_stale_page_is_noticed_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "HERE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["docs.generate", "--check"])
    assert generate.main() == 1
    assert "stale: format.md, recipe.md" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["docs.generate"])
    assert generate.main() == 0
    (tmp_path / "recipe.md").write_text("edited by hand")
    monkeypatch.setattr(sys, "argv", ["docs.generate", "--check"])
    assert generate.main() == 1
    assert "stale: recipe.md" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    texts = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert re.search(rf"corpusmill {name}\b", texts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = [match["path"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert [link for link in links if not (page.parent / link).exists()] == []
