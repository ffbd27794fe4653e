"""The ledger of what parsing wrote: ours may be replaced, anything else may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataflow.written import LEDGER, Written
from schemas.errors import UsageError


def test_ours_may_be_written_again_by_a_later_call(tmp_path: Path) -> None:
    Written(tmp_path / "out").claim("深/水位.md").write_text("old")
    later = Written(tmp_path / "out")
    assert not later.is_foreign("深/水位.md")
    later.claim("深/水位.md").write_text("new")
    assert (tmp_path / "out" / "深" / "水位.md").read_text() == "new"
    assert (tmp_path / "out" / LEDGER).read_text().count("\n") == 1


def test_what_is_not_ours_is_kept(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    written = Written(tmp_path)
    with pytest.raises(UsageError, match=r"README\.md was not made by corpusmill"):
        written.claim("README.md")
    written.remove("README.md")
    assert (tmp_path / "README.md").read_text() == "mine"
    assert not (tmp_path / LEDGER).exists()


def test_nothing_is_written_or_deleted_through_a_link(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    other.mkdir()
    (other / "a.md").write_text("mine")
    written = Written(out)
    written.claim("deep/a.md").write_text("ours")
    (out / "deep" / "a.md").unlink()
    (out / "deep").rmdir()
    (out / "deep").symlink_to(other)
    (out / "b.md").symlink_to(other / "b.md")
    for name in ("deep/a.md", "b.md", "../c.md"):
        with pytest.raises(UsageError, match="was not made by corpusmill"):
            written.claim(name)
        written.remove(name)
    assert [path.name for path in other.iterdir()] == ["a.md"]


def test_half_a_line_of_a_killed_process_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_text('"a.md"\n7\n"b.')
    assert Written(tmp_path).names == {"a.md"}


def test_a_file_where_a_folder_must_be(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(UsageError, match="cannot be written"):
        Written(tmp_path).claim("a/b.md")
    with pytest.raises(UsageError, match="cannot be written"):
        Written(tmp_path / "a")


def test_a_ledger_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="cannot be written"):
        Written(tmp_path)
