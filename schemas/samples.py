"""The data sets of samples: instructions, preferences, test questions, queries.

A row says where it is from in the same columns everywhere (`PROVENANCE`), and what was measured of
it in one struct (`SCORE_STRUCT`): thresholds are the recipe's, decisions are reject rows.
"""

from __future__ import annotations

import pyarrow as pa

from schemas.dataset import DataSet

EVIDENCE = pa.struct(
    [
        ("doc_id", pa.string()),
        ("chunk_id", pa.string()),
        ("page", pa.int32()),
        ("char_start", pa.int64()),
        ("char_end", pa.int64()),
        ("quote", pa.large_string()),
        ("chunk_sha256", pa.string()),
    ]
)
MESSAGE = pa.struct([("role", pa.string()), ("content", pa.large_string())])
CALL = pa.struct(
    [
        ("prompt_id", pa.string()),
        ("template_sha256", pa.string()),
        ("prompt_sha256", pa.string()),
        ("cache_key", pa.string()),
    ]
)
"""One question to a model: the prompt file's id and hash, the hash of the prompt as sent."""

SCORES: tuple[tuple[str, str], ...] = (
    ("support", "share of the answer that its quotes hold, 0..1; 0 when a number or name is not"),
    ("faithfulness", "how far the answer keeps to its quotes by the rule judge, 0..1"),
    ("copied", "longest run of tokens that question and answer share, of the question's tokens"),
    ("answer_tokens", "words, numbers and Han characters of the answer"),
    ("retrieval_rank", "rank of the sample's own chunk when all chunks are searched (BM25)"),
    ("novelty", "highest ROUGE-L F with a kept earlier sample of its kind"),
    ("curation", "1 to 5 by the model that wrote it, with the source in view"),
    ("judge", "P(yes) of the judging model, with the source in view"),
    ("perplexity", "of the answer given the question, by a back end that gives log-probabilities"),
    ("ifd", "instruction-following difficulty: perplexity with the question over that without"),
    ("reward", "of a reward model"),
    ("quality", "of the seed quality model trained on imported verdicts, 0..1"),
)
"""Name and meaning of each score of a sample; null where it was not measured."""
SCORE_STRUCT = pa.struct([(name, pa.float64()) for name, _ in SCORES])

PROVENANCE: tuple[tuple[str, pa.DataType, str], ...] = (
    ("evidence", pa.list_(EVIDENCE), "spans of the document's text, each verified"),
    ("backend", pa.string(), "`rules`, `openai` or `embedded`"),
    ("model", pa.string(), "'' for rules"),
    ("prompt_id", pa.string(), "template (or rule) and version of what wrote it"),
    ("calls", pa.list_(CALL), "every question to a model that led to it, in order"),
    ("seed", pa.int64(), ""),
    ("scores", SCORE_STRUCT, "what was measured, see below"),
    ("split", pa.string(), "`train`, `validation` or `test`; a source cluster lies in one of them"),
    ("source", pa.string(), ""),
)
_ORDER = ("source", "doc_id", "sample_id")
_KINDS = (
    ("perspective", pa.string(), "`novice`, `expert`, `practitioner`, `theorist`, or ''"),
    ("difficulty", pa.string(), "`easy`, `medium`, `hard`, or ''"),
    ("kind", pa.string(), "`explain`, `apply`, `analyse`, `create`, `compare`, or ''"),
)

SFT = DataSet(
    "sft",
    2,
    "Instruction samples whose evidence was checked against the source.",
    (
        ("sample_id", pa.string(), "hash of method, earlier turns, instruction, input and output"),
        ("doc_id", pa.string(), "'' for self-instruct without documents"),
        (
            "method",
            pa.string(),
            "`extractive`, `table`, `question`, `back_translation`, `dialogue`, `reasoning`, "
            "`summary`, `revision` or `self_instruct`",
        ),
        ("task", pa.string(), "kind of task, such as `qa`, `title`, `summary`, `write_section`"),
        ("lang", pa.string(), ""),
        ("instruction", pa.large_string(), "of a dialogue: what the user says last"),
        ("input", pa.large_string(), "'' when the instruction stands alone"),
        ("output", pa.large_string(), "of a dialogue: what the assistant says last"),
        ("messages", pa.list_(MESSAGE), "the whole conversation, user and assistant in turn"),
        *_KINDS,
        *PROVENANCE,
    ),
    _ORDER,
)
PREFERENCES = DataSet(
    "preferences",
    1,
    "Pairs of a better and a worse answer to the same conversation.",
    (
        ("sample_id", pa.string(), "hash of method, prompt and both answers"),
        ("doc_id", pa.string(), ""),
        ("method", pa.string(), "`preference` or `revision`"),
        ("task", pa.string(), "task of the sample that it is made from"),
        ("lang", pa.string(), ""),
        ("prompt", pa.list_(MESSAGE), "the conversation up to the answer"),
        ("chosen", pa.large_string(), "the better answer, held by the evidence"),
        ("rejected", pa.large_string(), "the worse one"),
        (
            "flaw",
            pa.string(),
            "what is wrong with it: `number`, `date`, `name`, `negation`, `truncated`, "
            "`off_topic`, `unasked`, `unfaithful` (a model's guess), or the principle that a "
            "revision mended",
        ),
        *PROVENANCE,
    ),
    _ORDER,
)
EVALSET = DataSet(
    "evalset",
    1,
    "A test set for retrieval-augmented generation, from documents held out from training.",
    (
        ("sample_id", pa.string(), "hash of question and ground truth"),
        ("doc_id", pa.string(), ""),
        ("method", pa.string(), "method of the sample that it is made from"),
        ("task", pa.string(), ""),
        ("lang", pa.string(), ""),
        ("question", pa.large_string(), ""),
        ("ground_truth", pa.large_string(), "'' when the corpus does not answer the question"),
        ("answerable", pa.bool_(), "whether the corpus answers it"),
        ("contexts", pa.list_(pa.large_string()), "chunks to answer from; the holding one first"),
        ("context_ids", pa.list_(pa.string()), "their chunk ids"),
        *PROVENANCE,
    ),
    _ORDER,
)
RETRIEVAL = DataSet(
    "retrieval",
    1,
    "Queries and the chunk that answers each, for training retrievers.",
    (
        ("sample_id", pa.string(), "hash of query and chunk"),
        ("doc_id", pa.string(), ""),
        ("method", pa.string(), "method of the sample that it is made from"),
        ("task", pa.string(), "`question`, `keywords` or `heading`"),
        ("lang", pa.string(), ""),
        ("query", pa.large_string(), ""),
        ("positive", pa.large_string(), "text of the chunk that answers it"),
        ("positive_id", pa.string(), "its chunk id"),
        *PROVENANCE,
    ),
    _ORDER,
)
