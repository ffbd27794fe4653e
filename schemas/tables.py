"""The Arrow schema of every data set on disk.

Each is named and versioned; the name, version and meaning of each column travel in the Parquet
file's metadata, and `docs/format.md` is generated from here.
"""

from __future__ import annotations

import pyarrow as pa

from schemas.dataset import DataSet
from schemas.samples import EVALSET, PREFERENCES, RETRIEVAL, SFT
from schemas.signals import CHANGE_STRUCT, SIGNAL_STRUCT

BOX = pa.list_(pa.float32())
CELL = pa.struct(
    [
        ("row", pa.int32()),
        ("col", pa.int32()),
        ("row_span", pa.int32()),
        ("col_span", pa.int32()),
        ("header", pa.bool_()),
        ("text", pa.large_string()),
        ("bbox", BOX),
        ("page", pa.int32()),
    ]
)
ELEMENT = pa.struct(
    [
        ("kind", pa.string()),
        ("page", pa.int32()),
        ("bbox", BOX),
        ("char_start", pa.int64()),
        ("char_end", pa.int64()),
        ("level", pa.int32()),
        ("marker", pa.string()),
        ("confidence", pa.float32()),
        ("text", pa.large_string()),
        ("cells", pa.list_(CELL)),
        ("links", pa.list_(pa.large_string())),
    ]
)
ISSUE = pa.struct([("code", pa.string()), ("page", pa.int32()), ("detail", pa.string())])
LANGUAGE_SHARE = pa.struct([("lang", pa.string()), ("share", pa.float64())])
PERSONAL_DATA = pa.struct([("kind", pa.string()), ("count", pa.int64()), ("action", pa.string())])


DOCUMENTS = DataSet(
    "documents",
    3,
    "The corpus: one row for each kept document.",
    (
        ("doc_id", pa.string(), "content hash of the source's bytes, 32 hexadecimal digits"),
        ("source", pa.string(), "path relative to the input folder; `#n` behind it for record n"),
        ("media_type", pa.string(), "IANA media type by content"),
        ("title", pa.string(), "title, empty when there is none"),
        ("lang", pa.string(), "ISO 639-1 code, `und` when undetermined"),
        ("languages", pa.list_(LANGUAGE_SHARE), "languages of its paragraphs, largest share first"),
        ("text", pa.large_string(), "Markdown"),
        ("n_chars", pa.int64(), "code points of `text`"),
        ("n_tokens", pa.int64(), "tokens of `text` under the recipe's tokenizer"),
        ("n_pages", pa.int32(), "pages, null when the format has none"),
        ("elements", pa.list_(ELEMENT), "pieces in reading order: `text[char_start:char_end]`"),
        ("signals", SIGNAL_STRUCT, "quality signals, see below"),
        ("changes", CHANGE_STRUCT, "what cleaning changed, counted, see below"),
        (
            "personal_data",
            pa.list_(PERSONAL_DATA),
            "personal data found by kind, and what was done",
        ),
        ("license", pa.string(), "SPDX id of a licence whose text or notice it carries, or ''"),
        ("cluster_id", pa.string(), "smallest doc_id of its near-duplicate cluster"),
        ("split", pa.string(), "`train`, `validation` or `test`; a cluster lies in one of them"),
        ("status", pa.string(), "`whole` or `partial`"),
        ("issues", pa.list_(ISSUE), "what was left out or guessed while parsing"),
        ("metadata", pa.string(), "JSON object of what the file says of itself"),
    ),
    ("source", "doc_id"),
)
REJECTS = DataSet(
    "rejects",
    1,
    "Everything that was left out, and why.",
    (
        ("id", pa.string(), "id of the rejected thing at its level"),
        ("level", pa.string(), "`file`, `document`, `chunk` or `sample`"),
        ("stage", pa.string(), "the stage that rejected it"),
        ("reason", pa.string(), "code from the closed list below"),
        ("value", pa.float64(), "the measured value that decided, null when there is none"),
        ("threshold", pa.float64(), "the bound it was held against"),
        ("detail", pa.large_string(), "what was expected and what to do; for a duplicate its twin"),
        ("source", pa.string(), "uri of the file"),
    ),
    ("source", "level", "id", "stage", "reason"),
)
CLUSTERS = DataSet(
    "clusters",
    2,
    "One row for every document that reached deduplication.",
    (
        ("doc_id", pa.string(), ""),
        ("cluster_id", pa.string(), "smallest doc_id of the connected component of verified pairs"),
        ("kept", pa.bool_(), "whether the document stays"),
        ("duplicate_of", pa.string(), "the kept document it was dropped for, null when kept"),
        ("similarity", pa.float64(), "exact Jaccard (semantic: cosine) similarity with it"),
        (
            "method",
            pa.string(),
            "`exact`, `near`, `semantic`, `earlier` (its twin is in the index of an earlier "
            "corpus); null when kept",
        ),
    ),
    ("doc_id",),
)
REMOVED = DataSet(
    "removed",
    1,
    "Passages cut out of documents that stay.",
    (
        ("doc_id", pa.string(), ""),
        ("stage", pa.string(), "`clean`, `boilerplate` or `passages`"),
        ("unit", pa.string(), "`line`, `paragraph`, `sentence` or `substring`"),
        (
            "position",
            pa.int64(),
            "where it stood, in code points of the text after this stage",
        ),
        ("text", pa.large_string(), "what was cut out"),
        (
            "copies",
            pa.int64(),
            "documents that it stands in; 1 for `clean`",
        ),
        ("of_doc_id", pa.string(), "a document that keeps it, null but for passages"),
        ("of_start", pa.int64(), "where it stands there, before anything was cut there"),
        ("source", pa.string(), ""),
    ),
    ("source", "doc_id", "stage", "position", "text"),
)
CONTAMINATION = DataSet(
    "contamination",
    1,
    "Passages that stand in an evaluation set too; one row for each document, item and span.",
    (
        ("doc_id", pa.string(), ""),
        ("set", pa.string(), "name of the evaluation set: its file's path in the folder of sets"),
        ("item", pa.string(), "id of the item in it, or its number from 0"),
        ("char_start", pa.int64(), "first code point in the document's text as it was compared"),
        ("char_end", pa.int64(), "one past the last"),
        ("text", pa.large_string(), "the passage"),
        ("overlap", pa.float64(), "share of the item's n-grams that stand in the document"),
        ("source", pa.string(), ""),
    ),
    ("source", "doc_id", "set", "item", "char_start"),
)
CHUNKS = DataSet(
    "chunks",
    1,
    "Pieces of kept documents: `text == document.text[char_start:char_end]`.",
    (
        ("chunk_id", pa.string(), "hash of document, span and text"),
        ("doc_id", pa.string(), ""),
        ("chunk_index", pa.int32(), "order in the document, from 0"),
        ("text", pa.large_string(), ""),
        ("char_start", pa.int64(), "first code point in the document's text"),
        ("char_end", pa.int64(), "one past the last"),
        ("prefix", pa.large_string(), "repeated table header or '' — to be put before `text`"),
        ("heading_path", pa.list_(pa.string()), "headings above, outermost first"),
        ("page_start", pa.int32(), "1-based, null when the source has no pages"),
        ("page_end", pa.int32(), "1-based, inclusive"),
        ("n_tokens", pa.int32(), "tokens of prefix and text; the tokenizer is in the metadata"),
        ("lang", pa.string(), ""),
        ("source", pa.string(), ""),
        ("metadata", pa.string(), "JSON object"),
    ),
    ("source", "doc_id", "chunk_index"),
)


def embeddings(dim: int) -> DataSet:
    """The embeddings data set for vectors of `dim` numbers, row-aligned with the chunks."""
    return DataSet(
        "embeddings",
        1,
        "One vector for each chunk, in the order of the chunks.",
        (
            ("chunk_id", pa.string(), ""),
            ("doc_id", pa.string(), ""),
            ("embedding", pa.list_(pa.field("item", pa.float32(), nullable=False), dim),
             "L2-normalised; all zeros for a chunk without known words"),
        ),
        ("chunk_id",),
    )  # fmt: skip


PACKED = DataSet(
    "packed",
    1,
    "Token sequences of at most the capacity; no document that fits is cut.",
    (
        ("sequence_id", pa.int64(), "0, 1, 2, …"),
        ("input_ids", pa.list_(pa.int32()), ""),
        ("position_ids", pa.list_(pa.int32()), "restart at 0 with every piece"),
        ("doc_ids", pa.list_(pa.string()), "document of each piece"),
        ("lengths", pa.list_(pa.int32()), "tokens of each piece; their sum is len(input_ids)"),
        ("piece_index", pa.list_(pa.int32()), "which piece of its document, from 0"),
    ),
    ("sequence_id",),
)

DATASETS: dict[str, DataSet] = {
    dataset.name: dataset
    for dataset in (
        DOCUMENTS,
        REJECTS,
        CLUSTERS,
        REMOVED,
        CONTAMINATION,
        CHUNKS,
        SFT,
        PREFERENCES,
        EVALSET,
        RETRIEVAL,
        embeddings(512),
        PACKED,
    )
}
"""By name; embeddings with the default embedder's dimension."""
