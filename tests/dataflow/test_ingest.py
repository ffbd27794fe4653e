from __future__ import annotations

import os
from pathlib import Path

import pytest

from dataflow.ingest import Selection, hash_file, scan
from schemas.errors import UsageError
from schemas.ids import sha256_hex
from schemas.records import Reason

NOWHERE = Path("no-such-output-folder")


def uris(folder: Path, **options: object) -> list[str]:
    return [file.uri for file in scan([folder], Selection(**options), NOWHERE).files]  # type: ignore[arg-type]  # options of the dataclass


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "in"
    for name in (
        "b.md",
        "a.md",
        "sub/c.html",
        "sub/deep/中文 文档.pdf",
        ".hidden.md",
        "sub/.git/x",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def test_files_are_listed_by_uri_and_hidden_ones_counted(tree: Path) -> None:
    found = scan([tree], Selection(), NOWHERE)
    assert [file.uri for file in found.files] == [
        "a.md", "b.md", "sub/c.html", "sub/deep/中文 文档.pdf",
    ]  # fmt: skip
    assert (found.hidden, found.excluded, found.rejects) == (2, 0, [])
    assert ".hidden.md" in uris(tree, hidden=True)


def test_patterns_choose_and_what_they_leave_out_is_counted(tree: Path) -> None:
    assert uris(tree, include=("*.md",)) == ["a.md", "b.md"]
    assert uris(tree, exclude=("sub/**",)) == ["a.md", "b.md"]
    assert scan([tree], Selection(include=("*.md",)), NOWHERE).excluded == 2


def test_the_output_folder_inside_the_input_is_not_read(tree: Path) -> None:
    found = scan([tree], Selection(), tree / "sub")
    assert [file.uri for file in found.files] == ["a.md", "b.md"]


def test_several_inputs_get_their_names_in_front(tree: Path, tmp_path: Path) -> None:
    twin = tmp_path / "other" / "in"
    twin.mkdir(parents=True)
    (twin / "a.md").write_text("other")
    found = scan([tree, twin, tree / "b.md"], Selection(), NOWHERE)
    assert {"in/a.md", "in~2/a.md", "b.md"} <= {file.uri for file in found.files}
    assert len({file.uri for file in found.files}) == len(found.files)


def test_links_out_of_the_tree_are_rejected_and_linked_folders_not_entered(
    tree: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    (tree / "leak.txt").symlink_to(secret)
    (tree / "loop").symlink_to(tree, target_is_directory=True)
    (tree / "alias.md").symlink_to(tree / "a.md")
    found = scan([tree], Selection(), NOWHERE)
    rejected = {reject.source: reject.reason for reject in found.rejects}
    assert rejected == {"leak.txt": Reason.OUTSIDE_INPUT, "loop": Reason.OUTSIDE_INPUT}
    assert "alias.md" in [file.uri for file in found.files]


def test_pipes_dangling_links_and_large_files_are_rejected(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    (tree / "dangling").symlink_to(tree / "nowhere")
    (tree / "large.txt").write_bytes(b"x" * 2048)
    found = scan([tree], Selection(max_bytes=1024), NOWHERE)
    rejected = {reject.source: reject.reason for reject in found.rejects}
    assert rejected == {
        "pipe": Reason.UNREADABLE, "dangling": Reason.UNREADABLE, "large.txt": Reason.TOO_LARGE,
    }  # fmt: skip
    large = next(reject for reject in found.rejects if reject.source == "large.txt")
    assert (large.value, large.threshold) == (2048.0, 1024.0)


def test_a_name_that_is_no_utf8_gets_a_valid_uri(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:  # noqa: PTH123 a bytes path is the point
        file.write(b"x")
    found = scan([tmp_path], Selection(), NOWHERE)
    assert [file.uri for file in found.files] == ["caf\\xe9.txt"]
    assert hash_file(found.files[0].path) == sha256_hex(b"x")


def test_an_input_that_does_not_exist_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        scan([tmp_path / "nowhere"], Selection(), NOWHERE)


def test_each_file_ends_in_the_list_or_in_a_reject(tree: Path) -> None:
    (tree / "dangling").symlink_to(tree / "nowhere")
    found = scan([tree], Selection(exclude=("b.md",)), NOWHERE)
    entries = [path for path in tree.rglob("*") if not path.is_dir()]
    hidden_inside = 1  # sub/.git is one hidden entry and holds one file
    assert len(entries) == (
        len(found.files) + len(found.rejects) + found.excluded + found.hidden - 1 + hidden_inside
    )


def test_a_name_that_looks_like_a_record_is_told_apart(tmp_path: Path) -> None:
    for name in ("Draft #1", "Draft #2", "a#3.md"):
        (tmp_path / name).write_text(name)
    assert uris(tmp_path) == ["Draft %231", "Draft %232", "a#3.md"]


def test_no_two_inputs_share_a_prefix(tmp_path: Path) -> None:
    folders = [tmp_path / "x" / "docs", tmp_path / "y" / "docs", tmp_path / "docs~2"]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / "a.md").write_text(str(folder))
    found = [file.uri for file in scan(folders, Selection(), NOWHERE).files]
    assert len(set(found)) == 3


def test_the_output_of_another_run_is_not_read(tree: Path) -> None:
    mark = tree / "sub" / ".work" / "layout"
    mark.parent.mkdir()
    mark.write_text("1")
    found = scan([tree], Selection(), NOWHERE)
    assert [reject.source for reject in found.rejects] == ["sub"]
    assert "sub/c.html" not in [file.uri for file in found.files]
