"""Other people's tables: what is read of them, and what becomes of rows that cannot be."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflow.dedup.preference import dates_of
from dataflow.io.document_columns import as_documents, json_object
from dataflow.io.shards import read_all
from dataflow.io.tables_in import DocumentReader
from dataflow.stage import check_conserved
from schemas.errors import UsageError
from schemas.tables import DOCUMENTS


def read(path: Path) -> tuple[pl.DataFrame, DocumentReader]:
    """All good rows of `path`, and the reader that knows the others."""
    reader = DocumentReader(path)
    frames = list(reader)
    found = pl.concat(frames, how="diagonal") if frames else pl.DataFrame()
    check_conserved("reader", reader.rows_in, found.height, reader.rejected.height)
    return found, reader


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")
    return path


def table(path: Path, **columns: Any) -> Path:
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_id_or_doc_id_and_a_source_of_its_own(tmp_path: Path) -> None:
    other = {"doc_id": "x", "id": "y", "text": "二。", "source": "book.pdf"}
    frame, _ = read(lines(tmp_path / "a.jsonl", {"id": 7, "text": "One."}, other))
    assert frame.select("doc_id", "text", "source").rows() == [
        ("7", "One.", "a.jsonl#1"),
        ("x", "二。", "book.pdf"),
    ]
    frame, _ = read(table(tmp_path / "b.parquet", id=[7, 8], text=["One.", "二。"]))
    assert frame.select("doc_id", "source").rows() == [("7", "b.parquet"), ("8", "b.parquet")]


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"{broken", "line 2: Expecting property name"),
        (b"[1, 2]", "line 2: not a JSON object"),
        (b"3", "line 2: not a JSON object"),
        (b'{"id": "b", "text": "\xff"}', "line 2: 'utf-8' codec can't decode"),
        (b'{"id": "b", "text": "half \\ud83d"}', "line 2: text has half a surrogate pair"),
        (b'{"id": "b", "text": ["x"]}', "line 2: text is list, text expected"),
        (b'{"id": "b", "text": 5}', "line 2: text is int, text expected"),
        (b'{"id": true, "text": "x"}', "line 2: id is bool, text expected"),
        (b"[" * 100_000, "line 2: maximum recursion depth exceeded"),
        (b'{"text": "no id"}', "no doc_id"),
        (b'{"id": "", "text": "no id"}', "no doc_id"),
        (b'{"id": "b"}', "no text"),
        (b'{"id": "b", "text": null}', "no text"),
        (b'{"id": "a", "text": "again"}', "this doc_id occurred before"),
    ],
)
def test_a_bad_line_costs_itself(line: bytes, detail: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "a", "text": "good"}\n' + line + b'\n\n{"id": "z", "text": "good"}\n')
    frame, reader = read(path)
    assert frame["doc_id"].to_list() == ["a", "z"]
    assert reader.rows_in == 3
    (row,) = reader.rejected.to_dicts()
    assert row["detail"].startswith(detail)
    assert (row["reason"], row["stage"], row["level"]) == ("invalid_record", "ingest", "document")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"doc_id": ["a"]}, "no column text (or content, body); found doc_id"),
        ({"text": ["a"]}, "no column doc_id (or id); found text"),
        ({"body": ["a"], "n": [1]}, "no column doc_id (or id); found body, n"),
        ({"n": [1]}, "no column doc_id (or id) and text (or content, body); found n"),
        ({"doc_id": ["a"], "text": [1]}, "column text holds Int64, text expected"),
        ({"doc_id": ["a"], "text": [["x"]]}, "column text holds List"),
        ({"doc_id": [1.5], "text": ["x"]}, "column doc_id holds Float64, text expected"),
        ({"doc_id": [b"a"], "text": ["x"]}, "column doc_id holds Binary"),
    ],
)
def test_a_table_without_documents_is_a_mistake(
    columns: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"a\.parquet: ") as error:
        read(table(tmp_path / "a.parquet", **columns))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"id": 1, "main": "x"}, "text or content or body"),
        ({"text": "x"}, "doc_id or id"),
        ({}, "text or content or body"),
    ],
)
def test_lines_that_are_all_something_else_are_a_mistake(
    row: dict[str, Any], key: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=f"no line has a key {key}"):
        read(lines(tmp_path / "a.jsonl", row, row))


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n\n")
    assert read(tmp_path / "a.jsonl")[0].height == 0
    columns = {"doc_id": pl.Series([], dtype=pl.String), "text": pl.Series([], dtype=pl.String)}
    assert read(table(tmp_path / "a.parquet", **columns))[0].height == 0


def test_two_columns_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    twice = pa.table([pa.array(["a"]), pa.array(["b"]), pa.array(["c"])],
                     names=["doc_id", "text", "text"])  # fmt: skip
    pq.write_table(twice, tmp_path / "a.parquet")
    with pytest.raises(UsageError, match="not a readable Parquet file"):
        read(tmp_path / "a.parquet")


def test_columns_of_foreign_types_are_left_out_or_read_as_text(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.parquet", doc_id=pl.Series(["a", "b"], dtype=pl.Categorical),
        text=["One.", "二。"], title=[1, 2], lang=[["en"], ["zh"]], n_pages=[3.0, None],
        elements=[[1], [2]], signals=[{"words": 1}, {"words": 2}], issues=["none", None],
        metadata=[{"author": "Li", "year": 2020}, None], embedding=[[0.5], [0.25]],
    )  # fmt: skip
    frame, _ = read(path)
    assert set(frame.columns) == {"doc_id", "text", "title", "n_pages", "metadata", "source"}
    assert frame["title"].to_list() == ["1", "2"]
    assert frame["n_pages"].to_list() == [3, None]
    assert [json.loads(value) for value in frame["metadata"]] == [
        {"author": "Li", "year": 2020}, {}
    ]  # fmt: skip
    documents = as_documents(frame, [1, 1])
    table_out = documents.select(DOCUMENTS.schema.names).to_arrow(
        compat_level=pl.CompatLevel.oldest()
    )
    assert DOCUMENTS.conform(table_out).num_rows == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, {}), ('{"a": [1]}', {"a": [1]}), ("draft", {"metadata": "draft"}),
        ("[1]", {"metadata": "[1]"}), (5, {"metadata": 5}), ({"名": "李"}, {"名": "李"}),
        ("[" * 100_000, {"metadata": "[" * 100_000}),
    ],
)  # fmt: skip
def test_metadata_is_always_an_object(value: Any, expected: dict[str, Any]) -> None:
    assert json.loads(json_object(value)) == expected


def test_other_columns_of_a_table_are_metadata(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.parquet", id=[1, 2], text=["One.", "二。"], url=["http://a.test", None],
        year=[2020, None], score=[0.5, float("nan")], ok=[True, None], 作者=["李", None],
        date=pl.Series([date(2024, 1, 2), None]), tags=[["x"], ["y"]],
        at=pl.Series([datetime(2024, 1, 2, 3, 4), None]).dt.replace_time_zone("Asia/Shanghai"),
        price=pl.Series([Decimal("1.50"), None]), metadata=['{"url": "mine"}', None],
        n_chars=[3, 4], raw=[b"x", b"y"], far=pl.Series([2**31 - 1, -(2**31)]).cast(pl.Date),
    )  # fmt: skip
    frame, _ = read(path)
    assert [json.loads(row) for row in frame["metadata"]] == [
        {"url": "mine", "year": "2020", "score": "0.5", "ok": "true", "作者": "李",
         "date": "2024-01-02", "at": "2024-01-01T19:04:00.000000+00:00", "price": "1.50"},
        {},
    ]  # fmt: skip
    assert dates_of(frame) == [1_704_153_600, None]


def test_other_fields_of_a_line_are_metadata_as_in_a_run(tmp_path: Path) -> None:
    row = {"id": "a", "text": "One.", "url": "http://a.test", "year": 2020, "ok": False,
           "none": None, "list": [1], "metadata": {"year": 1999}}  # fmt: skip
    other = {"doc_id": "b", "id": "mine", "text": "二。", "n_chars": 3, "body": "unused"}
    path = lines(tmp_path / "a.jsonl", row, other)
    odd = b'{"id": "c", "text": "x", "half \\ud83d": "x\\u0000y", "big": 1e999}'
    path.write_bytes(path.read_bytes() + odd)
    frame, _ = read(path)
    assert [json.loads(value) for value in frame["metadata"]] == [
        {"year": 1999, "url": "http://a.test", "ok": "false"},
        {"id": "mine", "body": "unused"},
        {"half \N{REPLACEMENT CHARACTER}": "xy"},
    ]


@pytest.mark.parametrize(
    "kind",
    [
        pa.binary(), pa.duration("s"), pa.time32("s"), pa.null(),
        pa.list_(pa.string()), pa.struct([("a", pa.int8())]), pa.uuid(),
        pa.timestamp("us", "Mars/X"), pa.date64(), pa.decimal256(60, 2), pa.float16(),
    ],
)  # fmt: skip
def test_any_type_of_another_column_is_survived(kind: pa.DataType, tmp_path: Path) -> None:
    columns = {"id": pa.array(["a"]), "text": pa.array(["x"]), "x": pa.nulls(1, kind)}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet")[0]["doc_id"].to_list() == ["a"]


def test_metadata_from_other_fields_is_bounded(tmp_path: Path) -> None:
    wide = {f"{'k' * 200}{number}": "v" * 5_000 for number in range(3)}
    many = {f"f{number:03}": number for number in range(200)}
    frame, _ = read(lines(tmp_path / "a.jsonl", {"id": "a", "text": "One.", **many, **wide}))
    told = json.loads(frame["metadata"][0])
    assert list(told) == [f"f{number:03}" for number in range(64)]
    columns = {name: [value] for name, value in (wide | many).items()}
    frame, _ = read(table(tmp_path / "a.parquet", id=["a"], text=["One."], **columns))
    told = json.loads(frame["metadata"][0])
    assert told["k" * 100] == "v" * 2_000
    assert len(told) == 62  # three of the 64 columns have one name when it is cut


@pytest.mark.parametrize("field", ["content", "body"])
def test_text_may_be_in_content_or_body(field: str, tmp_path: Path) -> None:
    frame, _ = read(table(tmp_path / "a.parquet", id=["a"], n=[1], **{field: ["正文。"]}))
    assert frame.select("doc_id", "text", "metadata").row(0) == ("a", "正文。", '{"n": "1"}')
    rows = [{"id": "a", field: "正文。"}, {"id": "b", "text": " ", field: "x"}, {"id": "c"}]
    frame, reader = read(lines(tmp_path / "a.jsonl", *rows))
    assert frame["text"].to_list() == ["正文。", "x"]
    assert json.loads(frame["metadata"][0]) == {}
    assert reader.rejected["detail"].str.starts_with("no text: ").to_list() == [True]


def test_text_goes_before_content(tmp_path: Path) -> None:
    both = {"id": ["a"], "content": ["No."], "text": ["Yes."], "body": ["No."]}
    assert read(table(tmp_path / "a.parquet", **both))[0]["text"].to_list() == ["Yes."]
    line = {name: values[0] for name, values in both.items()}
    assert read(lines(tmp_path / "a.jsonl", line))[0]["text"].to_list() == ["Yes."]


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    lines(folder / "b" / "2.NDJSON", {"id": 2, "text": "Two."})
    lines(folder / "b" / "1.jsonl", {"id": 1, "text": "One."})
    table(folder / "a.parquet", id=["a"], text=["A."])
    lines(folder / ".hidden" / "x.jsonl", {"id": 9, "text": "Hidden."})
    (folder / "notes.txt").write_text("not a table")
    (folder / "folder.parquet").mkdir()
    frame, _ = read(folder)
    assert frame.select("doc_id", "source").rows() == [
        ("a", "a.parquet"), ("1", "b/1.jsonl#1"), ("2", "b/2.NDJSON#1"),
    ]  # fmt: skip


def test_an_id_is_unique_over_all_files(tmp_path: Path) -> None:
    lines(tmp_path / "1.jsonl", {"id": "a", "text": "One."})
    lines(tmp_path / "2.jsonl", {"id": "a", "text": "Two."})
    frame, reader = read(tmp_path)
    assert frame["text"].to_list() == ["One."]
    assert reader.rejected["source"].to_list() == ["2.jsonl"]


def test_a_run_is_read_with_its_elements_and_signals(done: Path) -> None:
    frame, _ = read(done / "out")
    documents = read_all(done / "out", "documents")
    names = ["doc_id", "text", "source", "elements", "signals", "issues", "cluster_id", "metadata"]
    assert frame.select(names).equals(documents.select(names))
    again = as_documents(frame, documents["n_tokens"].to_list()).select(documents.columns)
    assert again.equals(documents)


def test_other_kinds_of_files_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n")
    with pytest.raises(UsageError, match=r"expected Parquet \(\.parquet\) or JSON lines"):
        read(tmp_path / "a.csv")


JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text(
    st.characters(codec=None), max_size=6
) | st.lists(st.integers(), max_size=2)  # fmt: skip


@given(st.lists(st.dictionaries(
    st.sampled_from(
        ["id", "doc_id", "text", "body", "lang", "title", "n_pages", "metadata", "x"]
    ), JSON
)))  # fmt: skip
def test_whatever_a_line_holds_rows_are_conserved(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    good = {"id": "good", "text": "Some text."}
    path.write_text("".join(f"{json.dumps(row)}\n" for row in [good, *rows]))
    frame, reader = read(path)
    assert reader.rows_in == len(rows) + 1
    assert frame["doc_id"][0] == "good"
    assert frame["doc_id"].n_unique() == frame.height
