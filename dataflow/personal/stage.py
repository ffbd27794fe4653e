"""The stage that finds personal data and secrets, and masks or tells them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import Any, ClassVar

import numpy as np
import polars as pl
import pyarrow as pa

from dataflow.io.arrow_arrays import array_from, dtype_of
from dataflow.personal.find import find
from dataflow.personal.kinds import ACTIONS, KINDS, RANK, Finding
from dataflow.personal.masking import Masked, masked, repeated
from dataflow.text.element_columns import ElementTexts, element_texts, with_element_texts
from dataflow.text.segments import Span, check_spans
from schemas.errors import RecipeError
from schemas.tables import PERSONAL_DATA

Actions = Mapping[str, str] | tuple[tuple[str, str], ...]
FOUND = pl.List(dtype_of(PERSONAL_DATA))


@dataclass(frozen=True)
class RedactPersonalData:
    """Annotates: personal data masked in `text` and `elements`, told in `personal_data`.

    `actions` sets what is done by kind: `off` (not looked for), `tag` (counted), `mask` (replaced
    by the kind in angle brackets, as in ⟨EMAIL⟩) or `drop` (counted, for the filter to reject the
    document). Masked by default: `email`, `phone`, `ip`, `card`, `iban`, `cn_id` (Chinese identity
    number), `ssn`, `passport`, `api_key`, `token`, `password`, `private_key`; tagged: `mac`
    and `crypto` (Bitcoin addresses). Never found, as technical texts live by them: the domains and
    addresses that standards reserve for documentation, private networks, public name servers,
    version numbers, hotlines, stand-ins such as `YOUR_API_KEY`. Code is searched like prose, since
    keys leak in code. `names` also finds names of persons (`name`) in English with a language
    model, at some 40 kB a second. Masking is idempotent.
    """

    VERSION: ClassVar[int] = 1

    actions: Actions = ()
    names: bool = False

    def __post_init__(self) -> None:
        """Makes `actions` a sorted tuple, so that equal options have one repr and hash."""
        given = self.actions
        pairs = given.items() if isinstance(given, Mapping) else given
        actions = tuple(
            sorted(_checked(str(kind), str(action)) for kind, action in dict(pairs).items())
        )
        object.__setattr__(self, "actions", actions)

    def in_force(self) -> dict[str, str]:
        """The action of every kind: defaults with this stage's own."""
        return {kind.name: kind.action for kind in KINDS} | dict(self.actions)

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with `personal_data`, and masks in `text`, `elements`, `title` and `metadata`.

        `changes`, where it is there, gains the masked items of the text. Raises SchemaError when an
        element's span lies outside its text.
        """
        search = _Search.of(self)
        texts = frame["text"].to_list()
        parts = element_texts(frame["elements"]) if "elements" in frame.columns else None
        told: list[list[dict[str, Any]]] = []
        replaced: list[int] = []
        for row, text in enumerate(texts):
            result = Masked("", []) if text is None else search.document(text, parts, row)
            texts[row] = None if text is None else result.text
            told.append(search.told(result.counts))
            replaced.append(result.replaced)
        columns = [
            pl.Series("text", texts, dtype=pl.String),
            _lists(told),
        ]
        if parts is not None:
            elements = with_element_texts(frame["elements"], parts)
            columns.append(search.links(elements))
        columns += search.about(frame)
        if "changes" in frame.columns:
            columns.append(_with_masked(frame["changes"], replaced))
        return frame.with_columns(columns)


def _lists(rows: list[list[dict[str, Any]]]) -> pl.Series:
    """The column `personal_data`; from flat rows, as a list of its own for each takes 40 µs."""
    flat = pl.Series([item for row in rows for item in row], dtype=FOUND.inner)
    offsets = np.fromiter(accumulate(map(len, rows), initial=0), np.int64, len(rows) + 1)
    lists = pa.LargeListArray.from_arrays(array_from(offsets), flat.to_arrow())
    return pl.Series("personal_data", lists, dtype=FOUND)


def _checked(kind: str, action: str) -> tuple[str, str]:
    """The pair; raises RecipeError for an unknown kind or action."""
    if kind not in RANK:
        raise RecipeError(f"pii.actions: {kind!r} is no kind; known: {', '.join(sorted(RANK))}")
    if action not in ACTIONS:
        raise RecipeError(f"pii.actions.{kind} must be one of {', '.join(ACTIONS)}, not {action!r}")
    return kind, action


@dataclass(frozen=True)
class _Search:
    """What a stage looks for, made once for a frame."""

    actions: dict[str, str]
    names: bool

    @classmethod
    def of(cls, stage: RedactPersonalData) -> _Search:
        """The search that `stage` asks for."""
        actions = {kind: act for kind, act in stage.in_force().items() if act != "off"}
        return cls(actions, stage.names and "name" in actions)

    @cached_property
    def to_mask(self) -> frozenset[str]:
        """Kinds that are replaced."""
        return frozenset(kind for kind, action in self.actions.items() if action == "mask")

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Kinds that are looked for."""
        return frozenset(self.actions)

    def found(self, text: str) -> list[Finding]:
        """Items in `text`."""
        return find(text, self.kinds, names=self.names)

    def plain(self, text: str) -> str:
        """`text` with masks."""
        return masked(text, [], self.found, self.to_mask).text

    def told(self, counts: Counter[str]) -> list[dict[str, Any]]:
        """A row's `personal_data`, by kind."""
        return [
            {"kind": kind, "count": count, "action": self.actions[kind]}
            for kind, count in sorted(counts.items())
        ]

    def document(self, text: str, parts: ElementTexts | None, row: int) -> Masked:
        """A row's text with masks; spans and texts of its elements are changed in `parts`."""
        if parts is None:
            return masked(text, [], self.found, self.to_mask)
        at = [
            i for i in parts.rows(row) if parts.starts[i] is not None and parts.ends[i] is not None
        ]
        spans = [Span(parts.starts[i], parts.ends[i]) for i in at]
        check_spans(spans, len(text))
        result = masked(text, spans, self.found, self.to_mask)
        number = {i: n for n, i in enumerate(at)}
        for i in parts.rows(row):
            old = new = ""
            values: dict[str, str] = {}
            if i in number:
                before, after = spans[number[i]], result.spans[number[i]]
                parts.starts[i], parts.ends[i] = after.start, after.end
                old, new = text[before.start : before.end], result.text[after.start : after.end]
                values = result.values.get(number[i], values)
            self._own_texts(parts, i, partial(repeated, old=old, new=new, values=values))
        return result

    def _own_texts(self, parts: ElementTexts, i: int, again: Any) -> None:
        """Masks the texts that the element at `i` and its cells carry themselves."""
        own = parts.texts[i]
        if own:
            parts.texts[i] = again(own, again=self.plain)
        for cell in parts.cells_of(i):
            content = parts.cell_texts[cell]
            if content:
                parts.cell_texts[cell] = again(content, again=self.plain)

    def links(self, elements: pl.Series) -> pl.Series:
        """`elements` with masks in the targets of links, such as `mailto:`."""
        inner = elements.dtype.inner if isinstance(elements.dtype, pl.List) else None
        if not isinstance(inner, pl.Struct) or "links" not in inner.to_schema():
            return elements
        links = elements.explode().struct.field("links").explode().drop_nulls().unique()
        masks = {link: self.plain(link) for link in sorted(links)}
        changed = {link: new for link, new in masks.items() if link != new}
        if not changed:
            return elements
        renamed = pl.element().replace(changed)
        within = pl.element().struct.with_fields(pl.field("links").list.eval(renamed))
        return elements.to_frame().select(pl.col(elements.name).list.eval(within)).to_series()

    def about(self, frame: pl.DataFrame) -> list[pl.Series]:
        """`title` and `metadata`, where they are there, with masks in what they say."""
        columns = []
        for name, change in (("title", self.plain), ("metadata", self._json)):
            if name in frame.columns and frame.schema[name] == pl.String:
                values = [value and change(value) for value in frame[name].to_list()]
                columns.append(pl.Series(name, values, dtype=pl.String))
        return columns

    def _json(self, value: str) -> str:
        """A JSON text with masks in its strings; what is no JSON is masked as it stands."""
        try:
            content = json.loads(value)
        except (ValueError, RecursionError):
            return self.plain(value)
        changed = self._strings(content)
        return (
            value if changed == content else json.dumps(changed, ensure_ascii=False, sort_keys=True)
        )

    def _strings(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.plain(value)
        if isinstance(value, list):
            return [self._strings(one) for one in value]
        if isinstance(value, dict):
            return {key: self._strings(one) for key, one in value.items()}
        return value


def _with_masked(changes: pl.Series, replaced: list[int]) -> pl.Series:
    """`changes` with its field `masked` increased; as it was where it has no such field."""
    kind = changes.dtype
    if not isinstance(kind, pl.Struct) or "masked" not in kind.to_schema():
        return changes
    more = pl.Series("masked", replaced, dtype=pl.Int64)
    total = changes.struct.field("masked").fill_null(0) + more
    fields = [
        total.alias("masked") if name == "masked" else changes.struct.field(name)
        for name in kind.to_schema()
    ]
    return pl.DataFrame(fields).to_struct(changes.name).cast(kind)
